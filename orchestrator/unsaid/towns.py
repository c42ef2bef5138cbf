"""Whether a text says where a person lives."""

import re
from collections.abc import Iterator

from orchestrator.unsaid.loose import hidden_in, loose_in
from orchestrator.unsaid.ordinary import ORDINARY, without_ordinary
from orchestrator.unsaid.spelling import PLAIN, SPELLINGS, all_readings, looked_at, visible, words

_ARABIC_PREFIX = r"[وفبلك]{0,2}(?:ال)?"
# Fulda, Fuldas, Fuldaer, Fuldaerin, Hannoveraner, Hallenser, kölnische …
_ENDINGS = r"(?:e?s|(?:a?n|ens)?er(?:s|n|in|innen)?|(?:er)?isch(?:e[mnrs]?)?)?"
# What follows the telling part of a town's name: "Freiburg im Breisgau", "Frankfurt (Oder)".
_ADDITION = re.compile(r"\s(?:am|an|auf|bei|im|in|ob|unter|vor|v\.|a\.|i\.|b\.)(?=\s).*|\s*[(/,].*")
_EPITHET = re.compile(
    r"(?:Bad|Heilbad|Bergisch|Schwäbisch|Hannoversch|Hessisch|Preußisch|Königs|Lutherstadt)"
    r" (?=\w{5})"
)
# Halves of double names that are words of everyday life.
_EVERYDAY = """
alt neu gross klein ober nieder nord sud ost west mitte wald rot mark plan tor graben heide neubau
neustadt altstadt innere stadt vorstadt sudstadt nordstadt oststadt weststadt gartenstadt saint
gewerbeschule kirch kirchen landstrasse tiergarten stein horn buch brand baden sachsen weinberg
enge lachen kalk weiler weiher paradies land feld hafencity erzgebirge schwarzwald lausitz vogtland
spreewald les sur
"""
_NO_HALF = frozenset(_EVERYDAY.split())
_SHORTEST = 3


def says_town(text: str, town: str) -> bool:
    """Whether ``text`` says a town's name, with or without its addition, or its people's."""
    seen = visible(text)
    plain = without_ordinary(seen)
    for letters in SPELLINGS:
        forms = list(_forms(town, letters))
        said = " ".join(all_readings(plain, letters)) if forms else ""
        if forms and re.search(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)", said):
            return True
        parts = loose_in(seen, letters) if forms else set[str]()
        if any(hidden_in(each, parts) for each in _run_together(town, letters)):
            return True
    return False


def halves(town: str) -> set[str]:
    """The names that a double name, or one with an epithet, has besides: Garmisch, Homburg."""
    named = _ADDITION.sub("", town)
    parts = {each.strip() for each in re.split(r"[-/]", named)} - {named}
    short = {each for each in (_EPITHET.sub("", part) for part in {named, *parts}) if each != named}
    return {each for each in parts | short if _stands_alone(each)}


def _stands_alone(half: str) -> bool:
    bare = words(half, PLAIN)
    return len("".join(bare)) >= _SHORTEST and not {*bare} <= _NO_HALF | ORDINARY


def _run_together(town: str, letters: dict[int, str]) -> set[str]:
    return {"".join(looked_at(each, letters)) for each in (town, _ADDITION.sub("", town))}


def _forms(town: str, letters: dict[int, str]) -> Iterator[str]:
    for name in {town, _ADDITION.sub("", town)}:
        whole = " ".join(looked_at(name, letters))
        if not whole:
            continue
        yield f"{_ARABIC_PREFIX}{re.escape(whole)}{_ENDINGS}"
        # Bremen: Bremer; München: Münchner; Karlsruhe: Karlsruher; Basel: Basler.
        for end, instead in (("en", "n?"), ("e", ""), ("el", "l")):
            if whole.endswith(end) and len(whole) > len(end) + 2:
                yield re.escape(whole.removesuffix(end)) + instead + _ENDINGS.removesuffix("?")
