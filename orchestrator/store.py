"""The local database: opened, checked and brought up to date in one place.

SQLite by default, PostgreSQL by configuration; nothing outside this module knows which. Whatever a
database can answer wrong becomes one sentence (see ``database_trouble``).
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy
from sqlalchemy import event, exc
from sqlalchemy.engine import URL, Engine, make_url
from sqlmodel import Session

from orchestrator.database_trouble import (
    bad_url,
    place_of,
    refuse_old_server,
    trouble,
    understood,
)
from orchestrator.errors import Unfit, UsageProblem
from orchestrator.i18n import _
from orchestrator.writer import Ground, TakingTurns, Turns, ground_of

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_MS = 5000
_PATIENT_MS = 60_000
# As long as SQLite waits for another writer; then a sentence instead of silence. A server would
# keep the locks of a computer that died for two hours: so it is gone after a minute, and a program
# that only hangs after five, longer than our own transactions ever rest.
_SERVER = (
    f"-c lock_timeout={_BUSY_MS} -c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10"
    " -c tcp_keepalives_count=3 -c idle_in_transaction_session_timeout=300000"
)
_READING = "tueroeffner_reading"
_PATIENT = "tueroeffner_patient"
_NO_FILE = ("file:", ":memory:")
_FILE = "tueroeffner_file"


@dataclass(frozen=True)
class Store:
    """An open database whose schema is the program's."""

    engine: Engine

    @contextmanager
    def session(self, *, dry_run: bool = False, patient: bool = False) -> Iterator[Session]:
        """Work in one transaction: kept at the end, undone on any error or for a dry run.

        ``patient`` waits a minute for others instead of some seconds: for what must not fail
        because somebody else is busy, such as a stop, or the receipt of a post.
        """
        engine = self.engine.execution_options(**{_PATIENT: patient})
        with understood(self.engine.url), Session(engine, expire_on_commit=False) as session:
            yield session
            if dry_run:
                # Errors of the database must show in a dry run as well; and what was read stays
                # readable, since a roll-back would empty the objects.
                session.flush()
                session.expunge_all()
                session.rollback()
            else:
                session.commit()

    @contextmanager
    def plainly(self) -> Iterator[sqlalchemy.Connection]:
        """Work in one transaction with plain statements: for what is done very often."""
        with understood(self.engine.url), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Read without keeping any writer waiting, nor waiting for one."""
        engine = self.engine.execution_options(**{_READING: True})
        with understood(self.engine.url), Session(engine, expire_on_commit=False) as session:
            yield session

    def refuse_unfit(self) -> None:
        """Refuse what became of the database since it was opened, such as a newer schema."""
        _found(self.engine).refuse_unfit()

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


class Schema(StrEnum):
    """How a database stands to this program."""

    MISSING = "missing"
    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"
    FOREIGN = "foreign"


@dataclass(frozen=True)
class Found:
    """What :func:`inspect` found: the schema, its revision, the program's, and the place."""

    schema: Schema
    at: str | None
    newest: str
    where: str

    def refuse_unfit(self) -> None:
        """Refuse what this program must not write to: newer or another program's tables."""
        if self.schema is Schema.NEWER:
            raise Unfit(
                _("The database was made by a newer version of Türöffner than this one."),
                subject=self.where,
                remedy=_("Update Türöffner on this machine; nothing was changed."),
            )
        if self.schema is Schema.FOREIGN:
            raise Unfit(
                _("The database belongs to another program."),
                subject=self.where,
                remedy=_("Name a database of its own in [database] url; nothing was changed."),
            )


def open_store(url: str) -> Store:
    """Open the database and make sure that its schema fits; an empty one is set up.

    An older schema asks for ``db upgrade``; a newer one is refused, since writing to it with an
    older program could lose data.
    """
    engine = connect(url)
    try:
        found = _found(engine)
        found.refuse_unfit()
        if found.schema is Schema.OLDER:
            raise UsageProblem(
                _("The database was made by an older version of Türöffner."),
                subject=found.where,
                remedy=_("Run `tueroeffner db upgrade`."),
            )
        if found.schema is Schema.EMPTY:
            upgrade(engine)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine)


