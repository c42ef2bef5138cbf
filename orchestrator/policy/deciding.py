"""Decisions that people took about a block: which finding they lift, and that they were used."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from orchestrator import journal
from orchestrator.policy.finding import BLOCK, WARN, Finding
from orchestrator.settings import Decision


def decided(findings: Iterable[Finding], decisions: Sequence[Decision]) -> list[Finding]:
    """The findings, where a decision turns the block of its rule into something to know."""
    by_rule = {each.rule.value: each for each in decisions}
    return [
        replace(each, level=WARN, decision=by_rule[each.rule])
        if each.level == BLOCK and not each.final and each.rule in by_rule
        else each
        for each in findings
    ]


def blocks(findings: Iterable[Finding]) -> list[Finding]:
    """Those that nothing gets past."""
    return [each for each in findings if each.level == BLOCK]


def note_decisions(
    session: Session, campaign_id: int, now: datetime, actor: str, findings: Iterable[Finding]
) -> None:
    """Note in the audit log which decisions let something pass, each once.

    Its reason may hold anything, so the log keeps a digest, by which a later change is found out.
    """
    used = {each.rule: each.decision for each in findings if each.decision}
    for rule, decision in sorted(used.items()):
        digest = hashlib.sha256(decision.reason.encode()).hexdigest()
        journal.record(
            session, campaign_id, now, actor, "policy decision", rule,
            by=decision.by, on=decision.on.isoformat(), reason_digest=digest,
        )  # fmt: skip
