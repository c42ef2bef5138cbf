"""Bare postcodes mean the town that they are called after, or ask; nobody is counted twice."""

from statistics import median

import pytest

from audiences.circle import people_within
from audiences.distance import Spot, distance_km
from audiences.fold import fold
from audiences.gazetteer import Gazetteer, Postcode
from audiences.place import Place
from audiences.resolve import resolve


@pytest.mark.parametrize(
    ("code", "town"),
    [
        ("AT 2301", "Groß-Enzersdorf"),
        ("AT 2320", "Schwechat"),
        ("AT 2331", "Vösendorf"),
        ("AT 2334", "Vösendorf"),
        ("AT 2392", "Sulz im Wienerwald"),
        ("AT 3400", "Klosterneuburg"),
        ("AT 3443", "Sieghartskirchen"),
        ("AT 4053", "Ansfelden"),
        ("AT 4600", "Wels"),
        ("AT 6020", "Innsbruck"),
        ("AT 8010", "Graz"),
        ("AT 8503", "Lannach"),
        ("AT 8504", "Preding"),
        ("AT 8605", "Kapfenberg"),
        ("AT 9020", "Klagenfurt am Wörthersee"),
        ("AT 9220", "Velden am Wörther See"),
        ("AT 9232", "Rosegg"),
        ("AT 9535", "Schiefling am See"),
        ("AT 9560", "Feldkirchen in Kärnten"),
        ("AT 9601", "Arnoldstein"),
        ("CH 8412", "Neftenbach"),
        ("CH 8574", "Lengwil"),
        ("DE 08107", "Kirchberg"),
        ("DE 39590", "Tangermünde"),
        ("DE 65618", "Selters (Taunus)"),
        ("DE 96237", "Ebersdorf"),
    ],
)
def test_a_bare_postcode_means_the_town_that_its_rows_name(code: str, town: str) -> None:
    """Once a city nearby was taken for many of these."""
    assert meant(code).name == town


def meant(code: str) -> Place:
    country, _, digits = code.partition(" ")
    place = resolve(digits, countries=(country,)).place
    assert place is not None
    return place


@pytest.mark.parametrize(
    ("code", "near"),
    [
        ("AT 6733", "Damüls"),  # Fontanella, not Mittelberg in the Kleinwalsertal
        ("AT 8795", "Hieflau"),  # Radmer
        ("AT 9212", "Pörtschach am Wörthersee"),  # Techelsberg
        ("DE 35415", "Lich"),  # Pohlheim
    ],
)
def test_a_code_of_villages_that_nobody_counts_is_a_question(code: str, near: str) -> None:
    country, _, digits = code.partition(" ")
    found = resolve(digits, countries=(country,))
    assert found.status == "ambiguous"
    assert near in [place.name for place in found.rivals]


def test_a_code_of_several_towns_keeps_them_in_the_country_asked_for() -> None:
    """Switzerland has a 9212 too (Arnegg): it comes after the Austrian towns."""
    found = resolve("9212", preferred="AT")
    assert found.status == "ambiguous"
    assert found.rivals[0].country == "AT"


@pytest.mark.parametrize(
    ("code", "quarter"),
    [
        ("DE 12559", "Berlin-Köpenick"),
        ("DE 13503", "Berlin-Heiligensee"),
        ("DE 14089", "Berlin-Kladow"),
        ("DE 21039", "Hamburg-Bergedorf"),
        ("DE 22765", "Hamburg-Altona"),
        ("AT 1140", "Wien-Penzing"),
        ("AT 1180", "Wien-Währing"),
        ("AT 1130", "Wien-Hietzing"),
    ],
)
def test_an_outer_code_of_a_city_means_its_next_large_quarter(code: str, quarter: str) -> None:
    place = meant(code)
    assert place.name == quarter
    assert place.population >= 10_000


@pytest.mark.parametrize("code", ["DE 10115", "DE 79098", "DE 99084", "AT 1010", "AT 4020"])
def test_an_inner_code_means_the_city(code: str) -> None:
    assert meant(code).is_town


def test_a_code_of_a_large_city_leads_near_its_area() -> None:
    """Measured over Germany: half within 2.5 km, nineteen of twenty within 8.5 km."""
    atlas = Gazetteer.open()
    off = sorted(
        distance_km(Spot(*hit.centre), meant(f"DE {code}"))
        for code, hit in _city_codes(atlas)
        if hit.centre
    )
    assert len(off) > 1_300
    assert median(off) < 2.5
    assert off[len(off) * 19 // 20] < 8.5


def _city_codes(atlas: Gazetteer) -> list[tuple[str, Postcode]]:
    codes = [key[2:] for key in atlas.postcodes() if key.startswith("DE")]
    hits = [(code, atlas.postcode("DE", code)) for code in codes]
    return [(c, h) for c, h in hits if h and h.sure and h.place.population >= 100_000]


@pytest.mark.parametrize(
    ("city", "most"),
    [("Innsbruck", 145_000), ("Klagenfurt", 100_000), ("Graz", 250_000), ("Villach", 60_000)],
)
def test_people_of_an_austrian_city_are_counted_once(city: str, most: int) -> None:
    """Within 4 km; Hötting's and Annabichl's were once counted beside their cities'."""
    place = resolve(city, countries=("AT",)).place
    assert place is not None
    assert place.population / 2 < people_within(place, 4, ("AT",)) < most


@pytest.mark.parametrize(
    "name",
    [
        "Brunn am Gebirge",
        "Feldkirchen in Kärnten",
        "Gerasdorf bei Wien",
        "Hallein",
        "Hart bei Graz",
        "Klosterneuburg",
        "Leonding",
        "Mödling",
        "Perchtoldsdorf",
        "Rum",
        "Schwechat",
        "Seiersberg",
        "Siezenheim",
        "Traun",
        "Velden am Wörther See",
        "Vösendorf",
    ],
)
def test_a_municipality_beside_an_austrian_city_is_none_of_its_quarters(name: str) -> None:
    place = resolve(name, countries=("AT",)).place
    assert place is not None
    assert place.is_town


@pytest.mark.parametrize(
    ("quarter", "city"),
    [
        ("Andritz", "Graz"),
        ("Annabichl", "Klagenfurt am Wörthersee"),
        ("Hötting", "Innsbruck"),
        ("Landskron", "Villach"),
        ("Lichtenegg", "Wels"),
        ("Donawitz", "Leoben"),
        ("Weidling", "Klosterneuburg"),
    ],
)
def test_a_quarter_of_an_austrian_city_is_no_town(quarter: str, city: str) -> None:
    whole = resolve(city, countries=("AT",)).place
    assert whole is not None
    bearers = [place for _, place in Gazetteer.open().named(fold(quarter))]
    assert whole.id in [place.part_of for place in bearers]
