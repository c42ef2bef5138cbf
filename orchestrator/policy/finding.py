"""One finding of a rule: what is so, why that matters, and what to do about it."""

from dataclasses import dataclass
from typing import Any

from orchestrator.settings import Decision

OK, WARN, BLOCK = "ok", "warn", "block"


@dataclass(frozen=True)
class Finding:
    """``rule``: its name for scripts. ``proposals``: several remedies, the best to try first.

    ``final``: no decision lifts it. ``decision``: that lifts a block; ``level`` is ``warn`` then.
    """

    rule: str
    level: str
    reason: str
    remedy: str = ""
    proposals: tuple[dict[str, Any], ...] = ()
    final: bool = False
    decision: Decision | None = None

    def document(self) -> dict[str, Any]:
        """As scripts read it."""
        decision = self.decision
        return {
            "rule": self.rule,
            "level": self.level,
            "message": self.reason,
            "remedy": self.remedy,
            "proposals": list(self.proposals),
            "decided": decision.model_dump(mode="json") if decision else None,
        }


def judged(rule: str, bad: bool, reason: str, well: str, remedy: str, level: str = WARN) -> Finding:
    """``reason`` where the rule is broken, with its remedy, else ``well``."""
    return Finding(rule, level, reason, remedy) if bad else Finding(rule, OK, well)
