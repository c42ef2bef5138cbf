"""``report`` on the command line: languages, filters, explanations, and refusals."""

import json
import webbrowser
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from report_rows import START, Size
from sqlmodel import select
from typer.testing import CliRunner

from orchestrator import i18n, people
from orchestrator.model import Campaign, Consent, Reply, Tandem
from tests.conftest import on_sqlite

if TYPE_CHECKING:
    from tests.report.conftest import MakeDesk

TINY = Size(tandems=6, posts=12, readings=2, replies=40)


def test_arabic_is_a_language_of_documents_only() -> None:
    """The program does not speak a language of which it knows the report's words alone."""
    assert i18n.documents() == ["ar", "de", "en"]
    assert i18n.available() == ["de", "en"]
    assert i18n.preferred("ar", None, {}) == "en"
    with i18n.speaking("ar"):
        assert i18n._("Job offers") == "عروض العمل"
        assert i18n._("Setting") == "Setting"
    i18n.speak("ar")
    assert i18n.language() == "en"


@on_sqlite
def test_the_report_takes_arabic_and_other_commands_do_not(desk: "MakeDesk") -> None:
    """The page is Arabic; what goes to the terminal is in the program's language."""
    made = desk(TINY)
    result = made.run("--lang", "ar")
    assert result.exit_code == 0, result.output
    assert "Wrote report.html." in result.stdout
    assert 'lang="ar" dir="rtl"' in (made.folder / "report.html").read_text("utf-8")[:200]
    from orchestrator.commands.schedule import app

    refused = CliRunner().invoke(app, ["show", "--lang", "ar"])
    assert refused.exit_code == 2
    assert "I do not speak “ar”." in refused.stderr
    assert "de, en" in refused.stderr


@on_sqlite
def test_an_error_in_an_arabic_report_is_english(desk: "MakeDesk") -> None:
    """A sentence to act on comes in a language that the program speaks."""
    result = desk(TINY).run("--lang", "ar", "--partner", "Cafe Ankomen")
    assert result.exit_code == 2
    assert "There is no partner “Cafe Ankomen”." in result.stderr
    assert "Did you mean Café Ankommen?" in result.stderr


@on_sqlite
def test_a_language_that_nobody_wrote_is_refused(desk: "MakeDesk") -> None:
    """The refusal names those of the report."""
    result = desk(TINY).run("--lang", "fr")
    assert result.exit_code == 2
    assert "ar, de, en" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence", "remedy"),
    [
        (["--partner", "Niemand weit und breit"], "There is no partner", "The partners are"),
        (["--since", "24.11."], "is not a day", "23.11.2026"),
        (["--since", "2026-11-25", "--until", "2026-11-24"], "before the first", "--until"),
        (["--format", "xlsx"], "There is no format “xlsx”", "html, json, csv"),
        (["--format", "csv", "--open"], "--open", "html"),
        (["explain", "totals.job_ofers"], "There is no figure", "totals.job_offers"),
        (["explain", "zzz"], "There is no figure", "by_network.x.published"),
        (["explain", "by_tandem.nobody.replies"], "There is no figure", "by_tandem.tandem"),
    ],
)
@on_sqlite
def test_refusals_say_what_and_what_to_do(
    desk: "MakeDesk", arguments: list[str], sentence: str, remedy: str
) -> None:
    """One sentence, a remedy, exit code 2; a document with --json."""
    made = desk(TINY)
    result = made.run(*arguments)
    assert result.exit_code == 2, result.output
    what, _, todo = result.stderr.partition("→")
    assert sentence in what
    assert remedy in todo
    told = json.loads(made.run(*arguments, "--json").stdout)["error"]
    assert told["exit"] == 2
    assert sentence in told["what"]


def test_an_empty_campaign_ends_well(desk: "MakeDesk") -> None:
    """Every format works before the first import."""
    made = desk(None)
    for form in ("html", "json", "csv"):
        assert made.run("--format", form).exit_code == 0
    assert made.json("explain", "totals.job_offers")["rows"] == []
    assert "It counts no rows." in made.run("explain", "totals.job_offers").stdout


