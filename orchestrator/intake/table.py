"""A file of rows, whatever program wrote it: recognised by content, not by its name.

Rows keep their distance from the heading, which counts as row 1; empty rows are left out but
counted, so that the numbers are those a person sees.
"""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import Enum
from pathlib import Path

from orchestrator.errors import UsageProblem
from orchestrator.i18n import _

MOST_BYTES = 20_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 200
_ZIP = b"PK\x03\x04"
# Excel's old format, and the envelope around every password-protected new one.
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Gap(Enum):
    """A cell of a workbook whose value is not there."""

    NOT_CALCULATED = "not calculated"
    ERROR = "error"


Cell = str | int | float | bool | date | datetime | time | timedelta | Gap | None


@dataclass(frozen=True)
class Row:
    """Cells of one row; ``number`` counts the heading as 1."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A heading and the rows below it; ``notices`` say how the file was understood."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    notices: tuple[str, ...] = field(default=())


def read_table(path: Path) -> Table:
    """Read an XLSX or CSV file; what is not one is refused with a sentence (exit 2)."""
    data = _content(path)
    if data.startswith(_ZIP):
        from orchestrator.intake.workbook import read_workbook

        return read_workbook(data, path.name)
    if data.startswith(_OLE):
        raise refused(
            path.name,
            _("It is protected by a password, or in the old XLS format."),
            _("Remove the password and save it as XLSX (Excel workbook)."),
        )
    from orchestrator.intake.delimited import read_delimited

    return read_delimited(data, path.name)


def table_of(name: str, rows: Iterable[tuple[Cell, ...]], notices: tuple[str, ...] = ()) -> Table:
    """Make a table of raw rows: the first that is not empty is the heading."""
    filled = _filled(rows)
    first = next(filled, None)
    if first is None:
        raise refused(
            name,
            _("It is empty."),
            _("Fill in the template that `tueroeffner init` made; its first row has the columns."),
        )
    headings = tuple("" if cell is None else str(cell).strip() for cell in first.cells)
    body: list[Row] = []
    for row in filled:
        if len(body) == MOST_ROWS:
            raise refused(
                name,
                _("It has more than {most} rows.").format(most=MOST_ROWS),
                _("Split it into several files."),
            )
        body.append(Row(row.number - first.number + 1, row.cells))
    return Table(headings, tuple(body), notices)


def _filled(rows: Iterable[tuple[Cell, ...]]) -> Iterator[Row]:
    for number, cells in enumerate(rows, 1):
        if any(cell is not None and str(cell).strip() for cell in cells):
            yield Row(number, cells)


def _content(path: Path) -> bytes:
    try:
        if path.is_file() and path.stat().st_size > MOST_BYTES:
            raise refused(
                path.name,
                _("It is larger than {most} MB.").format(most=MOST_BYTES // 1_000_000),
                _("Pictures belong beside the file; leave only the rows in it."),
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UsageProblem(
            _("There is no file {path}.").format(path=path), remedy=_near(path)
        ) from error
    except OSError as error:
        raise UsageProblem(
            _("The file {path} cannot be read: {reason}").format(path=path, reason=error.strerror),
            remedy=_("Check the path and your right to read it; close it in other programs."),
        ) from error


def _near(path: Path) -> str:
    try:
        names = {each.name.casefold(): each.name for each in path.parent.iterdir()}
    except OSError:
        names = {}
    near = difflib.get_close_matches(path.name.casefold(), names, n=1)
    if near:
        return _("Did you mean {nearest}?").format(nearest=path.parent / names[near[0]])
    return _("Check the path; the template is made by `tueroeffner init`.")


def refused(name: str, reason: str, remedy: str) -> UsageProblem:
    """The one error for a file that cannot be taken as a whole."""
    return UsageProblem(
        _("The file {name} cannot be imported.").format(name=name) + " " + reason, remedy=remedy
    )
