"""Calls that end: answers within a total time, from first byte to last, and below a size.

A library's own read time-out only bounds the silence between two bytes; a server that drips, or
never stops, would hold a call for ever. A body that goes out, on the other hand, would have to go
as a whole within the time for connecting: on a slow line a picture never would.
"""

import http.client
import io
import socket
import ssl
from time import monotonic
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter

# Fifty full pages of comments, in a script whose letters are escaped twice; seldom half of it.
LARGEST = 16 * 1024 * 1024
_PART = 64 * 1024
# At 64 kB/s a part of a film still arrives; seconds.
_SENDING = 120.0


class TooLong(OSError):
    """An answer of more than 16 MB; hardly anything that we ask for is so long."""

    def __init__(self, status: int) -> None:
        super().__init__("the answer is too long")
        self.status = status


class NoHandshake(ssl.SSLError):
    """The connection could not be encrypted, so nothing was written on it.

    The same reasons may come later as well, out of the stream: what the network has by then nobody
    knows.
    """


class _Ending(io.RawIOBase):
    """What arrives at a socket, until a moment (of the monotonic clock)."""

    def __init__(self, connection: socket.socket, ends: float) -> None:
        self._connection = connection
        self._ends = ends
        self._stream = connection.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._ends - monotonic()
        if left <= 0:
            raise TimeoutError("the answer took too long")
        self._connection.settimeout(left)
        return self._stream.readinto(buffer)

    def close(self) -> None:
        self._stream.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    """An answer for which the connection's time-out is all the time there is."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        seconds, endless = sock.gettimeout(), self.fp
        if seconds is not None:
            self.fp = io.BufferedReader(_Ending(sock, monotonic() + seconds))
            endless.close()


class _Pieces:
    """Lets a long body go out in pieces: each within the time-out, all within two minutes."""

    def send(self, data: Any) -> None:
        """Send a head or a body; neither is ever a stream."""
        pieces = [data[start : start + _PART] for start in range(0, len(data), _PART)]
        ends = monotonic() + _SENDING
        for piece in pieces:
            if monotonic() > ends:
                raise TimeoutError("the body took too long")
            super().send(piece)  # type: ignore[misc]  # of the connection beside it


class _Http(_Pieces, urllib3.connection.HTTPConnection):
    response_class = _Answer


class _Https(_Pieces, urllib3.connection.HTTPSConnection):
    response_class = _Answer

    def connect(self) -> None:
        try:
            super().connect()
        except ssl.SSLError as error:
            raise NoHandshake(*error.args) from error


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Https


_POOLS = {"http": _HttpPool, "https": _HttpsPool}


class Bounded(HTTPAdapter):
    """Sends a call once; the read time-out is for the whole answer."""

    def __init__(self) -> None:
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Use our connections, also for servers."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """Use our connections, also through a proxy."""
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager


def body_of(response: requests.Response) -> bytes:
    """The body of an answer that was asked for as a stream; TooLong ends the connection."""
    body = bytearray()
    try:
        for part in response.raw.stream(_PART, decode_content=True):
            body += part
            if len(body) > LARGEST:
                raise TooLong(response.status_code)
    except BaseException:
        response.close()
        raise
    return bytes(body)
