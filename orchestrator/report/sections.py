"""The parts of the page as plain values: every text is ready, every figure written out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from orchestrator.formats import count, dollars
from orchestrator.i18n import _, ngettext
from orchestrator.model import Label, PostState
from orchestrator.report import dates, rules, words
from orchestrator.report.figures import Report, reach_at
from orchestrator.report.measures import Measure, measures
from orchestrator.report.scopes import NONE, Scope

# Where an offer stands, in five words for everybody else.
_STAGES = {
    "waiting": ("new", "checked"),
    "passed": ("forwarded", "received", "contacted"),
    "moving": ("trial", "offer", "permit_pending"),
    "working": ("started", "kept_4w", "kept_6m"),
    "ended": ("no_fit", "filled", "declined", "permit_refused", "unsafe", "withdrawn"),
}


@dataclass(frozen=True)
class Hero:
    """One of the figures that stand at the top."""

    value: str
    name: str
    remark: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Share:
    """A part of a whole: ``percent`` is its share, ``parts`` what it is made of."""

    name: str
    kind: str
    value: int
    percent: float
    parts: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True)
class Line:
    """A row of a table."""

    name: str
    values: Sequence[int | str | None]
    remark: str = ""


@dataclass(frozen=True)
class Reached:
    """What one network says of reach."""

    network: str
    unit: str
    value: str | None
    note: str
    detail: str
    metric: str


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
    commands: Sequence[str] = field(default_factory=tuple)


def heroes(report: Report) -> list[Hero]:
    """Offers, tips, what was handed over, and who found work."""
    value = _values(report.totals)
    return [
        Hero(count(value["job_offers"]), _("Job offers"), kind="offer"),
        Hero(count(value["tips"]), _("Tips"), kind="tip"),
        Hero(count(value["handed_over"]), _("Offers handed over to tandems")),
        Hero(count(value["at_work"]), _("Offers that became work")),
    ]


def standing(report: Report) -> list[Share]:
    """Where the offers stand, from waiting to work; ends that are no work come last."""
    value = _values(report.totals)
    total = value["job_offers"]
    names = {
        "waiting": _("Waiting to be handed over"),
        "passed": _("With the tandem"),
        "moving": _("On the way to a contract"),
        "working": _("At work"),
        "ended": _("Ended without work"),
        "further": _("Elsewhere"),
    }
    known = {status for each in _STAGES.values() for status in each}
    seen = [name.partition(".")[2] for name in value if name.startswith("outcomes.")]
    stages = {**_STAGES, "further": tuple(each for each in seen if each not in known)}
    return [
        _stage(names[kind], kind, {each: value[f"outcomes.{each}"] for each in statuses}, total)
        for kind, statuses in stages.items()
        if total and statuses
    ]


def _stage(name: str, kind: str, values: dict[str, int], total: int) -> Share:
    here = sum(values.values())
    parts = [(words.outcome(status), number) for status, number in values.items() if number]
    return Share(name, kind, here, round(100 * here / total, 2), parts)


def waits(report: Report) -> str:
    """How many offers wait to be handed over, and how long already; empty when none does."""
    number = int(report.totals["waiting"].value or 0)
    if not number or (since := report.waits_since) is None:
        return ""
    return ngettext(
        "{count} job offer waits to be handed over. It has been waiting for {age}.",
        "{count} job offers wait to be handed over. The oldest has been waiting for {age}.",
        number,
    ).format(count=count(number), age=dates.age(report.head.as_of - since))


def kinds(report: Report) -> list[Share]:
    """What people answered, by kind; what only hurts is one line at the end."""
    value = _values(report.totals)
    total = max(value["replies"], 1)
    folded = {Label.ABUSE, Label.SPAM}
    shares = [
        _kind(words.kind(label), str(label), value[f"labels.{label}"], total)
        for label in Label
        if label not in folded
    ]
    hurt = sum(value[f"labels.{label}"] for label in folded)
    return [*shares, _kind(_("Abuse and spam"), "hurt", hurt, total)]


def _kind(name: str, kind: str, value: int, total: int) -> Share:
    colour = {"job_offer": "offer", "tip": "tip"}.get(kind, "rest")
    return Share(name, colour, value, round(100 * value / total, 2))


def channels(report: Report) -> list[Line]:
    """Replies, offers and tips by the way on which they came; networks by name."""
    ways: dict[tuple[str, str], Scope] = {}
    for network, on_it in report.groups["by_network"].items():
        by_channel: dict[str, list[object]] = {}
        for reply in on_it.replies:
            by_channel.setdefault(reply.channel or NONE, []).append(reply)
        for channel, replies in by_channel.items():
            ways[network, channel] = report.scope.only(replies=replies)  # type: ignore[arg-type]
    lines = [
        Line(_way(network, channel), _answers(scope)) for (network, channel), scope in ways.items()
    ]
    return sorted(lines, key=lambda line: (-int(line.values[0] or 0), line.name))


def _way(network: str, channel: str) -> str:
    said = words.channel(channel)
    if network == NONE:
        return said
    return _("{channel} on {network}").format(channel=said, network=words.network(network))


def _answers(scope: Scope) -> list[int | str | None]:
    value = _values(measures(scope))
    names = ("replies", "job_offers", "tips", "handed_over", "waiting")
    return [value[name] for name in names]


def partners(report: Report) -> list[Line]:
    """The same by the organisations that brought the tandems; empty when there are none."""
    groups = report.groups["by_partner"]
    if set(groups) <= {NONE}:
        return []
    return [
        Line(words.partner(name), [len(scope.tandems), *_answers(scope)])
        for name, scope in groups.items()
    ]


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
    return Costs(lines, total, note if report.wish.whole else f"{note} {partial}")


_MONEY = ("posting", "reading", "spent", "cap")


def _money(amount: float | None) -> str | None:
    return None if amount is None else dollars(amount)


def troubles(report: Report) -> list[Line]:
    """What went wrong, in numbers; what did not happen is left out."""
    value = _values(report.totals)
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


def _values(found: dict[str, Measure]) -> dict[str, int]:
    return {name: int(each.value or 0) for name, each in found.items()}
