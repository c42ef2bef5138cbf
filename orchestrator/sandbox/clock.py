"""The sandbox's own time: it may run fast, stand still, and jump forward."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class SandboxClock:
    """Virtual UTC time: `speed` virtual seconds pass per real second; 0 stands still.

    Safe to share between threads. `ticks` is the real, monotonic source (seconds).
    """

    def __init__(
        self,
        start: datetime | None = None,
        speed: float = 1.0,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        start = start or datetime.now(UTC)
        if start.tzinfo is None:
            raise ValueError("the sandbox clock needs a start time with an offset")
        if speed < 0:
            raise ValueError("the sandbox clock never runs backwards")
        self.speed = speed
        self._ticks = ticks
        self._lock = threading.Lock()
        self._start = start.astimezone(UTC)
        self._base = self._start
        self._since = ticks()

    def now(self) -> datetime:
        """The virtual time, in UTC."""
        with self._lock:
            return self._base + timedelta(seconds=(self._ticks() - self._since) * self.speed)

    def advance(self, step: timedelta) -> None:
        """Jump forward by `step`; a negative step raises ValueError."""
        if step < timedelta(0):
            raise ValueError("the sandbox clock never runs backwards")
        with self._lock:
            self._base += step

    def reset(self) -> None:
        """Go back to the time this clock started with."""
        with self._lock:
            self._base, self._since = self._start, self._ticks()
