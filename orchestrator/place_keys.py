"""The keys by which a network knows towns and states: asked once, remembered for a while."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from sqlmodel import Session, select

from audiences.fold import fold, without_suffix
from audiences.gazetteer import Gazetteer
from audiences.place import Place
from orchestrator.model import CityKey
from orchestrator.ports import City, Network, PartlyTold, Region, Targeting
from orchestrator.store import Store

# A key hardly ever changes; a town that the network did not know may be added any week.
KEY_KEEPS = timedelta(days=90)
GAP_KEEPS = timedelta(days=7)

KeyId = tuple[str, str, str]
# By the number of the place: two towns of a state may share all of their names.
Keys = Mapping[int, str | None]
Asked = TypeVar("Asked", City, Region)
Own = TypeVar("Own", bound=Hashable)


def city_id(city: City) -> KeyId:
    """By what a town's key is remembered: a namesake's by where it lies, too."""
    where = f" ({city.lat:.2f}, {city.lon:.2f})" if city.namesake else ""
    return (city.country, city.region, city.name + where)


def region_id(region: Region) -> KeyId:
    """By what a whole state's key is remembered: no town has an empty name."""
    return (region.country, region.name, "")


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


def remembered(session: Session, network: str, now: datetime) -> dict[KeyId, str | None]:
    """The keys that were looked up before and are still fresh."""
    rows = session.exec(select(CityKey).where(CityKey.network == network)).all()
    return {
        (row.country, row.region, row.name): row.key
        for row in rows
        if now - row.checked_at < (KEY_KEEPS if row.key else GAP_KEEPS)
    }


def look_up(
    store: Store,
    network: Network,
    places: Iterable[Place],
    now: datetime,
    *,
    dry_run: bool = False,
) -> Keys:
    """Every town's key at ``network``. Troubles of the network go up to the caller."""
    assert isinstance(network, Targeting)
    wanted = {place.id: _city(place) for place in places}
    asked = {city_id(city): city for city in wanted.values()}
    known = _known(store, network.name, asked, network.city_keys, now, dry_run=dry_run)
    return _unshared({number: known[city_id(city)] for number, city in wanted.items()})


def look_up_regions(
    store: Store,
    network: Network,
    regions: Iterable[Region],
    now: datetime,
    *,
    dry_run: bool = False,
) -> Mapping[Region, str | None]:
    """Every whole state's key; beyond the gazetteer a state may have no name, and so no key."""
    assert isinstance(network, Targeting)
    wanted = list(regions)
    asked = {region_id(region): region for region in wanted if region.name}
    known = _known(store, network.name, asked, network.region_keys, now, dry_run=dry_run)
    return _unshared({region: known.get(region_id(region)) for region in wanted})


def _known(
    store: Store,
    network: str,
    asked: Mapping[KeyId, Asked],
    ask: Callable[[Sequence[Asked]], list[str | None]],
    now: datetime,
    *,
    dry_run: bool,
) -> dict[KeyId, str | None]:
    """Remembered keys first, the rest asked in lots.

    Each lot is stored when it arrives, so that an interrupted look-up is not asked again. What
    could not be looked up is a gap, but not remembered as one: it is asked again next time.
    """
    with store.reading() as session:
        known = remembered(session, network, now)
    missing = sorted(own for own in asked if own not in known)
    for lot in (missing[start : start + 50] for start in range(0, len(missing), 50)):
        try:
            found = dict(zip(lot, ask([asked[own] for own in lot]), strict=True))
        except PartlyTold as part:
            found = {lot[number]: key for number, key in part.told.items()}
        known.update(dict.fromkeys(lot) | found)
        with store.session(dry_run=dry_run) as session:
            _remember(session, network, found, now)
    return known


def _unshared(keys: Mapping[Own, str | None]) -> dict[Own, str | None]:
    """One key is one place: of two of ours it is at most one, and nobody says which."""
    taken = Counter(keys.values())
    return {own: key if taken[key] == 1 else None for own, key in keys.items()}


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
    session: Session, network: str, found: Mapping[KeyId, str | None], now: datetime
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
