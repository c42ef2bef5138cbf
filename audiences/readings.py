"""How a name may be read: with a title, abbreviated, beside a landscape, a town or another name."""

import re
from functools import lru_cache

from audiences.choose import Candidate, choose
from audiences.distance import distance_km
from audiences.fold import fold
from audiences.gazetteer import Gazetteer
from audiences.landscapes import CONNECTORS, split_landscape, without_connectors
from audiences.place import Place
from audiences.question import Question
from audiences.regions import states_named
from audiences.riverside import lies_at
from audiences.shorthand import quarter_by_plate, spelled_out

_PARTS = re.compile(r"[,;()\[\]|]|\s[-–—]\s")
_TITLES = re.compile(
    r"^(?:ortsteil|stadtteil|(?:stadt)?bezirk|flecken|markt|(?:luft)?kurort|\w*heilbad|\w*seebad"
    r"|nordseeinsel|insel|\w*gemeinde|(?:(?:freie|grosse|kreisfreie|hanse|und)\s)*(\w*stadt))\s"
    r"|\s(?:hansestadt|lutherstadt|stadt)$"
)
# The quarter is meant, and what stands behind it is its city: "Südstadt Hannover".
_QUARTERS = re.compile("(?:neu|alt|nord|sued|ost|west|innen|vor|unter|ober|mittel)stadt")
_NEAR_BY = re.compile(r"(.+) ((?:bei|b|nahe|naehe) (.+))")
_NEAR_KM = 15
_BRACKETED = re.compile(r"([^()]+)\(([^()]+)\)[\s-]*(\w[^()]*)")
# The first half of a double name, or a landscape behind a name, is enough for a town of this size.
_TOWN, _SHORTEST_HALF, _SHORTEST_PART = 10_000, 5, 4
# No town's name is longer; more would only cost time.
_MOST_WORDS = 8


def candidates_of(text: str, question: Question) -> tuple[list[Candidate], bool]:
    """Return who answers to the text, and whether all of its words were understood."""
    key = fold(text)
    found = question.named(key) or question.named(_without_title(key, question))
    found = found or _spelled_out(text, question)
    if found or (found := _abbreviated(key, question)):
        return found, True
    head, *rest = [part for part in map(fold, parts_of(text)) if part] or [""]
    found = question.named(" ".join([*rest, head])) if rest else []
    for reading in (_in_landscape, _near_by, _double_town):
        found = found or reading(key, question)
    found = found or _by_both_names(text, question) or _bracketed_quarter(text, question)
    if found:
        return found, True
    return question.named(head) if rest else _bare_name(key, question), False


def _without_title(key: str, question: Question) -> str:
    title = _TITLES.search(key)
    if title is None:
        return key
    if title[1] and (_QUARTERS.fullmatch(title[1]) or question.gazetteer.named(title[1])):
        return key
    return _TITLES.sub("", key, count=1)


def _spelled_out(text: str, question: Question) -> list[Candidate]:
    """Return towns whose first word was shortened, or the quarter behind a number plate."""
    found = {
        place.id: (rank, place)
        for name in spelled_out(text)
        for rank, place in question.named(name)
    }
    plate = quarter_by_plate(text)
    quarters = question.named(plate) if plate else []
    return [*found.values()] or [each for each in quarters if not each[1].is_town]


def _abbreviated(key: str, question: Question) -> list[Candidate]:
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
            return [(0, place) for _, place in found.values()]
    return []


def _shortens(short: list[str], full: list[str]) -> bool:
    """Tell whether the words shorten the full ones in order, leaving out only connectors."""
    if not full:
        return not short
    if short and _letters_of(short[0], full[0]) and _shortens(short[1:], full[1:]):
        return True
    if short and short[0] in CONNECTORS and _shortens(short[1:], full):
        return True
    return full[0] in CONNECTORS and _shortens(short, full[1:])


def _letters_of(short: str, word: str) -> bool:
    if word.startswith(short):
        return True
    letters = iter(word)
    return len(short) <= 4 and short[0] == word[0] and all(c in letters for c in short)


def _in_landscape(key: str, question: Question) -> list[Candidate]:
    """Find Hattingen for "hattingen an der ruhr": it is known to lie there.

    A town with words of its own behind its name is never meant by others, and a state that the
    landscape touches proves nothing: the Rhine flows through the state of Hamm, but not to Hamm.
    """
    name, states = split_landscape(key)
    named = question.named(name)
    behind = key.removeprefix(name).strip()
    inside = [c for c in named if c[1].state in states and _is_known_at(c[1], behind)]
    meant = choose(named, question.preferred).place
    clear = choose(inside, question.preferred).place
    if clear is not None and (clear == meant or clear.population >= _TOWN):
        return [(0, clear)]
    return []


