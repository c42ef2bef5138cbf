"""Empty tandem files to fill in: a workbook with help and choices, and the same as CSV.

The example row has a slug of its own, by which an import knows and skips it: it cannot become a
tandem by accident.
"""

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from orchestrator.i18n import _, language, speaking
from orchestrator.intake.columns import COLUMNS, explanations
from orchestrator.intake.workbook import SHEET

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

EXAMPLE_SLUG = "beispiel-bitte-loeschen"
_EXAMPLE = {
    "slug": EXAMPLE_SLUG,
    "name": "Beispielname",
    "public_name": "Erfundener Alias",
    "adult": "no",
    "may_work": "unknown",
    "volunteer": "Erfundene Begleitung",
    "volunteer_email": "begleitung@beispiel.example",
    "volunteer_lang": "de",
    "partner": "Musterverein",
    "place": "04103",
    "country": "DE",
    "trade": "Fliesenlegerin",
    "appeal_de": "Dies ist ein Beispiel: Bitte diese Zeile löschen und eigene Tandems eintragen.",
    "appeal_en": "This is an example: please delete this row and write your own tandems.",
}
_CHOICES = {
    "show": ("full", "no-face", "alias", "region"),
    "adult": ("yes", "no"),
    "may_work": ("yes", "permit", "no", "unknown"),
    "country": ("DE", "AT", "CH"),
    "made_with_ai": ("yes", "no"),
    "targeting": ("soft", "hard"),
}
_DATES = ("consent_on", "consent_until")
# As text, so that Excel keeps leading zeros and plus signs.
_TEXTS = ("slug", "place", "volunteer_phone", "backup_contact")
_LAST_ROW = 1000
_WIDTHS = {"appeal": 50, "volunteer": 28, "consent": 32}


def write_template_xlsx(path: Path, lang: str | None = None) -> None:
    """Write the workbook to a new file; the help sheet speaks ``lang`` first, then the other."""
    from openpyxl import Workbook

    book = Workbook()
    sheet: Worksheet = book.active  # type: ignore[assignment]
    sheet.title = SHEET
    sheet.append(list(COLUMNS))
    sheet.append([_EXAMPLE.get(column, "") or None for column in COLUMNS])
    sheet.freeze_panes = "B2"
    for number, column in enumerate(COLUMNS, 1):
        _format(sheet, number, column)
    _help(book, _languages(lang))
    content = io.BytesIO()
    book.save(content)
    with path.open("xb") as file:
        file.write(content.getvalue())


def write_template_csv(path: Path) -> None:
    """Write heading and example to a new file, as a German Excel opens it by a double click."""
    with path.open("x", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter=";", restval="")
        writer.writeheader()
        writer.writerow(_EXAMPLE)


def _languages(lang: str | None) -> tuple[str, str]:
    return ("de", "en") if (lang or language()) == "de" else ("en", "de")


def _format(sheet: "Worksheet", number: int, column: str) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    letter = get_column_letter(number)
    heading = sheet.cell(1, number)
    heading.font = Font(bold=True)
    heading.fill = PatternFill("solid", fgColor="DDE6F0")
    sheet.column_dimensions[letter].width = _WIDTHS.get(column.split("_")[0], 18)
    kind = "@" if column in _TEXTS else "yyyy-mm-dd" if column in _DATES else None
    for row in range(2, _LAST_ROW + 1) if kind else ():
        sheet.cell(row, number).number_format = kind or "General"
    if column.startswith("appeal"):
        sheet.cell(2, number).alignment = Alignment(wrap_text=True, vertical="top")
    _choices(sheet, letter, column)


def _choices(sheet: "Worksheet", letter: str, column: str) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    words = _CHOICES.get(column)
    if not words:
        return
    # Excel warns but lets pass: German words are understood as well.
    rule = DataValidation("list", formula1=f'"{",".join(words)}"', errorStyle="warning")
    rule.add(f"{letter}2:{letter}{_LAST_ROW}")
    sheet.add_data_validation(rule)


def _help(book: "Workbook", languages: tuple[str, ...]) -> None:
    from openpyxl.styles import Alignment, Font

    sheet = book.create_sheet("Hilfe – Help" if languages[0] == "de" else "Help – Hilfe")
    headings, texts = [], []
    for each in languages:
        with speaking(each):
            headings.append(_("What belongs into the column"))
            texts.append(explanations())
    sheet.append(["", *headings])
    for column in COLUMNS:
        sheet.append([column, *(text[column] for text in texts)])
    sheet.freeze_panes = "B2"
    for letter, width in (("A", 18), ("B", 70), ("C", 70)):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for cell in sheet[1]:
        cell.font = Font(bold=True)
