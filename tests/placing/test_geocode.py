"""What is asked of a service, and what counts as its answer, over real HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from audiences.geocode import Geocoder
from audiences.osm import FIRST_ID
from audiences.outward import GeocoderTrouble, Outage, Question, Service
from audiences.place import PlaceRefused, Resolution
from tests.placing.services import (
    ATOCHA,
    KYIV,
    MADRID,
    MADRID_CODE,
    MADRID_POINT,
    MADRID_REGION,
    VILLANUEVAS,
    Services,
    nominatim,
    photon,
)


class Notes:
    """A memory that is thrown away."""

    def __init__(self) -> None:
        self.kept: dict[Question, Resolution] = {}
        self.turns = 0

    def recall(self, question: Question) -> Resolution | None:
        return self.kept.get(question)

    def remember(self, question: Question, answer: Resolution) -> None:
        self.kept[question] = answer

    @contextmanager
    def turn(self) -> Iterator[None]:
        self.turns += 1
        yield


def geocoder(services: Services, name: str = "nominatim", **options: float) -> Geocoder:
    notes = Notes()
    domain = services.base.removeprefix("http://")
    service = Service(name, domain, "http", "Tueroeffner/0.1.0 (campaign woche)", is_here=True)
    return Geocoder(service, notes, notes.turn, **options)


def test_one_town_of_that_name_is_taken(services: Services) -> None:
    """A town found as an area and as a point is one; its region and its station are none."""
    services.known["madrid"] = [MADRID_REGION, MADRID, MADRID_POINT, ATOCHA]
    answer = geocoder(services).resolve(" Madrid  ", ["ES"])
    assert answer.status == "resolved"
    assert answer.place is not None
    assert (answer.place.name, answer.place.state) == ("Madrid", "Comunidad de Madrid")
    assert (answer.place.country, answer.place.population) == ("ES", 3_332_035)
    assert FIRST_ID <= answer.place.id < 2**31
    [call] = services.calls
    assert call.params == {
        "q": "Madrid", "format": "json", "limit": "5", "countrycodes": "es",
        "addressdetails": "1", "namedetails": "1", "extratags": "True",
        "accept-language": "de", "featureType": "settlement",
    }  # fmt: skip


@pytest.mark.parametrize("typed", ["Kyiv", "Київ", "KIEW", "Kyiv, Ukraine", "Kiew Ukraine"])
def test_a_town_has_many_names(services: Services, typed: str) -> None:
    """Its own letters, German, English; with its country or without."""
    services.known[typed.casefold()] = [KYIV]
    answer = geocoder(services).resolve(typed, ["UA"])
    assert answer.place is not None
    assert answer.place.name == "Kiew"


@pytest.mark.parametrize("typed", ["Kiev", "Kyiv, Polen", "Gartenstadt Kyiv", "01001 Kyiv"])
def test_what_is_not_exactly_the_place_is_a_rival(services: Services, typed: str) -> None:
    """A typing mistake, another country, more words, a postcode that nobody confirms."""
    services.known[typed.casefold()] = [KYIV]
    answer = geocoder(services).resolve(typed, ["UA"])
    assert (answer.status, answer.place) == ("ambiguous", None)
    assert [rival.name for rival in answer.rivals] == ["Kiew"]


def test_a_town_in_a_region_of_that_name_is_not_it(services: Services) -> None:
    """Getafe lies in Madrid, and is not Madrid."""
    getafe = nominatim("Getafe", 40.3, -3.73, "es", state="Madrid", country="Spanien")
    services.known["madrid"] = [getafe]
    assert geocoder(services).resolve("Madrid", ["ES"]).place is None


def test_several_of_one_name_are_not_guessed_between(services: Services) -> None:
    """Also where one is larger, but not five times as large."""
    services.known["villanueva"] = VILLANUEVAS
    answer = geocoder(services).resolve("Villanueva", ["ES"])
    assert answer.status == "ambiguous"
    assert {rival.state for rival in answer.rivals} == {"Extremadura", "Andalusien"}
    services.known["villanueva, extremadura"] = VILLANUEVAS
    narrowed = geocoder(services).resolve("Villanueva, Extremadura", ["ES"])
    assert narrowed.place is not None
    assert narrowed.place.population == 900


def test_a_postcode_becomes_the_centre_of_its_town(services: Services) -> None:
    """The point of its area would be more exact than a town; the town is asked for as well."""
    services.known |= {"28001": [MADRID_CODE], "madrid": [MADRID]}
    asking = geocoder(services)
    answer = asking.resolve("28001", ["ES"])
    assert answer.place is not None
    assert (answer.place.lat, answer.place.population) == (40.4167047, 3_332_035)
    assert services.asked == ["28001", "Madrid"]
    services.known["28001 toledo"] = [MADRID_CODE]
    assert asking.resolve("28001 Toledo", ["ES"]).status == "ambiguous"


def test_photons_answers_mean_the_same(services: Services) -> None:
    """It cannot be asked for a country, so others are left out here; shops are no towns."""
    state = {"state": "Comunidad de Madrid", "country": "Spanien"}
    services.known["madrid"] = [
        photon("Madrid", 4.73, -74.26, "CO", osm=("N", 2), country="Kolumbien"),
        photon("Madrid", 40.4165, -3.70256, "ES", osm=("N", 21068295), **state),
        photon("Madrid", 40.4, -3.7, "ES", tag=("shop", "books"), osm=("N", 9), **state),
        photon("Madrid", 40.41, -3.7, "ES", tag=("boundary", "administrative"), osm=("R", 5),
               extra={"population": "3 332 035"}, **state),
    ]  # fmt: skip
    answer = geocoder(services, "photon").resolve("Madrid", ["ES"])
    assert answer.place is not None
    assert (answer.place.state, answer.place.population) == (state["state"], 3_332_035)
    assert answer.rivals == ()
    assert services.calls[0].params == {"q": "Madrid", "limit": "15", "lang": "de"}


def test_no_answer_is_an_unknown_place_and_is_remembered(services: Services) -> None:
    """Asked once, in whatever spelling the memory folds together."""
    asking = geocoder(services)
    assert asking.resolve("Nirgendwo", ["ES"]).status == "unknown"
    assert asking.resolve("Nirgendwo", ["ES"]).status == "unknown"
    assert services.asked == ["Nirgendwo"]


@pytest.mark.parametrize(
    "typed",
    [
        "Calle Mayor 5, Madrid", "Hauptstraße 12", "Hauptstraße", "Madrid 7", "40.4167, -3.7036",
        "1011 AB Amsterdam", "SW1A 2AA", "1000-001 Lissabon", "Madrid, 3. Stock", "", "…",
        "x" * 10_000,
        "Vídeňská 1099, Brno", "Vídeňská 1099", "Khreshchatyk 2201 Kyjiw", "Hlavní 12345, Brno",
        "Calle Mayor, Madrid", "ulica Marszałkowska, Warszawa", "Khreshchatyk St, Kyiv",
        "вул. Хрещатик, Київ", "улица Ленина, Харьков", "شارع بغداد، دمشق", "via Garibaldi Torino",
        "rua Augusta Lisboa", "Váci utca Budapest", "Kalverstraat, Amsterdam", "İstiklal Caddesi",
        "Náměstí Míru Praha", "Drottninggatan, Malmö", "Vesterbrogade", "خیابان انقلاب تهران",
        "Frauenhaus Odessa", "Flüchtlingsheim Nord", "Camp Moria", "Women's shelter Lviv",
        "Wohnheim Süd, Madrid", "refuge des femmes Lille", "притулок Львів", "Schule 5 Kyiv",
        "Chez Ahmad Karimi", "bei Familie Noori, Herat", "c/o Olena, Lviv", "Mrs Kovalenko Lviv",
    ],
)  # fmt: skip
def test_what_is_more_exact_than_a_town_never_leaves(services: Services, typed: str) -> None:
    """Streets in many languages, houses, shelters, persons' addresses, postcodes of a street."""
    with pytest.raises(PlaceRefused):
        geocoder(services).resolve(typed, ["ES"])
    assert services.calls == []