@on_sqlite
def test_days_are_local_and_inclusive(desk: "MakeDesk") -> None:
    """Two days that meet at midnight in Berlin share nothing and lose nothing."""
    made = desk()
    whole = made.json("--since", "2026-11-24", "--until", "2026-11-25")["totals"]
    one = made.json("--since", "2026-11-24", "--until", "2026-11-24")["totals"]
    other = made.json("--since", "2026-11-25", "--until", "2026-11-25")["totals"]
    assert whole["replies"] == one["replies"] + other["replies"] > 0
    assert whole["published"] == one["published"] + other["published"] > 0
    assert whole["tandems"] == one["tandems"] == 24


@on_sqlite
def test_a_period_without_anything_says_so(desk: "MakeDesk") -> None:
    """Before and after the campaign there are days, and nothing on them."""
    made = desk(TINY)
    for asked in (("--since", "2026-12-24"), ("--until", "2026-10-01")):
        document = made.json(*asked)
        assert [each["day"] for each in document["by_day"]] == [asked[1]]
        assert document["totals"]["replies"] == document["totals"]["posts"] == 0
        assert [each["value"] for each in document["totals"]["reach"]] == [None, None]
    assert "24 December 2026" in made.page("--since", "2026-12-24")


def test_what_came_after_the_campaign_is_in_its_period(desk: "MakeDesk") -> None:
    """A late reply counts, has its day, and the page's period reaches to it."""
    from datetime import UTC, datetime

    from sqlmodel import select

    from orchestrator.model import Reply

    made = desk(TINY)
    before = made.json()["totals"]["replies"]
    with made.store.session() as session:
        reply = session.exec(select(Reply)).first()
        assert reply is not None
        reply.received_at = datetime(2026, 12, 2, 23, 30, tzinfo=UTC)  # the third, in Berlin
        session.add(reply)
    document = made.json()
    assert document["totals"]["replies"] == before
    assert document["by_day"][-1]["day"] == "2026-12-03"
    assert "23 November – 3 December 2026" in made.page()


@on_sqlite
def test_a_partner_is_found_whatever_the_case(desk: "MakeDesk") -> None:
    """The page names whose tandems it counts, by the partner's own spelling."""
    made = desk()
    assert made.json("--partner", "café ankommen")["campaign"]["partner"] == "Café Ankommen"
    assert "Café Ankommen" in made.page("--partner", "CAFÉ ANKOMMEN")


@pytest.mark.parametrize(
    "figure",
    [
        "totals.job_offers",
        "totals.reach.facebook",
        "by_tandem.tandem-002.reach",
        "by_network.x.published",
        "by_partner.Brückenbau e. V..replies",
        "by_partner.none.tandems",
        "by_channel.comment.labels.tip",
        "by_day.2026-11-24.replies",
        "totals.outcomes.started",
        "totals.cost.x",
    ],
)
@on_sqlite
def test_a_figure_is_explained(desk: "MakeDesk", figure: str) -> None:
    """Rule, value and rows, without a name and without a text."""
    made = desk()
    told = made.json("explain", figure)
    assert told["figure"] == figure
    assert len(told["rule"]) > 20
    if isinstance(told["value"], int) and ".reach" not in figure and ".cost" not in figure:
        assert told["value"] == len(told["rows"])
    for row in told["rows"]:
        assert set(row) >= {"kind", "id", "network", "at"}
        assert not {"text", "author", "name", "public_name"} & set(row)
    shown = made.run("explain", figure)
    assert shown.exit_code == 0, shown.output
    assert "Ein Mensch" not in shown.output
    assert "Küche" not in shown.output


@on_sqlite
def test_reach_of_all_networks_is_told_by_network(desk: "MakeDesk") -> None:
    """A name without a network is no sum over networks."""
    made = desk()
    value = made.json("explain", "totals.reach")["value"]
    assert value == {each["network"]: each["value"] for each in made.json()["totals"]["reach"]}


