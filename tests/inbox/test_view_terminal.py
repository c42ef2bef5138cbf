"""The view as somebody starts it: a process of its own on a real terminal, and what stays plain."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from orchestrator.inbox.arabic import turned
from tests.conftest import on_sqlite
from tests.inbox.conftest import NOON, Manager, Rows

ROOT = Path(__file__).parents[2]
FULL_SCREEN, PLAIN_AGAIN = b"\x1b[?1049h", b"\x1b[?1049l"
COLOUR = re.compile(rb"\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;\d+)*m")


class Terminal:
    """A screen of 80 by 24 with a keyboard, and the program that runs on it."""

    def __init__(self, folder: Path, *words: str, **environ: str) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.modes = termios.tcgetattr(slave)
        kept = {name: os.environ[name] for name in ("PATH", "XDG_STATE_HOME", "LANG")
                if name in os.environ}  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, ROOT / "cli.py", *words],
            cwd=folder, stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
            env={**kept, "TERM": "xterm-256color", "LOGNAME": "heike",
                 "TUEROEFFNER_NOW": NOON.isoformat(), **environ},
        )  # fmt: skip
        self.slave, self.said = slave, b""

    def until(self, *wanted: bytes) -> bytes:
        """What appears until all of it is there."""
        begun, end = len(self.said), time.monotonic() + 60
        while not all(each in self.said[begun:] for each in wanted):
            assert time.monotonic() < end, (wanted, self.said[begun:][-2000:])
            if select.select([self.master], [], [], 0.2)[0]:
                self.said += os.read(self.master, 65536)
        return self.said[begun:]

    def press(self, keys: bytes) -> None:
        os.write(self.master, keys)

    def ended(self) -> int:
        """The exit code; whatever was still said is read."""
        while self.process.poll() is None or select.select([self.master], [], [], 0)[0]:
            if select.select([self.master], [], [], 0.05)[0]:
                self.said += os.read(self.master, 65536)
        return self.process.returncode


@contextmanager
def terminal(folder: Path, *words: str, **environ: str) -> Iterator[Terminal]:
    opened = Terminal(folder, *words, **environ)
    try:
        yield opened
    finally:
        with suppress(ProcessLookupError):
            opened.process.kill()
        opened.process.wait()
        for each in (opened.master, opened.slave):
            os.close(each)


@on_sqlite
def test_somebody_opens_takes_and_leaves(rows: Rows, manager: Manager) -> None:
    """Without colours where none are wanted; a plain command in between; the terminal as before."""
    offer = rows.reply()
    rows.store.close()
    environ = {"TUEROEFFNER_INBOX__ARABIC": "logical", "NO_COLOR": "1"}
    with terminal(manager.folder, "inbox", "--lang", "de", **environ) as screen:
        screen.until(FULL_SCREEN, "▶".encode(), b"Liegt bei")
        screen.press(b"t")
        screen.until(f"Antwort {offer}".encode(), b"heike")
        screen.press(b"f")
        screen.until(PLAIN_AGAIN, f"$ tueroeffner inbox forward {offer}".encode(), b"Eingabetaste")
        screen.press(b"\n")
        screen.until(FULL_SCREEN, "▶".encode())
        screen.press(b"q")
        assert screen.ended() == 0
        assert not COLOUR.search(screen.said)
        assert screen.said.count(FULL_SCREEN) == screen.said.count(PLAIN_AGAIN) == 2
        assert termios.tcgetattr(screen.slave) == screen.modes
    assert rows.read(offer).taken_by == "heike"


@on_sqlite
def test_ctrl_c_leaves_as_well(rows: Rows, manager: Manager) -> None:
    """The terminal is as it was, and nothing is said of a mistake."""
    rows.reply()
    rows.store.close()
    with terminal(manager.folder, "inbox", TUEROEFFNER_INBOX__ARABIC="logical") as screen:
        screen.until("▶".encode())
        screen.press(b"\x03")
        assert screen.ended() == 0
        assert PLAIN_AGAIN in screen.said
        assert b"Traceback" not in screen.said
        assert termios.tcgetattr(screen.slave) == screen.modes


@on_sqlite
@pytest.mark.parametrize(
    ("words", "environ"),
    [
        (["inbox", "list"], {}),
        (["inbox", "--json"], {}),
        (["inbox"], {"TERM": "dumb"}),
    ],
)
def test_all_else_stays_plain(
    words: list[str], environ: dict[str, str], rows: Rows, manager: Manager
) -> None:
    """A list, also on a terminal."""
    rows.reply()
    rows.store.close()
    with terminal(manager.folder, *words, **environ) as screen:
        assert screen.ended() == 0
        assert "Näherei".encode() in screen.said
        assert FULL_SCREEN not in screen.said


@on_sqlite
def test_plain_commands_turn_arabic_round_as_well(rows: Rows, manager: Manager) -> None:
    """On a terminal that does not do it; in a pipe the words stay as they came."""
    said = "عندي مغسلة سيارات"
    number = str(rows.reply(said, author="Näherei"))
    rows.store.close()
    manager.monkeypatch.setenv("TUEROEFFNER_INBOX__ARABIC", "visual")
    assert said in manager.type("inbox", "list").out
    for words in (["inbox", "list"], ["inbox", "show", number]):
        with terminal(manager.folder, *words, TUEROEFFNER_INBOX__ARABIC="visual") as screen:
            assert screen.ended() == 0
            lines = [line.strip() for line in screen.said.decode().splitlines()]
            assert turned(said) in lines


@on_sqlite
def test_the_questions_of_a_check_turn_arabic_round_and_can_be_left(
    rows: Rows, manager: Manager
) -> None:
    """The words before the questions, each line by itself, and what they warn of; Ctrl-C is told.

    What was typed before they stood there is no answer.
    """
    said = "عندي مغسلة سيارات\nالدفع كاش"
    number = str(rows.reply(said))
    rows.store.close()
    with terminal(
        manager.folder, "inbox", "check", number, TUEROEFFNER_INBOX__ARABIC="visual"
    ) as screen:
        screen.press(b"typed ahead\n")
        screen.until(b"Ctrl-C: cancel", b"Who is the employer?")
        screen.press(b"\x04")  # left as by Ctrl-C, which needs a session of its own here
        assert screen.ended() == 130
        shown = screen.said.decode()
        lines = [line.strip() for line in shown.splitlines()]
        assert [turned(each) in lines for each in said.splitlines()] == [True, True]
        assert said.splitlines()[0] not in shown
        assert "How can one reach" not in shown


@on_sqlite
def test_a_key_typed_ahead_is_no_yes(rows: Rows, manager: Manager) -> None:
    """Next and Enter, pressed while a command starts, would be its J of yes."""
    number = str(rows.reply())
    rows.store.close()
    with terminal(manager.folder, "inbox", "hide", number, "--lang", "de") as screen:
        screen.press(b"j\n")
        screen.until(b"[j/N]")
        screen.press(b"n\n")
        assert screen.ended() == 2
    assert rows.read(int(number)).hidden_by is None
