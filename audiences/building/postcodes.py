"""Which town a postcode means.

The table joins the area centroids (ODbL) with GeoNames' postal rows (CC BY), so all of it is under
the share-alike licence and lies in a file of its own.

A town that a postal row names comes first, then the towns of the quarters that are named. Where
neither leads to one town the code is not sure: it is a question between the towns in it or near it.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from audiences.building.near import Near, rough_km
from audiences.building.places import Draft
from audiences.building.sources import PostalRow
from audiences.building.states import from_postal
from audiences.fold import fold, without_suffix

# Where no row names a place, the nearest towns are asked about; so near, one is meant.
_NEAR_KM, _MOST_NEAR, _BESIDE_KM = 12.0, 5, 2.0
# A row lies so far from a place of its name; Austria's and Switzerland's villages share names.
_FAR_KM, _VILLAGE_KM, _PART_KM, _SHORTENED_KM = 20.0, 8.0, 5.0, 6.0
# The rows of a large town may all stand at a wrong point, or at the edge of a city.
_LARGE, _LARGE_FAR_KM = {"DE": 100_000, "AT": 5_000, "CH": 30_000, "LI": 30_000}, 35.0
# The middle of a code lies so near to the quarter that it is the code of.
_MIDDLE_KM = 3.0
_SHARED_BY = 3
_CITY = 100_000
# A centre from rows that is farther from the town named there is no centre.
_ASTRAY_KM = 15.0


@dataclass(frozen=True, slots=True)
class Point:
    """A bare point, degrees."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Postcode:
    """One postcode: the town it means, the other towns in it, its centre if it is an area.

    Of a code that is not `sure`, the place is only the first of the towns that may be meant.
    """

    country: str
    code: str
    place: Draft
    towns: tuple[Draft, ...]
    centre: Point | None
    sure: bool


class PostcodeTable:
    """Joins postal rows and centroids with the places."""

    def __init__(self, drafts: list[Draft]) -> None:
        self._shared: set[tuple[float, float]] = set()
        self._near = Near(d for d in drafts if d.part_of is None and d.population > 0)
        self._named: dict[tuple[str, str], list[Draft]] = defaultdict(list)
        for draft in drafts:
            for key in sorted(
                {fold(n) for n in (draft.name, *draft.alternates, *draft.former)} - {""}
            ):
                self._named[draft.country, key].append(draft)

    def join(
        self, postal: list[PostalRow], centroids: dict[str, tuple[float, float]]
    ) -> list[Postcode]:
        """Return all German, Austrian, Swiss and Liechtenstein postcodes that mean a place."""
        rows: dict[tuple[str, str], list[PostalRow]] = defaultdict(list)
        for row in postal:
            if row.country in ("DE", "AT", "CH", "LI") and row.code.isdigit():
                rows[row.country, row.code].append(row)
        self._shared = _shared_points(postal)
        for code in centroids:
            rows.setdefault(("DE", code), [])
        found = (self._postcode(*key, rows[key], centroids) for key in sorted(rows))
        return [postcode for postcode in found if postcode is not None]

    def _postcode(
        self,
        country: str,
        code: str,
        rows: list[PostalRow],
        centroids: dict[str, tuple[float, float]],
    ) -> Postcode | None:
        area = country != "DE" or code in centroids
        point = Point(*centroids[code]) if country == "DE" and area else _middle(rows)
        vague = country != "DE" and all((row.lat, row.lon) in self._shared for row in rows)
        ranked, sure = self._ranked(rows, point)
        if area and not ranked:
            ranked = self._nearest(country, point)
            sure = not vague and bool(ranked) and rough_km(ranked[0], point) < _BESIDE_KM
        if not ranked:
            return None
        centre = point if country == "DE" else self._centre(rows, point, ranked[0])
        known = area and not vague
        return Postcode(country, code, ranked[0], tuple(ranked), centre if known else None, sure)

    def _ranked(self, rows: list[PostalRow], point: Point) -> tuple[list[Draft], bool]:
        """Return the towns that the rows lead to, and whether the first of them is sure."""
        found = [place for row in rows for place in self._places(row, point)]
        towns = {d.id: d for d in (place.part_of or place for place in found)}
        named = _named(found, rows, point)
        ranked = sorted(towns.values(), key=lambda d: (d.id not in named, -_pull(d, point), d.id))
        return ranked, bool(named) or len(ranked) == 1

    def _centre(self, rows: list[PostalRow], point: Point, town: Draft) -> Point | None:
        """Return where an Austrian or Swiss code lies, none where its rows do not tell.

        They stand at a post office or at villages around, and of a city only Wien's at districts.
        """
        if town.country == "AT" and town.population >= _CITY:
            named = (d for row in rows for d in self._named["AT", fold(row.name)])
            district = next((d for d in named if d.part_of is town), None)
            return Point(district.lat, district.lon) if district else None
        return None if rough_km(town, point) > _ASTRAY_KM else point

    def _nearest(self, country: str, point: Point) -> list[Draft]:
        near = sorted((km, d.id, d) for km, d in self._near.within(point, _NEAR_KM))
        return [town for _, _, town in near if town.country == country][:_MOST_NEAR]

    def _places(self, row: PostalRow, point: Point) -> list[Draft]:
        """Return the nearest place of the row's name, if there is one."""
        for name, shortened in _spellings(row.name):
            fitting = [
                (rough_km(d, row), -d.population, d.id, d)
                for d in self._named[row.country, fold(name)]
                if min(rough_km(d, row), rough_km(d, point)) < _reach(d, row, name, shortened)
            ]
            if fitting:
                return [min(fitting, key=lambda f: (round(f[0] / 8), *f[1:3]))[3]]
        return []


