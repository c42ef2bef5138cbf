"""Whether two texts tell of the same offer in nearly the same words. Pure.

What somebody notes down on the phone is shorter than what stood online: so the share is of the
shorter text. Figures: ``tests/inbox/test_likeness.py``.
"""

import re
import unicodedata

NEARLY = 0.6
_FEWEST = 4
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def words_of(text: str) -> frozenset[str]:
    """The words of a text in one spelling; those of one or two letters say nothing."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_UMLAUTS)
    bare = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return frozenset(word for word in re.findall(r"\w+", bare) if len(word) > 2)


def likeness(one: str, other: str) -> float:
    """Share of the shorter text's words that the other one has too; 0 where there are too few."""
    mine, theirs = words_of(one), words_of(other)
    fewer = min(len(mine), len(theirs))
    if fewer < _FEWEST:
        return 1.0 if mine and mine == theirs else 0.0
    return len(mine & theirs) / fewer
