"""Every check of a cell: what it takes, in which spelling, and what it refuses."""

import os
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator import networks
from orchestrator.discretion import private_in
from orchestrator.intake import appeals, contacts, fields
from orchestrator.intake.columns import COLUMNS
from orchestrator.intake.fields import Unfit, text_of
from orchestrator.intake.media import files
from orchestrator.intake.rows import Cells, Rules, check_row
from orchestrator.intake.table import Gap
from orchestrator.intake.towns import Atlas, with_zero
from orchestrator.keys import CampaignKey
from orchestrator.redact import tame
from orchestrator.vocabulary import MediaKind
from tests.intake.conftest import tandem
from tests.media.drawn import photo

ATLAS = Atlas(CampaignKey(bytes(32)), 5_000, ("DE", "AT", "CH"), {})


def check(folder: Path = Path(), **changes: Any) -> Cells:
    """A good row with changes, checked."""
    cells = Cells(2, tandem(**changes))
    row = check_row(cells, Rules(folder, ATLAS, frozenset(cells.cells)))
    assert (row is None) is bool(cells.rejected)
    return cells


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (79098, "79098"),
        (79098.0, "79098"),
        (1.5, "1.5"),
        (True, "yes"),
        (False, "no"),
        (None, ""),
        ("  Köln \r\n", "Köln"),
        (datetime.fromisoformat("2026-11-01"), "2026-11-01"),
        (date(2026, 11, 1), "2026-11-01"),
        (time(8, 30), "08:30:00"),
        ("a\x1b[2Jb\u202ec\u2066d\ufeff", "abcd"),
        ("Mu\u0308nchen", "München"),
        ("a\u2028b\rc", "a\nb\nc"),
        ("\ud800x", "x"),
    ],
)
def test_cells_become_tame_text(cell: Any, text: str) -> None:
    assert text_of(cell) == text


@pytest.mark.parametrize("gap", list(Gap))
def test_a_missing_value_is_a_reason(gap: Gap) -> None:
    (reason,) = check(trade=gap).rejected
    assert reason.column == "trade"


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (fields.yes_no, "Ja", True),
        (fields.yes_no, "✓", True),
        (fields.yes_no, "1", True),
        (fields.yes_no, "nein", False),
        (fields.yes_no, "unbekannt", False),
        (fields.yes_no, "", False),
        (fields.may_work, "Ja", "yes"),
        (fields.may_work, "mit Erlaubnis", "permit"),
        (fields.may_work, "", "unknown"),
        (fields.may_work, "?", "unknown"),
        (fields.show, "voll", "full"),
        (fields.show, "Ohne Gesicht", "no-face"),
        (fields.show, "no face", "no-face"),
        (fields.show, "NUR REGION", "region"),
        (fields.show, "", None),
        (fields.language, "", "de"),
        (fields.language, "AR", "ar"),
        (fields.language, "Ukrainisch", "uk"),
        (fields.language, "Tigrinya", "ti"),
        (fields.radius, "15 km", 15),
        (fields.radius, "80", 80),
        (fields.radius, "", None),
        (fields.day, "2026-11-01", date(2026, 11, 1)),
        (fields.day, "01.11.2026", date(2026, 11, 1)),
        (fields.day, "1.11.26", date(2026, 11, 1)),
        (fields.day, "29.02.2028", date(2028, 2, 29)),
        (fields.day, "2026-11-01 13:45:00", date(2026, 11, 1)),
        (fields.purposes, "X, Facebook;face", ("facebook", "x", "face")),
        (fields.purposes, "", ()),
        (fields.slug, "a", "a"),
        (fields.slug, "7-zwerge", "7-zwerge"),
        (contacts.mail, "a.b+c@Example.ORG", "a.b+c@example.org"),
        (contacts.mail, "jörg@bücher.de", "jörg@bücher.de"),
    ],
)
def test_what_is_understood(read: Callable[[str], object], text: str, value: object) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (fields.yes_no, "17"),
        (fields.may_work, "vielleicht"),
        (fields.show, "maybe"),
        (fields.language, "Sprache"),
        (fields.radius, "0"),
        (fields.radius, "81"),
        (fields.radius, "12,5"),
        (fields.radius, "-5"),
        (fields.radius, "٢٠"),
        (fields.day, "11/01/2026"),
        (fields.day, "31.02.2026"),
        (fields.day, "45962"),
        (fields.day, "1.1.1850"),
        (fields.purposes, "facebook, myspace"),
        (fields.slug, ""),
        (fields.slug, "Amal"),
        (fields.slug, "-amal"),
        (fields.slug, "a b"),
        (fields.slug, "a" * 61),
        (fields.name, ""),
        (fields.line, "x" * 201),
        (contacts.mail, "birgit(at)example.org"),
        (contacts.mail, "a@example.org; b@example.org"),
        (contacts.mail, "Birgit <a@example.org>"),
        (contacts.mail, "a@b"),
    ],
)
def test_what_is_refused(read: Callable[[str], object], text: str) -> None:
    with pytest.raises(Unfit) as refusal:
        read(text)
    assert refusal.value.reason
    assert refusal.value.hint


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("0761 200475", "DE", "+49761200475"),
        ("1701234567", "DE", "+491701234567"),
        ("+43 1 588000", "DE", "+431588000"),
        ("079 123 45 67", "CH", "+41791234567"),
        ("0049 (0)170/1234567", "AT", "+491701234567"),
    ],
)
def test_phone_numbers_end_in_one_spelling(text: str, region: str, number: str) -> None:
    assert contacts.phone(text, region) == number


