"""Which languages a reply is written in, so that only their signals count."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from orchestrator.triage.lexicon import Lexicon

_ARABIC = re.compile("[\u0620-\u064a\u0671-\u06d3]")
# Letters that neither German, English nor Arabic has.
_PERSIAN = re.compile("[پچژگیکٹڈڑںےڤۆێڕڵ]")
_OTHER_SCRIPT = re.compile(
    "[\u0370-\u052f\u0530-\u05ff\u0700-\u074f\u0900-\u10ff\u1100-\u139f\u1780-\u17ff\u3040-\u9fff"
    "\uac00-\ud7af]"
)
_OTHER_LATIN = re.compile("[ąćčđęěğıłńňőřśšşţțůűźżžñãõâêîôûçœəëàèìòùáíóúýǧḧ]")
# 3andna, m7tajin, sho8l: digits that stand for Arabic letters.
_DIGIT_LETTER = re.compile(r"[a-z]*(?:[23579][a-z]{2,}|[a-z][2356789](?=[a-z]|$))[a-z0-9]*")
_SHARE = 0.34
# A language's small words in Latin letters, when it has letters of its own.
_LATIN = "-latin"
_ARABIC_LATIN = "ar" + _LATIN


@dataclass(frozen=True)
class Languages:
    """The languages whose signals count; empty when it is none that we read."""

    known: frozenset[str]
    by_sound: bool = False
    votes: Counter[str] = field(default_factory=Counter)


def spoken(text: str, words: Iterable[str], lexicon: Lexicon) -> Languages:
    """Tell the languages of ``text`` (smoothed) by its letters and its small words."""
    letters = [word for word in words if not word.startswith("<")]
    votes = _votes(text, letters, lexicon)
    names = lexicon.common.keys()
    best = max(votes[name] for name in names)
    if votes["foreign"] > best or (votes["script"] > len(letters) / 2 and best < 2):
        return Languages(frozenset(), votes=votes)
    heard = {name for name in names if votes[name] > _SHARE * best}
    if best < 2:  # too little to tell: all that are written in these letters
        heard |= {name for name in names if not name.endswith(_LATIN)}
    known = frozenset(name.removesuffix(_LATIN) for name in heard)
    return Languages(known, votes[_ARABIC_LATIN] > _SHARE * best, votes)


def _votes(text: str, words: list[str], lexicon: Lexicon) -> Counter[str]:
    votes: Counter[str] = Counter()
    for word in words:
        for language in lexicon.tongues.get(word, ()):
            votes[language] += 1
        votes["foreign"] += word in lexicon.foreign
        if word.isascii():
            # Most words have no digit, and asking for one costs less than the expression.
            if len(word) > 3 and not word.isalpha() and _DIGIT_LETTER.fullmatch(word):
                votes[_ARABIC_LATIN] += 1
            continue
        votes["script"] += bool(_OTHER_SCRIPT.search(word))
        votes["ar"] += bool(_ARABIC.search(word))
    votes["foreign"] += sum(
        1 + bool(_ARABIC.search(word)) * 2
        for word in text.split()
        if not word.isascii()
        if _PERSIAN.search(word) or _OTHER_LATIN.search(word)
    )
    return votes
