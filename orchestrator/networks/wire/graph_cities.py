"""Which of the towns and regions that Meta's search answers is the one meant.

Unverified live: whether an answer tells where a town lies (``latitude``, ``longitude``). Where it
does, a town of the right name that lies elsewhere is none, and namesakes are told apart; where it
does not, namesakes have no key. Also by which of its names a region is found.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from audiences.distance import local_km
from audiences.fold import fold, fold_plain, without_suffix
from orchestrator.networks.wire.graph_troubles import NETWORK
from orchestrator.networks.wire.said import unclear_answer
from orchestrator.ports import City, Region

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
# The first of several is the one to ask for.
_OUR_NAMES = {ours: theirs for theirs, ours in reversed(_OTHER_NAMES.items())}
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
# The centres of a town by two sources are never so far apart.
_ELSEWHERE_KM = 20.0
# Towns of one name in one state lie farther apart, but for two pairs that are next to each other.
_NAMESAKE_KM = 5.0
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


def region_question(name: str, region: Region) -> dict[str, object]:
    """The parameters of a search for a whole region, by this name of it."""
    return {
        "type": "adgeolocation",
        "location_types": ["region"],
        "q": name,
        "country_code": region.country,
        "limit": 100,
    }


def other_name(region: Region) -> str:
    """The region's name in Meta's language, if ours is another; empty: it has none."""
    plain = _untitled(region.name)
    return _OUR_NAMES.get(plain, "") or _OTHER_NAMES.get(plain, "")


def places(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What a search found; a Trouble when it does not say. A region or country is no town."""
    return [town for town in _found(answer) if town.get("type", "city") == "city"]


def regions_found(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Whole regions only: Berlin is a town as well, and its keys differ."""
    return [place for place in _found(answer) if place.get("type") == "region"]


def _found(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = answer.get("data")
    if not isinstance(found, list):
        raise unclear_answer(NETWORK, 200, write=False)
    return [place for place in found if isinstance(place, dict)]


def pick_region(region: Region, found: Sequence[Mapping[str, Any]]) -> str | None:
    """The key of the only region that has this name, in whatever language."""
    alike = {
        _key(place)
        for place in found
        if str(place.get("country_code", "")).upper() == region.country.upper()
        and region_key(_name(place)) == region_key(region.name)
    } - {""}
    return alike.pop() if len(alike) == 1 else None


def pick(city: City, found: Sequence[Mapping[str, Any]]) -> str | None:
    """The key of the town meant; None when none of those found is it.

    An equal spelling is better than a similar one, and that better than the bare name ("Halle"
    for our "Halle (Saale)"), which must be the only one, and tell where it lies if others are
    called so for short; never one with an addition of its own.
    Of several alike the nearest is taken if the search tells where each lies, else none: the other
    Altdorf in Bayern is a hundred kilometres away.
    """
    there = [place for place in found if _is_in(city, place) and _may_be_at(city, place)]
    for spelling in (str.casefold, fold, _town):
        if alike := [p for p in there if spelling(_name(p)) == spelling(city.name)]:
            return _only(city, alike)
    bare = _town(without_suffix(city.name))
    alike = [place for place in there if _town(_name(place)) == bare]
    return _only(city, [p for p in alike if not city.common or _is_near(city, p)])


def _only(city: City, alike: Sequence[Mapping[str, Any]]) -> str | None:
    """The key of the only one of these, or of the one that is nearest."""
    if len({_key(place) for place in alike}) == 1:
        return _key(alike[0])
    away = {_key(place): _km(city, place) for place in alike}
    known = sorted((km, key) for key, km in away.items() if km is not None)
    if len(known) < max(2, len(away)) or known[0][0] == known[1][0]:
        return None
    return known[0][1]


def _may_be_at(city: City, place: Mapping[str, Any]) -> bool:
    """Whether a found town lies where ours does; a namesake must say so, any other need not."""
    if city.namesake:
        return _is_near(city, place)
    km = _km(city, place)
    return km is None or km <= _ELSEWHERE_KM


def _is_near(city: City, place: Mapping[str, Any]) -> bool:
    km = _km(city, place)
    return km is not None and km <= _NAMESAKE_KM


def _km(city: City, place: Mapping[str, Any]) -> float | None:
    """How far a found town is from ours; None where one of them does not say."""
    told = _degrees(place.get("latitude"), 90), _degrees(place.get("longitude"), 180)
    if None in told or city.lat is None or city.lon is None:
        return None
    return local_km(city.lat, city.lon, *told)  # type: ignore[arg-type]  # no None among them


def _degrees(value: object, most: int) -> float | None:
    try:
        degrees = float(str(value))
    except ValueError:
        return None
    return degrees if -most <= degrees <= most else None


def _is_in(city: City, place: Mapping[str, Any]) -> bool:
    if str(place.get("country_code", "")).upper() != city.country.upper() or not _key(place):
        return False
    if city.country.upper() not in _COMPARABLE or not city.region:
        return True
    return region_key(str(place.get("region", ""))) == region_key(city.region)


def region_key(name: str) -> str:
    """A region's name for comparing, whatever its language and accents."""
    plain = _untitled(name)
    return _OTHER_NAMES.get(plain, plain)


def _untitled(name: str) -> str:
    plain = fold_plain(name)
    for title in _TITLES:
        plain = plain.removeprefix(title)
    return plain


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