def _is_known_at(place: Place, landscape: str) -> bool:
    bare = " ".join(without_connectors(landscape.split()))
    if place.state in states_named(bare):
        return True
    return lies_at(place.name, landscape) or lies_at(place.name, bare)


def _bare_name(key: str, question: Question) -> list[Candidate]:
    """Return all who bear the name before a landscape or a neighbour that did not help."""
    near = _NEAR_BY.fullmatch(key)
    return question.named(near[1] if near else split_landscape(key)[0])


def _near_by(key: str, question: Question) -> list[Candidate]:
    """Find the places called Feldkirchen around München for "feldkirchen bei muenchen".

    Not those that are known to be near something else, and none whose people nobody counted:
    Bresegard bei Eldena is 11 km from Picher, and there is a Bresegard bei Picher, too.
    """
    said = _NEAR_BY.fullmatch(key)
    if said is None:
        return []
    town = choose(question.in_any_state().named(said[3]), question.preferred).place
    if town is None:
        return []
    elsewhere = {
        place.id
        for name in question.gazetteer.keys_starting(f"{said[1]} ")
        for _, place in question.named(name)
    }
    return [
        (rank, place)
        for rank, place in question.named(said[1])
        if place.population and place.id not in elsewhere and distance_km(place, town) <= _NEAR_KM
    ]


def _double_town(key: str, question: Question) -> list[Candidate]:
    """Find Castrop-Rauxel for "castrop", Bad Neuenahr-Ahrweiler for "bad neuenahr"."""
    if len(key) < _SHORTEST_HALF:
        return []
    longer = (
        each
        for name in question.gazetteer.keys_starting(f"{key} ")
        for each in question.named(name)
    )
    towns = {
        place.id: place
        for rank, place in longer
        if rank == 0
        and place.is_town
        and place.population >= _TOWN
        and "-" in place.name
        and fold(place.name.partition("-")[0]) == key
    }
    return [(0, town) for town in towns.values()]


def larger_double_towns(key: str, place: Place, question: Question) -> list[Place]:
    """Find Bietigheim-Bissingen for "bietigheim", beside a smaller town of exactly that name."""
    if place.population >= _TOWN:
        return []
    towns = (town for _, town in _double_town(key, question))
    return [town for town in towns if distance_km(town, place) > _NEAR_KM]


def towns_of_part(key: str, question: Question) -> list[Place]:
    """Find Castrop-Rauxel for "rauxel" and Stuttgart-Bad Cannstatt for "cannstatt": to be offered.

    What is typed is one of the names that hyphens join in the official one.
    """
    if len(key) < _SHORTEST_PART:
        return []
    places = {
        place.id: place
        for name in _longer_names(question.gazetteer, key)
        for rank, place in question.named(name)
        if rank == 0 and (place.population >= _TOWN or not place.is_town) and "-" in place.name
    }
    bearing = (place for place in places.values() if key in _joined_names(place))
    return sorted(bearing, key=lambda place: (-place.population, place.id))


@lru_cache(maxsize=1024)
def _longer_names(gazetteer: Gazetteer, key: str) -> tuple[str, ...]:
    return tuple(
        name
        for name in gazetteer.name_keys()
        if name.endswith(f" {key}") or name.startswith(f"{key} ")
    )


def _joined_names(place: Place) -> set[str]:
    parts = {fold(part) for part in place.name.split("-")}
    return parts | {part.removeprefix("bad ") for part in parts}


def _by_both_names(text: str, question: Question) -> list[Candidate]:
    """Find Sion for "Sion/Sitten": each half is one of its names, or the other its state."""
    one, slash, other = text.partition("/")
    if not slash:
        return []
    key = fold(other)
    known = {place.id for _, place in question.named(key)}
    named = question.named(fold(one))
    return [each for each in named if each[1].id in known or fold(each[1].state) == key]


def _bracketed_quarter(text: str, question: Question) -> list[Candidate]:
    """Find the quarter for "Halle (Saale)-Neustadt"."""
    said = _BRACKETED.fullmatch(text)
    if said is None:
        return []
    cities = {place.id for _, place in question.named(fold(f"{said[1]} {said[2]}"))}
    quarters = question.named(fold(f"{said[1]} {said[3]}"))
    return [each for each in quarters if each[1].part_of in cities]


def parts_of(text: str) -> list[str]:
    """Return what stands between commas, brackets and dashes."""
    return [part.strip() for part in _PARTS.split(text) if part.strip()]
