"""What is said at the desk of posts that may be there although no row says so, or are gone."""

from datetime import timedelta

import pytest

from tests.journeys.conftest import (
    Approved,
    Manager,
    approved,
    manager,
    sandbox,
    tandems,
    typed_once,
)
from tests.journeys.test_held import QUARTER, lose, of, ready

__all__ = ["approved", "manager", "sandbox", "tandems", "typed_once"]


def test_a_post_on_a_network_that_is_off_for_good(
    manager: Manager, approved: Approved, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each refusal names the way out; it asks, it is repeatable, and the log knows who said it."""
    ready(manager, approved)
    for _hour in range(48):
        if of(manager, "published", "x"):
            break
        manager.wait(timedelta(hours=1))
        manager.ask("run", "--once", "--yes")
    number = str(of(manager, "published", "x")[0]["id"])
    shown = manager.type("post", "settle", number, "--gone", "--yes")
    assert (shown.exit, "takedown" in shown.err) == (2, True)
    for each in ("consumer_key", "consumer_secret", "access_token", "access_token_secret"):
        monkeypatch.setenv(f"TUEROEFFNER_X__{each.upper()}", "")
    off = manager.type("post", "takedown", number, "--yes")
    assert (off.exit, f"post settle {number} --gone" in off.err) == (2, True)
    assert manager.type("post", "settle", number, "--gone", "--not-live").exit == 2
    assert manager.type("post", "settle", number, "--gone").exit == 2  # it asks
    dry = manager.type("post", "settle", number, "--gone", "--dry-run")
    assert (dry.exit, "would be on record" in dry.out) == (0, True)
    assert of(manager, "withdrawn", "x") == []
    said = manager.type("post", "settle", number, "--gone", "--yes")
    assert (said.exit, "a person says that it is gone" in said.out) == (0, True)
    assert [str(post["id"]) for post in of(manager, "withdrawn", "x")] == [number]
    assert manager.type("post", "settle", number, "--gone", "--yes").exit == 0
    notes = manager.ask("audit", "list")["events"]
    assert [each["what"] for each in notes].count("settled as gone") == 1


def test_a_post_that_had_no_answer_and_is_stopped(manager: Manager, approved: Approved) -> None:
    """It counts as not sent: a takedown and a settling look, and say that it may still show up."""
    ready(manager, approved)
    number = str(lose(manager, "x", "drop_before")["id"])
    manager.ask("pause", "--all")
    for _look in range(3):
        manager.wait(QUARTER)
        manager.type("run", "--once", "--yes")
    assert [str(post["id"]) for post in of(manager, "planned", "x") if post["attempts"]] == [number]
    looking = manager.type("post", "takedown", number, "--dry-run")
    assert (looking.exit, "would be looked for first" in looking.out) == (0, True)
    for command in ("takedown", "settle"):
        answer = manager.type("post", command, number, "--yes")
        assert (answer.exit, "may still show up" in answer.out) == (3, True), command
    settled = manager.type("post", "settle", number, "--yes", "--json").document
    assert settled["next_look"] is not None
    assert "may still show up" in settled["outlook"]
    assert manager.type("post", "settle", number, "--live", "12345", "--yes").exit == 2
    manager.wait(timedelta(days=1))
    manager.type("run", "--once", "--yes")
    assert manager.type("post", "settle", number, "--yes").exit == 0
