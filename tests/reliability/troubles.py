"""Trouble on our own side: a disk that is full now and then, a database that others keep locked."""

import sqlite3
import time
from contextlib import suppress
from random import Random
from typing import Any

import psycopg
from sqlalchemy import event

from orchestrator import store
from orchestrator.store import Store
from tests.reliability.cell import Cell
from tests.reliability.log import Log

# Of the transactions of a burdened worker, so many find the disk full.
SHARE_FULL = 0.6
LOCKED, FREE = (0.3, 0.7), (0.2, 0.5)
FULL_SERVER = """
    CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF random() < {share} THEN
            RAISE EXCEPTION 'could not extend file: No space left on device'
                USING ERRCODE = '53100';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON {table}
        FOR EACH ROW EXECUTE FUNCTION full_disk();
"""


def shorten(cell: Cell) -> None:
    """Where the database is kept locked, wait for it milliseconds instead of seconds."""
    busy, patient = (150, 3000) if cell.fault == "locked database" else (3000, 10_000)
    store._BUSY_MS, store._PATIENT_MS = busy, patient


def burden(cell: Cell, opened: Store, chance: Random) -> None:
    """Let a worker on SQLite meet a full disk: in some transactions no page can be added."""
    if cell.fault != "disk full" or cell.database != "sqlite":
        return

    def begin(connection: Any) -> None:
        [pages] = connection.exec_driver_sql("PRAGMA page_count").one()
        most = pages if chance.random() < SHARE_FULL else 1_000_000
        connection.exec_driver_sql(f"PRAGMA max_page_count={most}")

    event.listen(opened.engine, "begin", begin)


def fill_server(database: str) -> None:
    """Let a server say now and then that its disk is full, wherever a post's way is written."""
    with psycopg.connect(database, autocommit=True) as connection:
        for table, share in (("attempt", 0.1), ("post", 0.05), ("event", 0.05)):
            statement = FULL_SERVER.format(share=share, table=table)
            connection.execute(statement.replace("full_disk", f"full_{table}").encode())


def empty_server(database: str) -> None:
    """Give the server its disk back."""
    with psycopg.connect(database, autocommit=True) as connection:
        for table in ("attempt", "post", "event"):
            connection.execute(f"DROP TRIGGER full_{table} ON {table}".encode())


def keep_locked(database: str, log: Log, chance: Random) -> None:
    """Hold the write lock longer than anybody waits for it, again and again."""
    sqlite = database.startswith("sqlite")
    while True:
        if sqlite:
            other: Any = sqlite3.connect(database.removeprefix("sqlite:///"), timeout=20)
            other.isolation_level = None
            other.execute("BEGIN IMMEDIATE")
        else:
            other = psycopg.connect(database)
            with suppress(psycopg.errors.DeadlockDetected):  # then it is locked next time
                other.execute("LOCK TABLE campaign, account, post IN EXCLUSIVE MODE")
        log.write("fault", "locked database")
        time.sleep(chance.uniform(*LOCKED))
        other.rollback()
        other.close()
        time.sleep(chance.uniform(*FREE))
