"""From a name to the places it may mean, whatever people add to it or leave out of it."""

import re
from collections.abc import Iterable, Iterator

from audiences.choose import Candidate, choose
from audiences.distance import distance_km
from audiences.fold import fold, without_suffix
from audiences.landscapes import CONNECTORS, REGIONS, split_landscape
from audiences.place import Place, Resolution
from audiences.question import Question
from audiences.regions import lands_named, leads_a_town

_PARTS = re.compile(r"[,;()\[\]|]|\s[-–—]\s")
_TITLES = re.compile(
    r"^(?:ortsteil|stadtteil|(?:stadt)?bezirk|flecken|markt|(?:luft)?kurort|\w*heilbad|\w*seebad"
    r"|nordseeinsel|insel|\w*gemeinde|(?:(?:freie|grosse|kreisfreie|hanse|und)\s)*(\w*stadt))\s"
    r"|\s(?:hansestadt|lutherstadt|stadt)$"
)
# The quarter is meant, and what stands behind it is its city: "Südstadt Hannover".
_QUARTERS = re.compile("(?:neu|alt|nord|sued|ost|west|innen|vor|unter|ober|mittel)stadt")
_NEAR_BY = re.compile(r"(.+) (?:bei|b|nahe|naehe) (.+)")
_NEAR_KM = 15
_WITHOUT_DOTS = 3
_BRACKETED = re.compile(r"([^()]+)\(([^()]+)\)[\s-]*(\w[^()]*)")
# The first half of a double name, or a landscape behind a name, is enough for a town of this size.
_TOWN, _SHORTEST_HALF = 10_000, 5
# No town's name is longer; more would only cost time.
_MOST_WORDS = 8
# A smaller place across a border may have a namesake at home that is too small for the data.
_SURE_ABROAD = 2_000


def by_name(text: str, question: Question) -> Resolution:
    """Return what has the name: a place, a question between several, or unknown."""
    whole = question.named(fold(text))
    if whole:
        found = _chosen(whole, fold(text), question)
        return maybe_all(whole) if _means_a_land(text, found.place) else found
    name, narrowed = without_regions(text, question)
    candidates, understood = _candidates(name, narrowed)
    if candidates:
        return _chosen(candidates, fold(name), narrowed) if understood else maybe_all(candidates)
    return maybe_all(every_candidate(name, narrowed.in_any_state()))


def across_borders(text: str, question: Question) -> Resolution:
    """Return the town in a neighbouring country that has the name which no place at home has."""
    wider = question.across_borders()
    if wider is None:
        return Resolution("unknown", None)
    found = by_name(text, wider)
    place = found.place
    if place and not question.admits(place) and place.population < _SURE_ABROAD:
        return maybe((place, *found.rivals))
    return found


def lost_its_dots(text: str, question: Question) -> bool:
    """Tell whether all who answer bear the name only without dots, as Gröningen "Groningen"."""
    named = question.named(fold(text))
    return bool(named) and all(rank == _WITHOUT_DOTS for rank, _ in named)


def every_candidate(text: str, question: Question) -> list[Candidate]:
    """Return all that may answer to a text, even if some of its words were not understood."""
    return _candidates(text, question)[0]


def without_regions(text: str, question: Question) -> tuple[str, Question]:
    """Take states and countries off a name: "Neustadt, Hessen", "Wien (AT)", "HH Altona"."""
    parts = parts_of(text)
    while len(parts) > 1 and (narrowed := question.narrowed(parts[-1])) is not None:
        question = narrowed
        text = ", ".join(parts := parts[:-1])
    if len(parts) == 1 and not question.knows(fold(parts[0])):
        for region, name in _regions_beside(parts[0].split()):
            narrowed = question.narrowed(region)
            if narrowed is not None and narrowed.knows(fold(name)):
                return name, narrowed
    return text, question


def parts_of(text: str) -> list[str]:
    """Return what stands between commas, brackets and dashes."""
    return [part.strip() for part in _PARTS.split(text) if part.strip()]


def maybe_all(candidates: list[Candidate]) -> Resolution:
    """Return the question which candidate is meant, the largest first."""
    return maybe(place for _, place in sorted(candidates, key=lambda c: -c[1].population))


def maybe(places: Iterable[Place]) -> Resolution:
    """Return the question which of the places is meant; unknown if there are none."""
    unique = tuple({place.id: place for place in places}.values())
    return Resolution("ambiguous" if unique else "unknown", None, unique)


