"""A server of bare bytes on the loopback, for what no well-behaved HTTP server sends."""

import contextlib
import socket
from collections.abc import Callable, Iterable, Iterator
from threading import Event, Thread

Talk = Callable[[Event], Iterable[bytes]]


class RawServer:
    """Answers each connection with the bytes of ``talk``, and counts what the client let in."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._stop = Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.sent = 0

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _address = self._listener.accept()
                with connection:
                    self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        with contextlib.suppress(OSError):
            _read_call(connection)
            for part in self._talk(self._stop):
                connection.sendall(part)
                self.sent += len(part)

    def __enter__(self) -> "RawServer":
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


def _read_call(connection: socket.socket) -> None:
    """Read a call to its end, or closing would reset the connection."""
    with connection.makefile("rb") as call:
        lines = list(iter(call.readline, b"\r\n"))
        lengths = [line.split(b":")[1] for line in lines if line.lower().startswith(b"content-le")]
        call.read(int(lengths[0]) if lengths else 0)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def dripping(whole: bytes, seconds: float) -> Talk:
    """One byte, a pause, one byte …"""

    def talk(stop: Event) -> Iterator[bytes]:
        for byte in whole:
            yield bytes([byte])
            if stop.wait(seconds):
                return

    return talk


def flooding(head: bytes, part: bytes, times: int) -> Talk:
    """A head, then the same part again and again."""

    def talk(stop: Event) -> Iterator[bytes]:
        yield head
        for _time in range(times):
            if stop.is_set():
                return
            yield part

    return talk
