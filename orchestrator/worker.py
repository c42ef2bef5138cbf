"""Who sends: the name of this process, and whether another one that held a post still lives."""

import os
import socket
from pathlib import Path

_MARK = "@"


def my_name() -> str:
    """Name of this process, unique also after its number is given away again."""
    return _MARK.join((str(os.getpid()), _started(os.getpid()), socket.gethostname()))


def process_of(name: str) -> tuple[str, str]:
    """The number of a process and its machine, for people."""
    number, _started_at, host = [*name.split(_MARK, 2), "", ""][:3]
    return number, host


def is_dead(name: str) -> bool:
    """Whether the process ``name`` provably ended: only said of this machine's processes."""
    number, started, host = [*name.split(_MARK, 2), "", ""][:3]
    if host != socket.gethostname() or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return bool(started) and _started(int(number)) not in ("", started)


def _started(number: int) -> str:
    """Start time of a process in clock ticks, where the system tells it."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
