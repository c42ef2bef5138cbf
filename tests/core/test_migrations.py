"""From every schema that was ever released to today's: rows stay, rules hold, on both databases."""

import shutil
import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, exc, text
from sqlalchemy.engine import make_url

from orchestrator import store as store_module
from orchestrator.backup.digest import Figures, figures_of
from orchestrator.errors import UsageProblem
from orchestrator.model import Campaign
from orchestrator.store import Schema, connect, inspect, known_revisions, newest, open_store, renew
from orchestrator.vocabulary import Show

NOW = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)
CITIES = [{"name": "Görlitz", "key": "2867993"}, {"name": "Zittau", "key": None}]
OWNERS = {"campaign_id": 1, "tandem_id": 1, "account_id": 1}

# What a campaign of that time had written; columns that came later are left out where they lack.
ROWS: dict[str, list[dict[str, Any]]] = {
    "campaign": [
        {"id": 1, "slug": "woche", "name": "Woche der offenen Türen", "key_fingerprint": "f" * 16,
         "created_at": NOW, "last_pass_at": NOW + HOUR, "frozen_since": NOW},
        {"id": 2, "slug": "fruehling", "name": "Frühling", "key_fingerprint": "0" * 16,
         "created_at": NOW},
    ],
    "partner": [{"id": 1, "campaign_id": 1, "name": "Nachbarschaftshilfe Ost"}],
    "account": [
        {"id": 1, "campaign_id": 1, "network": "facebook", "remote_id": "77", "followers": 1203,
         "name": "Aktionsbüro", "checked_at": NOW, "unavailable": {"reach": "under 100 likes"},
         "heard_until": "900", "refusal": "Der Schlüssel ist abgelaufen", "read_usd": 0.25},
        {"id": 2, "campaign_id": 1, "network": "x", "remote_id": "88", "name": "",
         "not_before": NOW, "unavailable": {}, "read_usd": 0.0},
    ],
    "person": [
        {"id": 1, "campaign_id": 1, "wrapped_key": b"\x00\xff\x01", "sealed": b"\x9csealed\x00"},
        {"id": 2, "campaign_id": 1, "wrapped_key": None, "sealed": None},
    ],
    "tandem": [
        {"id": 1, "campaign_id": 1, "slug": "amina-und-bernd", "partner_id": 1, "refugee_id": 1,
         "volunteer_id": 2, "public_name": "Amina 🌿", "show": "alias", "adult": True,
         "may_work": "permit", "volunteer_lang": "de", "trade": "Schneiderin", "place_id": 7,
         "town": "Görlitz", "region": "Sachsen", "country": "DE", "lat": 51.15518, "lon": 14.98853,
         "town_people": 56000, "place_digest": "d" * 64, "floor_km": 3, "radius_km": None,
         "link": "https://example.org/a", "media": "a.jpg", "state": "active", "imported_at": NOW,
         "changed_at": NOW + HOUR},
    ],
    "appeal": [
        {"id": 1, "tandem_id": 1, "language": "de", "text": "Wer kennt eine Schneiderei?"},
        {"id": 2, "tandem_id": 1, "language": "ar", "text": "هل تعرفون مشغل خياطة؟"},
    ],
    "consent": [
        {"id": 1, "tandem_id": 1, "person_id": 1, "purpose": "facebook",
         "given_on": date(2026, 11, 1), "ends_on": date(2027, 2, 28), "withdrawn_at": None},
    ],
    "audience": [
        {"id": 1, "tandem_id": 1, "network": "facebook", "radius_km": 25, "people": 91000,
         "mode": "soft", "cities": CITIES, "targeting": {"geo_locations": {"cities": CITIES}},
         "built_at": NOW},
    ],
    "city_key": [
        {"id": 1, "network": "facebook", "country": "DE", "region": "Sachsen", "name": "Görlitz",
         "key": "2867993", "checked_at": NOW},
    ],
    "post": [
        {"id": 1, **OWNERS, "network": "facebook", "number": 1, "language": "de", "text": "Wer …",
         "link": "https://example.org/a", "targeting": None, "mode": "", "digest": "a" * 64,
         "price_usd": 0.0, "due_at": NOW, "due_wall": "2026-11-23T10:00", "zone": "Europe/Berlin",
         "state": "published", "approved_digest": "a" * 64, "approved_at": NOW, "fence": 2,
         "remote_id": "77_1", "permalink": "https://example.org/77_1", "published_at": NOW + HOUR,
         "targeting_kept": True, "collected_at": NOW, "gone_at": None},
        {"id": 2, **OWNERS, "account_id": 2, "network": "x", "number": 1, "language": "de",
         "text": "Wer …", "link": "", "targeting": {"a": [1]}, "mode": "soft", "digest": "b" * 64,
         "price_usd": 0.215, "due_at": NOW + HOUR, "due_wall": "2026-11-23T11:00",
         "zone": "Europe/Berlin", "state": "unknown", "fence": 1, "claimed_by": None,
         "error": "no answer within 30 s"},
        {"id": 3, **OWNERS, "account_id": 2, "network": "x", "number": 2, "language": "ar",
         "text": "من", "link": "", "targeting": None, "mode": "", "digest": "c" * 64,
         "price_usd": 0.015, "due_at": NOW + 9 * HOUR, "due_wall": "2026-11-23T19:00",
         "zone": "Europe/Berlin", "state": "planned", "fence": 0},
    ],
    "attempt": [
        {"id": 1, "post_id": 1, "number": 1, "digest": "a" * 64, "sent_at": NOW,
         "ended_at": NOW + HOUR, "outcome": "done", "detail": "", "reads": 0, "read_at": None,
         "price_usd": 0.0},
        {"id": 2, "post_id": 2, "number": 1, "digest": "b" * 64, "sent_at": NOW, "ended_at": NOW,
         "outcome": "unknown", "detail": "no answer", "reads": 2, "read_at": NOW + HOUR,
         "price_usd": 0.215},
        {"id": 3, "post_id": 2, "number": 2, "digest": "b" * 64, "sent_at": NOW + HOUR,
         "ended_at": None, "outcome": None, "detail": "", "reads": 0, "read_at": None,
         "price_usd": 0.215},
    ],
    "snapshot": [
        {"post_id": 1, "metric": "reach", "taken_at": NOW, "value": 4_000_000_000},
        {"post_id": 1, "metric": "reach", "taken_at": NOW + HOUR, "value": 4_000_000_001},
    ],
    "event": [
        {"id": 1, "campaign_id": 1, "at": NOW, "actor": "anna", "what": "approved",
         "subject": "post 1", "detail": {"posts": [1, 2]}},
        {"id": 2, "campaign_id": 1, "at": NOW, "actor": "anna", "what": "tandem.updated",
         "subject": "amina-und-bernd", "detail": {"changed": ["öffentlich"]}},
    ],
    "pause": [
        {"id": 1, "campaign_id": 1, "scope": "tandem", "name": "amina-und-bernd", "since": NOW,
         "actor": "anna"},
    ],
    "reply": [
        {"id": 1, "campaign_id": 1, "post_id": 1, "tandem_id": 1, "person_id": 2,
         "duplicate_of": None, "network": "facebook", "channel": "comment", "remote_id": "77_1_5",
         "permalink": "", "author": "", "author_digest": "e" * 64, "contact_digests": ["1", "2"],
         "text": "Unsere Änderungsschneiderei sucht!", "picture": False, "received_at": NOW,
         "collected_at": NOW, "label": "job_offer", "confidence": 0.9, "why": ["sucht"],
         "queue": True, "status": "taken", "taken_by": "bernd", "taken_at": NOW + HOUR},
        {"id": 2, "campaign_id": 1, "post_id": None, "tandem_id": 1, "person_id": None,
         "duplicate_of": 1, "network": None, "channel": "phone", "remote_id": None,
         "permalink": "", "author": "", "contact_digests": [], "text": "noch einmal",
         "picture": False, "received_at": NOW, "collected_at": NOW, "label": "tip",
         "confidence": 0.5, "why": [], "queue": False, "status": "new"},
    ],
}  # fmt: skip
# Nothing ever wrote to the first version's table of replies; the second made it anew.
FIRST_HAD_NO = {"reply"}
# These came with a later version, empty or filled from others.
NEW = {
    *("heartbeat", "person_key", "evidence", "known_place", "turn", "municipality"),
    *("capability", "pilot", "charge", "medium", "upload", "advert"),
    *("correction", "offer_check", "referral", "milestone", "answer", "alert"),
}
# What a later version moved elsewhere.
MOVED = {("person", "wrapped_key"): sqlalchemy.LargeBinary(), ("event", "subject"): None}


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/old.db"
    url: str = request.getfixturevalue("empty_postgresql_url")
    return url


