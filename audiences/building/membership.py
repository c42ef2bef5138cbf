"""Which places make up a municipality, told by the surveyors' borders (Germany).

A place belongs to the municipality that its point lies in, unless one nearby bears its name and
has nobody of that name inside: points of villages are sometimes set beside the border. The place
that bears the municipality's name is its seat, without one the largest; the others are its parts.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from audiences.building.borders import Municipality
from audiences.building.near import rough_km
from audiences.building.places import Draft
from audiences.building.shapes import ShapeIndex
from audiences.fold import fold, without_suffix

# A point set beside the border is off by no more than this.
_BESIDE_KM = 8.0
_JOINED_STATES = ("Brandenburg", "Mecklenburg-Vorpommern", "Sachsen", "Sachsen-Anhalt", "Thüringen")
_JOINED_BELOW = {"DE": 20_000, "CH": 8_000}
# Counted as a whole since its villages were joined.
_WHOLE = ("Riviera",)
_SHORT_FORMS = (
    (r"\ba\.\s?d\.\s?", "an der "),
    (r"\bi\.\s?d\.\s?", "in der "),
    (r"\bv\.\s?d\.\s?", "vor der "),
    (r"\ba\.\s?", "am "),
    (r"\bi\.\s?", "im "),
    (r"\bb\.\s?", "bei "),
    (r"\bOPf\.|\bOPf\b", "Oberpfalz"),
    (r"\bOB\b", "Oberbayern"),
    (r"\bHl\.", "Heiligen"),
)


@dataclass(eq=False)
class Commune:
    """A municipality and the places in it; `seat` is the one that stands for it."""

    area: Municipality
    places: list[Draft] = field(default_factory=list)
    seat: Draft | None = None


def communes(drafts: list[Draft], areas: list[Municipality]) -> list[Commune]:
    """Return the municipalities with their places and seats."""
    found = [Commune(area) for area in areas]
    index = ShapeIndex((commune.area.shape, commune) for commune in found)
    home = {commune.area.country for commune in found}
    inside: dict[int, Commune] = {}
    for draft in drafts:
        commune = index.around(draft) if draft.country in home else None
        if commune is not None and commune.area.country == draft.country:
            inside[draft.id] = commune
    inside |= _set_beside(found, drafts, inside)
    for draft in drafts:
        if draft.id in inside:
            inside[draft.id].places.append(draft)
    for commune in found:
        commune.seat = commune.seat or _seat(commune)
    return found


def join_parts(found: list[Commune]) -> None:
    """Make every place a part of its municipality's seat, and count nobody twice."""
    for commune in found:
        seat = commune.seat
        if seat is None or not any(place.population for place in commune.places):
            continue
        seat.part_of = None
        if commune.area.name and stem(commune.area.name) != stem(seat.name):
            seat.former |= set(spellings(commune.area.name))
        for place in commune.places:
            # A postal row "Löbau Kittlitz" says it better than the point of a whole postcode.
            if place is not seat and (place.population or place.part_of is None):
                place.part_of = seat
        _count_joined(seat, [p for p in commune.places if p.population and p is not seat])


def _count_joined(seat: Draft, parts: list[Draft]) -> None:
    """Raise the seat's figure where it is that of one village among several."""
    others = sum(part.population for part in parts)
    joined = (
        seat.population < _JOINED_BELOW.get(seat.country, 0)
        and others > _joined_share(seat, parts) * seat.population
        # "Zeulenroda-Triebes" beside Zeulenroda is the whole, not a village.
        and not any(fold(seat.name).startswith(fold(part.name)) for part in parts)
    )
    if joined or seat.population == 0:
        seat.population += others


def _joined_share(seat: Draft, parts: list[Draft]) -> float:
    """Return how large the other villages are together where the seat's figure is only its own.

    In eastern Germany (around 2010) and in many cantons villages were joined, and GeoNames' figures
    are older. Canton Zürich's are of quarters, and add up to the whole; elsewhere in Germany a
    figure is nearly always a municipality's.
    """
    if seat.name in _WHOLE:
        return math.inf
    if seat.country == "DE":
        return 0.6 if seat.state in _JOINED_STATES and len(parts) > 1 else math.inf
    return 1.25 if seat.state == "Zürich" else 0.6


def _seat(commune: Commune) -> Draft | None:
    named = [p for p in commune.places if _bears(p, commune.area.name)]
    like = [p for p in commune.places if stem(p.name) == stem(commune.area.name)]
    choice = named or like or [p for p in commune.places if p.population]
    return max(choice, key=_standing, default=None)


def _standing(place: Draft) -> tuple[bool, int, int]:
    """Rank by people; "Volketswil / Hegnau" is never the whole if Volketswil is there."""
    part = place.part_of is not None or " / " in place.name or "(" in place.name
    return place.country != "CH" or not part, place.population, -place.id


def _set_beside(
    found: list[Commune], drafts: list[Draft], inside: dict[int, Commune]
) -> dict[int, Commune]:
    """Return places to move: they bear the name of a municipality nearby that lacks such a one."""
    named: dict[tuple[str, str], list[Draft]] = defaultdict(list)
    for draft in drafts:
        if draft.population and draft.id in inside:
            named[draft.country, fold(draft.name)].append(draft)
    own = {
        (id(inside[d.id]), fold(name))
        for d in drafts
        if d.id in inside
        for name in (d.name, *d.alternates)
    }
    moved: dict[int, Commune] = {}
    for commune in found:
        keys = {fold(name) for name in spellings(commune.area.name)} - {""}
        if any((id(commune), key) in own for key in keys):
            continue
        for draft in _near(commune, keys, named):
            elsewhere = inside[draft.id]
            if not _bears(draft, elsewhere.area.name) and draft.id not in moved:
                moved[draft.id] = commune
                break
    return moved


def _near(
    commune: Commune, keys: set[str], named: dict[tuple[str, str], list[Draft]]
) -> Iterator[Draft]:
    middle = commune.area.middle
    reach = math.sqrt(commune.area.shape.km2 / math.pi) + _BESIDE_KM
    for key in sorted(keys):
        for draft in named[commune.area.country, key]:
            if rough_km(draft, middle) < reach:
                yield draft


def _bears(place: Draft, name: str) -> bool:
    keys = {fold(spelling) for spelling in spellings(name)} - {""}
    return any(fold(own) in keys for own in (place.name, *place.alternates, *place.former))


def stem(name: str) -> str:
    """Return the key of a name without what tells it from its namesakes."""
    return fold(without_suffix(name))


def spellings(name: str) -> list[str]:
    """Return a name as surveyors shorten it, and written out: "Lauf a.d. Pegnitz"."""
    whole = name
    for short, long in _SHORT_FORMS:
        whole = re.sub(short, long, whole)
    return list(dict.fromkeys([name, whole]))
