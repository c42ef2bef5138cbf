"""What a map of the campaign may tell: towns, circles and numbers, and nobody's name.

Who may only be seen in a region has no point on any map. On a public one, neither has who did not
pass the safety check, nor whom a point would single out (``audiences.singling``); and no circle
there tells that a home was moved to its town.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from audiences.gazetteer import Gazetteer
from audiences.singling import Point, Shown, State, joined, unsingled
from orchestrator import official
from orchestrator.circle import Circle, circles_of
from orchestrator.model import Audience, Tandem
from orchestrator.settings import Audience as AudienceSettings
from orchestrator.vocabulary import Show, TandemState


@dataclass(frozen=True)
class Chart:
    """A map's content; ``unchecked`` tandems and ``gaps`` (keys that a network lacks) by point.

    On a public map both are empty: whoever is not checked is not on it.
    """

    shown: Shown
    public: bool
    unchecked: Mapping[Point, int]
    gaps: Mapping[Point, int]

    def document(self) -> dict[str, Any]:
        """The same for scripts."""
        return {
            "public": self.public,
            "tandems": self.shown.tandems,
            "towns": [self._town(each) for each in self.shown.points],
            "states": [
                {"country": state.country, "state": state.name, "tandems": number}
                for state, number in self.shown.states.items()
            ],
            "elsewhere": self.shown.elsewhere,
        }

    def _town(self, point: Point) -> dict[str, Any]:
        return {
            "name": point.name,
            "state": point.state.name,
            "country": point.state.country,
            "lat": point.lat,
            "lon": point.lon,
            "radius_km": point.radius_km,
            "people": point.people,
            "tandems": point.tandems,
            "unchecked": None if self.public else self.unchecked[point],
            "gaps": None if self.public else self.gaps[point],
        }


def gather(
    session: Session, campaign_id: int, settings: AudienceSettings, *, public: bool
) -> Chart:
    """Read the campaign's tandems; whoever withdrew, was closed or erased is not among them."""
    tandems = [each for each in _living(session, campaign_id) if _is_checked(each) or not public]
    local = [each for each in tandems if each.show is not Show.REGION]
    regional = Counter(_state(each) for each in tandems if each.show is Show.REGION)
    placed = _placed(local, settings, official.gazetteer(session), public=public)
    if public:
        return Chart(unsingled(joined(list(placed.values())), regional), public, {}, {})
    towns = joined(list(placed.values()))
    whole = Shown(tuple(towns), dict(sorted(regional.items())), 0)
    missing = _gaps(session, campaign_id)
    return Chart(
        whole,
        public,
        _by_town(towns, placed, {each.id: int(not _is_checked(each)) for each in local}),
        _by_town(towns, placed, missing),
    )


def _living(session: Session, campaign_id: int) -> list[Tandem]:
    rows = select(Tandem).where(
        Tandem.campaign_id == campaign_id,
        Tandem.state == TandemState.ACTIVE,
        col(Tandem.erased_at).is_(None),
    )
    return list(session.exec(rows.order_by(col(Tandem.town), col(Tandem.id))))


def _is_checked(tandem: Tandem) -> bool:
    return tandem.show is not None and tandem.adult


def _state(tandem: Tandem) -> State:
    return State(tandem.country, tandem.region)


def _placed(
    tandems: Collection[Tandem], settings: AudienceSettings, atlas: Gazetteer, *, public: bool
) -> dict[int, Point]:
    """Tandem → its town."""
    circles = circles_of(tandems, settings, atlas, public=public)
    return {each.id: _point(each, circles[each.id]) for each in tandems}


def _point(tandem: Tandem, circle: Circle) -> Point:
    return Point(
        name=tandem.town,
        state=_state(tandem),
        lat=tandem.lat,
        lon=tandem.lon,
        inhabitants=circle.centre.population,
        tandems=1,
        radius_km=circle.radius_km,
        people=circle.people,
    )


def _by_town(
    towns: Collection[Point], placed: Mapping[int, Point], numbers: Mapping[int, int]
) -> dict[Point, int]:
    """What belongs to tandems, added up for their towns."""
    at = {(each.name, each.state, each.lat, each.lon): each for each in towns}
    found: Counter[Point] = Counter()
    for tandem_id, point in placed.items():
        found[at[point.name, point.state, point.lat, point.lon]] += numbers.get(tandem_id, 0)
    return dict(found)


def _gaps(session: Session, campaign_id: int) -> dict[int, int]:
    """Tandem → towns inside its circle that some network cannot be told."""
    own = select(Tandem.id).where(Tandem.campaign_id == campaign_id)
    rows = select(Audience).where(col(Audience.tandem_id).in_(own), Audience.mode != "")
    found: Counter[int] = Counter()
    for each in session.exec(rows):
        missing = sum(not city["key"] for city in each.towns)
        found[each.tandem_id] = max(found[each.tandem_id], missing)
    return dict(found)
