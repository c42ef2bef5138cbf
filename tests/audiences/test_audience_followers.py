"""How many followers of a page live around a town, and where an advert may be shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiences.advert import advert_km
from audiences.circle import Inside, Surroundings, shares_within
from audiences.distance import Spot
from audiences.followers import RegionRefused, people_in, radius_for, reachable, region_named
from audiences.gazetteer import Gazetteer
from audiences.place import Place

KASSEL = Spot(51.3167, 9.5)
SPREAD = ["DE", "AT", "CH"]


@pytest.mark.parametrize(
    ("word", "region"),
    [
        ("Hessen", "Hessen"),
        ("NRW", "Nordrhein-Westfalen"),
        ("Lower Saxony", "Niedersachsen"),
        ("Kanton Zürich", "Zürich"),
        ("Österreich", "AT"),
        ("de", "DE"),
        ("Liechtenstein", "LI"),
    ],
)
def test_a_region_is_a_state_or_a_whole_country(word: str, region: str) -> None:
    assert region_named(word) == region


@pytest.mark.parametrize(
    ("word", "meanings"),
    [("BE", ["Berlin", "Bern"]), ("Frankreich", []), ("Kassel", []), ("", []), ("x" * 9999, [])],
)
def test_what_is_no_region_or_several_is_refused(word: str, meanings: list[str]) -> None:
    """France is known along the border only: its followers cannot be spread over it."""
    with pytest.raises(RegionRefused) as caught:
        region_named(word)
    assert caught.value.meanings == meanings


def test_every_state_and_canton_has_its_people_and_no_one_twice() -> None:
    """The sum is that of the places themselves; Germany has its 78 million of the gazetteer."""
    everybody = sum(place.people for place in Gazetteer.open().places() if place.country == "DE")
    assert people_in(["DE"]) == people_in(["DE", "Hessen"]) == everybody
    assert 70_000_000 < everybody < 90_000_000
    assert people_in(["Hessen", "Bayern"]) == people_in(["Hessen"]) + people_in(["Bayern"])
    assert 5_000_000 < people_in(["Hessen"]) < 7_000_000
    assert people_in(["Zürich"]) > 1_000_000
    assert people_in([]) == 0


def test_followers_are_spread_as_people_are() -> None:
    """A page of a whole country has few followers in one circle; one of the state has more."""
    inside = shares_within(KASSEL, 20)
    in_germany, in_hesse = (reachable(50_000, inside, region) for region in (["DE"], ["Hessen"]))
    people = sum(each.people for each in inside)
    assert in_germany == round(50_000 * people / people_in(["DE"]))
    assert in_hesse > 10 * in_germany
    assert reachable(50_000, inside, ["Bayern"]) == 0
    assert reachable(0, inside, ["DE"]) == 0


def test_who_lives_beyond_the_region_is_no_follower_of_it() -> None:
    """Around Kassel some live in Niedersachsen: they do not count for a page of Hessen."""
    inside = shares_within(KASSEL, 30)
    states = {each.place.state for each in inside}
    assert len(states) > 1
    hesse = [each for each in inside if each.place.state == "Hessen"]
    assert reachable(90_000, inside, ["Hessen"]) == reachable(90_000, hesse, ["Hessen"])


@pytest.mark.parametrize("followers", [3_000, 20_000, 400_000])
def test_the_larger_radius_is_the_smallest_that_holds_enough(followers: int) -> None:
    km = radius_for(200, followers, KASSEL, SPREAD, above_km=5)
    around = Surroundings(KASSEL, 80)
    if km is None:
        assert reachable(followers, around.within(80), SPREAD) < 200
        return
    assert reachable(followers, around.within(km), SPREAD) >= 200
    assert km == 6 or reachable(followers, around.within(km - 1), SPREAD) < 200


@pytest.mark.parametrize(
    ("town", "countries"), [("konstanz", ("DE",)), ("passau", ("DE",)), ("passau", ("DE", "AT"))]
)
def test_a_proposed_radius_keeps_its_promise_at_a_border(
    town: str, countries: tuple[str, ...]
) -> None:
    """Who lives across the border, where the campaign does not go, is not promised."""
    [centre] = [place for rank, place in Gazetteer.open().named(town) if rank == 0]
    start = next(km for km in range(5, 80) if reachable_at(centre, km, countries) >= 100)
    km = radius_for(200, 40_000, centre, SPREAD, start, countries)
    assert km is not None
    assert reachable_at(centre, km, countries) >= 200 > reachable_at(centre, km - 1, countries)


def reachable_at(centre: Place, km: int, countries: tuple[str, ...]) -> int:
    """What is shown of a circle, for a page with 40,000 followers."""
    return reachable(40_000, shares_within(centre, km, countries), SPREAD)


@pytest.fixture(scope="module")
def doubled() -> Gazetteer:
    """As if an official table counted everybody in Germany twice."""
    atlas = Gazetteer.open()
    german = (place for place in atlas.places() if place.country == "DE" and place.is_town)
    return atlas.with_people({town.id: 2 * town.population for town in german})


@pytest.mark.parametrize("region", [["DE"], ["Hessen"], ["Hessen", "Niedersachsen"]])
def test_official_figures_count_for_the_circle_and_for_its_region(
    doubled: Gazetteer, region: list[str]
) -> None:
    """Twice as many people everywhere are no more followers anywhere, nor another radius."""
    built_in = reachable(900_000, shares_within(KASSEL, 20), region)
    official = reachable(900_000, shares_within(KASSEL, 20, None, doubled), region, doubled)
    assert official == pytest.approx(built_in, rel=0.001)
    assert people_in(region, doubled) == pytest.approx(2 * people_in(region), rel=0.001)
    radius = radius_for(800, 50_000, KASSEL, region, 5)
    assert radius == radius_for(800, 50_000, KASSEL, region, 5, None, doubled)


def test_beyond_the_widest_circle_there_is_no_larger_one() -> None:
    assert radius_for(200, 10**9, KASSEL, SPREAD, above_km=80) is None
    assert radius_for(200, 10**9, KASSEL, SPREAD, above_km=79) == 80


def test_a_place_that_is_half_inside_counts_half() -> None:
    place = next(each.place for each in shares_within(KASSEL, 1))
    whole = reachable(10**6, [Inside(place, 1.0, 0)], ["DE"])
    assert reachable(10**6, [Inside(place, 0.5, 0)], ["DE"]) == pytest.approx(whole / 2, abs=1)


@given(st.integers(-5, 10_000))
def test_an_advert_is_one_to_eighty_kilometres_wide_and_never_narrow_for_work(km: int) -> None:
    """25 km are the 15 miles that the platform asks for; nothing between is changed."""
    assert advert_km(km, employment=False) == min(max(km, 1), 80)
    assert advert_km(km, employment=True) == min(max(km, 25), 80)
