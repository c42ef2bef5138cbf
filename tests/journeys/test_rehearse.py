"""Rehearsing: the user's own campaign in a copy, and what would go wrong on Monday."""

import json
import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from tests.journeys.conftest import Approved, Manager, WriteTandems, tandem_row, write_xlsx


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of the campaign, the database by its rows."""
    files = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("campaign.db")
    }
    database = sqlite3.connect(folder / "campaign.db")
    files["rows"] = "\n".join(database.iterdump()).encode()
    database.close()
    return files


def rehearsed(manager: Manager, *more: str) -> tuple[int, dict[str, object]]:
    answer = manager.type("rehearse", "--json", *more)
    return answer.exit, json.loads(answer.out)


def test_an_approved_campaign_passes_and_stays_as_it_is(
    manager: Manager, approved: Approved
) -> None:
    """Not a row changes, nothing is posted at the configured networks, nothing is left behind."""
    approved(3)
    before = contents(manager.folder)
    code, told = rehearsed(manager, "--out", "../played")
    assert contents(manager.folder) == before
    assert manager.sandbox.ledger() == []
    planned = len(manager.posts())
    assert told["rehearsal"] is True
    assert sum(told["published"].values()) == planned
    assert sum(told["replies"].values()) > 0
    wrong = [each["what"] for each in told["findings"] if each["wrong"]]
    assert (code, wrong) == (0, [])
    page = (manager.folder.parent / "played" / "rehearsal.html").read_text("utf-8")
    assert "REHEARSAL" in page


def test_what_would_go_wrong_is_said_with_its_remedy(manager: Manager) -> None:
    """Posts without approval, a tandem without consent, a pause, a missing contact."""
    rows = [tandem_row(0), tandem_row(1, consent="facebook"), tandem_row(2, show="")]
    manager.ask("tandem", "import", str(write_xlsx(manager.folder / "mine.xlsx", rows)))
    manager.ask("plan")
    manager.ask("pause", "--all")
    config = manager.folder / "config.toml"
    config.write_text(config.read_text("utf-8").replace('"0761 555 0100"', '""'), "utf-8")
    code, told = rehearsed(manager)
    assert code == 4
    wrong = " ".join(each["what"] for each in told["findings"] if each["wrong"])
    assert "not approved" in wrong
    assert "paused" in wrong
    assert "contact is empty" in wrong
    known = " ".join(each["what"] for each in told["findings"] if not each["wrong"])
    assert "tandem-01" in known
    assert "tandem-02" in known
    assert all(each["remedy"] for each in told["findings"] if "approved" in each["what"])


def test_without_any_network_both_are_played_and_it_is_said(
    manager: Manager, tandems: WriteTandems, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is something to see before the accounts are there."""
    for name in manager.sandbox.env():
        monkeypatch.delenv(name)
    manager.ask("tandem", "import", str(tandems(2)))
    code, told = rehearsed(manager)
    assert code == 4
    assert set(told["published"]) == {"facebook", "x"}
    wrong = [each["what"] for each in told["findings"] if each["wrong"]]
    assert sum("is off" in what for what in wrong) == 2


def test_a_campaign_that_is_over_is_not_rehearsed(manager: Manager) -> None:
    """One sentence instead of an empty week."""
    config = manager.folder / "config.toml"
    text = config.read_text("utf-8").replace("2026-11-30", "2025-11-24")
    config.write_text(text.replace("2026-12-06", "2025-11-30"), "utf-8")
    answer = manager.type("rehearse")
    assert answer.exit == 2
    assert "nothing left to rehearse" in answer.err


def test_what_is_out_already_is_not_looked_for(manager: Manager, approved: Approved) -> None:
    """In the middle of the week only what is still to come is played."""
    approved(2)
    for _day in range(5):
        manager.sandbox.clock.advance(timedelta(days=1))
        manager.ask("run", "--once", "--yes")
    out = sum(post["state"] == "published" for post in manager.posts())
    assert out
    shutil.rmtree(manager.folder / "backups")
    code, told = rehearsed(manager)
    assert code == 0
    assert sum(told["published"].values()) == len(manager.posts()) - out
    assert not [each for each in told["findings"] if "no longer has" in each["what"]]
