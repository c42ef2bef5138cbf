"""The stage: a fresh database with one campaign whose posts are approved, and its settings.

Everything that opens an engine happens in a forked child that ends; the parent of the workers
never has a connection that they could inherit.
"""

import os
import shutil
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
from sqlmodel import Session

from orchestrator.approve import content_digest
from orchestrator.campaign import enrol
from orchestrator.config import Settings, load
from orchestrator.keys import CampaignKey
from orchestrator.model import Account, Consent, Person, Post, Tandem
from orchestrator.store import Store, connect, open_store, upgrade
from orchestrator.vocabulary import MayWork, Show
from schedules.clock import Clock
from tests.reliability.cell import Cell
from tests.reliability.shown import files
from tests.reliability.world import forked

CAMPAIGN = 1  # the only one in its database
KEY = CampaignKey(bytes(range(32)))
TEMPLATE = "tueroeffner_matrix"
CONFIG = """[campaign]
name = "Woche der Türen"
slug = "woche"
start = {start:%Y-%m-%d}
end = {end:%Y-%m-%d}
contact = "0761 555 0100"
quiet_hours = ""
windows = ["00:00-24:00"]
max_late = "30d"
burst = 1000
settle = "{settle}"
"""
PEOPLE = ("amira-und-jonas", "daniel-und-heike", "farida-und-ole", "samuel-und-kirsten")
TRADES = ("Schneiderei", "Bäckerei", "Tischlerei", "Pflege", "Buchhaltung", "Gärtnerei", "Küche")
TOWNS = ("Freiburg", "Görlitz", "Passau", "Husum", "Kassel", "Trier", "Halle (Saale)")
# Facebook takes what is to be held no later than ten minutes ahead.
HELD_FROM, HELD_FOR = timedelta(minutes=15), timedelta(minutes=60)
SPREAD = timedelta(minutes=20)
# For the real command line: half of it at once, for schedulers, the rest for daily jobs.
HOURS, LATE = timedelta(hours=3), timedelta(minutes=5)
LAST_DUE = HELD_FROM + HELD_FOR + timedelta(minutes=7)


@dataclass(frozen=True)
class Stage:
    """Where a cell plays: its folder, its database's address, and what it is configured to do."""

    folder: Path
    database: str
    settings: Settings

    @property
    def plain(self) -> str:
        """The database's address as the drivers themselves take it."""
        return self.database.replace("postgresql+psycopg://", "postgresql://")


