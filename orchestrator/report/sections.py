"""What came back, as the page shows it: every text is ready, every figure written out."""

from collections.abc import Sequence
from dataclasses import dataclass

from orchestrator.formats import count
from orchestrator.i18n import _, ngettext
from orchestrator.report import dates, words
from orchestrator.report.figures import Report
from orchestrator.report.measures import Measure, measures
from orchestrator.report.scopes import NONE, Scope
from orchestrator.vocabulary import Label

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


def heroes(report: Report) -> list[Hero]:
    """Offers, tips, what was handed over, and who found work."""
    value = values(report.totals)
    return [
        Hero(count(value["job_offers"]), _("Job offers"), kind="offer"),
        Hero(count(value["tips"]), _("Tips"), kind="tip"),
        Hero(count(value["handed_over"]), _("Offers handed over to tandems")),
        Hero(count(value["at_work"]), _("Offers that became work")),
    ]


def standing(report: Report) -> list[Share]:
    """Where the offers stand, from waiting to work; ends that are no work come last."""
    value = values(report.totals)
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


def _stage(name: str, kind: str, found: dict[str, int], total: int) -> Share:
    here = sum(found.values())
    parts = [(words.outcome(status), number) for status, number in found.items() if number]
    return Share(name, kind, here, round(100 * here / total, 2), parts)


def waits(report: Report) -> str:
    """How many offers wait to be handed over, and how long already; empty when none does."""
    number = int(report.totals["waiting"].value or 0)
    if not number or (since := report.waits_since) is None:
        return ""
    sentence = ngettext(
        "{count} job offer waits to be handed over. It has been waiting for {age}.",
        "{count} job offers wait to be handed over. The oldest has been waiting for {age}.",
        number,
    ).format(count=count(number), age=dates.age(report.head.as_of - since))
    late = int(report.totals["waiting_too_long"].value or 0)
    return f"{sentence} {_too_long(late)}" if late else sentence


def _too_long(number: int) -> str:
    return ngettext(
        "Alarm: {count} of them should have been handed over within 24 hours.",
        "Alarm: {count} of them should have been handed over within 24 hours.",
        number,
    ).format(count=count(number))


def kinds(report: Report) -> list[Share]:
    """What people answered, by kind; what only hurts is one line at the end."""
    value = values(report.totals)
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
    value = values(measures(scope))
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


def values(found: dict[str, Measure]) -> dict[str, int]:
    """The measures' values, by name."""
    return {name: int(each.value or 0) for name, each in found.items()}
