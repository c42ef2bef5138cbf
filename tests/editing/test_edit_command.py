"""``post edit`` at the keyboard, against the sandbox."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from orchestrator.sandbox.faults import describe
from tests.journeys.conftest import (
    Approved,
    Manager,
    approved,
    manager,
    sandbox,
    tandems,
    typed_once,
)

__all__ = ["approved", "manager", "sandbox", "tandems", "typed_once"]
DAY = timedelta(days=1)
NEW = "Neue Worte: Wer kennt eine Werkstatt?\n\nGern über das Aktionsbüro, 0761 555 0100."


@pytest.fixture
def posts(manager: Manager, approved: Approved) -> dict[str, dict[str, Any]]:
    """A post that is live on X, and one that Facebook holds."""
    approved(2)
    manager.wait(3 * DAY)
    for _half in range(6):
        manager.wait(DAY / 2)
        manager.type("run", "--once", "--yes")
        found = {(row["network"], row["state"]): row for row in manager.posts()}
        if {("facebook", "published"), ("facebook", "scheduled"), ("x", "published")} <= set(found):
            return {f"{name} {state}": row for (name, state), row in found.items()}
    pytest.fail("nothing was sent")


def there(manager: Manager, post: dict[str, Any]) -> dict[str, Any]:
    [found] = [row for row in manager.sandbox.ledger() if row["id"] == post["remote_id"]]
    return found


def written(manager: Manager, text: str = NEW) -> str:
    path = manager.folder / "new.txt"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_manager_corrects_posts(
    manager: Manager, posts: dict[str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shown, asked, changed, read back; live and held; what cannot be done changes nothing."""
    live, held = posts["facebook published"], posts["facebook scheduled"]
    number = str(live["id"])
    dry = manager.type("post", "edit", number, "--text", written(manager), "--dry-run")
    assert dry.exit == 0
    assert "+ Neue Worte" in dry.out
    assert there(manager, live)["text"] == live["text"]
    refused = manager.type("post", "edit", number, "--text", written(manager))
    assert refused.exit == 2
    assert "--yes" in refused.err
    done = manager.ask("post", "edit", number, "--text", written(manager), "--yes")
    assert done["posts"][0]["text"] == there(manager, live)["text"] == NEW
    assert done["posts"][0]["approved"] is True
    again = manager.type("post", "edit", number, "--text", written(manager), "--yes")
    assert (again.exit, "just this already" in again.out) == (0, True)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"Aus der Leitung")))
    manager.ask("post", "edit", str(held["id"]), "--text", "-", "--yes")
    assert there(manager, held)["text"] == "Aus der Leitung"
    manager.wait(2 * DAY)
    manager.type("run", "--once", "--yes")
    assert there(manager, held)["state"] == "published"
    assert there(manager, held)["text"] == "Aus der Leitung"
    assert manager.type("audit", "verify").exit == 0


def test_what_stays_as_it_is(manager: Manager, posts: dict[str, dict[str, Any]]) -> None:
    """X cannot; a phone number may not; a file must be one; the network says no."""
    number = str(posts["facebook published"]["id"])
    before = there(manager, posts["facebook published"])["text"]
    told = manager.type("post", "edit", str(posts["x published"]["id"]), "--text", "x", "--yes")
    assert (told.exit, "post takedown" in told.err) == (2, True)
    name = str(posts["x published"]["id"])
    for words in (("post", "edit", name), ("schedule", "move", name, "+1h"), ("post", "show", "0")):
        error = manager.type(*words, "--yes", "--json").document["error"]
        assert error["subject"] == f"post {words[2]}"
    for text in ("Ruft an: 0761 2000 1999", "", "Sie hat nur eine Duldung"):
        answer = manager.type("post", "edit", number, "--text", written(manager, text), "--yes")
        assert (answer.exit, "must not say this" in answer.err) == (2, True)
        assert "1999" not in answer.err
    (manager.folder / "bytes.txt").write_bytes(b"\xff\xfe\x00")
    for path in ("missing.txt", "bytes.txt", str(Path())):
        answer = manager.type("post", "edit", number, "--text", path, "--yes")
        assert (answer.exit, "UTF-8" in answer.err) == (2, True)
    assert manager.type("post", "edit", number, "--yes").exit == 2
    body = {"error": {"code": 100, "message": "You cannot edit this", "type": "x"}}
    manager.sandbox.faults.add(
        describe({"kind": "status", "method": "POST", "status": 400, "body": body})
    )
    answer = manager.type("post", "edit", number, "--text", written(manager), "--yes")
    assert (answer.exit, "cannot edit" in answer.err) == (2, True)
    assert there(manager, posts["facebook published"])["text"] == before


def test_what_was_not_confirmed_may_be_repeated(
    manager: Manager, posts: dict[str, dict[str, Any]]
) -> None:
    live = posts["facebook published"]
    manager.sandbox.faults.add(describe({"kind": "drop_before", "method": "POST"}))
    arguments = ("post", "edit", str(live["id"]), "--text", written(manager), "--yes")
    answer = manager.type(*arguments)
    assert (answer.exit, "not confirmed" in answer.err) == (3, True)
    assert manager.type(*arguments).exit == 0
    assert there(manager, live)["text"] == NEW
