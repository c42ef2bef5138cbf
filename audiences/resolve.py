"""From what somebody typed to a place, or to the question which place they mean.

Untrusted text comes in here. What is not clear is never guessed: a wrong town would send an appeal
to the wrong people.
"""

import re
from dataclasses import replace

from audiences.by_name import across_borders, by_name, lost_its_dots, maybe
from audiences.by_postcode import by_postcode, postcode_in, unglued, with_viennese_code
from audiences.choose import Candidate
from audiences.fold import fold, tidy
from audiences.gazetteer import Gazetteer
from audiences.near_miss import misspelt
from audiences.place import Place, PlaceRefused, Refusal, Resolution
from audiences.question import HOME_COUNTRIES, Question, asked
from audiences.readings import larger_double_towns, parts_of, towns_of_part
from audiences.refuse import (
    LONGEST,
    has_house_number,
    has_road_with_number,
    refuse_people,
    refuse_unreadable,
    roads_in,
)
from audiences.regions import countries_named, states_named
from audiences.world import country_abroad, country_of_city

__all__ = ["HOME_COUNTRIES", "resolve"]

# Most of what is typed: nothing in it can be a number, an address or a link.
_PLAIN_NAME = re.compile(r"[^\W\d_]+(?:[ -][^\W\d_]+)*")
_TOWN_AND_CODE = re.compile(r"(\D+?),? (?:A-?|AT-?|CH-?)?\d{4}")
_LARGE_TOWN = 20_000
# A place at home without a population may be a small municipality.
_UNCOUNTED = 3_000
_OVERWHELMING = 20
_MOST_WORDS = 8


def resolve(
    query: str,
    *,
    state: str | None = None,
    countries: tuple[str, ...] | None = None,
    preferred: str | None = "DE",
    gazetteer: Gazetteer | None = None,
) -> Resolution:
    """Return the place that a text means.

    `state` is a German or Austrian state or a canton in any usual spelling, `countries` the ISO
    codes to search. Without them Germany, Austria and Switzerland are searched, and the
    neighbours' towns where no place at home has the name or their country is named. `preferred`
    is the country that bare four-digit postcodes are read in. Raises PlaceRefused for street
    addresses, coordinates, contact data, empty and overlong text.
    """
    text = " ".join(tidy(query[:1000]).split())
    question = asked(gazetteer or Gazetteer.open(), countries, preferred)
    if state and state.strip():
        question = replace(question, states=states_named(state) or frozenset({state.strip()}))
    if len(query) <= LONGEST and _PLAIN_NAME.fullmatch(text):
        return _by_words(text, question)
    refuse_unreadable(text, len(query.strip()))
    if has_road_with_number(text) and not _is_town_and_code(text, question):
        raise PlaceRefused(Refusal.STREET)
    return _answer(with_viennese_code(unglued(text)), question)


def _answer(text: str, question: Question) -> Resolution:
    code = postcode_in(text)
    _refuse_house_numbers(text, code, question)
    if code is None:
        return _by_words(text, question)
    _refuse_roads(text.replace(code[0], ",", 1), question)
    country = _country_beside(text, question)
    return _outside(country) if country else by_postcode(code, text, question)


def _is_town_and_code(text: str, question: Question) -> bool:
    """Tell "Tamsweg 5580" from "Mühlweg 5580": the one is a town with its postcode."""
    said = _TOWN_AND_CODE.fullmatch(text)
    return said is not None and question.knows(fold(said[1]))


def _refuse_house_numbers(text: str, code: re.Match[str] | None, question: Question) -> None:
    """Refuse "Am Markt 3", but not "Berlin 36": there the words before the number are a town."""
    if has_house_number(text, postcode=code[0] if code else None):
        words = re.sub(r"[\d,;].*$", "", text if code is None else text.replace(code[0], "", 1))
        if not question.gazetteer.named(fold(words)):
            raise PlaceRefused(Refusal.STREET)


