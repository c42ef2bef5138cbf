"""A quiet map: circles around towns, before all towns of the country as dots.

Needs no outlines, no tiles and no network: where many people live, the dots draw the country.
Plain values in, SVG text out; colours come from the page by its CSS classes. A circle's centre is
the point that it is given, so whoever calls gives the centre of a town and nothing nearer.
"""

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import NamedTuple

from audiences.gazetteer import DATA
from audiences.place import GazetteerBroken

_WIDTH = 640.0
_MARGIN_KM = 18.0
_KM_PER_DEGREE = 111.195
_TEXT = 13.0
# Dots by the size of a town: at least so many people → diameter in the map's units.
_DOTS = ((200_000, 6.2), (50_000, 4.4), (15_000, 3.2), (4_000, 2.3), (1_200, 1.6))
_LANDMARK = 500_000
_COUNTRIES = ("DE",)
# Where a label may stand around its point: nearest first, beside rather than above.
_ANGLES = (0, 180, 30, 150, -30, -150, 90, -90, 60, 120, -60, -120)
_DISTANCES = (9.0, 16.0, 27.0, 40.0, 54.0)


@dataclass(frozen=True)
class Circle:
    """A town's centre; ``radius_km`` None is a town whose circle is not drawn yet.

    ``weight`` is what the number at the town counts.
    """

    name: str
    lat: float
    lon: float
    radius_km: int | None
    weight: int = 1


class _Town(NamedTuple):
    name: str
    country: str
    lat: float
    lon: float
    population: int


@dataclass(frozen=True)
class _Frame:
    """The part of the earth that is shown: Mercator, so that circles stay circles."""

    west: float
    north: float
    scale: float
    height: float

    def x(self, lon: float) -> float:
        return (math.radians(lon) - self.west) * self.scale

    def y(self, lat: float) -> float:
        return (self.north - _mercator(lat)) * self.scale

    def length(self, km: float, lat: float) -> float:
        """Kilometres at a latitude, in the map's units."""
        return math.radians(km / _KM_PER_DEGREE) * self.scale / math.cos(math.radians(lat))

    def holds(self, x: float, y: float) -> bool:
        return 0 <= x <= _WIDTH and 0 <= y <= self.height


_Box = tuple[float, float, float, float]


def draw(
    circles: Sequence[Circle],
    title: str,
    description: str,
    *,
    identity: str = "map",
    countries: Collection[str] = _COUNTRIES,
    say: Callable[[str], str] = str,
) -> str:
    """Draw the map as one SVG element.

    ``countries`` are shown as a whole; ``say`` gives the reader's name of a large city.
    """
    ground = _towns()
    frame = _frame(circles, [each for each in ground if each.country in countries])
    ordered = sorted(circles, key=lambda each: (-each.weight, each.name, each.lat, each.lon))
    parts = [
        f'<svg class="map" role="img" viewBox="0 0 {_WIDTH:g} {frame.height:.0f}"'
        f' aria-labelledby="{identity}-title {identity}-desc" direction="ltr">',
        f'<title id="{identity}-title">{escape(title)}</title>',
        f'<desc id="{identity}-desc">{escape(description)}</desc>',
        *_ground(ground, countries, frame),
        *_rings(ordered, frame),
        *_points(ordered, frame),
        *_names(ordered, _landmarks(ground, circles, say), frame),
        "</svg>",
    ]
    return "".join(parts)


@lru_cache(maxsize=1)
def _towns() -> tuple[_Town, ...]:
    """Towns of some size, read in one go: as places, one by one, it would take ten times as long.

    Raises GazetteerBroken when the file is missing or damaged.
    """
    try:
        lines = (DATA / "places.tsv").read_text("utf-8").splitlines()
        return tuple(_Town(*each) for each in _large(line.split("\t") for line in lines))
    except (OSError, ValueError, IndexError) as error:
        raise GazetteerBroken(f"The places' file {DATA / 'places.tsv'} is damaged.") from error


def _large(rows: Iterable[list[str]]) -> Iterator[tuple[str, str, float, float, int]]:
    least = _DOTS[-1][0]
    for _number, name, country, _state, lat, lon, population, _people, town in rows:
        if not town and int(population) >= least:
            yield name, country, float(lat), float(lon), int(population)


def _mercator(lat: float) -> float:
    return math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))


def _frame(circles: Sequence[Circle], towns: Sequence[_Town]) -> _Frame:
    """Everything that must be seen: the countries as a whole, and every circle."""
    edges = [*_edges(circles), *((each.lat, each.lon) for each in towns)] or [(51.0, 10.0)]
    lats, lons = [lat for lat, _ in edges], [lon for _, lon in edges]
    up = _MARGIN_KM / _KM_PER_DEGREE
    across = up / math.cos(math.radians(sum(lats) / len(lats)))
    west, east = math.radians(min(lons) - across), math.radians(max(lons) + across)
    north, south = _mercator(max(lats) + up), _mercator(min(lats) - up)
    scale = _WIDTH / (east - west)
    return _Frame(west, north, scale, (north - south) * scale)


def _edges(circles: Iterable[Circle]) -> Iterator[tuple[float, float]]:
    for each in circles:
        up = (each.radius_km or 0) / _KM_PER_DEGREE
        across = up / math.cos(math.radians(each.lat))
        yield each.lat + up, each.lon + across
        yield each.lat - up, each.lon - across


