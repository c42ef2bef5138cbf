"""``pause --hide`` and ``resume`` at the keyboard, against the sandbox."""

from datetime import timedelta
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
GONE = "Hidden means: gone from the page."


@pytest.fixture
def live(manager: Manager, approved: Approved) -> dict[str, list[dict[str, Any]]]:
    """Some posts of each network are live; by network."""
    approved(2)
    manager.wait(3 * DAY)
    for _day in range(6):
        manager.wait(DAY / 2)
        manager.type("run", "--once", "--yes")
        rows = [row for row in manager.posts() if row["state"] == "published"]
        found = {name: [r for r in rows if r["network"] == name] for name in ("facebook", "x")}
        if all(found.values()):
            return found
    pytest.fail("nothing was sent")


def in_sight(manager: Manager) -> set[object]:
    rows = [row for row in manager.live() if row["network"] == "facebook"]
    return {row["id"] for row in rows if row["state"] == "published" and not row["hidden"]}


def ids(rows: list[dict[str, Any]]) -> list[int]:
    return sorted(row["id"] for row in rows)


def fault(manager: Manager, **what: Any) -> None:
    manager.sandbox.faults.add(describe({"network": "facebook", "times": 1000} | what))


def test_what_is_live_goes_out_of_sight_and_comes_back(
    manager: Manager, live: dict[str, list[dict[str, Any]]]
) -> None:
    """First the stop, then the hiding, with what it does not do; `run --status` tells it too."""
    before = in_sight(manager)
    assert len(before) == len(live["facebook"])
    answer = manager.type("pause", "--network", "facebook", "--hide")
    assert answer.exit == 0
    assert answer.out.index("Stopped: Facebook.") < answer.out.index(GONE)
    assert in_sight(manager) == set()
    status = manager.type("run", "--status", "--json").document
    assert (status["hidden"], status["paused"][0]["hide"]) == (ids(live["facebook"]), True)
    shown = {row["id"]: (row["state"], row["hidden"]) for row in manager.posts()}
    assert {shown[row["id"]] for row in live["facebook"]} == {("published", True)}
    assert {shown[row["id"]] for row in live["x"]} == {("published", False)}
    for words in (["post", "list"], ["post", "show", str(live["facebook"][0]["id"])]):
        assert "published, hidden" in " ".join(manager.type(*words).out.split())
    again = manager.ask("pause", "--network", "facebook", "--hide")
    assert (again["hidden"], again["not_hidden"], again["shown_again"]) == ([], [], [])
    back = manager.ask("resume", "--network", "facebook")
    assert (back["shown_again"], back["not_shown"]) == (ids(live["facebook"]), [])
    assert in_sight(manager) == before
    assert not any(row["hidden"] for row in manager.posts())
    calls = len(manager.sandbox.calls.entries())
    assert manager.ask("resume", "--all")["shown_again"] == []
    assert len(manager.sandbox.calls.entries()) == calls


