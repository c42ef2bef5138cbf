"""A folder with a tandems' file and what it names, and a campaign that takes them in."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from orchestrator.intake.importing import Intake, Report, import_file
from orchestrator.media import media_of, prepare_all
from orchestrator.media.preparing import Finding
from orchestrator.model import Campaign, Medium, Tandem
from tests.intake.conftest import intake, tandem, write_csv

__all__ = ["intake"]


@dataclass
class Album:
    """Somebody who imports tandems with pictures; ``told``: how far the preparing said it was."""

    intake: Intake
    beside: Path
    told: list[float] = field(default_factory=list)

    @property
    def kept(self) -> Path:
        """Where the campaign keeps them."""
        return self.intake.settings.folder / "media"

    def files(self) -> set[str]:
        return {each.name for each in self.kept.iterdir()} if self.kept.is_dir() else set()

    def bring(self, *rows: Mapping[str, Any], **options: Any) -> Report:
        columns = {"media": "", "media_alt": ""} | dict.fromkeys(key for row in rows for key in row)
        whole = [{key: row.get(key, "") for key in columns} for row in rows]
        return import_file(self.intake, write_csv(self.beside / "mine.csv", whole), **options)

    def prepare(self, **options: Any) -> list[Finding]:
        @contextmanager
        def watch(_total: int) -> Iterator[Callable[[float], None]]:
            yield self.told.append

        store, folder = self.intake.store, self.intake.settings.folder
        with store.reading() as session:
            campaign = session.exec(select(Campaign.id)).one()
        return prepare_all(store, folder, campaign, watch, **options)

    def tandem(self, slug: str) -> Tandem:
        with self.intake.store.reading() as session:
            return session.exec(select(Tandem).where(Tandem.slug == slug)).one()

    def media(self, slug: str) -> list[Medium]:
        with self.intake.store.reading() as session:
            return list(media_of(session, self.tandem(slug).id))


@pytest.fixture
def album(intake: Intake, tmp_path: Path) -> Album:
    beside = tmp_path / "from the office"
    beside.mkdir()
    return Album(intake, beside)


def named(slug: str, media: str, alt: str = "", **changes: Any) -> dict[str, Any]:
    """A good row that names pictures."""
    return tandem(slug=slug, media=media, media_alt=alt, **changes)
