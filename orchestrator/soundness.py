"""Whether a database that answers is whole: pages, tables, columns, and the right to write."""

from collections.abc import Iterator
from datetime import UTC, datetime

import sqlalchemy
from sqlalchemy import Connection, Table, delete, insert, select, update
from sqlalchemy.engine import Engine

from orchestrator.database_trouble import incomplete, place_of, trouble, understood
from orchestrator.model import Campaign
from orchestrator.store import connect

_TABLES = Campaign.metadata.sorted_tables


def refuse_unsound(url: str) -> None:
    """Raise a sentence for a damaged database, or one in which not everything can be written.

    Nothing is changed: what is written to try is undone.
    """
    engine = connect(url)
    try:
        with understood(engine.url):
            _refuse_damaged(engine)
            if lacking := list(_lacking(engine)):
                raise incomplete(place_of(engine.url), ", ".join(lacking))
            _try_to_write(engine)
    finally:
        engine.dispose()


def _refuse_damaged(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        return  # a server looks after its own pages
    with engine.connect() as connection:
        said = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    if said != "ok":
        raise trouble(engine.url, f"malformed: {said}")


def _lacking(engine: Engine) -> Iterator[str]:
    """Tables and columns that the program knows and the database has lost."""
    there = sqlalchemy.inspect(engine)
    tables = set(there.get_table_names())
    for table in _TABLES:
        if table.name not in tables:
            yield table.name
            continue
        columns = {column["name"] for column in there.get_columns(table.name)}
        yield from (
            f"{table.name}.{each.name}" for each in table.columns if each.name not in columns
        )


def _try_to_write(engine: Engine) -> None:
    with engine.connect() as connection:
        for table in _TABLES:
            _try_rights(connection, table)
        connection.execute(
            insert(Campaign).values(
                slug="a trial that is undone",
                name="",
                key_fingerprint="",
                created_at=datetime.now(UTC),
            )
        )
        connection.rollback()


def _try_rights(connection: Connection, table: Table) -> None:
    """A server checks the rights to a table before it looks for rows; here it finds none."""
    column = next(iter(table.columns))
    nothing = sqlalchemy.false()
    connection.execute(update(table).where(nothing).values({column.name: column}))
    connection.execute(delete(table).where(nothing))
    connection.execute(
        insert(table).from_select(
            [column.name], select(column).where(nothing), include_defaults=False
        )
    )
