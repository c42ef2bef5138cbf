"""``audience import``: an official table of municipalities takes the place of the one before."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, delete, func, select

from audiences.gazetteer import Gazetteer
from audiences.municipalities import NoTable, Reading, Rejected, read
from audiences.municipality import Municipality as Row
from audiences.official import Matching, match
from orchestrator import journal
from orchestrator.campaign import enrol
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.keys import CampaignKey
from orchestrator.model import Municipality
from orchestrator.official import gazetteer, people_in_germany
from orchestrator.official.file import content
from orchestrator.official.words import refusal
from orchestrator.settings import Campaign as CampaignSettings
from orchestrator.store import Store

Watch = Callable[[int], AbstractContextManager[Callable[[], None]]]
IMPORTED, FORGOTTEN = "official_imported", "official_forgotten"


@dataclass(frozen=True)
class Office:
    """Where figures are kept, of which campaign, when and by whom they are changed."""

    store: Store
    campaign: CampaignSettings
    key: CampaignKey
    now: datetime
    actor: str
    dry_run: bool = False


@dataclass(frozen=True)
class Report:
    """What became of a table: its rows, and the people of Germany before and after."""

    rows: int
    matched: int
    unmatched: tuple[Row, ...]
    rejected: tuple[Rejected, ...]
    people_before: int
    people_after: int
    reading: Reading


def import_table(office: Office, path: Path, watch: Watch) -> Report:
    """Put the table's good rows in the place of the former ones, unless none is on the map.

    Raises :class:`UsageProblem` for a file that is no such table.
    """
    reading = _read(path)
    with watch(len(reading.rows)) as advance:
        found = match(reading.rows, advance=advance)
    rejected = tuple(sorted((*reading.rejected, *found.rejected), key=lambda each: each.row))
    before = after = _people_now(office.store)
    if found.places:
        after = people_in_germany(_atlas(found))
        _replace(office, found, rejected=len(rejected))
    return Report(
        rows=len(found.places) + len(found.unmatched) + len(rejected),
        matched=len(found.places),
        unmatched=tuple(sorted(found.unmatched, key=lambda row: (-row.population, row.ags))),
        rejected=rejected,
        people_before=before,
        people_after=after,
        reading=reading,
    )


def forget(office: Office) -> tuple[int, int, int]:
    """Go back to the built-in figures: rows that went, Germany's people before and after."""
    before = _people_now(office.store)
    with office.store.reading() as session:
        rows = session.exec(select(func.count()).select_from(Municipality)).one()
    if rows:
        with _changing(office, FORGOTTEN, {"rows": rows}) as session:
            session.exec(delete(Municipality))
    return rows, before, people_in_germany(Gazetteer.open())


def _read(path: Path) -> Reading:
    try:
        return read(content(path))
    except NoTable as error:
        why, remedy = refusal(error.trouble, error.detail)
        raise UsageProblem(
            _("The file {name} cannot be imported.").format(name=path.name) + " " + why,
            remedy=remedy,
        ) from error


def _people_now(store: Store) -> int:
    with store.reading() as session:
        return people_in_germany(gazetteer(session))


def _atlas(found: Matching) -> Gazetteer:
    figures = {place.id: row.population for row, place in found.places.items()}
    return Gazetteer.open().with_people(figures)


def _replace(office: Office, found: Matching, *, rejected: int) -> None:
    matched, unmatched = len(found.places), len(found.unmatched)
    rows = [
        _columns(row, office.now, place.id if place else None)
        for row, place in (*found.places.items(), *((each, None) for each in found.unmatched))
    ]
    figures = {"matched": matched, "unmatched": unmatched, "rejected": rejected}
    with _changing(office, IMPORTED, figures) as session:
        session.exec(delete(Municipality))
        session.connection().execute(insert(Municipality), rows)


def _columns(row: Row, now: datetime, place_id: int | None) -> dict[str, Any]:
    return {
        "ags": row.ags,
        "name": row.name,
        "population": row.population,
        "lat": row.lat,
        "lon": row.lon,
        "place_id": place_id,
        "imported_at": now,
    }


@contextmanager
def _changing(office: Office, what: str, figures: Mapping[str, Any]) -> Iterator[Session]:
    """A transaction that changes the table and says so in the log; one at a time."""
    with office.store.session(dry_run=office.dry_run) as session:
        campaign = enrol(session, office.campaign, office.key, office.now)
        yield session
        journal.record(session, campaign.id, office.now, office.actor, what, **figures)