@pytest.fixture(params=["0001", "0002", "0003"])
def old_url(request: pytest.FixtureRequest, empty_url: str) -> str:
    """A database as that revision left it, with rows in every table."""
    made(empty_url, request.param)
    return empty_url


def made(url: str, revision: str) -> None:
    engine = connect(url)
    command.upgrade(store_module._alembic(engine), revision)
    there = MetaData()
    there.reflect(engine)
    skipped = {"alembic_version"} | (FIRST_HAD_NO if revision == "0001" else set())
    with engine.begin() as connection:
        for table in there.sorted_tables:
            if table.name in ROWS and table.name not in skipped:
                known = {column.name: model_type(table.name, column.name) for column in table.c}
                fill(connection, table.name, known)
    engine.dispose()


def model_type(table: str, column: str) -> Any:
    return MOVED.get((table, column)) or Campaign.metadata.tables[table].c[column].type


def fill(connection: sqlalchemy.Connection, name: str, types: dict[str, Any]) -> None:
    for row in ROWS[name]:
        values = {key: value for key, value in row.items() if key in types}
        places = ", ".join(f":{key}" for key in values)
        statement = text(f"INSERT INTO {name} ({', '.join(values)}) VALUES ({places})")
        bound = [sqlalchemy.bindparam(key, type_=types[key]) for key in values]
        connection.execute(statement.bindparams(*bound), values)


