"""A worker: a process forked from a preloaded parent, which passes over the posts until it dies.

It dies by SIGKILL, from its own hand at a named point of a post's way, or in the middle of a call;
the hand does not matter, since nothing of the process runs any more after that signal.
"""

import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from orchestrator import networks, run
from orchestrator.ports import Network
from orchestrator.shift import Shift, Tally
from orchestrator.store import Store, connect
from orchestrator.worker import my_name
from schedules.clock import Clock, SystemClock
from tests.reliability import naive, troubles
from tests.reliability.cell import Cell
from tests.reliability.log import Log
from tests.reliability.stage import CAMPAIGN, KEY, Stage
from tests.reliability.warm import hand_down

# Seconds that an answer may take: in the storm, and in the calm on a busy machine.
HURRIED, PATIENT = 0.4, 10.0
REST = 0.02
MID_FLIGHT = "mid-flight"
MID_UPLOAD = "mid-upload"
ANYWHERE = "anywhere"
# In the middle of a call, by the point that comes just before it.
FLYING = {MID_FLIGHT: "calling", MID_UPLOAD: "uploaded"}
SENDING = ("recovered", "chosen", "claimed", "intended", "calling", "answered", "concluded")
SETTLING = ("looked", "decided")
TWO_PHASE = ("prepared", "numbered")
MEDIA = ("uploaded", MID_UPLOAD)
AHEAD = ("recalling", "recalled", "moving", "moved", "checked")


def points(cell: Cell) -> tuple[str, ...]:
    """The named points that a post of this cell may pass, and the middle of a call."""
    two = TWO_PHASE if cell.way == "facebook two-phase" else ()
    media = MEDIA if cell.has_media else ()
    return (*SENDING, *two, *media, MID_FLIGHT, *waited_for(cell))


def waited_for(cell: Cell) -> tuple[str, ...]:
    """Those points that come only after a while, or when somebody changes his mind."""
    return (*SETTLING, *AHEAD) if cell.is_ahead else SETTLING


@dataclass(frozen=True)
class Destiny:
    """Where a worker dies: the ``turn``-th time at a point; ``late``: seconds into the call.

    Or already at the first of the ``rare`` points, of which each is owed one death. If none of
    that has come after so many ``passes``, or ``posts`` that it sent, it dies somewhere.
    """

    point: str
    turn: int = 1
    late: float = 0.0
    passes: int = 6
    posts: int = 3
    rare: frozenset[str] = frozenset()


class Fate:
    """Lets the process die where its destiny says; told by ``Shift.reached``."""

    def __init__(self, destiny: Destiny | None, log: Log) -> None:
        self._destiny, self._log = destiny, log
        self._seen = self._sent = 0

    def reached(self, point: str) -> None:
        """A named point of a post's way."""
        destiny = self._destiny
        if destiny and point in destiny.rare:
            self._die(point)
        self._sent += point == "concluded"
        if destiny and self._sent == destiny.posts:
            self._die_soon(ANYWHERE)
        if destiny is None or point != FLYING.get(destiny.point, destiny.point):
            return
        self._seen += 1
        if self._seen != destiny.turn:
            return
        if destiny.point in FLYING:
            self._die_soon(destiny.point)
        else:
            self._die(destiny.point)

    def begins(self, number: int) -> None:
        """A pass begins, the ``number``-th."""
        if self._destiny and number == self._destiny.passes:
            self._die_soon(ANYWHERE)

    def _die_soon(self, point: str) -> None:
        assert self._destiny is not None
        timer = threading.Timer(self._destiny.late, self._die, [point])
        timer.daemon = True
        timer.start()

    def _die(self, point: str) -> None:
        self._log.write("killed", point)
        os.kill(os.getpid(), signal.SIGKILL)


class Skewed:
    """A clock that is wrong by some time."""

    def __init__(self, clock: Clock, by: timedelta) -> None:
        self._clock, self._by = clock, by

    def now(self) -> datetime:
        """The campaign's time, as this worker believes it to be."""
        return self._clock.now() + self._by


def clock_of(cell: Cell, number: int, clock: Clock) -> Clock:
    """The first worker's clock may be an hour wrong; the others' are right."""
    wrong = {"clock +1 h": 1, "clock -1 h": -1}.get(cell.fault, 0)
    return Skewed(clock, timedelta(hours=wrong)) if wrong and number == 0 else clock


def work(
    cell: Cell,
    stage: Stage,
    clock: Clock,
    log: Log,
    destiny: Destiny | None,
    passed: Callable[[], None],
    passes: int = 1_000_000,
) -> None:
    """Pass after pass, until somebody ends this process; ``passed`` is told of each."""
    passing = naive.DESIGNS.get(cell.design, whole_pass)
    fate = Fate(destiny, log)
    store = Store(connect(stage.database))  # the schema was checked when the stage was set
    hand_down(store)
    if destiny:
        troubles.burden(cell, store, Random(f"{cell.seed} {os.getpid()}"))
    shift = Shift(
        store=store, settings=stage.settings, key=KEY, campaign_id=CAMPAIGN,
        networks=_connected(stage, clock, cell, HURRIED if destiny else PATIENT), clock=clock,
        machine=SystemClock(), worker=my_name(), actor="matrix", reached=fate.reached,
    )  # fmt: skip
    for number in range(passes):
        fate.begins(number)
        tally = Tally()
        try:
            passing(shift, tally)
        except Exception as error:  # noqa: BLE001 - the scheduler lives on as well; all are judged
            log.write("error", f"{type(error).__name__}: {error}"[:300])
        for finding in tally.findings if tally.needs_person else ():
            log.write("alarm", finding[:300])
        passed()
        time.sleep(REST)
    store.close()


def _connected(stage: Stage, clock: Clock, cell: Cell, timeout: float) -> dict[str, Network]:
    adapter = networks.adapter(cell.network)
    options = stage.settings.networks[cell.network]
    return {cell.network: adapter.connect(options, read_timeout=timeout, clock=clock)}


def _steps() -> tuple[Callable[[Shift, Tally], None], ...]:
    """A whole pass of the daily job, but for reading what people answered."""
    names = ("settle", "attend", "discard", "publish", "upload", "follow", "hand_over", "verify")
    return tuple(getattr(run, name) for name in names if hasattr(run, name))


def whole_pass(shift: Shift, tally: Tally) -> None:
    """Settle, attend, discard, publish, upload and send what waited for it, hand over, verify."""
    for step in _steps():
        step(shift, tally)
