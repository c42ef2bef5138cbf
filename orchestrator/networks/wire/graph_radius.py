"""The audience of an advert around a point, as the Marketing API is told of it."""

from collections.abc import Mapping
from typing import Any

from audiences.advert import OLDEST, YOUNGEST
from orchestrator.i18n import _
from orchestrator.networks.wire.answer import as_object
from orchestrator.ports import Rejected

# Any other kind of place is wide: the platform adds places up.
_NARROW = frozenset({"cities", "zips", "custom_locations"})
# What chooses people, however it got there; where on its pages they see it is the platform's.
_CHOOSES = frozenset(
    [
        *("geo_locations", "excluded_geo_locations", "age_min", "age_max", "genders", "locales"),
        *("flexible_spec", "exclusions", "interests", "behaviors"),
        *("custom_audiences", "excluded_custom_audiences"),
    ]
)
_PIN = ("latitude", "longitude", "radius", "distance_unit")


def around(lat: float, lon: float, km: int) -> dict[str, Any]:
    """Everybody of age within so many kilometres.

    What the platform may widen by itself is switched off in so many words. ``location_types`` is
    left out: the platform refuses any, and takes who lives there or was there lately.
    """
    pin = {"latitude": lat, "longitude": lon, "radius": km, "distance_unit": "kilometer"}
    return {
        "geo_locations": {"custom_locations": [pin]},
        "age_min": YOUNGEST,
        "age_max": OLDEST,
        "targeting_automation": {"advantage_audience": 0},
    }


def aimed(told: object) -> dict[str, Any] | None:
    """The audience that the platform tells, as ``around`` writes it; None where it tells none.

    It adds names and regions to a pin, and how it takes a place (unverified live: what else).
    """
    spec = as_object(told)
    if not spec:
        return None
    places = {
        k: v for k, v in as_object(spec.get("geo_locations")).items() if k != "location_types"
    }
    if isinstance(pins := places.get("custom_locations"), list):
        places["custom_locations"] = [_pin(as_object(each)) for each in pins]
    widens = as_object(spec.get("targeting_automation")).get("advantage_audience")
    return {
        **{name: part for name, part in spec.items() if name in _CHOOSES},
        "geo_locations": places,
        "targeting_automation": {"advantage_audience": 0 if widens in (None, 0, "0") else 1},
    }


def _pin(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: told[name] for name in _PIN if name in told}


def refuse_unfit(targeting: Mapping[str, Any], *, employment: bool) -> None:
    """Refuse an audience that is wider than it looks, or that adverts for work may not have."""
    places = targeting.get("geo_locations") or {}
    named = {kind for kind, entries in places.items() if entries} - {"location_types"}
    if not named:
        raise Rejected(_("The audience names no place, so it would be everybody."))
    if len(named) > 1 and named - _NARROW:
        raise Rejected(
            _(
                "A country or a state beside a smaller place would be the audience alone, because"
                " Facebook adds places up. Name only the smaller places."
            )
        )
    if employment and "zips" in named:
        raise Rejected(_("Adverts for work may not be aimed by postcodes. Use a radius."))
    if employment and targeting.get("excluded_geo_locations"):
        raise Rejected(_("Adverts for work may not leave places out. Use a radius only."))
