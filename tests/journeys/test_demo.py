"""The demo: its figures are the ledger's, its files are there, and it can be interrupted."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import cli

ROOT = Path(cli.__file__).parent


def demo(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """The real command in a process of its own, as `make demo` starts it."""
    return subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), "demo", *more],
        cwd=folder,
        env={**os.environ, "LC_ALL": "de_DE.UTF-8"},
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, str]:
    """A demo that somebody broke off: where, its exit code, and what it said."""
    folder = tmp_path_factory.mktemp("demo")
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), "demo", "--tandems", "2"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline()  # the stage is set, the week begins
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=60)
    assert (folder / "demo" / "config.toml").exists()
    return folder, process.returncode, err


@pytest.fixture(scope="module")
def played(interrupted: tuple[Path, int, str]) -> tuple[Path, Any]:
    """A small demo, played once for all tests, where another one was broken off."""
    folder, _code, _said = interrupted
    answer = demo(folder, "--tandems", "5", "--json")
    assert answer.returncode == 0, answer.stderr
    return folder / "demo", json.loads(answer.stdout)


def test_every_figure_is_the_ledgers(played: tuple[Path, Any]) -> None:
    """Posts, reach and replies of both networks, none of them empty."""
    _folder, told = played
    names = {(each["network"], each["name"]) for each in told["figures"]}
    assert names == {
        ("facebook", "posts"),
        ("facebook", "post_total_media_view_unique"),
        ("facebook", "replies"),
        ("x", "posts"),
        ("x", "impression_count"),
        ("x", "replies"),
    }
    for each in told["figures"]:
        assert each["counted"] == each["true"] > 0, each


def test_offers_and_tips_stand_beside_the_truth(played: tuple[Path, Any]) -> None:
    """What was found, what there was, what was missed: nothing is made to fit."""
    _folder, told = played
    for each in told["sorting"]:
        assert each["missed"] <= each["true"]
        assert each["unseen"] <= each["missed"]
    assert {each["label"] for each in told["sorting"]} == {"job_offer", "tip"}


def test_the_files_are_there_and_say_the_same(played: tuple[Path, Any]) -> None:
    """The report's totals are the demo's; a backup was made; everything lies in the folder."""
    folder, told = played
    for path in told["files"].values():
        assert Path(path).exists()
        assert Path(path).is_relative_to(folder)
    totals = json.loads(Path(told["files"]["json"]).read_text("utf-8"))["totals"]
    counted = {(each["network"], each["name"]): each["counted"] for each in told["figures"]}
    assert totals["published"] == counted["facebook", "posts"] + counted["x", "posts"]
    assert totals["replies"] == counted["facebook", "replies"] + counted["x", "replies"]
    reach = {each["network"]: each["value"] for each in totals["reach"]}
    assert reach["facebook"] == counted["facebook", "post_total_media_view_unique"]
    assert reach["x"] == counted["x", "impression_count"]
    found = {each["label"]: each["found"] for each in told["sorting"]}
    assert (totals["job_offers"], totals["tips"]) == (found["job_offer"], found["tip"])
    page = Path(told["files"]["report"]).read_text("utf-8")
    assert 'lang="de"' in page
    assert list(Path(told["files"]["backups"]).iterdir())


def test_the_folder_is_a_campaign_to_look_around_in(
    played: tuple[Path, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The next commands work there, with the networks off."""
    folder, told = played
    monkeypatch.chdir(folder)
    for words in (["inbox", "list"], ["post", "list"], ["today"], ["backup", "verify"]):
        monkeypatch.setattr(sys, "argv", ["tueroeffner", *words, "--json"])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        assert ended.value.code in (None, 0, 4), printed.err
        assert json.loads(printed.out)
    assert told["files"]


def test_too_many_tandems_are_refused(tmp_path: Path) -> None:
    """There are 38; nothing is made."""
    answer = demo(tmp_path, "--tandems", "39")
    assert answer.returncode == 2
    assert "38" in answer.stderr
    assert not (tmp_path / "demo").exists()


def test_an_interrupted_demo_is_replaced_by_the_next(
    interrupted: tuple[Path, int, str], played: tuple[Path, Any]
) -> None:
    """Ctrl-C ends it with a sentence and 130; its folder does not stand in the way."""
    _folder, code, said = interrupted
    assert code == 130, said
    assert "Traceback" not in said
    _folder, told = played
    assert told["figures"]