def inspect(url: str) -> Found:
    """Look at a database without changing or making anything."""
    engine = connect(url)
    if _is_missing(engine.url):
        return Found(Schema.MISSING, None, newest(), place_of(engine.url))
    try:
        return _found(engine)
    finally:
        engine.dispose()


def renew(url: str) -> str | None:
    """Bring the schema to the newest revision; an SQLite file is copied first.

    Returns the path of the copy, which never overwrites an older one.
    """
    engine = connect(url)
    try:
        with understood(engine.url):
            at = revision(engine)
            copy = _copy(engine, at) if at and engine.dialect.name == "sqlite" else None
            upgrade(engine)
        return copy
    finally:
        engine.dispose()


def _copy(engine: Engine, at: str) -> str:
    here = Path(engine.url.database or "")
    number, path = 1, here.with_name(f"{here.stem}-before-{newest()}-from-{at}{here.suffix}")
    while path.exists():
        number += 1
        path = path.with_name(f"{here.stem}-before-{newest()}-from-{at}-{number}{here.suffix}")
    raw = engine.raw_connection()
    try:
        # Not a plain copy of the file: in WAL mode that can lack the last commits.
        raw.cursor().execute("VACUUM INTO ?", (str(path),))
    finally:
        raw.close()
    path.chmod(0o600)
    return str(path)


def connect(url: str, ground: Ground | None = None) -> Engine:
    """Make an engine with the pragmas and time limits that the promises rest on.

    ``ground``: what an SQLite file stands on; looked up when it is not given.
    """
    try:
        parsed = make_url(url)
    except (exc.ArgumentError, ValueError) as error:
        raise bad_url(url) from error
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername == "sqlite":
        return _connect_sqlite(parsed, ground)
    if parsed.drivername == "postgresql+psycopg" and "[" not in (parsed.host or ""):
        return _connect_postgresql(parsed)
    raise bad_url(url)


def _connect_postgresql(url: URL) -> Engine:
    limits = {"connect_timeout": "10", "tcp_user_timeout": "30000", "options": _SERVER}
    arguments = {key: value for key, value in limits.items() if key not in url.query}
    engine = sqlalchemy.create_engine(url, pool_pre_ping=True, connect_args=arguments)
    event.listen(engine, "begin", _begin_patiently)
    return engine


def _connect_sqlite(url: URL, ground: Ground | None) -> Engine:
    folder = Path(url.database or "").expanduser().parent
    if url.database and not folder.is_dir():
        raise UsageProblem(
            _("There is no folder {folder} for the database.").format(folder=folder),
            remedy=_("Make it, or correct [database] url."),
        )
    engine = sqlalchemy.create_engine(url, connect_args={"factory": TakingTurns})
    event.listen(engine, "do_connect", _for_its_owner)
    event.listen(engine, "connect", _pragmas)
    event.listen(engine, "connect", _note_file)
    if url.database and not url.database.startswith(_NO_FILE):
        _settle_on(engine, Path(url.database), ground)
    # The driver's own idea of when a transaction starts would let two workers read the same row
    # before either writes; so we say BEGIN ourselves, and say it for writing.
    event.listen(engine, "begin", _refuse_moved)
    event.listen(engine, "begin", _begin)
    return engine


def _settle_on(engine: Engine, file: Path, ground: Ground | None) -> None:
    """Choose the journal, and let writers take turns, as library and disk need it."""
    found, turns = ground or ground_of(file), Turns(file)

    def settle(connection: TakingTurns, _record: object) -> None:
        connection.execute(f"PRAGMA journal_mode={found.journal}")
        connection.turns = turns if found.one_writer else None

    event.listen(engine, "connect", settle)
    if found.one_writer:
        event.listen(engine, "engine_disposed", lambda _engine: turns.tidy())