def rows_of(url: str, name: str) -> list[dict[str, Any]]:
    table = Campaign.metadata.tables[name]
    engine = connect(url)
    with engine.connect() as connection:
        found = connection.execute(sqlalchemy.select(table).order_by(*table.primary_key))
        rows = [dict(row) for row in found.mappings()]
    engine.dispose()
    return rows


def revision_of(url: str) -> str | None:
    return inspect(url).at


def figures(url: str) -> dict[str, Figures]:
    engine = connect(url)
    with engine.connect() as connection:
        found = figures_of(connection, lambda: None)
    engine.dispose()
    return found


def test_every_table_has_rows_here() -> None:
    """A table that a later version adds is asked for here, unless it is new with that version."""
    assert set(Campaign.metadata.tables) - set(ROWS) == NEW


def test_nothing_is_lost_and_every_value_is_right(old_url: str) -> None:
    """Every value that was there still is; new columns hold what the program expects of them."""
    first = revision_of(old_url) == "0001"
    later = {
        "campaign": {"frozen_since"},
        "account": {"unavailable", "heard_until", "refusal", "read_usd", "read_not_before"},
        "post": {"collected_at", "gone_at"},
    }
    renew(old_url)
    assert inspect(old_url).schema is Schema.CURRENT
    for name, rows in ROWS.items():
        found = rows_of(old_url, name)
        if first and name in FIRST_HAD_NO:
            assert found == []
            continue
        assert len(found) == len(rows)
        lacked = later.get(name, set()) if first else set()
        for wanted, there in zip(rows, found, strict=True):
            lacked = lacked | {column for table, column in MOVED if table == name}
            assert {key: there[key] for key in wanted if key not in lacked} == {
                key: value for key, value in wanted.items() if key not in lacked
            }
    assert [row["price_usd"] for row in rows_of(old_url, "attempt")] == [0.0, 0.215, 0.215]
    for row in rows_of(old_url, "account"):
        assert first is False or (row["unavailable"], row["read_usd"]) == ({}, 0.0)
    for row in rows_of(old_url, "post"):
        assert (row["handed_digest"], row["handed_for"]) == (None, None)
    assert [row["home"] for row in rows_of(old_url, "campaign")] == [None, None]
    assert rows_of(old_url, "heartbeat") == rows_of(old_url, "evidence") == []
    assert rows_of(old_url, "person_key") == [{"person_id": 1, "wrapped": b"\x00\xff\x01"}]
    assert {row["show"] for row in rows_of(old_url, "post")} == {Show.ALIAS}
    [consent] = rows_of(old_url, "consent")
    assert (consent["language"], consent["version"], consent["method"]) == ("de", "1", "file")
    seen = [(row["seq"], row["subject"]) for row in rows_of(old_url, "event")]
    assert seen == [(1, "post 1"), (2, "tandem 1")]


FORBIDDEN = [
    "INSERT INTO partner (campaign_id, name) VALUES (4711, 'Niemand')",
    "INSERT INTO partner (campaign_id, name) VALUES (1, 'Nachbarschaftshilfe Ost')",
    "UPDATE post SET state = 'sent'",
    "UPDATE attempt SET outcome = 'maybe'",
    "UPDATE post SET number = 1 WHERE id = 3",
    "UPDATE attempt SET price_usd = NULL",
    "INSERT INTO heartbeat (campaign_id, worker, once, started_at, beat_at)"
    " VALUES (4711, 'w', true, '2026-11-23 09:00:00', '2026-11-23 09:00:00')",
    "DELETE FROM post WHERE id = 1",
    "DELETE FROM campaign WHERE id = 1",
]


