"""Distances, circles, people, towns and covers, each against a slower and simpler truth."""

import math

from geopy.distance import geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from audiences.circle import (
    cities_within,
    default_radius,
    home_town,
    people_within,
    places_within,
    snap,
)
from audiences.cover import cover
from audiences.distance import CLOSED_FORM_KM, Spot, distance_km
from audiences.gazetteer import Gazetteer
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
    both = people_within(found("Kehl"), 15)
    assert both == people_within(found("Kehl"), 15, ("DE",)) + people_within(
        found("Kehl"), 15, ("FR",)
    )


def test_a_city_counts_once() -> None:
    """All of Berlin is in 30 km around it; its districts must not make it seven millions."""
    people = people_within(found("Berlin"), 30)
    assert 3_400_000 < people < 5_000_000


@given(homes, st.integers(1_000, 300_000), st.integers(1, 10), st.integers(11, 80))
@settings(max_examples=60, deadline=None)
def test_the_radius_is_the_smallest_that_holds_the_people(
    home: Place, target: int, narrowest: int, widest: int
) -> None:
    radius = default_radius(home, target, narrowest, widest)
    assert narrowest <= radius <= widest
    assert radius == widest or people_within(home, radius) >= target
    assert radius == narrowest or people_within(home, radius - 1) < target


def test_the_radius_is_small_in_a_city_and_wide_in_the_country() -> None:
    assert default_radius(found("Köln")) == 5
    assert default_radius(found("Köpenick")) <= 7
    assert default_radius(found("Templin")) > 15


@given(homes, st.floats(1, 40))
@settings(max_examples=60, deadline=None)
def test_towns_in_a_circle_are_towns_and_hold_the_home_town(home: Place, radius: float) -> None:
    towns = cities_within(home, radius)
    own = home_town(home)
    assert own in towns
    assert all(town.is_town and (town.population > 0 or town == own) for town in towns)
    assert towns == sorted(towns, key=lambda t: (-t.population, t.id))
    assert all(town == own or distance_km(home, town) <= radius for town in towns)


@given(homes, st.floats(3, 40), st.floats(0.1, 1), st.integers(1, 40))
@settings(max_examples=80, deadline=None)
def test_a_cover_holds_the_share_with_the_fewest_towns(
    home: Place, radius: float, share: float, cap: int
) -> None:
    towns, own = cities_within(home, radius), home_town(home)
    chosen = cover(towns, own, share, cap)
    assert own in chosen
    assert len(chosen) <= cap
    held = sum(town.population for town in chosen)
    wanted = share * sum(town.population for town in towns)
    assert held >= wanted or len(chosen) == min(cap, len(towns))
    others = sorted((t.population for t in towns if t != own), reverse=True)
    best_with_one_less = own.population + sum(others[: max(0, len(chosen) - 2)])
    assert len(chosen) == 1 or best_with_one_less < wanted


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
