"""A digest tells contents apart, and nothing else: not databases, batches or the order written."""

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Float, LargeBinary, MetaData, Text
from sqlalchemy.engine import Engine

from orchestrator.backup import tables
from orchestrator.backup.digest import Figures, Tape
from orchestrator.backup.tables import read, tables_of, write
from orchestrator.model import UtcTime
from orchestrator.store import connect
from tests.postgres import Server

# Not what neither database can hold: NUL and half characters in text, and no-number.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
floats = st.floats(allow_nan=False, allow_infinity=False)
documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | floats | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
times = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
rows = st.fixed_dictionaries(
    {
        "id": st.integers(-(2**40), 2**40),
        "word": texts,
        "at": times,
        "seen": st.none() | times,
        "day": st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1)),
        "doc": st.lists(documents, max_size=3) | st.dictionaries(texts, documents, max_size=3),
        "maybe": st.none() | texts,
        "yes": st.none() | st.booleans(),
        "number": st.none() | floats,
        "data": st.none() | st.binary(max_size=9),
    }
)
contents = st.lists(rows, max_size=7, unique_by=lambda row: (row["id"], row["word"], row["at"]))


def scratch(name: str = "scratch") -> sqlalchemy.Table:
    """A table with every kind of column that the campaign has; text and time are in the key."""
    return sqlalchemy.Table(
        name, MetaData(),
        Column("id", BigInteger, primary_key=True, autoincrement=False),
        Column("word", Text, primary_key=True),
        Column("at", UtcTime, primary_key=True),
        Column("seen", UtcTime), Column("day", Date), Column("doc", JSON, nullable=False),
        Column("maybe", Text), Column("yes", Boolean), Column("number", Float(53)),
        Column("data", LargeBinary),
    )  # fmt: skip


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Iterator[list[Engine]]:
    """A table on each database; ``fill`` empties it first."""
    file = tmp_path_factory.mktemp("scratch") / "scratch.db"
    with server.bare() as url:
        both = [connect(f"sqlite:///{file}"), connect(url)]
        for engine in both:
            scratch().create(engine)
        yield both
        for engine in both:
            engine.dispose()


def figures(connection: sqlalchemy.Connection) -> Figures:
    [table] = tables_of(connection)
    tape = Tape(table, lambda: None)
    for _batch in tape.along(read(connection, table)):
        pass
    return tape.figures


def fill(connection: sqlalchemy.Connection, content: list[dict[str, Any]]) -> Figures:
    connection.execute(scratch().delete())
    if content:
        connection.execute(scratch().insert(), content)
    return figures(connection)


# Without shrinking, which would take longer here than a test may last.
quickly = settings(
    max_examples=30,
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@quickly
@given(content=contents)
def test_both_databases_give_the_same_digest(
    engines: list[Engine], content: list[dict[str, Any]]
) -> None:
    """Whatever stands in the columns, and in whatever order it was written."""
    found = []
    for engine, some in zip(engines, (content, content[::-1]), strict=True):
        with engine.begin() as connection:
            found.append(fill(connection, some))
    assert found[0] == found[1]
    assert found[0].rows == len(content)


@quickly
@given(content=contents)
def test_rows_survive_the_way_from_one_database_to_the_other(
    engines: list[Engine], content: list[dict[str, Any]]
) -> None:
    """There and back, in both directions: the same digest, and the same values to the program."""
    for one, other in (engines, engines[::-1]):
        with one.begin() as source, other.begin() as target:
            before = fill(source, content)
            target.execute(scratch().delete())
            [table] = tables_of(source)
            write(target, table, read(source, table))
            assert figures(target) == before
            assert values(source) == values(target)


def values(connection: sqlalchemy.Connection) -> list[tuple[Any, ...]]:
    """What the program sees; SQLite has no -0.0, and equality does not tell it from 0.0."""
    found = connection.execute(sqlalchemy.select(scratch())).all()
    return sorted(map(tuple, found), key=lambda row: (row[0], row[1], row[2]))


@quickly
@given(content=contents, other=contents)
def test_different_contents_have_different_digests(
    engines: list[Engine], content: list[dict[str, Any]], other: list[dict[str, Any]]
) -> None:
    """Equal only when the rows are equal (-0.0 is 0.0, as SQLite has it)."""
    with engines[0].begin() as connection:
        same = fill(connection, content) == fill(connection, other)
    assert same == (spelt(content) == spelt(other))


def spelt(content: list[dict[str, Any]]) -> list[str]:
    return sorted(
        repr({**row, "number": row["number"] and row["number"] + 0.0, "doc": repr(row["doc"])})
        for row in content
    )


@pytest.mark.parametrize("size", [1, 2, 5, 5000])
def test_the_size_of_a_batch_does_not_show(
    engines: list[Engine], size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows are read a batch at a time; the digest is of the rows."""
    row = {
        "word": "ö", "at": datetime(2026, 11, 23, tzinfo=UTC), "seen": None, "day": None,
        "doc": {}, "maybe": None, "yes": True, "number": math.pi, "data": b"",
    }  # fmt: skip
    content = [{"id": number, **row} for number in range(11)]
    with engines[0].begin() as connection:
        whole = fill(connection, content)
        monkeypatch.setattr(tables, "BATCH", size)
        assert figures(connection) == whole
    assert whole.rows == 11


def test_text_and_bytes_and_numbers_are_told_apart(engines: list[Engine]) -> None:
    """``1`` and ``"1"``, bytes and their hex, none and the word none."""
    at = datetime(2026, 11, 23, tzinfo=UTC)
    digests = set()
    values = [
        {"maybe": None}, {"maybe": "null"}, {"maybe": ""}, {"data": b"\x00"}, {"data": b""},
        {"maybe": "[\"00\"]"}, {"number": 0.0}, {"yes": False}, {"doc": [0]}, {"doc": [False]},
        {"doc": ["0"]},
    ]  # fmt: skip
    with engines[0].begin() as connection:
        for value in values:
            row = {"id": 1, "word": "", "at": at, "doc": [], **dict.fromkeys(
                ("seen", "day", "maybe", "yes", "number", "data"))}  # fmt: skip
            digests.add(fill(connection, [{**row, **value}]).digest)
    assert len(digests) == len(values)
