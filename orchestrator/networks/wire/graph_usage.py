"""What Facebook tells with every answer: how much of what it allows is used.

``X-App-Usage`` and ``X-Ad-Account-Usage`` tell percentages, ``X-Business-Use-Case-Usage`` also the
minutes until one may call again. They come with some answers only; what was told holds for an hour,
or for those minutes.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from orchestrator.networks.wire.pressure import rest
from orchestrator.ports import Pressure

APP, ACCOUNT, BUSINESS = "x-app-usage", "x-ad-account-usage", "x-business-use-case-usage"
_SHARES = ("call_count", "total_time", "total_cputime", "acc_id_util_pct")
_REGAIN = "estimated_time_to_regain_access"
_KNOWN = {*_SHARES, _REGAIN}
_DEEPEST = 4  # a kind of calls stands in a list of an account's: two deep
_WINDOW = timedelta(hours=1)
_LONGEST_MINUTES = 24 * 60


@dataclass(frozen=True)
class Use:
    """``used``: a share, 0 to 1. ``minutes``: until one may call again, 0 where it is not told."""

    used: float
    minutes: float

    @property
    def window(self) -> timedelta:
        """For so long what was told holds."""
        return timedelta(minutes=self.minutes) if self.minutes else _WINDOW


class Usage:
    """What the answers to one token told last; ``real`` counts seconds."""

    def __init__(self, real: Callable[[], float] = time.monotonic) -> None:
        self._real = real
        self._told: dict[str, tuple[Use, float]] = {}

    def refuse(self, method: str, path: str) -> None:
        """Nothing is kept from being asked: what is sent has the right of way."""

    def read(self, method: str, path: str, headers: Mapping[str, str]) -> None:
        """Take note of the headers of an answer; names are in lower case."""
        now, told = self._real(), dict(uses(headers))
        named = max((use.minutes for use in told.values()), default=0.0)
        for name, use in told.items():
            # A share without minutes lasts as long as the answer names beside it, or an hour.
            self._told[name] = replace(use, minutes=use.minutes or named), now

    @property
    def pressure(self) -> Pressure:
        """How much is used, and how long reading had better rest from now on."""
        now, used, longest = self._real(), 0.0, timedelta()
        for use, at in self._told.values():
            age = timedelta(seconds=now - at)
            if age < use.window:
                used = max(used, use.used)
                longest = max(longest, rest(use.used, use.window) - age)
        return Pressure(used, longest)


def uses(headers: Mapping[str, str]) -> Iterator[tuple[str, Use]]:
    """What the headers of an answer tell, each under a name of its own."""
    for header in (APP, ACCOUNT, BUSINESS):
        yield from _within(header, _json(headers.get(header, "")), _DEEPEST)


def _within(name: str, told: object, deep: int) -> Iterator[tuple[str, Use]]:
    """What an object of a header tells, and those inside it, however they are put together."""
    fields = told if isinstance(told, dict) else {}
    if fields.keys() & _KNOWN:
        yield f"{name} {fields.get('type')}", _use(fields)
    parts = [(f"{name} {key}", part) for key, part in fields.items()]
    parts += [(name, part) for part in told] if isinstance(told, list) else []
    for inner, part in parts if deep else ():
        yield from _within(inner, part, deep - 1)


def _use(told: Mapping[str, Any]) -> Use:
    minutes = min(_number(told.get(_REGAIN)), _LONGEST_MINUTES)
    used = max(_number(told.get(name)) for name in _SHARES) / 100
    return Use(1.0 if minutes else min(used, 1.0), minutes)


def _json(header: str) -> object:
    try:
        return json.loads(header)
    except (ValueError, RecursionError):
        return None


def _number(value: object) -> float:
    """A share or a time, also where it is told as a text; 0 for what cannot be one."""
    try:
        told = float(str(value))
    except ValueError:
        return 0.0
    return told if 0 < told < 1e9 else 0.0
