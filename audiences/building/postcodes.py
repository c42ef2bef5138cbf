"""Which town a postcode means.

The table joins the area centroids (ODbL) with GeoNames' postal rows (CC BY), so all of it is under
the share-alike licence and lies in a file of its own.
"""

import re
from collections import defaultdict
from dataclasses import dataclass

from audiences.building.near import Near, rough_km
from audiences.building.places import Draft
from audiences.building.sources import PostalRow
from audiences.fold import fold


@dataclass(frozen=True, slots=True)
class Point:
    """A bare point, degrees."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Postcode:
    """One postcode: the town it means, the other towns in it, its centre if it is an area."""

    country: str
    code: str
    place: Draft
    towns: tuple[Draft, ...]
    centre: Point | None


class PostcodeTable:
    """Joins postal rows and centroids with the places."""

    def __init__(self, drafts: list[Draft]) -> None:
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
        towns = {d.id: d for row in rows for d in self._towns(row, point)}
        if area and not towns:
            towns = {d.id: d for _, d in self._near.within(point, 12) if d.country == country}
            towns = {d.id: d for d in sorted(towns.values(), key=lambda d: -_pull(d, point))[:1]}
        if not towns:
            return None
        ranked = sorted(towns.values(), key=lambda d: (-_pull(d, point), d.id))
        return Postcode(country, code, ranked[0], tuple(ranked), point if area else None)

    def _towns(self, row: PostalRow, point: Point) -> list[Draft]:
        """Return the nearest place of the row's name as a town, not as a quarter."""
        for name in _spellings(row.name):
            fitting = [
                (rough_km(d, row), -d.population, d.id, d)
                for d in self._named[row.country, fold(name)]
                if min(rough_km(d, row), rough_km(d, point)) < 20
            ]
            if fitting:
                found = min(fitting, key=lambda f: (round(f[0] / 8), *f[1:3]))[3]
                return [found.part_of or found]
        return []


def _middle(rows: list[PostalRow]) -> Point:
    good = [r for r in rows if r.accuracy >= 3] or rows
    lat = sum(r.lat for r in good) / len(good)
    return Point(lat, sum(r.lon for r in good) / len(good))


def _pull(town: Draft, point: Point) -> float:
    return (town.population + 1) / (1 + (rough_km(town, point) / 5) ** 2)


def _spellings(name: str) -> list[str]:
    """Return the row's name and what is left without quarter, office number and canton."""
    bare = re.sub(r",.*| \d+.*| [A-Z]{2}$", "", name).replace(" b. ", " bei ").strip()
    words = name.split()
    return list(dict.fromkeys([name, bare, *(" ".join(words[:n]) for n in range(1, len(words)))]))
