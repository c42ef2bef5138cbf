"""``privacy pack``: the papers say what is configured, and nothing of anybody."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import on_both
from tests.papers.conftest import BOTH, CANARIES, FACEBOOK, MakeOffice, X

PAPERS = ("index", "record", "dpia", "recipients", "notice", "deletion")
LAWS = ("gdpr", "kdg", "dsg-ekd")


class Outline(HTMLParser):
    """The tags of a page, and what it says."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def words(html: str) -> str:
    """What a reader sees, in one line."""
    return " ".join(" ".join(Outline(html.split("</style>")[-1]).said).split())


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("law", LAWS)
def test_every_paper_is_a_draft_with_date_version_and_law(
    office: MakeOffice, law: str, language: str
) -> None:
    """Nobody can take a page for checked, or for legal advice; each loads nothing from anywhere."""
    from orchestrator import __version__

    pages = office(**BOTH).pack("--law", law, "--lang", language)
    assert {f"{each}.html" for each in PAPERS} <= set(pages)
    for name, html in pages.items():
        said = words(html)
        assert {"de": "Entwurf", "en": "Draft"}[language] in said, name
        assert {"de": "keine Rechtsberatung", "en": "no legal advice"}[language] in said, name
        assert f"Türöffner {__version__}" in said, name
        assert {"de": "20. November 2026", "en": "20 November 2026"}[language] in said, name
        # The campaign of these tests has one partner.
        assert not re.search(r"\b1 (Partnerorganisationen|partner organisations)", said), name
        assert not re.search(r"\bPosts?\b", said) or language != "de", name
        assert "default-src 'none'" in html, name
        loading = {"script", "link", "img", "iframe", "object", "form"}
        assert not loading & {tag for tag, _attributes in Outline(html).tags}, name


@pytest.mark.parametrize("law", LAWS)
def test_a_number_that_is_not_certain_is_marked(office: MakeOffice, law: str) -> None:
    """The Regulation's articles stand as they are; every paragraph of a church law is to check."""
    short = {"gdpr": "DSGVO", "kdg": "KDG", "dsg-ekd": "DSG-EKD"}[law]
    for name, html in office(**BOTH).pack("--law", law, "--lang", "de").items():
        if name.startswith("consent-"):
            continue
        cited = re.findall(rf"(?:§§?|Art\.)\u00a0[^<>()\n]*?{short}(.{{0,30}})", html)
        assert cited or name == "recipients.html", name
        for after in cited:
            assert after.startswith(' <mark class="s">zu prüfen') == (law != "gdpr"), (name, after)


def test_the_law_of_the_configuration_counts_until_another_is_asked_for(
    office: MakeOffice,
) -> None:
    """``[privacy] law`` is the default of ``--law``."""
    made = office(privacy={"law": "kdg"})
    assert made.json()["law"] == "kdg"
    assert "§\u00a031 KDG" in Path("privacy/record.html").read_text("utf-8")
    assert made.json("--law", "gdpr")["law"] == "gdpr"
    assert "Art.\u00a030" in Path("privacy/record.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("on", "there", "absent"),
    [
        ({"facebook": FACEBOOK}, ["Facebook"], [r"\bX\b", "weltweit, ohne"]),
        ({"x": X}, [r"\bX\b"], ["Facebook", "Meta", "C-210/16", "13 K 1419/23"]),
        ({}, ["kein Netzwerk"], ["Facebook", "Meta", r"\bX\b", "Data Privacy Framework"]),
    ],
    ids=["facebook", "x", "none"],
)
def test_only_networks_that_are_on_appear(
    office: MakeOffice, on: Any, there: list[str], absent: list[str]
) -> None:
    """No paper names a recipient who gets nothing."""
    pages = office(**on).pack("--lang", "de")
    papers = {f"{each}.html": words(pages[f"{each}.html"]) for each in PAPERS}
    for each in there:
        assert re.search(each, papers["recipients.html"]), each
    for name, said in papers.items():
        for each in absent:
            assert not re.search(each, said), (name, each)


@pytest.mark.parametrize(("language", "is_open"), [("de", "offen"), ("en", "open")])
def test_what_the_courts_have_not_settled_is_named_as_open(
    office: MakeOffice, language: str, is_open: str
) -> None:
    """Both judgments on Facebook pages stand side by side; no paper decides the question."""
    pages = office(**BOTH).pack("--lang", language)
    for name in ("index.html", "recipients.html"):
        assert "C-210/16" in pages[name]
        assert "13 K 1419/23" in pages[name]
    assert f"<mark>{is_open}</mark>" in pages["recipients.html"]
    (act,) = re.findall(r"<li><b>(?:KI-Verordnung|AI Act)\..*</li>", pages["index.html"])
    assert f"<mark>{is_open}</mark>" in act


