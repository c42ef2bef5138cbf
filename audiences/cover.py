"""Which towns stand for a circle at a network that knows towns and no radius."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from audiences.circle import Inside, home_town
from audiences.gazetteer import Gazetteer
from audiences.place import Place

# How much of the people in the towns that lie inside has to be reached, and by how many towns.
COVERED = 0.95
MOST_TOWNS = 250


@dataclass(frozen=True)
class Cover:
    """The towns, largest first, and how well they fit the circle, both 0 to 1.

    ``recall``: the share of the circle's people who live in these towns; ``precision``: the share
    of these towns' people who live in the circle. Both are estimates, since nobody counts the
    people inside of a circle.
    """

    towns: tuple[Place, ...]
    recall: float
    precision: float


def cover(
    inside: Sequence[Inside],
    radius_km: float,
    home: Place,
    share: float = COVERED,
    cap: int = MOST_TOWNS,
    gazetteer: Gazetteer | None = None,
) -> Cover:
    """Return the fewest towns that hold the share of the people of all towns inside.

    A town is inside when its centre is; the home town is always among them, even if it is tiny
    and beyond the cap. Towns do not overlap, so taking those with most people inside first is the
    optimum and needs no search.
    """
    atlas = gazetteer or Gazetteer.open()
    own = home_town(home, atlas)
    here = _people_by_town(inside)
    centred = {each.place.id: each.place for each in inside if each.km <= radius_km}
    towns = {own.id: own} | {
        place.id: place for place in centred.values() if place.is_town and place.population > 0
    }
    wanted = share * sum(here[town] for town in towns)
    ranked = sorted(towns.values(), key=lambda town: (-here[town.id], town.id))
    chosen = [own]
    held = here[own.id]
    for town in (each for each in ranked if each.id != own.id):
        if held >= wanted or len(chosen) >= cap:
            break
        chosen.append(town)
        held += here[town.id]
    chosen.sort(key=lambda town: (-town.population, town.id))
    return Cover(
        tuple(chosen),
        recall=_ratio(held, sum(here.values())),
        precision=_ratio(held, sum(town.population for town in chosen)),
    )


def _people_by_town(inside: Iterable[Inside]) -> defaultdict[int, float]:
    """Return how many people of each town live in the circle, those of its districts included."""
    people: defaultdict[int, float] = defaultdict(float)
    for each in inside:
        people[each.place.part_of or each.place.id] += each.people
    return people


def _ratio(part: float, whole: float) -> float:
    return round(min(1.0, part / whole), 3) if whole else 0.0
