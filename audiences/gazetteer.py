"""The embedded places of Germany, Austria, Switzerland and their neighbours."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from audiences.place import GazetteerBroken, Place
from audiences.tables import SortedLines

DATA = Path(__file__).resolve().parent / "data"
_REMEDY = "Install Türöffner again; in a checkout, restore the folder audiences/data."


@dataclass(frozen=True, slots=True)
class Postcode:
    """What a postcode means: its place, all towns in it, and its area's centre if it has one."""

    place: Place
    town_ids: tuple[int, ...]
    centre: tuple[float, float] | None


class Gazetteer:
    """Read-only lookups. Open one per process with `Gazetteer.open()`; threads may share it."""

    def __init__(self, folder: Path = DATA) -> None:
        self._folder = folder
        self._places = self._table("places.tsv")
        self._names = self._table("names.tsv")
        self._remembered: dict[int, Place] = {}

    @staticmethod
    def open() -> "Gazetteer":
        """Return this process's gazetteer of the embedded data.

        Raises GazetteerBroken when a file is missing or damaged.
        """
        return _opened()

    def place(self, number: int) -> Place | None:
        """Return the place with a GeoNames id (ours begin at 1,000,000,000)."""
        value = self._places.find(str(number))
        return None if value is None else self._parse(f"{number}\t{value}")

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
        place, towns, lat, lon = value.split("\t")
        meant = self.place(int(place))
        if meant is None:
            raise self._broken("postcodes.tsv", "names a place that is not there")
        centre = (float(lat), float(lon)) if lat else None
        return Postcode(meant, tuple(map(int, towns.split())), centre)

    def postcodes(self) -> list[str]:
        """Return every postcode with its country before it: "DE79098"."""
        return self._postcodes.all_keys()

    def cell(self, row: int, column: int) -> tuple[Place, ...]:
        """Return the places of a quarter-degree cell: floor(lat * 4), floor(lon * 4)."""
        known = self._cells_read.get((row, column))
        if known is None:
            value = self._cells.find(f"{row},{column}")
            known = tuple(self._at(int(o)) for o in value.split(" ")) if value else ()
            self._cells_read[row, column] = known
        return known

    def places(self) -> Iterator[Place]:
        """Yield every place."""
        for number in self._places.all_keys():
            place = self.place(int(number))
            if place is not None:
                yield place

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

    def _at(self, offset: int) -> Place:
        known = self._remembered.get(offset)
        if known is None:
            try:
                known = self._parse(self._places.line_at(offset))
            except ValueError as error:
                raise self._broken("places.tsv", "does not fit the other files") from error
            self._remembered[offset] = known
        return known

    def _parse(self, line: str) -> Place:
        try:
            number, name, country, state, lat, lon, population, people, town = line.split("\t")
            return Place(
                int(number),
                name,
                state,
                country,
                float(lat),
                float(lon),
                int(population),
                int(people or population),
                int(town) if town else None,
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


@lru_cache(maxsize=1)
def _opened() -> Gazetteer:
    return Gazetteer()