@pytest.mark.parametrize(
    "typed",
    [
        "28001 Madrid", "Madrid 28001", "00-001 Warszawa", "602 00 Brno", "1610 Oslo",
        "Al Raqqa", "St Albans", "Gata de Gorgos", "A Rúa", "Yamagata", "Харків",
    ],
)  # fmt: skip
def test_a_towns_name_and_its_postcode_are_asked(services: Services, typed: str) -> None:
    """Nothing in them is a street, whatever its parts mean elsewhere."""
    assert geocoder(services).resolve(typed, ["ES"]).status == "unknown"
    assert services.asked == [typed]


@pytest.mark.parametrize("typed", ["🏡 Madrid", "Madrid=x#y", " ".join("abcdefghi")])
def test_what_is_no_name_of_a_town_is_not_asked(services: Services, typed: str) -> None:
    """Signs that no town has, and whole sentences."""
    assert geocoder(services).resolve(typed, ["ES"]).status == "unknown"
    assert services.calls == []


FAULTS = {
    "429": ((429, "text/plain", b"slow down"), Outage.BUSY),
    "500": ((500, "text/html", b"<h1>oops</h1>"), Outage.BROKEN),
    "503": ((503, "text/html", b""), Outage.BROKEN),
    "403": ((403, "text/html", b"blocked"), Outage.REFUSED),
    "page": ((200, "text/html", b"<html>Welcome to the hotel's network</html>"), Outage.BROKEN),
    "object": ((200, "application/json", b"{}"), Outage.BROKEN),
    "null": ((200, "application/json", b"null"), Outage.BROKEN),
    "nothing": ((200, "application/json", b""), Outage.BROKEN),
    "numbers": ((200, "application/json", b"[1, 2]"), Outage.BROKEN),
    "sent on": ((302, "text/plain", b""), Outage.BROKEN),
    "huge": ((200, "application/json", b"[" + b" " * 2_100_000 + b"]"), Outage.BROKEN),
}


