"""Rate limits of the X API: calls per window, by user and by app, told in headers."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from orchestrator.sandbox.clock import SandboxClock
from orchestrator.sandbox.x_problems import too_many_requests
from orchestrator.sandbox.x_schema import Operation

DAY = 86_400
Who = Literal["user", "app"]


@dataclass
class Window:
    """`used` of `limit` calls since it opened (`real` Unix seconds, `virtual` Unix seconds)."""

    limit: int
    seconds: int
    real: float
    virtual: float
    used: int = 0

    def is_over(self, real: float, virtual: float) -> bool:
        """Over after its time, also when the rehearsal's clock jumped past its end."""
        return max(real - self.real, virtual - self.virtual) >= self.seconds

    def headers(self, name: str) -> dict[str, str]:
        """Limit, remaining and reset (real Unix seconds) under x-<name>-…"""
        return {
            f"x-{name}-limit": str(self.limit),
            f"x-{name}-remaining": str(max(0, self.limit - self.used)),
            f"x-{name}-reset": str(math.ceil(self.real + self.seconds)),
        }


class LimitDesk:
    """Counts calls. Windows run by real time, like the OAuth stamps, because clients wait by it.

    A jump of the virtual clock ends a window too, or a rehearsed week would not fit into one.
    """

    def __init__(self, clock: SandboxClock, real: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._real = real
        self._windows: dict[tuple[str, Who, str], Window] = {}
        self.overrides: dict[str, Mapping[str, int]] = {}
        self.refuse_next = 0

    def count(self, operation: Operation, token: str | None) -> dict[str, str]:
        """Count a call (`token` None: app-only) and return its headers; raises a 429 problem."""
        windows = self._of(operation, token)
        full = next((window for window in windows.values() if window.used >= window.limit), None)
        if self.refuse_next or full:
            self.refuse_next = max(0, self.refuse_next - 1)
            told = full or next(iter(windows.values()))
            exhausted = Window(told.limit, told.seconds, told.real, told.virtual, told.limit)
            headers = _headers(operation, windows) | exhausted.headers("rate-limit")
            raise too_many_requests(headers)
        for window in windows.values():
            window.used += 1
        return _headers(operation, windows)

    def _of(self, operation: Operation, token: str | None) -> dict[Who, Window]:
        keys: dict[Who, str | None] = {"user": token, "app": ""}
        return {
            who: self._window(operation, who, key)
            for who, key in keys.items()
            if key is not None and who in operation.limits
        }

    def _window(self, operation: Operation, who: Who, key: str) -> Window:
        real, virtual = self._real(), self._clock.now().timestamp()
        limit, seconds = operation.limits[who]
        limit = self.overrides.get(operation.name, {}).get(who, limit)
        window = self._windows.get((operation.name, who, key))
        if window is None or window.is_over(real, virtual):
            window = Window(limit, seconds, real, virtual)
            self._windows[operation.name, who, key] = window
        window.limit = limit
        return window


def _headers(operation: Operation, windows: Mapping[Who, Window]) -> dict[str, str]:
    first = next(iter(windows.values()))
    headers = first.headers("rate-limit")
    app = windows.get("app")
    if operation.name == "createPosts" and app and app.seconds == DAY:
        # The user's daily number is not published; the app's stands in for it.
        headers |= app.headers("app-limit-24hour") | app.headers("user-limit-24hour")
    return headers
