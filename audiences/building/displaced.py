"""Towns that GeoNames counts in a village of the same name: their figure is brought home.

Altdorf near Landshut stands in GeoNames as a hamlet 46 km away, with the town's 11,355 people. Such
a row tells itself by the borders: it would be a part with more than half as many people as its
municipality, and exactly one municipality of its name in the state has nobody.
"""

from collections import defaultdict

from audiences.building.membership import Commune, spellings, stem
from audiences.building.places import Draft
from audiences.building.states import GERMAN_BY_KEY
from audiences.fold import fold

_TOO_LARGE = 0.5
_Named = tuple[str, str]


def bring_home(found: list[Commune]) -> list[tuple[Draft, Commune, Commune]]:
    """Move every such row to its own municipality; return the rows, from where and to where."""
    moves = _moves(found)
    for draft, wrong, own in moves:
        wrong.places.remove(draft)
        twin = max((p for p in own.places if _called(p, own)), key=lambda p: -p.id, default=None)
        point = twin or own.area.middle
        draft.lat, draft.lon = round(point.lat, 4), round(point.lon, 4)
        draft.alternates.add(draft.name)
        draft.name = twin.name if twin else spellings(own.area.name)[-1]
        own.places.append(draft)
        own.seat = draft
    return moves


def _moves(found: list[Commune]) -> list[tuple[Draft, Commune, Commune]]:
    empty: dict[_Named, list[Commune]] = defaultdict(list)
    for commune in found:
        if not any(place.population for place in commune.places):
            empty[_state(commune), stem(commune.area.name)].append(commune)
    moves: dict[_Named, list[tuple[Draft, Commune, Commune]]] = defaultdict(list)
    for commune in found:
        for place in commune.places:
            own = empty.get((place.state, stem(place.name)), [])
            if len(own) == 1 and _is_too_large(place, commune, own[0].area.name):
                moves[place.state, stem(place.name)].append((place, commune, own[0]))
    return [each for rows in moves.values() if len(rows) == 1 for each in rows]


def _is_too_large(place: Draft, commune: Commune, name: str) -> bool:
    """Tell whether a place can hardly be a part; "Seeth" in Seeth-Ekholt can."""
    words, own = f" {fold(commune.area.name)} ", {fold(place.name), stem(place.name)}
    if place is commune.seat or not place.population or any(f" {key} " in words for key in own):
        return False
    whole = commune.seat.population if commune.seat else 0
    if whole == 0 and fold(place.name) == fold(name):
        whole = sum(p.population for p in commune.places if p is not place)
        return place.population >= _TOO_LARGE * whole
    return whole > 0 and place.population >= _TOO_LARGE * whole


def _called(place: Draft, commune: Commune) -> bool:
    return stem(place.name) == stem(commune.area.name)


def _state(commune: Commune) -> str:
    return GERMAN_BY_KEY[commune.area.key[:2]]
