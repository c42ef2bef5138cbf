"""From signals to a verdict: the label, how sure, why, and whether a person reads it."""

from math import exp

from orchestrator.triage.reading import Signals
from orchestrator.triage.rules import RULES, Scores
from orchestrator.triage.verdict import LABELS, Verdict
from orchestrator.triage.weights import BIAS, WEIGHTS

# A reply that is an offer with this probability is read by a person, whatever its label.
WEAK_OFFER = 0.09
# What is hateful or a scam at first sight is only read when it looks more like an offer than this.
WEAK_OFFER_IN_DIRT = 0.35
# A label of higher priority gives way to one that is this much clearer (log-odds).
LEAD = 1.5
# "If truly torn between job_offer and a label below it, choose job_offer."
TORN = -0.7
_READ = frozenset({"job_offer", "tip", "question"})
_MOST_REASONS = 5
_SPEAKS_FOR = {
    name: [(label, WEIGHTS[label][name]) for label in LABELS if name in WEIGHTS[label]]
    for label in LABELS
    for name in WEIGHTS[label]
}


def decide(found: Signals, *, picture: bool = False) -> Verdict:
    """Weigh the signals, apply the tie rules, take the best label."""
    if "no-words" in found and picture:
        return Verdict("other", 0.2, ("picture",), True)
    if found.get("language-unknown", 0) >= 1:
        return Verdict("other", 0.2, ("language-unknown",), True)
    scores = scored(found)
    chances = _chances(scores)
    label = _first_that_fits(scores)
    strange = "language-unknown" in found
    reasons = ("language-unknown",) if strange else _why(label, found)
    offer = 1 / (1 + exp(-scores["job_offer"]))
    return Verdict(label, round(chances[label], 2), reasons, strange or _read(label, offer))


def scored(found: Signals) -> Scores:
    """Return each label's log-odds."""
    scores = dict(BIAS)
    for name, strength in found.items():
        for label, weight in _SPEAKS_FOR.get(name, ()):
            scores[label] += weight * strength
    for rule in RULES:
        rule(found, scores)
    return scores


def _first_that_fits(scores: Scores) -> str:
    """Return the label of highest priority that fits, or else the least unlikely one."""
    best = max(scores.values())
    fits = [
        each
        for each in LABELS
        if scores[each] >= max(TORN if each == "job_offer" else 0.0, best - LEAD)
    ]
    return fits[0] if fits else max(LABELS, key=lambda each: scores[each])


def _read(label: str, offer: float) -> bool:
    if label in ("abuse", "spam"):
        return offer >= WEAK_OFFER_IN_DIRT
    return label in _READ or offer >= WEAK_OFFER


def _chances(scores: Scores) -> dict[str, float]:
    top = max(scores.values())
    raised = {label: exp(score - top) for label, score in scores.items()}
    total = sum(raised.values())
    return {label: value / total for label, value in raised.items()}


def _why(label: str, found: Signals) -> tuple[str, ...]:
    weights = WEIGHTS[label]
    said = [
        (weights[name] * strength, name)
        for name, strength in found.items()
        if weights.get(name, 0) > 0 and "+" not in name
    ]
    return tuple(name for _, name in sorted(said, key=lambda each: (-each[0], each[1])))[
        :_MOST_REASONS
    ] or ("no-signal",)
