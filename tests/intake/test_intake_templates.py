"""The templates can be filled in as they are, and do no harm when they are not."""

import csv
from pathlib import Path

import pytest
from openpyxl import load_workbook

from orchestrator.intake.columns import COLUMNS, column_of, explanations
from orchestrator.intake.importing import Intake, import_file
from orchestrator.intake.templates import EXAMPLE_SLUG, write_template_csv, write_template_xlsx
from orchestrator.model import Tandem
from tests.intake.conftest import tandem
from tests.intake.test_intake_import import counts, stored


def test_the_example_cannot_become_a_tandem(lite: Intake, tmp_path: Path) -> None:
    write_template_xlsx(tmp_path / "t.xlsx")
    write_template_csv(tmp_path / "t.csv")
    for name in ("t.xlsx", "t.csv"):
        report = import_file(lite, tmp_path / name)
        assert counts(report) == (0, 0, 0, 0)
        assert any("example" in notice for notice in report.notices)
    assert stored(lite, Tandem) == []


@pytest.mark.parametrize("lang", ["de", "en", None])
def test_a_filled_workbook_is_imported(lite: Intake, tmp_path: Path, lang: str | None) -> None:
    """Leading zeros survive, and the example beside the real rows is left out."""
    path = tmp_path / "t.xlsx"
    write_template_xlsx(path, lang)
    book = load_workbook(path)
    sheet = book["Tandems"]
    for number, column in enumerate(COLUMNS, 1):
        sheet.cell(3, number).value = tandem(place="04103").get(column)
    assert sheet.cell(3, COLUMNS.index("place") + 1).number_format == "@"
    book.save(path)
    assert counts(import_file(lite, path)) == (1, 0, 0, 0)
    (row,) = stored(lite, Tandem)
    assert row.town == "Leipzig"


def test_a_filled_csv_is_imported(lite: Intake, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    write_template_csv(path)
    with path.open("a", encoding="utf-8", newline="") as file:
        row = [tandem().get(column, "") for column in COLUMNS]
        csv.writer(file, delimiter=";").writerow(row)
    assert counts(import_file(lite, path)) == (1, 0, 0, 0)


def test_the_workbook_helps(tmp_path: Path) -> None:
    """Choices to pick from, a frozen heading, and an explanation of every column."""
    write_template_xlsx(tmp_path / "t.xlsx", "de")
    book = load_workbook(tmp_path / "t.xlsx")
    sheet, help_sheet = book.worksheets
    assert sheet.freeze_panes == "B2"
    choices = {rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert '"full,no-face,alias,region"' in choices
    assert [cell.value for cell in help_sheet["A"]][1:] == list(COLUMNS)
    assert all(cell.value for cell in help_sheet["B"])
    assert sheet["A2"].value == EXAMPLE_SLUG


def test_every_column_is_explained_and_found_by_its_own_name() -> None:
    assert list(explanations()) == list(COLUMNS)
    assert all(column_of(column) == column for column in COLUMNS)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "t.xlsx").write_text("mine")
    with pytest.raises(FileExistsError):
        write_template_xlsx(tmp_path / "t.xlsx")
    with pytest.raises(FileExistsError):
        write_template_csv(tmp_path / "t.xlsx")
