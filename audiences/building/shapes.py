"""Areas on the map: how large they are, and what lies in them."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Generic, TypeVar

from audiences.building.near import Located

# (longitude, latitude), as GeoJSON has it; the last point of a ring is its first.
Ring = list[tuple[float, float]]

_EQUATOR_KM, _ECCENTRICITY_2 = 6378.137, 0.00669437999


@dataclass(frozen=True)
class Shape:
    """Polygons of one area, each an outer ring and its holes."""

    polygons: tuple[tuple[Ring, ...], ...]

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north."""
        points = [point for polygon in self.polygons for point in polygon[0]]
        lons, lats = [p[0] for p in points], [p[1] for p in points]
        return min(lons), min(lats), max(lons), max(lats)

    @cached_property
    def km2(self) -> float:
        """Return the area on the ellipsoid, holes left out."""
        return sum(
            ring_km2(polygon[0]) - sum(map(ring_km2, polygon[1:])) for polygon in self.polygons
        )

    def holds(self, lat: float, lon: float) -> bool:
        """Tell whether a point lies inside, and in no hole."""
        west, south, east, north = self.box
        if not (west <= lon <= east and south <= lat <= north):
            return False
        crossings = sum(_crossings(ring, lat, lon) for p in self.polygons for ring in p)
        return crossings % 2 == 1


T = TypeVar("T")


class ShapeIndex(Generic[T]):
    """A fixed set of areas that do not overlap; finds the one around a point."""

    def __init__(self, shapes: Iterable[tuple[Shape, T]]) -> None:
        self._cells: dict[tuple[int, int], list[tuple[Shape, T]]] = defaultdict(list)
        for shape, meant in shapes:
            west, south, east, north = shape.box
            for row in range(_cell(south), _cell(north) + 1):
                for column in range(_cell(west), _cell(east) + 1):
                    self._cells[row, column].append((shape, meant))

    def around(self, point: Located) -> T | None:
        """Return what the area around a point stands for."""
        for shape, meant in self._cells.get((_cell(point.lat), _cell(point.lon)), ()):
            if shape.holds(point.lat, point.lon):
                return meant
        return None


def ring_km2(ring: Ring) -> float:
    """Return a ring's area; its curvature is taken at its middle, good for a few degrees."""
    lats = [lat for _, lat in ring]
    middle = math.radians((min(lats) + max(lats)) / 2)
    west, south = ring[0]
    doubled = sum(
        (a[0] - west) * (b[1] - south) - (b[0] - west) * (a[1] - south) for a, b in pairwise(ring)
    )
    bend = 1 - _ECCENTRICITY_2 * math.sin(middle) ** 2
    per_degree2 = _EQUATOR_KM**2 * (1 - _ECCENTRICITY_2) / bend**2 * math.cos(middle)
    return abs(doubled) / 2 * per_degree2 * math.radians(1) ** 2


def geojson_shape(geometry: dict[str, Any]) -> Shape:
    """Return the shape of a GeoJSON Polygon or MultiPolygon."""
    coordinates = geometry["coordinates"]
    polygons = [coordinates] if geometry["type"] == "Polygon" else coordinates
    return Shape(
        tuple(tuple([(p[0], p[1]) for p in ring] for ring in polygon) for polygon in polygons)
    )


def _cell(degrees: float) -> int:
    return math.floor(degrees * 10)


def _crossings(ring: Ring, lat: float, lon: float) -> int:
    count = 0
    x1, y1 = ring[0]
    for x2, y2 in ring:
        if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
            count += 1
        x1, y1 = x2, y2
    return count
