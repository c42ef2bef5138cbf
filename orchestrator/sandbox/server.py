"""The loopback server: one port, every network, one call at a time; and mail on two more."""

import errno
import importlib
import logging
import pkgutil
import threading
from collections.abc import Iterator, Mapping
from datetime import datetime
from types import ModuleType, TracebackType
from typing import ClassVar, Self

import orchestrator.sandbox
from orchestrator.sandbox import admin
from orchestrator.sandbox.clock import SandboxClock
from orchestrator.sandbox.faults import FaultBoard
from orchestrator.sandbox.http import Answer, Emulator, Request
from orchestrator.sandbox.listener import LOOPBACK, Handler, Listener
from orchestrator.sandbox.mail import MailServers
from orchestrator.sandbox.mail_office import PostOffice
from orchestrator.sandbox.public import Public

log = logging.getLogger(__name__)


class PortInUse(Exception):
    """Another program listens on this port."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is in use")
        self.port = port


class Sandbox:
    """All emulators behind one loopback port.

    The port is bound at once (`port=0` takes a free one; PortInUse otherwise); calls are served
    between `start()` and `stop()`, in a `with` block, or while `serve_forever()` blocks.
    `public` is the seed of the people who see the posts and answer; None: nobody does.
    """

    handler: ClassVar[type[Handler]] = Handler

    def __init__(
        self,
        port: int = 0,
        start: datetime | None = None,
        speed: float = 1.0,
        public: int | None = None,
    ) -> None:
        self.clock = SandboxClock(start, speed)
        self.faults = FaultBoard()
        self.calls: admin.CallLog = admin.CallLog()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._serving = False
        self._thread: threading.Thread | None = None
        self.seed = public
        self._emulators = self._populated()
        self._listener = self._listen(port)
        self.port: int = self._listener.server_port
        self.mail = MailServers(self.clock, self.faults, self._note, public, beside=port)

    def _listen(self, port: int) -> Listener:
        try:
            return Listener(self, port, self.handler)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortInUse(port) from error
            raise

    @property
    def base_url(self) -> str:
        """Scheme, address and port; no slash at the end."""
        return f"http://{LOOPBACK}:{self.port}"

    def env(self) -> dict[str, str]:
        """The settings that point the product at this sandbox."""
        merged: dict[str, str] = {}
        for emulator in self._emulators:
            merged |= emulator.env(self.base_url)
        return merged | self.mail.env()

    def ledger(self) -> list[dict[str, object]]:
        """Everything that is or was live, on every network."""
        return [
            {"network": emulator.name, **entry}
            for emulator in self._emulators
            for entry in emulator.ledger()
        ]

    def messages(self) -> list[dict[str, object]]:
        """Every private message that the sandbox's public wrote until now."""
        return [
            {"network": emulator.name, **entry}
            for emulator in self._emulators
            for entry in emulator.messages()
        ]

    def letters(self) -> list[dict[str, object]]:
        """Every mail that was taken over, the oldest first."""
        return self.mail.office.letters()

    def configure(self, options: Mapping[str, object]) -> None:
        """Turn knobs: `{network: {knob: value}}`; raises ValueError on an unknown one."""
        known: dict[str, Emulator | PostOffice] = {each.name: each for each in self._emulators}
        known["mail"] = self.mail.office
        for network, knobs in options.items():
            if network not in known or not isinstance(knobs, dict):
                raise ValueError(f"no such network, or no object of knobs: {network}")
            known[network].configure(knobs)

    def reset(self) -> None:
        """Forget all posts, letters, faults, knobs and calls, set the clock back; keep the seed."""
        self.clock.reset()
        self.mail.reset()
        self.faults.clear()
        self.calls = admin.CallLog()
        self._emulators = self._populated()

    def _populated(self) -> list[Emulator]:
        public = None if self.seed is None else Public(self.seed)
        return [module.create(self.clock, public) for module in network_modules()]

    def serve(self, request: Request) -> Answer | None:
        """Answer one call; None: the connection closes without an answer."""
        if request.path.startswith(admin.PREFIX):
            with self._lock:
                return admin.answer(self, request)
        emulator = next((e for e in self._emulators if e.owns(request.path)), None)
        network = emulator.name if emulator else ""
        answer = self._with_faults(emulator, network, request)
        status = (answer.status or None) if answer else None
        with self._lock:
            self.calls.add(network, request.method, request.path, self.clock.now(), status)
        return answer

    def _with_faults(
        self, emulator: Emulator | None, network: str, request: Request
    ) -> Answer | None:
        fault = self.faults.take(network, request.method, request.path)
        if fault is None:
            return self._perform(emulator, request)
        if fault.waits and self._stopping.wait(fault.waits):
            return None
        if not fault.performs:
            return fault.answer()
        answer = self._perform(emulator, request)
        return answer if fault.kind == "slow" else fault.answer()

    def _perform(self, emulator: Emulator | None, request: Request) -> Answer:
        if emulator is None:
            return Answer(404, {"error": f"No network here serves {request.path}."})
        with self._lock:
            try:
                return emulator.answer(request)
            except Exception:  # a bug of ours must not look like a lost connection
                log.exception("the %s emulator failed", emulator.name)
                return Answer(500, {"error": "The sandbox itself failed; see its output."})

    def _note(self, network: str, command: str) -> None:
        with self._lock:
            self.calls.add(network, command, "", self.clock.now(), None)

    def start(self) -> Self:
        """Serve in threads of its own."""
        self._serving = True
        self.mail.start()
        self._thread = threading.Thread(target=self._serve, name="sandbox", daemon=True)
        self._thread.start()
        return self

    def serve_forever(self) -> None:
        """Serve until interrupted, or stopped by another thread."""
        self._serving = True
        self.mail.start()
        try:
            self._serve()
        finally:
            self._serving = False
            self.stop()

    def _serve(self) -> None:
        self._listener.serve_forever(poll_interval=0.05)

    def stop(self) -> None:
        """Stop serving, release what hangs, end every connection. May be repeated."""
        self._stopping.set()
        self.mail.stop()
        if self._serving:
            self._serving = False
            self._listener.shutdown()
        if self._thread:
            self._thread.join()
        self._listener.server_close()
        self._listener.hang_up()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def network_modules() -> Iterator[ModuleType]:
    """The networks' emulators, found by file name: every module with `Emulator` and `create`."""
    package = orchestrator.sandbox
    for found in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
        module = importlib.import_module(f"{package.__name__}.{found.name}")
        if hasattr(module, "Emulator") and hasattr(module, "create"):
            yield module
