"""Links of the chain that are remembered outside the database: they show what was cut off it.

Whoever can write to the database could shorten the log, or write all of it anew: such a chain is
whole in itself. This machine's memory and the newest backup know how it went on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from orchestrator import home, witness
from orchestrator.audit.chain import Break, Fault, Link, link, newest
from orchestrator.backup import manifest, snapshot
from orchestrator.backup.places import Place
from orchestrator.model import Campaign, Event
from orchestrator.shift import Shift, Tally
from orchestrator.store import newest as newest_schema


@dataclass(frozen=True)
class Anchor:
    """A link and who remembers it; ``backup``: its id, or None for this machine."""

    link: Link
    backup: str | None = None


@dataclass(frozen=True)
class Compared:
    """What the anchors say; ``restored_at``: a restore explains what the log lacks of them."""

    anchors: list[Anchor]
    broken: Break | None
    restored_at: datetime | None


def remember_pass(shift: Shift, _tally: Tally) -> None:
    """Remember the newest link at the end of a pass; what is played leaves no trace."""
    if not shift.world.played:
        with shift.store.reading() as session:
            remember(session, shift.campaign_id)


def remember(session: Session, campaign_id: int) -> None:
    """Keep the newest link in this machine's memory; never fails for want of a place."""
    head = newest(session, campaign_id)
    campaign = session.get(Campaign, campaign_id)
    if head and campaign:
        noted = {"seq": head.seq, "digest": head.digest, "at": head.at.isoformat()}
        witness.note(_name(campaign), home.here(session.connection()), noted)


def anchors(session: Session, campaign: Campaign, places: list[Place]) -> Iterator[Anchor]:
    """What this machine and the newest readable backup remember."""
    if own := _own(session, campaign):
        yield Anchor(own)
    ids = {backup_id: place for place in places for backup_id in place.ids()[:1]}
    if ids:
        backup_id = max(ids)
        if kept := _in_backup(ids[backup_id], backup_id, campaign):
            yield Anchor(kept, backup_id)


def _name(campaign: Campaign) -> str:
    return f"{campaign.key_fingerprint}.{campaign.slug}.log"


def _own(session: Session, campaign: Campaign) -> Link | None:
    """The memory of this very place; of a database that is new here, the newest of any."""
    noted = witness.noted(_name(campaign))
    links = {place: _read(each) for place, each in noted.items()}
    here = home.here(session.connection())
    if links.get(here):
        return links[here]
    return max(filter(None, links.values()), key=lambda each: each.at, default=None)


def _read(noted: object) -> Link | None:
    try:
        assert isinstance(noted, dict)
        at = datetime.fromisoformat(noted["at"])
        return Link(int(noted["seq"]), str(noted["digest"]), at)
    except (AssertionError, KeyError, TypeError, ValueError):
        return None


def _in_backup(place: Place, backup_id: str, campaign: Campaign) -> Link | None:
    """The newest link in a backup; None where it cannot be read, or has no chain yet."""
    folder = place.folder(backup_id)
    try:
        if manifest.read(folder).schema != newest_schema():
            return None
        with snapshot.opened(folder / snapshot.NAME) as connection, Session(connection) as session:
            wanted = select(Campaign.id).where(
                Campaign.slug == campaign.slug, Campaign.created_at == campaign.created_at
            )
            number = session.exec(wanted).one_or_none()
            return newest(session, number) if number else None
    except (manifest.Damaged, OSError, SQLAlchemyError):
        return None  # `backup verify` is there to tell


def compare(session: Session, campaign: Campaign, places: list[Place]) -> Compared:
    """Compare the log with everything that is remembered of it."""
    found, restored_at = list(anchors(session, campaign, places)), None
    for each in found:
        broken = _against(session, campaign.id, each.link)
        if broken is None:
            continue
        explained = _restored(session, campaign.id, each.link)
        if explained is None:
            return Compared(found, broken, None)
        restored_at = explained
    return Compared(found, None, restored_at)


def _against(session: Session, campaign_id: int, remembered: Link) -> Break | None:
    stands = link(session, campaign_id, remembered.seq)
    if stands is None:
        return Break(Fault.CUT_OFF, remembered.seq, remembered.at)
    if stands.digest != remembered.digest:
        return Break(Fault.REPLACED, remembered.seq, stands.at)
    return None


def _restored(session: Session, campaign_id: int, remembered: Link) -> datetime | None:
    """When a backup was put back that did not have the remembered link yet."""
    return session.exec(
        select(Event.at)
        .where(
            Event.campaign_id == campaign_id,
            Event.what == "restored",
            col(Event.seq) <= remembered.seq,
            col(Event.at) >= remembered.at,
        )
        .order_by(col(Event.seq))
        .limit(1)
    ).first()