@on_both
def test_figures_and_days_follow_rows_and_configuration(office: MakeOffice) -> None:
    """What stands in the papers is counted and computed, and changes with its source."""
    pages = office(**BOTH).pack("--lang", "en")
    index, deletion = words(pages["index.html"]), words(pages["deletion.html"])
    assert "2 tandems · 2 consents" in index
    assert "2 published posts · 2 replies · 1 partner" in index
    assert "Arabic, German" in index
    assert "24 January 2027" in index  # eight weeks after the end
    assert "29 December 2026 (30 days after the end)" in deletion
    assert "27 February 2027 (90 days" in deletion
    later = office(
        campaign={"end": "2026-12-06", "posts_until": "2026-12-31"},
        retention={"comments": 10},
        audience={"k_anonymity": 20_000},
        facebook={**FACEBOOK, "targeting": "hard", "ahead": "0h"},
    ).pack("--lang", "en")
    assert "31 December 2026" in words(later["index.html"])
    assert "16 December 2026 (10 days after the end)" in words(later["deletion.html"])
    assert "20,000 inhabitants" in words(later["record.html"])
    recipients = words(later["recipients.html"])
    assert "only people in chosen towns see the post" in recipients
    assert "Ahead of time" not in recipients


def test_what_only_the_organisation_knows_is_left_open_until_it_is_told(
    office: MakeOffice,
) -> None:
    """A blank is marked; what stands in ``[privacy]`` takes its place."""
    assert "Controller to be filled in" in words(office().pack("--lang", "en")["record.html"])
    told = office(privacy={"controller": "Hilfswerk Fulda", "officer": "Büro Datenschutz"})
    pages = told.pack("--lang", "en")
    assert "Controller Hilfswerk Fulda" in words(pages["record.html"])
    assert "Data protection: Büro Datenschutz" in words(pages["notice.html"])


def test_places_of_database_and_backups_are_named(office: MakeOffice, tmp_path: Path) -> None:
    """Where data lie is told; a place outside the folder is asked for, a home names nobody."""
    outside = str(Path.home() / "cloud")
    pages = office(backup={"places": ["backups", outside]}).pack("--lang", "en")
    said = words(pages["recipients.html"])
    assert "Backup 1 backups in the campaign's folder" in said
    assert "Backup 2 ~/cloud Whose place is it?" in said
    assert not [name for name, html in pages.items() if str(Path.home() / "cloud") in html]


def test_a_database_server_is_named_without_user_and_password() -> None:
    """Whoever runs the server is a recipient; how one gets in is nobody's business."""
    from orchestrator.papers.facts import host_of

    assert host_of("postgresql://kim:kanarie@db.example.org/woche") == "db.example.org"
    assert host_of("postgresql:///woche") == "localhost"
    assert host_of("sqlite:////tmp/campaign.db") == ""


def test_no_paper_holds_anything_of_anybody(office: MakeOffice) -> None:
    """Tokens, names, contacts, words: none of what was planted is in a file, nor in the output."""
    made = office(**BOTH)
    result = made.run("--verbose")
    planted = [*CANARIES.values(), *made.environment.values()]
    for path in Path("privacy").iterdir():
        html = path.read_text("utf-8")
        assert not [each for each in planted if each in html], path.name
    assert not [each for each in planted if each in result.output]


def test_consent_forms_are_there_in_every_language(office: MakeOffice, tmp_path: Path) -> None:
    """Those of the program and the campaign's own, in the version in use, listed on the cover."""
    from orchestrator.consent.texts import FOLDER

    own = tmp_path / "consent"
    own.mkdir()
    text = (FOLDER / "en.toml").read_text("utf-8")
    later = re.sub(r"^version = .*$", 'version = "7"\nsince = 2026-11-01', text, flags=re.MULTILINE)
    (own / "uk.toml").write_text(later, "utf-8")
    pages = office(**BOTH).pack("--lang", "en")
    for language in ("ar", "de", "en", "uk"):
        for person in ("refugee", "volunteer"):
            name = f"consent-{language}-{person}.html"
            assert f'href="{name}"' in pages["index.html"]
            assert f'lang="{language}"' in pages[name]
    assert "Ukrainian, refugee" in words(pages["index.html"])
    assert "version 7" in words(pages["index.html"])


def test_a_consent_text_that_cannot_be_used_is_told(office: MakeOffice, tmp_path: Path) -> None:
    """A language without its form is not passed over in silence."""
    (tmp_path / "consent").mkdir()
    (tmp_path / "consent" / "fa.toml").write_text("version = 1\n")
    result = office().run("--lang", "en")
    assert result.exit_code == 0
    assert "fa.toml" in result.stderr
    assert not Path("privacy/consent-fa-refugee.html").exists()


def test_hostile_names_stay_text(office: MakeOffice) -> None:
    """What somebody writes into the configuration is shown, not run, and cannot turn the page."""
    evil = "<script>alert(1)</script>\u202e{{ 7*7 }}"
    pages = office(
        campaign={"name": evil, "contact": "<img src=x onerror=1>"},
        privacy={"controller": "</td><h1>Chef", "address": "Haus \u2067 7"},
        **BOTH,
    ).pack()
    for name, html in pages.items():
        outline = Outline(html)
        assert not {"script", "img"} & {tag for tag, _attributes in outline.tags}, name
        assert len([tag for tag, _attributes in outline.tags if tag == "h1"]) == 1, name
        assert not re.search("[\u202e\u2067]", html), name
    assert "{{ 7*7 }}" in words(pages["index.html"])


