"""Services on the loopback, and a campaign in a folder of its own that may ask them."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from orchestrator.keys import create_key_file
from tests.conftest import CAMPAIGN, toml
from tests.placing.services import Services, serving


@pytest.fixture
def services() -> Iterator[Services]:
    """Both services, knowing nothing yet."""
    with serving(Services()) as running:
        yield running


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """Address of a fresh, migrated database; of SQLite, where a test is not ``on_both``."""
    url: str = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    return url


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pause between questions has its own tests; here it is short."""
    from datetime import timedelta

    from orchestrator.placing import turn

    monkeypatch.setattr(turn.Queue, "apart", timedelta(milliseconds=1))


class Folder:
    """A folder in which somebody types commands; ``campaign`` makes it a campaign's."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def campaign(self, database_url: str, **audience: Any) -> None:
        create_key_file(self.path / "keys" / "campaign.key")
        self.configure(database_url, **audience)

    def configure(self, database_url: str, **audience: Any) -> None:
        sections = {
            "campaign": CAMPAIGN,
            "database": {"url": database_url},
            "audience": audience,
            "keys": {"file": "keys/campaign.key"},
        }
        (self.path / "config.toml").write_text(toml(sections), "utf-8")

    def run(self, *arguments: str) -> Any:
        import cli

        before = Path.cwd()
        os.chdir(self.path)
        try:
            return CliRunner().invoke(cli.build(), list(arguments))
        finally:
            os.chdir(before)

    def document(self, *arguments: str, exit_code: int = 0) -> Any:
        result = self.run(*arguments, "--json")
        assert result.exit_code == exit_code, result.output
        return json.loads(result.stdout)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Somebody's folder without anything in it."""
    (tmp_path / "somewhere").mkdir()
    return Folder(tmp_path / "somewhere")


Importer = Callable[..., Any]


@pytest.fixture
def bring(folder: Folder) -> Importer:
    """Import rows by way of a CSV file; the answer as a document."""
    from tests.intake.conftest import tandem, write_csv

    def run(*changes: dict[str, Any], flags: tuple[str, ...] = (), exit_code: int = 0) -> Any:
        phone = "+49 761 200475"
        rows = [
            tandem(slug=f"tandem-{n}", volunteer_phone=phone) | each
            for n, each in enumerate(changes)
        ]
        file = write_csv(folder.path / "tandems.csv", rows)
        return folder.document("tandem", "import", str(file), *flags, exit_code=exit_code)

    return run
