"""The circle around a tandem's town, and the keys by which a network addresses its people.

Organic posts know no radius, so the circle becomes the towns inside it. A town that the network
does not know is kept as a gap: seen by everyone, never dropped in silence.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from audiences.circle import (
    Inside,
    alternatives,
    choose_radius,
    home_town,
    people_of,
    shares_within,
)
from audiences.cover import cover
from audiences.fold import fold, without_suffix
from audiences.gazetteer import Gazetteer
from audiences.overlap import Circle as Around
from audiences.overlap import Overlap, overlap
from audiences.place import Place
from orchestrator import official
from orchestrator.model import Audience, CityKey, Tandem
from orchestrator.ports import City, Network, Targeting, Trouble
from orchestrator.settings import Audience as AudienceSettings
from orchestrator.store import Store
from orchestrator.vocabulary import Show

# A key hardly ever changes; a town that the network did not know may be added any week.
KEY_KEEPS = timedelta(days=90)
GAP_KEEPS = timedelta(days=7)

CityId = tuple[str, str, str]
# By the number of the place: two towns of a state may share all of their names.
Keys = Mapping[int, str | None]


@dataclass(frozen=True)
class Circle:
    """The people around one town, and the towns by which a network is told of them.

    ``home`` is the town itself, ``centre`` its middle or that of its district. ``people`` live in
    the campaign's countries within ``radius_km``, ``people_abroad`` in other countries than the
    home's, whether the campaign goes there or not. ``recall`` and ``precision``: see ``Cover``.
    ``inside`` are all places that the circle meets in the campaign's countries.
    """

    home: Place
    centre: Place
    radius_km: int
    people: int
    people_abroad: int
    cities: tuple[Place, ...]
    recall: float
    precision: float
    inside: tuple[Inside, ...]


Outline = tuple[int, int | None, int]


def outline(tandem: Tandem, *, public: bool = False) -> Outline:
    """All of a tandem that its circle depends on.

    ``public``: as everybody may see it; whose home was moved looks like anybody in that town.
    """
    return (tandem.place_id, tandem.radius_km, 0 if public else tandem.floor_km)


@dataclass(frozen=True)
class Drawn:
    """Circles by outline, keys by network, and why a network is missing among them."""

    circles: Mapping[Outline, Circle]
    keys: Mapping[str, Keys]
    unreachable: Mapping[str, str]


def circle_of(
    tandem: Tandem, settings: AudienceSettings, atlas: Gazetteer, *, public: bool = False
) -> Circle:
    """Draw the circle: the file's radius or one that holds enough people, never without home.

    ``atlas`` is what people are counted by, as ``official.gazetteer`` gives it; ``public``: see
    ``outline``.
    """
    _place_id, wished_km, floor_km = outline(tandem, public=public)
    centre, countries = home_of(tandem, atlas), tuple(settings.countries)
    alone = atlas.place(centre.id) is None
    radius = max(wished_km or _radius(centre, settings, atlas, alone), floor_km)
    everybody = shares_within(centre, radius, None, atlas)
    if alone:
        everybody.insert(0, Inside(centre, 1.0, 0.0))
    inside = [each for each in everybody if each.place.country in countries]
    covered = cover(inside, radius, centre, gazetteer=atlas)
    return Circle(
        home=home_town(centre, atlas),
        centre=centre,
        radius_km=radius,
        people=people_of(inside),
        people_abroad=people_of(e for e in everybody if e.place.country != centre.country),
        cities=covered.towns,
        recall=covered.recall,
        precision=covered.precision,
        inside=tuple(inside),
    )


def circles_of(
    tandems: Iterable[Tandem], settings: AudienceSettings, atlas: Gazetteer, *, public: bool
) -> dict[int, Circle]:
    """Each tandem's circle, by its number; equal ones are drawn once."""
    drawn: dict[Outline, Circle] = {}
    found = {}
    for each in tandems:
        shape = outline(each, public=public)
        if shape not in drawn:
            drawn[shape] = circle_of(each, settings, atlas, public=public)
        found[each.id] = drawn[shape]
    return found