@on_sqlite
def test_explanations_follow_the_filters(desk: "MakeDesk") -> None:
    """The figure of one day is explained by the rows of that day."""
    made = desk()
    asked = ("--since", "2026-11-24", "--until", "2026-11-24")
    told = made.json("explain", "totals.replies", *asked)
    assert told["value"] == made.json(*asked)["totals"]["replies"]
    assert {row["at"][:10] for row in told["rows"]} == {"2026-11-24"}


@on_sqlite
def test_the_browser_is_opened_only_when_asked(
    desk: "MakeDesk", monkeypatch: pytest.MonkeyPatch
) -> None:
    """And where there is none, the page is written all the same."""
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda url: opened.append(url) or len(opened) == 1)
    made = desk(TINY)
    assert made.run().exit_code == 0
    assert opened == []
    assert made.run("--open").exit_code == 0
    assert opened == [(made.folder / "report.html").as_uri()]
    again = made.run("--open")
    assert again.exit_code == 0
    assert "No browser could be started" in again.stderr


def test_a_name_under_seal_is_the_one_that_posts_carry(desk: "MakeDesk") -> None:
    """Without an alias the first name counts where it may be public, and only there."""
    from pathlib import Path

    from orchestrator.keys import read_key_file

    made = desk(TINY)
    key = read_key_file(Path("keys/campaign.key"), in_use=lambda: False)
    with made.store.session() as session:
        first, second = session.exec(select(Tandem).order_by(Tandem.slug).limit(2)).all()
        session.get_one(Campaign, first.campaign_id).key_fingerprint = key.fingerprint
        for tandem, name in ((first, "Bahar"), (second, "Geheim")):
            tandem.public_name = ""
            tandem.refugee_id = people.add(session, key, tandem.campaign_id, {"name": name}).id
            session.add(tandem)
            agreed = session.exec(select(Consent).where(Consent.tandem_id == tandem.id)).one()
            agreed.person_id = tandem.refugee_id
        second.show = "alias"  # type: ignore[assignment]
        second.slug = "geheim-und-ole"
        spoken = session.exec(select(Reply).where(Reply.tandem_id == second.id)).all()
        for reply in spoken:
            reply.text = "Das ist doch Geheim!"
    assert spoken
    told = {each["tandem"]: each["public_name"] for each in made.json()["by_tandem"]}
    assert told["tandem-000"] == "Bahar"
    assert told["tandem-2"] is None
    made.run("--format", "csv", "--out", "tables")
    tables = [each.read_text("utf-8") for each in (made.folder / "tables").iterdir()]
    assert not [form for form in (*tables, made.page()) if "geheim" in form.casefold()]


@on_sqlite
@pytest.mark.parametrize(
    "change",
    [
        {"withdrawn_at": START},
        {"ends_on": START.date() - timedelta(days=1)},
        {"version": "0"},
        {"purpose": "press"},
        {"person_id": 2},
    ],
)
def test_without_consent_to_the_report_a_tandem_is_a_number(
    desk: "MakeDesk", change: dict[str, Any]
) -> None:
    """Never given, ended, taken back, to another text, or by the volunteer: no name anywhere."""
    made = desk(TINY)
    with made.store.session() as session:
        (consent,) = session.exec(select(Consent).where(Consent.tandem_id == 1)).all()
        name = session.get_one(Tandem, 1).public_name
        for column, value in change.items():
            setattr(consent, column, value)
        session.add(consent)
    told = {each["tandem"]: each["public_name"] for each in made.json()["by_tandem"]}
    assert told["tandem-000"] == "Tandem 1"
    assert told["tandem-001"] not in (None, "Tandem 2")
    assert name not in made.page()


@on_sqlite
def test_quiet_says_nothing_and_help_names_what_there_is(desk: "MakeDesk") -> None:
    """``--quiet`` writes in silence; the group's help shows how to explain a figure."""
    made = desk(TINY)
    assert made.run("--quiet").output == ""
    assert (made.folder / "report.html").exists()
    from orchestrator.commands.report import app

    shown = CliRunner().invoke(app, ["--help"]).stdout
    assert "explain" in shown
    assert "write" in shown