@pytest.mark.parametrize(
    "text",
    ["123", "ruf mich an", "0800 KOMMHER", "0761 200475 (Jo)", "0170 123456 / 0761 20", "4,9E+11"],
)
def test_an_unusable_phone_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(Unfit) as refusal:
        contacts.phone(text, "DE")
    assert text not in refusal.value.reason + refusal.value.hint


@pytest.mark.parametrize(
    "link",
    ["https://beispiel.de", "http://x.example:8080/a?b=c#d", "https://bücher.example/größe"],
)
def test_usable_links(link: str) -> None:
    assert contacts.link(link) == link


@pytest.mark.parametrize(
    "link",
    [
        "www.beispiel.de",
        "javascript:alert(1)",
        "ftp://beispiel.de",
        "https://",
        "https:///pfad",
        "https://user:pass@beispiel.de",
        "https://sparkasse.de@boese.example",
        "https://a b.de",
        "https://a.de/\x07",
        "https://a.de/\u202etxt.exe",
        "https://a.de:99999",
        "https://[::1",
        "https://a.de\\@b.de",
    ],
)
def test_unusable_links(link: str) -> None:
    with pytest.raises(Unfit):
        contacts.link(link)


@pytest.mark.parametrize(
    ("country", "code"),
    [("", "DE"), ("de", "DE"), ("Österreich", "AT"), ("Switzerland", "CH")],
)
def test_countries(country: str, code: str) -> None:
    assert fields.country(country, ("DE", "AT", "CH")) == code


@pytest.mark.parametrize("country", ["FR", "XX", "Atlantis", "D-E", "12"])
def test_a_country_outside_the_campaign_is_refused(country: str) -> None:
    with pytest.raises(Unfit, match="country"):
        fields.country(country, ("DE", "AT", "CH"))


@pytest.mark.parametrize(
    "text",
    [
        "Ruf mich an: 0170 1234567",
        "Tel. +49 (0) 761 / 200-475",
        "Mail an birgit@example.org!",
        "birgit (at) example.org",
        "Komm in die Hauptstraße 12",
        "Wir wohnen Kaiserallee 7b.",
        "Find me at 12 Baker Street",
        "اتصل بي ٠١٧٠١٢٣٤٥٦٧",
        *("https://wa.me/491512345", "t.me/samira", "instagram.com/samira", "Hier: @samira_k"),
        *("Tel 12345678", "Am Markt 3", "An der Mühle 14", "Im Winkel 8", "Rue de Lausanne 12"),
        *("samira at gmail dot com", "samira(ät)gmail.com", "50.55 9.68", "36037 Fulda"),
    ],
)
def test_an_appeal_does_not_lead_to_the_door(text: str) -> None:
    (reason,) = check(appeal_de=text).rejected
    assert reason.column == "appeal_de"
    assert "[campaign] contact" in reason.hint
    assert text not in reason.reason + reason.hint


