"""Reading an official table of municipalities, as statistical offices and spreadsheets write it."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from audiences import municipality
from audiences.fold import fold
from audiences.municipality import Column, Fault, Municipality, Unfit

# Germany has 10,950 municipalities and some 200 areas without people.
MOST_ROWS = 20_000
_SEPARATORS = ";,\t"
# Offices put a title and a date above the heading.
_HEADING_WITHIN = 30
_NAMES = {
    Column.AGS: "AGS|Gemeindeschlüssel|amtlicher Gemeindeschlüssel|Gemeindekennziffer"
    "|amtlicher Gemeindeschlüssel (AGS)|Schlüssel|municipality key",
    Column.NAME: "Name|Gemeindename|Gemeinde|Gemeindebezeichnung|GEN|municipality",
    Column.POPULATION: "population|Einwohner|Einwohnerzahl|Einwohner insgesamt|Bevölkerung"
    "|Bevölkerung insgesamt|Bevölkerungsstand|EWZ|inhabitants",
    Column.LAT: "lat|latitude|Breite|Breitengrad|geografische Breite|geographische Breite",
    Column.LON: "lon|lng|long|longitude|Länge|Längengrad|geografische Länge|geographische Länge",
}
# The longer key holds the other one: it counts only where that is missing.
_LONG_KEY = "ARS|RS|Regionalschlüssel|amtlicher Regionalschlüssel|amtlicher Regionalschlüssel (ARS)"


class Trouble(StrEnum):
    """Why a file as a whole is no such table."""

    EMPTY = "empty"
    WORKBOOK = "workbook"
    NO_TEXT = "no_text"
    NO_COLUMNS = "no_columns"
    TWO_COLUMNS = "two_columns"
    QUOTES = "quotes"
    NO_ROWS = "no_rows"
    TOO_LONG = "too_long"


class NoTable(ValueError):
    """A file that is refused as a whole; ``detail``: the columns or the row that it is about."""

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        super().__init__(f"no table of municipalities: {trouble} {detail}")
        self.trouble = trouble
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that stays out, and why; ``row`` counts from the file's first as a spreadsheet does."""

    row: int
    column: Column | None
    fault: Fault
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """The good rows and the others; ``sums`` are rows of districts, states and footnotes, which
    are left out, ``zeros`` the keys that got their first digit back.
    """

    rows: tuple[Municipality, ...]
    rejected: tuple[Rejected, ...]
    encoding: str
    separator: str
    sums: int
    zeros: int


def read(data: bytes) -> Reading:
    """Read a table `AGS;name;population;lat;lon` with any usual heading, order and separator.

    Raises NoTable if it is none.
    """
    text, encoding = _text(data)
    separator, heading = _heading(text)
    good: dict[str, Municipality] = {}
    rejected: list[Rejected] = []
    sums = zeros = 0
    for number, cells in _records(text, separator, heading.row):
        key = heading.cell(cells, Column.AGS)
        if municipality.is_sum(key) or _is_footnote(cells, key):
            sums += 1
            continue
        try:
            found = heading.municipality(number, cells)
            if found.ags in good:
                raise Unfit(Column.AGS, Fault.TWICE, str(good[found.ags].row))
        except Unfit as unfit:
            rejected.append(Rejected(number, _column(unfit), unfit.fault, unfit.detail))
            continue
        good[found.ags] = found
        zeros += municipality.lost_zero(key)
    if not good and not rejected:
        raise NoTable(Trouble.NO_ROWS)
    return Reading(tuple(good.values()), tuple(rejected), encoding, separator, sums, zeros)


def _column(unfit: Unfit) -> Column | None:
    return None if unfit.fault is Fault.TOO_WIDE else unfit.column


