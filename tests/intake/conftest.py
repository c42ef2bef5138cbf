"""Files as people make them, and an intake that reads them into both databases."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook

from orchestrator.intake.importing import Intake, Report, import_file
from orchestrator.keys import CampaignKey
from orchestrator.store import Store

if TYPE_CHECKING:
    from tests.conftest import SettingsFactory

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
AMAL: dict[str, Any] = {
    "slug": "amal-freiburg",
    "name": "Amal",
    "public_name": "",
    "show": "full",
    "adult": "yes",
    "may_work": "yes",
    "volunteer": "Birgit Sommer",
    "volunteer_email": "birgit@example.org",
    "volunteer_phone": "0761 200475",
    "volunteer_lang": "de",
    "backup_contact": "Gemeindebüro",
    "partner": "Haus am Fluss",
    "place": "79098",
    "country": "DE",
    "trade": "Schneiderin",
    "radius_km": "15",
    "appeal_de": "Ich nähe seit zehn Jahren. Wer kennt eine Werkstatt?",
    "appeal_ar": "أبحث عن عمل في الخياطة.",
    "link": "https://www.beispiel.example/hilfe",
    "consent": "facebook x",
    "consent_on": "2026-11-01",
    "consent_until": "2026-12-31",
    "consent_text": "",
}


def tandem(**changes: Any) -> dict[str, Any]:
    """A good row with some cells changed."""
    return {**AMAL, **changes}


def write_csv(path: Path, rows: Sequence[Mapping[str, Any]], *, separator: str = ",") -> Path:
    """UTF-8 with the heading of the first row."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode())
    return path


def write_xlsx(path: Path, rows: Sequence[Mapping[str, Any]], title: str = "Tandems") -> Path:
    """One sheet, the cells as they are."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    book.save(path)
    return path


@pytest.fixture
def intake(store: Store, key: CampaignKey, settings: "SettingsFactory") -> Intake:
    """Somebody who imports, on each database."""
    return Intake(settings(), store, key, NOW, "tester")


@pytest.fixture
def lite(sqlite_url: str, key: CampaignKey, settings: "SettingsFactory") -> Any:
    """The same on SQLite only, for what does not depend on the database."""
    from orchestrator.store import open_store

    opened = open_store(sqlite_url)
    yield Intake(settings(), opened, key, NOW, "tester")
    opened.close()


Bring = Callable[..., Report]


@pytest.fixture
def bring(intake: Intake, tmp_path: Path) -> Bring:
    """Import rows by way of a CSV file."""

    def run(*rows: Mapping[str, Any], **options: Any) -> Report:
        return import_file(intake, write_csv(tmp_path / "tandems.csv", rows), **options)

    return run