@pytest.mark.parametrize(
    "text",
    [
        "Von 2015 bis 2019 war ich Koch, vom 01.11.2026 an habe ich Zeit.",
        "Ich arbeite 40 Stunden, von 08:00 bis 16:00 Uhr, für 13,90 Euro.",
        "Mein Arbeitsweg darf 45 Minuten dauern. Ich habe 2 Kinder.",
        "Ich suche einen Platz als Lehrling in der Backstraße unserer Stadt.",
        "Arbeitsweg 45 km, über die Bundesstraße 3, Arbeitsplatz 1, von 2010-2019.",
        "Klasse 3, Staplerschein 24/7, im Alter von 40, 10.000 Euro im Jahr, 20000 Euro.",
        "Am Montag 3 Stunden, am Anfang 2 Tage, im Team 3 Leute, vom 01.11.2026-31.12.2026.",
        "🧵 Nähen ist mein Beruf, seit 1998!",
    ],
)
def test_ordinary_appeals_pass(text: str) -> None:
    assert check(appeal_de=text).rejected == []


def test_an_appeal_is_too_long_only_when_no_network_takes_it() -> None:
    longest = max(networks.adapter(name).LIMITS.text for name in networks.names())
    assert longest > 280
    assert appeals.fits("ä" * 280, "x")
    assert not appeals.fits("漢" * 141, "x")
    words = "größer " * (longest // 7) + "ä" * (longest % 7)
    assert check(appeal_de=words).rejected == []
    (reason,) = check(appeal_de=words + "ä" * 7).rejected
    assert "too long" in reason.reason


def test_pictures_stay_in_the_folder(tmp_path: Path) -> None:
    """Nothing of this machine gets into a post by its name, not by a link either."""
    folder = tmp_path / "campaign"
    (folder / "bilder").mkdir(parents=True)
    photo(folder / "bilder" / "amal.jpg")
    photo(tmp_path / "secret.jpg")
    (folder / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    (folder / "loop.jpg").symlink_to(folder / "loop.jpg")
    (folder / "inside.jpg").symlink_to(folder / "bilder" / "amal.jpg")
    for text in ("bilder/amal.jpg", r"bilder\amal.jpg", " bilder/amal.jpg | "):
        (given,) = files(text, folder)
        assert (given.name, given.kind) == ("bilder/amal.jpg", MediaKind.PHOTO)
    (given,) = files("inside.jpg", folder)
    assert (given.name, given.path) == ("inside.jpg", folder.resolve() / "bilder" / "amal.jpg")
    assert files("", folder) == ()
    outside = ["../secret.jpg", "bilder/../../secret.jpg", str(tmp_path / "secret.jpg")]
    for text in [*outside, "link.jpg", r"C:\bilder\amal.jpg", r"\\server\amal.jpg"]:
        with pytest.raises(Unfit, match="leaves"):
            files(text, folder)
    for text in ["nix.jpg", "loop.jpg", "bilder/amal.jpg | nix.jpg", "a\0b"]:
        with pytest.raises(Unfit, match="no such picture"):
            files(text, folder)
    os.mkfifo(folder / "pipe.jpg")
    for text, said in [
        ("bilder", "is a folder"),
        ("pipe.jpg", "no ordinary file"),
        ("https://bilder.example/amal.jpg", "not fetched"),
    ]:
        with pytest.raises(Unfit, match=said):
            files(text, folder)


@pytest.mark.parametrize(
    ("typed", "country", "repaired"),
    [
        ("4103", "DE", "04103"),
        ("1067 Dresden", "DE", "01067 Dresden"),
        ("D-4103", "DE", "D-04103"),
        ("79098", "DE", "79098"),
        ("1010", "AT", "1010"),
        ("8001", "CH", "8001"),
        ("Köln", "DE", "Köln"),
        ("123", "DE", "123"),
    ],
)
def test_the_zero_that_a_spreadsheet_took_comes_back(
    typed: str, country: str, repaired: str
) -> None:
    assert with_zero(typed, country) == repaired


@pytest.mark.parametrize("country", ["", "DE"])
@pytest.mark.parametrize(("place", "abroad"), [("4600 Olten", "CH"), ("4600 Wels", "AT")])
def test_a_code_abroad_does_not_become_a_german_one(place: str, abroad: str, country: str) -> None:
    (reason,) = check(place=place, country=country).rejected
    assert (reason.column, abroad in reason.hint) == ("place", True)


@pytest.mark.parametrize("place", ["Stein", "Rheinfelden", "Salzburg"])
def test_without_a_country_a_namesake_abroad_counts(place: str) -> None:
    assert [each.column for each in check(place=place, country="").rejected] == ["place"]


@pytest.mark.parametrize(
    ("name", "public"),
    [
        ("Amal", {"appeal_de": "ich bin AMAL"}),
        ("Amál", {"appeal_de": "Ich bin Amal."}),
        ("Amal", {"appeal_de": "#DankeAmal"}),
        ("Amal", {"appeal_de": "#danke_amal"}),
        ("Amal", {"appeal_de": "#dankeamal"}),
        ("Jürgen", {"appeal_de": "Juergen sagt danke."}),
        ("Amal Haddad", {"appeal_de": "Familie Haddad"}),
        ("أمل", {"appeal_ar": "شكرا لأمل"}),
        ("Amal", {"trade": "Amals Schneiderei"}),
        ("Amal", {"link": "https://beispiel.example/helft-amal"}),
    ],
)
def test_a_hidden_name_is_nowhere_in_public(name: str, public: dict[str, str]) -> None:
    hidden = {"name": name, "show": "alias", "public_name": "Lina", "link": "", **public}
    assert [each.column for each in check(**hidden).rejected] == list(public)


def test_looking_for_private_details_takes_linear_time() -> None:
    """A text of 30,000 characters, built against each pattern, is read in seconds."""
    started = perf_counter()
    for piece in ("12.34.", "1.234.", "a@", "x.", "1 ", "Am Aa ", "rue a "):
        private_in(piece * (30_000 // len(piece)))
    assert perf_counter() - started < 30


def test_a_repaired_postcode_is_said() -> None:
    cells = check(place=4103)
    assert cells.rejected == []
    assert len(cells.notices) == 1
    assert "4103" not in cells.notices[0]


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("Neustadt", "Neustadt an der Weinstraße"),
        ("Friburg", "Freiburg"),
        ("Xyzzyhausen", "postcode"),
        ("Hauptstraße 5, 50667 Köln", "street"),
        ("47.9959, 7.8522", "town"),
        ("", "town"),
        ("Innsbruck", "AT"),
    ],
)
def test_a_place_that_is_not_clear_is_not_guessed(place: str, said: str) -> None:
    (reason,) = check(place=place).rejected
    assert reason.column == "place"
    assert said in reason.reason + reason.hint
    assert "Hauptstraße" not in reason.reason + reason.hint
    assert "50667" not in reason.reason + reason.hint


def test_every_problem_of_a_row_is_told_at_once() -> None:
    cells = check(
        slug="A B",
        country="FR",
        volunteer_email="x",
        volunteer_phone="1",
        radius_km="100",
        consent="fax",
        consent_on="gestern",
        consent_until="morgen",
        link="beispiel",
        media="/etc/passwd",
        show="alias",
    )
    assert {each.column for each in cells.rejected} == {
        *("slug", "country", "volunteer_email", "volunteer_phone", "radius_km", "consent"),
        *("consent_on", "consent_until", "link", "media", "public_name"),
    }


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"consent_on": ""}, "consent_on"),
        ({"consent_until": "2026-10-31"}, "consent_until"),
        ({"show": "alias"}, "public_name"),
        ({"show": "region"}, "public_name"),
        ({"trade": "Koch, 0170 1234567"}, "trade"),
        ({"public_name": "a@example.org"}, "public_name"),
        ({"appeal_de": "", "appeal_ar": ""}, "appeal_de"),
    ],
)
def test_cells_that_contradict_each_other(changes: dict[str, str], column: str) -> None:
    (reason,) = check(**changes).rejected
    assert reason.column == column


anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=60),
    st.text(alphabet="0123456789+-./@ abß\x00\x1b\u202e\n", max_size=30),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(timedelta(), timedelta(days=40000)),
    st.sampled_from(list(Gap)),
    st.sampled_from(["Köln", "79098", "yes", "full", "region", "x facebook", "01.11.2026"]),
)


@given(st.dictionaries(st.sampled_from(COLUMNS), anything, min_size=1))
def test_garbage_is_rejected_or_stored_tame(garbage: dict[str, Any]) -> None:
    """No cell breaks the import, and what would be stored moves no cursor."""
    cells = Cells(2, tandem(**garbage))
    row = check_row(cells, Rules(Path(__file__).parent, ATLAS, frozenset(cells.cells)))
    assert (row is None) is bool(cells.rejected)
    said = [part for each in cells.rejected for part in (each.column, each.reason, each.hint)]
    kept = [] if row is None else [row.slug, row.name, row.public_name, row.trade, row.partner]
    kept += [] if row is None else [*row.appeals.values(), *row.volunteer.values(), row.link]
    for text in [*said, *kept, *cells.notices]:
        assert text == tame(text)
        text.encode()


@given(st.text(max_size=40))
def test_contact_data_is_never_repeated(typed: str) -> None:
    """Whatever stands in the contact columns, no reason quotes it."""
    marked = f"geheim{typed}42"
    cells = check(volunteer_phone=marked, volunteer_email=marked)
    assert len(cells.rejected) >= 1
    assert all("geheim" not in each.reason + each.hint for each in cells.rejected)


