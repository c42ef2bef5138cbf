"""The tick: runs one job again and again until it is told to stop.

APScheduler is the clock here and nothing more. What is due is in the caller's own table, because
a job per post would fire twice with two processes and drop posts at a restart.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event, Lock

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

OnError = Callable[[BaseException], object]
# It would print a traceback for whatever it does not know; troubles go to ``on_error``.
logging.getLogger("apscheduler").setLevel(logging.CRITICAL + 1)


def tick(
    every_seconds: float,
    job: Callable[[], object],
    stop: Event,
    *,
    on_error: OnError,
    patience: float = 30.0,
) -> bool:
    """Run the job at once and then every so many seconds, until ``stop`` is set.

    A job that takes longer than the interval is never run beside itself. Its exceptions go to
    ``on_error``, which ends the tick by returning "stop". After the stop a running job gets
    ``patience`` seconds to end; returns whether it did.
    """
    turn = Lock()
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_job(
        lambda: _run_once(job, stop, turn, on_error),
        IntervalTrigger(seconds=every_seconds, timezone="UTC"),
        next_run_time=datetime.now(UTC),
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,  # the default of 1 s would drop a late tick without a word
    )
    scheduler.start()
    try:
        while not stop.wait(1.0):  # in short waits, so that Ctrl-C gets through everywhere
            pass
    finally:
        stop.set()
        ended = _wind_down(scheduler, turn, patience)
    return ended


def _run_once(job: Callable[[], object], stop: Event, turn: Lock, on_error: OnError) -> None:
    with turn:
        if stop.is_set():
            return
        try:
            job()
        except (Exception, SystemExit) as trouble:  # noqa: BLE001 - the next tick must come
            if on_error(trouble) == "stop":
                stop.set()


def _wind_down(scheduler: BackgroundScheduler, turn: Lock, patience: float) -> bool:
    """Let no new run begin; wait for the running one, but not for ever."""
    scheduler.pause()
    scheduler.shutdown(wait=False)
    ended = turn.acquire(timeout=patience)
    if ended:
        turn.release()
    return ended
