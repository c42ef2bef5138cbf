"""Who lives in several circles, against a fine grid of points and by what must hold always."""

import math
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiences.circle import Inside, people_within, shares_within
from audiences.distance import local_km
from audiences.gazetteer import Gazetteer
from audiences.lens import share_inside
from audiences.meetings import Meetings, meetings
from audiences.overlap import Circle, Crowd, Overlap, overlap
from audiences.place import Place

KM = 1 / 111.2
MONDAY = date(2026, 11, 23)


def town(number: int, north_km: float, east_km: float, people: int, disk_km: float) -> Place:
    """A town so many kilometres from 50° north, 10° east."""
    lat = 50 + north_km * KM
    lon = 10 + east_km * KM / math.cos(math.radians(50))
    return Place(number, f"t{number}", "", "DE", lat, lon, people, people, None, disk_km)


def around(key: str, centre: Place, radius_km: float, towns: list[Place]) -> Circle:
    """The circle around a point, with its share of each of these towns."""
    apart = [(each, local_km(centre.lat, centre.lon, each.lat, each.lon)) for each in towns]
    inside = [
        Inside(each, share, km)
        for each, km in apart
        if (share := share_inside(km, radius_km, each.disk_km))
    ]
    return Circle(key, centre.lat, centre.lon, radius_km, inside=inside)


coordinates = st.floats(-15, 15)
point_lists = st.lists(
    st.tuples(coordinates, coordinates, st.integers(1_000, 900_000), st.floats(0, 9)), min_size=1
).map(lambda rows: [town(number, *row) for number, row in enumerate(rows[:6])])
centres = st.tuples(coordinates, coordinates, st.integers(1, 25))


@st.composite
def worlds(draw: st.DrawFn) -> list[Circle]:
    towns = draw(point_lists)
    drawn = draw(st.lists(centres, min_size=1, max_size=5))
    return [
        around(f"c{n}", town(0, north, east, 0, 0), radius, towns)
        for n, (north, east, radius) in enumerate(drawn)
    ]


@settings(max_examples=200, deadline=None)
@given(worlds(), st.randoms())
def test_what_holds_for_all_circles(circles: list[Circle], some: object) -> None:
    """Shares of the smaller, net between the largest and the sum, crowds add up, order is nothing.

    A further circle never lowers the number of different people.
    """
    found = overlap(circles)
    assert found.gross == sum(found.people.values())
    assert max(found.people.values()) <= found.net <= found.gross
    assert sum(crowd.people for crowd in found.crowds) == pytest.approx(found.net, abs=1)
    for pair in found.pairs:
        smaller = min(found.people[pair.a], found.people[pair.b])
        assert 0 < pair.people <= smaller
        assert pair.share == round(pair.people / smaller, 4)
        assert pair.a < pair.b
    some.shuffle(circles)  # type: ignore[attr-defined]
    assert overlap(circles) == found
    assert overlap(circles[1:]).net <= found.net


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_equal_circles_share_everybody_and_add_nobody(circles: list[Circle]) -> None:
    twin = replace(circles[0], key="twin")
    found, people = overlap([*circles, twin]), overlap(circles).people["c0"]
    shared = found.shared().get(frozenset(("c0", "twin")), 0)
    assert shared == people
    # Sums of fractions in another order may round to the next person.
    assert abs(found.net - overlap(circles).net) <= 1


