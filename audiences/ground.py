"""The ground of a map: land with its borders, and towns as dots by which one knows it again."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache, reduce
from itertools import islice

from audiences.gazetteer import Gazetteer, Row
from audiences.outlines import Ring, line_of, path_of, rings
from audiences.projection import Box, Frame, box_of

# Outlines are drawn on half units: fine enough, and short to write.
_FINE = 2
# Dots by the size of a town: at least so many people → diameter in the map's units.
_DOTS = ((200_000, 6.2), (50_000, 4.4), (15_000, 3.2), (4_000, 2.3), (1_200, 1.6))
_MOST_DOTS = 900
_SEAM_KM = 1.6


@lru_cache(maxsize=1)
def towns() -> tuple[Row, ...]:
    """Towns of some size, largest first. Raises GazetteerBroken when their file is damaged."""
    least = _DOTS[-1][0]
    found = [row for row in Gazetteer.open().rows() if row.is_town and row.population >= least]
    return tuple(sorted(found, key=lambda each: (-each.population, each.name)))


def whole(countries: Collection[str]) -> Box | None:
    """The countries from end to end."""
    found = [box_of(each.points) for each in rings() if each.country in countries]
    return reduce(Box.and_also, found) if found else None


def land(frame: Frame, countries: Collection[str]) -> Iterator[str]:
    """Neighbours, then the countries in question with their states, then these' outer border."""
    home = [each for each in rings() if each.country in countries]
    abroad = _outlines([each for each in rings() if each.country not in countries], frame)
    yield f'<g transform="scale({1 / _FINE:g})">'
    if abroad:
        # Two sources never quite agree on a border: a seam of land lies under the gap.
        seam = max(2.0, frame.units(_SEAM_KM) * _FINE)
        yield f'<path class="soil abroad" stroke-width="{seam:.1f}" d="{abroad}"/>'
        yield f'<path class="border" d="{abroad}"/>'
    if path := _outlines(home, frame):
        yield f'<path class="soil home" d="{path}"/>'
    if path := _coast(home, frame):
        yield f'<path class="border outer" d="{path}"/>'
    yield "</g>"


def _outlines(shown: Iterable[Ring], frame: Frame) -> str:
    width, height = frame.width * _FINE, round(frame.height) * _FINE
    lines = ([_fine(each, frame) for each in ring.points] for ring in shown)
    return "".join(path_of(line, width, height) for line in lines)


def _coast(home: Sequence[Ring], frame: Frame) -> str:
    """What borders on nothing of its own: the edges that no second state shares."""
    edges = [edge for ring in home for edge in zip(ring.points, _next(ring.points), strict=True)]
    shared = Counter(frozenset(edge) for edge in edges)
    outer = [
        (_fine(start, frame), _fine(end, frame))
        for start, end in edges
        if shared[frozenset((start, end))] == 1
    ]
    inside = [edge for edge in outer if all(frame.holds(x / _FINE, y / _FINE) for x, y in edge)]
    return line_of(inside)


def _next(points: Sequence[tuple[float, float]]) -> Sequence[tuple[float, float]]:
    return [*points[1:], *points[:1]]


def _fine(point: tuple[float, float], frame: Frame) -> tuple[float, float]:
    x, y = frame.at(*point)
    return x * _FINE, y * _FINE


def dotted(all_towns: Sequence[Row], frame: Frame) -> Iterator[str]:
    """The largest towns as dots, one path for each size: a few bytes a town."""
    drawn = ((each, frame.at(each.lat, each.lon)) for each in all_towns)
    # The largest come first: most of the others are never projected.
    shown = list(islice(((each, at) for each, at in drawn if frame.holds(*at)), _MOST_DOTS))
    for size, (least, diameter) in enumerate(_DOTS):
        most = _DOTS[size - 1][0] if size else math.inf
        here = [at for each, at in shown if least <= each.population < most]
        if path := _dots(sorted({(round(x), round(y)) for x, y in here})):
            yield f'<path class="town" stroke-width="{diameter}" d="{path}"/>'


def _dots(points: Sequence[tuple[int, int]]) -> str:
    """Lines of no length, which a round cap makes into dots."""
    path: list[str] = []
    at = (0, 0)
    for x, y in points:
        path.append(f"m{x - at[0]} {y - at[1]}h0" if path else f"M{x} {y}h0")
        at = (x, y)
    return "".join(path)
