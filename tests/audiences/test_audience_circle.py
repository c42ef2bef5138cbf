"""Distances, circles, people, towns and covers, each against a slower and simpler truth."""

import math
from itertools import combinations

from geopy.distance import geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from audiences.circle import (
    WIDEST_DISK_KM,
    Inside,
    alternatives,
    choose_radius,
    home_town,
    people_within,
    places_within,
    shares_within,
    snap,
)
from audiences.cover import Cover, cover
from audiences.distance import CLOSED_FORM_KM, Spot, distance_km
from audiences.gazetteer import Gazetteer
from audiences.lens import share_inside
from audiences.place import Place
from audiences.resolve import resolve

ALL = list(Gazetteer.open().places())
lats = st.floats(46, 56.5)
lons = st.floats(4, 17)
spots = st.builds(Spot, lats, lons)
homes = st.sampled_from([place for place in ALL if place.country in ("DE", "AT", "CH")])
radii = st.floats(1, 90)


def metres_of(a: Spot | Place, b: Spot | Place) -> float:
    return float(geodesic((a.lat, a.lon), (b.lat, b.lon)).m)


def found(query: str) -> Place:
    place = resolve(query).place
    assert place is not None
    return place


@given(spots, st.floats(0, CLOSED_FORM_KM), st.floats(0, 2 * math.pi))
@settings(max_examples=300)
def test_distances_up_to_80_km_are_right_to_two_metres(a: Spot, km: float, way: float) -> None:
    step = km / 111.2
    b = Spot(
        a.lat + step * math.cos(way),
        a.lon + step * math.sin(way) / math.cos(math.radians(a.lat)),
    )
    assert abs(1000 * distance_km(a, b) - metres_of(a, b)) <= 2


@given(st.builds(Spot, st.floats(-90, 90), st.floats(-180, 180)), spots)
def test_any_distance_is_the_geodesic_and_symmetric(a: Spot, b: Spot) -> None:
    there, back = distance_km(a, b), distance_km(b, a)
    assert math.isclose(there, back, rel_tol=1e-9, abs_tol=1e-6)
    assert abs(1000 * there - metres_of(a, b)) <= 2


def test_a_place_is_no_way_from_itself() -> None:
    assert distance_km(found("Kiel"), found("Kiel")) == 0


@given(spots, radii)
@settings(max_examples=15, deadline=None)
def test_a_circle_holds_exactly_what_the_geodesic_says(centre: Spot, radius: float) -> None:
    """Compared with a geodesic loop; points within 2 m of the rim may fall either way."""
    inside = {place.id for place in places_within(centre, radius)}
    reach = radius / 60
    for place in ALL:
        if abs(place.lat - centre.lat) < reach and abs(place.lon - centre.lon) < 2 * reach:
            metres = metres_of(centre, place)
            if abs(metres - 1000 * radius) > 2:
                assert (place.id in inside) == (metres < 1000 * radius)
        else:
            assert place.id not in inside


@given(homes, radii, radii)
@settings(max_examples=40, deadline=None)
def test_a_wider_circle_holds_all_of_the_narrower(home: Place, a: float, b: float) -> None:
    narrow, wide = sorted((a, b))
    inner, outer = places_within(home, narrow), places_within(home, wide)
    assert outer[: len(inner)] == inner
    assert people_within(home, narrow) <= people_within(home, wide)


def test_countries_are_kept_apart() -> None:
    strasbourg_side = places_within(found("Kehl"), 15, ("FR",))
    assert strasbourg_side
    assert {place.country for place in strasbourg_side} == {"FR"}
    parts = [people_within(found("Kehl"), 15, (country,)) for country in ("DE", "FR")]
    assert min(parts) > 10_000
    assert abs(people_within(found("Kehl"), 15) - sum(parts)) <= 1


@given(st.floats(0, 60), st.floats(0.5, 40), st.floats(0.5, 17))
@settings(max_examples=60, deadline=None)
def test_the_share_of_a_disk_is_its_area_inside(apart: float, radius: float, disk: float) -> None:
    """Against counting points of a fine grid over the disk."""
    step = disk / 60
    cells = [(x * step, y * step) for x in range(-60, 61) for y in range(-60, 61)]
    grid = [(x, y) for x, y in cells if math.hypot(x, y) <= disk]
    inside = sum(math.hypot(x - apart, y) <= radius for x, y in grid)
    assert abs(share_inside(apart, radius, disk) - inside / len(grid)) < 0.02


@given(st.floats(0, 60), st.floats(0.5, 40), st.floats(0, 10), st.floats(0, 17))
def test_a_share_lies_between_none_and_all_and_grows_with_the_circle(
    apart: float, radius: float, more: float, disk: float
) -> None:
    narrow, wide = (share_inside(apart, each, disk) for each in (radius, radius + more))
    assert 0 <= narrow <= 1
    assert wide >= narrow - 1e-9


def test_no_disk_is_wider_than_what_the_search_looks_at() -> None:
    assert max(place.disk_km for place in ALL) <= WIDEST_DISK_KM


