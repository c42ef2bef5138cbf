"""Outlines for a quiet map: the German states, Austria, Switzerland, and the rim of the rest."""

import math
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from audiences.building.borders import countries
from audiences.building.shapes import Ring, Shape, ring_km2
from audiences.building.topology import Topology, lines_of

_HOME = ("AT", "CH", "LI")
# Degrees of latitude; on a page 640 wide a dot is about 0.013.
_FINE, _FINER, _COARSE = 0.016, 0.009, 0.03
_SMALLEST_KM2 = 14.0
_SQUEEZE = math.cos(math.radians(51))
_WEST, _SOUTH, _EAST, _NORTH = 2.0, 44.5, 20.0, 57.5
# Islands that people look for on a map, though they are small.
_KNOWN_ISLANDS = {
    "Helgoland": (54.1825, 7.885),
    "Wangerooge": (53.790, 7.899),
    "Baltrum": (53.7265, 7.375),
}

Point = tuple[float, float]


def outlines_table(states: dict[str, Shape], world: Topology) -> bytes:
    """Return country, state and the points of every ring, north and east by turns."""
    rows = [("DE", state, ring) for state, ring in _state_rings(states)]
    rows += [(country, "", ring) for country, ring in _country_rings(world)]
    return "".join(_line(*row) for row in rows).encode()


def _line(country: str, state: str, ring: Ring) -> str:
    points = [f"{lat:.3f} {lon:.3f}" for lon, lat in ring[:-1]]
    return f"{country}\t{state}\t{' '.join(points)}\n"


def _state_rings(states: dict[str, Shape]) -> list[tuple[str, Ring]]:
    """Return each state's land; what two states share is the same line in both.

    Holes are left out: in each of them lies a state with a ring of its own.
    """
    rings = [
        (state, polygon[0])
        for state, shape in states.items()
        for polygon in shape.polygons
        if _is_shown(polygon[0])
    ]
    corners = _corners(ring for shape in states.values() for p in shape.polygons for ring in p)
    return [(state, _thin_ring(ring, corners)) for state, ring in rings]


def _country_rings(world: Topology) -> list[tuple[str, Ring]]:
    areas = countries(world)
    fine = {line for country in ("DE", *_HOME) for line in lines_of(areas[country])}
    wanted = {line for area in areas.values() for line in lines_of(area)}
    world.with_lines(
        lambda n, arc: _thin(arc, _FINER if n in fine else _COARSE) if n in wanted else arc
    )
    rings = [
        (country, _clipped(polygon[0]))
        for country, area in areas.items()
        if country != "DE"
        for polygon in world.shape(area).polygons
    ]
    return [(c, ring) for c, ring in rings if len(ring) > 3 and _is_large(c, ring)]


def _is_large(country: str, ring: Ring) -> bool:
    return ring_km2(ring) >= (_SMALLEST_KM2 if country in _HOME else 4 * _SMALLEST_KM2)


def _is_shown(ring: Ring) -> bool:
    shape = Shape(((ring,),))
    known = any(shape.holds(*point) for point in _KNOWN_ISLANDS.values())
    return known or ring_km2(ring) >= _SMALLEST_KM2


def _corners(rings: Iterable[Ring]) -> set[Point]:
    """Return the points in which lines meet: they have another number of neighbours than two."""
    beside: dict[Point, set[Point]] = defaultdict(set)
    for ring in rings:
        for a, b in pairwise(ring):
            beside[a].add(b)
            beside[b].add(a)
    return {point for point, others in beside.items() if len(others) != 2}


def _thin_ring(ring: Ring, corners: set[Point]) -> Ring:
    """Return a ring with fewer points. Between corners it is thinned the same way in both areas."""
    stops = [n for n, point in enumerate(ring[:-1]) if point in corners]
    if len(stops) < 2:
        start = stops[0] if stops else 0
        turned = ring[start:-1] + ring[: start + 1]
        far = max(range(len(turned)), key=lambda n: _apart(turned[0], turned[n]))
        pieces = [turned[: far + 1], turned[far:]]
    else:
        turned = ring[stops[0] : -1] + ring[: stops[0] + 1]
        ends = [n - stops[0] for n in stops] + [len(turned) - 1]
        pieces = [turned[a : b + 1] for a, b in pairwise(ends)]
    within = min(_FINE, math.sqrt(ring_km2(ring)) / 1000)
    thin: Ring = [turned[0]]
    for piece in pieces:
        thin += _thin(piece, within if len(stops) < 2 else _FINE)[1:]
    return thin


def _thin(line: Ring, within: float) -> Ring:
    """Return the line by Douglas and Peucker, the same whichever way it is read."""
    if line[0] > line[-1]:
        return _thin(line[::-1], within)[::-1]
    kept = {0, len(line) - 1}
    spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first > 1:
            inner = range(first + 1, last)
            far = max(inner, key=lambda n: _off(line[n], line[first], line[last]))
            if _off(line[far], line[first], line[last]) > within:
                kept.add(far)
                spans += [(first, far), (far, last)]
    return [line[n] for n in sorted(kept)]


def _apart(a: Point, b: Point) -> float:
    return math.hypot((a[0] - b[0]) * _SQUEEZE, a[1] - b[1])


def _off(point: Point, a: Point, b: Point) -> float:
    """Return how far a point is from the line between two others, in degrees of latitude."""
    dx, dy = (b[0] - a[0]) * _SQUEEZE, b[1] - a[1]
    px, py = (point[0] - a[0]) * _SQUEEZE, point[1] - a[1]
    length2 = dx * dx + dy * dy
    along = max(0.0, min(1.0, (px * dx + py * dy) / length2)) if length2 else 0.0
    return math.hypot(px - along * dx, py - along * dy)


def _clipped(ring: Ring) -> Ring:
    """Return the part of a ring inside the map's box, closed along its edges."""
    for axis, bound, sign in ((0, _WEST, 1), (0, _EAST, -1), (1, _SOUTH, 1), (1, _NORTH, -1)):
        cut: Ring = []
        for a, b in pairwise(ring):
            inside, stays = (a[axis] - bound) * sign >= 0, (b[axis] - bound) * sign >= 0
            if inside:
                cut.append(a)
            if inside != stays:
                share = (bound - a[axis]) / (b[axis] - a[axis])
                cut.append((a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])))
        if not cut:
            return []
        ring = [*cut, cut[0]]
    return ring
