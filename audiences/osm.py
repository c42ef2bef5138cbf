"""What OpenStreetMap's search services answer: settlements and postcodes, and nothing else.

Their words come from strangers and end up in public texts: whatever does not look like the name of
a place is dropped.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from audiences.distance import distance_km
from audiences.fold import fold, tidy
from audiences.place import Place

# Their ids begin here; a database's whole number ends below 2,147,483,648.
FIRST_ID = 2_000_000_000
_IDS = 2**31 - FIRST_ID
_TOWN = ("city", "town", "village", "municipality", "hamlet")
_SETTLEMENTS = frozenset((*_TOWN, "borough", "suburb", "city_district", "district", "quarter"))
_POSTCODES = frozenset(("postcode", "postal_code"))
_STATE = ("state", "region", "province", "county")
_REGIONS = (*_TOWN, *_STATE, "country", "country_code", "countrycode")
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f '’.,()/–-]){0,79}")
# One town is often found as an area and as a point.
_SAME_KM = 10.0


@dataclass(frozen=True, slots=True)
class Found:
    """A settlement; `names` and `around` (what it lies in) are keys, `code` its postcode's.

    `by_code`: its postcode was found, so that the point is that of the postcode's area.
    """

    place: Place
    names: frozenset[str]
    around: frozenset[str]
    code: str
    by_code: bool


def word_key(text: str) -> str:
    """Return the key of a name in any script."""
    return fold(text) or " ".join(text.casefold().split())


def from_nominatim(raw: Mapping[str, Any]) -> Found | None:
    """Return the settlement of one of Nominatim's results; None for anything else."""
    kind = (raw.get("class") or raw.get("category"), raw.get("type"))
    address = _mapping(raw.get("address"))
    named = {**_mapping(raw.get("namedetails")), "own": raw.get("name") or _first_part(raw)}
    if kind[1] in _POSTCODES:
        return _found(raw, address, {}, (raw.get("lat"), raw.get("lon")), by_code=True)
    if kind == ("boundary", "administrative"):
        kind = ("place", raw.get("addresstype") or _label(raw, address))
    if kind[0] != "place" or kind[1] not in _SETTLEMENTS:
        return None
    extra = _mapping(raw.get("extratags"))
    facts = {**address, "name": named["own"], "population": extra.get("population")}
    return _found(raw, facts, named, (raw.get("lat"), raw.get("lon")), by_code=False)


def from_photon(raw: Mapping[str, Any]) -> Found | None:
    """Return the settlement of one of Photon's features; None for anything else."""
    facts = _mapping(raw.get("properties"))
    lon, lat = (_mapping(raw.get("geometry")).get("coordinates") or (None, None))[:2]
    kind = (facts.get("osm_key"), facts.get("osm_value"))
    if kind[1] in _POSTCODES:
        code = facts.get("postcode") or facts.get("name")
        return _found(facts, {**facts, "postcode": code}, {}, (lat, lon), by_code=True)
    if kind == ("boundary", "administrative"):
        kind = ("place", facts.get("type"))
    if kind[0] != "place" or kind[1] not in _SETTLEMENTS:
        return None
    known = {**facts, "population": _mapping(facts.get("extra")).get("population")}
    return _found(facts, known, {"own": facts.get("name")}, (lat, lon), by_code=False)


def distinct(found: Iterable[Found]) -> list[Found]:
    """Return each settlement once, with all its names and the larger of its populations."""
    once: list[Found] = []
    for each in found:
        for number, other in enumerate(once):
            if _same(each, other):
                once[number] = _joined(other, each)
                break
        else:
            once.append(each)
    return once


def _found(
    raw: Mapping[str, Any],
    facts: Mapping[str, Any],
    named: Mapping[str, Any],
    point: tuple[Any, Any],
    *,
    by_code: bool,
) -> Found | None:
    name = _name(facts.get("name")) if not by_code else _first(facts, _TOWN)
    country = str(facts.get("country_code") or facts.get("countrycode") or "").upper()
    code = str(facts.get("postcode") or "")
    if not name or not re.fullmatch(r"[A-Z]{2}", country) or (by_code and not code):
        return None
    lat, lon = float(point[0]), float(point[1])
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return None
    state = _first(facts, _STATE) or name
    people = 0 if by_code else _people(facts.get("population"))
    number = _number(raw, f"{word_key(name)} {country} {lat:.2f} {lon:.2f}")
    around = {word_key(str(facts[key])) for key in _REGIONS if facts.get(key)}
    return Found(
        Place(number, name, state, country, lat, lon, people, people, None),
        frozenset({word_key(name), *(word_key(_name(each)) for each in named.values())} - {""}),
        frozenset(around),
        word_key(code),
        by_code,
    )


def _number(raw: Mapping[str, Any], otherwise: str) -> int:
    """An id for the place that stays the same: made of OpenStreetMap's own."""
    kind, number = str(raw.get("osm_type") or "")[:1].upper(), raw.get("osm_id")
    told = f"{kind}{number}" if kind and number else otherwise
    return FIRST_ID + int.from_bytes(hashlib.sha256(told.encode()).digest()[:8], "big") % _IDS


def _same(one: Found, other: Found) -> bool:
    a, b = one.place, other.place
    if a.country != b.country or one.by_code != other.by_code:
        return False
    return word_key(a.name) == word_key(b.name) and distance_km(a, b) < _SAME_KM


def _joined(first: Found, second: Found) -> Found:
    people = max(first.place.population, second.place.population)
    place = replace(first.place, population=people, people=people)
    code = first.code or second.code
    names, around = first.names | second.names, first.around | second.around
    return Found(place, names, around, code, first.by_code)


def _label(raw: Mapping[str, Any], address: Mapping[str, Any]) -> str | None:
    """The kind of an area where an older service does not say it: by its place in the address."""
    own = _first_part(raw)
    return next((kind for kind in _TOWN if own and address.get(kind) == own), None)


def _first_part(raw: Mapping[str, Any]) -> str:
    return str(raw.get("display_name") or "").partition(",")[0]


def _first(facts: Mapping[str, Any], keys: Iterable[str]) -> str:
    return next((name for key in keys if (name := _name(facts.get(key)))), "")


def _name(value: object) -> str:
    """The name of a place, or nothing where it is not like one."""
    name = " ".join(tidy(value).split()) if isinstance(value, str) else ""
    return name if _NAME.fullmatch(name) else ""


def _people(value: object) -> int:
    """A population as people write it, 0 where it is unknown."""
    digits = re.sub(r"[.,\s]", "", str(value or ""))
    return int(digits) if re.fullmatch(r"[0-9]{1,8}", digits) else 0


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