@settings(max_examples=60, deadline=None)
@given(point_lists, st.integers(1, 20), st.integers(1, 20), st.floats(0.1, 5), st.floats(0, 6.28))
def test_circles_that_do_not_touch_share_nobody(
    towns: list[Place], one: int, other: int, gap: float, way: float
) -> None:
    """Although both may hold parts of the same town."""
    apart = one + other + gap
    circles = [
        around("a", town(0, 0, 0, 0, 0), one, towns),
        around("b", town(0, apart * math.cos(way), apart * math.sin(way), 0, 0), other, towns),
    ]
    found = overlap(circles)
    assert found.pairs == ()
    assert found.gross - found.net <= 0.02 * sum(each.people for each in towns)


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_cut_places_are_right_to_a_few_hundredths(circles: list[Circle]) -> None:
    """Measured against 3,000 points in each town's disk, in hundredths of the towns' people."""
    towns = {each.place.id: each.place for circle in circles for each in circle.inside or ()}
    holders: dict[str, set[tuple[int, int]]] = {circle.key: set() for circle in circles}
    for circle in circles:
        for place in towns.values():
            holders[circle.key] |= {(place.id, n) for n in points_in(place, circle)}
    weight = {number: place.people / GRID for number, place in towns.items()}
    allowed = 2 + 0.05 * sum(place.people for place in towns.values())
    found = overlap(circles)
    for a, b in combinations(sorted(holders), 2):
        truth = sum(weight[number] for number, _ in holders[a] & holders[b])
        assert abs(found.shared().get(frozenset((a, b)), 0) - truth) <= allowed
    everybody = sum(weight[number] for number, _ in set().union(*holders.values()))
    assert abs(found.net - everybody) <= allowed


GRID = 3_000
_SEEDS = [(math.sqrt((n + 0.5) / GRID), 2 * math.pi * ((n * 0.754877666) % 1)) for n in range(GRID)]


def points_in(place: Place, circle: Circle) -> set[int]:
    return {
        n
        for n, (away, way) in enumerate(_SEEDS)
        if local_km(
            circle.lat,
            circle.lon,
            place.lat + place.disk_km * away * math.cos(way) * KM,
            place.lon
            + place.disk_km * away * math.sin(way) * KM / math.cos(math.radians(place.lat)),
        )
        <= circle.radius_km
    }


def test_what_one_circle_holds_as_a_whole_is_shared_exactly() -> None:
    """The other's share of it is exact, however coarse the pattern of points."""
    city, village = town(1, 0, 0, 100_000, 4), town(2, 0, 12, 3_000, 1.5)
    whole = around("whole", town(0, 0, 3, 0, 0), 12, [city, village])
    part = around("part", town(0, 2, -5, 0, 0), 6, [city, village])
    share = next(each.share for each in part.inside if each.place.id == 1)
    found = overlap([whole, part])
    assert 0.2 < share < 0.9
    assert found.shared() == {frozenset(("whole", "part")): round(100_000 * share)}
    assert found.net == found.people["whole"]
    assert found.most_circles == 2


def test_people_abroad_are_shared_only_where_both_circles_count_them() -> None:
    freiburg = Gazetteer.open().named("freiburg im breisgau")[0][1]
    countries = {"home": ("DE",), "all": None}
    circles = [
        Circle(key, freiburg.lat, freiburg.lon, 30, shares_within(freiburg, 30, each))
        for key, each in countries.items()
    ]
    found = overlap(circles)
    assert found.people == {key: people_within(freiburg, 30, countries[key]) for key in countries}
    assert found.shared()[frozenset(countries)] == found.people["home"] < found.people["all"]


def test_no_circle_has_nobody() -> None:
    assert overlap([]) == Overlap({}, (), 0, 0, ())


def test_people_are_counted_by_what_they_meet_at_most() -> None:
    """Once a day and tandem; a week is the campaign's; who meets too many is counted once."""
    crowds = [
        Crowd(1_000.4, ("a",)),
        Crowd(200, ("a", "b")),
        Crowd(30, ("a", "b", "c")),
        Crowd(7, ("d",)),
    ]
    days = {"a": (0, 2, 8), "b": (0, 3), "c": (0, 1, 2)}
    appeals = [(key, MONDAY + timedelta(days=day)) for key, each in days.items() for day in each]
    found = meetings(crowds, [*appeals, *appeals], MONDAY, most_a_day=2, most_a_week=4)
    assert found == Meetings(
        per_day={1: 1_000, 2: 200, 3: 30}, per_week={2: 1_000, 4: 200, 7: 30}, beyond=30
    )
    assert meetings(crowds, appeals, MONDAY, 1, 9).beyond == 230
    assert meetings(crowds, [], MONDAY, 1, 1) == Meetings({}, {}, 0)
