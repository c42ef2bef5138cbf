"""Invented campaigns in real databases, and the command that reports on them."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from report_rows import Size, fill
from typer.testing import CliRunner

from orchestrator.keys import create_key_file
from orchestrator.store import Store, open_store

if TYPE_CHECKING:
    from tests.conftest import SettingsFactory

NOW = "2026-11-30T09:00:00+01:00"
SMALL = Size(tandems=24, posts=60, readings=4, replies=160)


@dataclass
class Desk:
    """A campaign's folder; ``run`` is the command line."""

    store: Store
    folder: Path
    campaign_id: int = 0

    def run(self, *arguments: str) -> Any:
        from orchestrator.commands.report import app

        config = ["--config", str(self.folder / "config.toml")]
        return CliRunner().invoke(app, [*arguments, *config])

    def json(self, *arguments: str) -> Any:
        result = self.run(*arguments, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def page(self, *arguments: str) -> str:
        result = self.run("--out", str(self.folder / "page.html"), *arguments)
        assert result.exit_code == 0, result.output
        return (self.folder / "page.html").read_text("utf-8")


MakeDesk = Callable[..., Desk]


@pytest.fixture
def desk(
    tmp_path: Path,
    settings: "SettingsFactory",
    database_url: str,
    invented: "Invented",
    monkeypatch: pytest.MonkeyPatch,
) -> Any:
    """Make a campaign: ``desk(size)``; without a size it is empty."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TUEROEFFNER_NOW", NOW)
    create_key_file(tmp_path / "keys" / "campaign.key")
    opened = []

    def make(size: Size | None = SMALL, seed: int = 1, **campaign: Any) -> Desk:
        settings(database={"url": database_url}, campaign=campaign)
        filled = invented(database_url, size, seed) if size else 0
        opened.append(open_store(database_url))
        return Desk(opened[-1], tmp_path, filled)

    yield make
    for store in opened:
        store.close()


Invented = Callable[[str, Size, int], int]


@pytest.fixture(scope="session")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Invented:
    """Fill an empty database; a file is copied where one like it was made before."""
    folder = tmp_path_factory.mktemp("invented")
    made: dict[tuple[Size, int], int] = {}

    def into(url: str, size: Size, seed: int) -> int:
        copy = folder / f"{size}-{seed}.db"
        file = url.removeprefix("sqlite:///")
        if (size, seed) in made and file != url:
            shutil.copyfile(copy, file)
            return made[size, seed]
        store = open_store(url)
        campaign_id = fill(store, size, seed)
        store.close()
        if file != url:
            shutil.copyfile(file, copy)
            made[size, seed] = campaign_id
        return campaign_id

    return into
