"""Distances on the WGS84 ellipsoid."""

import math
from dataclasses import dataclass
from typing import Protocol

# Up to here the closed form stays within 2 m of the geodesic, in latitudes up to 60°.
CLOSED_FORM_KM = 80.0
_HIGHEST_LATITUDE = 60.0
_EQUATOR_KM = 6378.137
_ECCENTRICITY_SQUARED = 0.00669437999014
_DEGREE = math.pi / 180
_HALF_DEGREE = math.pi / 360


class Point(Protocol):
    """Anything with a latitude and a longitude in degrees."""

    @property
    def lat(self) -> float:
        """Degrees north."""
        ...

    @property
    def lon(self) -> float:
        """Degrees east."""
        ...


@dataclass(frozen=True, slots=True)
class Spot:
    """A bare point, degrees."""

    lat: float
    lon: float


def distance_km(a: Point, b: Point) -> float:
    """Return the distance in kilometres: closed form up to 80 km, geopy's geodesic beyond."""
    near = local_km(a.lat, a.lon, b.lat, b.lon)
    if near <= CLOSED_FORM_KM and abs(a.lat) + abs(b.lat) <= 2 * _HIGHEST_LATITUDE:
        return near
    # geopy takes a quarter of a second to import, and most runs never need it.
    from geopy.distance import geodesic

    return float(geodesic((a.lat, a.lon), (b.lat, b.lon)).km)


def local_km(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Return the distance by the radii of curvature at the middle latitude.

    North–south the meridian's radius counts, east–west the prime vertical's.
    """
    middle = _HALF_DEGREE * (lat_a + lat_b)
    root = 1.0 - _ECCENTRICITY_SQUARED * math.sin(middle) ** 2
    east_radius = _EQUATOR_KM / math.sqrt(root)
    north_radius = east_radius * (1.0 - _ECCENTRICITY_SQUARED) / root
    return math.hypot(
        north_radius * _DEGREE * (lat_a - lat_b),
        east_radius * math.cos(middle) * _DEGREE * (lon_a - lon_b),
    )
