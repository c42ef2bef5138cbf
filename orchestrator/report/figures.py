"""The report as a whole: the scopes that it shows, and its document for scripts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from orchestrator.forwarding.standing import LONGEST
from orchestrator.redact import redact_document
from orchestrator.report import rules, scopes, words
from orchestrator.report.files import Draft
from orchestrator.report.measures import Measure, dollars, measures, waiting
from orchestrator.report.reach import reach
from orchestrator.report.rows import Rows
from orchestrator.report.scopes import NONE, Scope, Wish
from orchestrator.vocabulary import Label

_GENERATOR = "Türöffner report"
GROUPS = ("by_tandem", "by_network", "by_partner", "by_channel", "by_day")
# What a part of the campaign tells in the document; ``explain`` knows all measures of each.
_PARTS = (
    "tandems",
    "posts",
    "published",
    "replies",
    "tips",
    "job_offers",
    "handed_over",
    "not_looked_at",
    "waiting",
    "at_work",
)


@dataclass(frozen=True)
class Head:
    """What the report is about; ``caps`` are in US dollars, by network.

    ``paid``: the figures of all adverts, in the money of their account; None where none ran.
    """

    name: str
    slug: str
    start: date
    end: date
    zone: ZoneInfo
    as_of: datetime
    caps: Mapping[str, float | None] = field(default_factory=dict)
    paid: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Report:
    """All figures of a campaign, or of the part of it that was asked for."""

    head: Head
    wish: Wish
    rows: Rows

    @cached_property
    def scope(self) -> Scope:
        """The rows that were asked for."""
        return scopes.cut(self.rows, self.wish)

    @cached_property
    def totals(self) -> dict[str, Measure]:
        """The measures of the whole; what waits too long is told of the whole only."""
        late = [each for each in waiting(self.scope, Label.JOB_OFFER) if each.at < self._late]
        late_ones = Measure("waiting_too_long", rules.waiting_too_long, late, len(late))
        return {**measures(self.scope), late_ones.name: late_ones}

    @property
    def _late(self) -> datetime:
        return self.head.as_of - LONGEST

    @cached_property
    def groups(self) -> dict[str, dict[str, Scope]]:
        """The parts, by kind and name."""
        scope = self.scope
        return {
            "by_tandem": scopes.by_tandem(scope),
            "by_network": scopes.by_network(scope),
            "by_partner": scopes.by_partner(scope),
            "by_channel": scopes.by_channel(scope),
            "by_day": scopes.by_day(scope, *self.days),
        }

    @property
    def days(self) -> tuple[date, date]:
        """First and last day of the report: as asked, else the campaign's so far."""
        today = self.head.as_of.astimezone(self.head.zone).date()
        first = self.wish.since or self.head.start
        last = self.wish.until or max(first, min(self.head.end, max(today, self.head.start)))
        return min(first, last), last

    @property
    def period(self) -> tuple[date, date]:
        """The same, and every day on which something happened besides."""
        days = [date.fromisoformat(each) for each in self.groups["by_day"]]
        return min(days), max(days)

    @property
    def waits_since(self) -> datetime | None:
        """When the offer came that waits longest."""
        return min((each.at for each in waiting(self.scope, Label.JOB_OFFER)), default=None)

    def document(self) -> dict[str, Any]:
        """The contract's document."""
        return {
            "as_of": self.head.as_of.astimezone(self.head.zone),
            "campaign": self._campaign(),
            "totals": self._totals(),
            **{name: self._parts(name) for name in GROUPS},
        }

    def draft(self) -> Draft:
        """The document as a file."""
        document = {"generator": _GENERATOR, **self.document()}
        text = json.dumps(redact_document(document), ensure_ascii=False, indent=2, default=_plain)
        return Draft("report.json", f"{text}\n".encode(), _GENERATOR.encode())

    def _campaign(self) -> dict[str, Any]:
        return {
            "name": self.head.name,
            "slug": self.head.slug,
            "start": self.head.start,
            "end": self.head.end,
            "timezone": self.head.zone.key,
            "since": self.wish.since,
            "until": self.wish.until,
            "partner": self.wish.partner,
        }

    def _totals(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, measure in self.totals.items():
            group, _dot, key = name.partition(".")
            if not key:
                found[name] = measure.value
            elif group not in ("reach", "private", "cost"):
                found.setdefault(group, {})[key] = measure.value
        since = self.waits_since
        found["waiting_since"] = since.astimezone(self.head.zone) if since else None
        found["first_answer_minutes"] = self._first_answers()
        return {**found, "reach": reach(self.scope), "cost": self.cost(), "paid": self._paid()}

    def _first_answers(self) -> dict[str, Any]:
        """How soon people were answered first: the median, and of how many replies."""
        told = [
            each.answered_after
            for each in self.scope.replies
            if each.answered_after is not None and each.duplicate_of is None
        ]
        return {"median": round(median(told), 1) if told else None, "count": len(told)}

    def _paid(self) -> dict[str, Any] | None:
        """What adverts came to, apart from all else; they cannot be split by time or partner."""
        if self.head.paid is None or not self.wish.whole:
            return None
        as_of = self.head.paid["as_of"]
        return {**self.head.paid, "as_of": as_of.astimezone(self.head.zone) if as_of else None}

    def cost(self) -> dict[str, Any]:
        """What was spent; reading is charged for a whole account and cannot be split."""
        known = self.wish.whole
        by_network = {name: self._cost_of(name, known) for name in self.scope.networks}
        caps = [cap for cap in self.head.caps.values() if cap is not None]
        return {
            "currency": "USD",
            "spent": dollars(sum(each["spent"] for each in by_network.values())),
            "cap": dollars(sum(caps)) if caps else None,
            "posting": dollars(sum(each["posting"] for each in by_network.values())),
            "reading": dollars(sum(each["reading"] for each in by_network.values()))
            if known
            else None,
            "by_network": by_network,
        }

    def _cost_of(self, network: str, known: bool) -> dict[str, Any]:
        posting = sum(each.cost_usd for each in self.scope.posts if each.network == network)
        reading = sum(each.read_usd for each in self.scope.accounts if each.network == network)
        return {
            "spent": dollars(posting + reading),
            "cap": self.head.caps.get(network),
            "posting": dollars(posting),
            "reading": dollars(reading) if known else None,
        }

    def _parts(self, group: str) -> list[dict[str, Any]]:
        return [
            {**self._named(group, name), **part(scope), "reach": reach(scope)}
            for name, scope in self.groups[group].items()
        ]

    def _named(self, group: str, name: str) -> dict[str, Any]:
        if group != "by_tandem":
            return {group.removeprefix("by_"): None if name == NONE else name}
        tandem = self.groups[group][name].tandems[0]
        return {
            "tandem": name,
            "public_name": tandem.name or None,
            "place": words.place(tandem) or None,
            "partner": None if tandem.has_withdrawn else tandem.partner or None,
            "state": tandem.state,
            "shown": tandem.shown,
        }


def part(scope: Scope) -> dict[str, Any]:
    """The figures that every part of the campaign tells."""
    found = measures(scope)
    labels = {str(label): found[f"labels.{label}"].value for label in Label}
    return {**{name: found[name].value for name in _PARTS}, "labels": labels}


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
