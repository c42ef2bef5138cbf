"""Who lives around a point: places, people and towns within a radius."""

import math
from collections.abc import Collection, Iterator
from itertools import accumulate

from audiences.distance import CLOSED_FORM_KM, Point, distance_km, local_km
from audiences.gazetteer import Gazetteer
from audiences.place import Place

# The grid of the embedded table: quarter degrees. A degree of latitude is never shorter than this.
_CELLS_PER_DEGREE = 4
_SHORTEST_DEGREE_KM = 110.5
_FARTHEST_SNAP_KM = 320


def places_within(
    centre: Point,
    radius_km: float,
    countries: Collection[str] | None = None,
    gazetteer: Gazetteer | None = None,
) -> list[Place]:
    """Return all places with their point in the circle, nearest first.

    `countries` are ISO codes; None means Germany and all its neighbours.
    """
    return [place for _, place in _measured(centre, radius_km, countries, gazetteer)]


def people_within(
    centre: Point,
    radius_km: float,
    countries: Collection[str] | None = None,
    gazetteer: Gazetteer | None = None,
) -> int:
    """Return how many people live in the circle, a city and its districts counted once."""
    found = _measured(centre, radius_km, countries, gazetteer)
    return sum(place.people for _, place in found)


def default_radius(
    centre: Point,
    target_people: int = 50_000,
    min_km: int = 5,
    max_km: int = 40,
    countries: Collection[str] | None = None,
    gazetteer: Gazetteer | None = None,
) -> int:
    """Return the smallest whole number of kilometres that holds the people, within the bounds."""
    found = _measured(centre, max_km, countries, gazetteer)
    totals = accumulate(place.people for _, place in found)
    for (distance, _), people in zip(found, totals, strict=True):
        if people >= target_people:
            return max(min_km, math.ceil(distance))
    return max_km


def cities_within(
    home: Place,
    radius_km: float,
    countries: Collection[str] | None = None,
    gazetteer: Gazetteer | None = None,
) -> list[Place]:
    """Return the towns whose centre is in the circle, largest first; the home town always.

    A town is no district and has people. The home town of a district is the town it belongs to.
    """
    atlas = gazetteer or Gazetteer.open()
    found = places_within(home, radius_km, countries, atlas)
    towns = {place.id: place for place in found if place.is_town and place.population > 0}
    own = home_town(home, atlas)
    towns[own.id] = own
    return sorted(towns.values(), key=lambda town: (-town.population, town.id))


def home_town(place: Place, gazetteer: Gazetteer | None = None) -> Place:
    """Return the town that a place is or belongs to."""
    if place.part_of is None:
        return place
    return (gazetteer or Gazetteer.open()).place(place.part_of) or place


def snap(place: Place, k: int = 5_000, gazetteer: Gazetteer | None = None) -> Place:
    """Return the place itself if k people live in it, else the nearest such place of its country.

    A district with k people stays: it hides a person as well as a town of that size; a smaller
    one, or one of unknown size, becomes its own town rather than a neighbouring district. The same
    place always snaps to the same place, so that repeated posts tell nothing more.
    """
    for own in (place, home_town(place, gazetteer)):
        if own.population >= k:
            return own
    reach = 10
    while reach <= _FARTHEST_SNAP_KM:
        for _, other in _measured(place, reach, (place.country,), gazetteer):
            if other.population >= k:
                return other
        reach *= 2
    raise LookupError(f"no place with {k} people within {_FARTHEST_SNAP_KM} km of {place.name}")


def _measured(
    centre: Point,
    radius_km: float,
    countries: Collection[str] | None,
    gazetteer: Gazetteer | None,
) -> list[tuple[float, Place]]:
    """Return (km, place), nearest first; equal distances in the order of ids."""
    atlas = gazetteer or Gazetteer.open()
    lat, lon = centre.lat, centre.lon
    exact = radius_km > CLOSED_FORM_KM - 1
    found = []
    for row, column in _cells_around(centre, radius_km):
        for place in atlas.cell(row, column):
            if countries is None or place.country in countries:
                km = local_km(lat, lon, place.lat, place.lon)
                if exact and km > CLOSED_FORM_KM - 1:
                    km = distance_km(centre, place)
                if km <= radius_km:
                    found.append((km, place))
    found.sort(key=lambda pair: (pair[0], pair[1].id))
    return found


def _cells_around(centre: Point, radius_km: float) -> Iterator[tuple[int, int]]:
    up = radius_km / _SHORTEST_DEGREE_KM
    poleward = min(89.0, abs(centre.lat) + up)
    across = up / math.cos(math.radians(poleward))
    rows = range(_cell(centre.lat - up), _cell(centre.lat + up) + 1)
    columns = range(_cell(centre.lon - across), _cell(centre.lon + across) + 1)
    return ((row, column) for row in rows for column in columns)


def _cell(degrees: float) -> int:
    return math.floor(degrees * _CELLS_PER_DEGREE)
