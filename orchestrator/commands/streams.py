"""The three standard streams: any text can be written, and a trouble with them has its name."""

import io
import os
import sys
from typing import Any

_STANDARD = (0, 1, 2)


class _Out(io.FileIO):
    """Standard output; what cannot be written is a trouble that names it."""

    def write(self, data: Any) -> int:
        from orchestrator.i18n import _

        try:
            return super().write(data) or 0
        except BrokenPipeError:
            # Without a number: the command line's library would make exit code 1 of it.
            raise BrokenPipeError from None
        except OSError as error:
            raise OSError(error.errno, error.strerror, _("standard output")) from error


class _Aside(io.FileIO):
    """Standard error; where nobody can be told anything, nothing is gained by failing."""

    def write(self, data: Any) -> int:
        try:
            return super().write(data) or 0
        except OSError:
            return len(data)


def prepare_streams() -> None:
    """Make closed, full and narrow standard streams safe to write to."""
    _fill_closed()
    if sys.stdin is None:
        sys.stdin = open(0, closefd=False)  # noqa: SIM115 - open for the whole process
    if sys.stdout is sys.__stdout__:
        sys.stdout = _over(_Out(1, "w", closefd=False), sys.stdout)
    if sys.stderr is sys.__stderr__:
        sys.stderr = _over(_Aside(2, "w", closefd=False), sys.stderr)


def _fill_closed() -> None:
    """A closed stream's number would go to the next file: to the database, for example."""
    for number in _STANDARD:
        try:
            os.fstat(number)
        except OSError:
            # Open for reading only: whoever writes an answer there is told.
            os.open(os.devnull, os.O_RDONLY)


def _over(raw: io.FileIO, before: Any) -> io.TextIOWrapper:
    if before is not None:
        before.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=getattr(before, "encoding", None) or "utf-8",
        errors="replace",
        line_buffering=raw.fileno() == 2 or raw.isatty(),
    )


def mute() -> None:
    """Send the rest of the answer nowhere: its reader went away, or has no room for it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def forget_typed() -> None:
    """Drop what was typed before anybody could read what it answers, or what the shell would run:
    the rest of a pasted text.
    """
    try:
        import termios

        if sys.stdin.isatty():
            termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)
    except (ImportError, OSError):  # no such terminal here
        return


def speaks_unicode() -> bool:
    """Whether standard output can carry every letter as it is."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return encoding.lower().replace("_", "-") in ("utf-8", "utf8")
