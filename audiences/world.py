"""Countries and well-known cities beyond the embedded data, by the names that Unicode keeps."""

import re
from functools import cache

from audiences.fold import fold

_LANGUAGES = ("de", "en")
_WORDS = {
    **{"uk": "GB", "england": "GB", "schottland": "GB", "scotland": "GB", "grossbritannien": "GB"},
    **{"great britain": "GB", "usa": "US", "amerika": "US", "russische foederation": "RU"},
}


def country_abroad(word: str) -> str | None:
    """Return the ISO code of a country by its name, as in "Ukraine", "Türkei", "UK"."""
    return _countries().get(fold(word))


def country_of_city(word: str) -> str | None:
    """Return the country of a city after which a time zone is named: most capitals are."""
    return _cities().get(fold(word))


@cache
def _countries() -> dict[str, str]:
    # Only asked when nothing else is known: it takes a moment to load.
    from babel import Locale

    names = {
        fold(name): code
        for language in _LANGUAGES
        for code, name in Locale(language).territories.items()
        if re.fullmatch("[A-Z]{2}", code)
    }
    return {**names, **_WORDS}


@cache
def _cities() -> dict[str, str]:
    from babel import Locale
    from babel.core import get_global

    current = get_global("zone_territories")
    former = get_global("zone_aliases").items()
    territories = {old: current[new] for old, new in former if new in current} | dict(current)
    cities = {fold(zone.rpartition("/")[2]): code for zone, code in territories.items()}
    for language in _LANGUAGES:
        for zone, words in Locale(language).time_zones.items():
            if "city" in words and zone in territories:
                cities[fold(words["city"])] = territories[zone]
    return cities
