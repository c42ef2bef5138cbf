"""What people type, in many spellings and with much around it: right, asked, or refused."""

from statistics import median

import pytest
from audience_typed import (
    CONTACTS,
    FIRST,
    HOSTILE,
    MAILBOXES,
    OUTSIDE,
    PEOPLE,
    POINTS,
    QUESTIONS,
    SECOND,
    SHELTERS,
    STREETS,
    Known,
)
from hypothesis import given
from hypothesis import strategies as st

from audiences.distance import Spot, distance_km
from audiences.fold import fold
from audiences.gazetteer import Gazetteer
from audiences.near_miss import Names, slips_between
from audiences.place import Place, PlaceRefused, Refusal
from audiences.resolve import resolve

WITHOUT_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "AE", "Ö": "OE", "Ü": "UE"}
)


def km_off(place: Place, known: Known) -> float:
    return distance_km(place, Spot(known[1], known[2]))


def number(query: str) -> int | None:
    place = resolve(query).place
    return place.id if place else None


@pytest.mark.parametrize("lists", [FIRST, SECOND], ids=["first", "second"])
def test_hardly_any_place_is_missed_and_none_is_silently_wrong(lists: list[Known]) -> None:
    """At least 92 in 100, to a quarter of a kilometre in the median, 19 in 20 within 1.3."""
    answers = [(known, resolve(known[0]).place) for known in lists]
    off = {known[0]: km_off(place, known) for known, place in answers if place is not None}
    assert not {known[0] for known, _ in answers if off.get(known[0], 0) > known[3]}
    missed = [known[0] for known, place in answers if place is None]
    assert len(off) >= 0.92 * len(lists), missed
    assert median(off.values()) <= 0.25
    assert sorted(off.values())[int(0.95 * len(off))] <= 1.3


@pytest.mark.parametrize("query", QUESTIONS)
def test_names_of_several_places_are_a_question(query: str) -> None:
    answer = resolve(query)
    assert (answer.status, answer.place) == ("ambiguous", None)
    assert len(answer.rivals) > 1


@pytest.mark.parametrize(
    ("query", "whole"),
    [
        ("Rauxel", "Castrop-Rauxel"),
        ("Idar", "Idar-Oberstein"),
        ("Cannstatt", "Stuttgart-Bad Cannstatt"),
        ("Schwenningen", "Villingen-Schwenningen"),
        ("Bietigheim", "Bietigheim-Bissingen"),
        ("Erkenschwick", "Oer-Erkenschwick"),
    ],
)
def test_a_part_of_a_double_name_is_offered_and_never_taken(query: str, whole: str) -> None:
    answer = resolve(query)
    assert answer.place is None
    assert whole in [place.name for place in answer.rivals]


@pytest.mark.parametrize(
    ("query", "town"), [("10115Berlin", "Berlin"), ("Berlin10115", "Berlin"), ("1010Wien", "Wien")]
)
def test_a_postcode_may_be_glued_to_its_town(query: str, town: str) -> None:
    place = resolve(query).place
    assert place is not None
    assert place.name == town


@pytest.mark.parametrize("query", ["Rügen", "Amrum", "Föhr", "Poel", "Kleinwalsertal"])
def test_an_island_or_a_valley_is_no_misspelt_town(query: str) -> None:
    assert resolve(query).status == "unknown"


@pytest.mark.parametrize("name", ["Hamm", "Freiberg"])
def test_a_city_or_an_exact_name_is_no_question(name: str) -> None:
    """Though Hamburg's Hamm and Freiberg am Neckar are more than a fifth as large."""
    place = resolve(name).place
    assert place is not None
    assert place.name == name


@pytest.mark.parametrize(
    "query",
    [
        "Brünn",
        "Trient",
        "Bodensee",
        "Weiler Allgäu",
        "Schönberg Holstein",
        "Forbach",
        "Hamburg an der Lahn",
    ],
)
def test_what_only_looks_like_a_place_is_no_answer(query: str) -> None:
    """A region, a landscape that fits several towns or none, a larger namesake abroad."""
    assert resolve(query).place is None


@pytest.mark.parametrize(("query", "country"), OUTSIDE)
def test_a_country_outside_is_named_as_the_reason(query: str, country: str) -> None:
    answer = resolve(query)
    assert (answer.status, answer.rivals, answer.abroad) == ("unknown", (), country)


