"""Links of the chain that are remembered outside the database: they show what was cut off it.

Whoever can write to the database could shorten the log, or write all of it anew: such a chain is
whole in itself. This machine's memory and the newest backup know how it went on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from orchestrator import home
from orchestrator.audit.chain import Break, Fault
from orchestrator.backup import manifest, snapshot
from orchestrator.backup.places import Place
from orchestrator.elsewhere import log
from orchestrator.elsewhere.log import Link, link, newest
from orchestrator.model import Campaign, Event
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


def anchors(
    session: Session, campaign: Campaign, places: list[Place], practised: bool
) -> Iterator[Anchor]:
    """What this machine and the newest readable backup remember."""
    if own := _own(session, campaign, practised):
        yield Anchor(own)
    ids = {backup_id: place for place in places for backup_id in place.ids()[:1]}
    if ids:
        backup_id = max(ids)
        if kept := _in_backup(ids[backup_id], backup_id, campaign):
            yield Anchor(kept, backup_id)


def _own(session: Session, campaign: Campaign, practised: bool) -> Link | None:
    memory = log.memory_of(campaign.key_fingerprint, campaign.slug)
    here = home.here(session.connection())
    return log.remembered(memory, here, campaign.created_at, practised)


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


def compare(
    session: Session, campaign: Campaign, places: list[Place], found: list[Anchor]
) -> Compared:
    """Compare the log with everything that is remembered of it."""
    restored_at = None
    for each in found:
        broken = _against(session, campaign.id, each.link)
        if broken is None:
            continue
        explained = _restored(session, campaign, each.link, places)
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


def _restored(
    session: Session, campaign: Campaign, lost: Link, places: list[Place]
) -> datetime | None:
    """When a backup was put back that did not have the remembered link yet."""
    notes = session.exec(
        select(Event)
        .where(
            Event.campaign_id == campaign.id,
            Event.what == "restored",
            col(Event.seq) <= lost.seq,
            col(Event.at) >= lost.at,
        )
        .order_by(col(Event.seq))
    )
    return next((each.at for each in notes if _fits(session, campaign, each, places)), None)


def _fits(session: Session, campaign: Campaign, note: Event, places: list[Place]) -> bool:
    """Whether it is the first event after the log that the backup holds, as far as that is here."""
    head = note.detail.get("head")
    before = link(session, campaign.id, (note.seq or 0) - 1)
    if head != (before.digest if before else ""):
        return False
    kept = [
        _in_backup(place, note.subject, campaign) for place in places if note.subject in place.ids()
    ]
    return all(each == before for each in kept if each)
