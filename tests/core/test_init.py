"""A newcomer gets a working folder, and nobody ever loses a file by it."""

import json
import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from orchestrator.commands import init as init_command
from orchestrator.config import load
from orchestrator.errors import UsageProblem
from orchestrator.init import Answers, configuration, next_week, set_up, slug_of
from orchestrator.keys import read_key_file

WEEK = Answers("Woche der offenen Türen", date(2026, 11, 23), date(2026, 11, 29), "030 1", "de")


def command(*arguments: str) -> Any:
    app = typer.Typer()
    app.command("init")(init_command.init)
    app.callback()(lambda: None)
    return CliRunner().invoke(app, ["init", *arguments])


def test_what_is_made_works_at_once(tmp_path: Path) -> None:
    """The configuration loads with the answers in it, and its key file can be read."""
    folder = tmp_path / "woche"
    pieces = set_up(folder, WEEK)
    assert all(piece.made for piece in pieces)
    made = load(folder / "config.toml", {})
    assert made.campaign.name == "Woche der offenen Türen"
    assert made.campaign.slug == "woche-der-offenen-tueren"
    assert (made.campaign.start, made.campaign.end) == (WEEK.start, WEEK.end)
    assert (made.campaign.contact, made.campaign.language) == ("030 1", "de")
    read_key_file(made.keys.file)


def test_secrets_have_a_folder_for_their_owner(tmp_path: Path) -> None:
    """And nothing personal slips into a shared repository."""
    set_up(tmp_path, WEEK)
    for name in ("keys", "secrets"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o700
    ignored = (tmp_path / ".gitignore").read_text()
    assert all(name in ignored for name in ("/keys/", "/secrets/", "*.db", "/tandems.*"))


def test_nothing_is_ever_overwritten(tmp_path: Path) -> None:
    """Repeated, it keeps every byte and makes only what is missing."""
    set_up(tmp_path, WEEK)
    (tmp_path / "config.toml").write_text("mine")
    (tmp_path / "tandems.csv").unlink()
    key = (tmp_path / "keys" / "campaign.key").read_bytes()
    pieces = {piece.path.name: piece.made for piece in set_up(tmp_path, WEEK)}
    assert [name for name, made in pieces.items() if made] == ["tandems.csv"]
    assert (tmp_path / "config.toml").read_text() == "mine"
    assert (tmp_path / "keys" / "campaign.key").read_bytes() == key


def test_an_unusable_folder_is_a_sentence(tmp_path: Path) -> None:
    """A file in its place, for example."""
    (tmp_path / "woche").write_text("a file")
    with pytest.raises(UsageProblem, match="cannot be made in") as caught:
        set_up(tmp_path / "woche", WEEK)
    assert caught.value.remedy
    with pytest.raises(UsageProblem):
        set_up(tmp_path / "woche" / "below", WEEK)


@hypothesis.settings(max_examples=50)
@given(st.text(min_size=1).filter(lambda text: text.strip()), st.text())
def test_any_name_and_contact_make_a_valid_configuration(name: str, contact: str) -> None:
    """Quotation marks, line breaks and Arabic included; the words come back."""
    import tomllib

    from orchestrator.redact import tame

    text = configuration(Answers(name, date(2026, 1, 1), date(2026, 1, 2), contact, "en"))
    campaign = tomllib.loads(text)["campaign"]
    assert campaign["name"] == tame(name).strip()
    assert campaign["contact"] == tame(contact).strip()


@given(st.text())
def test_any_name_makes_a_slug(name: str) -> None:
    """Whatever the script, a valid short name comes out."""
    import re

    assert re.fullmatch(r"[a-z0-9][a-z0-9-]*", slug_of(name))


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Türöffner Köln 2026", "tueroeffner-koeln-2026"),
        ("Große Straße", "grosse-strasse"),
        ("Été à Genève", "ete-a-geneve"),
        ("باب", "campaign"),
    ],
)
def test_slugs_are_readable(name: str, slug: str) -> None:
    """Umlauts as Germans write them without."""
    assert slug_of(name) == slug


@given(st.dates(max_value=date(9000, 1, 1)))
def test_the_next_week_begins_on_a_monday_to_come(today: date) -> None:
    """Never today, never more than a week away."""
    monday, sunday = next_week(today)
    assert monday.weekday() == 0
    assert today < monday <= today + timedelta(days=7)
    assert sunday - monday == timedelta(days=6)


def test_without_terminal_and_flags_there_are_sensible_placeholders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Name from the folder, dates from the campaign's clock; the next steps are named."""
    monkeypatch.setenv("TUEROEFFNER_NOW", datetime(2026, 11, 18, tzinfo=UTC).isoformat())
    folder = tmp_path / "offene-tueren"
    result = command(str(folder), "--json")
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert str(folder / "config.toml") in said["made"]
    assert said["kept"] == []
    assert any("tandem import" in step for step in said["next"])
    made = load(folder / "config.toml", {}).campaign
    assert made.name == "offene tueren"
    assert (made.start, made.end) == (date(2026, 11, 23), date(2026, 11, 29))


def test_flags_are_taken_over(tmp_path: Path) -> None:
    """German dates, too; a later start moves the end along."""
    flags = ["--name", "Woche", "--start", "30.11.2026", "--contact", "01 2", "--lang", "de"]
    assert command(str(tmp_path), *flags).exit_code == 0
    made = load(tmp_path / "config.toml", {}).campaign
    assert (made.name, made.start, made.contact) == ("Woche", date(2026, 11, 30), "01 2")
    assert made.end >= made.start
    assert made.language == "de"


@pytest.mark.parametrize(
    "flags",
    [
        ["--start", "tomorrow"],
        ["--start", "2026-11-30", "--end", "2026-11-01"],
        ["--end", "31.11.2026"],
        ["--name", "  "],
    ],
)
def test_flags_that_make_no_sense(tmp_path: Path, flags: list[str]) -> None:
    """A sentence, exit 2, and not a single file."""
    result = command(str(tmp_path / "woche"), *flags)
    assert result.exit_code == 2
    assert not (tmp_path / "woche").exists()


def test_on_a_terminal_it_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five questions, each with a sensible answer to accept by Return."""
    answers = iter(["Offene Türen", "2026-11-23", "", "de", "030 555 0100"])
    asked: list[str] = []

    def ask(_desk: object, question: str, default: str) -> str:
        asked.append(question)
        return next(answers) or default

    monkeypatch.setattr("orchestrator.commands.desk.Desk.ask", ask)
    monkeypatch.setattr("orchestrator.commands.init._may_ask", lambda _desk: True)
    result = command(str(tmp_path))
    assert result.exit_code == 0, result.output
    assert len(asked) == 5
    made = load(tmp_path / "config.toml", {}).campaign
    assert (made.name, made.contact, made.language) == ("Offene Türen", "030 555 0100", "de")
