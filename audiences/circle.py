"""Who lives around a point: places and people within a radius, and the radius that holds enough."""

import math
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from audiences.distance import CLOSED_FORM_KM, Point, distance_km, local_km
from audiences.gazetteer import Gazetteer
from audiences.lens import share_inside
from audiences.place import Place

# No municipality's disk is wider, so that nothing farther out reaches into a circle.
WIDEST_DISK_KM = 12.0
# The Marketing API takes no wider radius, and no appeal needs one.
WIDEST_KM = 80
# The grid of the embedded table: quarter degrees. A degree of latitude is never shorter than this.
_CELLS_PER_DEGREE = 4
_SHORTEST_DEGREE_KM = 110.5
_FARTHEST_SNAP_KM = 320
# Beside a radius stand those with half and with twice the people; where there are none, others.
_OTHER_SIZES = (0.5, 2.0, 4.0, 0.25, 8.0, 0.125)


class Inside(NamedTuple):
    """A place in or at a circle: the share (0 to 1) of its people inside, km from the centre."""

    place: Place
    share: float
    km: float

    @property
    def people(self) -> float:
        """How many of its people live in the circle."""
        return self.place.people * self.share


class Surroundings:
    """The places around a centre, measured once, for circles of any radius up to ``reach_km``.

    ``countries`` are ISO codes; None means all of the gazetteer.
    """

    def __init__(
        self,
        centre: Point,
        reach_km: float,
        countries: Collection[str] | None = None,
        gazetteer: Gazetteer | None = None,
    ) -> None:
        found = _around(centre, reach_km + WIDEST_DISK_KM, countries, gazetteer)
        self._by_edge = sorted(
            ((km - place.disk_km, km, place) for km, place in found),
            key=lambda each: (each[0], each[1], each[2].id),
        )

    def within(self, radius_km: float) -> Iterator[Inside]:
        """Yield all places of which a part lies within the radius, the nearest edge first."""
        for edge, km, place in self._by_edge:
            if edge > radius_km:
                return
            if share := share_inside(km, radius_km, place.disk_km):
                yield Inside(place, share, km)

    def people(self, radius_km: float) -> int:
        """Return how many people live within the radius, a city and its districts counted once."""
        return people_of(self.within(radius_km))

    def smallest(self, target_people: float, min_km: int, max_km: int) -> int:
        """Return the smallest whole radius within the bounds that holds the people, or the last."""
        while min_km < max_km:
            middle = (min_km + max_km) // 2
            if self.people(middle) >= target_people:
                max_km = middle
            else:
                min_km = middle + 1
        return min_km


def people_of(inside: Iterable[Inside]) -> int:
    """Return how many people live in the parts of places that lie in a circle."""
    return round(sum(each.people for each in inside))


def shares_within(
    centre: Point,
    radius_km: float,
    countries: Collection[str] | None = None,
    gazetteer: Gazetteer | None = None,
) -> list[Inside]:
    """Return every place of which a part lies in the circle, with the share of its people inside.

    Whoever lives in a place is spread evenly over a disk of the place's own area.
    """
    return list(Surroundings(centre, radius_km, countries, gazetteer).within(radius_km))


def people_within(
    centre: Point,
    radius_km: float,
    countries: Collection[str] | None = None,
    gazetteer: Gazetteer | None = None,
) -> int:
    """Return how many people live in the circle, a city and its districts counted once."""
    return people_of(shares_within(centre, radius_km, countries, gazetteer))


def choose_radius(
    centre: Point,
    target_people: int = 50_000,
    min_km: int = 5,
    max_km: int = 40,
    countries: Collection[str] | None = None,
    gazetteer: Gazetteer | None = None,
) -> int:
    """Return the smallest whole number of kilometres that holds the people, within the bounds."""
    reach = min_km
    while True:
        around = Surroundings(centre, reach, countries, gazetteer)
        if reach >= max_km or around.people(reach) >= target_people:
            return around.smallest(target_people, min_km, min(reach, max_km))
        # Most circles are small: what lies farther out is measured only when it is needed.
        reach = min(2 * reach, max_km)


def alternatives(
    centre: Point,
    chosen_km: int,
    min_km: int = 5,
    countries: Collection[str] | None = None,
    gazetteer: Gazetteer | None = None,
) -> list[tuple[int, int]]:
    """Return two other radii with their people, (km, people): about half and twice as many.

    None is smaller than ``min_km``; what lies beyond the campaign's cap shows what it would bring.
    """
    around = Surroundings(centre, WIDEST_KM, countries, gazetteer)
    people = around.people(chosen_km)
    radii = [around.smallest(size * people, min_km, WIDEST_KM) for size in _OTHER_SIZES]
    others = [km for km in dict.fromkeys(radii) if km != chosen_km][:2]
    return [(km, around.people(km)) for km in sorted(others)]


def places_within(
    centre: Point,
    radius_km: float,
    countries: Collection[str] | None = None,
    gazetteer: Gazetteer | None = None,
) -> list[Place]:
    """Return all places with their point in the circle, nearest first."""
    return [place for _, place in _measured(centre, radius_km, countries, gazetteer)]


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
    """Return (km, place) of all points in the circle, nearest first; equal ones in order of ids."""
    found = []
    for km, place in _around(centre, radius_km, countries, gazetteer):
        if km > CLOSED_FORM_KM - 1:
            km = distance_km(centre, place)
        if km <= radius_km:
            found.append((km, place))
    found.sort(key=lambda pair: (pair[0], pair[1].id))
    return found


def _around(
    centre: Point,
    reach_km: float,
    countries: Collection[str] | None,
    gazetteer: Gazetteer | None,
) -> Iterator[tuple[float, Place]]:
    """Yield (km, place) of all points within reach and a little more, by the closed form."""
    atlas = gazetteer or Gazetteer.open()
    lat, lon, most = centre.lat, centre.lon, reach_km * 1.005
    up = reach_km / _SHORTEST_DEGREE_KM
    across = up / math.cos(math.radians(min(89.0, abs(lat) + up)))
    south, north, west, east = lat - up, lat + up, lon - across, lon + across
    for row in range(_cell(south), _cell(north) + 1):
        for column in range(_cell(west), _cell(east) + 1):
            for place in atlas.cell(row, column):
                # Most of a cell lies outside: comparing costs a tenth of measuring.
                if south <= place.lat <= north and west <= place.lon <= east:
                    km = local_km(lat, lon, place.lat, place.lon)
                    if km <= most and (countries is None or place.country in countries):
                        yield km, place


def _cell(degrees: float) -> int:
    return math.floor(degrees * _CELLS_PER_DEGREE)
