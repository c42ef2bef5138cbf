"""The way back from a figure: its rule, and the rows that it counts. No names, no texts."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.report.figures import GROUPS, Report
from orchestrator.report.measures import Measure, Row, Value, measures
from orchestrator.report.rows import AccountRow, PostRow, ReplyRow, TandemRow
from orchestrator.report.scopes import Scope


@dataclass(frozen=True)
class Figure:
    """A figure under its full name, such as ``by_network.x.published``."""

    name: str
    measures: tuple[Measure, ...]

    @property
    def value(self) -> Value | dict[str, Value]:
        """The value; by network where the name asks for all of them."""
        if self.name.endswith(f".{self.measures[0].name}"):
            return self.measures[0].value
        return {each.name.partition(".")[2]: each.value for each in self.measures}

    @property
    def rules(self) -> list[str]:
        """The rules in words, each once."""
        return list(dict.fromkeys(each.rule() for each in self.measures))

    def rows(self, zone: ZoneInfo) -> list[dict[str, Any]]:
        """The rows that it counts."""
        return [row_of(row, zone) for each in self.measures for row in each.rows]

    def document(self, zone: ZoneInfo) -> dict[str, Any]:
        """The figure for scripts."""
        return {
            "figure": self.name,
            "value": self.value,
            "rule": " ".join(self.rules),
            "rows": self.rows(zone),
        }


def all_figures(report: Report) -> Iterator[Figure]:
    """Every figure of the report, under its full name."""
    for prefix, scope in _scopes(report):
        for measure in measures(scope).values():
            yield Figure(f"{prefix}.{measure.name}", (measure,))


def explain(report: Report, name: str) -> Figure:
    """The figure of that name; an unknown one is refused with the near ones."""
    wanted = name.strip()
    for prefix, scope in _scopes(report):
        if not wanted.startswith(f"{prefix}."):
            continue
        known, rest = measures(scope), wanted.removeprefix(f"{prefix}.")
        if rest in known:
            return Figure(wanted, (known[rest],))
        if several := tuple(each for key, each in known.items() if key.startswith(f"{rest}.")):
            return Figure(wanted, several)
    raise _unknown(report, wanted)


def _scopes(report: Report) -> Iterator[tuple[str, Scope]]:
    yield "totals", report.scope
    for group in GROUPS:
        for name, scope in report.groups[group].items():
            yield f"{group}.{name}", scope


def _unknown(report: Report, name: str) -> UsageProblem:
    known = [each.name for each in all_figures(report)]
    near = difflib.get_close_matches(name[:200], known, n=3, cutoff=0.5)
    return UsageProblem(
        _("There is no figure “{name}”.").format(name=name),
        remedy=_("Did you mean {names}?").format(names=", ".join(near))
        if near
        else _("Names look like {examples}.").format(
            examples="totals.job_offers, by_network.x.published, by_day.2026-11-23.replies"
        ),
    )


def row_of(row: Row, zone: ZoneInfo) -> dict[str, Any]:
    """A row as it may be shown: what it is, where and when, nothing of anybody."""
    match row:
        case TandemRow():
            return _entry("tandem", row.id, "", None, tandem=row.slug, state=row.state)
        case PostRow():
            return _entry(
                "post",
                row.id,
                row.network,
                row.at.astimezone(zone),
                state=row.state,
                reach=row.reach,
                read_at=row.taken_at.astimezone(zone) if row.taken_at else None,
                cost_usd=row.cost_usd,
                private={name: value for name, (value, _at) in row.private.items()},
            )
        case ReplyRow():
            return _entry(
                "reply",
                row.id,
                row.network,
                row.at.astimezone(zone),
                channel=row.channel,
                label=row.label,
                status=row.status,
                deleted=row.deleted,
            )
        case AccountRow():
            return _entry("account", None, row.network, None, read_usd=row.read_usd)


def _entry(
    kind: str, number: int | None, network: str, at: datetime | None, **more: object
) -> dict[str, Any]:
    return {"kind": kind, "id": number, "network": network or None, "at": at, **more}
