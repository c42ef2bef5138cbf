"""Tests that share a server do not see one another."""

import psycopg
import pytest

from tests.postgres import Server


def rows(url: str) -> tuple[int, int]:
    """How many people there are, and the number that the next one gets."""
    with psycopg.connect(url, autocommit=True) as connection:
        (before,) = connection.execute("SELECT count(*) FROM partner").fetchone() or (-1,)
        connection.execute("INSERT INTO campaign (slug, name, key_fingerprint, created_at)"
                           " VALUES ('a', 'A', 'f', now())")  # fmt: skip
        (number,) = connection.execute("SELECT id FROM campaign").fetchone() or (-1,)
    return before, number


def test_a_database_comes_back_empty_and_counts_from_one(server: Server) -> None:
    """Also for whoever has it next; and it is the same one, or nothing would be gained."""
    with server.migrated() as url:
        first = rows(url)
    with server.migrated() as again:
        assert rows(again) == first == (0, 1)
    assert again == url


def test_whoever_still_holds_a_connection_loses_it(server: Server) -> None:
    """A lock that a test forgot keeps no other test waiting."""
    with server.migrated() as url:
        left = psycopg.connect(url)
        left.execute("LOCK TABLE post")
    with pytest.raises(psycopg.OperationalError):
        left.execute("SELECT 1")
    left.close()
    with server.migrated() as again:
        assert again == url


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE post ADD COLUMN more integer",
        "ALTER TABLE post ALTER COLUMN text DROP NOT NULL",
        "DROP TABLE pause",
        "DROP INDEX ix_post_state",
        "GRANT SELECT ON post TO public",
        "UPDATE alembic_version SET version_num = 'later'",
        "CREATE SCHEMA other",
        "DROP SCHEMA public CASCADE",
    ],
)
def test_a_changed_database_is_thrown_away(change: str, server: Server) -> None:
    """Its tables, rights and revision would be somebody else's surprise."""
    with server.migrated() as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute(change.encode())
    with server.migrated() as again:
        assert again != url
