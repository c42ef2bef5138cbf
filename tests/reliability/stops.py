"""Somebody who pauses everything in the middle of it, and looks whether anything is sent then."""

import time
from datetime import datetime
from random import Random

from sqlalchemy import text
from sqlmodel import Session

from orchestrator.model import Campaign
from orchestrator.pause import pause, resume
from orchestrator.store import Store, open_store
from orchestrator.vocabulary import Scope
from schedules.clock import Clock
from tests.reliability.log import Log
from tests.reliability.stage import CAMPAIGN

EVERYTHING = [(Scope.ALL, "")]


def stop_and_go(database: str, clock: Clock, log: Log, chance: Random) -> None:
    """Pause and resume, again and again. A try that begins in between is written to the log.

    Each number of the newest try is read in the very transaction that makes or ends the stop.
    """
    store = open_store(database)
    while True:
        before = _turn(store, clock.now(), stop=True)
        log.write("fault", "pause")
        time.sleep(chance.uniform(0.2, 0.4))
        after = _turn(store, clock.now(), stop=False)
        if after != before:
            log.write("paused", f"tries {before + 1} to {after} began while all was paused")
        time.sleep(chance.uniform(0.15, 0.3))


def lift(database: str, clock: Clock) -> None:
    """Let everything go on."""
    store = open_store(database)
    _turn(store, clock.now(), stop=False)
    store.close()


def _turn(store: Store, now: datetime, *, stop: bool) -> int:
    with store.session(patient=True) as session:
        # As the command does it: the campaign's row first.
        session.get_one(Campaign, CAMPAIGN, with_for_update={"key_share": True})
        newest = _newest(session)
        (pause if stop else resume)(session, CAMPAIGN, EVERYTHING, now, "matrix")
        session.flush()
        return newest


def _newest(session: Session) -> int:
    return int(session.connection().execute(text("SELECT max(id) FROM attempt")).scalar() or 0)