class Workshop:
    """Makes databases: copies of one migrated template of each kind."""

    def __init__(self, folder: Path, server: str) -> None:
        self.folder, self.server = folder, server
        self.file = folder / "template.db"
        done(forked(self._make_templates))

    def _make_templates(self) -> None:
        # Small pages, so that a full disk is met by ordinary writes and not once in forty.
        with sqlite3.connect(self.file) as fresh:
            fresh.execute("PRAGMA page_size=512")
            fresh.execute("VACUUM")
        open_store(f"sqlite:///{self.file}").close()
        if self.server:
            self._says(f"DROP DATABASE IF EXISTS {TEMPLATE}")
            self._says(f"CREATE DATABASE {TEMPLATE}")
            engine = connect(self._named(TEMPLATE))
            upgrade(engine)
            engine.dispose()

    def database(self, cell: Cell, folder: Path) -> str:
        """A fresh database; its address."""
        if cell.database == "sqlite":
            shutil.copyfile(self.file, folder / "campaign.db")
            return f"sqlite:///{folder / 'campaign.db'}"
        name = f"cell_{os.getpid()}"
        self._says(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        return self._named(name)

    def scrap(self, database: str) -> None:
        """Drop a server's database; a file goes with its folder."""
        if not database.startswith("sqlite"):
            name = database.partition("?")[0].rpartition("/")[2]
            self._says(f"DROP DATABASE {name} WITH (FORCE)")

    def _named(self, name: str) -> str:
        return self.server.replace("/postgres?", f"/{name}?")

    def _says(self, statement: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement.encode())


def build(
    cell: Cell, folder: Path, database: str, environ: Mapping[str, str], clock: Clock
) -> Stage:
    """Write the configuration and the campaign's rows; posts come due from now on."""
    config = folder / "config.toml"
    start, end = cell.starts - timedelta(days=1), cell.starts + timedelta(days=14)
    config.write_text(CONFIG.format(settle=cell.settle, start=start, end=end), "utf-8")
    stage = Stage(folder, database, load(config, {**environ, **_wishes(cell), **_url(database)}))
    done(forked(lambda: _write(cell, stage, clock.now())))
    return stage


def _url(database: str) -> dict[str, str]:
    return {"TUEROEFFNER_DATABASE__URL": database}


def _wishes(cell: Cell) -> dict[str, str]:
    two = "two-phase" if cell.way == "facebook two-phase" else "direct"
    return {
        "TUEROEFFNER_FACEBOOK__PUBLISH": two,
        "TUEROEFFNER_FACEBOOK__AHEAD": "48h" if cell.is_ahead else "0h",
        "TUEROEFFNER_X__CAP": "1000",
    }


def done(process: int) -> None:
    """Wait for a child that must succeed."""
    _process, status = os.waitpid(process, 0)
    if status:
        raise RuntimeError("a child that sets the stage failed; its traceback stands above")


def _write(cell: Cell, stage: Stage, now: datetime) -> None:
    store = open_store(stage.database)
    _fill(cell, stage, store, now)
    store.close()


def _fill(cell: Cell, stage: Stage, store: Store, now: datetime) -> None:
    chance = cell.chance("posts")
    with store.session() as session:
        campaign = enrol(session, stage.settings.campaign, KEY, cell.starts)
        assert campaign.id == CAMPAIGN
        account = Account(
            campaign_id=campaign.id,
            network=cell.network,
            remote_id=stage.settings.networks[cell.network].account,
        )
        session.add(account)
        tandems = [_tandem(session, campaign.id, slug, cell) for slug in PEOPLE]
        for number in range(1, cell.posts + 1):
            post = Post(
                campaign_id=campaign.id, account_id=account.id, network=cell.network,
                tandem_id=tandems[number % len(tandems)], number=number, language="de",
                text=words(number), price_usd=0.015 if cell.network == "x" else 0.0,
                due_at=now + _due(cell, chance.random()), due_wall="",
                zone="Europe/Berlin", digest="",
                media=files(stage.folder, number) if cell.has_media else [],
            )  # fmt: skip
            post.digest = post.approved_digest = content_digest(post)
            session.add(post)


def words(number: int) -> str:
    """What the post of this number says; no two say the same."""
    trade, town = TRADES[number % len(TRADES)], TOWNS[number // len(TRADES) % len(TOWNS)]
    return f"Wer kennt bei {town} eine Stelle: {trade}? Nr. {number}."


def _due(cell: Cell, share: float) -> timedelta:
    if cell.is_ahead and not cell.is_typed:
        return HELD_FROM + HELD_FOR * share
    if cell.is_typed:
        return HOURS * max(0, 2 * share - 1) - LATE
    return SPREAD * share


def _tandem(session: Session, campaign_id: int, slug: str, cell: Cell) -> int:
    people = [Person(campaign_id=campaign_id), Person(campaign_id=campaign_id)]
    session.add_all(people)
    session.flush()
    tandem = Tandem(
        campaign_id=campaign_id, slug=slug, refugee_id=people[0].id, volunteer_id=people[1].id,
        public_name=slug.partition("-")[0].title(), show=Show.FULL, adult=True,
        may_work=MayWork.YES, trade="Handwerk", place_id=2925177, town="Freiburg",
        region="Baden-Württemberg", country="DE", lat=47.99, lon=7.85, town_people=230_000,
        place_digest="0", imported_at=cell.starts, changed_at=cell.starts,
    )  # fmt: skip
    session.add(tandem)
    session.flush()
    given_on = (cell.starts - timedelta(days=30)).date()
    consent = {"tandem_id": tandem.id, "person_id": people[0].id, "given_on": given_on}
    for purpose in (cell.network, *(["face"] if cell.has_media else [])):
        session.add(Consent(purpose=purpose, **consent))
    return tandem.id
