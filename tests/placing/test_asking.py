"""The geocoder in a campaign: off by default, asked last, credited, and never in the way."""

from typing import Any

import pytest
from sqlmodel import select

from orchestrator.model import KnownPlace, Tandem, Turn
from orchestrator.store import open_store
from tests.conftest import SettingsFactory, on_both
from tests.placing.conftest import Folder, Importer
from tests.placing.services import KYIV, MADRID, VILLANUEVAS, Services, nominatim, photon

COUNTRIES = ["DE", "AT", "CH", "ES", "UA"]
pytestmark = pytest.mark.usefixtures("hasty")


def rows(url: str, model: Any) -> list[Any]:
    store = open_store(url)
    with store.reading() as session:
        found = list(session.exec(select(model)).all())
    store.close()
    return found


@pytest.fixture
def asking(folder: Folder, services: Services, database_url: str) -> Folder:
    """A campaign that asks Nominatim here."""
    services.known |= {
        "madrid": [MADRID],
        "kyiv": [KYIV],
        "villanueva": VILLANUEVAS,
        "obertupfingen": [
            nominatim("Obertupfingen", 51.32, 9.6, "de", addresstype="village", people=300,
                      state="Hessen", country="Deutschland"),
        ],
    }  # fmt: skip
    folder.campaign(
        database_url, geocoder="nominatim", geocoder_domain=services.base, countries=COUNTRIES
    )
    return folder


def test_nobody_is_asked_by_default(folder: Folder, services: Services, sqlite_url: str) -> None:
    """Even where a domain is given; the sentence says how to switch it on."""
    services.known["madrid"] = [MADRID]
    folder.campaign(sqlite_url, geocoder_domain=services.base)
    result = folder.run("audience", "resolve", "Madrid")
    assert result.exit_code == 4
    assert "geocoder" in result.stdout
    assert services.calls == []


@on_both
def test_what_is_not_known_here_is_asked_once(asking: Folder, services: Services) -> None:
    """With the credit that the licence wants, also from memory."""
    for _time in range(2):
        found = asking.document("audience", "resolve", "Madrid")
        assert found["place"]["population"] == 3_332_035
        assert found["place"]["id"] >= 2_000_000_000
        assert found["source"] == services.base.removeprefix("http://")
        assert "OpenStreetMap" in found["attribution"]
        assert "OpenStreetMap" in asking.run("audience", "resolve", "madrid").stdout
    assert services.asked == ["Madrid"]
    assert asking.document("audience", "resolve", "Kassel")["attribution"] is None
    assert services.asked == ["Madrid"]


def test_photon_can_be_asked_as_well(asking: Folder, services: Services, sqlite_url: str) -> None:
    """Its answers are its own: what Nominatim said is not taken for them."""
    asking.document("audience", "resolve", "Madrid")
    services.known["madrid"] = [photon("Madrid", 40.4, -3.7, "ES", state="Madrid")]
    asking.configure(
        sqlite_url, geocoder="photon", geocoder_domain=services.base, countries=COUNTRIES
    )
    assert asking.document("audience", "resolve", "Madrid")["place"]["population"] is None
    assert [call.path for call in services.calls] == ["/search", "/api"]


def test_an_unclear_answer_is_settled_by_its_number(asking: Folder, bring: Importer) -> None:
    """As any other: several of one name are never guessed between."""
    listed = asking.document("audience", "resolve", "Villanueva", "--country", "es", exit_code=4)
    assert bring({"place": "Villanueva", "country": "ES"}, exit_code=3)["rejected"]
    settle = ("audience", "settle", "Villanueva", "2", "--country", "es")
    for _time in range(2):
        assert asking.document(*settle)["place"]["id"] == listed["rivals"][1]["id"]


@on_both
def test_places_abroad_go_into_an_import(
    asking: Folder, bring: Importer, services: Services, database_url: str
) -> None:
    """A capital is its own centre; a village here hides behind the nearest town that is known."""
    report = bring(
        {"place": "Madrid", "country": "ES"},
        {"place": "Kyiv", "country": "UA"},
        {"place": "Obertupfingen"},
    )
    assert report["imported"] == 3
    assert any("OpenStreetMap" in notice for notice in report["notices"])
    madrid, kyiv, village = sorted(rows(database_url, Tandem), key=lambda each: each.slug)
    assert (madrid.town, madrid.country, madrid.floor_km) == ("Madrid", "ES", 0)
    assert kyiv.town == "Kiew"
    assert 2_000_000_000 <= kyiv.place_id < 2**31
    assert village.place_id < 2_000_000_000
    assert village.floor_km >= 5
    asked = len(services.calls)
    assert bring({"place": "Madrid", "country": "ES"})["unchanged"] == 1
    assert len(services.calls) == asked


