"""What the networks, and the way to them, do wrong: drawn for each call as it comes in."""

import contextlib
import threading
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from orchestrator.sandbox.faults import describe
from orchestrator.sandbox.http import Answer, Request

if TYPE_CHECKING:
    from tests.reliability.world import Watched

# Of the calls that write, and of those that read, so many go wrong.
SHARE = {True: 0.3, False: 0.1}
RESET = 599  # no status of any network: the listener takes it for "break the connection off"
WITHIN, BEYOND = 0.15, 0.7  # seconds; the workers wait 0.4 s for an answer
TOKEN_GONE = 0.2  # seconds
# Less than the quiet period of ten minutes, which is what settling rests on.
LAG = 240
BY_CALL: dict[str, list[dict[str, object]]] = {
    "lost answer": [{"kind": "drop_after"}],
    "dropped before": [{"kind": "drop_before"}],
    "reset": [{"kind": "status", "status": RESET}, {"kind": "error_after", "status": RESET}],
    "slow": [{"kind": "slow", "seconds": WITHIN}],
    "too slow": [{"kind": "slow", "seconds": BEYOND}, {"kind": "hang", "seconds": BEYOND}],
    "error after accept": [{"kind": "error_after", "status": 500}],
    "html 502": [{"kind": "html"}],
    "empty 200": [{"kind": "empty"}],
}
LIMITED: dict[str, dict[str, object]] = {
    "facebook": {"rate_limit": {"code": 32, "calls": 1, "minutes": 1}},
    "x": {"rate_limit_next": 1},
}
TOKEN: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "facebook": ({"token": "expired"}, {"token": "valid"}),
    "x": ({"token": "revoked"}, {"token": "ok"}),
}
LAGGING: dict[str, dict[str, object]] = {
    "facebook": {"lag_seconds": LAG},
    "x": {"visibility_lag": LAG},
}


# In a test of its own: every hundredth post shows so late that no settling can wait for it.
LATE, LATE_BY, EVERY = "late to show", timedelta(hours=2), 100


class Mischief:
    """Draws the faults of one kind for one network; ``count`` is told of each."""

    def __init__(self, sandbox: "Watched", fault: str, chance: Random) -> None:
        self._sandbox, self._fault, self._chance = sandbox, fault, chance
        self._network = sandbox.network
        self._hidden: set[int] = set()
        self._struck = False  # the first chance is always taken: a cell without its fault is none
        if fault == "visibility lag":
            sandbox.configure({self._network: LAGGING[self._network]})

    def strike(self, request: Request, number: int | None) -> None:
        """Perhaps let this call, about the post of this number, go wrong right after this."""
        writes = request.method != "GET"
        if self._fault == LATE:
            if writes and number and number % EVERY == 0 and number not in self._hidden:
                self._sandbox.faults.add(describe({"kind": "drop_after", "method": "POST"}))
            return
        if self._struck and self._chance.random() >= SHARE[writes]:
            return
        if wishes := BY_CALL.get(self._fault):
            wish = self._chance.choice(wishes) | {"method": request.method}
            self._sandbox.faults.add(describe(wish))
            self._count()
        elif self._fault == "rate limit":
            self._sandbox.turn({self._network: LIMITED[self._network]})
            self._count()
        elif self._fault == "token expiry":
            self._expire()
        elif self._fault == "visibility lag" and writes:
            self._count()

    def hide(self, emulator: Any, number: int, answer: Answer) -> None:
        """Let the first creation of a late post show only after hours; its answer is lost, too."""
        if self._fault != LATE or number % EVERY or number in self._hidden:
            return
        self._hidden.add(number)
        body = answer.body if isinstance(answer.body, dict) else {}
        if post := emulator._wall.find(str(body.get("id"))):
            post.visible += LATE_BY
            self._count()

    def end(self) -> None:
        """From now on all goes well; only what shows late still does."""
        self._fault = self._fault if self._fault == LATE else "none"
        self._sandbox.faults.clear()

    def _expire(self) -> None:
        gone, back = TOKEN[self._network]
        self._sandbox.turn({self._network: gone})
        self._count()
        timer = threading.Timer(TOKEN_GONE, self._give_back, [back])
        timer.daemon = True
        timer.start()

    def _give_back(self, knobs: dict[str, object]) -> None:
        with contextlib.suppress(ValueError):
            self._sandbox.turn({self._network: knobs})

    def _count(self) -> None:
        self._struck = True
        self._sandbox.log.write("fault", self._fault)
