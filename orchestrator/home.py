"""Where the campaign's row stands: which file, or which database of which server.

Only what does not change by itself: neither a device's number nor a host's name. The same place
may hold an older copy; another place may hold the only one. It is a question, never an answer.
"""

from pathlib import Path

from sqlalchemy import Connection, text

_ALLOWED = text("SELECT has_function_privilege('pg_control_system()', 'execute')")
_SERVER = text("SELECT system_identifier FROM pg_control_system()")
_DATABASE = text("SELECT oid FROM pg_database WHERE datname = current_database()")


def here(connection: Connection) -> str:
    """The place of this database; two copies differ in it, a file that was renamed does not."""
    if connection.dialect.name == "sqlite":
        return _file(connection.engine.url.database or "")
    server = connection.scalar(_SERVER) if connection.scalar(_ALLOWED) else ""
    return f"postgresql:{server}:{connection.scalar(_DATABASE)}"


def _file(path: str) -> str:
    try:
        return f"sqlite:{Path(path).stat().st_ino}"
    except OSError:
        return "sqlite:"  # in memory