def _reach(place: Draft, row: PostalRow, name: str, shortened: bool) -> float:
    """Return how far from its row a place of the row's name may lie."""
    own = fold(place.name) == fold(name) and place.part_of is None
    if own and place.population >= _LARGE[row.country] and _in_state(place, row):
        return _LARGE_FAR_KM
    if row.country == "DE":
        return _FAR_KM
    if place.part_of is not None or not _in_state(place, row):
        return _PART_KM
    return _SHORTENED_KM if shortened else _VILLAGE_KM


def _in_state(place: Draft, row: PostalRow) -> bool:
    return place.state in ("", from_postal(row.state)) or not row.state


def _named(found: list[Draft], rows: list[PostalRow], point: Point) -> set[int]:
    """Return the towns that the rows name, and the town of a large quarter in the middle of them.

    "Ebersdorf" is Ebersdorf bei Coburg for short. "Wien, Donaustadt" names Wien where such rows are
    at least a quarter; one stands among the villages beside it, too.
    """
    keys = {fold(name) for row in rows for name in (row.name, _without_office(row.name))}
    heads = Counter(head for row in rows for head in _heads(fold(row.name).split()))
    keys |= {head for head, count in heads.items() if 4 * count >= len(rows)}
    towns = {d.id for d in (place.part_of or place for place in found) if _is_called(d, keys)}
    return towns | {q.part_of.id for q in found if q.part_of and _is_middle(q, keys, point)}


def _heads(words: list[str]) -> list[str]:
    return [" ".join(words[:n]) for n in range(1, len(words))]


def _is_called(town: Draft, keys: set[str]) -> bool:
    names = {town.name, without_suffix(town.name), *town.former}
    return not keys.isdisjoint(fold(name) for name in names)


def _is_middle(quarter: Draft, keys: set[str], point: Point) -> bool:
    large = quarter.population >= _LARGE[quarter.country]
    return large and rough_km(quarter, point) < _MIDDLE_KM and _is_called(quarter, keys)


def _shared_points(postal: list[PostalRow]) -> set[tuple[float, float]]:
    """Return the points that stand in at least three codes: some district's, and of no village."""
    codes: dict[tuple[float, float], set[str]] = defaultdict(set)
    for row in postal:
        codes[row.lat, row.lon].add(f"{row.country}{row.code}")
    return {point for point, those in codes.items() if len(those) >= _SHARED_BY}


def _middle(rows: list[PostalRow]) -> Point:
    good = [r for r in rows if r.accuracy >= 3] or rows
    lat = sum(r.lat for r in good) / len(good)
    return Point(lat, sum(r.lon for r in good) / len(good))


def _pull(town: Draft, point: Point) -> float:
    return (town.population + 1) / (1 + (rough_km(town, point) / 5) ** 2)


def _without_office(name: str) -> str:
    """Return a row's name without office number and canton."""
    return re.sub(r" \d+.*| [A-Z]{2}$", "", name).replace(" b. ", " bei ").strip()


def _spellings(name: str) -> list[tuple[str, bool]]:
    """Return the row's name and what is left of it, each with whether words were left out.

    "Aesch (Neftenbach)" is Neftenbach's Aesch, and there are several.
    """
    village, _, town = name.partition(" (")
    words = village.split()
    shorter = [town.rstrip(")"), *(" ".join(words[:n]) for n in range(1, len(words) + 1))]
    whole = list(dict.fromkeys([name, _without_office(re.sub(",.*", "", name))]))
    return [(n, False) for n in whole] + [(n, True) for n in shorter if n and n not in whole]
