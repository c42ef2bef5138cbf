"""The real command line in processes of its own: killed, told to stop, run side by side."""

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from orchestrator.sandbox.faults import describe
from tests.journeys.conftest import Approved, Manager, WriteTandems, ready

ROOT = Path(__file__).parents[2]


def started(manager: Manager, *arguments: str, virtual: bool = True) -> "subprocess.Popen[str]":
    """Start a command in the campaign's folder."""
    environ = dict(os.environ, PYTHONPATH=str(ROOT))
    environ.pop("TUEROEFFNER_NOW", None)
    if virtual:
        environ["TUEROEFFNER_NOW"] = manager.sandbox.clock.now().isoformat()
    return subprocess.Popen(
        [sys.executable, "-m", "cli", *arguments],
        cwd=manager.folder, env=environ, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def until(condition: Any, seconds: float = 60.0) -> None:
    """Wait for another process, but not for ever."""
    for _turn in range(int(seconds / 0.05)):
        if condition():
            return
        Event().wait(0.05)
    pytest.fail("the other process did not get that far")


@pytest.mark.parametrize("lives", [False, True])
def test_a_killed_sender_is_settled_and_nothing_is_sent_twice(
    manager: Manager, approved: Approved, lives: bool
) -> None:
    """SIGKILL while the platform thinks: each post is live once in the end, whatever it did."""
    approved(2)
    planned = len(manager.posts())
    manager.wait(timedelta(days=4))
    fault = {"network": "facebook", "method": "POST", "path": "/feed", "times": 1, "seconds": 3}
    manager.sandbox.faults.add(describe(fault | {"kind": "slow" if lives else "hang"}))
    sender = started(manager, "run", "--once", "--yes")
    until(lambda: not manager.sandbox.faults.left())
    sender.send_signal(signal.SIGKILL)
    sender.communicate(timeout=30)
    if lives:
        until(lambda: manager.live())

    for span in [timedelta(minutes=15)] * 4 + [timedelta(days=1)] * 7:
        manager.wait(span)
        manager.type("run", "--once", "--yes")

    texts = Counter(row["text"] for row in manager.live())
    assert texts == Counter(post["text"] for post in manager.posts())
    assert len(texts) == planned


def test_several_daily_jobs_at_once_send_every_post_once(
    manager: Manager, tandems: WriteTandems, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three processes on one database, both kinds: no double, no error, no traceback."""
    monkeypatch.setenv("TUEROEFFNER_DATABASE__URL", database_url)
    planned = ready(manager, tandems(4))
    manager.wait(timedelta(days=4))
    workers = [started(manager, "run", "--once", "--yes") for _number in range(3)]
    for worker in workers:
        _out, err = worker.communicate(timeout=120)
        assert worker.returncode == 0, err
    for _pass in range(6):
        manager.wait(timedelta(days=1))
        manager.type("run", "--once", "--yes")
    texts = Counter(row["text"] for row in manager.live())
    assert set(texts.values()) == {1}
    assert len(texts) == planned
