"""The rows of a database in one plain form, which is the same on SQLite and PostgreSQL.

A plain row holds only what SQLite holds: None, whole and floating numbers, text and bytes; times
are UTC text with microseconds, dates ISO text, JSON its compact text, yes and no 1 and 0. Columns
come by name and rows by primary key, so that equal contents give equal rows in equal order.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, CursorResult, types

BATCH = 5000
Row = Sequence[Any]
Rows = Iterator[Sequence[Row]]
Plain = Callable[[Any], Any]
# The revision of the schema stands in the manifest, and persons' keys in a file of their own.
_NOT_CONTENT = {"alembic_version", "person_key"}
_STORED_TIME = 26


class Kind(Enum):
    """What a column holds, as far as the two databases differ in it."""

    PLAIN = auto()
    TEXT = auto()
    TIME = auto()
    DATE = auto()
    JSON = auto()
    TRUTH = auto()
    FLOAT = auto()


@dataclass(frozen=True)
class Table:
    """A table as it is in a database: columns by name, each with its kind, and the key."""

    name: str
    columns: tuple[str, ...]
    kinds: tuple[Kind, ...]
    key: tuple[str, ...]


def tables_of(connection: Connection) -> list[Table]:
    """Every table that holds contents, by name."""
    there = sqlalchemy.inspect(connection)
    names = sorted(set(there.get_table_names()) - _NOT_CONTENT)
    return [_table(there, name) for name in names]


def _table(there: sqlalchemy.Inspector, name: str) -> Table:
    columns = sorted(there.get_columns(name), key=lambda column: column["name"])
    return Table(
        name,
        tuple(column["name"] for column in columns),
        tuple(_kind(column["type"]) for column in columns),
        tuple(there.get_pk_constraint(name)["constrained_columns"]),
    )


def _kind(declared: types.TypeEngine[Any]) -> Kind:
    kinds: list[tuple[type[types.TypeEngine[Any]], Kind]] = [
        (types.DateTime, Kind.TIME),
        (types.Date, Kind.DATE),
        (types.JSON, Kind.JSON),
        (types.Boolean, Kind.TRUTH),
        (types.Float, Kind.FLOAT),
        (types.String, Kind.TEXT),
    ]
    return next((kind for known, kind in kinds if isinstance(declared, known)), Kind.PLAIN)


def count(connection: Connection, table: Table) -> int:
    """How many rows a table has."""
    rows = connection.exec_driver_sql(f'SELECT count(*) FROM "{table.name}"').scalar_one()
    return int(rows)


def read(connection: Connection, table: Table) -> Rows:
    """All rows of a table in the plain form, batch by batch."""
    changes = _changes(connection, table)
    with connection.exec_driver_sql(
        _select(connection, table),
        execution_options={"stream_results": True, "max_row_buffer": BATCH},
    ) as result:
        for batch in _batches(connection, result):
            yield [_plain_row(row, changes) for row in batch] if changes else batch


def _changes(connection: Connection, table: Table) -> list[tuple[int, Plain]]:
    """The columns that are not plain as this database gives them, each with what to do."""
    here = connection.dialect.name == "sqlite"
    plain = _ON_SQLITE if here else _ON_POSTGRESQL
    found = [(place, plain[kind]) for place, kind in enumerate(table.kinds) if kind in plain]
    if here and not _has_odd_times(connection, table):
        # Asked once, by SQLite itself: looking at each of millions of times is the slow part.
        return [each for each in found if table.kinds[each[0]] is not Kind.TIME]
    return found


def _has_odd_times(connection: Connection, table: Table) -> bool:
    named = zip(table.columns, table.kinds, strict=True)
    odd = [f'length("{name}") <> {_STORED_TIME}' for name, kind in named if kind is Kind.TIME]
    if not odd:
        return False
    asked = f'SELECT 1 FROM "{table.name}" WHERE {" OR ".join(odd)} LIMIT 1'
    return connection.exec_driver_sql(asked).first() is not None


def _batches(connection: Connection, result: CursorResult[Any]) -> Rows:
    """Rows as the driver gives them: the library's own row objects take longer than the rest."""
    if connection.dialect.name != "sqlite":
        yield from (list(map(tuple, batch)) for batch in result.partitions(BATCH))
        return
    while batch := result.cursor.fetchmany(BATCH):
        yield batch


def _select(connection: Connection, table: Table) -> str:
    # A server sorts text by its own language; SQLite by bytes, and so do we on both.
    by_bytes = "" if connection.dialect.name == "sqlite" else ' COLLATE "C"'
    kinds = dict(zip(table.columns, table.kinds, strict=True))
    order = [f'"{name}"{by_bytes if kinds[name] is Kind.TEXT else ""}' for name in table.key]
    sorted_by = f" ORDER BY {', '.join(order)}" if order else ""
    return f'SELECT {_names(table)} FROM "{table.name}"{sorted_by}'


def _names(table: Table) -> str:
    return ", ".join(f'"{name}"' for name in table.columns)


def _plain_row(row: Row, changes: Iterable[tuple[int, Plain]]) -> Row:
    values = list(row)
    for place, plain in changes:
        if values[place] is not None:
            values[place] = plain(values[place])
    return values


def _time_text(text: str) -> str:
    if len(text) == _STORED_TIME:
        return text
    return _time(datetime.fromisoformat(text).replace(tzinfo=UTC))


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(" ", "microseconds")[:_STORED_TIME]


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _no_minus_zero(number: float) -> float:
    """SQLite keeps a whole floating number as an integer, which knows no -0.0."""
    return number + 0.0


_ON_SQLITE: dict[Kind, Plain] = {
    Kind.TIME: _time_text,
    Kind.JSON: lambda text: _json(json.loads(text)),
}
_ON_POSTGRESQL: dict[Kind, Plain] = {
    Kind.TIME: _time,
    Kind.DATE: lambda day: day.isoformat(),
    Kind.JSON: _json,
    Kind.TRUTH: int,
    Kind.FLOAT: _no_minus_zero,
}


def write(connection: Connection, table: Table, rows: Rows) -> None:
    """Write plain rows into an empty table, in the caller's transaction."""
    if connection.dialect.name == "sqlite":
        # Rows may point to later ones of their own table; asked again at the commit.
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        marks = ", ".join("?" * len(table.columns))
        statement = f'INSERT INTO "{table.name}" ({_names(table)}) VALUES ({marks})'
        for batch in rows:
            connection.exec_driver_sql(statement, [tuple(row) for row in batch])
    else:
        _copy_in(connection, table, rows)


def _copy_in(connection: Connection, table: Table, rows: Rows) -> None:
    times = [place for place, kind in enumerate(table.kinds) if kind is Kind.TIME]
    cursor = connection.connection.cursor()
    try:
        with cursor.copy(f'COPY "{table.name}" ({_names(table)}) FROM STDIN') as copying:
            for batch in rows:
                for row in batch:
                    copying.write_row(_with_zone(row, times))
    finally:
        cursor.close()
    if table.key == ("id",):
        connection.exec_driver_sql(
            f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', 'id'), max(id))"
            f' FROM "{table.name}" HAVING max(id) IS NOT NULL'
        )


def _with_zone(row: Row, times: Iterable[int]) -> Row:
    """Say that a time is UTC: the server would take it for one of its own zone."""
    values = list(row)
    for place in times:
        if values[place] is not None:
            values[place] += "+00"
    return values
