"""Whose turn it is on an account: lost connections cost one sentence, and never a pass."""

import pytest
from sqlalchemy import text

from orchestrator.errors import UsageProblem
from orchestrator.store import Store, connect, open_store
from orchestrator.turns import turn


def test_a_server_that_cannot_be_reached_is_told_in_a_sentence() -> None:
    """The turn is the first thing that is asked of it, so its words must be ours."""
    store = Store(connect("postgresql://somebody@127.0.0.1:1/woche"))
    with (
        pytest.raises(UsageProblem, match="cannot be reached"),
        turn(store, "facebook", "1001"),
    ):
        pass


def test_a_connection_that_is_lost_meanwhile_throws_nothing_away(postgresql_url: str) -> None:
    """What was sent in the turn is sent; the server frees the turn along with the connection."""
    store, other = open_store(postgresql_url), open_store(postgresql_url)
    with turn(store, "facebook", "1001") as ours:
        with other.plainly() as connection:
            ended = connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks"
                    " WHERE locktype = 'advisory' AND granted"
                    " AND database = (SELECT oid FROM pg_database"
                    " WHERE datname = current_database())"
                )
            ).all()
        assert (ours, ended) == (True, [(True,)])
    with turn(other, "facebook", "1001") as free:
        assert free
    store.close()
    other.close()
