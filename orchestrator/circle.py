"""The circle around a tandem's town, and the places by which a network is told of its people.

Organic posts know no radius, so the circle becomes the towns inside it, or, for somebody whom only
the region may see, its whole state. A place that the network does not know is kept as a gap: seen
by everyone, never dropped in silence.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
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
from audiences.followers import people_of_state
from audiences.gazetteer import Gazetteer
from audiences.overlap import Circle as Around
from audiences.overlap import Overlap, overlap
from audiences.place import Place
from orchestrator import official
from orchestrator.model import Audience, Tandem
from orchestrator.place_keys import Keys, look_up, look_up_regions
from orchestrator.ports import Network, Region, Targeting, Trouble
from orchestrator.section import NetworkOptions
from orchestrator.settings import Audience as AudienceSettings
from orchestrator.store import Store
from orchestrator.vocabulary import Show


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
class State:
    """A whole federal state or canton; without a key, the network does not know it."""

    region: Region
    key: str | None
    people: int


# Of two tandems in one circle, one may be told by its towns and the other by its state.
Wish = tuple[Outline, bool]
Told = Keys | State


@dataclass(frozen=True)
class Drawn:
    """Circles by outline, what each network is told of them, and why one is missing among those."""

    circles: Mapping[Outline, Circle]
    told: Mapping[str, Mapping[Wish, Told]]
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


def people_told(circle: Circle, told: Told) -> int:
    """How many people live in the towns of the circle, or the state, that a network knows."""
    if isinstance(told, State):
        return told.people if told.key else 0
    return sum(town.population for town in circle.cities if told.get(town.id))


def is_told(circle: Circle, told: Told) -> bool:
    """Whether a network knows the tandem's own town, or its state."""
    return bool(told.key if isinstance(told, State) else told.get(circle.home.id))


def state_of(circle: Circle, atlas: Gazetteer, key: str | None = None) -> State:
    """The whole state around a circle's town."""
    home = circle.home
    people = people_of_state(home.country, home.state, atlas)
    return State(Region(home.state, home.country), key, max(people, home.population))


def addressed(circle: Circle, state: State | None) -> Sequence[Inside]:
    """Where those live who are to see it: in the circle, or all over a state."""
    if state is None:
        return circle.inside
    return [Inside(replace(circle.home, people=state.people), 1.0, 0.0)]


def in_whole_state(tandem: Tandem, options: NetworkOptions) -> bool:
    """Whether the network is told no town of this person, only the state."""
    return tandem.show is Show.REGION and options.tells_state


def wish(tandem: Tandem, options: NetworkOptions) -> Wish:
    """All of a tandem on which it depends what a network is told."""
    return outline(tandem), in_whole_state(tandem, options)


def mode_of(tandem: Tandem, configured: str) -> str:
    """``hard`` where the person must not be seen elsewhere, else as the tandem or campaign wishes.

    ``configured`` is empty where a network cannot aim.
    """
    if tandem.show is Show.REGION:
        return "hard"
    return (tandem.reach_mode or configured) if configured else ""


def draw(
    store: Store,
    settings: AudienceSettings,
    tandems: Collection[Tandem],
    networks: Mapping[str, Network],
    options: Mapping[str, NetworkOptions],
    now: datetime,
    *,
    resting: Mapping[str, str],
    dry_run: bool = False,
) -> Drawn:
    """Draw every circle and learn every key, before any transaction is opened.

    A network that cannot be reached is left out and named; the others are complete. ``resting``:
    those whose accounts are not to be asked now, and why.
    """
    with store.reading() as session:
        atlas = official.gazetteer(session)
    circles = {outline(tandem): circle_of(tandem, settings, atlas) for tandem in tandems}
    told: dict[str, Mapping[Wish, Told]] = {}
    unreachable: dict[str, str] = {}
    for name, network in networks.items():
        if name in resting and isinstance(network, Targeting):
            unreachable[name] = resting[name]
            continue
        wishes = [wish(tandem, options[name]) for tandem in tandems]
        asked = {each: circles[each[0]] for each in wishes}
        try:
            told[name] = _tell(store, network, asked, atlas, now, dry_run=dry_run)
        except Trouble as trouble:
            unreachable[name] = trouble.why
    return Drawn(circles, told, unreachable)


def _tell(
    store: Store,
    network: Network,
    wishes: Mapping[Wish, Circle],
    atlas: Gazetteer,
    now: datetime,
    *,
    dry_run: bool,
) -> Mapping[Wish, Told]:
    """Ask for the towns of most, and only for the states of the others."""
    if not isinstance(network, Targeting):
        return {each: {} for each in wishes}
    states = {each: state_of(own, atlas) for each, own in wishes.items() if each[1]}
    towns = [town for each, own in wishes.items() if not each[1] for town in own.cities]
    keys = look_up(store, network, towns, now, dry_run=dry_run)
    regions = dict.fromkeys(state.region for state in states.values())
    known = look_up_regions(store, network, regions, now, dry_run=dry_run)
    found = {each: replace(own, key=known[own.region]) for each, own in states.items()}
    return {each: found.get(each, keys) for each in wishes}


def store_audience(
    session: Session,
    tandem: Tandem,
    network: Network,
    circle: Circle,
    told: Told,
    mode: str,
    now: datetime,
) -> Audience:
    """Write the audience of a tandem on a network; unchanged content keeps its date."""
    fresh = fitted(network, circle, told, mode)
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


def fitted(network: Network, circle: Circle, told: Told, mode: str) -> dict[str, Any]:
    """The audience's own columns, from the circle and the keys that the network gave."""
    whole = isinstance(told, State)
    places = _places(circle, told)
    keys = [key for place in places if (key := place["key"])]
    targets = isinstance(network, Targeting) and bool(keys)
    return {
        "radius_km": circle.radius_km,
        "people": told.people if isinstance(told, State) else circle.people,
        "mode": mode,
        "cities": places,
        "targeting": network.fit(_distinct(keys), regions=whole) if targets else None,  # type: ignore[attr-defined]
    }


def _places(circle: Circle, told: Told) -> list[dict[str, str | None]]:
    if isinstance(told, State):
        return [{"name": told.region.name, "key": told.key, "type": "region"}]
    return [{"name": place.name, "key": told.get(place.id)} for place in circle.cities]


def _distinct(keys: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(keys))
