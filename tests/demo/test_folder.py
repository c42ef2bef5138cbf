"""The demo's folder: replaced on repeat, never somebody's own, never used by two at once."""

import multiprocessing
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from orchestrator.demo.folder import claimed
from orchestrator.errors import UsageProblem

MARK = ".tueroeffner-demo"


def test_a_demo_replaces_what_an_earlier_one_made_and_nothing_else(tmp_path: Path) -> None:
    """Notes that somebody laid beside it stay."""
    folder = tmp_path / "demo"
    with claimed(folder):
        (folder / "report.html").write_text("old")
        (folder / "keys").mkdir()
        (folder / "keys" / "campaign.key").write_text("old")
    (folder / "my notes.txt").write_text("mine")
    with claimed(folder):
        assert sorted(each.name for each in folder.iterdir()) == [MARK, "my notes.txt"]


@pytest.mark.parametrize("foreign", ["campaign.db", "keys/campaign.key", "photo.jpg"])
def test_a_folder_that_is_not_a_demos_is_refused(tmp_path: Path, foreign: str) -> None:
    """A real campaign would be lost; nothing in it is touched."""
    (tmp_path / foreign).parent.mkdir(exist_ok=True)
    (tmp_path / foreign).write_text("precious")
    with pytest.raises(UsageProblem, match="not a demo's folder"), claimed(tmp_path):
        pytest.fail("it was let in")
    assert (tmp_path / foreign).read_text() == "precious"
    assert not (tmp_path / MARK).exists()


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    """A file is no folder, and stays."""
    (tmp_path / "demo").write_text("a file")
    with pytest.raises(UsageProblem, match="not a demo's folder"), claimed(tmp_path / "demo"):
        pytest.fail("it was let in")
    assert (tmp_path / "demo").read_text() == "a file"


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    """The system's reason, and the way out."""
    (tmp_path / "wall").write_text("a file")
    inside = tmp_path / "wall" / "demo"
    with pytest.raises(UsageProblem, match="cannot be made") as caught, claimed(inside):
        pytest.fail("it was let in")
    assert "--out" in caught.value.remedy


def test_of_two_demos_in_one_folder_the_second_waits_outside(tmp_path: Path) -> None:
    """The first one goes on undisturbed."""
    with claimed(tmp_path):
        (tmp_path / "report.html").write_text("the first one's")
        with pytest.raises(UsageProblem, match="Another demo is running"), claimed(tmp_path):
            pytest.fail("it was let in")
        assert (tmp_path / "report.html").read_text() == "the first one's"


def die_inside(folder: str) -> None:
    with claimed(Path(folder)):
        (Path(folder) / "report.html").write_text("half a rep")
        sys.stdout.flush()
        import os

        os._exit(9)


def test_a_demo_that_was_killed_is_replaced(tmp_path: Path) -> None:
    """Its mark is still there, its process is not."""
    process = multiprocessing.get_context("spawn").Process(target=die_inside, args=(str(tmp_path),))
    process.start()
    process.join(60)
    assert process.exitcode == 9
    assert (tmp_path / MARK).exists()
    with claimed(tmp_path):
        assert not (tmp_path / "report.html").exists()


def try_once(folder: str, ready: Any, go: Any, won: Any) -> None:
    ready.release()
    go.wait(30)
    with suppress(UsageProblem), claimed(Path(folder)):
        with won.get_lock():
            won.value += 1
        go_on.wait(2)


go_on = threading.Event()


def test_of_many_at_once_exactly_one_gets_in(tmp_path: Path) -> None:
    """Also when the folder is an earlier demo's, free for whoever comes first."""
    with claimed(tmp_path):
        pass
    many = multiprocessing.get_context("spawn")
    ready, go, won = many.Semaphore(0), many.Event(), many.Value("i", 0)
    starters = [
        many.Process(target=try_once, args=(str(tmp_path), ready, go, won)) for _each in range(4)
    ]
    for each in starters:
        each.start()
    for _each in starters:
        assert ready.acquire(timeout=60)
    go.set()
    for each in starters:
        each.join(60)
    assert won.value == 1
