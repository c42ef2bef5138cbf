"""From a name to the places it may mean, whatever people add to it or leave out of it."""

from collections.abc import Iterable, Iterator

from audiences.choose import Candidate, choose
from audiences.fold import fold, without_suffix
from audiences.landscapes import CONNECTORS, REGIONS, split_landscape
from audiences.place import Place, Resolution
from audiences.question import Question
from audiences.readings import candidates_of, parts_of
from audiences.regions import lands_named, leads_a_town
from audiences.world import is_world_city

_OTHER_NAME, _WITHOUT_DOTS = 2, 3
# A smaller place across a border may have a namesake at home that is too small for the data.
_SURE_ABROAD = 2_000
# Of which people know that it is one, wherever they ask from: Salzburg and Basel, but not Baar.
_CITY = 100_000


def by_name(text: str, question: Question) -> Resolution:
    """Return what has the name: a place, a question between several, or unknown."""
    whole = question.named(fold(text))
    if whole:
        found = _chosen(whole, fold(text), question)
        return maybe_all(whole) if _means_a_land(text, found.place) else found
    name, narrowed = without_regions(text, question)
    candidates, understood = candidates_of(name, narrowed)
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
    if place is None or question.admits(place):
        return found
    doubts = _namesakes_at_home(place, fold(text), question)
    if doubts or place.population < _SURE_ABROAD:
        return maybe((place, *doubts, *found.rivals))
    return found


def lost_its_dots(text: str, question: Question) -> bool:
    """Tell whether all who answer bear the name only without dots, as Gröningen "Groningen"."""
    named = question.named(fold(text))
    return bool(named) and all(rank == _WITHOUT_DOTS for rank, _ in named)


def every_candidate(text: str, question: Question) -> list[Candidate]:
    """Return all that may answer to a text, even if some of its words were not understood."""
    return candidates_of(text, question)[0]


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
    place = found.place
    if place is None:
        return found
    if (2, place) in candidates and _adds(key, place):
        return maybe_all(candidates)
    doubts = _uncounted_quarters(place, candidates) or _namesakes_at_home(place, key, question)
    if doubts or _is_overshadowed(place, key, question):
        return maybe((place, *doubts, *found.rivals))
    return found


def _is_overshadowed(place: Place, key: str, question: Question) -> bool:
    """Tell whether a city far away is meant rather than its small namesake: Rom is one."""
    return place.population < _CITY and not question.states and is_world_city(key)


def _uncounted_quarters(place: Place, candidates: list[Candidate]) -> list[Place]:
    """Return quarters that may be larger than this one: nobody counted Dortmund's Nordstadt."""
    if place.is_town:
        return []
    return [p for _, p in candidates if p != place and not (p.is_town or p.population)]


def _namesakes_at_home(place: Place, key: str, question: Question) -> list[Place]:
    """Return places of the preferred country that a smaller town elsewhere may not outweigh.

    Also those of a double name: Huy in Belgium is one town, Huy around Huy-Neinstedt another.
    """
    home = question.preferred
    if home is None or place.country == home or place.population >= _CITY:
        return []
    longer = question.gazetteer.keys_starting(f"{key} ")
    named = [c for name in (key, *longer) for c in question.named(name)]
    strong = (p for rank, p in named if rank < _OTHER_NAME and p.is_town and p.country == home)
    return [p for p in strong if key in (fold(without_suffix(p.name)), fold(p.name.split("-")[0]))]


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
