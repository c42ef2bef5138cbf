"""What we ask of a PostgreSQL server, so that nobody's death keeps others waiting for long."""

from sqlalchemy import text

from orchestrator.backup.snapshot import state_of
from orchestrator.store import connect, open_store

_RESTS = "idle_in_transaction_session_timeout"
_LIMITS = {
    "lock_timeout": "5000",
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    _RESTS: "300000",
}


def limits(url: str) -> dict[str, str]:
    """What a connection of ours asked the server for, of what a death concerns."""
    engine = connect(url)
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT name, reset_val FROM pg_settings WHERE source = 'client'")
        )
        found = {name: value for name, value in rows if name in _LIMITS}
    engine.dispose()
    return found


def test_the_locks_of_a_dead_computer_are_free_soon(postgresql_url: str) -> None:
    """After a minute without a sign of it; by default a server waits two hours."""
    assert limits(postgresql_url) == _LIMITS


def test_options_of_ones_own_are_left_alone(postgresql_url: str) -> None:
    """Whoever writes some into the address answers for all of them."""
    separator = "&" if "?" in postgresql_url else "?"
    url = f"{postgresql_url}{separator}options=-c%20lock_timeout%3D7000"
    assert limits(url) == {"lock_timeout": "7000"}


def test_a_backup_may_rest_while_a_slow_disk_is_written_to(postgresql_url: str) -> None:
    """Its one long look at the database is not ended by the server; others' are."""
    store = open_store(postgresql_url)
    with state_of(store) as connection:
        rests = connection.exec_driver_sql(f"SHOW {_RESTS}").scalar_one()
    with store.reading() as session:
        others = session.connection().exec_driver_sql(f"SHOW {_RESTS}").scalar_one()
    store.close()
    assert (rests, others) == ("0", "5min")