def _chosen(candidates: list[Candidate], key: str, question: Question) -> Resolution:
    said = _by_how_much_was_said(candidates, key)
    found = choose(said, question.preferred)
    if found.place is not None and (2, found.place) in candidates and _adds(key, found.place):
        return maybe_all(candidates)
    return found


def _by_how_much_was_said(candidates: list[Candidate], key: str) -> list[Candidate]:
    """Leave out Krefeld where "Krefeld-Uerdingen" itself is known: it was once called so.

    Where nothing is, what is longer than the name is no mere short form of it.
    """
    if len(candidates) == 1 and candidates[0][0] == 0:
        return candidates
    exact = any(rank == 0 for rank, _ in candidates)
    longer = {p.id for rank, p in candidates if rank and key.startswith(f"{fold(p.name)} ")}
    if exact:
        return [each for each in candidates if each[1].id not in longer]
    return [(rank - (p.id in longer), p) for rank, p in candidates]


def _adds(key: str, town: Place) -> bool:
    """Tell whether a name may mean a part of the town: Krefeld was once "Krefeld-Uerdingen"."""
    short = f"{fold(without_suffix(town.name))} "
    words = key.removeprefix(short).split()
    if not key.startswith(short) or words[0] in CONNECTORS:
        return False
    return not split_landscape(key)[1]


def _means_a_land(text: str, place: Place | None) -> bool:
    """Tell whether "Sachsen" or "Bodensee" was about to become the village of that name."""
    if place is None or not (lands_named(text) or fold(text) in REGIONS):
        return False
    return place.name != place.state


def _regions_beside(words: list[str]) -> Iterator[tuple[str, str]]:
    """Yield (region, name) for one or two words at the end or the beginning."""
    for count in range(1, min(3, len(words))):
        last, first = " ".join(words[-count:]), " ".join(words[:count])
        if len(last) > 1:
            yield last, " ".join(words[:-count])
        if len(first) > 1 and leads_a_town(first):
            yield first, " ".join(words[count:])


# -- readings of a name --------------------------------------------------------------------------


def _candidates(text: str, question: Question) -> tuple[list[Candidate], bool]:
    """Return who answers to the text, and whether all of its words were understood."""
    key = fold(text)
    found = question.named(key) or question.named(_without_title(key, question))
    if found or (found := _abbreviated(key, question)):
        return found, True
    head, *rest = [part for part in map(fold, parts_of(text)) if part] or [""]
    found = question.named(" ".join([*rest, head])) if rest else []
    for reading in (_in_landscape, _near_by, _double_town):
        found = found or reading(key, question)
    found = found or _by_both_names(text, question) or _bracketed_quarter(text, question)
    if found:
        return found, True
    return question.named(head) if rest else _around_landscape(key, question), False


def _without_title(key: str, question: Question) -> str:
    title = _TITLES.search(key)
    if title is None:
        return key
    if title[1] and (_QUARTERS.fullmatch(title[1]) or question.gazetteer.named(title[1])):
        return key
    return _TITLES.sub("", key, count=1)


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
    """Find Hattingen for "hattingen an der ruhr": the town that the name means lies there.

    The landscape does not choose between villages: it reaches farther than any one of them.
    """
    inside = _around_landscape(key, question)
    meant = choose(question.named(split_landscape(key)[0]), question.preferred).place
    clear = choose(inside, question.preferred).place
    if clear is not None and (clear == meant or clear.population >= _TOWN):
        return [(0, clear)]
    return []


def _around_landscape(key: str, question: Question) -> list[Candidate]:
    name, states = split_landscape(key)
    return [each for each in question.named(name) if each[1].state in states]


def _near_by(key: str, question: Question) -> list[Candidate]:
    """Find the places called Feldkirchen around München for "feldkirchen bei muenchen"."""
    said = _NEAR_BY.fullmatch(key)
    if said is None:
        return []
    town = choose(question.in_any_state().named(said[2]), question.preferred).place
    if town is None:
        return []
    named = question.named(said[1])
    return [(rank, place) for rank, place in named if distance_km(place, town) <= _NEAR_KM]


def _double_town(key: str, question: Question) -> list[Candidate]:
    """Find Castrop-Rauxel for "castrop"."""
    if " " in key or len(key) < _SHORTEST_HALF:
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
