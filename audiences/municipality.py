"""One row of an official table of municipalities: what may stand in its cells."""

import re
from dataclasses import dataclass
from enum import StrEnum

from audiences.fold import tidy

# By the first two digits of a municipality's key.
STATES = {
    "01": "Schleswig-Holstein",
    "02": "Hamburg",
    "03": "Niedersachsen",
    "04": "Bremen",
    "05": "Nordrhein-Westfalen",
    "06": "Hessen",
    "07": "Rheinland-Pfalz",
    "08": "Baden-Württemberg",
    "09": "Bayern",
    "10": "Saarland",
    "11": "Berlin",
    "12": "Brandenburg",
    "13": "Mecklenburg-Vorpommern",
    "14": "Sachsen",
    "15": "Sachsen-Anhalt",
    "16": "Thüringen",
}
# Germany from Oberstdorf to Sylt and from Selfkant to Görlitz; places decide what is near a border.
_SOUTH, _NORTH, _WEST, _EAST = 47.2, 55.1, 5.8, 15.1
# What lists write that do not know a place: the centre of Germany.
_STAND_IN, _SAME_POINT = (51.1657, 10.4515), 0.0001
# Berlin has 3.9 million; more is a sum, or another column.
MOST_PEOPLE = 5_000_000
LONGEST_NAME = 100
_GROUPED = re.compile(r"[1-9]\d{0,2}([ .,'])\d{3}(?:\1\d{3})*", re.ASCII)
_WHOLE = re.compile(r"(\d+)(?:[.,]0+)?", re.ASCII)
_DEGREES = re.compile(r"-?\d{1,3}(?:[.,]\d+)?", re.ASCII)
# Official tables write a dash for "none at all".
_NONE = ("-", "–", "—")


class Column(StrEnum):
    """What a table has to tell of a municipality."""

    AGS = "AGS"
    NAME = "name"
    POPULATION = "population"
    LAT = "lat"
    LON = "lon"


class Fault(StrEnum):
    """Why a row stays out."""

    MISSING = "missing"
    NO_KEY = "no_key"
    NO_STATE = "no_state"
    LONG_NAME = "long_name"
    NOT_WHOLE = "not_whole"
    TOO_MANY = "too_many"
    NOT_DEGREES = "not_degrees"
    SWAPPED = "swapped"
    OUTSIDE = "outside"
    STAND_IN = "stand_in"
    OTHER_STATE = "other_state"
    TWICE = "twice"
    TOO_WIDE = "too_wide"


class Unfit(ValueError):
    """A cell that cannot be taken; ``detail`` is what the sentence about it names."""

    def __init__(self, column: Column, fault: Fault, detail: str = "") -> None:
        super().__init__(f"{column}: {fault}")
        self.column = column
        self.fault = fault
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Municipality:
    """A good row; ``row`` is its number in the file, ``ags`` the official key of eight digits."""

    row: int
    ags: str
    name: str
    population: int
    lat: float
    lon: float

    @property
    def state(self) -> str:
        """The federal state that the key begins with."""
        return STATES[self.ags[:2]]


def key(text: str) -> str:
    """Read an AGS, or an ARS, which has four digits more within; a lost zero is put back."""
    digits = "".join(text.split())
    if not digits:
        raise Unfit(Column.AGS, Fault.MISSING)
    if not re.fullmatch(r"\d{7,8}|\d{11,12}", digits, re.ASCII):
        raise Unfit(Column.AGS, Fault.NO_KEY)
    if len(digits) > 8:
        digits = digits.zfill(12)
        digits = digits[:5] + digits[-3:]
    ags = digits.zfill(8)
    if ags[:2] not in STATES:
        raise Unfit(Column.AGS, Fault.NO_STATE, ags[:2])
    return ags


def lost_zero(text: str) -> bool:
    """Tell whether a spreadsheet took the zero from the front of a key."""
    return len("".join(text.split())) in (7, 11)


def is_sum(text: str) -> bool:
    """Tell whether a key is not of a municipality but of what it belongs to, up to the country."""
    return bool(re.fullmatch(r"\d{1,5}|\d{9}|DG|DE", "".join(text.split()), re.ASCII))


def name(text: str) -> str:
    """Read a name with its titles, as the table has it."""
    said = " ".join(tidy(text).split())
    if not said:
        raise Unfit(Column.NAME, Fault.MISSING)
    if len(said) > LONGEST_NAME:
        raise Unfit(Column.NAME, Fault.LONG_NAME)
    return said


def population(text: str) -> int:
    """Read people, in groups of three or not: "12345", "12 345", "12.345"; a dash is nobody."""
    said = _cell(text, Column.POPULATION)
    if said in _NONE:
        return 0
    whole = _WHOLE.fullmatch(said)
    if _GROUPED.fullmatch(said):
        number = int(re.sub(r"\D", "", said))
    elif whole and len(whole[1]) < 16:
        number = int(whole[1])
    else:
        raise Unfit(Column.POPULATION, Fault.NOT_WHOLE)
    if number > MOST_PEOPLE:
        raise Unfit(Column.POPULATION, Fault.TOO_MANY)
    return number


def point(lat: str, lon: str) -> tuple[float, float]:
    """Read degrees north and east, with a decimal point or comma; they must lie in Germany."""
    north, east = _degrees(lat, Column.LAT), _degrees(lon, Column.LON)
    if _in_germany(east, north):
        raise Unfit(Column.LAT, Fault.SWAPPED)
    if not _in_germany(north, east):
        column = Column.LON if _SOUTH <= north <= _NORTH else Column.LAT
        raise Unfit(column, Fault.OUTSIDE)
    if abs(north - _STAND_IN[0]) < _SAME_POINT and abs(east - _STAND_IN[1]) < _SAME_POINT:
        raise Unfit(Column.LAT, Fault.STAND_IN)
    return north, east


def _degrees(text: str, column: Column) -> float:
    said = _cell(text, column)
    if not _DEGREES.fullmatch(said):
        raise Unfit(column, Fault.NOT_DEGREES)
    return float(said.replace(",", "."))


def _cell(text: str, column: Column) -> str:
    said = " ".join(text.replace("’", "'").split())
    if not said:
        raise Unfit(column, Fault.MISSING)
    return said


def _in_germany(lat: float, lon: float) -> bool:
    return _SOUTH <= lat <= _NORTH and _WEST <= lon <= _EAST
