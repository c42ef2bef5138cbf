"""How far the gazetteer reaches: 100 km beyond the borders of the countries at home."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from audiences.building.near import Located, Near
from audiences.building.places import Draft
from audiences.building.shapes import Ring, Shape
from audiences.building.sources import HOME

REACH_KM = 100.0
# Close enough to each other that the line between two is never missed by more than 10 m.
_STEP_DEGREES = 0.02


@dataclass(frozen=True, slots=True)
class Milestone:
    """A point on a border."""

    lat: float
    lon: float


class Reach:
    """All that lies within 100 km of the borders of some countries."""

    def __init__(self, homes: Iterable[Shape]) -> None:
        rings = (ring for home in homes for polygon in home.polygons for ring in polygon)
        self._border = Near(stone for ring in rings for stone in _along(ring))

    def holds(self, place: Located) -> bool:
        """Tell whether a place abroad is near enough."""
        return next(self._border.within(place, REACH_KM), None) is not None


def nearby(drafts: list[Draft], reach: Reach) -> list[Draft]:
    """Return the places at home and those near enough, their towns being so as well.

    Whoever lives in a district beyond the reach is counted at the centre of the town.
    """
    inside = {d.id for d in drafts if d.country in HOME or reach.holds(d)}
    kept = [d for d in drafts if d.id in inside and (d.part_of or d).id in inside]
    for draft in drafts:
        if draft.part_of is not None and draft.part_of.id in inside and draft.id not in inside:
            draft.part_of.people += draft.people
            draft.people = 0
    return kept


def _along(ring: Ring) -> Iterator[Milestone]:
    for (x1, y1), (x2, y2) in pairwise(ring):
        steps = max(1, math.ceil(math.hypot(x2 - x1, y2 - y1) / _STEP_DEGREES))
        for n in range(steps):
            yield Milestone(y1 + (y2 - y1) * n / steps, x1 + (x2 - x1) * n / steps)
