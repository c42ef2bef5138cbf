"""What stands in the database, asked in plain SQL: no model, no session, nothing of the product."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

POSTS = """
    SELECT number, state, remote_id, text, due_at, handed_digest, error, id, media,
           (SELECT count(*) FROM attempt WHERE attempt.post_id = post.id)
    FROM post ORDER BY number
"""
TRIES = """
    SELECT count(*) FROM attempt JOIN post ON post.id = attempt.post_id
    WHERE post.network = {0} AND post.number = {0}
"""
OPEN = ("planned", "claimed", "sending", "unknown", "scheduled")
DOUBTFUL = ("claimed", "sending", "unknown")


@dataclass(frozen=True)
class Row:
    """A post as the database has it."""

    number: int
    state: str
    remote_id: str | None
    text: str
    due_at: object
    handed: str | None
    error: str | None
    id: int
    media: Any
    tries: int

    @property
    def shows(self) -> list[str]:
        """The digests of its pictures and films, in their order."""
        told = json.loads(self.media) if isinstance(self.media, str) else self.media
        return [each["digest"] for each in told]


@contextmanager
def plain(database: str) -> Iterator[Any]:
    """A connection of the driver itself; opened for one question, so that nobody forks it."""
    if database.startswith("sqlite"):
        connection: Any = sqlite3.connect(database.removeprefix("sqlite:///"), timeout=20)
    else:
        connection = psycopg.connect(database, autocommit=True)
    try:
        yield connection
    finally:
        connection.close()


def posts(database: str) -> list[Row]:
    """All posts, by number."""
    with plain(database) as connection:
        return [Row(*row) for row in connection.execute(POSTS).fetchall()]


def tries(database: str, network: str, number: int) -> int:
    """How many tries at a post are committed."""
    mark = "?" if database.startswith("sqlite") else "%s"
    with plain(database) as connection:
        row = connection.execute(TRIES.format(mark), (network, number)).fetchone()
    return int(row[0])


def last_try(database: str) -> int:
    """The number of the newest try at any post."""
    with plain(database) as connection:
        return int(connection.execute("SELECT coalesce(max(id), 0) FROM attempt").fetchone()[0])


def is_open(row: Row) -> bool:
    """Whether something is still to be done about a post, or about what a network holds of it."""
    return row.state in OPEN or (row.state == "cancelled" and row.handed is not None)
