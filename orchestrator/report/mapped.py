"""The tandems' towns as circles on a map; whom a point would single out is counted instead.

A report is handed on, so the rules of a public map hold for it as well (``audiences.singling``),
and its circles are the public ones: they tell of nobody's home whether it was moved.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from audiences.map import CREDIT, Circle, draw
from audiences.singling import LARGE, Point, Shown, State, joined, unsingled
from orchestrator.formats import about, count
from orchestrator.i18n import _, ngettext
from orchestrator.report import words
from orchestrator.report.figures import Report
from orchestrator.report.rows import TandemRow


@dataclass(frozen=True)
class Map:
    """The map, the towns on it in words, and how many tandems are not on it, by state."""

    svg: Markup
    towns: Sequence[tuple[str, str]]
    note: str
    states: Sequence[tuple[str, str]]
    caption: str
    credit: str


def mapped(report: Report) -> Map | None:
    """The map; None when there is nothing to show."""
    told = _told_of([each for each in report.scope.tandems if each.shown])
    if not told.points:
        return None
    circles = [_circle(each) for each in told.points]
    return Map(
        svg=_drawn(circles, {each.state.country for each in told.points}),
        towns=[_town(each) for each in sorted(circles, key=lambda each: words.order(each.name))],
        note=_elsewhere(len(report.scope.tandems) - sum(each.weight for each in circles)),
        states=list(_states(told)),
        caption=_(
            "A circle shows how far the posts of a tandem are meant to reach. Its centre is the"
            " middle of a town, never a home. A number says how many tandems share a town."
        ),
        credit=_("Borders and towns: {credit}; simplified.").format(credit=CREDIT),
    )


def _told_of(tandems: Sequence[TandemRow]) -> Shown:
    regional = Counter(_state(each) for each in tandems if each.point is None)
    return unsingled(joined(list(_points(tandems))), regional)


def _points(tandems: Sequence[TandemRow]) -> Iterator[Point]:
    for each in tandems:
        if each.point is not None:
            yield Point(
                name=words.place(each),
                state=_state(each),
                lat=each.point[0],
                lon=each.point[1],
                inhabitants=each.town_people,
                tandems=1,
                radius_km=each.radius_km or 0,
                people=each.people,
            )


def _state(tandem: TandemRow) -> State:
    return State(tandem.country, tandem.region)


def _drawn(circles: Sequence[Circle], countries: set[str]) -> Markup:
    title = _("Map of the towns around which tandems ask for work")
    described = _("Circles around towns; dots are other towns. The list below names them.")
    return Markup(
        draw(circles, title, described, countries=countries, say=words.town, unit=_("{km} km"))
    )


def _circle(point: Point) -> Circle:
    circle = Circle(point.name, point.lat, point.lon, point.radius_km or None, point.tandems)
    name, around = _town(circle)
    people = _("about {people} people").format(people=about(point.people)) if point.people else ""
    told = ", ".join(part for part in (name, around, people) if part)
    return replace(circle, told=told)


def _town(circle: Circle) -> tuple[str, str]:
    """Its name, and what is there; that it is one tandem goes without saying."""
    parts = []
    if circle.weight > 1:
        tandems = ngettext("{count} tandem", "{count} tandems", circle.weight)
        parts.append(tandems.format(count=count(circle.weight)))
    if circle.radius_km is not None:
        parts.append(_("{km} km around").format(km=count(circle.radius_km)))
    return circle.name, " · ".join(parts)


def _elsewhere(number: int) -> str:
    if not number:
        return ""
    sentence = ngettext(
        "{count} tandem is not on the map: only its region may be named, or nothing at all, or its"
        " town has fewer than {people} people and only one or two tandems.",
        "{count} tandems are not on the map: only their region may be named, or nothing at all, or"
        " their town has fewer than {people} people and only one or two tandems.",
        number,
    )
    return sentence.format(count=count(number), people=count(LARGE))


def _states(told: Shown) -> Iterator[tuple[str, str]]:
    for state, number in told.states.items():
        yield words.region(state.name), count(number)
    if told.elsewhere:
        yield _("Other regions"), count(told.elsewhere)
