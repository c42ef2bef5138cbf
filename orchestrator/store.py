"""The local database: opened, checked and brought up to date in one place.

SQLite by default, PostgreSQL by configuration; nothing outside this module knows which. Whatever a
database can answer wrong (locked, full, read-only, unreachable) becomes one sentence here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy
from sqlalchemy import event, exc
from sqlalchemy.engine import URL, Engine, make_url
from sqlmodel import Session

from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.redact import redact

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_MS = 5000
_READING = "tueroeffner_reading"


@dataclass(frozen=True)
class Store:
    """An open database whose schema is the program's."""

    engine: Engine

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a local file rather than a server."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def session(self, *, dry_run: bool = False) -> Iterator[Session]:
        """Work in one transaction: kept at the end, undone on any error or for a dry run."""
        with understood(self.engine.url), Session(self.engine, expire_on_commit=False) as session:
            yield session
            if dry_run:
                session.rollback()
            else:
                session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Read one consistent state without keeping any writer waiting."""
        engine = self.engine.execution_options(**{_READING: True})
        with understood(self.engine.url), Session(engine, expire_on_commit=False) as session:
            yield session
            session.rollback()

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


def open_store(url: str) -> Store:
    """Open the database and make sure that its schema fits; an empty one is set up.

    An older schema asks for ``db upgrade``; a newer one is refused, since writing to it with an
    older program could lose data.
    """
    engine = connect(url)
    with understood(engine.url):
        at, head = revision(engine), newest()
        if at is None:
            upgrade(engine)
        elif at != head:
            engine.dispose()
            raise _other_schema(at)
    return Store(engine)


def connect(url: str) -> Engine:
    """Make an engine with the pragmas and time limits that the promises rest on."""
    try:
        parsed = make_url(url)
    except exc.ArgumentError as error:
        raise _bad_url(url) from error
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername == "sqlite":
        return _connect_sqlite(parsed)
    if parsed.drivername == "postgresql+psycopg":
        return sqlalchemy.create_engine(
            parsed, pool_pre_ping=True, connect_args={"connect_timeout": 10}
        )
    raise _bad_url(url)


def _connect_sqlite(url: URL) -> Engine:
    folder = Path(url.database or "").expanduser().parent
    if url.database and not folder.is_dir():
        raise UsageProblem(
            _("There is no folder {folder} for the database.").format(folder=folder),
            remedy=_("Make it, or correct [database] url."),
        )
    engine = sqlalchemy.create_engine(url)
    event.listen(engine, "connect", _pragmas)
    # The driver's own idea of when a transaction starts would let two workers read the same row
    # before either writes; so we say BEGIN ourselves, and say it for writing.
    event.listen(engine, "begin", _begin)
    return engine


def _pragmas(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    # FULL: after a power cut an intent that was committed must still be there, else a post
    # that went out would count as never sent.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin(connection: Any) -> None:
    reading = connection.get_execution_options().get(_READING)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _alembic(engine: Engine) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = engine
    return config


def newest() -> str:
    """The schema revision that this program is written for."""
    from alembic.script import ScriptDirectory

    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert head is not None
    return head


def revision(engine: Engine) -> str | None:
    """The schema revision that the database has; None when it is empty."""
    from alembic.runtime.migration import MigrationContext

    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine) -> None:
    """Bring the schema to the newest revision."""
    from alembic import command

    command.upgrade(_alembic(engine), "head")


def _other_schema(at: str) -> UsageProblem:
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if at in known:
        return UsageProblem(
            _("The database was made by an older version of Türöffner."),
            remedy=_("Run `tueroeffner db upgrade`."),
        )
    return UsageProblem(
        _("The database was made by a newer version of Türöffner than this one."),
        remedy=_("Update Türöffner on this machine; nothing was changed."),
    )


def _bad_url(url: str) -> UsageProblem:
    return UsageProblem(
        _("[database] url is not an address of a database: {url}").format(url=redact(url)),
        remedy=_("Use sqlite:///campaign.db or postgresql://user@host/name."),
    )


@contextmanager
def understood(url: URL) -> Iterator[None]:
    """Turn what the database driver says into a sentence with a remedy."""
    try:
        yield
    except (exc.OperationalError, exc.DatabaseError) as error:
        if isinstance(error, exc.IntegrityError | exc.ProgrammingError):
            raise
        raise _sentence(url, str(error.orig)) from error


def _sentence(url: URL, reason: str) -> UsageProblem:
    where = url.database or url.render_as_string(hide_password=True)
    low = reason.lower()
    if "locked" in low or "busy" in low:
        what = _("The database {where} is in use by another program.")
        remedy = _("Wait until it has finished, then run the command again; nothing was lost.")
    elif "readonly" in low or "read-only" in low:
        what = _("The database {where} may be read but not written.")
        remedy = _("Give yourself the right to write the file and its folder.")
    elif "full" in low:
        what = _("The disk that holds the database {where} is full.")
        remedy = _("Free some space, then run the command again; nothing was lost.")
    elif "not a database" in low or "malformed" in low:
        what = _("The file {where} is not a database, or it is damaged.")
        remedy = _("Correct [database] url, or restore a backup.")
    elif "unable to open" in low:
        what = _("The database {where} cannot be opened.")
        remedy = _("Check [database] url and the rights on that folder.")
    elif "password" in low or "authentication" in low:
        what = _("The database server refused the user or the password for {where}.")
        remedy = _("Check the user and the password in [database] url.")
    else:
        what = _("The database {where} cannot be reached: {reason}")
        remedy = _("Check [database] url and whether the server runs.")
    return UsageProblem(
        what.format(where=where, reason=redact(reason.splitlines()[0] if reason else "")),
        remedy=remedy,
    )
