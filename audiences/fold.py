"""Spellings of place names, folded to one key: "MÜNCHEN ", "Muenchen" and "München" are equal."""

import re
import unicodedata
from functools import lru_cache

_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "ł": "l"}
)
_PLAIN = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "æ": "ae", "ø": "o", "ł": "l"})
_BREAKS = re.compile(r"[^a-z0-9]+")
_ABBREVIATED = {"st": "sankt", "skt": "sankt"}
_SUFFIX = re.compile(
    r"\s*[(/,].*$"
    r"| (?:am|an|auf|im|in|bei|vor|ob|unter|unterm|ober|zu|von|vom|[aibov]\.)[ .].*$",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """Return the lookup key: lower case, umlauts as ae/oe/ue, words apart by one space."""
    return _key(name, _UMLAUTS)


def fold_plain(name: str) -> str:
    """Return the key of a spelling that lost its dots: "Munchen", "Koln"."""
    return _key(name, _PLAIN)


def without_suffix(name: str) -> str:
    """Return "Freiburg" for "Freiburg im Breisgau", "Halle" for "Halle (Saale)"."""
    return _SUFFIX.sub("", name).strip()


def tidy(text: str) -> str:
    """Return untrusted text in composed form, free of control and invisible characters."""
    composed = unicodedata.normalize("NFKC", text)
    if composed.isprintable():
        return composed.strip()
    return "".join(map(_visible, composed)).strip()


def _visible(character: str) -> str:
    """Return no formatting (soft hyphens, text direction), and a blank for other controls."""
    category = unicodedata.category(character)
    return "" if category == "Cf" else " " if category[0] == "C" else character


def _key(name: str, letters: dict[int, str]) -> str:
    lowered = unicodedata.normalize("NFC", name).lower().translate(letters)
    if not lowered.isascii():
        decomposed = unicodedata.normalize("NFKD", lowered)
        lowered = "".join(c for c in decomposed if not unicodedata.combining(c))
    words = _BREAKS.sub(" ", lowered.replace("'", "").replace("’", "")).split()
    return " ".join(_ABBREVIATED.get(word, word) for word in words)
