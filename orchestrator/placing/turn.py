"""Whose turn it is to ask a service outside: one question at a time, and a pause after each.

The services want at most one question a second from everybody together, however many programs are
at work; so the turn is taken in the database. Real time counts, on whatever clock is passed.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, text, update
from sqlmodel import col

from audiences.outward import GeocoderTrouble, Outage
from orchestrator.model import Turn
from orchestrator.store import Store
from schedules.clock import Clock

APART = timedelta(seconds=1.1)
# Longer than any answer takes: so long the others wait for a program that died while it asked.
LEASE = timedelta(seconds=25)
_PATIENCE = timedelta(minutes=2)
_NONE = timedelta(0)


@dataclass
class Queue:
    """The programs that ask one service. A dry run waits for the others, and writes nothing."""

    store: Store
    service: str
    clock: Clock
    wait: Callable[[float], None] = time.sleep
    apart: timedelta = APART
    dry_run: bool = False
    _last: datetime | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until nobody asks and the pause is over; then it is ours while the block lasts."""
        until = self._taken()
        try:
            yield
        finally:
            self._give_back(until)

    def _taken(self) -> datetime:
        gives_up = self.clock.now() + _PATIENCE
        while True:
            now = self.clock.now()
            left = self._own_pause(now) or self._tried(now)
            if left <= _NONE:
                return now + LEASE
            if now > gives_up:
                raise GeocoderTrouble(Outage.BUSY)
            self.wait(min(left, self.apart).total_seconds())

    def _tried(self, now: datetime) -> timedelta:
        """Take the turn if it is free; for how long it is not."""
        if self.dry_run:
            with self.store.reading() as session:
                row = session.get(Turn, self.service)
                return _sane(row.free_at - now) if row else _NONE
        with self.store.session(patient=True) as session:
            session.execute(_MAKE, {"service": self.service})
            free = or_(col(Turn.free_at) <= now, col(Turn.free_at) > now + 2 * LEASE)
            take = update(Turn).where(col(Turn.service) == self.service, free)
            if session.connection().execute(take.values(free_at=now + LEASE)).rowcount:
                return _NONE
            return max(session.get_one(Turn, self.service).free_at - now, timedelta(milliseconds=1))

    def _give_back(self, until: datetime) -> None:
        self._last = self.clock.now()
        if self.dry_run:
            return
        with self.store.session(patient=True) as session:
            # Whoever asked for longer than the lease has lost it, and must not shorten another's.
            ours = (col(Turn.service) == self.service, col(Turn.free_at) == until)
            session.connection().execute(
                update(Turn).where(*ours).values(free_at=self._last + self.apart)
            )

    def _own_pause(self, now: datetime) -> timedelta:
        return max(self._last + self.apart - now, _NONE) if self._last else _NONE


# Free since ever; another program may make the row at the same moment.
_MAKE = text(
    "INSERT INTO turn (service, free_at) VALUES (:service, '2000-01-01 00:00:00.000000')"
    " ON CONFLICT (service) DO NOTHING"
)


def _sane(left: timedelta) -> timedelta:
    """A time far ahead comes of a clock that was wrong."""
    return left if left <= 2 * LEASE else _NONE
