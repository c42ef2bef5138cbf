"""Reading an Excel workbook as values, and telling a missing value from an empty cell."""

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.intake.table import MOST_COLUMNS, Cell, Gap, Table, refused, table_of

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

SHEET = "Tandems"
# A workbook of this size holds more than any campaign; a “zip bomb” holds more still.
MOST_UNPACKED = 300_000_000


def read_workbook(data: bytes, name: str) -> Table:
    """Read the sheet “Tandems”, else the first; a damaged or foreign file is refused."""
    _look_inside(data, name)
    try:
        with warnings.catch_warnings():
            # openpyxl tells of decoration that it leaves out; only the values matter here.
            warnings.simplefilter("ignore")
            return table_of(name, _rows(_opened(data, values=True), _opened(data, values=False)))
    except UsageProblem:
        raise
    except (
        *(zipfile.BadZipFile, zlib.error, EOFError, OSError, ParseError),
        *(KeyError, ValueError, TypeError, AttributeError, IndexError, AssertionError),
    ) as error:
        raise _damaged(name) from error


def _look_inside(data: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _damaged(name) from error
    if not any(member.filename.casefold() == "xl/workbook.xml" for member in members):
        raise refused(
            name, _("It is not an Excel workbook (XLSX)."), _("Save it as XLSX or as CSV.")
        )
    if sum(member.file_size for member in members) > MOST_UNPACKED:
        raise refused(name, _("It is too large."), _("Leave only the rows of tandems in it."))
    if any(member.flag_bits & 1 for member in members):
        raise refused(name, _("It is protected by a password."), _("Save it without a password."))


def _opened(data: bytes, *, values: bool) -> "Workbook":
    from openpyxl import load_workbook

    return load_workbook(io.BytesIO(data), read_only=True, data_only=values, keep_links=False)


def _rows(values: "Workbook", formulas: "Workbook") -> Iterator[tuple[Cell, ...]]:
    for shown, written in zip(_cells(values), _cells(formulas), strict=False):
        cells = list(map(_value, shown, written))
        while cells and cells[-1] is None:
            cells.pop()
        yield tuple(cells)


def _cells(book: "Workbook") -> Iterable[tuple[Any, ...]]:
    sheets = book.worksheets
    if not sheets:
        return ()
    named = [sheet for sheet in sheets if sheet.title.strip().casefold() == SHEET.casefold()]
    sheet: Any = (named or sheets)[0]
    # Some programs write a wrong size into the sheet; then rows would be lost.
    sheet.reset_dimensions()
    rows: Iterable[tuple[Any, ...]] = sheet.iter_rows(max_col=MOST_COLUMNS)
    return rows


def _value(shown: Any, written: Any) -> Cell:
    if shown.data_type == "e":
        return Gap.ERROR
    if shown.value is None and written.data_type == "f":
        return Gap.NOT_CALCULATED
    value: Cell = shown.value
    return value.replace("_x000D_", "") if isinstance(value, str) else value


def _damaged(name: str) -> UsageProblem:
    return refused(
        name,
        _("It is damaged."),
        _("Open it in Excel or LibreOffice and save it again as XLSX."),
    )
