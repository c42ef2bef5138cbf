"""The operator's side of the sandbox, under /_sandbox/: state, clock, faults, ledger, calls."""

import re
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from orchestrator.sandbox.faults import describe
from orchestrator.sandbox.http import Answer, BadJson, Request

if TYPE_CHECKING:
    from orchestrator.sandbox.server import Sandbox

PREFIX = "/_sandbox/"
KEPT_CALLS = 10_000
IDENTIFIER = re.compile(r"(?<=/)\d{3,}(_\d+)?(?=/|$)|(?<=/upload:)[^/]+")


@dataclass(frozen=True)
class Call:
    """One call as logged: no query, no body, no identifiers, so never a token."""

    network: str
    method: str
    path: str
    time: str
    status: int | None


class CallLog:
    """The last calls, and how many per network and endpoint. `status` None: no answer sent."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=KEPT_CALLS)
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, network: str, method: str, path: str, now: datetime, status: int | None) -> None:
        """Note a call; identifiers in the path become `{id}`."""
        template = IDENTIFIER.sub("{id}", path)
        self._calls.append(Call(network, method, template, now.isoformat(), status))
        self._counts[network, f"{method} {template}"] += 1

    def entries(self) -> list[dict[str, object]]:
        """The last calls, oldest first."""
        return [asdict(call) for call in self._calls]

    def counts(self) -> dict[str, dict[str, int]]:
        """How often each endpoint was called: `{network: {"METHOD path": n}}`."""
        tree: dict[str, dict[str, int]] = {}
        for (network, endpoint), count in sorted(self._counts.items()):
            tree.setdefault(network, {})[endpoint] = count
        return tree


def answer(sandbox: "Sandbox", request: Request) -> Answer:
    """Serve one admin call. A web page in the operator's browser must not reach this."""
    if "origin" in request.headers or not _ours(sandbox, request.headers.get("host", "")):
        return _refused(403, "The sandbox is operated from this machine only, not by web pages.")
    action = ROUTES.get((request.method, request.path.removeprefix(PREFIX)))
    if action is None:
        return _refused(404, "There is no such sandbox call.")
    try:
        return Answer(200, action(sandbox, _wish(request)))
    except ValueError as error:
        return _refused(400, str(error))


def _ours(sandbox: "Sandbox", host: str) -> bool:
    return host in (f"127.0.0.1:{sandbox.port}", f"localhost:{sandbox.port}")


def _refused(status: int, why: str) -> Answer:
    return Answer(status, {"error": why})


def _wish(request: Request) -> dict[str, object]:
    wish = request.json() if request.body else {}
    if not isinstance(wish, dict):
        raise BadJson("the body must be a JSON object")
    return wish


def _state(sandbox: "Sandbox", _: dict[str, object]) -> object:
    return {
        "now": sandbox.clock.now().isoformat(),
        "speed": sandbox.clock.speed,
        "seed": sandbox.seed,
        "base_url": sandbox.base_url,
        "env": sandbox.env(),
        "counts": sandbox.calls.counts(),
        "faults": sandbox.faults.left(),
    }


def _advance(sandbox: "Sandbox", wish: dict[str, object]) -> object:
    seconds = wish.get("seconds")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise ValueError("seconds must be a number")
    try:
        sandbox.clock.advance(timedelta(seconds=seconds))
    except OverflowError as error:
        raise ValueError("seconds are too many") from error
    return {"now": sandbox.clock.now().isoformat()}


def _add_fault(sandbox: "Sandbox", wish: dict[str, object]) -> object:
    sandbox.faults.add(describe(wish))
    return {"faults": sandbox.faults.left()}


def _clear_faults(sandbox: "Sandbox", _: dict[str, object]) -> object:
    sandbox.faults.clear()
    return {"faults": []}


def _configure(sandbox: "Sandbox", wish: dict[str, object]) -> object:
    sandbox.configure(wish)
    return {"configured": sorted(wish)}


def _reset(sandbox: "Sandbox", _: dict[str, object]) -> object:
    sandbox.reset()
    return {"now": sandbox.clock.now().isoformat()}


ROUTES: dict[tuple[str, str], Callable[["Sandbox", dict[str, object]], object]] = {
    ("GET", "state"): _state,
    ("GET", "ledger"): lambda sandbox, _: {"ledger": sandbox.ledger()},
    ("GET", "messages"): lambda sandbox, _: {"messages": sandbox.messages()},
    ("GET", "letters"): lambda sandbox, _: {"letters": sandbox.letters()},
    ("GET", "calls"): lambda sandbox, _: {"calls": sandbox.calls.entries()},
    ("POST", "advance"): _advance,
    ("POST", "faults"): _add_fault,
    ("DELETE", "faults"): _clear_faults,
    ("POST", "configure"): _configure,
    ("POST", "reset"): _reset,
}
