"""Mercator: the flat drawing of the earth on which a circle stays a circle."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import NamedTuple

# WGS84, in kilometres.
_EQUATOR = 6378.137
_ECCENTRICITY = 0.00669437999014
# Height to width: flatter or steeper maps waste a page, or a screen.
_FLATTEST, _STEEPEST = 0.62, 1.42
# Nothing is shown larger than this many kilometres across: a town alone tells nobody where it is.
_LEAST_KM = 170.0
_MARGIN_KM, _MARGIN = 14.0, 0.09
# A campaign that reaches over so much of its countries, across and up, is shown with all of them.
_MOST_OF_IT = 0.55


def mercator(lat: float) -> float:
    """The height of a latitude on a map on which a radian of longitude is 1 wide."""
    return math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))


def radians_of(km: float, lat: float) -> float:
    """A distance as an angle, on the sphere that fits the earth best at this latitude."""
    bulge = 1 - _ECCENTRICITY * math.sin(math.radians(lat)) ** 2
    return km * bulge / (_EQUATOR * math.sqrt(1 - _ECCENTRICITY))


class Box(NamedTuple):
    """A part of the flat map, in radians of longitude; ``north`` and ``south`` are Mercator's."""

    west: float
    south: float
    east: float
    north: float

    def and_also(self, other: "Box") -> "Box":
        """The smallest box with both."""
        return Box(
            min(self.west, other.west),
            min(self.south, other.south),
            max(self.east, other.east),
            max(self.north, other.north),
        )

    def wider(self, across: float, up: float) -> "Box":
        """With so much more on every side."""
        return Box(self.west - across, self.south - up, self.east + across, self.north + up)

    @property
    def width(self) -> float:
        """From west to east."""
        return self.east - self.west

    @property
    def height(self) -> float:
        """From south to north."""
        return self.north - self.south

    @property
    def stretch(self) -> float:
        """By how much this part is drawn larger than the equator."""
        return math.cosh((self.north + self.south) / 2)


def box_of(points: Iterable[tuple[float, float]]) -> Box:
    """The box of some points, (lat, lon) in degrees."""
    lats, lons = zip(*points, strict=True)
    return Box(
        math.radians(min(lons)),
        mercator(min(lats)),
        math.radians(max(lons)),
        mercator(max(lats)),
    )


def box_around(lat: float, lon: float, km: float) -> Box:
    """The box of a circle."""
    up = math.degrees(radians_of(km, lat))
    across = up / math.cos(math.radians(lat))
    return box_of([(lat - up, lon - across), (lat + up, lon + across)])


@dataclass(frozen=True)
class Frame:
    """The part of the earth that is shown, on a drawing ``width`` units wide."""

    box: Box
    width: float

    @property
    def scale(self) -> float:
        """Units for a radian of longitude."""
        return self.width / self.box.width

    @property
    def height(self) -> float:
        """As tall as it has to be."""
        return self.box.height * self.scale

    def at(self, lat: float, lon: float) -> tuple[float, float]:
        """Where a point is drawn."""
        x = (math.radians(lon) - self.box.west) * self.scale
        return x, (self.box.north - mercator(lat)) * self.scale

    def disk(self, lat: float, lon: float, km: float) -> tuple[float, float, float]:
        """Centre and radius of a circle as it is drawn.

        Farther from the equator everything is larger, so its middle lies a little off its centre.
        """
        angle = math.degrees(radians_of(km, lat))
        x, top = self.at(lat + angle, lon)
        _x, bottom = self.at(lat - angle, lon)
        return x, (top + bottom) / 2, (bottom - top) / 2

    def units(self, km: float) -> float:
        """A distance in the middle of the map."""
        return km / _EQUATOR * self.box.stretch * self.scale

    def holds(self, x: float, y: float) -> bool:
        """Whether a drawn point is inside."""
        return 0 <= x <= self.width and 0 <= y <= self.height


def framed(shown: Sequence[Box], country: Box | None, width: float) -> Frame:
    """What must be seen, with some surroundings; most of a country draws in all of it."""
    if not shown:
        return Frame(_shaped(_roomy(country or box_around(51.0, 10.0, 400))), width)
    box = reduce(Box.and_also, shown)
    if country and _share(box, country) >= _MOST_OF_IT:
        box = box.and_also(country)
    return Frame(_shaped(_roomy(box)), width)


def _share(box: Box, country: Box) -> float:
    return (box.width / country.width + box.height / country.height) / 2


def _roomy(box: Box) -> Box:
    unit = box.stretch / _EQUATOR
    margin = max(_MARGIN_KM * unit, _MARGIN * max(box.width, box.height))
    box = box.wider(margin, margin)
    missing = max(0.0, _LEAST_KM * unit - max(box.width, box.height)) / 2
    return box.wider(missing, missing)


def _shaped(box: Box) -> Box:
    if box.height > _STEEPEST * box.width:
        return box.wider((box.height / _STEEPEST - box.width) / 2, 0)
    return box.wider(0, max(0.0, _FLATTEST * box.width - box.height) / 2)
