"""The two audiences of an organic post: `targeting` (who may see it) and `feed_targeting`."""

from collections.abc import Callable, Mapping

from orchestrator.sandbox.graph_cities import Atlas, City, Region
from orchestrator.sandbox.graph_errors import GraphError, bad_parameter
from orchestrator.sandbox.graph_table import table

Spec = dict[str, object]


def refused(why: str) -> GraphError:
    """A targeting that the platform does not take."""
    return bad_parameter(f"Invalid parameter: {why}", says=("Invalid Targeting", why))


def organic(name: str, given: object, atlas: Atlas) -> Spec:
    """Check the parameter `targeting` or `feed_targeting`; answer it as it will read back."""
    spec = _object(given, name)
    _only(spec, table()["organic"][name], name)
    stored: Spec = dict(spec)
    _check_ages(name, spec)
    for part in spec.keys() - {"age_min", "age_max", "geo_locations"}:
        stored[part] = _entries(spec[part], f"{name}.{part}")
    if not set(map(str, _entries(spec.get("genders", []), "genders"))) <= {"1", "2"}:
        raise refused("genders must be 1 or 2.")
    if "geo_locations" in spec:
        stored["geo_locations"] = _geography(spec["geo_locations"], atlas)
    return stored


def _object(given: object, name: str) -> Mapping[str, object]:
    if not isinstance(given, dict):
        raise refused(f"{name} must be an object.")
    return given


def _entries(given: object, name: str) -> list[object]:
    if not isinstance(given, list):
        raise refused(f"{name} must be an array.")
    return given


def _only(spec: Mapping[str, object], allowed: list[str], name: str) -> None:
    unknown = sorted(spec.keys() - set(allowed))
    if unknown:
        raise refused(f"{name} does not accept {', '.join(unknown)} on organic posts.")


def _check_ages(name: str, spec: Mapping[str, object]) -> None:
    youngest, oldest = (
        _age(spec, "age_min", 13),
        _age(spec, "age_max", table()["organic"]["age_max"]),
    )
    if name == "targeting" and "age_min" in spec:
        steps = table()["organic"]["targeting_age_min"]
        if youngest not in steps:
            raise refused(f"age_min must be one of {steps}.")
    if not 13 <= youngest <= oldest <= table()["organic"]["age_max"]:
        raise refused("age_min and age_max must be a range between 13 and 65.")


def _age(spec: Mapping[str, object], name: str, default: int) -> int:
    given = spec.get(name, default)
    if isinstance(given, str) and given.isdigit():
        return int(given)
    if isinstance(given, bool) or not isinstance(given, int):
        raise refused(f"{name} must be an integer.")
    return given


def _geography(given: object, atlas: Atlas) -> Spec:
    spec = _object(given, "geo_locations")
    limits: dict[str, int] = table()["organic"]["geo_locations"]
    _only(spec, list(limits), "geo_locations")
    for part, most in limits.items():
        if len(_entries(spec.get(part, []), part)) > most:
            raise refused(f"geo_locations accepts at most {most} {part}.")
    if not any(spec.values()):
        raise refused("geo_locations names no place.")
    readers: dict[str, Callable[[object], object]] = {
        "countries": _country,
        "regions": lambda entry: _place(entry, "region", atlas.regions).stored(),
        "cities": lambda entry: _place(entry, "city", atlas.cities).stored(),
    }
    return {
        part: [readers[part](entry) for entry in _entries(entries, part)]
        for part, entries in spec.items()
    }


def _country(entry: object) -> str:
    if not isinstance(entry, str) or entry not in table()["countries"]:
        raise refused(f"{entry} is no country code.")
    return entry


def _place(
    entry: object, kind: str, known: Mapping[str, City] | Mapping[str, Region]
) -> City | Region:
    spec = _object(entry, kind)
    _only(spec, table()["organic"][kind], f"A {kind}")
    place = known.get(str(spec.get("key")))
    if place is None:
        raise refused(f"{spec.get('key')} is no key of a {kind}.")
    return place
