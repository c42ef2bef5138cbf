"""``tandem import``: the good rows go in, all in one transaction; the others are told apart."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from orchestrator import official
from orchestrator.campaign import enrol
from orchestrator.config import Settings
from orchestrator.errors import PartlyDone
from orchestrator.i18n import _
from orchestrator.intake.consents import form_of
from orchestrator.intake.headings import columns_of
from orchestrator.intake.pictures import keep_originals
from orchestrator.intake.remembered import NOTHING, Remembered
from orchestrator.intake.rows import (
    Cells,
    Rejection,
    Rules,
    TandemRow,
    check_row,
    reasons_in_order,
)
from orchestrator.intake.table import Cell, Row, Table, read_table
from orchestrator.intake.templates import EXAMPLE_SLUG
from orchestrator.intake.towns import Atlas, Town
from orchestrator.intake.write import Tally, write
from orchestrator.keys import CampaignKey
from orchestrator.media.keeping import let_go, made_ready, tidy
from orchestrator.model import Campaign, Tandem
from orchestrator.placing import online
from orchestrator.placing.finding import finder_of
from orchestrator.store import Store

Watch = Callable[[int], AbstractContextManager[Callable[[], None]]]


@dataclass(frozen=True)
class Report:
    """What became of a file: counts of tandems, the rows that stay out, and remarks.

    ``ended``: see ``write.Tally``.
    """

    imported: int
    updated: int
    unchanged: int
    rejected: tuple[Rejection, ...]
    notices: tuple[str, ...]
    ended: int = 0


@dataclass(frozen=True)
class Intake:
    """What an import needs: where to write, with which key, when and by whom.

    ``remembered``: what the database may have forgotten of those who left.
    """

    settings: Settings
    store: Store
    key: CampaignKey
    now: datetime
    actor: str
    remembered: Remembered = NOTHING


@contextmanager
def unwatched(_total: int) -> Iterator[Callable[[], None]]:
    """Go through the rows without showing progress."""
    yield lambda: None


def import_file(
    intake: Intake, path: Path, *, dry_run: bool = False, watch: Watch = unwatched
) -> Report:
    """Read ``path`` and store its tandems; raises :class:`UsageProblem` if it is no such file."""
    table = read_table(path)
    columns, notices = columns_of(table, path.name)
    atlas = _atlas(intake, dry_run=dry_run)
    rules = Rules(path.resolve().parent, atlas, frozenset(columns.values()))
    with watch(len(table.rows)) as advance:
        good, rejected, remarks = _checked(table, columns, rules, advance)
    tally = _stored(intake, good, path, dry_run=dry_run)
    return Report(
        tally.imported,
        tally.updated,
        tally.unchanged,
        tuple(reasons_in_order([*rejected, *tally.rejected])),
        (*table.notices, *notices, *remarks, *tally.notices, *_credits(atlas)),
        tally.ended,
    )


def _atlas(intake: Intake, *, dry_run: bool) -> Atlas:
    settings, audience = intake.settings, intake.settings.audience
    inquiry = online.Inquiry(
        intake.store, intake.key, audience, settings.campaign, intake.now, dry_run
    )
    with intake.store.reading() as session:
        known = _known(session, settings.campaign.slug)
        finder, counted = finder_of(session, inquiry), official.gazetteer(session)
    countries = tuple(audience.countries)
    return Atlas(intake.key, audience.k_anonymity, countries, known, finder, counted)


def _credits(atlas: Atlas) -> list[str]:
    """Whose answers are in it, for their licence."""
    geocoder = atlas.finder.geocoder
    return [online.credit(geocoder.service)] if geocoder and geocoder.answered else []


def _known(session: Session, campaign: str) -> dict[str, Town]:
    """Towns of an earlier import: the same typed place keeps its town."""
    tandems = session.exec(select(Tandem).join(Campaign).where(Campaign.slug == campaign)).all()
    return {
        each.place_digest: Town(
            place_id=each.place_id,
            town=each.town,
            region=each.region,
            country=each.country,
            lat=each.lat,
            lon=each.lon,
            town_people=each.town_people,
            floor_km=each.floor_km,
            place_digest=each.place_digest,
        )
        for each in tandems
    }


def _checked(
    table: Table, columns: dict[int, str], rules: Rules, advance: Callable[[], None]
) -> tuple[list[TandemRow], list[Rejection], list[str]]:
    good, rejected, notices = [], [], []
    first: dict[str, int] = {}
    if not table.rows:
        notices.append(_("There is no row below the heading."))
    for row in table.rows:
        advance()
        cells = Cells(row.number, _by_column(row, columns))
        if cells.plain("slug") == EXAMPLE_SLUG:
            notices.append(
                _("Row {row} is the template's example and was skipped.").format(row=row.number)
            )
            continue
        _refuse_overflow(cells, row, len(table.headings))
        tandem = check_row(cells, rules)
        tandem = None if _doubled(cells, first) else tandem
        good += [tandem] if tandem else []
        rejected += cells.rejected
        notices += cells.notices
    return good, rejected, notices


def _by_column(row: Row, columns: dict[int, str]) -> dict[str, Cell]:
    filled = dict(enumerate(row.cells))
    return {column: filled.get(position) for position, column in columns.items()}


def _refuse_overflow(cells: Cells, row: Row, width: int) -> None:
    """Cells beyond the heading: a separator stood in a text, and all columns may be shifted."""
    if any(cell is not None and str(cell).strip() for cell in row.cells[width:]):
        cells.refuse(
            "",
            _("The row has more cells than there are columns."),
            _("Put texts with a separator in quotation marks, or save the table as XLSX."),
        )


def _doubled(cells: Cells, first: dict[str, int]) -> bool:
    slug = cells.plain("slug")
    before = first.setdefault(slug, cells.number) if slug else cells.number
    if before == cells.number:
        return False
    cells.refuse(
        "slug",
        _("This slug stands already in row {row}.").format(row=before),
        _("Give each tandem a slug of its own."),
    )
    return True


def _stored(intake: Intake, rows: list[TandemRow], path: Path, *, dry_run: bool) -> Tally:
    form, folder = form_of(intake.settings), intake.settings.folder
    kept = set() if dry_run else _kept(intake, rows)
    try:
        with intake.store.session(dry_run=dry_run) as session:
            campaign = enrol(session, intake.settings.campaign, intake.key, intake.now)
            writing = (intake.key, intake.now, intake.actor, form, intake.remembered)
            tally = write(session, campaign.id, rows, *writing)
    except IntegrityError as error:
        if "unique" not in str(error.orig).casefold():
            raise
        raise PartlyDone(
            _("Another import wrote to the database at the same moment; this one wrote nothing."),
            subject=path.name,
            remedy=_("Run the command again."),
        ) from error
    if not dry_run:
        with intake.store.reading() as session:
            let_go(session, folder, kept | tally.let_go)
            tidy(session, folder)
    return tally


def _kept(intake: Intake, rows: list[TandemRow]) -> set[str]:
    folder = intake.settings.folder
    with intake.store.reading() as session:
        ready = made_ready(session, folder)
    return keep_originals(rows, folder, ready)
