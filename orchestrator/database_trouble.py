"""What a database answers when it cannot, in one sentence with a remedy."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import exc
from sqlalchemy.engine import URL

from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.redact import MASK, redact

_Words = Callable[[], tuple[str, str]]

# Tried in this order; the words are SQLite's or PostgreSQL's own.
_KNOWN: list[tuple[str, _Words]] = [
    (
        r"is locked|is busy|lock timeout|deadlock detected",
        lambda: (
            _("The database {where} is in use by another program."),
            _("Wait until it has finished, then run the command again; nothing was lost."),
        ),
    ),
    (
        r"invalid connection option|invalid uri query parameter|bad value for",
        lambda: (
            _("PostgreSQL does not understand an option in the address of the database {where}."),
            _("Correct [database] url behind its question mark."),
        ),
    ),
    (
        r"permission denied for schema",
        lambda: (
            _("The database user may not make tables in {where}."),
            _("Have the database given to this user, on the server: ALTER DATABASE … OWNER TO …"),
        ),
    ),
    (
        r"permission denied for",
        lambda: (
            _("The database user may not do everything in {where} that Türöffner needs."),
            _("Have it given all rights to the tables and sequences there, on the server."),
        ),
    ),
    (
        r"no such (table|column)|(relation|column) .* does not exist",
        lambda: (
            _("The database {where} lacks a table or a column."),
            _("Restore a backup; nothing was changed."),
        ),
    ),
    (
        r"readonly|read-only",
        lambda: (
            _("The database {where} may be read but not written."),
            _("Give yourself the right to write the file and its folder."),
        ),
    ),
    (
        r"disk is full|no space left",
        lambda: (
            _("The disk that holds the database {where} is full."),
            _("Free some space, then run the command again; nothing was lost."),
        ),
    ),
    (
        r"disk i/o error|input/output error",
        lambda: (
            _("The disk that holds the database {where} could not be read or written."),
            _("Check the disk and the space on it, then run the command again."),
        ),
    ),
    (
        r"not a database|malformed",
        lambda: (
            _("The file {where} is not a database, or it is damaged."),
            _("Correct [database] url, or restore a backup."),
        ),
    ),
    (
        r"unable to open",
        lambda: (
            _("The database {where} cannot be opened."),
            _("Check [database] url and the rights on that folder."),
        ),
    ),
    (
        r"terminating connection|closed the connection|connection (is|was|has been) (closed|lost)"
        r"|connection reset|broken pipe|consuming input failed|sending (data|query) .*failed",
        lambda: (
            _("The connection to the database {where} was lost."),
            _("Check that the server runs, then run the command again; nothing is half done."),
        ),
    ),
    (
        r"too many (connections|clients)|connection slots",
        lambda: (
            _("The database server lets nobody else into {where} at the moment."),
            _("End other programs that use it, or have its connection limit raised."),
        ),
    ),
    (
        r"connection refused|could not connect|failed to resolve|could not translate"
        r"|timeout expired|timed out|no route to|unreachable|no such file or directory"
        r"|starting up|shutting down",
        lambda: (
            _("The database server for {where} cannot be reached."),
            _("Check host and port in [database] url, and whether the server runs."),
        ),
    ),
    (
        r"password|passwort|authentication|role .* does not exist|rolle .* existiert nicht|pg_hba",
        lambda: (
            _("The database server refused the user or the password for {where}."),
            _("Check the user in [database] url, and the password in ~/.pgpass or PGPASSWORD."),
        ),
    ),
    (
        r"database .* does not exist|datenbank .* existiert nicht",
        lambda: (
            _("The server has no database {where}."),
            _("Have it made on the server, or correct [database] url."),
        ),
    ),
]

# A server may speak any language; these numbers say the same as the words above.
_CODES = {
    "25006": "read-only",
    "28000": "authentication",
    "28P01": "password",
    "3D000": "database x does not exist",
    "40P01": "deadlock detected",
    "42703": "column x does not exist",
    "42P01": "relation x does not exist",
    "53100": "disk is full",
    "53300": "too many connections",
    "55P03": "lock timeout",
    "57P01": "terminating connection",
    "57P02": "terminating connection",
    "57P03": "starting up",
    "58030": "input/output error",
}
_OLDEST_SERVER = 13

# Of what a server calls a mistake in the statement, these are the database's own condition.
_NOT_OUR_MISTAKE = (
    r"permission denied|(relation|column) .* does not exist"
    r"|invalid connection option|invalid uri query parameter|bad value for"
)


@contextmanager
def understood(url: URL) -> Iterator[None]:
    """Turn what the database driver says into a sentence; our own mistakes stay errors."""
    try:
        yield
    except (exc.IntegrityError, exc.DataError):
        raise
    except exc.ProgrammingError as error:
        if not re.search(_NOT_OUR_MISTAKE, _said(error)):
            raise
        raise trouble(url, _said(error)) from error
    except exc.DBAPIError as error:
        raise trouble(url, _said(error)) from error


def _said(error: exc.DBAPIError) -> str:
    return _CODES.get(getattr(error.orig, "sqlstate", None) or "", str(error.orig))


def trouble(url: URL, reason: str) -> UsageProblem:
    """The sentence for what a driver said about the database at ``url``."""
    where = place_of(url)
    for pattern, words in _KNOWN:
        if re.search(pattern, reason, re.IGNORECASE):
            what, remedy = words()
            return UsageProblem(what.format(where=where), remedy=remedy)
    first = _without_user(url, reason.strip().splitlines()[0] if reason.strip() else "")
    return UsageProblem(
        _("The database {where} cannot be used: {reason}").format(where=where, reason=first),
        remedy=_("Check [database] url and whether the server runs."),
    )


def _without_user(url: URL, reason: str) -> str:
    for secret in (url.password, url.username):
        if secret:
            reason = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", MASK, reason)
    return redact(reason)


def refuse_old_server(url: URL, version: tuple[int | str, ...] | None) -> None:
    """Refuse a PostgreSQL that its makers no longer look after."""
    if version and int(version[0]) < _OLDEST_SERVER:
        number = ".".join(map(str, version))
        raise UsageProblem(
            _(
                "The server of the database {where} is PostgreSQL {version}, which is too old."
            ).format(where=place_of(url), version=number),
            remedy=_("Use PostgreSQL 13 or newer; nothing was changed."),
        )


def incomplete(where: str, lacking: str) -> UsageProblem:
    """The sentence for a database that has lost tables or columns."""
    return UsageProblem(
        _("The database {where} is incomplete; it lacks: {lacking}.").format(
            where=where, lacking=lacking
        ),
        remedy=_("Restore a backup; nothing was changed."),
    )


def bad_url(url: str) -> UsageProblem:
    """The sentence for an address that names no database."""
    return UsageProblem(
        _("[database] url is not an address of a database: {url}").format(url=redact(url)),
        remedy=_("Use sqlite:///campaign.db or postgresql://user@host/name."),
    )


def place_of(url: URL) -> str:
    """Where a database is, without user and password."""
    if url.drivername.startswith("sqlite"):
        return url.database or ":memory:"
    host = url.host or url.query.get("host") or "localhost"
    return f"{url.database} ({host})"
