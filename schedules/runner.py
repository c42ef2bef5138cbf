"""The tick: runs jobs again and again, beside each other, until it is told to stop.

APScheduler is the clock here and nothing more. What is due is in the caller's own table, because
a job per post would fire twice with two processes and drop posts at a restart.
"""

import logging
import time
from collections.abc import Callable, Sequence
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event, Lock

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

OnError = Callable[[BaseException], object]
# It would print a traceback for whatever it does not know; troubles go to ``on_error``.
logging.getLogger("apscheduler").setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True)
class Job:
    """Something to do at once and then every so many seconds; its turn is taken while it runs."""

    every_seconds: float
    work: Callable[[], object]
    turn: Lock = field(default_factory=Lock)


def tick(jobs: Sequence[Job], stop: Event, *, on_error: OnError, patience: float = 30.0) -> bool:
    """Run the jobs, each in a thread, until ``stop`` is set; return whether all of them ended.

    A job that takes longer than its interval is never run beside itself, and keeps no other job
    waiting. Its exceptions go to ``on_error``, which ends the tick by returning "stop"; the same
    one again only after its job went well. After the stop no run begins, and the running ones get
    ``patience`` seconds together to end.
    """
    standing = _Standing()
    # A new thread knows nothing of its maker's context, such as the language that is spoken.
    context = copy_context()
    scheduler = BackgroundScheduler(
        timezone="UTC", executors={"default": ThreadPoolExecutor(len(jobs))}
    )
    for job in jobs:
        scheduler.add_job(
            lambda job=job: context.copy().run(_run_once, job, stop, on_error, standing),
            IntervalTrigger(seconds=job.every_seconds, timezone="UTC"),
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
        ended = _wind_down(scheduler, jobs, patience)
    return ended


def _run_once(job: Job, stop: Event, on_error: OnError, standing: "_Standing") -> None:
    with job.turn:
        if stop.is_set():
            return
        try:
            job.work()
        except (Exception, SystemExit) as trouble:  # noqa: BLE001 - the next tick must come
            if standing.is_news(job, trouble) and on_error(trouble) == "stop":
                stop.set()
        else:
            standing.over(job)


class _Standing:
    """The trouble in which each job stands."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._troubles: dict[int, str] = {}

    def is_news(self, job: Job, trouble: BaseException) -> bool:
        """Note it; whether no job stood in the same trouble already."""
        with self._lock:
            known = repr(trouble) in self._troubles.values()
            self._troubles[id(job)] = repr(trouble)
            return not known

    def over(self, job: Job) -> None:
        """It went well."""
        with self._lock:
            self._troubles.pop(id(job), None)


def _wind_down(scheduler: BackgroundScheduler, jobs: Sequence[Job], patience: float) -> bool:
    """Let no new run begin; wait for the running ones, but not for ever."""
    scheduler.pause()
    scheduler.shutdown(wait=False)
    until = time.monotonic() + patience
    ended = [job.turn.acquire(timeout=max(until - time.monotonic(), 0)) for job in jobs]
    for job, free in zip(jobs, ended, strict=True):
        if free:
            job.turn.release()
    return all(ended)