@dataclass(frozen=True, slots=True)
class _Heading:
    """Where the columns stand; ``row`` is the heading's own number, ``width`` its cells."""

    row: int
    width: int
    places: dict[Column, int]

    def cell(self, cells: Sequence[str], column: Column) -> str:
        place = self.places[column]
        return cells[place] if place < len(cells) else ""

    def municipality(self, number: int, cells: Sequence[str]) -> Municipality:
        if any(cell.strip() for cell in cells[self.width :]):
            # A separator within a name: what stands where cannot be known.
            raise Unfit(Column.NAME, Fault.TOO_WIDE)
        ags = municipality.key(self.cell(cells, Column.AGS))
        name = municipality.name(self.cell(cells, Column.NAME))
        people = municipality.population(self.cell(cells, Column.POPULATION))
        lat, lon = municipality.point(
            *(self.cell(cells, each) for each in (Column.LAT, Column.LON))
        )
        return Municipality(number, ags, name, people, lat, lon)


def _text(data: bytes) -> tuple[str, str]:
    if not data.strip():
        raise NoTable(Trouble.EMPTY)
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise NoTable(Trouble.WORKBOOK)
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and not text.startswith("%PDF-"):
            return text, encoding.removesuffix("-sig")
    raise NoTable(Trouble.NO_TEXT)


def _heading(text: str) -> tuple[str, _Heading]:
    """Find the separator and the row that know most columns."""
    best, most = ";", _Heading(0, 0, {})
    for separator in _SEPARATORS:
        for number, cells in _rows(io.StringIO(text[:50_000], newline=""), separator, strict=False):
            if number > _HEADING_WITHIN:
                break
            found = _places(cells)
            if len(found) > len(most.places):
                best, most = separator, _Heading(number, len(cells), found)
    missing = [column for column in Column if column not in most.places]
    if missing:
        raise NoTable(Trouble.NO_COLUMNS, ", ".join(missing))
    return best, _undoubled(text, best, most)


def _undoubled(text: str, separator: str, heading: _Heading) -> _Heading:
    cells = next(c for n, c in _rows(io.StringIO(text, newline=""), separator) if n == heading.row)
    meant = [_meant().get(fold(cell)) for cell in cells]
    for column in Column:
        if meant.count(column) > 1:
            raise NoTable(Trouble.TWO_COLUMNS, column)
    return heading


def _places(cells: Sequence[str]) -> dict[Column, int]:
    keys = [fold(cell[: municipality.LONGEST_NAME]) for cell in cells]
    found = {column: n for n, key in enumerate(keys) if (column := _meant().get(key))}
    long_key = next((n for n, key in enumerate(keys) if key in _long_keys()), None)
    if long_key is not None:
        found.setdefault(Column.AGS, long_key)
    return found


@lru_cache(maxsize=1)
def _meant() -> dict[str, Column]:
    return {fold(each): column for column, names in _NAMES.items() for each in names.split("|")}


@lru_cache(maxsize=1)
def _long_keys() -> frozenset[str]:
    return frozenset(map(fold, _LONG_KEY.split("|")))


def _records(text: str, separator: str, heading: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows below the heading that are not empty."""
    body = 0
    for number, cells in _rows(io.StringIO(text, newline=""), separator):
        if number > heading and any(cell.strip() for cell in cells):
            body += 1
            if body > MOST_ROWS:
                raise NoTable(Trouble.TOO_LONG)
            yield number, cells


def _rows(
    lines: io.StringIO, separator: str, *, strict: bool = True
) -> Iterator[tuple[int, list[str]]]:
    number = 0
    try:
        for number, cells in enumerate(csv.reader(lines, delimiter=separator, strict=strict), 1):
            yield number, cells
    except csv.Error as error:
        raise NoTable(Trouble.QUOTES, str(number + 1)) from error


def _is_footnote(cells: Sequence[str], key: str) -> bool:
    """Tell a line of text below the table from a row that lost its figures."""
    filled = [cell for cell in cells if cell.strip()]
    return len(filled) == 1 and not any(digit.isdigit() for digit in key[:7])
