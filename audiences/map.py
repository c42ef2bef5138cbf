"""A quiet map: circles around towns, on the outlines of states and countries.

No tiles and no network. Plain values in, SVG text out; colours come from the page by its CSS
classes. A circle's centre is the point that it is given, so whoever calls gives the centre of a
town and nothing nearer.
"""

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from audiences.ground import dotted, land, towns, whole
from audiences.lettering import Name, lettered
from audiences.projection import Box, Frame, box_around, framed

# Whoever shows a map says whose borders and towns these are (see NOTICE).
CREDIT = "© GeoBasis-DE / BKG 2016, Natural Earth, GeoNames (CC BY 4.0)"
_WIDTH = 640.0
# Names on a wide page and on a narrow one, where the same drawing is half as large: size of the
# text, how many circles are named, how many other cities, how far apart these are.
_WIDE, _NARROW = (13.0, 60, 14, 85.0), (23.0, 25, 7, 150.0)
# Where the scale stands, and where a circle tells of itself when it is pointed at.
_SCALE, _TOLD = 26.0, 24.0
# So many circles are a cloud: drawn lighter, and cities are named instead of them.
_CLOUD = 150
_LENGTHS = (200, 100, 50, 20, 10, 5)
_COUNTRIES = ("DE",)


@dataclass(frozen=True)
class Circle:
    """A town's centre; ``radius_km`` None is a town whose circle is not drawn yet.

    ``weight`` is what the number at the town counts, ``told`` what the circle says of itself.
    ``open`` circles are not settled yet.
    """

    name: str
    lat: float
    lon: float
    radius_km: int | None
    weight: int = 1
    told: str = ""
    open: bool = False


def draw(
    circles: Sequence[Circle],
    title: str,
    description: str,
    *,
    countries: Collection[str] = _COUNTRIES,
    say: Callable[[str], str] = str,
    linked: bool = False,
    unit: str = "{km} km",
) -> str:
    """Draw the map as one SVG element.

    ``countries`` stand out; ``say`` gives the reader's name of a large city. A ``linked`` circle
    ``#c3`` leads to whatever is called ``#t3``: the fourth of the sequence.
    """
    frame = framed([_box(each) for each in circles], whole(countries), _WIDTH)
    order = sorted(range(len(circles)), key=lambda n: (-(circles[n].radius_km or 0), n))
    parts = [
        _head(frame, title, description, linked, "map cloud" if _is_cloud(circles) else "map"),
        f'<rect class="sea" width="{_WIDTH:g}" height="{frame.height:.0f}"/>',
        *land(frame, countries),
        *dotted(towns(), frame),
        *(_spot(circles[n], n if linked else None, frame) for n in order),
        *_names(circles, frame, say),
        _scale(frame, unit),
        "</svg>",
    ]
    return "".join(parts)


def _head(frame: Frame, title: str, description: str, linked: bool, kind: str) -> str:
    """A picture for screen readers, or a group of links."""
    height = frame.height + _SCALE + (_TOLD if linked else 0)
    return (
        f'<svg class="{kind}" role="{"group" if linked else "img"}" direction="ltr"'
        f' viewBox="0 0 {_WIDTH:g} {height:.0f}"'
        ' aria-labelledby="map-title map-desc">'
        f'<title id="map-title">{escape(title)}</title>'
        f'<desc id="map-desc">{escape(description)}</desc>'
    )


def _box(circle: Circle) -> Box:
    return box_around(circle.lat, circle.lon, circle.radius_km or 0)


def _point(each: Circle, frame: Frame) -> tuple[float, float]:
    return frame.at(each.lat, each.lon)


def _spot(circle: Circle, number: int | None, frame: Frame) -> str:
    """A circle, its town's point, and what both say when they are pointed at or focused."""
    x, y = _point(circle, frame)
    told = escape(circle.told or _label(circle))
    kind = "spot open" if circle.open else "spot"
    inside = (
        f"<title>{told}</title>{_ring(circle, frame)}"
        f'<circle class="point" cx="{x:.1f}" cy="{y:.1f}" r="{_radius(circle):.1f}"/>'
    )
    if number is None:
        return f'<g class="{kind}">{inside}</g>'
    line = f'<text class="told" x="{_WIDTH / 2:g}" y="{frame.height + _SCALE + 15:.0f}">'
    return f'<a class="{kind}" id="c{number}" href="#t{number}">{inside}{line}{told}</text></a>'


def _ring(circle: Circle, frame: Frame) -> str:
    if not circle.radius_km:
        return ""
    x, y, r = frame.disk(circle.lat, circle.lon, circle.radius_km)
    return f'<circle class="ring" cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}"/>'


def _radius(circle: Circle) -> float:
    return 3.0 + min(math.sqrt(circle.weight) - 1, 4.0)


def _label(circle: Circle) -> str:
    return f"{circle.name} · {circle.weight}" if circle.weight > 1 else circle.name


def _is_cloud(circles: Sequence[Circle]) -> bool:
    return len(circles) > _CLOUD


def _names(circles: Sequence[Circle], frame: Frame, say: Callable[[str], str]) -> Iterator[str]:
    """Two sets of names; the page shows the one that fits its width."""
    ordered = sorted(circles, key=lambda each: (-each.weight, each.name, each.lat, each.lon))
    if _is_cloud(circles):
        ordered = []
    points = [_around(each, frame) for each in ordered]
    for kind, (size, most, cities, apart) in (("wide", _WIDE), ("narrow", _NARROW)):
        named = [Name(_label(each), *_point(each, frame)) for each in ordered[:most]]
        names = [*named, *_landmarks(ordered, frame, say, cities, apart)]
        written = lettered(names, points, frame.width, frame.height, size)
        yield f'<g class="names {kind}">{"".join(written)}</g>'


def _around(circle: Circle, frame: Frame) -> tuple[float, float, float, float]:
    (x, y), r = _point(circle, frame), _radius(circle)
    return (x - r, y - r, x + r, y + r)


def _landmarks(
    circles: Sequence[Circle], frame: Frame, say: Callable[[str], str], most: int, apart: float
) -> Iterator[Name]:
    """The largest other towns that say where one is, not all in one corner."""
    named = {each.name for each in circles}
    chosen: list[tuple[float, float]] = []
    for each in towns():
        point = frame.at(each.lat, each.lon)
        if len(chosen) == most:
            return
        name = say(each.name)
        if name in named or not frame.holds(*point):
            continue
        if all(math.dist(point, other) >= apart for other in chosen):
            chosen.append(point)
            yield Name(name, *point, landmark=True)


def _scale(frame: Frame, unit: str) -> str:
    """How long a way on the map is, measured in its middle."""
    km = next((each for each in _LENGTHS if frame.units(each) <= _WIDTH / 4), _LENGTHS[-1])
    end, y = 6 + frame.units(km), frame.height + 8
    return (
        f'<path class="scale" d="M6 {y - 4:.1f}v8M6 {y:.1f}H{end:.1f}m0-4v8"/>'
        f'<text class="scale" x="{end + 8:.1f}" y="{y + 5:.1f}">{escape(unit.format(km=km))}</text>'
    )