def test_what_cannot_be_hidden_needs_a_person(
    manager: Manager, live: dict[str, list[dict[str, Any]]]
) -> None:
    """X: exit 4, one sentence with the way out, and an alarm until somebody took it."""
    answer = manager.type("pause", "--all", "--hide", "--json")
    assert answer.exit == 4
    assert answer.document["hidden"] == ids(live["facebook"])
    missed = answer.document["not_hidden"]
    assert [each["post"] for each in missed] == ids(live["x"])
    assert {each["reason"] for each in missed} == {"X cannot hide posts."}
    said = manager.type("pause", "--all", "--hide").err
    assert "X cannot hide posts." in said
    assert "`tueroeffner post takedown ID`" in said
    status = manager.type("run", "--status", "--json").document
    assert [each["name"] for each in status["alarms"]] == ["cannot_hide"]
    for row in live["x"]:
        manager.ask("post", "takedown", str(row["id"]), "--yes")
    assert manager.type("pause", "--all", "--hide").exit == 0
    assert manager.type("run", "--status", "--json").document["alarms"] == []


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        ({"kind": "drop_before"}, 3),
        ({"kind": "status", "method": "POST", "status": 503}, 3),
        ("expired", 4),
        ("off", 3),
    ],
    ids=["down", "confused", "token", "off"],
)
def test_what_is_not_confirmed_is_said(
    manager: Manager, live: dict[str, list[dict[str, Any]]], trouble: Any, code: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The stop is in force whatever happens; the next pass that gets through hides the posts."""
    with monkeypatch.context() as patch:
        if trouble == "off":
            patch.delenv("TUEROEFFNER_FACEBOOK__PAGE_TOKEN")
        elif trouble == "expired":
            manager.sandbox.configure({"facebook": {"token": "expired"}})
        else:
            fault(manager, **trouble)
        answer = manager.type("pause", "--network", "facebook", "--hide")
        repeated = manager.type("pause", "--network", "facebook", "--hide", "--json")
    assert (answer.exit, repeated.exit) == (code, code)
    assert "Stopped: Facebook." in answer.out
    assert GONE not in answer.out
    for row in live["facebook"]:
        assert f"Not hidden: post {row['id']} ({row['tandem']}, facebook)" in answer.err
        assert row["permalink"] in answer.err
        assert f"post {row['id']}: " not in answer.err.lower()  # once is enough
    assert [each["post"] for each in repeated.document["not_hidden"]] == ids(live["facebook"])
    alarms = manager.type("run", "--status", "--json").document["alarms"]
    assert "not_hidden" in [each["name"] for each in alarms]
    manager.sandbox.faults.clear()
    manager.sandbox.configure({"facebook": {"token": "valid"}})
    manager.type("run", "--once", "--yes")
    assert in_sight(manager) == set()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["nobody", "--hide"], "There is no tandem “nobody”."),
        (["--network", "myspace", "--hide"], "There is no network “myspace”."),
        (["--hide"], "Say what to stop or to go on with."),
        (["--all", "--network", "x", "--hide"], "Tandems, --network and --all do not go together."),
    ],
)
def test_what_makes_no_sense_is_refused(manager: Manager, typed: list[str], said: str) -> None:
    """Exit 2, one sentence, and nothing is stopped."""
    answer = manager.type("pause", *typed)
    assert (answer.exit, answer.out) == (2, "")
    assert answer.err.startswith(said)
    assert manager.ask("resume", "--all")["lifted"] == 0


def test_resuming_says_what_was_missed(manager: Manager, approved: Approved) -> None:
    """How many are late and how they go out; nothing expires for the stop."""
    approved(6)
    manager.ask("pause", "--all")
    manager.wait(10 * DAY)
    manager.type("run", "--once", "--yes")
    answer = manager.type("resume", "--all")
    due = len(manager.posts())
    assert due > 5
    assert f"{due} posts came due meanwhile" in answer.out
    assert "passes of at most 5" in answer.out
    assert "`tueroeffner run --once` makes one now" in answer.out
    first = manager.type("run", "--once", "--yes", "--json").document
    assert (first["published"], first["expired"]) == (5, 0)


def test_stopping_works_where_the_key_is_lost(
    manager: Manager, live: dict[str, list[dict[str, Any]]]
) -> None:
    """Nothing sealed has to be opened for it: paused, hidden, withdrawn, taken down; and warned."""
    (manager.folder / "keys" / "campaign.key").rename(manager.folder / "away.key")
    stopped = manager.type("pause", "--network", "facebook", "--hide")
    assert stopped.exit == 0
    assert "key file" in stopped.err
    assert in_sight(manager) == set()
    one, *_others = live["facebook"]
    assert manager.type("post", "takedown", str(one["id"]), "--yes").exit == 0
    assert manager.type("tandem", "withdraw", one["tandem"], "--yes").exit == 0
    mine = [row["state"] for row in manager.posts() if row["tandem"] == one["tandem"]]
    assert set(mine) <= {"withdrawn", "cancelled"}
    assert manager.type("run", "--once", "--yes").exit == 2


WRONG: dict[str, str] = {
    "an advert's money": "[facebook]\npaid = true\n",
    "a decision": (
        '[[policy.decisions]]\nrule = "social_issue_ads"\nreason = "Nur Arbeit"\n'
        'by = "Heike Muster"\non = 2026-11-20\n'
    ),
    "a key nobody knows": "[audience]\ntarget_peeple = 5000\n",
    "a section nobody knows": "[facebok]\npaid = true\n",
    "a number": '[retention]\ntips = "lang"\n',
}


@pytest.mark.parametrize("label", WRONG)
def test_a_mistake_in_the_configuration_stops_no_stop(
    manager: Manager, approved: Approved, label: str
) -> None:
    """It is named, and everything else is refused; but who has to stop stops."""
    approved(1)
    file = manager.folder / "config.toml"
    lines = file.read_text("utf-8")
    section = WRONG[label].partition("\n")[0]
    file.write_text(
        lines.replace(section + "\n", WRONG[label], 1)
        if section + "\n" in lines
        else lines + "\n" + WRONG[label],
        "utf-8",
    )
    refused = manager.type("resume", "--all")
    assert refused.exit == 2
    answer = manager.type("pause", "--all")
    assert "Stopped: " in answer.out
    assert refused.err.splitlines()[0].partition("config.toml: ")[2] in answer.err
    file.write_text(lines, "utf-8")
    assert manager.ask("run", "--once", "--yes")["published"] == 0


def test_nobody_guesses_another_database(manager: Manager, approved: Approved) -> None:
    approved(1)
    file = manager.folder / "config.toml"
    file.write_text(file.read_text("utf-8") + "\n[database]\nurl = 5\n", "utf-8")
    assert manager.type("pause", "--all").exit == 2
