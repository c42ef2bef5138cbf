"""Whether a text says a person's name."""

import re
from collections.abc import Iterable

from orchestrator.unsaid.across import says_across
from orchestrator.unsaid.loose import hidden_in, loose_in
from orchestrator.unsaid.ordinary import without_ordinary
from orchestrator.unsaid.spelling import SPELLINGS, all_readings, looked_at, visible
from orchestrator.unsaid.towns import says_town

# "And", "for", "by", "so", "as" and the article are written as one with an Arabic word.
_ARABIC_PREFIX = re.compile(r"[وفبلك]{0,2}(?:ال)?")
_WORDS = "al el bin ibn bint abu umm van von der den de da di la le und zu zur ter ten dos das du"
_PARTICLES = frozenset(_WORDS.split())
_SHORTEST = 3


def says_name(text: str, name: str) -> bool:
    """Whether ``text`` says a word of a person's name: in a tag, an account, another script."""
    seen = visible(text)
    plain = without_ordinary(seen)
    for letters in SPELLINGS:
        telling = _telling(looked_at(name, letters))
        said = set(all_readings(plain, letters)) if telling else set[str]()
        parts = loose_in(seen, letters) if telling else set[str]()
        if any(_is_said(word, said) or hidden_in(word, parts) for word in telling):
            return True
    return says_across(text, name)


def slug_tells(slug: str, name: str, towns: Iterable[str]) -> bool:
    """Whether a slug says a name or a town, also inside a longer word: "amalkoeln"."""
    towns, run_together = [*towns], slug.replace("-", "")
    if says_name(slug.upper(), name) or any(says_town(slug.upper(), town) for town in towns):
        return True
    return any(
        len(word) > _SHORTEST and word in run_together
        for letters in SPELLINGS
        for secret in (name, *towns)
        for word in ("".join(looked_at(secret, letters)), *looked_at(secret, letters))
    )


def _telling(words: list[str]) -> list[str]:
    """The words of a name that say who it is: "Bo" and "Hassan" of "Bo al Hassan"."""
    own = [word for word in words if word not in _PARTICLES] or words
    return [*own[:1], *(word for word in own[1:] if len(word) >= _SHORTEST)]


def _is_said(word: str, said: set[str]) -> bool:
    if word in said or f"{word}s" in said:
        return True
    ends = (each.removesuffix(word) for each in said if each.endswith(word))
    return any(_ARABIC_PREFIX.fullmatch(lead) for lead in ends)
