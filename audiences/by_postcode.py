"""From a postcode, with or without a town, to the place."""

import math
import re
from collections.abc import Iterator
from itertools import product

from audiences.by_name import every_candidate, maybe, without_regions
from audiences.choose import Candidate
from audiences.distance import Spot, distance_km
from audiences.fold import fold
from audiences.gazetteer import Gazetteer, Postcode
from audiences.near_miss import misspelt
from audiences.place import Place, Resolution
from audiences.question import Question
from audiences.regions import country_of_mark

_POSTCODE = re.compile(r"(?<!\w)(?:(DE?|AT?|CH|FL|LI)\s?[-–]?\s?)?(\d{4,5})(?!\w)", re.IGNORECASE)
# At the end only five digits: four may be a house's number.
_GLUED = re.compile(
    r"(?<=^\d{4})(?=[^\W\d]{3})|(?<=^\d{5})(?=[^\W\d]{3})|(?<=[^\W\d]{3})(?=\d{5}$)"
)
_VIENNA = re.compile(r"(?:wien|vienna)[\s,-]*(\d{1,2})\.?(?:\s*bezirk)?", re.IGNORECASE)
_DISTRICTS_OF_VIENNA = 23
# Nobody is singled out in such a quarter. Far out, the next one is better than the city's middle.
_CITY, _LARGE_QUARTER = 100_000, 10_000
_INNER_KM, _WITHIN_KM, _FAR_OUT_KM, _WITHIN_FAR_OUT_KM = 2.5, 3, 6, 6


def postcode_in(text: str) -> re.Match[str] | None:
    """Return the postcode in a text, one of five digits before one of four."""
    matches = list(_POSTCODE.finditer(text))
    return next((m for m in matches if len(m[2]) == 5), matches[0] if matches else None)


def unglued(text: str) -> str:
    """Write "10115 Berlin" for "10115Berlin" and "Berlin10115"."""
    return _GLUED.sub(" ", text)


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
    if len(home) == 1 and home[0].sure:
        return Resolution("resolved", _quarter_of(home[0], home[0].place, question), others)
    ordered = sorted(hits, key=lambda hit: hit not in home)
    return maybe(place for hit in ordered for place in _meant(hit, question))


def _meant(hit: Postcode, question: Question) -> list[Place]:
    """Return the one place of a sure code, otherwise all that are asked about."""
    if hit.sure:
        return [hit.place]
    towns = [question.gazetteer.place(number) for number in hit.town_ids]
    return [town for town in towns if town is not None and question.admits(town)]


def _agreeing(
    hits: list[Postcode], name: str, named: list[Candidate], question: Question
) -> Resolution:
    """Return the one place that fits both; a digit swapped gives another town's code."""
    guesses = named or [(0, place) for _, place in misspelt(fold(name), question)]
    fitting = [
        _quarter_of(hit, place, question)
        for hit in hits
        if (place := _town_in(hit, guesses) or _town_before(hit, name, question))
    ]
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


def _quarter_of(hit: Postcode, town: Place, question: Question) -> Place:
    """Return the large quarter nearest to a city's outer postcode, otherwise the town itself.

    From the middle of Berlin to 12559 it is 14 km: a circle there would miss the neighbours.
    """
    if hit.centre is None or not town.is_town or town.population < _CITY or town.country == "CH":
        # Swiss quarters are numbered, and several codes are one post office's.
        return town
    centre = Spot(*hit.centre)
    far = distance_km(centre, town)
    if far <= _INNER_KM:
        return town
    quarters = [
        (distance_km(centre, place), place)
        for place in _places_near(centre, question.gazetteer)
        if place.part_of == town.id and place.population >= _LARGE_QUARTER
    ]
    km, quarter = min(quarters, key=lambda each: (each[0], each[1].id), default=(far, town))
    reach = _WITHIN_FAR_OUT_KM if far > _FAR_OUT_KM else _WITHIN_KM
    return quarter if km <= min(reach, far) else town


def _places_near(centre: Spot, gazetteer: Gazetteer) -> Iterator[Place]:
    row, column = math.floor(centre.lat * 4), math.floor(centre.lon * 4)
    for beside in product((row - 1, row, row + 1), (column - 1, column, column + 1)):
        yield from gazetteer.cell(*beside)


def _town_before(hit: Postcode, name: str, question: Question) -> Place | None:
    """Return the postcode's town for "79111 Freiburg-Unbekannt": it stands before its quarter."""
    words = fold(name).split()
    for count in range(len(words) - 1, 0, -1):
        found = _town_in(hit, question.named(" ".join(words[:count])))
        if found is not None:
            return found
    return None
