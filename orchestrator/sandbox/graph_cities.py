"""Places as the platform keys them: cities, regions, countries; search by the start of a name."""

import csv
import gzip
import io
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import takewhile

from orchestrator.sandbox.graph_table import table

LAST = "\U0010ffff"


@dataclass(frozen=True)
class Region:
    """A first-level region, with the platform's key for it."""

    key: str
    name: str
    country: str

    def found(self) -> dict[str, object]:
        """The region as a search answers it."""
        return {"key": self.key, "name": self.name, "type": "region"} | _country(self.country)

    def stored(self) -> dict[str, object]:
        """The region as a post's targeting reads back."""
        return {"key": self.key, "name": self.name, "country": self.country}


@dataclass(frozen=True)
class City:
    """A town, with the platform's key for it; ``lat`` and ``lon`` in degrees."""

    key: str
    name: str
    region: Region
    people: int
    lat: float
    lon: float

    def found(self) -> dict[str, object]:
        """The town as a search answers it."""
        place = {"region": self.region.name, "region_id": int(self.region.key)}
        country = _country(self.region.country)
        return {"key": self.key, "name": self.name, "type": "city"} | place | country

    def stored(self) -> dict[str, object]:
        """The town as a post's targeting reads back."""
        return {
            "key": self.key,
            "name": self.name,
            "region": self.region.name,
            "region_id": self.region.key,
            "country": self.region.country,
        }


def _country(code: str) -> dict[str, object]:
    return {
        "country_code": code,
        "country_name": table()["countries"].get(code, code),
        "supports_region": True,
        "supports_city": True,
    }


def fold(name: str) -> str:
    """A name for comparing: no case, no accents."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


class Atlas:
    """All towns and regions, by key and by name."""

    def __init__(self, rows: Iterable[tuple[str, str, str, str, int, float, float]]) -> None:
        """Each row is key, name, region, country code, people, latitude, longitude."""
        listed = sorted(rows)
        names = sorted({(country, region) for _, _, region, country, *_ in listed})
        regions = {
            pair: Region(str(number), pair[1], pair[0]) for number, pair in enumerate(names, 4001)
        }
        self.regions = {region.key: region for region in regions.values()}
        self.cities = {
            key: City(key, name, regions[country, region], people, lat, lon)
            for key, name, region, country, people, lat, lon in listed
        }
        self._by_name = sorted(
            [(fold(city.name), city.key) for city in self.cities.values()],
        )

    def people(self, keys: Iterable[str]) -> int:
        """How many live in these towns."""
        return sum(self.cities[key].people for key in set(keys) & self.cities.keys())

    def cities_from(self, start: str) -> Iterator[City]:
        """Towns whose name starts so, whatever the case."""
        wanted = fold(start)
        at = bisect_left(self._by_name, (wanted, ""))
        hits = takewhile(lambda entry: entry[0].startswith(wanted), self._by_name[at:])
        return (self.cities[key] for _, key in hits)

    def search(
        self, q: str, kinds: Iterable[str], country: str | None, region: int | None
    ) -> list[dict[str, object]]:
        """Places of these kinds that start with `q`: exact names first, then short ones."""
        found: list[dict[str, object]] = []
        if "country" in kinds:
            found += _countries_from(q)
        if "region" in kinds:
            found += [r.found() for r in self.regions.values() if fold(r.name).startswith(fold(q))]
        if "city" in kinds:
            found += [city.found() for city in self.cities_from(q)]
        kept = [
            place
            for place in found
            if country in (None, place["country_code"]) and region in (None, place.get("region_id"))
        ]
        return sorted(kept, key=_rank)


def _countries_from(q: str) -> list[dict[str, object]]:
    return [
        {"key": code, "name": name, "type": "country"} | _country(code)
        for code, name in table()["countries"].items()
        if fold(name).startswith(fold(q))
    ]


def _rank(place: dict[str, object]) -> tuple[int, str, str, str]:
    name = str(place["name"])
    return len(name), fold(name), str(place.get("region", "")), str(place["key"])


@cache
def atlas() -> Atlas:
    """The towns shipped with the sandbox."""
    packed = resources.files("orchestrator.sandbox") / "data" / "cities.tsv.gz"
    text = gzip.decompress(packed.read_bytes()).decode("utf-8")
    rows = csv.reader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
    return Atlas(
        (row[0], row[1], row[2], row[3], int(row[6]), float(row[4]), float(row[5]))
        for row in rows
        if row and row[0] != "key"
    )
