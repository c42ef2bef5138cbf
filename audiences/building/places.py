"""From GeoNames rows to places: official names, states, and who is part of whom.

GeoNames' cities500 does not say whether a place is a town of its own or a district, and it gives
people for both. In Germany the borders of the municipalities decide, in `membership.py`, in some
140 cases in Switzerland our own list, in `swiss.py`, in Austria another, in `austria.py`.
Elsewhere, in this order:

1. "Zürich (Kreis 3)", and everything in Berlin, Hamburg and Wien but the city, are districts.
2. An alternate name of the form "Graz-Andritz", where Graz is a town at least three times as
   large within 30 km, makes Andritz a part of Graz.
3. A place within 0.008 km times the square root of the people of a city (100,000 people and more,
   five times as large; Strasbourg: 4.2 km) is part of it; not in Austria.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from zlib import crc32

from audiences.building.near import Near, rough_km
from audiences.building.sources import City, PostalRow
from audiences.building.states import BY_ADMIN1, from_postal
from audiences.fold import fold, without_suffix

# GeoNames' main names are the English ones where those exist.
_OWN_NAMES = {
    "Vienna": "Wien",
    "Geneva": "Genève",
    "Zurich": "Zürich",
    "Sitten": "Sion",
    "Copenhagen": "København",
    "Prague": "Praha",
    "Brussels": "Bruxelles",
    "The Hague": "Den Haag",
    "Antwerp": "Antwerpen",
    "Zwettl Stadt": "Zwettl",
    "Straßburg-Stadt": "Straßburg",
    "Martigny-Ville": "Martigny",
}
# Names that GeoNames' extract lacks, by country and own name.
_ALSO_CALLED = {
    ("DE", "Frankfurt am Main"): ("Ffm",),
    ("DE", "Feldkirchen"): ("Feldkirchen bei München",),
    ("DE", "Bremen"): ("Freie Hansestadt Bremen",),
    ("DE", "Mönchengladbach"): ("M'gladbach",),
    ("CH", "Delémont"): ("Delsberg",),
    ("CH", "Luzern"): ("Lucerne",),
    ("CH", "Rapperswil"): ("Rapperswil-Jona",),
    ("DE", "Wiesbaden-Kastel"): ("Mainz-Kastel",),
    ("IT", "Merano"): ("Meran",),
    ("IT", "Bressanone"): ("Brixen",),
    ("LU", "Luxembourg"): ("Luxemburg",),
}
# GeoNames counts Riviera, north of Bellinzona, beside Brissago, and Ebersdorf bei Coburg in a
# village of Neustadt's.
_OWN_POINTS = {11113438: (46.27, 8.99), 2933922: (50.219, 11.07)}
# Somebody took Biel's French name for Vienna's.
_NEVER_CALLED = {"Wien": {"Bienne"}}
_TITLES = re.compile(
    r"^(?:(?:Universitäts- und )?(?:Hansestadt|Lutherstadt) )|(?: (?:Hansestadt|Lutherstadt))$"
)
_CIRCLE = re.compile(r"^(?:Stadt )?(.*?) ?\(Kreis \d+\)(?: / (.+))?$")
# Bremen is missing here because Bremerhaven belongs to it.
_CITY_STATES = ("Berlin", "Hamburg", "Wien")
# A named postal locality without any row in cities500 gets a number of its own beyond GeoNames'.
_OWN_IDS = 1_000_000_000


@dataclass(slots=True)
class Draft:
    """A place in the making; `people` is what it adds to a circle, districts counted once.

    `former`: names it bore in the sources, by which it is found as by its own. `city_only`: a
    quarter that is not found without its city's name before it.
    """

    id: int
    name: str
    state: str
    country: str
    lat: float
    lon: float
    population: int
    alternates: set[str] = field(default_factory=set)
    part_of: "Draft | None" = None
    people: int = 0
    former: set[str] = field(default_factory=set)
    disk_km: float = 0.0
    city_only: bool = False


def own_id(country: str, name: str) -> int:
    """Return a lasting number for a place that GeoNames has none for."""
    return _OWN_IDS + crc32(f"{country}|{name}".encode()) % _OWN_IDS


def draft_places(cities: list[City], postal: list[PostalRow]) -> list[Draft]:
    """Return all places, still under their own names."""
    drafts = [_draft(city) for city in cities]
    _name_regions(drafts, cities, postal)
    settled = [r for r in postal if r.accuracy > 0]
    towns = _towns_by_postal_name(drafts, postal)
    _part_by_label(drafts)
    _part_by_name(drafts, towns)
    _part_by_closeness(drafts)
    drafts += _localities(drafts, settled)
    _part_by_label(drafts)
    return drafts


def settle_parts(drafts: list[Draft]) -> list[Draft]:
    """Point every part at its town; return the places without doubles."""
    _flatten(drafts)
    return _without_doubles(drafts)


def finish_places(drafts: list[Draft]) -> list[Draft]:
    """Name the districts and share out the people; return all by id, no id twice."""
    _name_districts(drafts)
    for draft in drafts:
        if draft.population > 5_000:
            draft.former |= set(_ALSO_CALLED.get((draft.country, draft.name), ()))
    _share_out_people(drafts)
    if len({d.id for d in drafts}) < len(drafts):
        raise ValueError("two places have one id; change how own_id makes them")
    return sorted(drafts, key=lambda d: d.id)


def _draft(city: City) -> Draft:
    name = _OWN_NAMES.get(city.name, city.name)
    lat, lon = _OWN_POINTS.get(city.id, (city.lat, city.lon))
    draft = Draft(city.id, name, "", city.country, lat, lon, city.population)
    draft.alternates = {city.name, *city.alternates} - _NEVER_CALLED.get(name, set())
    plain = _TITLES.sub("", name)
    if plain != name:
        draft.alternates.add(name)
        draft.name = plain
    return draft


def _name_regions(drafts: list[Draft], cities: list[City], postal: list[PostalRow]) -> None:
    votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    by_name = _by_fold(postal)
    for city in cities:
        if city.country not in BY_ADMIN1:
            for row in by_name.get((city.country, fold(city.name)), ()):
                if row.state and rough_km(city, row) < 8:
                    votes[city.country, city.admin1][row.state] += 1
    for draft, city in zip(drafts, cities, strict=True):
        if city.country in BY_ADMIN1:
            draft.state = BY_ADMIN1[city.country].get(city.admin1, "")
        elif ballot := votes[city.country, city.admin1]:
            draft.state = min(ballot, key=lambda name: (-ballot[name], name))


def _by_fold(postal: Iterable[PostalRow]) -> dict[tuple[str, str], list[PostalRow]]:
    found = defaultdict(list)
    for row in postal:
        found[row.country, fold(row.name)].append(row)
    return found


def _towns_by_postal_name(drafts: list[Draft], postal: list[PostalRow]) -> dict[str, list[Draft]]:
    """Give German towns their municipality's name; return towns by that name's key.

    Of several places that answer to one postal name, the largest is the town.
    """
    german = [row for row in postal if row.country == "DE"]
    exact = _by_fold(german)
    stripped = defaultdict(list)
    for row in german:
        stripped["DE", fold(without_suffix(row.name))].append(row)
    claims: dict[str, list[Draft]] = defaultdict(list)
    for draft in sorted(drafts, key=lambda d: (-d.population, d.id)):
        name = draft.country == "DE" and _postal_name(draft, exact, stripped)
        if not name:
            continue
        key = fold(name)
        twin = next((d for d in claims[key] if rough_km(d, draft) < 12), None)
        twin = twin or _town_of(name, draft, claims, part_only=True)
        if twin is None:
            draft.alternates |= {draft.name, name}
            draft.name = draft.name if "(" in draft.name else name
            claims[key].append(draft)
        else:
            draft.part_of = twin
    return claims


def _postal_name(
    draft: Draft,
    exact: dict[tuple[str, str], list[PostalRow]],
    stripped: dict[tuple[str, str], list[PostalRow]],
) -> str | None:
    base = fold(without_suffix(draft.name))
    searches = (
        exact.get(("DE", fold(draft.name)), []),
        stripped.get(("DE", base), []),
        exact.get(("DE", base), []),
        [r for a in sorted(draft.alternates) for r in exact.get(("DE", fold(a)), [])],
    )
    for rows in searches:
        close = [row for row in rows if rough_km(row, draft) < 12]
        if close:
            return min(close, key=lambda r: (round(rough_km(r, draft) / 3), r.name)).name
    return None


def _part_by_label(drafts: list[Draft]) -> None:
    largest = {d.name: d for d in sorted(drafts, key=lambda d: d.population)}
    winterthur = largest["Winterthur"]
    for draft in drafts:
        label = _CIRCLE.match(draft.name)
        if draft.country == "CH" and label:
            draft.part_of = largest[label[1]] if label[1] in ("Zürich",) else winterthur
            draft.alternates.add(draft.name)
            draft.name = label[2] or draft.name
        elif draft.country == "CH" and " / " in draft.name:
            head, _, tail = draft.name.partition(" / ")
            town = largest.get(head)
            if town is not None and rough_km(town, draft) < 8:
                draft.part_of, draft.name = town, tail
        elif (
            draft.country in ("DE", "AT")
            and draft.state in _CITY_STATES
            and draft is not largest[draft.state]
        ):
            draft.part_of = largest[draft.state]


def _part_by_name(drafts: list[Draft], named: dict[str, list[Draft]]) -> None:
    # A municipality stays one, whatever its nicknames: somebody calls Offenbach "Frankfurt-…".
    own = {id(d) for group in named.values() for d in group}
    towns = Near(d for d in drafts if d.part_of is None and d.population >= 20_000)
    for draft in drafts:
        if draft.part_of is None and id(draft) not in own:
            keys = {fold(a) for a in (draft.name, *draft.alternates)}
            fitting = [
                (town.population, town)
                for _, town in towns.within(draft, 30)
                if town.population >= 3 * draft.population and _names_part(keys, fold(town.name))
            ]
            if fitting:
                draft.part_of = max(fitting, key=lambda f: (f[0], f[1].id))[1]


def _names_part(keys: set[str], town: str) -> bool:
    bare = {key for key in keys if not key.startswith(town + " ")}
    return any(f"{town} {key}" in keys for key in bare)


def _town_of(
    name: str, near: Draft, towns: dict[str, list[Draft]], *, part_only: bool = False
) -> Draft | None:
    """Return the town that a postal name means: "Hamburg Ottensen" means Hamburg."""
    words = fold(name).split()
    shortest = len(fold(without_suffix(name)).split()) if part_only else len(words)
    for end in range(shortest - part_only, 0, -1):
        for town in towns.get(" ".join(words[:end]), ()):
            if rough_km(town, near) < 35 and (end == len(words) or town.population > 20_000):
                return town
    return None


def _part_by_closeness(drafts: list[Draft]) -> None:
    cities = Near(d for d in drafts if d.part_of is None and d.population >= 100_000)
    for draft in drafts:
        if draft.country in ("DE", "AT") or draft.part_of is not None:
            continue
        for distance, city in cities.within(draft, 12):
            close = distance <= 0.008 * math.sqrt(city.population)
            if close and city.country == draft.country and city.population >= 5 * draft.population:
                draft.part_of = city
                break


def _localities(drafts: list[Draft], postal: list[PostalRow]) -> list[Draft]:
    """Return German and Swiss municipalities and villages that cities500 leaves out."""
    known = defaultdict(list)
    for draft in drafts:
        for name in (draft.name, *draft.alternates):
            known[draft.country, fold(name)].append(draft)
    towns = defaultdict(list)
    for draft in drafts:
        if draft.part_of is None and draft.country == "DE":
            towns[fold(draft.name)].append(draft)
    added: list[Draft] = []
    for row in postal:
        name = row.name.replace(" b. ", " bei ")
        if row.country == "CH":
            name = re.sub(r" [A-Z]{2}$", "", name)
        if row.country not in ("DE", "CH") or not _plain_name(name):
            continue
        if any(rough_km(d, row) < 15 for d in known[row.country, fold(name)]):
            continue
        locality = _locality(row, name, towns, known)
        if locality is not None:
            added.append(locality)
            known[row.country, fold(name)].append(locality)
    return added


def _plain_name(name: str) -> bool:
    return len(name) > 2 and not re.search(r"[\d(,;&]|GmbH|Zustell", name)


def _locality(
    row: PostalRow,
    name: str,
    towns: dict[str, list[Draft]],
    known: dict[tuple[str, str], list[Draft]],
) -> Draft | None:
    number = own_id(row.country, f"{name}|{row.code}")
    draft = Draft(number, name, from_postal(row.state), row.country, row.lat, row.lon, 0)
    words = name.split()
    for end in range(1, len(words)):
        own = " ".join(words[end:])
        for town in towns.get(fold(" ".join(words[:end])), ()):
            if rough_km(town, draft) < (30 if town.population > 100_000 else 12):
                if fold(own) == fold(town.name) or _known_near(own, draft, known):
                    return None
                draft.part_of, draft.name = town, own
                draft.alternates.add(name)
    return draft


def _known_near(name: str, draft: Draft, known: dict[tuple[str, str], list[Draft]]) -> bool:
    return any(rough_km(d, draft) < 6 for d in known[draft.country, fold(name)])


def _flatten(drafts: list[Draft]) -> None:
    """Point every part at its town, however many levels lie between."""
    for draft in drafts:
        seen = {id(draft)}
        while draft.part_of is not None and draft.part_of.part_of is not None:
            if id(draft.part_of) in seen:
                draft.part_of = None
                break
            seen.add(id(draft.part_of))
            draft.part_of = draft.part_of.part_of


def _without_doubles(drafts: list[Draft]) -> list[Draft]:
    """Drop the smaller of two parts of one town that bear one name within 4 km."""
    kept: list[Draft] = []
    seen: dict[tuple[int, str], list[Draft]] = defaultdict(list)
    for draft in sorted(drafts, key=lambda d: (-d.population, d.id)):
        if draft.part_of is not None:
            town = draft.part_of
            own = fold(draft.name).removeprefix(fold(town.name)).strip()
            twins = seen[town.id, own]
            twin = next((d for d in twins if rough_km(d, draft) < 4), None)
            if own == "" or twin is not None:
                (twin or town).alternates |= {draft.name, *draft.alternates} if twin else set()
                continue
            twins.append(draft)
        kept.append(draft)
    return kept


def _name_districts(drafts: list[Draft]) -> None:
    """Call a city's district by both names: "Berlin-Neukölln", "Köln-Ehrenfeld"."""
    for draft in drafts:
        town = draft.part_of
        if town is None or town.country not in ("DE", "AT", "CH"):
            continue
        if draft.city_only:
            draft.name = f"{without_suffix(town.name)}-{draft.name}"
            continue
        if town.population < 50_000 or fold(draft.name) in fold(town.name).split():
            continue
        draft.alternates.add(draft.name)
        stem = without_suffix(town.name)
        own = fold(draft.name)
        if fold(f"{stem} {draft.name}") in {fold(name) for name in town.former}:
            continue  # "Dessau-Roßlau" is the city; the quarter stays Roßlau.
        if own.startswith(fold(stem) + " "):
            draft.former.add(f"{stem}-{draft.name}")
        elif not own.startswith(fold(town.name)):
            draft.name = f"{stem}-{draft.name}"
            # GeoNames calls Krefeld "Krefeld-Uerdingen" as well; that is the quarter.
            both = fold(draft.name)
            town.alternates = {name for name in town.alternates if fold(name) != both}


def _share_out_people(drafts: list[Draft]) -> None:
    """Spread a town's people over its districts, so that their sum is the town's population."""
    parts: dict[int, list[Draft]] = defaultdict(list)
    for draft in drafts:
        if draft.part_of is not None:
            parts[draft.part_of.id].append(draft)
    for town in drafts:
        if town.part_of is None:
            inside = parts[town.id]
            total = sum(part.population for part in inside)
            scale = min(1.0, town.population / total) if total else 0.0
            for part in inside:
                part.people = int(part.population * scale)
            town.people = town.population - sum(part.people for part in inside)
