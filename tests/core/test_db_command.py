"""``db status`` and ``db upgrade``: looked at freely, changed only after a yes."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from orchestrator.commands import db


def run(*arguments: str) -> Any:
    app = typer.Typer()
    app.add_typer(db.app, name="db")
    return CliRunner().invoke(app, ["db", *arguments])


@pytest.fixture(autouse=True)
def _here(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings()
    monkeypatch.chdir(tmp_path)


def test_the_state_of_a_database_yet_to_be_made(tmp_path: Path) -> None:
    """Looking makes no file."""
    said = json.loads(run("status", "--json").stdout)
    assert (said["schema"], said["at"]) == ("missing", None)
    assert not (tmp_path / "campaign.db").exists()


def test_an_upgrade_asks(tmp_path: Path) -> None:
    """Without a terminal it is refused, and ``--yes`` is named."""
    refused = run("upgrade")
    assert refused.exit_code == 2
    assert "--yes" in refused.stderr
    assert not (tmp_path / "campaign.db").exists()


def test_a_dry_run_changes_nothing(tmp_path: Path) -> None:
    """It tells what would be done, without asking."""
    said = json.loads(run("upgrade", "--dry-run", "--json").stdout)
    assert (said["changed"], said["dry_run"]) == (True, True)
    assert not (tmp_path / "campaign.db").exists()


def test_an_upgrade_brings_it_up_to_date_once() -> None:
    """Repeated, there is nothing to do and nothing to ask."""
    assert run("upgrade", "--yes").exit_code == 0
    assert json.loads(run("status", "--json").stdout)["schema"] == "current"
    again = run("upgrade", "--json")
    assert again.exit_code == 0
    assert json.loads(again.stdout)["changed"] is False


def test_a_newer_database_is_left_alone() -> None:
    """An old program says so and goes."""
    import sqlite3

    run("upgrade", "--yes")
    connection = sqlite3.connect("campaign.db")
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    result = run("upgrade", "--yes")
    assert result.exit_code == 2
    assert "newer version" in result.stderr