def test_what_we_did_not_make_is_never_touched(office: MakeOffice) -> None:
    """A file of somebody else stops the command before anything is written; others just stay."""
    made = office()
    folder = Path("privacy")
    folder.mkdir()
    (folder / "notes.html").write_text("<p>mine</p>")
    (folder / "dpia.html").write_text("<p>checked by the officer</p>")
    result = made.run("--lang", "en")
    assert result.exit_code == 2
    assert "dpia.html" in result.stderr
    assert sorted(each.name for each in folder.iterdir()) == ["dpia.html", "notes.html"]
    (folder / "dpia.html").rename("kept.html")
    made.pack()
    assert (folder / "notes.html").read_text() == "<p>mine</p>"


def test_a_new_pack_replaces_the_old_one_as_a_whole(office: MakeOffice, tmp_path: Path) -> None:
    """A form whose text is gone does not stay behind as if it were still in use."""
    from orchestrator.consent.texts import FOLDER

    own = tmp_path / "consent"
    own.mkdir()
    text = own / "tr.toml"
    text.write_text((FOLDER / "de.toml").read_text("utf-8"), "utf-8")
    assert "consent-tr-refugee.html" in office().pack()
    text.unlink()
    assert "consent-tr-refugee.html" not in office().pack()
    assert not [each for each in Path("privacy").iterdir() if each.name.startswith(".")]


def test_the_document_names_every_file(office: MakeOffice, tmp_path: Path) -> None:
    """Scripts learn law, networks and files; the folder is the one that was asked for."""
    document = office(**BOTH).json("--law", "dsg-ekd", "--out", "papers")
    assert document["law"] == "dsg-ekd"
    assert document["networks"] == ["facebook", "x"]
    assert [each["document"] for each in document["files"]][: len(PAPERS)] == list(PAPERS)
    assert all(Path(each["file"]).is_file() for each in document["files"])
    assert len(document["files"]) == len(list(Path("papers").iterdir()))


def test_an_unknown_law_is_refused_with_the_known_ones(office: MakeOffice) -> None:
    """Exit 2, and nothing is written."""
    result = office().run("--law", "bdsg", "--lang", "en")
    assert result.exit_code == 2
    assert "gdpr" in result.stderr
    assert "dsg-ekd" in result.stderr
    assert not Path("privacy").exists()


def test_a_folder_that_is_a_file_is_refused(office: MakeOffice) -> None:
    """One sentence, exit 2, and the file stays."""
    Path("papers").write_text("mine")
    result = office().run("--out", "papers", "--lang", "en")
    assert result.exit_code == 2
    assert "--out DIR" in result.stderr
    assert Path("papers").read_text() == "mine"


def test_every_law_answers_the_same_questions() -> None:
    """No topic is missing in one law or language, so that no paper can fail to be written."""
    from orchestrator.papers.laws import codes, law

    every = [law(code, language) for code in codes() for language in ("de", "en")]
    assert sorted(LAWS) == codes()
    assert len({frozenset(each.rules) for each in every}) == 1
    assert len({frozenset(each.officer) for each in every}) == 1


@pytest.mark.parametrize("language", ["de", "en"])
def test_who_is_asked_for_unknown_towns_is_a_recipient(office: MakeOffice, language: str) -> None:
    """And only while somebody is asked."""
    page = office().pack("--lang", language)["recipients.html"]
    assert {"de": "kein Kartendienst", "en": "no map service"}[language] in page
    assert "geo.example" not in page
    asking = {"geocoder": "nominatim", "geocoder_domain": "geo.example.org"}
    page = office(audience=asking).pack("--lang", language)["recipients.html"]
    assert "<code>geo.example.org</code>" in page
    assert "kein Kartendienst" not in page
    assert "no map service" not in page


MAIL = {"host": "smtp.example.org", "sender": "angebote@example.org", "user": "angebote"}


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_mail_server_is_a_recipient_while_it_is_set_up(
    office: MakeOffice, language: str
) -> None:
    """And what a mail tells of whoever makes an offer is said as it is configured."""
    none, masked = ("kein Mailserver", "unkenntlich gemacht") if language == "de" else (
        "no mail server", "are masked"
    )  # fmt: skip
    page = office().pack("--lang", language)["recipients.html"]
    assert none in page
    assert masked not in page
    assert "example.org</code>" not in page
    pack = office(mail=MAIL | {"imap_host": "imap.example.org"}).pack("--lang", language)
    page = pack["recipients.html"]
    assert none not in page
    assert all(part in page for part in ("smtp.example.org", "imap.example.org", masked))
    assert "Mailserver" in pack["record.html"] or "mail server" in pack["record.html"]
    assert not any(MAIL["sender"] in each for each in pack.values())
    page = office(mail=MAIL | {"phone_in_mail": True}).pack("--lang", language)["recipients.html"]
    assert "phone_in_mail" in page
    assert masked not in page
    assert "imap.example.org" not in page