@pytest.mark.parametrize(
    ("queries", "reason"),
    [
        (STREETS, Refusal.STREET),
        (PEOPLE, Refusal.PERSON),
        (SHELTERS, Refusal.SHELTER),
        (MAILBOXES, Refusal.MAILBOX),
        (CONTACTS, Refusal.CONTACT),
        (POINTS, Refusal.COORDINATES),
        (HOSTILE, Refusal.TOO_LONG),
        (
            ["", " \t\n", "\u00a0", "\u202e\u200f", "\x00\x01", "😀😀", "…", " " * 10_000],
            Refusal.EMPTY,
        ),
    ],
)
def test_what_is_no_town_is_refused_with_its_reason(queries: list[str], reason: Refusal) -> None:
    for query in queries:
        with pytest.raises(PlaceRefused) as refused:
            resolve(query)
        assert refused.value.reason is reason, query


@pytest.mark.parametrize("query", ["Tamsweg 5580", "Zeltweg 8740", "Davos Platz 7270", "Waidring"])
def test_a_town_that_is_called_like_a_road_keeps_its_postcode(query: str) -> None:
    assert resolve(query).place is not None


@pytest.mark.parametrize(
    "query", ["Ber\u00adlin", "\u202eBerlin", "\ufeffBerlin", "Berlin\u200b 😀"]
)
def test_invisible_characters_do_not_matter(query: str) -> None:
    assert number(query) == number("Berlin")


@given(st.sampled_from(FIRST + SECOND), st.sampled_from([str.lower, str.upper, str.swapcase]))
def test_case_blanks_and_umlauts_do_not_matter(known: Known, change: "type[str]") -> None:
    asked = number(known[0])
    blank = change(known[0]).replace(" ", " \u00a0\t")
    assert number(f"\n {blank}  ") == asked
    assert number(known[0].translate(WITHOUT_UMLAUTS)) == asked


@given(st.data())
def test_a_postcode_settles_which_town_is_meant(data: st.DataObject) -> None:
    """Every town that has a code is found by its name and this code."""
    gazetteer = Gazetteer.open()
    key = data.draw(st.sampled_from(gazetteer.postcodes()))
    hit = gazetteer.postcode(key[:2], key[2:])
    assert hit is not None
    place = resolve(f"{key[2:]} {hit.place.name}", preferred=key[:2]).place
    assert place is not None
    assert hit.place.id in (place.id, place.part_of) or distance_km(place, hit.place) < 5


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("12559", "Berlin-Köpenick"),
        ("21073 Hamburg", "Hamburg-Harburg"),
        ("10115 Berlin", "Berlin"),
        ("8050 Zürich", "Zürich"),
        ("79098", "Freiburg im Breisgau"),
    ],
)
def test_an_outer_postcode_of_a_city_means_its_large_quarter(query: str, meant: str) -> None:
    """A circle around the middle would miss the neighbours; inner codes stay with the city."""
    place = resolve(query).place
    assert place is not None
    assert place.name == meant


PIECES = (
    *("Berlin", "Neustadt", "Hauptstr.", "Platz", "79098", "1010", "AT", "Hessen", "bei", "c/o"),
    *("an der", "Saale", "(", ")", "/", ",", "-", ".", "Frankreich", "St.", "12a", "\u0308", "ß"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.sampled_from(["", " ", ", "]))
def test_any_words_get_an_answer_or_a_refusal(words: list[str], between: str) -> None:
    try:
        answer = resolve(between.join(words))
    except PlaceRefused:
        return
    assert (answer.place is None) == (answer.status != "resolved")
    assert (answer.status == "ambiguous") <= bool(answer.rivals)


@given(st.text("abcdefmnorstu ", min_size=4, max_size=9).map(fold))
def test_near_misses_are_those_that_comparing_with_every_name_finds(key: str) -> None:
    names = [*Gazetteer.open().name_keys()[::97], key[::-1], f"{key}x", key[1:] + key[:1]]
    most = 0 if len(key) < 4 else 1 if len(key) < 6 else 2
    slipped = ((slips_between(key, name, most), name) for name in names) if most else ()
    assert Names(names).near(key) == sorted(found for found in slipped if found[0] <= most)
