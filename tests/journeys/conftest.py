"""A campaign manager at the keyboard: the real command line against the sandbox."""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import cli
from orchestrator.sandbox.server import Sandbox

# Three days before the campaign, at the time of the daily job.
FRIDAY = datetime.fromisoformat("2026-11-27T07:30:00+01:00")


@dataclass(frozen=True)
class Answer:
    """What a command said, and its exit code."""

    exit: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


@dataclass
class Manager:
    """Types commands in the campaign's folder; the sandbox's clock is the campaign's."""

    folder: Path
    sandbox: Sandbox
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    said: list[str] = field(default_factory=list)

    def type(self, *arguments: str) -> Answer:
        """Run one command; whatever it printed is kept for a search for secrets."""
        self.monkeypatch.setenv("TUEROEFFNER_NOW", self.sandbox.clock.now().isoformat())
        self.monkeypatch.setattr(sys, "argv", ["tueroeffner", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = self.capsys.readouterr()
        self.said += [printed.out, printed.err]
        assert "Traceback" not in printed.out + printed.err
        return Answer(int(ended.value.code or 0), printed.out, printed.err)

    def ask(self, *arguments: str) -> Any:
        """Run one command with ``--json`` that must succeed; its document."""
        answer = self.type(*arguments, "--json")
        assert answer.exit == 0, answer
        return answer.document

    def wait(self, span: timedelta) -> None:
        """Let time pass."""
        self.sandbox.clock.advance(span)

    def posts(self) -> list[dict[str, Any]]:
        """All posts as scripts see them."""
        rows: list[dict[str, Any]] = self.ask("post", "list")["posts"]
        return rows

    def live(self) -> list[dict[str, Any]]:
        """All that is on the networks."""
        return [row for row in self.sandbox.ledger() if not row.get("deleted")]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """The networks, three days before the campaign, on a clock that we move."""
    with Sandbox(port=0, start=FRIDAY, speed=0.0) as running:
        yield running


@pytest.fixture(scope="session")
def typed_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where campaigns are kept that were made already, or imported, planned and approved."""
    return tmp_path_factory.mktemp("typed")


@pytest.fixture
def manager(
    tmp_path: Path,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    typed_once: Path,
) -> Manager:
    """Somebody who has made a campaign folder and knows the sandbox's credentials.

    The first one types the command; the others get a copy with its own key.
    """
    folder, made = tmp_path / "campaign", typed_once / "init"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name, value in sandbox.env().items():
        monkeypatch.setenv(name, value)
    person = Manager(folder, sandbox, monkeypatch, capsys)
    if made.exists():
        shutil.copytree(made, folder, dirs_exist_ok=True)
        return person
    person.ask(
        "init", "--name", "Woche der Türen", "--start", "2026-11-30", "--end", "2026-12-06",
        "--contact", "0761 555 0100",
    )  # fmt: skip
    shutil.copytree(folder, made)
    return person


TOWNS = [
    "Freiburg im Breisgau", "24103", "Görlitz", "Passau", "Husum", "Saarbrücken", "Erfurt",
    "Halle (Saale)", "Bad Homburg vor der Höhe", "Neustadt an der Weinstraße", "Muenchen",
    "Köln", "Konstanz", "Flensburg", "Frankfurt (Oder)", "Bamberg", "Trier", "Stralsund",
    "01067", "Emden", "Kassel", "Ulm", "Jena", "Aachen", "Schwerin", "Potsdam", "Zwickau",
    "Göttingen", "Osnabrück", "Coburg", "Fulda", "Cottbus", "Regensburg", "Siegen", "Hof",
    "Wismar", "Lüneburg", "Heilbronn",
]  # fmt: skip
TRADES = ["Bäckerin", "Elektriker", "Altenpflege", "Buchhalterin", "Tischler", "etwas mit Holz"]
SHOWN = ["full", "no-face", "alias", "full", "region"]


def tandem_row(number: int, **changes: Any) -> dict[str, Any]:
    """One tandem as it stands in a file; every fifth is shown in the region only."""
    trade = TRADES[number % len(TRADES)]
    return {
        "slug": f"tandem-{number:02}",
        "name": f"Person{number}",
        "public_name": f"Robin {number}",
        "show": SHOWN[number % len(SHOWN)],
        "adult": "ja",
        "may_work": "yes",
        "volunteer": "Heike",
        "volunteer_email": f"heike.{number}@verein.example.org",
        "volunteer_phone": f"0761 888{number:04}",
        "partner": ["Verein Nord", "Verein Süd", "Verein West"][number % 3],
        "place": TOWNS[number % len(TOWNS)],
        "trade": trade,
        "appeal_de": f"Nach {number + 2} Jahren im Beruf „{trade}“ möchte ich hier weiterarbeiten.",
        "consent": "facebook x",
        "consent_on": "01.11.2026",
        "consent_until": "31.01.2027",
    } | changes


def write_xlsx(path: Path, rows: list[dict[str, Any]]) -> Path:
    """An Excel file with these rows."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    columns = list(tandem_row(0))
    sheet.append(columns)
    for row in rows:
        sheet.append([row.get(column) for column in columns])
    book.save(path)
    return path


WriteTandems = Callable[[int], Path]


@pytest.fixture
def tandems(manager: Manager) -> WriteTandems:
    """Write a file of so many tandems into the campaign's folder."""
    return lambda count: write_xlsx(
        manager.folder / "mine.xlsx", [tandem_row(number) for number in range(count)]
    )


def ready(manager: Manager, path: Path) -> int:
    """Import, plan and approve; how many posts wait."""
    manager.ask("tandem", "import", str(path))
    manager.ask("plan")
    return int(manager.ask("approve", "--all", "--yes")["approved"])


Approved = Callable[[int], None]


@pytest.fixture
def approved(manager: Manager, tandems: WriteTandems, typed_once: Path) -> Approved:
    """Have so many tandems in an approved campaign, in its SQLite file, before anything is sent.

    The first test that wants it types the commands; the others get a copy with its own key.
    """

    def take_over(count: int) -> None:
        wishes = [each for each in sorted(os.environ.items()) if "_CAMPAIGN__" in each[0]]
        made = typed_once / "-".join([str(count), *(f"{name}={value}" for name, value in wishes)])
        if made.exists():
            shutil.copytree(made, manager.folder, dirs_exist_ok=True)
            return
        ready(manager, tandems(count))
        shutil.copytree(manager.folder, made)

    return take_over
