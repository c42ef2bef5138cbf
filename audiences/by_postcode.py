"""From a postcode, with or without a town, to the place."""

import re

from audiences.by_name import every_candidate, maybe, without_regions
from audiences.choose import Candidate
from audiences.fold import fold
from audiences.gazetteer import Postcode
from audiences.near_miss import misspelt
from audiences.place import Place, Resolution
from audiences.question import Question
from audiences.regions import country_of_mark

_POSTCODE = re.compile(r"(?<!\w)(?:(DE?|AT?|CH|FL|LI)\s?[-–]?\s?)?(\d{4,5})(?!\w)", re.IGNORECASE)
_VIENNA = re.compile(r"(?:wien|vienna)[\s,-]*(\d{1,2})\.?(?:\s*bezirk)?", re.IGNORECASE)
_DISTRICTS_OF_VIENNA = 23


def postcode_in(text: str) -> re.Match[str] | None:
    """Return the postcode in a text, one of five digits before one of four."""
    matches = list(_POSTCODE.finditer(text))
    return next((m for m in matches if len(m[2]) == 5), matches[0] if matches else None)


def with_viennese_code(text: str) -> str:
    """Write "1100 Wien" for "Wien 10" and "Wien, 10. Bezirk"."""
    district = _VIENNA.fullmatch(text)
    if district is None or not 1 <= int(district[1]) <= _DISTRICTS_OF_VIENNA:
        return text
    return f"1{int(district[1]):02}0 Wien"


def by_postcode(code: re.Match[str], text: str, question: Question) -> Resolution:
    """Return the postcode's place; the words beside it have to agree."""
    words = " ".join(f"{text[: code.start()]} {text[code.end() :]}".split()).strip(" ,;-–()/.")
    name, asked = _beside_postcode(words, question)
    named = every_candidate(name, asked) if name else []
    hits = [hit for hit in _postcodes(code, question) if asked.admits(hit.place)]
    if hits and name:
        return _agreeing(hits, name, named, asked)
    if not hits:
        return maybe(place for _, place in named or misspelt(fold(name), asked))
    home = [hit for hit in hits if hit.place.country == question.preferred] or hits
    others = tuple(hit.place for hit in hits if hit is not home[0])
    if len(home) == 1:
        return Resolution("resolved", home[0].place, others)
    return maybe(hit.place for hit in hits)


def _agreeing(
    hits: list[Postcode], name: str, named: list[Candidate], question: Question
) -> Resolution:
    """Return the one place that fits both; a digit swapped gives another town's code."""
    guesses = named or [(0, place) for _, place in misspelt(fold(name), question)]
    places = (_town_in(hit, guesses) or _town_before(hit, name, question) for hit in hits)
    fitting = [place for place in places if place is not None]
    if len(fitting) == 1:
        return Resolution("resolved", fitting[0])
    return maybe([*(hit.place for hit in hits), *(place for _, place in guesses)])


def _beside_postcode(text: str, question: Question) -> tuple[str, Question]:
    """Return the town beside a postcode, none for a state or country alone ("79098 Baden-…")."""
    name, asked = without_regions(text, question)
    if not every_candidate(name, asked) and (narrowed := asked.narrowed(name)) is not None:
        return "", narrowed
    return name, asked


def _postcodes(code: re.Match[str], question: Question) -> list[Postcode]:
    marked = country_of_mark(code[1]) if code[1] else None
    usual = ("DE",) if len(code[2]) == 5 else ("AT", "CH", "LI")
    found = (question.gazetteer.postcode(country, code[2]) for country in usual)
    return [
        hit
        for hit in found
        if hit is not None
        and question.admits(hit.place)
        and (marked is None or hit.place.country == marked)
    ]


def _town_in(hit: Postcode, named: list[Candidate]) -> Place | None:
    """Return the named place if it is the postcode's town or lies in its area."""
    for _, place in named:
        if place.id in hit.town_ids or place.part_of in hit.town_ids:
            return place
    return None


def _town_before(hit: Postcode, name: str, question: Question) -> Place | None:
    """Return the postcode's town for "79111 Freiburg-Unbekannt": it stands before its quarter."""
    words = fold(name).split()
    for count in range(len(words) - 1, 0, -1):
        found = _town_in(hit, question.named(" ".join(words[:count])))
        if found is not None:
            return found
    return None
