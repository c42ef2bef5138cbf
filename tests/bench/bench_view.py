"""How soon the inbox opens with 100,000 replies: from the shell to the first reply on the screen.

On a terminal of 80 by 24, in processes of their own, in turns with a program that only loads the
same two libraries (Textual and SQLModel) and shows one line; the median of each counts.
Run: `python tests/bench/bench_view.py`. Exits with 1 when it takes longer than it may.
"""

import fcntl
import os
import pty
import random
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from sqlalchemy import insert  # noqa: E402

from orchestrator.campaign import enrol  # noqa: E402
from orchestrator.config import load  # noqa: E402
from orchestrator.keys import create_key_file  # noqa: E402
from orchestrator.model import Reply  # noqa: E402
from orchestrator.store import open_store  # noqa: E402

MANY = 100_000
ROUNDS = 7
MOST_SECONDS, MOST_RATIO = 1.2, 2.0
START = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
CONFIG = """[campaign]
name = "Bench"
slug = "bench"
start = 2026-11-30
end = 2026-12-06
[inbox]
arabic = "logical"
"""
# A few offers between much talk, as real streams have it.
SHARES = {"job_offer": 1, "tip": 5, "question": 8, "other": 30, "encouragement": 30, "abuse": 16,
          "spam": 10}  # fmt: skip
WAITING = ("job_offer", "tip", "question")
BARE = """
import sqlmodel
from textual.app import App
from textual.widget import Widget
class Line(Widget):
    def render(self):
        return "▶ one line"
class Bare(App):
    def compose(self):
        yield Line()
    def on_key(self, event):
        self.exit()
Bare().run(mouse=False)
"""


def fill(folder: Path) -> None:
    """A campaign with so many replies."""
    (folder / "config.toml").write_text(CONFIG, "utf-8")
    settings = load(folder / "config.toml", {})
    store, key = open_store(settings.database.url), create_key_file(settings.keys.file)
    choice = random.Random(2016)
    with store.session() as session:
        campaign_id = enrol(session, settings.campaign, key, START).id
        labels = choice.choices(list(SHARES), list(SHARES.values()), k=MANY)
        rows = [
            {
                "campaign_id": campaign_id, "network": "facebook", "channel": "comment",
                "remote_id": f"r{n}", "author": f"Nachbar {n}", "author_digest": f"{n:064x}",
                "text": f"Fragt doch einmal in der Näherei am Markt nach, Nr. {n}",
                "received_at": START + timedelta(seconds=choice.randrange(10**6)),
                "collected_at": START + timedelta(days=12), "label": label, "confidence": 0.9,
                "queue": label in WAITING, "why": ["need"],
            }
            for n, label in enumerate(labels)
        ]  # fmt: skip
        session.connection().execute(insert(Reply), rows)
    store.close()


def seconds(folder: Path, program: Sequence[str | Path]) -> float:
    """Until the cursor's mark is on the screen."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environ = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "XDG_STATE_HOME": str(folder)}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *program], cwd=folder, env=environ, stdin=slave, stdout=slave, stderr=slave
    )
    said = b""
    while "▶".encode() not in said:
        said += read(master)
    taken = time.perf_counter() - began
    os.write(master, b"q")
    while process.poll() is None:
        read(master)
    os.close(master)
    os.close(slave)
    return taken


def read(master: int) -> bytes:
    return os.read(master, 65536) if select.select([master], [], [], 0.1)[0] else b""


def listed(folder: Path) -> float:
    """The plain list of the same inbox, into a file."""
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, ROOT / "cli.py", "inbox", "list"], cwd=folder, check=True,
        capture_output=True, env={"PATH": os.environ["PATH"], "XDG_STATE_HOME": str(folder)},
    )  # fmt: skip
    return time.perf_counter() - began


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder)
        (folder / "bare.py").write_text(BARE, "utf-8")
        pairs = [
            (seconds(folder, [ROOT / "cli.py", "inbox"]), seconds(folder, ["bare.py"]))
            for _round in range(ROUNDS)
        ]
        plain = listed(folder)
    ours = statistics.median(mine for mine, _bare in pairs)
    bare = statistics.median(other for _mine, other in pairs)
    print(f"{MANY:,} replies, from the shell to the first one on the screen: {ours:.2f} s")
    print(f"  both libraries and one line alone: {bare:.2f} s; the plain list: {plain:.1f} s")
    print(f"  at most {MOST_SECONDS} s; ratio {ours / bare:.2f} (at most {MOST_RATIO})")
    return 0 if ours <= MOST_SECONDS and ours / bare <= MOST_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
