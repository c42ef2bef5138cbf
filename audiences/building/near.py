"""Finding things near a point while the gazetteer is built."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Generic, Protocol, TypeVar


class Located(Protocol):
    """Anything with a point."""

    @property
    def lat(self) -> float:
        """Degrees north."""
        ...

    @property
    def lon(self) -> float:
        """Degrees east."""
        ...


T = TypeVar("T", bound=Located)


def rough_km(a: Located, b: Located) -> float:
    """Return the distance on a sphere's tangent plane; good to 1 % within 50 km."""
    squeeze = math.cos(math.radians((a.lat + b.lat) / 2))
    return 111.2 * math.hypot(a.lat - b.lat, (a.lon - b.lon) * squeeze)


class Near(Generic[T]):
    """A fixed set of located things, searchable by distance."""

    def __init__(self, things: Iterable[T]) -> None:
        self._cells: dict[tuple[int, int], list[T]] = defaultdict(list)
        for thing in things:
            self._cells[_cell(thing)].append(thing)

    def within(self, centre: Located, km: float) -> Iterator[tuple[float, T]]:
        """Yield (distance, thing) for all within the radius, in no useful order."""
        row, column = _cell(centre)
        reach = int(km / 15) + 1
        for y in range(row - reach, row + reach + 1):
            for x in range(column - reach, column + reach + 1):
                for thing in self._cells.get((y, x), ()):
                    distance = rough_km(centre, thing)
                    if distance <= km:
                        yield distance, thing


def _cell(thing: Located) -> tuple[int, int]:
    return math.floor(thing.lat * 4), math.floor(thing.lon * 4)
