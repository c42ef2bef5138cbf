"""What a file may say of a person who was screened, and which texts it may bring."""

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from orchestrator.intake.importing import Intake, Report, import_file
from orchestrator.model import Tandem
from orchestrator.screening.keeping import keep
from orchestrator.vocabulary import Show
from tests.campaign_rows import NOON
from tests.intake.conftest import tandem as file_row
from tests.intake.conftest import write_csv
from tests.media.drawn import photo
from tests.screening.conftest import Rows


class File:
    """One person's row, imported again and again."""

    def __init__(self, folder: Path, rows: Rows) -> None:
        self.path, self.rows = folder / "tandems.csv", rows
        self.intake = Intake(rows.settings, rows.store, rows.key, NOON, "tester")

    def read(self, **changes: Any) -> Report:
        row = file_row(**{"slug": "tandem-07", "public_name": "Sami"} | changes)
        write_csv(self.path, [{k: v for k, v in row.items() if v is not None}])
        return import_file(self.intake, self.path)

    def screened(self, show: Show | None, alias: str = "Sami") -> None:
        with self.rows.store.session() as session:
            keep(session, self.tandem.id, show, alias, NOON, "tester")

    @property
    def tandem(self) -> Tandem:
        with self.rows.store.reading() as session:
            return session.exec(select(Tandem)).one()


@pytest.fixture
def file(tmp_path: Path, rows: Rows) -> File:
    return File(tmp_path, rows)


@pytest.mark.parametrize("show", [Show.FULL, Show.ALIAS, Show.REGION, None])
@pytest.mark.parametrize("cell", ["", None])
def test_an_empty_cell_undoes_no_check(file: File, show: Show | None, cell: str | None) -> None:
    """Nor does a file without the column; before the check it does mean “not screened”."""
    file.read(show="full")
    file.read(show="")
    assert file.tandem.show is None
    file.screened(show)
    report = file.read(show=cell, trade="Näherin", public_name="")
    assert (report.updated, report.rejected) == (1, ())
    assert (file.tandem.show, file.tandem.public_name) == (show, "Sami")
    assert (file.tandem.trade, file.tandem.screened_at) == ("Näherin", NOON)


@pytest.mark.parametrize(
    ("show", "cell"),
    [(None, "region"), (Show.REGION, "alias"), (Show.ALIAS, "no-face"), (Show.NO_FACE, "full")],
)
def test_a_wider_cell_is_refused(file: File, show: Show | None, cell: str) -> None:
    """With row, column, reason and the way out; nothing else of the row goes in."""
    file.read(show="")
    file.screened(show)
    (told,) = file.read(show=cell, trade="Näherin").rejected
    assert (told.row, told.column) == (2, "show")
    assert cell in told.reason
    assert "tandem screen tandem-07" in told.hint
    assert (file.tandem.show, file.tandem.trade) == (show, "Schneiderin")


@pytest.mark.parametrize("cell", ["no-face", "alias", "region"])
def test_a_narrower_cell_is_taken(file: File, cell: str) -> None:
    """Caution needs no further check."""
    file.read(show="")
    file.screened(Show.FULL)
    assert file.read(show=cell).rejected == ()
    assert file.tandem.show == cell


@pytest.mark.parametrize(
    ("show", "changes", "column"),
    [
        (Show.ALIAS, {"appeal_de": "Ich bin Amal und nähe gern."}, "appeal_de"),
        (Show.REGION, {"trade": "Schneiderin in Freiburg"}, "trade"),
        (Show.ALIAS, {"public_name": "Amal"}, "name"),
        (Show.ALIAS, {"public_name": "Amal S."}, "public_name"),
        (Show.REGION, {"public_name": "Sami (Freiburg)"}, "public_name"),
    ],
)
def test_a_silent_file_must_not_tell_either(
    file: File, show: Show, changes: dict[str, str], column: str
) -> None:
    """What the check found hides name and town also where the cell is empty."""
    file.read(show="")
    file.screened(show)
    assert [each.column for each in file.read(show="", **changes).rejected] == [column]


@pytest.mark.parametrize(
    ("show", "kept"), [("full", True), ("", True), ("no-face", False), ("region", False)]
)
def test_a_picture_is_kept_only_of_who_may_be_seen(file: File, show: str, kept: bool) -> None:
    """And the file is told; after the check it goes, also out of a file that says nothing."""
    photo(file.path.parent / "portrait.jpg")
    notices = file.read(show=show, media="portrait.jpg").notices
    assert bool(file.tandem.media) is kept
    assert any("not kept" in each for each in notices) is not kept
    file.screened(None)
    file.read(show="", media="portrait.jpg")
    assert file.tandem.media == ""


@pytest.mark.parametrize("column", ["appeal_de", "appeal_en", "appeal_ar", "trade", "public_name"])
def test_a_residence_status_is_refused(file: File, column: str) -> None:
    """In whatever column the public would read it, with a hint."""
    text = {"appeal_ar": "أنا طالب لجوء.", "appeal_en": "My residence permit is new."}
    (told,) = file.read(show="full", **{column: text.get(column, "Mit Duldung")}).rejected
    assert told.column == column
    assert "residence status" in told.reason
    assert "I may work" in told.hint
