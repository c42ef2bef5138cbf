"""What people type becomes the right place, a question, or a refusal; never a wrong place."""

from statistics import median

import pytest
from audience_places import (
    AMBIGUOUS,
    CONTRADICTIONS,
    COORDINATES,
    NOT_REFUSED,
    SLIPPED,
    STREETS,
    TOWNS,
    Known,
)
from hypothesis import example, given
from hypothesis import strategies as st

from audiences.distance import Spot, distance_km
from audiences.fold import fold
from audiences.place import Place, PlaceRefused, Refusal, Resolution
from audiences.resolve import resolve


def km_off(place: Place, known: Known) -> float:
    return distance_km(place, Spot(known[1], known[2]))


def test_no_known_place_is_silently_wrong() -> None:
    """The one unforgivable failure: an appeal sent to the wrong people."""
    answers = [(known, resolve(known[0])) for known in TOWNS]
    wrong = [
        (known[0], answer.place)
        for known, answer in answers
        if answer.place is not None and km_off(answer.place, known) > known[3]
    ]
    assert not wrong


def test_nearly_all_known_places_are_found() -> None:
    """At least 97 in 100, to a median of half a kilometre, nine in ten within three."""
    answers = [(known, resolve(known[0]).place) for known in TOWNS]
    off = sorted(km_off(place, known) for known, place in answers if place is not None)
    missed = [known[0] for known, place in answers if place is None]
    assert len(off) >= 0.97 * len(TOWNS), missed
    assert median(off) <= 0.5
    assert off[int(0.9 * len(off))] <= 3


def test_what_is_missed_is_at_least_offered() -> None:
    for known in TOWNS:
        answer = resolve(known[0])
        assert answer.place or any(km_off(p, known) <= known[3] for p in answer.rivals), known


@pytest.mark.parametrize("query", AMBIGUOUS)
def test_a_name_of_several_places_is_a_question(query: str) -> None:
    answer = resolve(query)
    assert answer.status == "ambiguous"
    assert answer.place is None
    assert answer.rivals


def test_rivals_are_ranked_and_include_the_small_ones() -> None:
    names = [place.name for place in resolve("Neustadt").rivals]
    assert names[0] == "Neustadt an der Weinstraße"
    assert {"Neustadt (Hessen)", "Neustadt in Holstein"} <= set(names)


def test_a_resolved_name_still_tells_its_rivals() -> None:
    answer = resolve("Frankfurt")
    assert answer.place is not None
    assert answer.place.name == "Frankfurt am Main"
    assert "Frankfurt (Oder)" in [place.name for place in answer.rivals]


@pytest.mark.parametrize("query", CONTRADICTIONS)
def test_a_postcode_and_a_town_that_disagree_are_a_question(query: str) -> None:
    assert resolve(query).status == "ambiguous"


@pytest.mark.parametrize(("query", "meant"), SLIPPED)
def test_a_slip_is_offered_and_never_taken(query: str, meant: str) -> None:
    answer = resolve(query)
    assert answer.status == "ambiguous"
    assert meant in [place.name for place in answer.rivals]


@pytest.mark.parametrize("query", STREETS)
def test_an_address_is_refused(query: str) -> None:
    with pytest.raises(PlaceRefused) as refused:
        resolve(query)
    assert refused.value.reason is Refusal.STREET


@pytest.mark.parametrize("query", COORDINATES)
def test_coordinates_are_refused(query: str) -> None:
    with pytest.raises(PlaceRefused) as refused:
        resolve(query)
    assert refused.value.reason is Refusal.COORDINATES


@pytest.mark.parametrize("query", ["", "   ", "\t\n", "!?", "…", "😀", "—", "\u200b", "()[]"])
def test_nothing_is_refused(query: str) -> None:
    with pytest.raises(PlaceRefused) as refused:
        resolve(query)
    assert refused.value.reason is Refusal.EMPTY


def test_too_much_is_refused() -> None:
    assert resolve("Ulm" + " " * 197).status == "resolved"
    with pytest.raises(PlaceRefused) as refused:
        resolve("Ulm" * 67)
    assert refused.value.reason is Refusal.TOO_LONG


@pytest.mark.parametrize("query", NOT_REFUSED)
def test_a_town_that_looks_like_a_street_is_not_refused(query: str) -> None:
    assert isinstance(resolve(query), Resolution)


@pytest.mark.parametrize("state", ["Hessen", "hessen", "HE", "Hesse"])
def test_a_state_settles(state: str) -> None:
    answer = resolve("Neustadt", state=state)
    assert answer.place is not None
    assert answer.place.name == "Neustadt (Hessen)"


def test_a_state_without_the_town_is_a_question_with_the_towns_elsewhere() -> None:
    answer = resolve("Freiburg im Breisgau", state="Bayern")
    assert answer.status == "ambiguous"
    assert [place.name for place in answer.rivals] == ["Freiburg im Breisgau"]


def test_the_preferred_country_settles_a_shared_postcode() -> None:
    assert resolve("8010").status == "ambiguous"
    austrian, swiss = resolve("8010", preferred="AT"), resolve("8010", preferred="CH")
    assert austrian.place is not None
    assert swiss.place is not None
    assert (austrian.place.name, swiss.place.name) == ("Graz", "Zürich")


def test_countries_limit_the_search() -> None:
    assert resolve("Wien", countries=("DE",)).status != "resolved"
    assert resolve("Colmar", countries=("DE", "AT", "CH")).status != "resolved"


@pytest.mark.parametrize(
    ("query", "country"),
    [("Colmar", "FR"), ("Venlo", "NL"), ("Mulhouse, France", "FR"), ("Słubice", "PL")],
)
def test_a_neighbours_town_is_found_where_no_place_at_home_has_the_name(
    query: str, country: str
) -> None:
    place = resolve(query).place
    assert place is not None
    assert place.country == country


@pytest.mark.parametrize("query", ["Marburg", "Karlsbad", "Weißenburg", "Groningen, Deutschland"])
def test_a_place_at_home_goes_before_its_namesake_across_the_border(query: str) -> None:
    answer = resolve(query)
    offered = [answer.place] if answer.place else answer.rivals
    assert {place.country for place in offered} <= {"DE", "AT", "CH"}


def test_a_quarter_goes_by_both_names_and_belongs_to_its_city() -> None:
    quarter, city = resolve("Neukölln").place, resolve("Berlin").place
    assert quarter is not None
    assert city is not None
    assert (quarter.name, quarter.part_of) == ("Berlin-Neukölln", city.id)


def test_names_of_states_are_no_villages() -> None:
    for land in ("Sachsen", "Hessen", "Thüringen", "Deutschland", "NRW"):
        assert resolve(land).place is None, land
    for city in ("Berlin", "Hamburg", "Bremen"):
        assert resolve(city).place is not None


@given(st.text(max_size=220))
@example("79098 79098 79098")
@example("0" * 200)
@example("ﬀ ½ Ⅷ ẞ")
@example("'; drop table places; --")
def test_any_text_gets_an_answer_or_a_refusal(text: str) -> None:
    try:
        answer = resolve(text)
    except PlaceRefused:
        return
    assert (answer.place is None) == (answer.status != "resolved")
    assert answer.status != "ambiguous" or answer.rivals
    assert answer.place not in answer.rivals


@given(st.sampled_from(TOWNS), st.sampled_from([str.lower, str.upper, str.title, str.strip]))
def test_letter_case_and_blanks_do_not_matter(known: Known, change: "type[str]") -> None:
    def found(query: str) -> int | None:
        place = resolve(query).place
        return place.id if place else None

    assert found(f"  {change(known[0])} ") == found(known[0])


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
