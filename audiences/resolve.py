"""From what somebody typed to a place, or to the question which place they mean.

Untrusted text comes in here. What is not clear is never guessed: a wrong town would send an appeal
to the wrong people.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from audiences.choose import Candidate, choose
from audiences.fold import fold, tidy
from audiences.gazetteer import Gazetteer, Postcode
from audiences.near_miss import near_misses
from audiences.place import Place, PlaceRefused, Refusal, Resolution
from audiences.refuse import has_house_number, has_road_with_number, names_road, refuse_unreadable
from audiences.regions import countries_named, country_of_mark, lands_named, states_named

HOME_COUNTRIES = ("DE", "AT", "CH")
_POSTCODE = re.compile(r"(?<!\w)(?:(DE?|AT?|CH|FL|LI)\s?[-–]?\s?)?(\d{4,5})(?!\w)", re.IGNORECASE)
_PARTS = re.compile(r"[,;()\[\]|]|\s[-–—]\s")
_TITLES = re.compile(
    r"^(?:(?:freie und )?hansestadt|(?:landes)?hauptstadt|kreisstadt|universitaetsstadt"
    r"|lutherstadt|stadt|gemeinde|markt|ortsteil) | (?:hansestadt|lutherstadt|stadt)$"
)
_CONNECTORS = frozenset(
    ("am", "an", "auf", "bei", "das", "dem", "den", "der", "des", "die", "im", "in", "ob")
) | {"unter", "vor", "von", "zu"}
_MOST_MISSES = 10
# No town's name is longer; more would only cost time.
_MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class _Question:
    """What narrows the answer down. An empty `states` means any."""

    gazetteer: Gazetteer
    countries: frozenset[str] | None
    preferred: str | None
    states: frozenset[str] = frozenset()

    def admits(self, place: Place) -> bool:
        """Tell whether a place lies in the countries and states asked for."""
        if self.countries is not None and place.country not in self.countries:
            return False
        return not self.states or place.state in self.states

    def named(self, key: str) -> list[Candidate]:
        """Return the admitted places of a folded name."""
        return [c for c in self.gazetteer.named(key) if self.admits(c[1])]


def resolve(
    query: str,
    *,
    state: str | None = None,
    countries: tuple[str, ...] | None = HOME_COUNTRIES,
    preferred: str | None = "DE",
    gazetteer: Gazetteer | None = None,
) -> Resolution:
    """Return the place that a text means.

    `state` is a German or Austrian state or a canton in any usual spelling, `countries` the ISO
    codes to search (None: all of the gazetteer), `preferred` the country that bare four-digit
    postcodes are read in. A name abroad counts as much as one at home. Raises PlaceRefused for
    street addresses, coordinates, empty and overlong text.
    """
    text = tidy(query[:1000])
    refuse_unreadable(text, len(query))
    question = _Question(
        gazetteer or Gazetteer.open(), frozenset(countries) if countries else None, preferred
    )
    if state and state.strip():
        question = replace(question, states=states_named(state) or frozenset({state.strip()}))
    if has_road_with_number(text):
        raise PlaceRefused(Refusal.STREET)
    return _answer(text, question)


def _answer(text: str, question: _Question) -> Resolution:
    code = _postcode_in(text)
    _refuse_house_numbers(text, code, question)
    if code is not None:
        return _by_postcode(code, text, question)
    found = _by_name(text, question)
    if found.status != "unknown":
        return found
    misses = _misses(fold(text), question)
    if names_road(text) and not any(slips == 1 for slips, _ in misses):
        raise PlaceRefused(Refusal.STREET)
    return _maybe([*(place for _, place in misses), *_towns_in(text, question)])


def _postcode_in(text: str) -> re.Match[str] | None:
    matches = list(_POSTCODE.finditer(text))
    return next((m for m in matches if len(m[2]) == 5), matches[0] if matches else None)


def _refuse_house_numbers(text: str, code: re.Match[str] | None, question: _Question) -> None:
    """Refuse "Am Markt 3", but not "Wien 10": there the words before the number are a town."""
    if has_house_number(text, postcode=code[0] if code else None):
        words = re.sub(r"[\d,;].*$", "", text if code is None else text.replace(code[0], "", 1))
        if not question.gazetteer.named(fold(words)):
            raise PlaceRefused(Refusal.STREET)


# -- postcodes ---------------------------------------------------------------------------------


def _by_postcode(code: re.Match[str], text: str, question: _Question) -> Resolution:
    hits = _postcodes(code, question)
    town = " ".join(f"{text[: code.start()]} {text[code.end() :]}".split()).strip(" ,;-–()/.")
    name, asked = _beside_postcode(town, question)
    hits = [hit for hit in hits if asked.admits(hit.place)]
    named = _every_candidate(name, asked) or _near(fold(name), asked) if name else []
    if not hits:
        return _maybe(p for _, p in named)
    matching = [place for hit in hits if (place := _town_in(hit, named)) is not None]
    if len(matching) == 1:
        return Resolution("resolved", matching[0])
    if name:
        # A zero lost or a digit swapped gives another town's code: the words have to agree.
        return _maybe([*(hit.place for hit in hits), *(p for _, p in named[:_MOST_MISSES])])
    home = [hit for hit in hits if hit.place.country == question.preferred] or hits
    if len(home) == 1:
        return Resolution("resolved", home[0].place, _others(hits, home[0]))
    return _maybe(hit.place for hit in hits)


def _beside_postcode(text: str, question: _Question) -> tuple[str, _Question]:
    """Return the town beside a postcode, none for a state or country alone ("79098 Baden-…")."""
    name, asked = _without_regions(text, question)
    if not _every_candidate(name, asked) and (narrowed := _narrowed(name, asked)) is not None:
        return "", narrowed
    return name, asked


def _postcodes(code: re.Match[str], question: _Question) -> list[Postcode]:
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


def _others(hits: list[Postcode], chosen: Postcode) -> tuple[Place, ...]:
    return tuple(hit.place for hit in hits if hit is not chosen)


# -- names -------------------------------------------------------------------------------------


def _by_name(text: str, question: _Question) -> Resolution:
    whole = question.named(fold(text))
    if whole:
        found = choose(whole, question.preferred)
        return _maybe_all(whole) if _means_a_land(text, found.place) else found
    name, narrowed = _without_regions(text, question)
    candidates, understood = _candidates(name, narrowed)
    if candidates:
        return choose(candidates, question.preferred) if understood else _maybe_all(candidates)
    elsewhere, _ = _candidates(name, replace(question, states=frozenset()))
    return _maybe_all(elsewhere)


def _means_a_land(text: str, place: Place | None) -> bool:
    """Tell whether "Sachsen" was about to become the village Sachsen bei Ansbach."""
    if place is None or not lands_named(text):
        return False
    return place.name != place.state


def _candidates(text: str, question: _Question) -> tuple[list[Candidate], bool]:
    """Return who answers to the text, and whether all of its words were understood."""
    key = _TITLES.sub("", fold(text))
    found = question.named(fold(text)) or question.named(key) or _abbreviated(key, question)
    if found:
        return found, True
    head, *rest = [part for part in map(fold, _PARTS.split(text)) if part] or [""]
    if rest:
        turned = question.named(" ".join([*rest, head]))
        return (turned, True) if turned else (question.named(head), False)
    return [], False


def _every_candidate(text: str, question: _Question) -> list[Candidate]:
    found, _ = _candidates(text, question)
    return found


def _without_regions(text: str, question: _Question) -> tuple[str, _Question]:
    """Take states and countries off the end: "Neustadt, Hessen", "Neustadt Hessen", "Wien (AT)"."""
    parts = [part.strip() for part in _PARTS.split(text) if part.strip()]
    while len(parts) > 1 and (narrowed := _narrowed(parts[-1], question)) is not None:
        question = narrowed
        parts.pop()
    words = parts[0].split() if len(parts) == 1 else []
    for count in (1, 2):
        tail = " ".join(words[-count:])
        said = len(tail) > 2 or tail.isupper()
        if len(words) > count and said and not question.named(fold(parts[0])):
            narrowed = _narrowed(tail, question)
            if narrowed is not None and narrowed.named(fold(" ".join(words[:-count]))):
                return " ".join(words[:-count]), narrowed
    return ", ".join(parts), question


def _narrowed(word: str, question: _Question) -> _Question | None:
    if states := states_named(word):
        return replace(question, states=question.states & states or states)
    if countries := countries_named(word):
        return replace(question, countries=countries & (question.countries or countries))
    return None


def _abbreviated(key: str, question: _Question) -> list[Candidate]:
    """Return towns whose longer name the words shorten: "freiburg i br", "frankfurt main"."""
    words = key.split()
    if len(words) > _MOST_WORDS:
        return []
    for count in range(len(words) - 1, 0, -1):
        stem = " ".join(words[:count]) + " "
        found: dict[int, Candidate] = {}
        for longer in question.gazetteer.keys_starting(stem):
            if _shortens(words[count:], longer[len(stem) :].split()):
                for rank, place in question.named(longer):
                    if place.is_town:
                        found.setdefault(place.id, (rank, place))
        if found:
            return [(1, place) for _, place in found.values()]
    return []


def _shortens(short: list[str], full: list[str]) -> bool:
    """Tell whether the words shorten the full ones in order, leaving out only connectors."""
    if not full:
        return not short
    if short and _letters_of(short[0], full[0]) and _shortens(short[1:], full[1:]):
        return True
    if short and short[0] in _CONNECTORS and _shortens(short[1:], full):
        return True
    return full[0] in _CONNECTORS and _shortens(short, full[1:])


def _letters_of(short: str, word: str) -> bool:
    if word.startswith(short):
        return True
    letters = iter(word)
    return len(short) <= 4 and short[0] == word[0] and all(c in letters for c in short)


# -- what is not known -------------------------------------------------------------------------


def _misses(key: str, question: _Question) -> list[tuple[int, Place]]:
    return _near(key, question)[:_MOST_MISSES]


def _near(key: str, question: _Question) -> list[tuple[int, Place]]:
    """Return (slips, place) of all whose name is a slip or two away, the nearest first."""
    found: dict[int, tuple[int, Place]] = {}
    for slips, name in near_misses(key, question.gazetteer.name_keys()):
        for rank, place in question.named(name):
            if rank < 3:
                found.setdefault(place.id, (slips, place))
    return sorted(found.values(), key=lambda f: (f[0], -f[1].population, f[1].id))


def _towns_in(text: str, question: _Question) -> list[Place]:
    """Offer Köln for "Köln-Nirgendwo" and Kassel for "Raum Kassel": a part is known."""
    words = fold(text).split()
    for count in range(len(words) - 1, 0, -1):
        for part in (words[:count], words[-count:]):
            towns = [p for _, p in question.named(" ".join(part)) if p.population >= 20_000]
            if towns:
                return sorted(towns, key=lambda town: -town.population)
    return []


def _maybe_all(candidates: list[Candidate]) -> Resolution:
    return _maybe(place for _, place in sorted(candidates, key=lambda c: -c[1].population))


def _maybe(places: Iterable[Place]) -> Resolution:
    unique = tuple({place.id: place for place in places}.values())
    return Resolution("ambiguous" if unique else "unknown", None, unique)
