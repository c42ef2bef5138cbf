"""Saying what the rules found: reason, remedy, and who decided otherwise."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from orchestrator.commands.desk import Desk
from orchestrator.formats import day
from orchestrator.i18n import _

if TYPE_CHECKING:
    from orchestrator.policy import Finding

_MARKS = {"ok": "✓", "warn": "!", "block": "✗"}


def say_findings(desk: Desk, findings: "Iterable[Finding]", about: str = "") -> None:
    """Each with its mark; ``about``: what they are about, where that is not plain."""
    for each in findings:
        head = f"{about}: " if about else ""
        desk.say(f"{_MARKS[each.level]} {head}{each.reason}")
        for line in _remedies(each):
            desk.say(f"    {line}")


def _remedies(finding: "Finding") -> list[str]:
    if finding.decision:
        return [decided_words(finding)]
    if len(finding.proposals) > 1:
        return [f"{n}. {each['message']}" for n, each in enumerate(finding.proposals, 1)]
    return [f"→ {finding.remedy}"] if finding.remedy else []


def decided_words(finding: "Finding") -> str:
    """Who lifted the block, when, and why."""
    decision = finding.decision
    assert decision is not None
    return _("Decided by {name} on {day}: {reason}").format(
        name=decision.by, day=day(decision.on), reason=decision.reason
    )
