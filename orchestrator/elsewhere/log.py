"""How far the audit log went, as this machine remembers it: what the database lacks of it is lost.

A withdrawal between two tries is an event and no try: only this shows that an older copy, which
does not know of it, was put in the place of the database. Nothing is remembered over a link that
the database contradicts, before it is known why.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, and_, col, or_, select

from orchestrator import home, journal, witness
from orchestrator.model import Campaign, Event

_LACKS = "older copy"
# A freeze was noted then, of a backup that was put back or of a copy that was found out.
_DOUBTED = "doubted"


@dataclass(frozen=True)
class Link:
    """An event's place in the chain: its number, its digest, and its time."""

    seq: int
    digest: str
    at: datetime


@dataclass(frozen=True)
class Remembered:
    """A link, when its campaign began, and whether it was one of practising with the sandbox."""

    link: Link
    born: datetime
    practised: bool


Memory = dict[str, Remembered]


def newest(session: Session, campaign_id: int) -> Link | None:
    """The last link, as it stands there."""
    return _link(session, campaign_id, None)


def link(session: Session, campaign_id: int, seq: int) -> Link | None:
    """The link with this number, as it stands there."""
    return _link(session, campaign_id, seq)


def _link(session: Session, campaign_id: int, seq: int | None) -> Link | None:
    wanted = select(Event.seq, Event.chain, Event.at).where(
        Event.campaign_id == campaign_id, col(Event.seq).is_not(None)
    )
    if seq is not None:
        wanted = wanted.where(Event.seq == seq)
    row = session.exec(wanted.order_by(col(Event.seq).desc()).limit(1)).first()
    return Link(row[0], row[1] or "", row[2]) if row and row[0] is not None else None


def memory_of(fingerprint: str, slug: str) -> Memory:
    """What this machine remembers of the log in each place. Read it before the database."""
    noted = witness.noted(_name(fingerprint, slug))
    return {place: read for place, each in noted.items() if (read := _read(each))}


def _name(fingerprint: str, slug: str) -> str:
    return f"{fingerprint}.{slug}.log"


def _read(noted: object) -> Remembered | None:
    try:
        assert isinstance(noted, dict)
        at, born = (datetime.fromisoformat(noted[name]) for name in ("at", "born"))
        return Remembered(
            Link(int(noted["seq"]), str(noted["digest"]), at), born, bool(noted["practised"])
        )
    except (AssertionError, KeyError, TypeError, ValueError):
        return None


def remembered(memory: Memory, here: str, born: datetime, practised: bool) -> Link | None:
    """What is remembered of this very place; of a place that is new, the newest of any.

    A campaign that was begun anew with the same key is another one.
    """
    own = {place: each for place, each in memory.items() if each.born == born}
    if here in own:
        return own[here].link
    others = [each.link for each in own.values() if each.practised == practised]
    return max(others, key=lambda each: each.at, default=None)


def lacks(session: Session, campaign_id: int, known: Link) -> bool:
    """Whether the database does not have this link, or has another one in its stead."""
    stands = link(session, campaign_id, known.seq)
    return stands is None or stands.digest != known.digest


def account_for(session: Session, campaign_id: int, now: datetime, actor: str, lost: Link) -> None:
    """Note that the campaign was frozen since this link is lost."""
    journal.record(session, campaign_id, now, actor, _LACKS, lost.digest, seq=lost.seq)


def accounts_for(session: Session, campaign_id: int, lost: Link) -> bool:
    """Whether a freeze has looked, or still looks, for what was lost with this link."""
    named = and_(Event.what == _LACKS, Event.subject == lost.digest)
    later = and_(Event.what == _DOUBTED, col(Event.at) >= lost.at)
    wanted = select(Event.id).where(Event.campaign_id == campaign_id, or_(named, later))
    return session.exec(wanted.limit(1)).first() is not None


def remember(session: Session, campaign_id: int, *, practised: bool) -> None:
    """Keep the newest link in this machine's memory; never fails for want of a place.

    What a frozen database lacks is remembered until the release has made it good.
    """
    campaign, head = session.get(Campaign, campaign_id), newest(session, campaign_id)
    if campaign is None or head is None:
        return
    memory = memory_of(campaign.key_fingerprint, campaign.slug)
    here = home.here(session.connection())
    known = remembered(memory, here, campaign.created_at, practised)
    lost = known if known and lacks(session, campaign_id, known) else None
    if lost and (campaign.frozen_since or not accounts_for(session, campaign_id, lost)):
        return
    noted = {
        "seq": head.seq,
        "digest": head.digest,
        "at": head.at.isoformat(),
        "born": campaign.created_at.isoformat(),
        "practised": practised,
    }
    witness.note(_name(campaign.key_fingerprint, campaign.slug), here, noted)
