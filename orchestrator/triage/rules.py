"""The tie rules of the annotation guideline, one function each, under its number.

Each looks at the signals and moves the labels' scores (log-odds). They run in the order of `RULES`;
rule 17, that the language does not change the label, is kept by there being no language here.
"""

from collections.abc import Callable

from orchestrator.triage.reading import Signals

Scores = dict[str, float]
Rule = Callable[[Signals, Scores], None]


def own_voice(found: Signals) -> bool:
    """Whether the reply speaks for an employer and says that there is something to do."""
    signs = ("own+need", "own+open", "own+trial", "own+gap")
    return any(found.get(sign, 0) >= 1 for sign in signs) or (
        found.get("own", 0) >= 1 and "willing" in found
    )


def offer_with_question(found: Signals, scores: Scores) -> None:
    """1: an offer that asks something is an offer; a bare question is none."""
    if "question" not in found:
        return
    if own_voice(found) or "willing" in found:
        scores["question"] -= 1.5
    elif not any(name in found for name in ("need", "open", "trial", "gap", "own")):
        scores["job_offer"] -= 0.8


def whose_vacancy(found: Signals, scores: Scores) -> None:
    """2: one's own vacancy is an offer, somebody else's a tip."""
    if own_voice(found) and "refusal" not in found:
        scores["tip"] -= 1.0
    elif "third" in found and "willing" not in found:
        scores["job_offer"] -= 0.8
        scores["tip"] += 0.4


def tagging(found: Signals, scores: Scores) -> None:
    """3: a name alone cheers; "ihr sucht doch" points; "für uns" offers."""
    if "tag" not in found:
        return
    if {"no-words", "one-word"} & set(found) and "question" not in found:
        scores["encouragement"] += 4.0
    elif "third" in found:
        scores["tip"] += 0.8
    elif found.get("own", 0) > 0:
        scores["job_offer"] += 1.2


def negation(found: Signals, scores: Scores) -> None:
    """4: no place is "other", unless a pointer or another place follows."""
    turned = any(f"no-{name}" in found for name in ("need", "open", "place", "trial", "trade"))
    if "refusal" not in found and not turned:
        return
    other_place = any(
        name in found for name in ("trial", "willing", "gap", "need", "open", "own+need")
    )
    if "contrast" in found and other_place and "third" not in found:
        scores["job_offer"] += 2.2
        scores["other"] -= 1.8
    elif "third" in found or "help" in found:
        scores["tip"] += 0.8
        scores["other"] -= 1.2
    elif "refusal" in found and "willing" not in found:
        scores["job_offer"] -= 0.8


def demeaning(found: Signals, scores: Scores) -> None:
    """5: a sarcastic or degrading offer is abuse."""
    if "degrading" in found or "sexual" in found:
        scores["abuse"] += 0.6
        if "laugh" in found or "sarcasm" in found:
            scores["abuse"] += 0.8
        scores["job_offer"] -= 1.0
    if "exclude" in found or "threat" in found:
        scores["job_offer"] -= 2.0


def scam(found: Signals, scores: Scores) -> None:
    """6: marks of a scam outweigh the offer that they are dressed as; a phone number is none."""
    if found.get("scam", 0) >= 1:
        scores["job_offer"] -= 0.8 if found.get("own", 0) >= 1 else 2.2
        scores["tip"] -= 1.0
        scores["encouragement"] -= 1.0
        scores["question"] -= 0.6
    elif "scam" in found:
        scores["spam"] -= 1.2


def agencies(found: Signals, scores: Scores) -> None:
    """7: "we place people" without a job is a tip; with a concrete job an offer."""
    if "advice" in found and "own" in found and not job_matter_named(found):
        scores["job_offer"] -= 0.6


def undeclared(found: Signals, scores: Scores) -> None:
    """8: pay from hand to hand is still an offer; a person judges it."""
    if "pay" in found and "scam" not in found and "question" not in found:
        scores["job_offer"] += 0.5


def adverts(found: Signals, scores: Scores) -> None:
    """9: the employer's own advert is an offer, a bare link a tip."""
    if "link" in found and "no-words" in found:
        scores["tip"] += 2.0
    if "third" not in found and "need+trade" in found and found["need+trade"] >= 1:
        scores["job_offer"] += 0.6


def unpaid_help(found: Signals, scores: Scores) -> None:
    """10: volunteering, a room or lessons are a tip; a trial or a placement is an offer."""
    if "help" in found:
        scores["job_offer"] -= 0.4
        scores["tip"] += 0.4
    elif "trial" in found and ("own" in found or "contact" in found or "willing" in found):
        scores["job_offer"] += 0.6


def criticism(found: Signals, scores: Scores) -> None:
    """11: calm disagreement is "other"; contempt is abuse, also against haters."""
    hateful = any(name in found for name in ("exclude", "threat", "degrading", "sexual"))
    if "topic" in found and not hateful and found.get("insult", 0) < 1:
        scores["abuse"] -= 0.8


def rhetorical(found: Signals, scores: Scores) -> None:
    """12: a question that asks nothing counts by what it does."""
    if "question" not in found:
        return
    hateful = any(found.get(name, 0) >= 1 for name in ("insult", "exclude", "degrading"))
    if hateful or "contempt" in found or ("hearts" in found and "about" not in found):
        scores["question"] -= 2.0


def cheering_with_more(found: Signals, scores: Scores) -> None:
    """13: encouragement with a question is a question, with a tip a tip."""
    if "question" in found and {"about", "join"} & set(found) and "ask" in found:
        scores["encouragement"] -= 1.2
    if "help" in found or ("third" in found and found["third"] >= 1):
        scores["encouragement"] -= 1.2


def own_search(found: Signals, scores: Scores) -> None:
    """14: looking for work oneself is "other"; asking to join is a question."""
    if "search" in found and "join" not in found:
        scores["job_offer"] -= 0.8
        scores["tip"] -= 0.5


def stories(found: Signals, scores: Scores) -> None:
    """15: a past offer is no offer."""
    if found.get("past", 0) >= 1 and not {"willing", "open", "gap"} & set(found):
        scores["job_offer"] -= 1.0
        if not {"third", "help"} & set(found):
            scores["tip"] -= 0.4


def fragments(found: Signals, scores: Scores) -> None:
    """16: emoji and fragments say little: hearts cheer, contempt insults, laughter is neither."""
    if "no-words" in found:
        scores["other"] += 0.2
        scores["encouragement"] += 1.5 * ("hearts" in found or "smile" in found)
        scores["abuse"] += 2.0 * ("contempt" in found)
        scores["question"] -= 2.5
    elif "one-word" in found and not {"willing", "need", "scam"} & set(found):
        scores["question"] -= 1.0


def elsewhere(found: Signals, scores: Scores) -> None:
    """No tie, but its border: a question that is about neither the person nor the campaign."""
    if "question" in found and not {"person", "join", "ask+about"} & set(found):
        scores["question"] -= 1.0
    if {"question", "ask", "help"} <= set(found) and "own" not in found:
        scores["tip"] -= 1.0


def job_matter_named(found: Signals) -> bool:
    """Whether a trade, a need or a trial is named."""
    return any(name in found for name in ("trade", "need", "trial"))


RULES: tuple[Rule, ...] = (
    offer_with_question,
    whose_vacancy,
    tagging,
    negation,
    demeaning,
    scam,
    agencies,
    undeclared,
    adverts,
    unpaid_help,
    criticism,
    rhetorical,
    cheering_with_more,
    own_search,
    stories,
    fragments,
    elsewhere,
)
