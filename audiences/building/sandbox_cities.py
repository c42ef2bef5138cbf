"""The towns that the sandbox's own city search knows, apart from the product's gazetteer."""

import gzip
from collections.abc import Iterable
from zlib import crc32

from audiences.building.places import Draft

COLUMNS = ("key", "name", "region", "country_code", "lat", "lon", "population")
# Of the neighbours' places only those that a circle from Germany may name.
_FEWEST = {"DE": 1, "AT": 1, "CH": 1}
_FEWEST_ABROAD = 2_000
# Villages count as well, quarters of a city do not.
_CITY = 50_000
_SOUTH, _NORTH, _WEST, _EAST = 45.0, 56.5, 4.0, 18.0
_LOWEST, _SPAN = 100_000, 9_900_000


def sandbox_cities(drafts: Iterable[Draft]) -> bytes:
    """Return the packed table: towns and villages with people, by country, region and name."""
    taken: set[int] = set()
    towns = [d for d in drafts if _is_known(d)]
    keyed = [(_free_key(d.id, taken), d) for d in sorted(towns, key=lambda d: d.id)]
    keyed.sort(key=lambda pair: (pair[1].country, pair[1].state, pair[1].name, pair[0]))
    rows = [
        f"{key}\t{d.name}\t{d.state}\t{d.country}\t{d.lat:.3f}\t{d.lon:.3f}\t{d.population}"
        for key, d in keyed
    ]
    return gzip.compress("\n".join(["\t".join(COLUMNS), *rows, ""]).encode(), 9, mtime=0)


def _is_known(place: Draft) -> bool:
    village = place.part_of is None or place.part_of.population < _CITY
    within = _SOUTH <= place.lat <= _NORTH and _WEST <= place.lon <= _EAST
    return village and within and place.population >= _FEWEST.get(place.country, _FEWEST_ABROAD)


def _free_key(number: int, taken: set[int]) -> int:
    """Return an invented key of six or seven digits that stays with the place."""
    key = _LOWEST + crc32(str(number).encode()) % _SPAN
    while key in taken:
        key = _LOWEST + (key - _LOWEST + 1) % _SPAN
    taken.add(key)
    return key
