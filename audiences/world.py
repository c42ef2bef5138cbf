"""Countries and well-known cities beyond the embedded data, by the names that Unicode keeps."""

import re
from functools import cache

from audiences.fold import fold

_LANGUAGES = ("de", "en")
_WORDS = {
    **{"uk": "GB", "england": "GB", "schottland": "GB", "scotland": "GB", "grossbritannien": "GB"},
    **{"great britain": "GB", "usa": "US", "amerika": "US", "russische foederation": "RU"},
}
# Cities of whom nearly everybody thinks first, and those that many had to flee; by time zones alone
# Mailand would be unknown, and Aleppo a slip for Schleife.
_CITIES = {
    "AE": "dubai",
    "AF": "kabul herat kandahar masar-e-scharif mazar-e-sharif",
    "AZ": "baku",
    "BA": "sarajevo",
    "BG": "sofia plowdiw warna",
    "BR": "rio-de-janeiro são-paulo",
    "BY": "minsk",
    "CN": "peking schanghai hongkong",
    "EG": "kairo alexandria",
    "ER": "asmara",
    "ES": "madrid barcelona sevilla valencia",
    "ET": "addis-abeba",
    "FR": "paris lyon marseille toulouse nizza bordeaux",
    "GB": "london manchester liverpool birmingham edinburgh glasgow",
    "GE": "tiflis",
    "GR": "athen thessaloniki",
    "HU": "budapest",
    "IE": "dublin",
    "IN": "delhi mumbai",
    "IQ": "bagdad baghdad mossul mosul basra erbil kirkuk",
    "IR": "teheran isfahan schiras tabris maschhad",
    "IT": "rom roma rome mailand neapel turin florenz palermo genua",
    "JO": "amman",
    "LB": "beirut tripoli",
    "LT": "vilnius kaunas",
    "LV": "riga",
    "MD": "chisinau",
    "ME": "podgorica",
    "MK": "skopje",
    "NG": "lagos abuja",
    "PK": "karatschi lahore islamabad peschawar",
    "PL": "warschau krakau danzig lublin",
    "PS": "gaza ramallah",
    "PT": "lissabon porto",
    "RO": "bukarest sibiu temeswar klausenburg",
    "RS": "belgrad novi-sad",
    "RU": "moskau sankt-petersburg grosny",
    "SD": "khartum",
    "SO": "mogadischu",
    "SY": "damaskus aleppo homs hama idlib latakia rakka raqqa deir-ez-zor kobane afrin",
    "TR": "istanbul ankara izmir antalya adana gaziantep",
    "UA": "kiew kyiv kyjiw charkiw kharkiv odessa odesa lwiw lemberg dnipro saporischschja mariupol"
    " cherson mykolajiw donezk luhansk tschernihiw sumy butscha bachmut winnyzja poltawa",
    "US": "new-york chicago boston los-angeles washington",
    "VN": "hanoi",
    "XK": "pristina prishtina",
}
_COUNTRY_OF = {fold(city): code for code, cities in _CITIES.items() for city in cities.split()}


def is_world_city(key: str) -> bool:
    """Tell whether a folded name is first of all a city far from here."""
    return key in _COUNTRY_OF


def country_abroad(word: str) -> str | None:
    """Return the ISO code of a country by its name, as in "Ukraine", "Türkei", "UK"."""
    return _countries().get(fold(word))


def country_of_city(word: str) -> str | None:
    """Return the country of a well-known city, or of one after which a time zone is named."""
    return _COUNTRY_OF.get(fold(word)) or _cities().get(fold(word))


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
