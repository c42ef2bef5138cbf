"""What must never be forgotten of a tandem, whatever older database is put back or copied back.

The keyring beside the backups holds it: that a tandem withdrew or was closed, which consents were
taken back, how little of a person may be seen. No names; a tandem is a digest of its slug, since
after a restore its number may be given to another.
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session, col, select

from orchestrator import journal
from orchestrator.consent.purposes import Who
from orchestrator.ending import shows_more
from orchestrator.model import Campaign, Consent, Event, Tandem
from orchestrator.vocabulary import Show, TandemState


@dataclass(frozen=True)
class Closed:
    """When a tandem was closed and why, and whether its posts have to come down."""

    at: datetime
    because: str
    posts_down: bool


@dataclass(frozen=True)
class Shown:
    """How much of the person may be seen since then; None: nothing."""

    at: datetime
    show: Show | None


@dataclass(frozen=True)
class Ending:
    """What ended of one tandem.

    ``number``: that of its row in the newest database; None: it has none there.
    ``taken_back``: person and purpose (``refugee x``) → when.
    """

    number: int | None = None
    withdrawn: datetime | None = None
    closed: Closed | None = None
    shown: Shown | None = None
    taken_back: dict[str, datetime] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self != Ending(self.number)


Endings = dict[str, Ending]


def name_of(campaign: Campaign, slug: str) -> str:
    """How the keyring calls a tandem.

    The digest is keyed by what is known without the key file: whoever stops something opens
    nothing.
    """
    key = f"{campaign.slug} {campaign.key_fingerprint}".encode()
    return hmac.new(key, slug.encode(), hashlib.sha256).hexdigest()[:32]


def tandems_of(session: Session, campaign: Campaign) -> dict[str, Tandem]:
    """The tandems by the keyring's names, without whoever was erased."""
    rows = select(Tandem).where(Tandem.campaign_id == campaign.id, col(Tandem.erased_at).is_(None))
    found = session.exec(rows.order_by(col(Tandem.id))).all()
    return {name_of(campaign, each.slug): each for each in found}


def endings_in(session: Session, campaign: Campaign, known: Endings) -> Endings:
    """What the database knows, and what is ``known`` besides; nothing of whoever was erased."""
    tandems = tandems_of(session, campaign)
    taken_back: dict[int, list[Consent]] = {}
    for consent in session.exec(select(Consent).where(col(Consent.withdrawn_at).is_not(None))):
        taken_back.setdefault(consent.person_id, []).append(consent)
    said = shown_since(session, campaign)
    here = {name: _ending(each, taken_back, said.get(each.id)) for name, each in tandems.items()}
    both = union({name: each for name, each in here.items() if each}, known)
    numbers = {name: each.id for name, each in tandems.items()}
    return {name: replace(each, number=numbers.get(name)) for name, each in both.items()}


def _ending(tandem: Tandem, taken_back: dict[int, list[Consent]], said: datetime | None) -> Ending:
    at = tandem.ended_at or tandem.changed_at
    if tandem.state is TandemState.WITHDRAWN:
        return Ending(withdrawn=at)
    closed = Closed(at, tandem.closed_because or "other", tandem.posts_down)
    return Ending(
        closed=closed if tandem.state is TandemState.CLOSED else None,
        shown=Shown(said, tandem.show) if said else None,
        taken_back={
            f"{who} {consent.purpose}": consent.withdrawn_at
            for who, person_id in people_of(tandem)
            for consent in taken_back.get(person_id, ())
            if consent.withdrawn_at
        },
    )


def people_of(tandem: Tandem) -> list[tuple[Who, int]]:
    """Both people with the numbers of their rows."""
    return [(Who.REFUGEE, tandem.refugee_id), (Who.VOLUNTEER, tandem.volunteer_id)]


def shown_since(session: Session, campaign: Campaign) -> dict[int, datetime]:
    """When it was last said how much of a person may be seen, by a safety check or by another
    file than the first; by the tandem's number.
    """
    rows = session.exec(select(Tandem).where(Tandem.campaign_id == campaign.id)).all()
    by_subject = {journal.tandem_subject(each): each.id for each in rows}
    said = {each.id: each.screened_at for each in rows if each.screened_at}
    updates = select(Event).where(Event.campaign_id == campaign.id, Event.what == "tandem.updated")
    for event in session.exec(updates).all():
        number = by_subject.get(event.subject)
        if number is not None and "show" in event.detail["changed"]:
            said[number] = max(said.get(number, event.at), event.at)
    return said


def union(newer: Endings, older: Endings) -> Endings:
    """What either knows; of what both do, the later, and the less of what is equally late."""
    both = {name: _both(newer[name], older[name]) for name in {*newer} & {*older}}
    return {**older, **newer, **both}


def _both(newer: Ending, older: Ending) -> Ending:
    ends = [each for each in (newer.withdrawn, older.withdrawn) if each]
    taken_back = {
        what: max(each.taken_back[what] for each in (newer, older) if what in each.taken_back)
        for what in {**newer.taken_back, **older.taken_back}
    }
    closed, shown = _closed(newer.closed, older.closed), _shown(newer.shown, older.shown)
    return Ending(newer.number, max(ends, default=None), closed, shown, taken_back)


def _closed(newer: Closed | None, older: Closed | None) -> Closed | None:
    """The later closing; posts that once had to come down stay down."""
    if not (newer and older):
        return newer or older
    later = newer if newer.at >= older.at else older
    return replace(later, posts_down=newer.posts_down or older.posts_down)


def _shown(newer: Shown | None, older: Shown | None) -> Shown | None:
    if not (newer and older):
        return newer or older
    if newer.at == older.at:
        return older if shows_more(newer.show, older.show) else newer
    return max(newer, older, key=lambda each: each.at)


def without(endings: Endings, numbers: Collection[int]) -> Endings:
    """All but the tandems of these numbers; a number that two have had tells neither apart."""
    borne = Counter(each.number for each in endings.values())
    return {
        name: each
        for name, each in endings.items()
        if each.number is None or each.number not in numbers or borne[each.number] > 1
    }