def test_a_place_of_unknown_size_hides_nobody(
    asking: Folder, bring: Importer, services: Services
) -> None:
    """What nobody counted may be a hamlet; the row says so, and what to do."""
    services.known["toledo"] = [nominatim("Toledo", 39.86, -4.02, "es", country="Spanien")]
    [rejected] = bring({"place": "Toledo", "country": "ES"}, exit_code=3)["rejected"]
    assert "how many people" in rejected["reason"]


@on_both
def test_an_outage_costs_only_the_rows_that_need_it(
    asking: Folder, bring: Importer, services: Services
) -> None:
    """The others go in; the service is asked once, and the row goes in another time."""
    services.fault = (503, "text/html", b"")
    abroad = [{"place": town, "country": "ES"} for town in ("Madrid", "Toledo")]
    report = bring({}, *abroad, exit_code=3)
    assert report["imported"] == 1
    assert all("out of order" in each["reason"] for each in report["rejected"])
    assert len(services.calls) == 1
    services.fault = None
    assert bring({}, *abroad, exit_code=3)["imported"] == 1


@pytest.mark.parametrize(("status", "exit_code"), [(429, 3), (500, 3), (403, 4)])
def test_an_outage_is_said(asking: Folder, services: Services, status: int, exit_code: int) -> None:
    """Safe to repeat; only a refusal needs a person."""
    services.fault = (status, "text/plain", b"Madrid is busy")
    failed = asking.document("audience", "resolve", "Madrid", exit_code=exit_code)
    assert services.base.removeprefix("http://") in failed["error"]["what"]
    assert "not known" not in failed["error"]["what"]
    assert "Madrid" not in asking.run("audience", "resolve", "Madrid", "--verbose").output


def test_a_dry_run_asks_and_writes_nothing(
    asking: Folder, bring: Importer, services: Services, sqlite_url: str
) -> None:
    """Neither an answer nor a turn."""
    assert bring({"place": "Madrid", "country": "ES"}, flags=("--dry-run",))["imported"] == 1
    assert services.asked == ["Madrid"]
    for model in (KnownPlace, Turn, Tandem):
        assert rows(sqlite_url, model) == []


def test_a_town_of_another_country_is_not_asked_for(
    asking: Folder, bring: Importer, services: Services
) -> None:
    """The file says Germany, where Madrid is not: nothing needs to leave for that."""
    assert bring({"place": "Madrid", "country": "DE"}, exit_code=3)["rejected"]
    assert bring({"place": "Hauptstraße 5", "country": "ES"}, exit_code=3)["rejected"]
    assert services.calls == []


@pytest.mark.parametrize(
    ("domain", "fits"),
    [
        ("", True),
        ("nominatim.example.org", True),
        ("https://geo.example.org:8443/nominatim/", True),
        ("http://127.0.0.1:8080", True),
        ("http://geo.intern", True),
        ("http://10.1.2.3", True),
        ("http://geo.example.org", False),
        ("ftp://geo.example.org", False),
        ("https://somebody@geo.example.org", False),
        ("geo.example.org?key=1", False),
        ("geo example", False),
        ("https://", False),
        ("geo.example.org:99999", False),
    ],
)
def test_which_domain_may_be_asked(settings: SettingsFactory, domain: str, fits: bool) -> None:
    """In the clear only within one's own network."""
    from orchestrator.errors import UsageProblem

    if fits:
        assert settings(audience={"geocoder_domain": domain})
    else:
        with pytest.raises(UsageProblem, match="geocoder_domain"):
            settings(audience={"geocoder_domain": domain})


def test_the_doctor_says_who_is_told(settings: SettingsFactory) -> None:
    """Nothing while it is off; a warning where it is somebody else's server."""
    from orchestrator.doctor import Level, geocoder

    assert list(geocoder(settings())) == []
    [public] = geocoder(settings(audience={"geocoder": "photon"}))
    assert public.level is Level.WARN
    assert "photon.komoot.io" in public.what
    own = {"geocoder": "nominatim", "geocoder_domain": "https://geo.example.org"}
    [check] = geocoder(settings(audience=own))
    assert (check.level, "geo.example.org" in check.what) == (Level.OK, True)