def test_a_city_counts_once() -> None:
    """All of Berlin is in 30 km around it; its districts must not make it seven millions."""
    people = people_within(found("Berlin"), 30)
    assert 3_400_000 < people < 5_000_000


@given(homes, st.integers(1_000, 300_000), st.integers(1, 10), st.integers(11, 80))
@settings(max_examples=60, deadline=None)
def test_the_radius_is_the_smallest_that_holds_the_people(
    home: Place, target: int, narrowest: int, widest: int
) -> None:
    radius = choose_radius(home, target, narrowest, widest)
    assert narrowest <= radius <= widest
    assert radius == widest or people_within(home, radius) >= target
    assert radius == narrowest or people_within(home, radius - 1) < target


def test_the_radius_is_small_in_a_city_and_wide_in_the_country() -> None:
    assert choose_radius(found("Köln")) == 5
    assert choose_radius(found("Köpenick")) <= 7
    assert choose_radius(found("Templin")) > 15


@given(homes, st.integers(5_000, 200_000))
@settings(max_examples=25, deadline=None)
def test_two_other_radii_are_shown_with_their_people(home: Place, target: int) -> None:
    chosen = choose_radius(home, target)
    others = alternatives(home, chosen)
    assert len(others) == 2
    assert chosen not in dict(others)
    assert others == sorted(others)
    assert all(km >= 5 and people == people_within(home, km) for km, people in others)


def covered(home: Place, radius: float, share: float) -> Cover:
    return cover(shares_within(home, radius), radius, home, share)


def town_people(inside: list[Inside]) -> dict[int, float]:
    """People inside by the town that a place is or belongs to, counted the long way."""
    towns = {home_town(each.place).id for each in inside}
    return {
        town: sum(each.people for each in inside if home_town(each.place).id == town)
        for town in towns
    }


@given(homes, st.floats(3, 40), st.floats(0.1, 1), st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_a_cover_holds_the_share_with_the_fewest_towns(
    home: Place, radius: float, share: float, cap: int
) -> None:
    """Against the exact solution: with one town less, no choice holds as many people."""
    inside, own = shares_within(home, radius), home_town(home)
    people = town_people(inside)
    towns = {p.id for p in places_within(home, radius) if p.is_town and p.population} | {own.id}
    chosen = cover(inside, radius, home, share, cap).towns
    assert own in chosen
    assert {town.id for town in chosen} <= towns
    assert len(chosen) <= cap
    held = sum(people.get(town.id, 0) for town in chosen)
    wanted = share * sum(people.get(town, 0) for town in towns)
    assert held >= wanted - 1e-6 or len(chosen) == min(cap, len(towns))
    others = [people.get(town, 0) for town in towns - {own.id}]
    if len(chosen) > 1 and len(others) <= 12:
        fewer = combinations(others, len(chosen) - 2)
        assert max(map(sum, fewer)) + people.get(own.id, 0) < wanted + 1e-6


@given(homes, st.floats(3, 40))
@settings(max_examples=40, deadline=None)
def test_recall_and_precision_are_shares_of_people(home: Place, radius: float) -> None:
    inside = shares_within(home, radius)
    found_cover = covered(home, radius, share=1.0)
    people = town_people(inside)
    held = sum(people.get(town.id, 0) for town in found_cover.towns)
    everybody = sum(each.people for each in inside)
    whole = sum(town.population for town in found_cover.towns)
    assert math.isclose(found_cover.recall, held / everybody if everybody else 0, abs_tol=6e-4)
    assert math.isclose(found_cover.precision, min(1, held / whole) if whole else 0, abs_tol=6e-4)


def test_a_district_stands_for_its_city_and_says_how_badly_it_fits() -> None:
    small = covered(found("Berlin-Neukölln"), 5, share=0.95)
    assert [town.name for town in small.towns] == ["Berlin"]
    assert small.recall == 1
    assert small.precision < 0.3


@given(homes, st.floats(10, 60))
@settings(max_examples=25, deadline=None)
def test_a_network_is_told_enough_for_95_in_100_and_no_more_than_250_towns(
    home: Place, radius: float
) -> None:
    inside = shares_within(home, radius)
    assert cover(inside, radius, home) == cover(inside, radius, home, 0.95, 250)


@given(homes, st.sampled_from([1_000, 5_000, 20_000]))
@settings(max_examples=60, deadline=None)
def test_snapping_hides_among_k_people_and_says_the_same_twice(home: Place, k: int) -> None:
    centre = snap(home, k)
    assert centre.population >= k
    assert centre.country == home.country
    assert snap(centre, k) == centre
    assert snap(home, k) == centre
    own = home_town(home)
    if home.population < k <= own.population:
        assert centre == own, "a small district becomes its own town"
        return
    km = distance_km(home, centre)
    nearer = places_within(home, km - 0.01, (home.country,)) if km > 0.01 else []
    assert all(place.population < k for place in nearer)