def _radius(centre: Place, settings: AudienceSettings, atlas: Gazetteer, alone: bool) -> int:
    """The radius that holds enough people; of a town beyond the gazetteer only its own count."""
    target, least, most = settings.target_people, settings.min_km, settings.max_km
    if alone and centre.people >= target:
        return least
    return choose_radius(centre, target, least, most, tuple(settings.countries), atlas)


def other_radii(
    circle: Circle, settings: AudienceSettings, atlas: Gazetteer
) -> list[tuple[int, int]]:
    """Two other radii for the same town, with the people inside: (km, people)."""
    countries = tuple(settings.countries)
    return alternatives(circle.centre, circle.radius_km, settings.min_km, countries, atlas)


def home_of(tandem: Tandem, atlas: Gazetteer) -> Place:
    """The tandem's snapped town, as the gazetteer has it or else as it was stored."""
    return atlas.place(tandem.place_id) or Place(
        id=tandem.place_id,
        name=tandem.town,
        state=tandem.region,
        country=tandem.country,
        lat=tandem.lat,
        lon=tandem.lon,
        population=tandem.town_people,
        people=tandem.town_people,
        part_of=None,
    )


def overlap_of(circles: Mapping[str, Circle]) -> Overlap:
    """Who lives in several of the circles, which are given by slug."""
    return overlap(
        Around(slug, each.centre.lat, each.centre.lon, each.radius_km, inside=each.inside)
        for slug, each in circles.items()
    )


def people_told(circle: Circle, keys: Keys) -> int:
    """How many people live in the towns of the circle that a network knows."""
    return sum(town.population for town in circle.cities if keys.get(town.id))


def mode_of(tandem: Tandem, configured: str) -> str:
    """``hard`` where the person must not be seen elsewhere, else as the tandem or campaign wishes.

    ``configured`` is empty where a network cannot aim.
    """
    if tandem.show is Show.REGION:
        return "hard"
    return (tandem.reach_mode or configured) if configured else ""


def city_id(city: City) -> CityId:
    """By what a town's key is remembered: a namesake's by where it lies, too."""
    where = f" ({city.lat:.2f}, {city.lon:.2f})" if city.namesake else ""
    return (city.country, city.region, city.name + where)


def has_namesake(place: Place) -> bool:
    """Whether another town of the same state has the same name."""
    return any(other.name == place.name for other in _called(place.name, place))


def has_common_name(place: Place) -> bool:
    """Whether another town of the same state is called for short as this one is."""
    short = without_suffix(place.name)
    return short != place.name and any(_called(short, place))


def _called(name: str, beside: Place) -> Iterator[Place]:
    """The other towns of a town's state that are called so, in full or for short."""
    for rank, other in Gazetteer.open().named(fold(name)):
        # A municipality whose people nobody counted has its land.
        real = other.is_town and (other.population > 0 or other.disk_km > 0)
        same = (other.country, other.state) == (beside.country, beside.state)
        if rank <= 1 and real and same and other.id != beside.id:
            yield other


def remembered(session: Session, network: str, now: datetime) -> dict[CityId, str | None]:
    """The keys that were looked up before and are still fresh."""
    rows = session.exec(select(CityKey).where(CityKey.network == network)).all()
    return {
        (row.country, row.region, row.name): row.key
        for row in rows
        if now - row.checked_at < (KEY_KEEPS if row.key else GAP_KEEPS)
    }


