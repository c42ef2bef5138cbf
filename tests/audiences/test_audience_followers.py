"""How many followers of a page live around a town, and where an advert may be shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiences.advert import AreaRefused, Part, Why, advert_km, refuse_area
from audiences.circle import Inside, Surroundings, shares_within
from audiences.distance import Spot
from audiences.followers import RegionRefused, people_in, radius_for, reachable, region_named
from audiences.gazetteer import Gazetteer

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


@pytest.mark.parametrize("wide", [Part.COUNTRY, Part.REGION])
@pytest.mark.parametrize("narrow", [Part.TOWN, Part.POSTCODE, Part.PIN])
def test_nothing_wide_stands_beside_something_narrow(wide: Part, narrow: Part) -> None:
    """Places are added up: the country would be the whole audience."""
    for employment in (True, False):
        with pytest.raises(AreaRefused) as caught:
            refuse_area([narrow, wide], employment=employment)
        assert caught.value.why is Why.WIDENED


def test_adverts_for_work_have_no_postcodes_and_leave_nothing_out() -> None:
    with pytest.raises(AreaRefused) as caught:
        refuse_area([Part.POSTCODE], employment=True)
    assert caught.value.why is Why.POSTCODES
    with pytest.raises(AreaRefused) as caught:
        refuse_area([Part.PIN], employment=True, excludes=True)
    assert caught.value.why is Why.EXCLUDED
    with pytest.raises(AreaRefused) as caught:
        refuse_area([], employment=False)
    assert caught.value.why is Why.NOWHERE
    refuse_area([Part.PIN, Part.TOWN], employment=True)
    refuse_area([Part.POSTCODE, Part.PIN], employment=False, excludes=True)