def _ground(places: Sequence[_Town], countries: Collection[str], frame: _Frame) -> Iterator[str]:
    """All towns as dots, one path for each size: a few bytes a town."""
    for home in (False, True):
        for size, (least, diameter) in enumerate(_DOTS):
            most = _DOTS[size - 1][0] if size else math.inf
            inside = [
                (round(frame.x(each.lon)), round(frame.y(each.lat)))
                for each in places
                if least <= each.population < most and (each.country in countries) is home
            ]
            if path := _dots(sorted({each for each in inside if frame.holds(*each)})):
                kind = "home" if home else "abroad"
                yield f'<path class="town {kind}" stroke-width="{diameter}" d="{path}"/>'


def _dots(points: Sequence[tuple[int, int]]) -> str:
    """Lines of no length, which a round cap makes into dots."""
    path: list[str] = []
    at = (0, 0)
    for x, y in points:
        path.append(f"m{x - at[0]} {y - at[1]}h0" if path else f"M{x} {y}h0")
        at = (x, y)
    return "".join(path)


def _rings(circles: Sequence[Circle], frame: _Frame) -> Iterator[str]:
    for each in circles:
        if each.radius_km:
            yield (
                f'<circle class="ring" cx="{frame.x(each.lon):.1f}" cy="{frame.y(each.lat):.1f}"'
                f' r="{frame.length(each.radius_km, each.lat):.1f}"/>'
            )


def _points(circles: Sequence[Circle], frame: _Frame) -> Iterator[str]:
    for each in circles:
        yield (
            f'<circle class="point" cx="{frame.x(each.lon):.1f}" cy="{frame.y(each.lat):.1f}"'
            f' r="{_radius(each):.1f}"><title>{escape(_label(each))}</title></circle>'
        )


def _radius(circle: Circle) -> float:
    return 3.0 + min(math.sqrt(circle.weight) - 1, 4.0)


def _label(circle: Circle) -> str:
    return f"{circle.name} · {circle.weight}" if circle.weight > 1 else circle.name


def _landmarks(
    towns: Sequence[_Town], circles: Sequence[Circle], say: Callable[[str], str]
) -> list[Circle]:
    """Large cities that say where one is, unless a circle says it already."""
    named = {each.name for each in circles}
    large = sorted(
        (each for each in towns if each.population >= _LANDMARK), key=lambda each: -each.population
    )
    cities = [Circle(say(each.name), each.lat, each.lon, None, 0) for each in large]
    return [each for each in cities if each.name not in named]


def _names(circles: Sequence[Circle], landmarks: Sequence[Circle], frame: _Frame) -> Iterator[str]:
    """Names where there is room; one that finds none is left to the list beside the map."""
    taken: list[_Box] = [_around(each, frame) for each in circles]
    for each in (*circles, *landmarks):
        x, y = frame.x(each.lon), frame.y(each.lat)
        if not frame.holds(x, y):
            continue
        chosen = _DISTANCES if each.weight else _DISTANCES[:1]
        if (found := _free(_label(each), x, y, chosen, taken, frame)) is None:
            continue
        box, gap = found
        taken.append(box)
        if gap > _DISTANCES[1]:
            yield _leader(box, x, y)
        kind = "name" if each.weight else "landmark"
        middle = (box[0] + box[2]) / 2
        yield (
            f'<text class="{kind}" x="{middle:.1f}" y="{box[3] - 3.5:.1f}"'
            f' text-anchor="middle">{escape(_label(each))}</text>'
        )


def _around(circle: Circle, frame: _Frame) -> _Box:
    x, y, r = frame.x(circle.lon), frame.y(circle.lat), _radius(circle)
    return (x - r, y - r, x + r, y + r)


def _free(
    label: str,
    x: float,
    y: float,
    distances: Sequence[float],
    taken: Sequence[_Box],
    frame: _Frame,
) -> tuple[_Box, float] | None:
    width, height = len(label) * _TEXT * 0.58 + 4, _TEXT + 5
    for gap in distances:
        for angle in _ANGLES:
            box = _beside(x, y, width, height, gap, math.radians(angle))
            inside = frame.holds(box[0], box[1]) and frame.holds(box[2], box[3])
            if inside and not any(_overlap(box, other) for other in taken):
                return box, gap
    return None


def _beside(x: float, y: float, width: float, height: float, gap: float, angle: float) -> _Box:
    """The box of a text that begins ``gap`` away from a point, in the direction of ``angle``."""
    across, up = math.cos(angle), math.sin(angle)
    middle_x = x + across * (gap + width / 2 * abs(across))
    middle_y = y - up * (gap + height / 2 * abs(up))
    return (
        middle_x - width / 2,
        middle_y - height / 2,
        middle_x + width / 2,
        middle_y + height / 2,
    )


def _overlap(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _leader(box: _Box, x: float, y: float) -> str:
    """A thin line from a point to the nearest edge of its name."""
    to_x, to_y = min(max(x, box[0]), box[2]), min(max(y, box[1]), box[3])
    return f'<path class="leader" d="M{x:.1f} {y:.1f}L{to_x:.1f} {to_y:.1f}"/>'
