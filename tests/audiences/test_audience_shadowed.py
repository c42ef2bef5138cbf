"""Names that mean something else first: a far city, a land, an uncounted or German namesake."""

import pytest

from audiences.resolve import resolve


@pytest.mark.parametrize("query", ["Nordstadt", "Südstadt"])
def test_a_quarter_elsewhere_that_nobody_counted_is_a_question(query: str) -> None:
    answer = resolve(query)
    assert answer.status == "ambiguous"
    assert {place.population > 0 for place in answer.rivals} == {True, False}


@pytest.mark.parametrize(
    ("query", "abroad", "at_home"),
    [
        ("Huy", "BE", "Huy-Neinstedt"),
        ("Baar", "CH", "Baar-Ebenhausen"),
        ("Langenthal", "CH", "Langenthal"),
        ("Traisen", "AT", "Traisen"),
        ("Lauterach", "AT", "Lauterach"),
    ],
)
def test_a_town_abroad_is_asked_about_where_a_german_place_has_its_name(
    query: str, abroad: str, at_home: str
) -> None:
    """However small that is: the tandem lives there, or it would have named the country."""
    answer = resolve(query)
    assert answer.status == "ambiguous"
    assert {(p.country, p.name) for p in answer.rivals} >= {("DE", at_home), (abroad, query)}


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("Baar ZG", "Baar"),
        ("Huy, Belgien", "Huy"),
        ("Rom, Mecklenburg", "Rom"),
        ("Salzburg", "Salzburg"),
        ("Fribourg", "Fribourg"),
        ("Colmar", "Colmar"),
    ],
)
def test_what_says_which_or_is_no_namesake_is_not_asked_about(query: str, meant: str) -> None:
    place = resolve(query).place
    assert place is not None
    assert place.name == meant


def test_a_capital_far_away_is_no_village() -> None:
    answer = resolve("Rom")
    assert (answer.status, [place.name for place in answer.rivals]) == ("ambiguous", ["Rom"])


@pytest.mark.parametrize(
    ("query", "country"), [("Aleppo", "SY"), ("Florenz", "IT"), ("Charkiw", "UA"), ("Homs", "SY")]
)
def test_a_city_far_away_is_named_with_its_country(query: str, country: str) -> None:
    answer = resolve(query)
    assert (answer.status, answer.rivals, answer.abroad) == ("unknown", (), country)


@pytest.mark.parametrize(
    "query",
    ["Schweiz", "Bayern", "Elsass", "Rügen", "Allgäu", "Sauerland", "Tirol", "--help", "-json"],
)
def test_a_land_a_region_or_an_option_is_no_misspelt_town(query: str) -> None:
    answer = resolve(query)
    assert (answer.status, answer.rivals) == ("unknown", ())


@pytest.mark.parametrize(
    ("query", "neighbour"), [("Karlsbad", "Karlovy Vary"), ("Grünberg", "Zielona Góra")]
)
def test_a_larger_town_across_the_border_is_named_as_a_rival(query: str, neighbour: str) -> None:
    answer = resolve(query)
    assert neighbour in [place.name for place in answer.rivals]
