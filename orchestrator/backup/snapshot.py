"""One consistent state of the database as an SQLite file, while writers go on.

The figures are taken from the very state that is copied, and compared with the file afterwards:
a copy that lacks a commit can be a sound database all the same.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import sqlalchemy
from sqlalchemy import Connection
from sqlalchemy.engine import Engine
from sqlalchemy.pool import NullPool

from orchestrator.backup.digest import Figures, Step, Tape, figures_of
from orchestrator.backup.tables import Rows, Table, count, read, tables_of, write
from orchestrator.database_trouble import trouble, understood
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.store import Store, connect, upgrade

NAME = "campaign.db"
# So many pages are copied at a time; between them Ctrl-C is heard.
_PAGES = 2000
# Alembic keeps what it works on in the module: two threads at once would mix their databases.
_MIGRATING = Lock()


@contextmanager
def state_of(store: Store) -> Iterator[Connection]:
    """A connection that sees the database as it is now, whatever is written meanwhile."""
    lasting = {} if _is_sqlite(store.engine) else {"isolation_level": "REPEATABLE READ"}
    try:
        with store.reading() as session:
            connection = session.connection(execution_options=lasting)
            if lasting:  # it rests while a slow disk is written to
                connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
            yield connection
    except sqlite3.DatabaseError as error:
        raise trouble(store.engine.url, str(error)) from error


def _is_sqlite(engine: Engine) -> bool:
    return engine.dialect.name == "sqlite"


def rows_in(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    return {table.name: count(connection, table) for table in tables_of(connection)}


def take(connection: Connection, folder: Path, step: Step) -> dict[str, Figures]:
    """Write the state into ``folder``; returns the figures of the state itself.

    Raises ``OSError`` when the folder cannot take it.
    """
    draft = folder / f"{NAME}.part"
    with _told_of_the_disk(folder):
        if connection.dialect.name == "sqlite":
            with _told_of_the_database(connection):
                figures = figures_of(connection, step)
            _copy_pages(connection, draft)
        else:
            figures = _copy_rows(connection, draft, step)
        _compact(draft, folder / NAME)
    return figures


def _copy_pages(source: Connection, draft: Path) -> None:
    """SQLite's own copying; our open reading transaction keeps it from starting over."""
    raw = source.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    target = _owned(draft)
    try:
        raw.backup(target, pages=_PAGES, progress=lambda *_left: None, sleep=0)
    finally:
        target.close()


def _copy_rows(source: Connection, draft: Path, step: Step) -> dict[str, Figures]:
    """Row by row into a file of the same schema; never all of them in memory."""
    _owned(draft).close()
    engine = connect(f"sqlite:///{draft}")
    figures: dict[str, Figures] = {}
    try:
        _set_up(engine, draft)
        with engine.begin() as target:
            for table in tables_of(source):
                tape = Tape(table, step)
                write(target, table, tape.along(_read(source, table)))
                figures[table.name] = tape.figures
    finally:
        engine.dispose()
    return figures


def _read(source: Connection, table: Table) -> Rows:
    with _told_of_the_database(source):
        yield from read(source, table)


@contextmanager
def _told_of_the_database(source: Connection) -> Iterator[None]:
    """What goes wrong in reading is the database's trouble, never the backup's place's."""
    try:
        with understood(source.engine.url):
            yield
    except sqlite3.DatabaseError as error:
        raise trouble(source.engine.url, str(error)) from error


def _set_up(engine: Engine, draft: Path) -> None:
    try:
        with _MIGRATING:
            upgrade(engine)
    except UsageProblem as problem:
        raise OSError(None, problem.what, str(draft)) from problem


def _compact(draft: Path, whole: Path) -> None:
    """Leave out persons' keys, and free pages: what was erased may still stand in them."""
    _owned(whole).close()
    raw = sqlite3.connect(draft, isolation_level=None)
    try:
        raw.execute("DELETE FROM person_key")
        raw.execute("VACUUM INTO ?", (str(whole),))
    finally:
        raw.close()
    draft.unlink()


def _owned(path: Path) -> sqlite3.Connection:
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    return sqlite3.connect(path, isolation_level=None)


@contextmanager
def _told_of_the_disk(folder: Path) -> Iterator[None]:
    """What SQLite says about a new file is an ``OSError`` here, as from any other writing."""
    try:
        yield
    except (sqlite3.OperationalError, sqlalchemy.exc.SQLAlchemyError) as error:
        said = str(getattr(error, "orig", error))
        raise OSError(
            None, _("the disk says: {reason}").format(reason=said), str(folder)
        ) from error


@contextmanager
def opened(file: Path) -> Iterator[Connection]:
    """A backup's database, only to read: nothing is written beside it either."""
    address = f"{file.resolve().as_uri()}?mode=ro&immutable=1"
    engine = sqlalchemy.create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=NullPool
    )
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
