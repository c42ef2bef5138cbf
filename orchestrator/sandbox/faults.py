"""Faults on demand: what a network or the way to it may do wrong."""

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal, TypeVar, cast, get_args

from orchestrator.sandbox.http import HTML, RESET, Answer

Kind = Literal[
    "status",
    "html",
    "empty",
    "hang",
    "drop_before",
    "drop_after",
    "reset_before",
    "reset_after",
    "error_after",
    "slow",
]
T = TypeVar("T")
KINDS: tuple[str, ...] = get_args(Kind)
BAD_GATEWAY = "<html><head><title>502 Bad Gateway</title></head><body>Sorry.</body></html>"


class FaultError(ValueError):
    """The description of a fault makes no sense."""


@dataclass(frozen=True)
class Fault:
    """What goes wrong with the next `times` calls that match (None matches every call).

    `status`, `html`, `empty`: answered without performing the call. `hang`: no answer for `seconds`
    real seconds, then the connection closes, not performed. `drop_before`: connection closed, not
    performed. `drop_after`: performed, the answer is lost. `reset_before`, `reset_after`: the same,
    but the connection is reset. `error_after`: performed, but answered
    with `status` and `body`. `slow`: performed after `seconds`.
    """

    kind: Kind
    network: str | None = None
    method: str | None = None
    path: str | None = None
    status: int | None = None
    body: object = None
    times: int = 1
    seconds: float = 30.0

    @property
    def performs(self) -> bool:
        """Whether the network acts on the call in spite of the fault."""
        return self.kind in ("drop_after", "reset_after", "error_after", "slow")

    @property
    def waits(self) -> float:
        """Real seconds before anything happens."""
        return self.seconds if self.kind in ("hang", "slow") else 0.0

    def matches(self, network: str, method: str, path: str) -> bool:
        """Whether a call meets this fault; `path` is a regular expression searched for."""
        return (
            self.network in (None, network)
            and (self.method is None or self.method.upper() == method)
            and (self.path is None or re.search(self.path, path) is not None)
        )

    def answer(self) -> Answer | None:
        """What is sent instead of the network's answer; None: nothing, the connection closes."""
        if self.kind in ("status", "error_after"):
            return Answer(self.status or 500, {} if self.body is None else self.body)
        if self.kind == "html":
            page = BAD_GATEWAY if self.body is None else self.body
            return Answer(self.status or 502, page, content_type=HTML)
        if self.kind == "empty":
            return Answer(self.status or 200)
        return RESET if self.kind in ("reset_before", "reset_after") else None


def describe(wish: Mapping[str, object]) -> Fault:
    """Read a fault from JSON; raises FaultError with the reason."""
    unknown = wish.keys() - {field.name for field in fields(Fault)}
    if unknown:
        raise FaultError(f"unknown: {', '.join(sorted(unknown))}")
    if wish.get("kind") not in KINDS:
        raise FaultError(f"kind must be one of {', '.join(KINDS)}")
    seconds = wish.get("seconds", 30)
    fault = Fault(
        kind=cast(Kind, wish["kind"]),
        network=_typed(wish, "network", str),
        method=_typed(wish, "method", str),
        path=_typed(wish, "path", str),
        status=_typed(wish, "status", int),
        body=wish.get("body"),
        times=1 if (times := _typed(wish, "times", int)) is None else times,
        seconds=float(seconds) if isinstance(seconds, int | float) else -1.0,
    )
    return _sane(fault)


def _typed(wish: Mapping[str, object], name: str, kind: type[T]) -> T | None:
    value = wish.get(name)
    if value is None or (isinstance(value, kind) and not isinstance(value, bool)):
        return value
    raise FaultError(f"{name} has the wrong type")


def _sane(fault: Fault) -> Fault:
    if fault.times < 1 or not 0 <= fault.seconds <= 600:
        raise FaultError("times must be at least 1, seconds between 0 and 600")
    if fault.status is not None and not 200 <= fault.status <= 599:
        raise FaultError("status must be between 200 and 599")
    try:
        re.compile(fault.path or "")
    except re.error as error:
        raise FaultError(f"path is no regular expression: {error}") from error
    return fault


class FaultBoard:
    """The faults still to happen, oldest first. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: list[tuple[Fault, int]] = []

    def add(self, fault: Fault) -> None:
        """Let this fault happen from now on."""
        with self._lock:
            self._open.append((fault, fault.times))

    def take(self, network: str, method: str, path: str) -> Fault | None:
        """The first fault that meets this call, counted down."""
        with self._lock:
            for index, (fault, left) in enumerate(self._open):
                if fault.matches(network, method, path):
                    self._open[index : index + 1] = [(fault, left - 1)] if left > 1 else []
                    return fault
        return None

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        with self._lock:
            self._open.clear()

    def left(self) -> list[dict[str, object]]:
        """The open faults with the calls they still wait for."""
        with self._lock:
            return [
                {"kind": fault.kind, "network": fault.network, "path": fault.path, "left": left}
                for fault, left in self._open
            ]
