"""The embedded places of Germany, Austria, Switzerland and their neighbours."""

import hashlib
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

from audiences.place import GazetteerBroken, Place
from audiences.tables import SortedLines

DATA = Path(__file__).resolve().parent / "data"
# So many ids are looked for one by one; an index takes as long as about thirty of these scans.
_SCANS = 8
_REMEDY = "Install Türöffner again; in a checkout, restore the folder audiences/data."


@dataclass(frozen=True, slots=True)
class Postcode:
    """What a postcode means: its place, all towns in it, and its area's centre if it has one.

    Where it is not `sure`, the place is only the first of the towns that may be meant.
    """

    place: Place
    town_ids: tuple[int, ...]
    centre: tuple[float, float] | None
    sure: bool = True


class Row(NamedTuple):
    """What whoever looks at all places needs of each: made in a fraction of a place's time."""

    name: str
    country: str
    state: str
    lat: float
    lon: float
    population: int
    people: int
    is_town: bool


class Gazetteer:
    """Read-only lookups. Open one per process with `Gazetteer.open()`; threads may share it."""

    def __init__(self, folder: Path = DATA) -> None:
        self._folder = folder
        self._places = self._table("places.tsv")
        self._names = self._table("names.tsv")
        self._remembered: dict[int, Place] = {}
        self._scans = 0
        self._figures: dict[int, tuple[int, int]] = {}

    @staticmethod
    def open() -> "Gazetteer":
        """Return this process's gazetteer of the embedded data.

        Raises GazetteerBroken when a file is missing or damaged.
        """
        return _opened()

    def with_people(self, counted: Mapping[int, int]) -> "Gazetteer":
        """Return the same places with other figures: towns by id, and how many people each has.

        A town's districts are scaled with it, and everybody is still counted once. Raises
        ValueError for an id that is no town's.
        """
        towns: dict[int, list[tuple[int, int, int]]] = {}
        for _, line in self._places.lines(0, self._places.length):
            number, *_, part_of, _disk = line.split("\t")
            if (town := int(part_of or number)) in counted:
                place = self._parse(line)
                towns.setdefault(town, []).append((place.id, place.population, place.people))
        if strange := sorted(counted.keys() - towns.keys()):
            raise ValueError(f"no town has the number {strange[0]}")
        twin = copy(self)
        twin._remembered = {}
        twin.__dict__.pop("_cells_read", None)
        twin._figures = dict(self._figures)
        for town, members in towns.items():
            twin._figures |= _scaled(town, counted[town], members)
        return twin

    def place(self, number: int) -> Place | None:
        """Return the place with a GeoNames id (ours begin at 1,000,000,000)."""
        offset = self._offset(number)
        return None if offset is None else self._at(offset)

    def named(self, key: str) -> list[tuple[int, Place]]:
        """Return (rank, place) of all that answer to a folded name; 0 is the official name,
        1 its short form, 2 another name, 3 a spelling without its dots.
        """
        value = self._names.find(key)
        if value is None:
            return []
        return [(int(ref[0]), self._at(int(ref[1:]))) for ref in value.split(" ")]

    def postcode(self, country: str, code: str) -> Postcode | None:
        """Return what a postcode means in a country."""
        value = self._postcodes.find(f"{country}{code}")
        if value is None:
            return None
        towns, *centre = value.split("\t")
        sure = not towns.startswith("?")
        town_ids = tuple(map(int, towns.removeprefix("?").split(" ")))
        meant = self.place(town_ids[0])
        if meant is None:
            raise self._broken("postcodes.tsv", "names a place that is not there")
        point = (float(centre[0]), float(centre[1])) if centre else None
        return Postcode(meant, town_ids, point, sure)

    def postcodes(self) -> list[str]:
        """Return every postcode with its country before it: "DE79098"."""
        return self._postcodes.all_keys()

    def cell(self, row: int, column: int) -> tuple[Place, ...]:
        """Return the places of a quarter-degree cell: floor(lat * 4), floor(lon * 4)."""
        known = self._cells_read.get((row, column))
        if known is None:
            value = self._cells.find(f"{row},{column}")
            known = self._between(*map(int, value.split(" "))) if value else ()
            self._cells_read[row, column] = known
        return known

    def places(self) -> Iterator[Place]:
        """Yield every place, neighbours one after the other."""
        yield from self._between(0, self._places.length)

    def rows(self) -> Iterator[Row]:
        """Yield every place as a row, with the figures that are laid over it."""
        for line in self._places.texts():
            try:
                number, name, country, state, lat, lon, population, people, town, _ = line.split(
                    "\t"
                )
                own = int(population), int(people or population)
                figures = self._figures.get(int(number), own)
                yield Row(name, country, state, float(lat), float(lon), *figures, not town)
            except ValueError as error:
                raise self._broken("places.tsv", "is damaged") from error

    def keys_starting(self, stem: str) -> list[str]:
        """Return every folded name that begins with the stem, in order."""
        return self._names.keys_starting(stem)

    def name_keys(self) -> list[str]:
        """Return every folded name, for searching near misses."""
        return self._name_keys

    def verify(self) -> None:
        """Compare every file with its recorded digest; raise GazetteerBroken at a difference."""
        for line in self._read("SHA256SUMS").decode().splitlines():
            digest, _, name = line.partition("  ")
            if hashlib.sha256(self._read(name)).hexdigest() != digest:
                raise self._broken(name, "is damaged")

    @cached_property
    def _postcodes(self) -> SortedLines:
        return self._table("postcodes.tsv")

    @cached_property
    def _cells(self) -> SortedLines:
        return self._table("cells.tsv")

    @cached_property
    def _cells_read(self) -> dict[tuple[int, int], tuple[Place, ...]]:
        return {}

    @cached_property
    def _name_keys(self) -> list[str]:
        return self._names.all_keys()

    def _offset(self, number: int) -> int | None:
        """Return where a place's line begins: by a scan at first, for many by an index of all."""
        if "_offsets" not in self.__dict__ and self._scans < _SCANS:
            self._scans += 1
            return self._places.scan(str(number))
        return self._offsets.get(number)

    @cached_property
    def _offsets(self) -> dict[int, int]:
        lines = self._places.lines(0, self._places.length)
        return {int(line.partition("\t")[0]): offset for offset, line in lines}

    def _between(self, start: int, end: int) -> tuple[Place, ...]:
        lines = self._places.lines(start, end)
        return tuple(self._kept(offset, line) for offset, line in lines)

    def _at(self, offset: int) -> Place:
        known = self._remembered.get(offset)
        if known is not None:
            return known
        try:
            return self._kept(offset, self._places.line_at(offset))
        except ValueError as error:
            raise self._broken("places.tsv", "does not fit the other files") from error

    def _kept(self, offset: int, line: str) -> Place:
        known = self._remembered.get(offset)
        if known is None:
            known = self._remembered[offset] = self._parse(line)
        return known

    def _parse(self, line: str) -> Place:
        try:
            number, name, country, state, lat, lon, population, people, town, disk = line.split(
                "\t"
            )
            own = int(population), int(people or population)
            figures = self._figures.get(int(number), own)
            return Place(
                int(number),
                name,
                state,
                country,
                float(lat),
                float(lon),
                *figures,
                int(town) if town else None,
                float(disk or 0),
            )
        except ValueError as error:
            raise self._broken("places.tsv", "is damaged") from error

    def _table(self, name: str) -> SortedLines:
        try:
            return SortedLines(self._folder / name)
        except OSError as error:
            raise self._broken(name, "cannot be read") from error
        except ValueError as error:
            raise self._broken(name, "is damaged") from error

    def _read(self, name: str) -> bytes:
        try:
            return (self._folder / name).read_bytes()
        except OSError as error:
            raise self._broken(name, "cannot be read") from error

    def _broken(self, name: str, what: str) -> GazetteerBroken:
        return GazetteerBroken(f"The places' file {self._folder / name} {what}. {_REMEDY}")


def _scaled(
    town: int, counted: int, members: list[tuple[int, int, int]]
) -> dict[int, tuple[int, int]]:
    """Return (population, people) of a town and its districts, given (id, population, people)."""
    known = next((population for number, population, _ in members if number == town), 0)
    scale = counted / known if known else 0.0
    figures = {
        number: (round(population * scale), int(people * scale))
        for number, population, people in members
        if number != town
    }
    figures[town] = counted, counted - sum(people for _, people in figures.values())
    return figures


@lru_cache(maxsize=1)
def _opened() -> Gazetteer:
    return Gazetteer()
