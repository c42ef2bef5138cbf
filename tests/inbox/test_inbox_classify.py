"""Sorting line by line: for scripts, without a campaign, and no line spoils the others."""

import json
import subprocess
import sys

import pytest

from orchestrator.vocabulary import Label
from tests.conftest import on_sqlite
from tests.inbox.conftest import Manager


def lines(*documents: object) -> str:
    return "".join(json.dumps(each) + "\n" for each in documents)


@on_sqlite
def test_every_line_gets_its_label(manager: Manager) -> None:
    """The contract's keys, in the order of the input, also for an empty text."""
    (manager.folder / "config.toml").unlink()
    given = [{"id": 1, "text": "Wir suchen ab sofort eine Köchin"}, {"id": "b", "text": ""}]
    said = manager.type("inbox", "classify", pipe=lines(*given))
    assert said.exit == 0
    answers = [json.loads(line) for line in said.out.splitlines()]
    assert [each["id"] for each in answers] == [1, "b"]
    for each in answers:
        assert set(each) == {"id", "label", "confidence", "why", "queue"}
        assert each["label"] in list(Label)
    assert answers[0]["label"] == "job_offer"
    assert answers[0]["queue"] is True


BAD = [
    b"no json", b"[]", b'"text"', b"{}", b'{"id": 1}', b'{"text": "x"}', b'{"id": 1, "text": 5}',
    b'{"id": true, "text": "x"}', b'{"id": [], "text": "x"}', b'{"id": 1, "text": "\xff"}',
    b"[" * 100_000,
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
@on_sqlite
def test_a_bad_line_is_named_and_the_others_go_on(bad: bytes, manager: Manager) -> None:
    """Exit 3; the error is an object with the line's number, and repeats nothing of it."""
    good = lines({"id": 1, "text": "Viel Glück"}).encode()
    said = manager.type("inbox", "classify", pipe=good + bad + b"\n\n" + good)
    assert said.exit == 3
    assert len(said.out.splitlines()) == 2
    (error,) = [json.loads(line) for line in said.err.splitlines()]
    assert error["line"] == 2
    assert error["error"]


@on_sqlite
def test_nothing_in_is_nothing_out(manager: Manager) -> None:
    """An empty stream is no error."""
    said = manager.type("inbox", "classify", pipe="")
    assert (said.exit, said.out) == (0, "")


def test_an_answer_comes_before_the_next_question() -> None:
    """A program that waits for each answer does not wait for ever."""
    with subprocess.Popen(
        [sys.executable, "-m", "cli", "inbox", "classify"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        for number in range(3):
            process.stdin.write(lines({"id": number, "text": "Was kann er denn?"}))
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
        assert process.wait(60) == 0
