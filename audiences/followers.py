"""How many followers of a page live in a circle: an estimate, by where all people live.

Followers are taken to be spread over a region as its people are. Nobody counts them by town.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from functools import lru_cache

from audiences.circle import WIDEST_KM, Inside, Surroundings
from audiences.distance import Point
from audiences.gazetteer import Gazetteer
from audiences.place import Place
from audiences.regions import countries_named, states_named

# Only these are known as a whole; of their neighbours, what lies near a border.
WHOLE_COUNTRIES = frozenset({"DE", "AT", "CH", "LI"})


class RegionRefused(ValueError):
    """A word that names no state and no whole country, or several: ``meanings``."""

    def __init__(self, meanings: Collection[str]) -> None:
        super().__init__("not one state or country")
        self.meanings = sorted(meanings)


def region_named(word: str) -> str:
    """Return the one state, or code of a country, that a word means; raises RegionRefused."""
    meanings = states_named(word) | (countries_named(word) & WHOLE_COUNTRIES)
    if len(meanings) != 1:
        raise RegionRefused(meanings)
    return next(iter(meanings))


def lives_in(place: Place, region: Collection[str]) -> bool:
    """Tell whether a place lies in one of these states or countries."""
    return place.state in region or place.country in region


def people_in(region: Collection[str], gazetteer: Gazetteer | None = None) -> int:
    """Return how many people live in these states and countries, nobody twice."""
    by_state = _people_by_state(gazetteer or Gazetteer.open())
    return sum(
        people
        for (country, state), people in by_state.items()
        if country in region or state in region
    )


def people_of_state(country: str, state: str, gazetteer: Gazetteer | None = None) -> int:
    """Return how many people live in one whole state, nobody twice."""
    return _people_by_state(gazetteer or Gazetteer.open())[country, state]


def reachable(
    followers: int,
    inside: Iterable[Inside],
    region: Collection[str],
    gazetteer: Gazetteer | None = None,
) -> int:
    """Return how many of the followers, who live in ``region``, live in a circle: an estimate.

    ``gazetteer`` must be the one whose places are ``inside``: both are counted by one table.
    """
    everybody = people_in(region, gazetteer)
    here = sum(each.people for each in inside if lives_in(each.place, region))
    return round(followers * here / everybody) if everybody else 0


def radius_for(
    wanted: int,
    followers: int,
    centre: Point,
    region: Collection[str],
    above_km: int,
    countries: Collection[str] | None = None,
    gazetteer: Gazetteer | None = None,
) -> int | None:
    """Return the smallest radius above ``above_km`` that holds so many followers; None: none.

    Only who lives in ``countries`` is inside of a circle; None means all of the gazetteer.
    """
    around = Surroundings(centre, WIDEST_KM, countries, gazetteer)

    def holds(km: int) -> bool:
        return reachable(followers, around.within(km), region, gazetteer) >= wanted

    low, high = above_km + 1, WIDEST_KM
    if low > high or not holds(high):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


@lru_cache(maxsize=2)
def _people_by_state(gazetteer: Gazetteer) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for row in gazetteer.rows():
        found[row.country, row.state] += row.people
    return found
