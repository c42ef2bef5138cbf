"""Letting a process die by SIGKILL at a named point of its work, or somewhere in it.

``killed_at(point, action)``: ``action`` is told a function for ``Shift.reached``, opens whatever it
needs itself (no connection is inherited), and runs in a process forked off this one.
"""

import os
import signal
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass

Reached = Callable[[str], None]
# The action tells that its preparations are over: from here on it may die anywhere.
BEGINS = "begins"


@dataclass(frozen=True)
class At:
    """The ``turn``-th time that a point is reached."""

    point: str
    turn: int = 1


def killed_at(point: At | float, action: Callable[[Reached], None]) -> bool:
    """Run ``action`` until it dies there; whether it did.

    A number: so many seconds after it told that it ``BEGINS``. An action that fails by itself is a
    failure of the test.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # nobody else's thread is at work
        process = os.fork()
    if not process:
        _act(point, action)
    _process, status = os.waitpid(process, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise AssertionError("the action failed; its traceback stands above")
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _act(point: At | float, action: Callable[[Reached], None]) -> None:
    code, seen = 1, threading.Semaphore(point.turn - 1 if isinstance(point, At) else 0)

    def reached(name: str) -> None:
        if name == BEGINS and not isinstance(point, At):
            timer = threading.Timer(point, _die)
            timer.daemon = True
            timer.start()
        if isinstance(point, At) and name == point.point and not seen.acquire(blocking=False):
            _die()

    try:
        action(reached)
        code = 0
    except BaseException:  # noqa: BLE001 - said, then the process ends without cleaning up
        import traceback

        traceback.print_exc()
    finally:
        os._exit(code)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
