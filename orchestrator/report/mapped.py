"""The tandems' towns as circles on a map; whoever may only be seen in a region is not on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from audiences.map import Circle, draw
from orchestrator.formats import count
from orchestrator.i18n import _, ngettext
from orchestrator.report import words
from orchestrator.report.figures import Report
from orchestrator.report.rows import TandemRow

_HOME = "DE"


@dataclass(frozen=True)
class Map:
    """The map, the towns on it in words, and how many tandems are not on it."""

    svg: Markup
    towns: Sequence[tuple[str, str]]
    note: str
    caption: str


def mapped(report: Report) -> Map | None:
    """The map; None when there is nothing to show."""
    shown = [each for each in report.scope.tandems if each.shown]
    circles = _circles([each for each in shown if each.point is not None])
    if not circles:
        return None
    title = _("Map of the towns around which tandems ask for work")
    described = _("Circles around towns; dots are other towns. The list below names them.")
    countries = {each.country for each in shown if each.point is not None} | {_HOME}
    return Map(
        svg=Markup(draw(circles, title, described, countries=countries, say=words.town)),
        towns=[_town(each) for each in sorted(circles, key=lambda each: each.name.casefold())],
        note=_elsewhere(len(report.scope.tandems) - sum(each.weight for each in circles)),
        caption=_(
            "A circle shows how far the posts of a tandem are meant to reach. Its centre is the"
            " middle of a town, never a home. A number says how many tandems share a town."
        ),
    )


def _circles(tandems: Sequence[TandemRow]) -> list[Circle]:
    """One circle for each town, the widest of its tandems'."""
    towns: dict[tuple[str, tuple[float, float]], list[TandemRow]] = {}
    for each in tandems:
        assert each.point is not None
        towns.setdefault((words.place(each), each.point), []).append(each)
    return [
        Circle(name, lat, lon, max(each.radius_km or 0 for each in group) or None, len(group))
        for (name, (lat, lon)), group in towns.items()
    ]


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
    return ngettext(
        "{count} tandem is not on the map: only its region may be named, or nothing at all.",
        "{count} tandems are not on the map: only their region may be named, or nothing at all.",
        number,
    ).format(count=count(number))
