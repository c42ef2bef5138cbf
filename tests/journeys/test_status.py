"""``run --status``: who sends, what is late or stuck, what comes next; it starts nothing."""

import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len
from sqlmodel import select

from orchestrator import heartbeat
from orchestrator.model import Attempt, Campaign, Event, Heartbeat, Post
from orchestrator.store import open_store
from orchestrator.vocabulary import PostState
from tests.journeys.conftest import Approved, Manager, WriteTandems, ready
from tests.journeys.test_processes import started

DAY = timedelta(days=1)
KEYS = {"running", "last_pass", "overdue", "stuck", "unknown", "scheduled", "next", "alarms"}


def test_before_anything_there_is_nothing_to_tell(manager: Manager) -> None:
    """No database is made by looking, and no network or credential is needed."""
    for name in list(manager.sandbox.env()):
        manager.monkeypatch.delenv(name)
    document = manager.ask("run", "--status")
    assert document.keys() >= KEYS
    assert (document["running"], document["last_pass"], document["next"]) == ([], None, [])
    said = manager.type("run", "--status")
    assert (said.exit, "No scheduler runs." in said.out) == (0, True)
    assert "No approved post is waiting." in said.out
    assert not Path("campaign.db").exists()


@pytest.mark.parametrize("other", ["--once", "--release", "--accept", "--dry-run"])
def test_it_only_shows(manager: Manager, other: str) -> None:
    answer = manager.type("run", "--status", other)
    assert answer.exit == 2
    assert "tueroeffner run --status" in answer.err


def test_a_campaign_that_nobody_sends_needs_a_person(manager: Manager, approved: Approved) -> None:
    """Told by the status, the doctor and the morning's screen, until a daily job has passed."""
    approved(4)
    assert manager.type("run", "--status").exit == 0  # the first post is days away
    manager.wait(3 * DAY)
    answer = manager.type("run", "--status", "--json")
    [alarm] = answer.document["alarms"]
    assert (answer.exit, alarm["name"], alarm["remedy"]) == (4, "nobody_sends", "tueroeffner run")
    assert [each["due_at"] for each in answer.document["next"]] == sorted(
        each["due_at"] for each in answer.document["next"]
    )
    assert len(answer.document["next"]) == 5
    checks = manager.type("doctor", "--json").document["checks"]
    assert [each["level"] for each in checks if each["name"] == "posts"] == ["fail"]
    assert alarm["what"] in [each["what"] for each in manager.ask("today")["trouble"]]
    assert f"! {alarm['what']}:" in manager.type("run", "--status").out

    manager.wait(timedelta(hours=2))
    manager.ask("run", "--once", "--yes")
    document = manager.ask("run", "--status")
    assert document["alarms"] == []
    assert datetime.fromisoformat(document["last_pass"]) == manager.sandbox.clock.now()


def test_every_line_fits_the_screen(
    manager: Manager, tandems: WriteTandems, database_url: str
) -> None:
    """Late, stuck, unclear, frozen, paused, held and a scheduler on a host with a long name."""
    manager.monkeypatch.setenv("TUEROEFFNER_DATABASE__URL", database_url)
    ready(manager, tandems(12))
    manager.wait(4 * DAY)
    now = manager.sandbox.clock.now()
    store = open_store(database_url)
    with store.session() as session:
        posts = session.exec(select(Post).order_by(Post.id)).all()
        campaign = session.exec(select(Campaign)).one()
        states = [PostState.UNKNOWN, PostState.SCHEDULED, PostState.SENDING, PostState.UNKNOWN]
        for post, state in zip(posts, states, strict=False):
            post.state, post.handed_for = state, now - DAY if state == "scheduled" else None
            post.lease_until = datetime.now(UTC) - DAY
            session.add(Attempt(post_id=post.id, number=1, digest="0", sent_at=now - DAY))
        for post in posts[4:9]:
            post.due_at = now - 2 * DAY
        late = {post.id for post in posts[4:9]}
        campaign.last_pass_at = now - timedelta(hours=3)
        session.add(
            Event(campaign_id=campaign.id, at=now, actor="job", what="expired", subject="post 1")
        )
        campaign_id = campaign.id
    host = "rechner-im-buero-der-aktion-mit-einem-sehr-langen-namen.example.org"
    real = datetime.now(UTC)
    heartbeat.begin(store, campaign_id, f"4711@1@{host}", once=False, now=real)
    store.close()
    answer = manager.type("run", "--status")
    assert answer.exit == 4
    assert max(cell_len(line) for line in answer.out.splitlines()) <= 80, answer.out
    document = manager.type("run", "--status", "--json").document
    assert late <= set(document["overdue"])
    assert {each["why"] for each in document["stuck"]} == {"unclear", "held", "left"}
    assert (len(document["unknown"]), document["scheduled"]["posts"]) == (2, 1)
    assert (document["expired_today"], document["running"][0]["host"]) == (1, host)
    assert {each["name"] for each in document["alarms"]} == {
        "overdue", "stuck_unclear", "stuck_held", "stuck_left",
    }  # fmt: skip
    manager.type("pause", "--all")  # what is unclear leaves it unconfirmed
    assert "Stopped: everything" in manager.type("run", "--status").out
    stopped = manager.type("run", "--status", "--json").document
    assert (stopped["overdue"], stopped["next"]) == ([], [])
    assert document["next"]
    manager.ask("resume", "--all")
    manager.type("pause", "--network", "x")
    manager.type("pause", document["next"][0]["tandem"])
    left = manager.type("run", "--status", "--json").document["next"]
    assert {each["network"] for each in left} == {"facebook"}
    assert document["next"][0]["tandem"] not in {each["tandem"] for each in left}


def test_a_running_scheduler_is_told_and_a_killed_one_is_missed(
    manager: Manager, approved: Approved
) -> None:
    """Its process and since when; after SIGKILL it counts as dead at once."""
    approved(1)
    scheduler = started(manager, "run", "--yes", virtual=False)
    assert scheduler.stdout is not None
    assert "Ctrl-C" in scheduler.stdout.readline()
    running = lambda: manager.type("run", "--status", "--json").document["running"]  # noqa: E731
    [row] = running()
    assert row["pid"] == str(scheduler.pid)
    assert f"process {scheduler.pid}" in manager.type("run", "--status").out
    scheduler.send_signal(signal.SIGKILL)
    scheduler.communicate(timeout=30)
    assert running() == []


def test_a_database_that_is_gone_is_missed(manager: Manager, approved: Approved) -> None:
    """Backups without a database: the status and the doctor name the newest to restore."""
    approved(1)
    made = manager.ask("backup", "create")["id"]
    Path("campaign.db").unlink()
    answer = manager.type("run", "--status", "--json")
    [alarm] = answer.document["alarms"]
    remedy = f"tueroeffner backup restore {made}"
    assert (answer.exit, alarm["name"], alarm["remedy"]) == (4, "database_lost", remedy)
    checks = manager.type("doctor", "--json").document["checks"]
    assert f"Run `{remedy}`." in [each["remedy"] for each in checks if each["level"] == "fail"]
    assert not Path("campaign.db").exists()


def test_looking_leaves_no_trace(manager: Manager, approved: Approved) -> None:
    """Neither a sign of life nor a note in the log."""
    approved(1)
    store = open_store(f"sqlite:///{manager.folder}/campaign.db")
    with store.reading() as session:
        before = len(session.exec(select(Event)).all())
    manager.type("run", "--status")
    with store.reading() as session:
        assert len(session.exec(select(Event)).all()) == before
        assert session.exec(select(Heartbeat)).all() == []
    store.close()
