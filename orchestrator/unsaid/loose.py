"""What leads to a person without being a word: links, accounts, hashtags, run-together words.

Only there a name is looked for inside of others: "Amin" is in "Vitamin", too.
"""

import re

from orchestrator.unsaid.ordinary import ORDINARY
from orchestrator.unsaid.spelling import looked_at

_SHORTEST = 4
_TOKEN = re.compile(r"(?:https?://|www\.)\S+|[@#]\w[\w.]*|\w++(?:\.\w++)++(?:/\S*)?|\w+", re.I)
_INNEN = re.compile(r"(?<=[a-zäöüß])In(?:nen)?$")
_CAMEL = re.compile(r"[a-zäöüß][A-ZÄÖÜ]")


def loose_in(text: str, letters: dict[int, str]) -> set[str]:
    """The parts of all links, accounts, hashtags and run-together words in a text."""
    found = (each[0] for each in _TOKEN.finditer(text))
    return {part for token in found if _is_loose(token) for part in looked_at(token, letters)}


def _is_loose(token: str) -> bool:
    if token[0] in "@#" or "/" in token or token.casefold().startswith("www."):
        return True
    mixed = any(map(str.isdigit, token)) and not token.isdecimal()
    # A full stop without a gap behind it is no address: "suche Arbeit.Danke".
    address = "." in token and token == token.lower()
    return mixed or address or "_" in token or bool(_CAMEL.search(_INNEN.sub("", token)))


def hidden_in(word: str, parts: set[str]) -> bool:
    """Whether one of the parts holds a word that is long enough to be no accident."""
    return len(word) >= _SHORTEST and word not in ORDINARY and any(word in each for each in parts)
