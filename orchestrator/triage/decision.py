"""From what was read to a verdict: the label, how sure, why, and whether a person reads it."""

from math import exp

from orchestrator.triage.classes import Classes
from orchestrator.triage.features import features_of, signals_of
from orchestrator.triage.model import Model
from orchestrator.triage.reading import Reading, Signals
from orchestrator.triage.rules import RULES, Scores
from orchestrator.triage.verdict import LABELS, Verdict
from orchestrator.triage.weights import BIAS, WEIGHTS

# A reply that is an offer with this chance is read by a person, whatever its label.
WEAK_OFFER = 0.04
# What is hateful or a scam at first sight is only read when it looks more like an offer than this.
WEAK_OFFER_IN_DIRT = 0.1
# "If truly torn between job_offer and a label below it, choose job_offer": by so much (log-odds).
TORN = 0.2
# A tip or a question has to be this likely to be read for that alone.
WEAK_QUESTION = 0.3
_READ = ("job_offer", "tip", "question")
_MOST_REASONS = 5
_SPEAKS_FOR = {
    name: [(label, WEIGHTS[label][name]) for label in LABELS if name in WEIGHTS[label]]
    for label in LABELS
    for name in WEIGHTS[label]
}


def decide(reading: Reading, classes: Classes, model: Model, *, picture: bool = False) -> Verdict:
    """Ask the model, with the rules as its advisers; take the likeliest label.

    Without words, or in a language that the model was not taught, the rules decide alone.
    """
    found = reading.signals
    if "no-words" in found and picture:
        return Verdict("other", 0.2, ("picture",), True)
    if found.get("language-unknown", 0) >= 1:
        return Verdict("other", 0.2, ("language-unknown",), True)
    if "no-words" in found:
        return _by_signs(found)
    taught = reading.languages.known & model.languages
    odds = odds_of(reading, classes, model) if taught else scored(found)
    label = _likeliest(odds)
    # A person reads what only the rules know, and what may be in no language that they know.
    strange = "language-unknown" in found or not taught
    reasons = ("language-unknown",) if "language-unknown" in found else _why(label, found)
    chance = {each: 1 / (1 + exp(-odds[each])) for each in LABELS}
    sure = chance[label] / sum(chance.values())
    return Verdict(label, round(sure, 2), reasons, strange or _read(label, chance))


def _by_signs(found: Signals) -> Verdict:
    """What is said without words: a heart, a laugh, a bare link."""
    scores = scored(found)
    label = max(LABELS, key=lambda each: scores[each])
    return Verdict(label, 0.5, _why(label, found), label in _READ)


def odds_of(reading: Reading, classes: Classes, model: Model) -> Scores:
    """Each label's log-odds, as the model gives them."""
    signals = signals_of(reading.signals, scored(reading.signals))
    return model.log_odds(features_of(reading, classes), signals)


def scored(found: Signals) -> Scores:
    """Each label's log-odds by hand-set weights and the guideline's rules: advice to the model."""
    scores = dict(BIAS)
    for name, strength in found.items():
        for label, weight in _SPEAKS_FOR.get(name, ()):
            scores[label] += weight * strength
    for rule in RULES:
        rule(found, scores)
    return scores


def _likeliest(odds: Scores) -> str:
    return max(LABELS, key=lambda each: odds[each] + (TORN if each == "job_offer" else 0))


def _read(label: str, chance: Scores) -> bool:
    offer = chance["job_offer"]
    if label in ("abuse", "spam"):
        return offer >= WEAK_OFFER_IN_DIRT
    if label in ("tip", "question"):
        return chance[label] >= WEAK_QUESTION or offer >= WEAK_OFFER
    return label == "job_offer" or offer >= WEAK_OFFER


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
