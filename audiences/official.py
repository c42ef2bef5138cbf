"""Which place of the gazetteer a municipality of an official table is."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from audiences.circle import places_within
from audiences.distance import Spot, local_km
from audiences.fold import fold, without_suffix
from audiences.gazetteer import Gazetteer
from audiences.municipalities import Rejected
from audiences.municipality import Column, Fault, Municipality
from audiences.near_miss import slips_between
from audiences.place import Place

# A table's point may be the middle of the area, the gazetteer's is the middle of the town.
_SAME_NAME_KM = 15.0
_OTHER_NAME_KM = 3.0
# What a name that is only similar, or a place without people, has to be nearer to count as much.
_DETOUR_KM = 5.0
_LEAST_LETTERS = 4
# "a.d.Aisch", "v.d. Höhe", "i.OB": cut off where official tables shorten.
_SHORTENED = re.compile(r" [a-z]{1,2}\. ?\S.*$")


@dataclass(frozen=True, slots=True)
class Matching:
    """The gazetteer's place by row, rows without one, and rows whose key and point disagree."""

    places: dict[Municipality, Place]
    unmatched: tuple[Municipality, ...]
    rejected: tuple[Rejected, ...]


def match(
    rows: Iterable[Municipality],
    gazetteer: Gazetteer | None = None,
    advance: Callable[[], None] = lambda: None,
) -> Matching:
    """Find each municipality's town; no town stands for two of them.

    A town counts by its name within 15 km of the point, in the state of the key; else it is the
    only town with people and a similar name within 3 km.
    """
    atlas = gazetteer or Gazetteer.open()
    rows = tuple(rows)
    places = _by_name(rows, atlas, advance)
    taken = {place.id for place in places.values()}
    for row in rows:
        if row not in places and (near := _only_similar(row, atlas, taken)) is not None:
            places[row] = near
            taken.add(near.id)
    left = [row for row in rows if row not in places]
    wrong = {row: state for row in left if (state := _other_state(row, atlas)) is not None}
    return Matching(
        places,
        tuple(row for row in left if row not in wrong),
        tuple(Rejected(r.row, Column.AGS, Fault.OTHER_STATE, s) for r, s in wrong.items()),
    )


def _by_name(
    rows: Iterable[Municipality], atlas: Gazetteer, advance: Callable[[], None]
) -> dict[Municipality, Place]:
    """Give each town to the nearest of the rows that bear its name."""
    offers: list[tuple[float, int, int, Municipality, Place]] = []
    for row in rows:
        offers += [(far, row.row, place.id, row, place) for far, place in _namesakes(row, atlas)]
        advance()
    places: dict[Municipality, Place] = {}
    taken: set[int] = set()
    for _far, _row, number, row, place in sorted(offers, key=lambda offer: offer[:3]):
        if row not in places and number not in taken:
            places[row] = place
            taken.add(number)
    return places


def names(row: Municipality) -> tuple[str, ...]:
    """Return the folded names of a municipality, its whole one first, without titles.

    Offices write "Eisleben, Lutherstadt", "Oldenburg (Oldb), Stadt", "Weiden i.d.OPf., St".
    """
    plain, _comma, title = row.name.partition(",")
    forms = [plain, without_suffix(plain), _SHORTENED.sub("", plain)]
    if title:
        forms.insert(1, f"{title} {plain}")
    return tuple(dict.fromkeys(key for form in forms if (key := fold(form))))


def _namesakes(row: Municipality, atlas: Gazetteer) -> list[tuple[float, Place]]:
    found: dict[int, tuple[float, Place]] = {}
    for shorter, key in enumerate(names(row)):
        for rank, place in atlas.named(key):
            if _may_be(place, row) and (km := _km(row, place)) <= _SAME_NAME_KM:
                detours = min(shorter, 1) + min(rank, 2) + (place.population == 0)
                found.setdefault(place.id, (km + detours * _DETOUR_KM, place))
    return list(found.values())


def _km(row: Municipality, place: Place) -> float:
    # Exact where it counts; namesakes at the other end of the country only have to be far away.
    return local_km(row.lat, row.lon, place.lat, place.lon)


def _may_be(place: Place, row: Municipality) -> bool:
    return place.is_town and place.country == "DE" and place.state == row.state


def _only_similar(row: Municipality, atlas: Gazetteer, taken: Collection[int]) -> Place | None:
    near = [
        place
        for place in places_within(Spot(row.lat, row.lon), _OTHER_NAME_KM, ("DE",), atlas)
        if _may_be(place, row) and place.population > 0
    ]
    if len(near) == 1 and near[0].id not in taken and _similar(names(row)[0], fold(near[0].name)):
        return near[0]
    return None


def _similar(one: str, other: str) -> bool:
    words = {word for word in one.split() if len(word) >= _LEAST_LETTERS}
    return bool(words & set(other.split())) or slips_between(one, other, 2) <= 2


def _other_state(row: Municipality, atlas: Gazetteer) -> str | None:
    """Return the state or country of a point that is nowhere near the state of its key."""
    near = places_within(Spot(row.lat, row.lon), _SAME_NAME_KM, None, atlas)
    if any(place.country == "DE" and place.state == row.state for place in near):
        return None
    return (near[0].state or near[0].country) if near else ""
