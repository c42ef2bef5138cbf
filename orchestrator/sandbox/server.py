"""The loopback server: one port, every network, one call at a time."""

import contextlib
import errno
import importlib
import logging
import pkgutil
import socket
import sys
import threading
from collections.abc import Iterator, Mapping
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from types import ModuleType, TracebackType
from typing import ClassVar, Self, cast

import orchestrator.sandbox
from orchestrator.sandbox import admin
from orchestrator.sandbox.clock import SandboxClock
from orchestrator.sandbox.faults import FaultBoard
from orchestrator.sandbox.http import Answer, Emulator, Request

LOOPBACK = "127.0.0.1"
BIGGEST_BODY = 10 * 1024 * 1024
IDLE_SECONDS = 300

log = logging.getLogger(__name__)


class PortInUse(Exception):
    """Another program listens on this port."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is in use")
        self.port = port


class UnreadableError(Exception):
    """The request cannot be read to its end, so the connection must close."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class Listener(ThreadingHTTPServer):
    """The listening socket and the connections that came of it."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, sandbox: "Sandbox", port: int) -> None:
        self.sandbox = sandbox
        self._changed = threading.Condition()
        self._connections: set[socket.socket] = set()
        super().__init__((LOOPBACK, port), sandbox.handler)

    def server_bind(self) -> None:
        """Bind without HTTPServer's look-up of our own name, which may take seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, self.socket.getsockname()[1]

    def opened(self, connection: socket.socket) -> None:
        """Remember a connection, so that stopping can end it."""
        with self._changed:
            self._connections.add(connection)

    def ended(self, connection: socket.socket) -> None:
        """Forget a connection that has ended."""
        with self._changed:
            self._connections.discard(connection)
            self._changed.notify_all()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that went away; a fault of ours is worth a traceback."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            log.error("a connection to the sandbox failed", exc_info=error)

    def hang_up(self) -> None:
        """End every open connection, and give their threads a moment to let go."""
        with self._changed:
            for connection in self._connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            self._changed.wait_for(lambda: not self._connections, timeout=1.0)


class Handler(BaseHTTPRequestHandler):
    """Reads calls off one kept-alive connection and writes each answer in a single write."""

    protocol_version = "HTTP/1.1"
    server_version = "tueroeffner-sandbox"
    sys_version = ""
    timeout = IDLE_SECONDS
    # Without TCP_NODELAY and the single write, delayed acknowledgements hold clients at 23 calls/s.
    disable_nagle_algorithm = True

    @property
    def _listener(self) -> Listener:
        return cast(Listener, self.server)

    def setup(self) -> None:
        """Open the connection."""
        super().setup()
        self._listener.opened(self.connection)

    def finish(self) -> None:
        """End the connection."""
        self._listener.ended(self.connection)
        super().finish()

    def serve(self) -> None:
        """Serve one call."""
        try:
            request = self._read()
        except UnreadableError as unreadable:
            self.close_connection = True
            self.send(Answer(unreadable.status, {"error": unreadable.status.phrase}))
            return
        answer = self._listener.sandbox.serve(request)
        if answer is None:
            self.close_connection = True
        else:
            self.send(answer)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = serve  # noqa: N815  # http.server's names

    def _read(self) -> Request:
        headers = dict(self.headers.items())
        body = self._body()
        host = self.headers.get("Host", f"{LOOPBACK}:{self._listener.server_port}")
        url = self.path if "://" in self.path.partition("?")[0] else f"http://{host}{self.path}"
        method = "GET" if self.command == "HEAD" else self.command
        try:
            return Request.of(method, url, headers, body)
        except ValueError as error:
            raise UnreadableError(HTTPStatus.BAD_REQUEST) from error

    def _body(self) -> bytes:
        if "Transfer-Encoding" in self.headers:
            raise UnreadableError(HTTPStatus.LENGTH_REQUIRED)
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()):
            raise UnreadableError(HTTPStatus.BAD_REQUEST)
        if int(length) > BIGGEST_BODY:
            raise UnreadableError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        body = self.rfile.read(int(length))
        if len(body) < int(length):  # the client went away: half a call must not be performed
            raise UnreadableError(HTTPStatus.BAD_REQUEST)
        return body

    def send(self, answer: Answer) -> None:
        """Write an answer: head and body together."""
        body = answer.payload()
        self.request_version = self.protocol_version  # for HTTP/0.9 there would be no head at all
        self.send_response_only(answer.status)
        self.send_header("Date", self.date_time_string())
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.write(b"" if self.command == "HEAD" else body)

    def write(self, body: bytes) -> None:
        """Send the head collected so far, and the body, at once."""
        self._headers_buffer: list[bytes]
        head = b"".join(self._headers_buffer) + b"\r\n"
        self._headers_buffer = []
        self.wfile.write(head + body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what http.server itself cannot read (bad request line, unknown method)."""
        self.close_connection = True
        self.send(Answer(code, {"error": message or HTTPStatus(code).phrase}))

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the call log has it."""


class Sandbox:
    """All emulators behind one loopback port.

    The port is bound at once (`port=0` takes a free one; PortInUse otherwise); calls are served
    between `start()` and `stop()`, in a `with` block, or while `serve_forever()` blocks.
    """

    handler: ClassVar[type[Handler]] = Handler

    def __init__(self, port: int = 0, start: datetime | None = None, speed: float = 1.0) -> None:
        self.clock = SandboxClock(start, speed)
        self.faults = FaultBoard()
        self.calls: admin.CallLog = admin.CallLog()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._serving = False
        self._thread: threading.Thread | None = None
        self._emulators = [module.create(self.clock) for module in network_modules()]
        self._listener = self._listen(port)
        self.port: int = self._listener.server_port

    def _listen(self, port: int) -> Listener:
        try:
            return Listener(self, port)
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
        return merged

    def ledger(self) -> list[dict[str, object]]:
        """Everything that is or was live, on every network."""
        return [
            {"network": emulator.name, **entry}
            for emulator in self._emulators
            for entry in emulator.ledger()
        ]

    def configure(self, options: Mapping[str, object]) -> None:
        """Turn knobs: `{network: {knob: value}}`; raises ValueError on an unknown one."""
        known = {emulator.name: emulator for emulator in self._emulators}
        for network, knobs in options.items():
            if network not in known or not isinstance(knobs, dict):
                raise ValueError(f"no such network, or no object of knobs: {network}")
            known[network].configure(knobs)

    def reset(self) -> None:
        """Forget all posts, faults, knobs and calls, and set the clock back."""
        self.clock.reset()
        self.faults.clear()
        self.calls = admin.CallLog()
        self._emulators = [module.create(self.clock) for module in network_modules()]

    def serve(self, request: Request) -> Answer | None:
        """Answer one call; None: the connection closes without an answer."""
        if request.path.startswith(admin.PREFIX):
            with self._lock:
                return admin.answer(self, request)
        emulator = next((e for e in self._emulators if e.owns(request.path)), None)
        network = emulator.name if emulator else ""
        answer = self._with_faults(emulator, network, request)
        status = answer.status if answer else None
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

    def start(self) -> Self:
        """Serve in a thread of its own."""
        self._serving = True
        self._thread = threading.Thread(target=self._serve, name="sandbox", daemon=True)
        self._thread.start()
        return self

    def serve_forever(self) -> None:
        """Serve until interrupted, or stopped by another thread."""
        self._serving = True
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