def _for_its_owner(_dialect: Any, _record: Any, arguments: Any, _named: Any) -> None:
    """Make a new file owner-only; SQLite gives its journals the same rights."""
    file = str(arguments[0])
    if file.startswith(_NO_FILE):
        return
    # What cannot be made here cannot be opened either, and that is said by SQLite.
    with suppress(OSError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _pragmas(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
    # FULL: after a power cut an intent that was committed must still be there, else a post
    # that went out would count as never sent.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    # What was deleted is overwritten: a destroyed key must not be left in a free page.
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _note_file(connection: Any, record: Any) -> None:
    """Remember which file this connection has open, whatever will have its name later."""
    [path] = [row[2] for row in connection.execute("PRAGMA database_list") if row[1] == "main"]
    record.info[_FILE] = _identity(path) if path else None


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _refuse_moved(connection: Any) -> None:
    """A program that goes on in a file that was moved away would not see a freeze, nor a stop."""
    path, opened = connection.engine.url.database or "", connection.info[_FILE]
    if opened is None or path.startswith(_NO_FILE) or _identity(path) == opened:
        return
    raise Unfit(
        _("The database {file} was moved or replaced while this program had it open.").format(
            file=path
        ),
        remedy=_("Stop this program and start it again; it must not go on with the old file."),
    )


def _begin(connection: Any) -> None:
    options = connection.get_execution_options()
    patience = _PATIENT_MS if options.get(_PATIENT) else _BUSY_MS
    connection.exec_driver_sql(f"PRAGMA busy_timeout={patience}")
    if options.get(_READING):
        connection.exec_driver_sql("BEGIN")
    else:
        _begin_writing(connection, patience / 1000)


def _begin_writing(connection: Any, patience: float) -> None:
    raw: TakingTurns = connection.connection.driver_connection
    try:
        raw.take_turn(patience)
    except sqlite3.OperationalError as error:
        raise trouble(connection.engine.url, str(error)) from error
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except BaseException:
        raw.end_turn()
        raise


def _begin_patiently(connection: Any) -> None:
    if connection.get_execution_options().get(_PATIENT):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_PATIENT_MS}")


def _alembic(engine: Engine) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["engine"] = engine
    return config


def newest() -> str:
    """The schema revision that this program is written for."""
    return max(known_revisions())


def known_revisions() -> set[str]:
    """Every schema revision that this program can bring up to date.

    Each file is named by its number: loading alembic to ask it takes longer than most commands.
    """
    return {path.name[:4] for path in MIGRATIONS.glob("versions/[0-9][0-9][0-9][0-9]_*.py")}


def revision(engine: Engine) -> str | None:
    """The schema revision that the database has; None when it is empty."""
    with engine.execution_options(**{_READING: True}).connect() as connection:
        if not sqlalchemy.inspect(connection).has_table("alembic_version"):
            return None
        return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def upgrade(engine: Engine) -> None:
    """Bring the schema to the newest revision."""
    from alembic import command

    with understood(engine.url):
        command.upgrade(_alembic(engine), "head")


def _is_missing(url: URL) -> bool:
    file = url.database if url.drivername == "sqlite" else None
    return bool(file and file != ":memory:" and not Path(file).expanduser().exists())


def _found(engine: Engine) -> Found:
    with understood(engine.url):
        # First the tables, then the revision: another first start may make both just now.
        tables = set(sqlalchemy.inspect(engine).get_table_names())
        if engine.dialect.name == "postgresql":
            refuse_old_server(engine.url, engine.dialect.server_version_info)
        at, head = revision(engine), newest()
        if at is None:
            schema = Schema.FOREIGN if tables - {"alembic_version"} else Schema.EMPTY
        elif at == head:
            schema = Schema.CURRENT
        else:
            schema = Schema.OLDER if at in known_revisions() else Schema.NEWER
    return Found(schema, at, head, place_of(engine.url))
