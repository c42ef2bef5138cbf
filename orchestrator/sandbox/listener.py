"""The listening socket, and the calls that are read off its connections."""

import contextlib
import logging
import socket
import struct
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Protocol, cast

from orchestrator.sandbox.http import RESET, Answer, Request

LOOPBACK = "127.0.0.1"
BIGGEST_BODY = 10 * 1024 * 1024
IDLE_SECONDS = 300

log = logging.getLogger(__name__)


class Server(Protocol):
    """Who answers the calls."""

    def serve(self, request: Request) -> Answer | None:
        """Answer one call; None: the connection closes without an answer."""


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

    def __init__(self, server: Server, port: int, handler: "type[Handler]") -> None:
        self.server = server
        self._changed = threading.Condition()
        self._connections: set[socket.socket] = set()
        super().__init__((LOOPBACK, port), handler)

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
        answer = self._listener.server.serve(request)
        if answer is None:
            self.close_connection = True
        elif answer is RESET:
            self._break_off()
        else:
            self.send(answer)

    def _break_off(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # Closed before http.server says good-bye; then there is nothing but the reset.
        self.rfile.close()
        self.connection.close()

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
        if "Date" not in answer.headers:
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