def test_the_rules_hold_afterwards(old_url: str) -> None:
    """Keys, checks and uniqueness come through; nothing that others refer to can go."""
    renew(old_url)
    engine = connect(old_url)
    for statement in FORBIDDEN:
        with pytest.raises(exc.IntegrityError), engine.begin() as connection:
            connection.execute(text(statement))
            pytest.fail(f"allowed: {statement}")
    engine.dispose()


def test_the_result_is_the_models_schema(old_url: str) -> None:
    """The same columns, rights to be empty, indexes and uniqueness as the model asks for."""
    renew(old_url)
    engine = connect(old_url)
    there = sqlalchemy.inspect(engine)
    for name, table in Campaign.metadata.tables.items():
        found = {column["name"]: column["nullable"] for column in there.get_columns(name)}
        assert found == {column.name: column.nullable for column in table.columns}, name
        indexes = {each["name"] for each in there.get_indexes(name)}
        assert {each.name for each in table.indexes} <= indexes, name
    engine.dispose()


def test_a_second_time_does_nothing(old_url: str) -> None:
    """Repeating it is safe: the same rows, the same revision."""
    renew(old_url)
    before = figures(old_url)
    renew(old_url)
    assert figures(old_url) == before
    assert revision_of(old_url) == newest()


def test_the_files_are_named_by_their_revisions() -> None:
    """What is read from their names is what alembic reads from the files themselves."""
    scripts = ScriptDirectory(str(store_module.MIGRATIONS))
    assert newest() == scripts.get_current_head()
    assert known_revisions() == {each.revision for each in scripts.walk_revisions()}


@pytest.fixture
def broken_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A newest migration that fails after it changed and removed things."""
    folder = tmp_path / "migrations"
    shutil.copytree(store_module.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    broken = folder / "versions" / "9999_broken.py"
    broken.write_text(
        "from alembic import op\n"
        f"revision, down_revision = '9999', {newest()!r}\n"
        "branch_labels = depends_on = None\n"
        "def upgrade():\n"
        "    op.execute('UPDATE campaign SET name = NULL WHERE 1 = 0')\n"
        "    op.execute(\"UPDATE post SET text = 'lost'\")\n"
        "    op.drop_table('snapshot')\n"
        "    op.execute('CREATE TABLE half (id INTEGER)')\n"
        "    op.execute('INSERT INTO half SELECT id FROM no_such_table')\n"
    )
    monkeypatch.setattr(store_module, "MIGRATIONS", folder)
    return broken


def test_a_failed_migration_leaves_the_old_state(old_url: str, broken_migration: Path) -> None:
    """Also the steps before the one that failed are undone; one sentence, and a copy as well."""
    before, at = figures(old_url), revision_of(old_url)
    with pytest.raises(UsageProblem, match="lacks a table"):
        renew(old_url)
    assert revision_of(old_url) == at
    assert figures(old_url) == before
    engine = connect(old_url)
    assert "half" not in sqlalchemy.inspect(engine).get_table_names()
    engine.dispose()


def test_a_migration_that_failed_can_be_repeated(old_url: str, broken_migration: Path) -> None:
    """With the repaired program everything is there."""
    with pytest.raises(UsageProblem):
        renew(old_url)
    broken_migration.unlink()
    renew(old_url)
    assert inspect(old_url).schema is Schema.CURRENT
    assert [row["id"] for row in rows_of(old_url, "post")] == [1, 2, 3]


def test_an_older_schema_asks_for_the_upgrade_and_gets_it(old_url: str) -> None:
    """Nothing is changed unasked; an SQLite file is copied first, as it was."""
    at = revision_of(old_url)
    with pytest.raises(UsageProblem, match="older version") as caught:
        open_store(old_url)
    assert "db upgrade" in caught.value.remedy
    assert revision_of(old_url) == at
    before = figures(old_url)
    copy = renew(old_url)
    open_store(old_url).close()
    assert bool(copy) == (make_url(old_url).drivername == "sqlite")
    if copy:
        assert figures(f"sqlite:///{copy}") == before
        kept = sqlite3.connect(copy)
        assert kept.execute("SELECT version_num FROM alembic_version").fetchone() == (at,)
        kept.close()
