"""The later parts of the page: reach, costs, what went wrong, and where the figures come from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orchestrator.adverts.money import amounts
from orchestrator.formats import count, dollars
from orchestrator.i18n import _, ngettext
from orchestrator.report import dates, rules, words
from orchestrator.report.figures import Report
from orchestrator.report.reach import reach_at
from orchestrator.report.sections import Line, values
from orchestrator.vocabulary import Label, PostState


@dataclass(frozen=True)
class Reached:
    """What one network says of reach. ``private``: what only we are told; name, value, metric."""

    network: str
    unit: str
    value: str | None
    note: str
    detail: str
    metric: str
    private: Sequence[tuple[str, str | None, str]] = ()


@dataclass(frozen=True)
class Costs:
    """What was spent, by network and together."""

    lines: Sequence[Line] = ()
    total: Line | None = None
    note: str = ""


@dataclass(frozen=True)
class Sources:
    """Rules by the name of their figure, and examples of how to follow one back."""

    rules: Sequence[tuple[str, str]] = ()
    commands: Sequence[str] = ()


def reach(report: Report) -> list[Reached]:
    """What each network says, never added up over networks."""
    return [_reached(report, network) for network in report.scope.networks]


def _reached(report: Report, network: str) -> Reached:
    found = reach_at(report.scope, network)
    unit = {
        "viewers": _("Viewers of the posts, added up"),
        "impressions": _("Impressions of the posts"),
    }.get(found["unit"] or "", _("Reach"))
    return Reached(
        network=words.network(network),
        unit=unit,
        value=None if found["value"] is None else count(found["value"]),
        note=found["note"],
        detail=_read(report, found["posts"], found["posts_without"], found["as_of"]),
        metric=found["metric"] or "",
        private=[
            (
                words.figure(each["metric"]),
                None if each["value"] is None else count(each["value"]),
                each["metric"],
            )
            for each in found["private"]
        ],
    )


def _read(report: Report, posts: int, without: int, as_of: datetime | None) -> str:
    if as_of is None:
        return ""
    said = ngettext(
        "From {count} post, last read {time}.", "From {count} posts, last read {time}.", posts
    ).format(count=count(posts), time=dates.stamp(as_of, report.head.zone))
    if not without:
        return said
    return f"{said} " + ngettext(
        "For {count} more post there is no figure.",
        "For {count} more posts there is no figure.",
        without,
    ).format(count=count(without))


def costs(report: Report) -> Costs:
    """Money by network; a network that takes none says so."""
    cost = report.cost()
    lines = [
        Line(words.network(name), [_money(each[key]) for key in _MONEY])
        for name, each in cost["by_network"].items()
    ]
    total = Line("", [_money(cost[key]) for key in _MONEY])
    partial = _("Reading is charged for a whole account and cannot be split up, so it is missing.")
    note = _("By the networks' prices as configured, in US dollars; their bills count.")
    if report.wish.whole:
        return Costs(lines, total, note + _of_adverts(report))
    return Costs(lines, total, f"{note} {partial}")


def _of_adverts(report: Report) -> str:
    """Money that was paid for adverts stands apart: in another currency, and of other people."""
    if not report.head.paid:
        return ""
    spent = {name: round(100 * each) for name, each in report.head.paid["spent"].items()}
    said = _("Adverts cost {money} besides; whom they reached is not in the figures above.")
    return " " + said.format(money=amounts(spent))


_MONEY = ("posting", "reading", "spent", "cap")


def _money(amount: float | None) -> str | None:
    return None if amount is None else dollars(amount)


def troubles(report: Report) -> list[Line]:
    """What went wrong, in numbers; what did not happen is left out."""
    value = values(report.totals)
    named = (
        (f"post_states.{PostState.REJECTED}", _("Posts that a network refused")),
        (f"post_states.{PostState.EXPIRED}", _("Posts that were too late and were not sent")),
        (
            f"post_states.{PostState.UNKNOWN}",
            _("Posts of which we do not know whether they are out"),
        ),
        (f"post_states.{PostState.WITHDRAWN}", _("Posts that were taken down")),
        ("gone", _("Posts that the network no longer has; their last figure is kept")),
        ("targeting.lost", _("Posts for which the network did not keep the audience")),
        ("replies_deleted", _("Replies that were deleted after we had read them")),
        (f"labels.{Label.ABUSE}", _("Replies that were abuse")),
        ("replies_hidden", _("Replies that are hidden at their network")),
        (f"labels.{Label.SPAM}", _("Replies that were spam")),
    )
    lines = [Line(name, [value[key]]) for key, name in named if value[key]]
    return [*lines, *_silent(report)]


def _silent(report: Report) -> list[Line]:
    """Networks that keep their reach back, with the reason."""
    found = {each: reach_at(report.scope, each) for each in report.scope.networks}
    return [
        Line(_("No reach from {network}").format(network=words.network(name)), [None], each["note"])
        for name, each in found.items()
        if each["reason"]
    ]


def sources(report: Report) -> Sources:
    """The rules of the figures on the page."""
    named = [
        (_("Job offers"), rules.offers()),
        (_("Tips"), rules.tips()),
        (_("Handed over"), rules.handed_over()),
        (_("Waiting"), rules.waiting()),
        (_("Offers that became work"), rules.at_work()),
        (_("Replies"), rules.replies()),
        (_("Repeated replies"), rules.duplicates()),
        (_("Posts out"), rules.published()),
        *(
            (
                _("Reach on {network}").format(network=words.network(each)),
                rules.reach(each, report.scope.metrics),
            )
            for each in report.scope.networks
        ),
    ]
    return Sources(named, ["totals.job_offers", *_examples(report)])


def _examples(report: Report) -> list[str]:
    return [f"totals.reach.{each}" for each in report.scope.networks[:1]]
