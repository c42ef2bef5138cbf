"""Where an advert may be shown: how far around a point, and what may stand beside it."""

from collections.abc import Collection
from enum import StrEnum

NARROWEST_KM, WIDEST_KM = 1, 80
# An advert for work must not be aimed more narrowly than 15 miles around a point.
EMPLOYMENT_KM = 25


class Part(StrEnum):
    """The kinds of places by which an audience is named."""

    COUNTRY = "country"
    REGION = "region"
    TOWN = "town"
    POSTCODE = "postcode"
    PIN = "pin"


class Why(StrEnum):
    """Why an audience is not taken."""

    NOWHERE = "nowhere"
    WIDENED = "widened"
    POSTCODES = "postcodes"
    EXCLUDED = "excluded"


class AreaRefused(ValueError):
    """The places do not mean what they seem to mean, or may not be used for work."""

    def __init__(self, why: Why) -> None:
        super().__init__(f"refused as an audience: {why}")
        self.why = why


_WIDE = frozenset({Part.COUNTRY, Part.REGION})


def advert_km(km: int, *, employment: bool) -> int:
    """Return the radius of an advert for a circle of so many kilometres."""
    return min(max(km, EMPLOYMENT_KM if employment else NARROWEST_KM), WIDEST_KM)


def refuse_area(parts: Collection[Part], *, employment: bool, excludes: bool = False) -> None:
    """Raise AreaRefused for places that may not stand side by side.

    They are added up: a country beside a town is the whole country. ``excludes``: others are
    taken out again.
    """
    named = set(parts)
    if not named:
        raise AreaRefused(Why.NOWHERE)
    if named & _WIDE and len(named) > 1:
        raise AreaRefused(Why.WIDENED)
    if employment and Part.POSTCODE in named:
        raise AreaRefused(Why.POSTCODES)
    if employment and excludes:
        raise AreaRefused(Why.EXCLUDED)
