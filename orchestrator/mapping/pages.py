"""The map as one page: self-contained, without scripts, nothing asked from anywhere else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from audiences.map import CREDIT, Circle, draw
from audiences.singling import LARGE, Point, State, two_digits
from orchestrator import i18n
from orchestrator.formats import about, count
from orchestrator.i18n import _, ngettext
from orchestrator.mapping.gathering import Chart
from orchestrator.phrases import phrases
from orchestrator.report import dates, words
from orchestrator.report.files import Draft
from orchestrator.templates import template

FILE = "audience-map.html"
# By this we know our own files again; anybody else's are left alone.
MARK = '<meta name="generator" content="tueroeffner audience map">'
_STYLES = ("page.css", "map.css")


@dataclass(frozen=True)
class Row:
    """A town in the table; ``number`` ties it to its circle."""

    number: int
    name: str
    state: str
    values: Sequence[str]


def page(chart: Chart, name: str, now: datetime, zone: ZoneInfo) -> Draft:
    """The page, in the language in use."""
    towns = sorted(chart.shown.points, key=lambda each: words.order(_town(each)))
    html = template("orchestrator.mapping", "map.html").render(
        mark=Markup(MARK),
        style=Markup("".join(template("orchestrator.report", each).render() for each in _STYLES)),
        language=i18n.language(),
        direction=known.direction if (known := phrases(i18n.language())) else "ltr",
        title=words.plain(name),
        as_of=_("As of {time}").format(time=dates.stamp(now, zone)),
        public=chart.public,
        lead=_lead(chart),
        map=_map(chart, towns) if towns else None,
        heads=_heads(chart),
        rows=[_row(chart, number, each) for number, each in enumerate(towns)],
        states=[(_state(state), _figure(chart)(n)) for state, n in chart.shown.states.items()],
        elsewhere=_figure(chart)(chart.shown.elsewhere) if chart.shown.elsewhere else "",
        unchecked=any(chart.unchecked.values()),
        nothing=_nothing(chart),
        say=_say() | _say_why(chart),
    )
    return Draft(FILE, html.encode(), MARK.encode())


def _lead(chart: Chart) -> str:
    number = chart.shown.tandems
    if not number:
        return _("There is no tandem to show yet.")
    return ngettext(
        "{count} tandem asks the people around it for work.",
        "{count} tandems ask the people around them for work.",
        number,
    ).format(count=_figure(chart)(number))


def _nothing(chart: Chart) -> str:
    """What stands in place of the map where no circle may be drawn."""
    if chart.shown.tandems:
        return _("No town may be shown here.")
    return _("There is no circle to draw yet. `tueroeffner tandem import` brings tandems in.")


def _map(chart: Chart, towns: Sequence[Point]) -> Markup:
    circles = [
        Circle(
            name=_town(each),
            lat=each.lat,
            lon=each.lon,
            radius_km=each.radius_km,
            weight=each.tandems,
            told=_told(chart, each),
            open=chart.unchecked.get(each, 0) == each.tandems,
        )
        for each in towns
    ]
    return Markup(
        draw(
            circles,
            _("Map of the towns around which tandems ask for work"),
            _("Every circle leads to its line in the table below."),
            countries={each.state.country for each in towns},
            say=words.town,
            linked=True,
            unit=_("{km} km"),
        )
    )


def _told(chart: Chart, point: Point) -> str:
    """What a circle says when it is pointed at."""
    tandems = ngettext("{count} tandem", "{count} tandems", point.tandems)
    return _("{town}: {km} km around, {tandems}, about {people} people").format(
        town=_town(point),
        km=count(point.radius_km),
        tandems=tandems.format(count=_figure(chart)(point.tandems)),
        people=about(point.people),
    )


def _heads(chart: Chart) -> list[str]:
    heads = [_("Radius in km"), _("People, about"), _("Tandems")]
    if any(chart.unchecked.values()):
        heads.append(_("Not checked yet"))
    if any(chart.gaps.values()):
        heads.append(_("Towns without a key"))
    return heads


def _row(chart: Chart, number: int, point: Point) -> Row:
    figures = [count(point.radius_km), about(point.people), _figure(chart)(point.tandems)]
    for remarks in (chart.unchecked, chart.gaps):
        if any(remarks.values()):
            figures.append(count(remarks[point]))
    return Row(number, _town(point), _state(point.state), figures)


def _figure(chart: Chart) -> Callable[[int], str]:
    """How numbers are written: to two digits where everybody reads them."""
    return (lambda number: count(two_digits(number))) if chart.public else count


def _town(point: Point) -> str:
    return words.town(words.plain(point.name))


def _state(state: State) -> str:
    return words.region(state.name) if state.name else _("without a state")


def _say() -> dict[str, str]:
    """What the page says around its figures."""
    return {
        "map": _("Map"),
        "internal": _("internal"),
        "skip": _("Skip to the table"),
        "where": _("Where they ask"),
        "how": _(
            "A circle shows how far the posts of a tandem are meant to reach. Its centre is the"
            " middle of a town, never a home. A number says how many tandems share a town."
        ),
        "circle": _("a town with its circle"),
        "open": _("nobody there is checked for safety yet"),
        "dot": _("other towns"),
        "towns": _("Towns on the map"),
        "town": _("Town"),
        "state": _("State or canton"),
        "unplaced": _("Tandems without a point"),
        "tandems": _("Tandems"),
        "others": _("Other regions"),
        "credit": _("Borders and towns: {credit}; simplified.").format(credit=CREDIT),
    }


def _say_why(chart: Chart) -> dict[str, str]:
    """Why some have no point, and who may see this page."""
    if not chart.public:
        return {
            "notice": _(
                "For your own planning: do not pass it on. With --public a map is drawn on which"
                " nobody stands out."
            ),
            "why": _("Only their region may be said."),
        }
    return {
        "notice": "",
        "why": _(
            "Only their region may be said, or their town has fewer than {number} people and"
            " only one or two tandems."
        ).format(number=count(LARGE)),
    }
