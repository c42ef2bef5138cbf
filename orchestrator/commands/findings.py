"""Saying what the rules found, alike everywhere: rule, reason, remedy, who decided otherwise."""

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
        desk.say(f"{_MARKS[each.level]} {head}{reason_words(each)}")
        for line in _remedies(each):
            desk.say(f"    {line}")


def worth_saying(findings: "Iterable[Finding]") -> "list[Finding]":
    """Those that are not kept, each once, however many tandems it is about."""
    found = [each for each in findings if each.level != "ok"]
    return list({(each.rule, each.level, each.reason): each for each in found}.values())


def reason_words(finding: "Finding") -> str:
    """What is so, with the rule's name, under which somebody may decide about it."""
    return _("{reason} (rule {rule})").format(reason=finding.reason, rule=finding.rule)


def remedy_words(finding: "Finding") -> str:
    """What to do about it, or who decided that nothing has to be done."""
    return decided_words(finding) if finding.decision else finding.remedy


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
