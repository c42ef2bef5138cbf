"""The campaign's own sentences around an appeal: data in ``phrases/<language>.toml``.

A further language is one more file. A phrase may use ``{name}``, ``{place}``, ``{trade}``,
``{contact}``, ``{link}`` and the place in a sentence, ``{in_place}``, ``{from_place}``,
``{near_place}`` (with a capital letter where it begins the sentence).
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any, Literal

FOLDER = Path(__file__).parent / "phrases"
_ISOLATE, _RELEASE = "\u2068", "\u2069"
_MARKS, _PAUSES = ".!?…؟", ",;:،؛"
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")


@dataclass(frozen=True)
class Phrases:
    """All sentences of one language; ``trade`` lists need a trade, ``plain`` ones do not.

    ``pilot``: two neutral texts by which a page is tried out, with ``{day}`` and ``{time}``.
    """

    language: str
    direction: Literal["ltr", "rtl"]
    openings_plain: Sequence[str]
    openings_trade: Sequence[str]
    afterwords_plain: Sequence[str]
    afterwords_trade: Sequence[str]
    closings: Sequence[str]
    calls: Sequence[str]
    contacts: Sequence[str]
    links: Sequence[str]
    may_work: Sequence[str]
    places: Mapping[str, str]
    regions: Mapping[str, Mapping[str, str]]
    sheet: Mapping[str, str]
    pilot: Mapping[str, str]
    towns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def openings(self, trade: str) -> list[str]:
        """What may stand before the appeal of a person with this trade (may be empty)."""
        return [*self.openings_plain, *(self.openings_trade if trade else ())]

    def afterwords(self, trade: str) -> list[str]:
        """What may stand after an appeal that begins the text itself."""
        return [*self.afterwords_plain, *(self.afterwords_trade if trade else ())]


def languages() -> list[str]:
    """Languages that have their phrases."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


@lru_cache
def phrases(language: str) -> Phrases | None:
    """The phrases of a language; None when there is no file for it."""
    if language not in languages():
        return None
    data: dict[str, Any] = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
    for kind in ("openings", "afterwords"):
        lists = data.pop(kind)
        data |= {f"{kind}_{name}": lists[name] for name in ("plain", "trade")}
    return Phrases(language=language, **data)


def place_forms(words: Phrases, place: str, *, regional: bool) -> dict[str, str]:
    """The place as the language says it: regions with their article, islands with “on”."""
    special = (words.regions if regional else words.towns).get(place, {})
    name = special.get("name", place)
    inside = special.get("in") or words.places["in"].format(place=name)
    # Nobody lives "around Bavaria", nor around an island.
    within = regional or "in" in special
    forms = {
        "in_place": inside,
        "from_place": special.get("from") or words.places["from"].format(place=name),
        "near_place": inside if within else words.places["near"].format(place=name),
    }
    capital = {key.capitalize(): form[:1].upper() + form[1:] for key, form in forms.items()}
    return {"place": name, **forms, **capital}


def fill(phrase: str, values: Mapping[str, str]) -> str:
    """Put the values in; one that ends in a mark (``S.``, ``gern!``) gets no second one."""
    filled = ""
    for literal, name, _format, _conversion in Formatter().parse(phrase):
        filled = _joined(filled, literal)
        if name is not None:
            filled += values[name]
    return filled


def _joined(before: str, after: str) -> str:
    end = before.rstrip(_RELEASE)[-1:]
    if not end or end not in _MARKS or after[:1] not in (*_MARKS, *_PAUSES):
        return before + after
    if after[0] in _MARKS:
        return before + after[1:]
    # "S., Fulda" is right, "gern!, Fulda" is not.
    kept = before if end == "." else before.removesuffix(_RELEASE).rstrip(_MARKS)
    return kept + (_RELEASE if before.endswith(_RELEASE) and end != "." else "") + after


def isolated(words: Phrases, value: str) -> str:
    """Keep a name in the other script from disturbing the order of the words around it."""
    other = bool(value) and bool(_RIGHT_TO_LEFT.search(value)) != (words.direction == "rtl")
    return f"{_ISOLATE}{value}{_RELEASE}" if other else value
