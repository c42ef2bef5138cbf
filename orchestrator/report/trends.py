"""The page's charts and the tables beside them: by day and by tandem."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from orchestrator.i18n import _
from orchestrator.report import words
from orchestrator.report.charts import Chart, Series, bars, columns
from orchestrator.report.dates import axis_day, row_day
from orchestrator.report.figures import Report
from orchestrator.report.measures import measures
from orchestrator.report.reach import reach_at
from orchestrator.report.scopes import Scope

Draw = Callable[[Chart], Markup]
_MOST_BARS = 60


@dataclass(frozen=True)
class Figure:
    """A drawn chart with its caption; ``legend`` pairs the colour's class with its meaning."""

    caption: str
    svg: Markup
    legend: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Cells:
    """A row of the table: how it is called, where it is, and its figures (None: no figure)."""

    name: str
    place: str
    values: Sequence[int | None]


@dataclass(frozen=True)
class Trend:
    """Charts, and the table that says the same; ``reach`` names the table's last columns."""

    figures: Sequence[Figure]
    rows: Sequence[Cells]
    reach: Sequence[str]
    note: str = ""


def days(report: Report) -> Trend:
    """Day by day."""
    groups = report.groups["by_day"]
    labels = [axis_day(date.fromisoformat(each)) for each in groups]
    rows = [
        Cells(row_day(date.fromisoformat(name)), "", _values(scope, handed=False))
        for name, scope in groups.items()
    ]
    scopes = list(groups.values())
    if not any(scope.posts or scope.replies for scope in scopes):
        return Trend((), rows, _networks(report))
    figures = [
        _found("days-found", _("Job offers and tips by day"), labels, scopes, columns),
        _replies("days-replies", _("All replies by day"), labels, scopes, columns),
        _posts("days-posts", _("Posts by day"), labels, scopes),
        *_reaches(
            "days", _("Reach by day of the post: {network}"), labels, report, scopes, columns
        ),
    ]
    return Trend(figures, rows, _networks(report))


def tandems(report: Report) -> Trend:
    """Tandem by tandem, in the order of the alphabet."""
    groups = sorted(report.groups["by_tandem"].values(), key=_order)
    rows = [_cells(scope) for scope in groups]
    drawn = [scope for scope in groups if scope.tandems[0].shown][:_MOST_BARS]
    if not any(scope.posts or scope.replies for scope in drawn):
        return Trend((), rows, _networks(report))
    labels = _labels(drawn)
    figures = [
        _found("tandems-found", _("Job offers and tips by tandem"), labels, drawn, bars),
        _replies("tandems-replies", _("All replies by tandem"), labels, drawn, bars),
        *_reaches("tandems", _("Reach by tandem: {network}"), labels, report, drawn, bars),
    ]
    left_out = sum(1 for scope in groups if scope.tandems[0].shown) > len(drawn)
    note = _("The charts show the first {count} tandems; the table has them all.")
    return Trend(
        figures, rows, _networks(report), note.format(count=_MOST_BARS) if left_out else ""
    )


def _order(scope: Scope) -> tuple[bool, str, str]:
    tandem = scope.tandems[0]
    return (not tandem.shown, words.person(tandem).casefold(), tandem.slug)


def _labels(scopes: Sequence[Scope]) -> list[str]:
    """Names; where two are alike, with their place."""
    names = [words.person(scope.tandems[0]) for scope in scopes]
    full = [
        f"{name}, {words.place(scope.tandems[0])}" if names.count(name) > 1 else name
        for name, scope in zip(names, scopes, strict=True)
    ]
    return [each if len(each) <= 24 else f"{each[:23].rstrip()}…" for each in full]


def _cells(scope: Scope) -> Cells:
    tandem = scope.tandems[0]
    return Cells(words.person(tandem), words.place(tandem), _values(scope, handed=True))


def _values(scope: Scope, *, handed: bool) -> list[int | None]:
    found = measures(scope)
    names = ("published", "replies", "job_offers", "tips", *(["handed_over"] if handed else []))
    reach = [reach_at(scope, network)["value"] for network in scope.networks]
    return [*(int(found[name].value or 0) for name in names), *reach]


def _networks(report: Report) -> list[str]:
    return [words.network(each) for each in report.scope.networks]


def _found(
    identity: str, title: str, labels: Sequence[str], scopes: Sequence[Scope], draw: Draw
) -> Figure:
    series = [
        Series(_("Job offers"), "offer", _each(scopes, "job_offers")),
        Series(_("Tips"), "tip", _each(scopes, "tips")),
    ]
    drawn = draw(Chart(identity, title, _description(), labels, series))
    return Figure(title, drawn, [(each.kind, each.name) for each in series])


def _replies(
    identity: str, title: str, labels: Sequence[str], scopes: Sequence[Scope], draw: Draw
) -> Figure:
    series = [Series(_("Replies"), "rest", _each(scopes, "replies"))]
    return Figure(title, draw(Chart(identity, title, _description(), labels, series)))


def _posts(identity: str, title: str, labels: Sequence[str], scopes: Sequence[Scope]) -> Figure:
    series = [Series(_("Posts out"), "post", _each(scopes, "published"))]
    return Figure(title, columns(Chart(identity, title, _description(), labels, series)))


def _reaches(
    identity: str,
    title: str,
    labels: Sequence[str],
    report: Report,
    scopes: Sequence[Scope],
    draw: Draw,
) -> list[Figure]:
    """A chart per network that gave figures: their units are not the same."""
    figures = []
    for number, network in enumerate(report.scope.networks):
        values = [reach_at(scope, network)["value"] for scope in scopes]
        if any(values):
            caption = title.format(network=words.network(network))
            series = [Series(words.network(network), "reach", values)]
            chart = Chart(f"{identity}-reach-{number}", caption, _description(), labels, series)
            figures.append(Figure(caption, draw(chart)))
    return figures


def _each(scopes: Sequence[Scope], name: str) -> list[int]:
    return [int(measures(scope)[name].value or 0) for scope in scopes]


def _description() -> str:
    return _("Bar chart; the table below has the same figures.")
