"""Which of the towns that Meta's search answers is the one meant."""

from collections.abc import Mapping, Sequence
from typing import Any

from audiences.fold import fold, fold_plain, without_suffix
from orchestrator.networks.wire.graph_troubles import NETWORK
from orchestrator.networks.wire.said import unclear_answer
from orchestrator.ports import City

# Meta writes a region in its own language or in ours; names that are merely spelt alike need none.
_OTHER_NAMES = {
    "bavaria": "bayern",
    "hesse": "hessen",
    "lower saxony": "niedersachsen",
    "mecklenburg western pomerania": "mecklenburg vorpommern",
    "mecklenburg west pomerania": "mecklenburg vorpommern",
    "north rhine westphalia": "nordrhein westfalen",
    "rhineland palatinate": "rheinland pfalz",
    "saxony": "sachsen",
    "saxony anhalt": "sachsen anhalt",
    "thuringia": "thuringen",
    "carinthia": "karnten",
    "lower austria": "niederosterreich",
    "styria": "steiermark",
    "tyrol": "tirol",
    "upper austria": "oberosterreich",
    "vienna": "wien",
    "basel city": "basel stadt",
    "basel country": "basel landschaft",
    "fribourg": "freiburg",
    "geneva": "genf",
    "geneve": "genf",
    "grisons": "graubunden",
    "lucerne": "luzern",
    "neuchatel": "neuenburg",
    "ticino": "tessin",
    "valais": "wallis",
    "vaud": "waadt",
}
_TOWNS = {
    "brunswick": "braunschweig",
    "cologne": "koln",
    "geneva": "genf",
    "hanover": "hannover",
    "munich": "munchen",
    "nuremberg": "nurnberg",
    "vienna": "wien",
}
_TITLES = ("land ", "kanton ", "canton of ", "state of ", "free state of ", "freistaat ")
# Countries whose regions have the same names here as there, but for the table above.
_COMPARABLE = {"DE", "AT", "CH", ""}


def question(city: City, *, short: bool = False) -> dict[str, object]:
    """The parameters of a search for a town; ``short`` without "am Main" and the like."""
    return {
        "type": "adgeolocation",
        "location_types": ["city"],
        "q": without_suffix(city.name) if short else city.name,
        "country_code": city.country,
        "limit": 100,
    }


def places(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What a search found; a Trouble when it does not say."""
    found = answer.get("data")
    if not isinstance(found, list):
        raise unclear_answer(NETWORK, 200, write=False)
    return [place for place in found if isinstance(place, dict)]


def pick(city: City, found: Sequence[Mapping[str, Any]]) -> str | None:
    """The key of the town meant; None when none of those found is it.

    An equal spelling is better than a similar one, and that better than the bare name ("Halle"
    for our "Halle (Saale)"), which must be the only one; never one with an addition of its own.
    Of several alike none is taken: the search tells no place on the map, and the other Altdorf in
    Bayern is a hundred kilometres away.
    """
    there = [place for place in found if _is_in(city, place)]
    for spelling in (str.casefold, fold, _town):
        if alike := {_key(p) for p in there if spelling(_name(p)) == spelling(city.name)}:
            return _only(alike)
    return _only({_key(p) for p in there if _town(_name(p)) == _town(without_suffix(city.name))})


def _only(keys: set[str]) -> str | None:
    return next(iter(keys)) if len(keys) == 1 else None


def _is_in(city: City, place: Mapping[str, Any]) -> bool:
    if str(place.get("country_code", "")).upper() != city.country.upper() or not _key(place):
        return False
    if city.country.upper() not in _COMPARABLE or not city.region:
        return True
    return region_key(str(place.get("region", ""))) == region_key(city.region)


def region_key(name: str) -> str:
    """A region's name for comparing, whatever its language and accents."""
    plain = fold_plain(name)
    for title in _TITLES:
        plain = plain.removeprefix(title)
    return _OTHER_NAMES.get(plain, plain)


def _town(name: str) -> str:
    plain = fold_plain(name)
    return _TOWNS.get(plain, plain)


def has_suffix(city: City) -> bool:
    """Whether a network may know the town by a shorter name."""
    return without_suffix(city.name) != city.name


def _name(place: Mapping[str, Any]) -> str:
    return str(place.get("name", ""))


def _key(place: Mapping[str, Any]) -> str:
    return str(place.get("key") or "")