@pytest.mark.parametrize("slug", ["", "Amal", "Amal Köln", "amal_koeln", "k/ü"])
def test_a_proposed_slug_says_nothing_of_the_person(slug: str) -> None:
    (reason,) = check(slug=slug, name="Amal", place="Köln").rejected
    assert "tandem-07" in reason.hint
    assert not {"amal", "koeln", "k-ue"} & set(reason.hint.casefold().replace(".", " ").split())


@pytest.mark.parametrize(
    ("slug", "show", "remarks"),
    [
        ("amal-07", "alias", 1),
        ("amalkoeln", "region", 1),
        ("naehen-koln", "alias", 1),
        ("tandem-07", "alias", 0),
        ("amal-koeln", "full", 0),
        ("amal-koeln", "", 0),
    ],
)
def test_a_telling_slug_of_a_hidden_tandem_is_remarked(slug: str, show: str, remarks: int) -> None:
    public_name = "Lina" if show in ("alias", "region") else ""
    cells = check(
        slug=slug, show=show, public_name=public_name, place="Köln", link="", appeal_ar=""
    )
    assert cells.rejected == []
    assert len(cells.notices) == remarks
    assert all("mal" not in each and "Köln" not in each for each in cells.notices)


@pytest.mark.parametrize("column", ["name", "public_name", "trade"])
@pytest.mark.parametrize("private", ["amal@example.org", "0170 1234567", "+49 761 200475"])
def test_no_contact_hides_in_a_name_or_a_trade(column: str, private: str) -> None:
    (reason,) = check(**{column: f"Amal {private}"}).rejected
    assert reason.column == column
    assert private not in reason.reason + reason.hint


def test_a_place_moved_to_a_town_is_said_without_repeating_it() -> None:
    (notice,) = check(place="Staufen im Breisgau").notices
    assert "Staufen" not in notice
    assert "5,000 people" in notice
    assert check(place="Freiburg im Breisgau").notices == []


@pytest.mark.parametrize(
    ("text", "region", "code"),
    [
        ("0000 123", "DE", "area code"),
        ("0170 1234567", "CH", "+49 …"),
        ("079 123 45 67", "AT", "+49 …"),
    ],
)
def test_a_number_of_another_country_asks_for_its_code(text: str, region: str, code: str) -> None:
    """It is not taken by guess; the hint holds no more of it than the country."""
    with pytest.raises(Unfit) as refusal:
        contacts.phone(text, region)
    assert code in refusal.value.hint
    assert "123" not in refusal.value.hint


@pytest.mark.parametrize("place", ["00000", "99999", "D-00001", "00000 Köln"])
def test_a_postcode_that_nobody_has_is_called_so(place: str) -> None:
    (reason,) = check(place=place).rejected
    assert reason.reason == "This postcode does not exist."
    assert not any(sign.isdigit() for sign in reason.hint)