def _by_words(text: str, question: Question) -> Resolution:
    found = by_name(text, question)
    if lost_its_dots(text, question):
        wider = across_borders(text, question)
        return found if wider.status == "unknown" else wider
    if found.place is not None or question.knows(fold(text)):
        found = _beside_double(found, fold(text), question)
        return _beside_larger(found, question.namesakes_abroad(fold(text)))
    _refuse_roads(text, question)
    refuse_people(text)
    if country := _country_beside(text, question):
        return _outside(country)
    if found.status == "unknown":
        found = across_borders(text, question)
    if found.status == "unknown" and (country := _country_outside(text)):
        return _outside(country)
    return found if found.status != "unknown" else _guessed(text, question)


def _beside_larger(found: Resolution, abroad: list[Candidate]) -> Resolution:
    """Ask where a neighbour's town of the name is larger: Forbach is in Lorraine, too.

    By another name, as Brno is Brünn, it has to be very much larger than the place at home;
    otherwise it is a rival, as Karlovy Vary is beside Karlsbad.
    """
    if not abroad:
        return found
    home = (found.place, *found.rivals) if found.place else found.rivals
    people = (found.place or max(home, key=lambda place: place.population)).population
    larger = [
        place
        for rank, place in abroad
        if place.population > (people or _UNCOUNTED) * (_OVERWHELMING if rank else 1)
    ]
    if larger or found.place is None:
        return maybe((*larger, *home)) if larger else found
    rivals = (place for _, place in abroad if place.population > people)
    return replace(found, rivals=(*found.rivals, *rivals))


def _beside_double(found: Resolution, key: str, question: Question) -> Resolution:
    """Ask where a larger town bears the name as the first of two, and where it is asked anyway."""
    if found.place is None:
        return replace(found, rivals=(*found.rivals, *_new(towns_of_part(key, question), found)))
    towns = _new(larger_double_towns(key, found.place, question), found)
    return maybe((*towns, found.place, *found.rivals)) if towns else found


def _new(towns: list[Place], found: Resolution) -> list[Place]:
    return [town for town in towns if town != found.place and town not in found.rivals]


def _refuse_roads(text: str, question: Question) -> None:
    """Refuse "Bahnhofstraße", but not "Potsdamm": that is a town with a slip."""
    for road in map(fold, roads_in(text)):
        if not question.knows(road) and not any(n == 1 for n, _ in misspelt(road, question)):
            raise PlaceRefused(Refusal.STREET)


# -- what is not known -----------------------------------------------------------------------------


def _country_beside(text: str, question: Question) -> str | None:
    """Return the country behind a town, if that is not at home: "Paris, Frankreich"."""
    parts = parts_of(text)
    words = parts[-1].split()
    behind = (
        parts[-1:] if len(parts) > 1 else [" ".join(words[-n:]) for n in (1, 2, 3) if words[n:]]
    )
    strange = (
        word
        for word in behind
        if len(word) > 1 and not states_named(word) and not question.gazetteer.named(fold(word))
    )
    outside = (_country_outside(word, cities=False) for word in strange)
    return next((country for country in outside if country), None)


def _country_outside(word: str, *, cities: bool = True) -> str | None:
    named = countries_named(word)
    country = min(named) if named else country_abroad(word)
    if country is None and cities:
        country = country_of_city(word)
    return None if country in HOME_COUNTRIES else country


def _outside(country: str) -> Resolution:
    return Resolution("unknown", None, (), country)


def _guessed(text: str, question: Question) -> Resolution:
    """Ask whether a name with a slip or a part of the text was meant; "--help" is no name."""
    if text.startswith("-"):
        return maybe(())
    key = fold(text)
    near = misspelt(key, question)
    places = [
        *towns_of_part(key, question),
        *(place for _, place in near),
        *_towns_in(key, question),
    ]
    wider = question.across_borders()
    if not places and wider is not None:
        places = [place for _, place in misspelt(key, wider)]
    return maybe(places)


def _towns_in(key: str, question: Question) -> list[Place]:
    """Offer Köln for "Köln-Nirgendwo" and Kassel for "Raum Kassel": a part is known."""
    words = key.split()
    for count in range(min(len(words) - 1, _MOST_WORDS), 0, -1):
        for part in (words[:count], words[-count:]):
            towns = [p for _, p in question.named(" ".join(part)) if p.population >= _LARGE_TOWN]
            if towns:
                return sorted(towns, key=lambda town: -town.population)
    return []