def draw(
    store: Store,
    settings: AudienceSettings,
    tandems: Iterable[Tandem],
    networks: Mapping[str, Network],
    now: datetime,
    *,
    dry_run: bool = False,
) -> Drawn:
    """Draw every circle and learn every town's key, before any transaction is opened.

    A network that cannot be reached is left out and named; the others are complete.
    """
    with store.reading() as session:
        atlas = official.gazetteer(session)
    circles = {outline(tandem): circle_of(tandem, settings, atlas) for tandem in tandems}
    places = [place for each in circles.values() for place in each.cities]
    keys: dict[str, Keys] = {}
    unreachable: dict[str, str] = {}
    for name, network in networks.items():
        try:
            targets = isinstance(network, Targeting)
            keys[name] = look_up(store, network, places, now, dry_run=dry_run) if targets else {}
        except Trouble as trouble:
            unreachable[name] = trouble.why
    return Drawn(circles, keys, unreachable)


def look_up(
    store: Store,
    network: Network,
    places: Iterable[Place],
    now: datetime,
    *,
    dry_run: bool = False,
) -> Keys:
    """Every place's key at ``network``: remembered ones first, the rest asked in lots.

    Each lot is stored when it arrives, so that an interrupted look-up is not asked again.
    Troubles of the network go up to the caller.
    """
    assert isinstance(network, Targeting)
    with store.reading() as session:
        known = remembered(session, network.name, now)
    towns = {place.id: place for place in places}
    wanted = {number: _city(place) for number, place in towns.items()}
    missing = {own: city for city in wanted.values() if (own := city_id(city)) not in known}
    ordered = sorted(missing.items())
    for lot in (dict(ordered[start : start + 50]) for start in range(0, len(ordered), 50)):
        found = dict(zip(lot, network.city_keys([*lot.values()]), strict=True))
        known.update(found)
        with store.session(dry_run=dry_run) as session:
            _remember(session, network.name, found, now)
    keys = {number: known[city_id(city)] for number, city in wanted.items()}
    taken = Counter(keys.values())
    # One key is one town: of two of ours it is at most one, and nobody says which.
    return {number: key if taken[key] == 1 else None for number, key in keys.items()}


def _city(place: Place) -> City:
    return City(
        place.name,
        place.state,
        place.country,
        place.lat,
        place.lon,
        namesake=has_namesake(place),
        common=has_common_name(place),
    )


def _remember(
    session: Session, network: str, found: Mapping[CityId, str | None], now: datetime
) -> None:
    for (country, region, name), key in found.items():
        row = session.exec(
            select(CityKey).where(
                CityKey.network == network,
                CityKey.country == country,
                CityKey.region == region,
                CityKey.name == name,
            )
        ).one_or_none() or CityKey(
            network=network, country=country, region=region, name=name, checked_at=now
        )
        row.key, row.checked_at = key, now
        session.add(row)


def store_audience(
    session: Session,
    tandem: Tandem,
    network: Network,
    circle: Circle,
    keys: Keys,
    mode: str,
    now: datetime,
) -> Audience:
    """Write the audience of a tandem on a network; unchanged content keeps its date."""
    fresh = fitted(network, circle, keys, mode)
    row = session.exec(
        select(Audience).where(Audience.tandem_id == tandem.id, Audience.network == network.name)
    ).one_or_none()
    if row is None:
        row = Audience(tandem_id=tandem.id, network=network.name, built_at=now, **fresh)
    elif any(getattr(row, name) != value for name, value in fresh.items()):
        # What the network counted was of another circle.
        row.sqlmodel_update({**fresh, "estimate": None, "built_at": now})
    session.add(row)
    return row


def fitted(network: Network, circle: Circle, keys: Keys, mode: str) -> dict[str, Any]:
    """The audience's own columns, from the circle and the keys that the network gave."""
    cities = [{"name": place.name, "key": keys.get(place.id)} for place in circle.cities]
    found = [key for city in cities if (key := city["key"])]
    targets = isinstance(network, Targeting) and bool(found)
    return {
        "radius_km": circle.radius_km,
        "people": circle.people,
        "mode": mode,
        "cities": cities,
        "targeting": network.fit(_distinct(found)) if targets else None,  # type: ignore[attr-defined]
    }


def _distinct(keys: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(keys))
