"""What a pilot showed: rules over its two posts, as plain values."""

from typing import Any

from orchestrator.capabilities import GATE_EFFECT, GATE_STORED, INSIGHTS
from orchestrator.pilot.posts import Trial

# Of fewer people nothing can be told.
_ENOUGH = 30
# So much of the open post's reach: the gate narrows it for certain; it makes no difference.
_NARROWED, _SAME = 0.5, 0.8


def effect(gated: int | None, unlimited: int | None) -> str:
    """``narrows``, ``none``, ``unclear`` (too few people, or in between), ``unknown``."""
    if gated is None or unlimited is None:
        return "unknown"
    if unlimited < _ENOUGH:
        return "unclear"
    if gated <= _NARROWED * unlimited:
        return "narrows"
    return "none" if gated >= _SAME * unlimited else "unclear"


def result(posts: list[Trial], outcome: str, unavailable: str | None) -> dict[str, Any]:
    """``outcome``: ``compared``, ``stopped`` or ``broken_off``; why reach is unknown, if it is."""
    by_kind = {each.kind: each for each in posts}
    reach = {kind: each.reach for kind, each in by_kind.items()}
    return {
        "outcome": outcome,
        "gate_stored": False if by_kind["gated"].refused else by_kind["gated"].kept,
        "gate_effect": effect(reach["gated"], reach["open"]),
        "reach": reach,
        "unavailable": unavailable,
        "taken_down": sum(each.remote_id is not None for each in posts),
        "refused": next((each.refused for each in posts if each.refused), None),
    }


def learned(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What the page is known to be able to do from now on, by capability."""
    told: dict[str, dict[str, Any]] = {}
    if found["gate_stored"] is not None:
        told[GATE_STORED] = {"stored": found["gate_stored"]}
    if found["outcome"] == "compared":
        told[GATE_EFFECT] = {"effect": found["gate_effect"], **found["reach"]}
        known = any(each is not None for each in found["reach"].values())
        told[INSIGHTS] = {"available": known, "why": found["unavailable"]}
    return told
