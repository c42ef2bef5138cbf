"""An ad account: how many people an audience holds, before any advert is made."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import asin, cos, radians, sin, sqrt
from typing import cast

from orchestrator.sandbox.graph_call import Call
from orchestrator.sandbox.graph_cities import Atlas, City
from orchestrator.sandbox.graph_errors import GraphError, bad_parameter
from orchestrator.sandbox.graph_fields import project, read_fields
from orchestrator.sandbox.graph_knobs import Knobs
from orchestrator.sandbox.graph_table import read, table

Spec = Mapping[str, object]
_FIELDS = "estimate_mau_lower_bound,estimate_mau_upper_bound,estimate_ready"
# The share of all people who are of age and here every month; ours, no figure of the platform.
_ACTIVE = 0.55
_SMALLEST = 1000
_MILE_KM = 1.609344
_EARTH_KM = 6371.0


def delivery_estimate(
    call: Call, known: dict[str, str], atlas: Atlas, knobs: Knobs
) -> dict[str, object]:
    """The answer to ``/delivery_estimate``: a list with one estimate."""
    values = read(call.params, known)
    for name in table()["adverts"]["delivery_estimate"]:
        if name not in values:
            raise bad_parameter(f"The parameter {name} is required")
    asks = read_fields(call.params.get("fields", _FIELDS), "AdAccountDeliveryEstimate")
    towns = audience(values["targeting_spec"], atlas)
    return {"data": [project(_estimate(towns, knobs), asks)]}


def _estimate(towns: Iterable[City], knobs: Knobs) -> dict[str, object]:
    people = _ACTIVE * sum(town.people for town in towns)
    if not knobs.estimates_ready or people < _SMALLEST:
        lower, upper = -1.0, -1.0
    else:
        lower, upper = (round(people * share, -2) for share in (0.92, 1.08))
    return {
        "estimate_ready": knobs.estimates_ready,
        "estimate_mau_lower_bound": int(lower),
        "estimate_mau_upper_bound": int(upper),
    }


def audience(given: object, atlas: Atlas) -> set[City]:
    """The towns of a targeting, which is checked; all places that it names are added up."""
    spec = _object(given, "targeting_spec")
    _only(spec, table()["adverts"]["targeting"], "targeting_spec")
    _check_ages(spec)
    geo = _object(spec.get("geo_locations", {}), "geo_locations")
    found = _towns(geo, atlas)
    if "excluded_geo_locations" in spec:
        found -= _towns(_object(spec["excluded_geo_locations"], "excluded_geo_locations"), atlas)
    return found


def _check_ages(spec: Spec) -> None:
    least, most = table()["adverts"]["ages"]
    youngest, oldest = spec.get("age_min", 18), spec.get("age_max", most)
    if not (isinstance(youngest, int) and isinstance(oldest, int)):
        raise _refused("age_min and age_max must be integers.")
    if not least <= youngest <= oldest <= most:
        raise _refused(f"age_min and age_max must be a range between {least} and {most}.")
    automation = _object(spec.get("targeting_automation", {}), "targeting_automation")
    _only(automation, table()["adverts"]["automation"], "targeting_automation")
    advantage = automation.get("advantage_audience", 1)
    if advantage not in (0, 1):
        raise _refused("advantage_audience must be 0 or 1.")
    if advantage and oldest < most:
        raise _refused(f"With Advantage+ audience, age_max must be {most}.")


def _towns(geo: Spec, atlas: Atlas) -> set[City]:
    if "location_types" in geo:
        raise GraphError(
            100,
            "Invalid parameter",
            subcode=1870199,
            says=("Location types are not supported", "Remove location_types and try again."),
        )
    _only(geo, table()["adverts"]["geo_locations"], "geo_locations")
    if not any(geo.values()):
        raise _refused("Choose at least one location.")
    return {
        town
        for part, entries in geo.items()
        for entry in _entries(entries, part)
        for town in _READERS.get(part, _not_here)(entry, atlas)
    }


def _entries(given: object, part: str) -> Sequence[object]:
    if not isinstance(given, list):
        raise _refused(f"{part} must be an array.")
    most = table()["adverts"]["most"].get(part, 200)
    if len(given) > most:
        raise _refused(f"geo_locations accepts at most {most} {part}.")
    return given


def _in_country(entry: object, atlas: Atlas) -> Iterable[City]:
    if not isinstance(entry, str) or entry not in table()["countries"]:
        raise _refused(f"{entry} is no country code.")
    return (city for city in atlas.cities.values() if city.region.country == entry)


def _in_region(entry: object, atlas: Atlas) -> Iterable[City]:
    key = str(_place(entry, "region").get("key"))
    if key not in atlas.regions:
        raise _refused(f"{key} is no key of a region.")
    return (city for city in atlas.cities.values() if city.region.key == key)


def _in_city(entry: object, atlas: Atlas) -> Iterable[City]:
    spec = _place(entry, "city")
    city = atlas.cities.get(str(spec.get("key")))
    if city is None:
        raise _refused(f"{spec.get('key')} is no key of a city.")
    if "radius" not in spec:
        return [city]
    return _within(city.lat, city.lon, _km(spec, "city"), atlas)


def _in_zip(entry: object, _atlas: Atlas) -> Iterable[City]:
    key = str(_place(entry, "zip").get("key"))
    country, _mark, code = key.partition(":")
    if country not in table()["countries"] or not code:
        raise _refused(f"{key} is no key of a zip code.")
    return []  # the towns here have no postcodes


def _around_pin(entry: object, atlas: Atlas) -> Iterable[City]:
    spec = _place(entry, "custom_location")
    lat, lon = (_number(spec, name) for name in ("latitude", "longitude"))
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise _refused("latitude and longitude must be degrees.")
    return _within(lat, lon, _km(spec, "custom_location"), atlas)


def _not_here(_entry: object, _atlas: Atlas) -> Iterable[City]:
    return []  # places that the platform knows, and the sandbox does not play


_READERS: dict[str, Callable[[object, Atlas], Iterable[City]]] = {
    "countries": _in_country,
    "regions": _in_region,
    "cities": _in_city,
    "zips": _in_zip,
    "custom_locations": _around_pin,
}


def _km(spec: Spec, kind: str) -> float:
    unit = spec.get("distance_unit", "mile")
    limits = table()["adverts"]["radius"][kind]
    if unit not in limits:
        raise _refused(f"distance_unit must be one of {', '.join(limits)}.")
    radius, (least, most) = _number(spec, "radius"), limits[unit]
    if not least <= radius <= most:
        raise _refused(f"The radius must be between {least} and {most} {unit}s.")
    return radius * (_MILE_KM if unit == "mile" else 1)


def _within(lat: float, lon: float, km: float, atlas: Atlas) -> Iterable[City]:
    return (city for city in atlas.cities.values() if _away(lat, lon, city) <= km)


def _away(lat: float, lon: float, city: City) -> float:
    north, east = radians(city.lat - lat), radians(city.lon - lon)
    bow = sin(north / 2) ** 2 + cos(radians(lat)) * cos(radians(city.lat)) * sin(east / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(bow))


def _place(entry: object, kind: str) -> Spec:
    spec = _object(entry, kind)
    _only(spec, table()["adverts"][kind], f"A {kind}")
    return spec


def _number(spec: Spec, name: str) -> float:
    given = spec.get(name)
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise _refused(f"{name} must be a number.")
    return given


def _object(given: object, name: str) -> Spec:
    if not isinstance(given, dict):
        raise _refused(f"{name} must be an object.")
    return cast(Spec, given)


def _only(spec: Spec, allowed: list[str], name: str) -> None:
    unknown = sorted(spec.keys() - set(allowed))
    if unknown:
        raise _refused(f"{name} does not accept {', '.join(unknown)}.")


def _refused(why: str) -> GraphError:
    return bad_parameter(f"Invalid parameter: {why}", says=("Invalid Targeting", why))
