"""What a map may show without singling a person out: many people, or many tandems, at a point.

Whoever reads of one tandem in a small town may meet the two in the street. So a small town that
carries only one or two has no point of its own: they are counted under their state, and where they
would stand alone there too, under what is left. Nobody is lost: shown and counted are all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

# A town of that size hides anybody; so do that many tandems, or that many of a state's.
LARGE = 20_000
MANY = 3
TOGETHER = 2
# Two digits of latitude are 1.1 km; as many steps of two of longitude between 1.1 and 1.6 km.
_LAT, _LON = 0.01, 0.02


class State(NamedTuple):
    """A state of a country; both are empty where nothing may be said."""

    country: str
    name: str


@dataclass(frozen=True)
class Point:
    """A town on a map: how many people live in it, and how many tandems ask there."""

    name: str
    state: State
    lat: float
    lon: float
    inhabitants: int
    tandems: int
    radius_km: int = 0
    people: int = 0


@dataclass(frozen=True)
class Shown:
    """The towns that may be shown, the states' tandems without a point, and how many are left."""

    points: tuple[Point, ...]
    states: Mapping[State, int]
    elsewhere: int

    @property
    def tandems(self) -> int:
        """All of them."""
        return self.unplaced + sum(each.tandems for each in self.points)

    @property
    def unplaced(self) -> int:
        """Those without a point."""
        return self.elsewhere + sum(self.states.values())


def singles_out(point: Point) -> bool:
    """Whether a point would lead to a person."""
    return point.inhabitants < LARGE and point.tandems < MANY


def unsingled(points: Iterable[Point], regional: Mapping[State, int]) -> Shown:
    """Show what singles nobody out; ``regional`` tandems have no town to be shown in at all."""
    given = list(points)
    counted = dict(regional)
    for each in given:
        if singles_out(each):
            counted[each.state] = counted.get(each.state, 0) + each.tandems
    safe = (_on_grid(each) for each in given if not singles_out(each))
    return Shown(tuple(safe), *together(counted))


def together(counted: Mapping[State, int]) -> tuple[dict[State, int], int]:
    """Each state's number, and the rest: nobody stands alone as long as there is company.

    Tandems without a state belong to the rest.
    """
    kept = {each: number for each, number in counted.items() if number >= TOGETHER and each.name}
    rest = sum(counted.values()) - sum(kept.values())
    if 0 < rest < TOGETHER and kept:
        rest += kept.pop(min(kept, key=lambda each: (kept[each], each)))
    return dict(sorted(kept.items())), rest


def two_digits(number: int) -> int:
    """A figure without the digits by which one could find out who was counted."""
    return round(number, -max(len(str(number)) - 2, 0))


def joined(points: Sequence[Point]) -> list[Point]:
    """One point for each town, with its widest circle."""
    towns: dict[tuple[str, State, float, float], Point] = {}
    for each in points:
        place = (each.name, each.state, each.lat, each.lon)
        towns[place] = _both(towns[place], each) if place in towns else each
    return list(towns.values())


def _both(one: Point, other: Point) -> Point:
    wider = max(one, other, key=lambda each: (each.radius_km, each.people))
    return replace(wider, tandems=one.tandems + other.tandems)


def _on_grid(point: Point) -> Point:
    """Off the exact centre, on a grid of a kilometre or more."""
    lat, lon = round(point.lat / _LAT) * _LAT, round(point.lon / _LON) * _LON
    return replace(point, lat=round(lat, 2), lon=round(lon, 2), people=two_digits(point.people))
