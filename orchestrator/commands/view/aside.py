"""What happens beside the screen: plain commands that ask questions, and pages in a browser."""

import importlib.util
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestrator.commands.desk import Desk
from orchestrator.commands.streams import forget_typed
from orchestrator.i18n import _


def run(desk: Desk, *words: str) -> None:
    """Run a plain command of this very program on the terminal, and wait for Return after it."""
    print(f"\n$ tueroeffner {' '.join(words)}\n", flush=True)
    with _ours_stays():
        forget_typed()  # it was meant for the screen
        subprocess.run([*_program(), *words, *_common(desk)], check=False)
        forget_typed()
        print("\n" + _("Return goes back to the inbox."), end=" ", flush=True)
        sys.stdin.readline()


@contextmanager
def _ours_stays() -> Iterator[None]:
    """Ctrl-C ends the command, not the view that waits for it."""
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _program() -> list[str]:
    """How this program was started, whatever folder we are in."""
    found = importlib.util.find_spec("cli")
    assert found is not None
    assert found.origin is not None
    return [sys.executable, found.origin]


def _common(desk: Desk) -> list[str]:
    given = ["--config", str(desk.config_flag)] if desk.config_flag else []
    given += ["--lang", desk.lang] if desk.lang else []
    return [*given, "--verbose"] if desk.verbose else given


def browse(path: Path) -> bool:
    """Show a page in a browser with a window of its own; False where there is none.

    One that runs in the terminal would fight with the view for it.
    """
    if not _has_windows():
        return False
    code = "import sys, webbrowser; sys.exit(not webbrowser.open(sys.argv[1]))"
    silent = subprocess.DEVNULL
    try:
        done = subprocess.run(
            [sys.executable, "-c", code, path.resolve().as_uri()],
            stdin=silent, stdout=silent, stderr=silent, timeout=10, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _has_windows() -> bool:
    if sys.platform in ("darwin", "win32"):
        return "SSH_CONNECTION" not in os.environ
    return any(os.environ.get(each) for each in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
