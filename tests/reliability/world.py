"""The networks, in a process of their own, with an observer who writes down all that happens.

The observer stands outside the product: it sees each writing call as the network performed it, and
at that very moment asks the database, in plain SQL, how many tries at the post it knows of. From
its notes alone ``checker`` says what was live, and when.
"""

import contextlib
import json
import mmap
import os
import re
import socket
import struct
import threading
import time
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from orchestrator.sandbox import graph_posts, x_store
from orchestrator.sandbox.admin import PREFIX
from orchestrator.sandbox.http import Answer, Request
from orchestrator.sandbox.listener import Handler
from orchestrator.sandbox.server import Sandbox
from tests.reliability import rows
from tests.reliability.cell import Cell
from tests.reliability.faults import RESET, Mischief
from tests.reliability.log import Log

# Every text has its number; so a post is recognised however its words were changed.
NUMBER = re.compile(r"Nr\. (\d+)\.")
_RESET = Answer(RESET)


class Pace:
    """Seconds of the campaign that passed, for all processes of a cell.

    Passes and deaths let time pass, never the machine's clock: however busy the machine is, a
    worker comes to as many passes in an hour of the campaign.
    """

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, 8)

    def __call__(self) -> float:
        """How many so far."""
        return float(struct.unpack("d", self._shared[:])[0])

    def advance(self, seconds: float) -> None:
        """Let time pass; two at once may count as one."""
        self._shared[:] = struct.pack("d", self() + seconds)


class Abrupt(Handler):
    """Ends a connection with a reset (RST) where it is told to."""

    def send(self, answer: Answer) -> None:
        """Answer, or break the connection off."""
        if answer is not _RESET:
            super().send(answer)
            return
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.close()


class Watched(Sandbox):
    """The sandbox, and the observer's notes: a line of JSON for each writing call."""

    handler = Abrupt

    def __init__(self, cell: Cell, notes: Path, log: Log, database: str, pace: Pace | None) -> None:
        super().__init__(start=cell.starts)
        if pace:
            self.clock._ticks, self.clock._since = pace, pace()
        self.notes, self.log, self.database = notes, log, database
        self.network = cell.network
        self._mischief = Mischief(self, cell.fault, cell.chance("faults"))
        self._here = threading.local()

    def turn(self, knobs: dict[str, object]) -> None:
        """Turn knobs while calls are served."""
        with self._lock:
            self.configure(knobs)

    def serve(self, request: Request) -> Answer | None:
        """Ask the database what it knows of this call's post, perhaps go wrong, then perform."""
        if not request.path.startswith(PREFIX):
            number = self._here.number = _number(request)
            self._here.tries = number and rows.tries(self.database, self.network, number)
            self._mischief.strike(request, number)
        elif request.path.endswith("/calm"):
            self._mischief.end()
            return Answer(200, {})
        answer = super().serve(request)
        return _RESET if answer is not None and answer.status == RESET else answer

    def _perform(self, emulator: Any, request: Request) -> Answer:
        if request.method == "GET" or "batch" in request.form():
            return super()._perform(emulator, request)
        answer = super()._perform(emulator, request)
        if self._here.number:
            self._mischief.hide(emulator, self._here.number, answer)
        note = {
            "at": self.clock.now().isoformat(),
            "real": time.monotonic(),
            "network": emulator.name if emulator else "",
            "method": request.method,
            "path": request.path,
            "asked": _asked(request),
            "status": answer.status,
            "said": answer.body if isinstance(answer.body, dict) else {},
            "tries": self._here.tries,
        }
        with self.notes.open("a", encoding="utf-8") as file:
            file.write(json.dumps(note, ensure_ascii=False) + "\n")
        return answer


def _number(request: Request) -> int | None:
    """Which post the call is about; None where it carries no text of ours."""
    found = NUMBER.search(str(_asked(request).get("text", "")))
    return int(found[1]) if found else None


def _asked(request: Request) -> dict[str, object]:
    """The fields of a call that matter, without its token."""
    form = {name: values[-1] for name, values in request.form().items()}
    if "json" in request.headers.get("content-type", ""):
        document = request.json()
        form = {str(k): v for k, v in document.items()} if isinstance(document, dict) else {}
    wanted = ("published", "is_published", "scheduled_publish_time")
    asked = {name: form[name] for name in wanted if name in form}
    if words := form.get("message", form.get("text", form.get("description"))):
        asked["text"] = words
    return asked


class World:
    """A running sandbox: its process, its clock, its address, and the way to its operator."""

    def __init__(self, cell: Cell, folder: Path, database: str, log: Log) -> None:
        self.notes = folder / "notes.jsonl"
        self.notes.touch()
        self.pace = None if cell.is_typed else Pace()
        sandbox = Watched(cell, self.notes, log, database, self.pace)
        self.clock, self.base_url, self.env = sandbox.clock, sandbox.base_url, sandbox.env()
        self.process = forked(lambda: self._serve(sandbox, cell))
        sandbox.stop()  # this copy of it; the other process serves
        self._prepare(cell)

    def _serve(self, sandbox: Watched, cell: Cell) -> None:
        if cell.forgets:
            # How long the live networks remember a text is unknown; here: not at all.
            graph_posts.Wall.has_text = lambda *_a, **_k: False  # type: ignore[method-assign]
            x_store.Store.has_duplicate = lambda *_a: False  # type: ignore[method-assign]
        sandbox.serve_forever()

    def _prepare(self, cell: Cell) -> None:
        self.ask("POST", "configure", {"x": {"limits": {"createPosts": {"user": 10_000}}}})

    def ask(self, method: str, what: str, wish: object = None) -> Any:
        """Speak to the sandbox's operator."""
        body = None if wish is None else json.dumps(wish).encode()
        call = urllib.request.Request(f"{self.base_url}/_sandbox/{what}", body, method=method)
        with urllib.request.urlopen(call, timeout=20) as answer:
            return json.load(answer)

    def advance(self, seconds: float) -> None:
        """Let the networks' time jump forward, and everybody's with it."""
        if self.pace:
            self.pace.advance(seconds)
            return
        self.ask("POST", "advance", {"seconds": seconds})
        self.clock.advance(timedelta(seconds=seconds))

    def noted(self) -> list[dict[str, Any]]:
        """The observer's notes, in the order in which the network performed them."""
        return [json.loads(line) for line in self.notes.read_text("utf-8").splitlines()]

    def ledger(self) -> list[dict[str, Any]]:
        """What the sandbox itself says is or was there."""
        entries: list[dict[str, Any]] = self.ask("GET", "ledger")["ledger"]
        return entries

    def end(self) -> None:
        """Stop the sandbox's process."""
        os.kill(self.process, 9)
        os.waitpid(self.process, 0)


def forked(work: Callable[[], None]) -> int:
    """Run ``work`` in a process forked off this one; its number. It never returns from there."""
    process = os.fork()
    if process:
        return process
    code = 1
    try:
        work()
        code = 0
    except BaseException:  # noqa: BLE001 - said, then the process ends without cleaning up
        import traceback

        traceback.print_exc()
    finally:
        os._exit(code)
