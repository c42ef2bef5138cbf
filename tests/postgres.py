"""PostgreSQL databases that tests use one after the other: making one takes longer than most tests.

What comes back is emptied, its numbers begin at one again, and whoever still holds a connection
loses it. A database whose tables, rights or schema a test has changed is thrown away instead.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import psycopg
from psycopg import Connection

_TEMPLATE = "tueroeffner_template"
# Everything that a test could have changed apart from rows.
_SHAPE = """
SELECT md5(string_agg(line, ' ' ORDER BY line)) FROM (
    SELECT concat_ws(' ', c.relname, c.relkind, c.relacl, a.attname, a.atttypid, a.attnotnull,
                     a.atthasdef, a.attisdropped) AS line
    FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', conname, pg_get_constraintdef(oid)) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT nspname::text FROM pg_namespace WHERE nspname NOT LIKE 'pg_%temp%'
    UNION ALL SELECT concat(setconfig, setrole) FROM pg_db_role_setting
    UNION ALL SELECT version_num FROM alembic_version
) AS shape
"""
_STRANGERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def unhurried(address: str) -> str:
    """The server's address; its databases live for minutes: no need to wait for the disk."""
    with _door(address) as door:
        door.execute("ALTER SYSTEM SET fsync = off")
        door.execute("SELECT pg_reload_conf()")
    return address


class Server:
    """A running PostgreSQL; ``address`` ends in ``/postgres``."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._numbers = count(1)
        self._free: list[Connection] = []
        self._prepare()

    def _prepare(self) -> None:
        from orchestrator.store import connect, upgrade

        self._say(f"CREATE DATABASE {_TEMPLATE}")
        engine = connect(self._named(_TEMPLATE))
        upgrade(engine)
        engine.dispose()
        with _door(self._named(_TEMPLATE)) as template:
            self._shape = template.execute(_SHAPE).fetchone()
            self._emptying = _emptying(template)

    def _say(self, statement: str) -> None:
        with _door(self.address) as door:
            door.execute(statement.encode())

    def _named(self, name: str) -> str:
        return self.address.replace("/postgres?", f"/{name}?")

    def _made(self, template: str) -> str:
        name = f"test_{next(self._numbers)}"
        self._say(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _dropped(self, name: str) -> None:
        self._say(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def bare(self) -> Iterator[str]:
        """Address of a database without any table."""
        name = self._made("template0")
        yield self._named(name)
        self._dropped(name)

    @contextmanager
    def migrated(self) -> Iterator[str]:
        """Address of a migrated database without a row."""
        # A connection of our own stays: its caches are worth more than the rest of the emptying.
        door = self._free.pop() if self._free else _door(self._named(self._made(_TEMPLATE)))
        name = door.info.dbname
        yield self._named(name)
        if self._emptied(door):
            self._free.append(door)
        else:
            door.close()
            self._dropped(name)

    def _emptied(self, door: Connection) -> bool:
        try:
            door.execute(_STRANGERS)
            if door.execute(_SHAPE).fetchone() != self._shape:
                return False
            door.execute(self._emptying)
        except psycopg.Error:
            return False
        return True

    def close(self) -> None:
        """Let go of all databases."""
        for door in self._free:
            door.close()


def _door(address: str) -> Connection:
    return psycopg.connect(address, autocommit=True, prepare_threshold=None)


def _emptying(template: Connection) -> bytes:
    """The statements that take every row out, and let all numbers begin at one."""
    tables = template.execute(
        "SELECT quote_ident(tablename) FROM pg_tables"
        " WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    ).fetchall()
    sequences = template.execute(
        "SELECT quote_ident(sequencename) FROM pg_sequences WHERE schemaname = 'public'"
    ).fetchall()
    # The rows refer to one another; when all of them go, no order needs to be kept.
    statements = ["SET session_replication_role = replica"]
    statements += [f"DELETE FROM {name}" for (name,) in tables]
    statements += [f"SELECT setval('{name}', 1, false)" for (name,) in sequences]
    return "; ".join(statements).encode()