@pytest.mark.parametrize("service", ["nominatim", "photon"])
@pytest.mark.parametrize("fault", list(FAULTS))
def test_an_outage_is_no_unknown_place(services: Services, fault: str, service: str) -> None:
    """Nothing of it is remembered, and nobody else waits for it again."""
    services.fault, why = FAULTS[fault]
    asking = geocoder(services, service)
    for typed in ("Madrid", "Toledo"):
        with pytest.raises(GeocoderTrouble) as trouble:
            asking.resolve(typed, ["ES"])
        assert trouble.value.why is why
    assert services.asked == ["Madrid"]
    services.fault = None
    assert geocoder(services, service).resolve("Madrid", ["ES"]).status == "unknown"


def test_silence_ends(services: Services) -> None:
    """After the time that was agreed."""
    services.fault = (0, "", b"")
    with pytest.raises(GeocoderTrouble) as trouble:
        geocoder(services, timeout=0.2).resolve("Madrid", ["ES"])
    assert trouble.value.why is Outage.SILENT


def test_nobody_there() -> None:
    """A service that does not run is away."""
    with pytest.raises(GeocoderTrouble) as trouble:
        geocoder(Services(base="http://127.0.0.1:9")).resolve("Madrid", ["ES"])
    assert trouble.value.why is Outage.AWAY


@pytest.mark.parametrize("name", ["Madrid\x1b[2J", "http://x.example", "@woche", "M" * 200, "12"])
def test_a_strange_name_gets_into_no_text(services: Services, name: str) -> None:
    """The town's name will stand in public posts."""
    services.known["madrid"] = [nominatim(name, 40.4, -3.7, "es", country="Spanien")]
    answer = geocoder(services).resolve("Madrid", ["ES"])
    assert "\x1b" not in str(answer)
    assert all(rival.name == "Madrid[2J" or rival.name == "Madrid" for rival in answer.rivals)
