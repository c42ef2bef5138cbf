"""A line to a mail server: encrypted and checked, and cut when its time is up.

The libraries bound each wait, but not their sum: a server that sends a byte now and then would hold
the program for ever.
"""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Timer

from orchestrator.i18n import _
from orchestrator.redact import redact, tame

# What a server's words are cut to.
_LONGEST = 300


@contextmanager
def cut_after(seconds: float, connection: Callable[[], socket.socket | None]) -> Iterator[None]:
    """Break the connection when ``seconds`` (real time) are over; whoever waits gets an error."""
    timer = Timer(seconds, lambda: _cut(connection()))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(connection: socket.socket | None) -> None:
    if connection is not None:
        with suppress(OSError):
            # Not that of an encrypted one, which would first take its encryption off.
            socket.socket.shutdown(connection, socket.SHUT_RDWR)


def checked() -> ssl.SSLContext:
    """Encryption as browsers want it: only with a certificate that is known and names the host."""
    return ssl.create_default_context()


def quoted(said: bytes | str) -> str:
    """A server's words: one line, without addresses and numbers, at most 300 characters."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    line = redact(" ".join(tame(text).split()))
    return (line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…").rstrip(" .") or "?"


def broken(error: Exception) -> str:
    """Why there is no line, or no answer, in words that name nothing secret."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _("its certificate cannot be trusted")
    if isinstance(error, ssl.SSLError):
        return _("the connection cannot be encrypted safely")
    if isinstance(error, socket.gaierror):
        return _("its name is not known here")
    if isinstance(error, TimeoutError):
        return _("no answer in time")
    if isinstance(error, ConnectionRefusedError):
        return _("the connection was refused")
    return _("the connection broke")
