"""How many calls X still allows, by its own headers: none is made that would be refused anyway.

X counts each kind of call in windows of 15 minutes, posts also by the day, for the account and for
the whole app; all in real time.
"""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from orchestrator.networks.wire.pressure import rest
from orchestrator.networks.wire.x_troubles import limited, wait
from orchestrator.ports import Pressure, RateLimited

_NUMBER = re.compile(r"(?<=/)\d+(?=/|$)")
_LEFT, _LIMIT, _RESET = "x-rate-limit-remaining", "x-rate-limit-limit", "x-rate-limit-reset"


@dataclass(frozen=True)
class _Window:
    """``used``: a share, 0 to 1. ``at`` was it told, ``ends`` it, in seconds of the clock."""

    used: float
    at: float
    ends: float


class Windows:
    """What X told last of each kind of call; ``real`` counts seconds."""

    def __init__(self, real: Callable[[], float] = time.monotonic) -> None:
        self._real = real
        self._told: dict[str, _Window] = {}

    def refuse(self, method: str, path: str) -> RateLimited | None:
        """Why this call is not made now; None: it may be."""
        window = self._told.get(_kind(method, path))
        left = window.ends - self._real() if window and window.used >= 1 else 0.0
        return limited(left, write=method != "GET") if left > 0 else None

    def read(self, method: str, path: str, headers: Mapping[str, str]) -> None:
        """Take note of the headers of an answer; names are in lower case."""
        if _RESET in headers:
            now = self._real()
            self._told[_kind(method, path)] = _Window(_used(headers), now, now + wait(headers))

    @property
    def pressure(self) -> Pressure:
        """How much is used of what may be read, and how long reading had better rest."""
        now, used, longest = self._real(), 0.0, timedelta()
        for kind, window in self._told.items():
            if kind.startswith("GET ") and now < window.ends:
                whole = timedelta(seconds=window.ends - window.at)
                age = timedelta(seconds=now - window.at)
                used, longest = max(used, window.used), max(longest, rest(window.used, whole) - age)
        return Pressure(used, longest)


def _kind(method: str, path: str) -> str:
    """What X counts together: all calls to paths that differ in a number only."""
    return f"{method} {_NUMBER.sub('#', path)}"


def _used(headers: Mapping[str, str]) -> float:
    """1 where any window is used up, also that of a day."""
    left = {name for name in headers if name.startswith("x-") and name.endswith("-remaining")}
    if any(headers[name] == "0" for name in left):
        return 1.0
    limit, rest_of_it = (_whole(headers.get(name, "")) for name in (_LIMIT, _LEFT))
    return min(max(1 - rest_of_it / limit, 0.0), 0.99) if limit else 0.0


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
