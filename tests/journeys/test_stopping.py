"""The scheduler in processes of its own: told to stop in mid-flight, and two of them at once.

It works by the real time, so the campaign and the sandbox live in it here.
"""

import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from sqlmodel import col, select, update

from orchestrator.model import Post
from orchestrator.sandbox.faults import describe
from orchestrator.sandbox.server import Sandbox
from orchestrator.store import open_store
from orchestrator.vocabulary import PostState
from tests.conftest import on_sqlite
from tests.journeys.conftest import Manager, ready, tandem_row, write_xlsx
from tests.journeys.test_processes import started, until

DAY = timedelta(days=1)
Due = Callable[[str | None], int]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """The networks, in real time."""
    with Sandbox(port=0, start=datetime.now(UTC), speed=1.0) as running:
        yield running


@pytest.fixture
def due(manager: Manager, database_url: str) -> Due:
    """Approve a campaign, and let its posts (of one network, None: of all) be due this second."""
    today = datetime.now(UTC).date()
    for name, value in {
        "TUEROEFFNER_DATABASE__URL": database_url,
        "TUEROEFFNER_CAMPAIGN__START": str(today + 10 * DAY),
        "TUEROEFFNER_CAMPAIGN__END": str(today + 16 * DAY),
        "TUEROEFFNER_CAMPAIGN__QUIET_HOURS": "",
    }.items():
        manager.monkeypatch.setenv(name, value)
    consent = {"consent_on": str(today - DAY), "consent_until": str(today + 90 * DAY)}
    path = write_xlsx(
        manager.folder / "mine.xlsx", [tandem_row(number, **consent) for number in range(3)]
    )

    def let_be_due(network: str | None) -> int:
        ready(manager, path)
        store = open_store(database_url)
        with store.session() as session:
            query = update(Post).values(due_at=datetime.now(UTC))
            changed = session.exec(query if not network else query.where(Post.network == network))
        store.close()
        return int(changed.rowcount)

    return let_be_due


def states(database_url: str, network: str) -> Counter[PostState]:
    store = open_store(database_url)
    with store.reading() as session:
        wanted = select(Post.state).where(col(Post.network) == network)
        found = Counter(session.exec(wanted).all())
    store.close()
    return found


SLOW = {"network": "facebook", "method": "POST", "path": "/feed", "times": 1, "seconds": 3}


@pytest.mark.parametrize(
    ("database_url", "arguments", "stop", "code"),
    [
        ("sqlite", ["run"], signal.SIGTERM, 0),
        ("postgresql", ["run"], signal.SIGTERM, 0),
        ("sqlite", ["run"], signal.SIGINT, 130),
        ("sqlite", ["run", "--once"], signal.SIGTERM, 3),
        ("sqlite", ["run", "--once"], signal.SIGINT, 130),
        ("sqlite", ["publish"], signal.SIGTERM, 3),
    ],
    indirect=["database_url"],
)
def test_what_is_in_flight_is_finished_and_nothing_else_begins(
    manager: Manager, due: Due, database_url: str, arguments: list[str], stop: signal.Signals,
    code: int,
) -> None:  # fmt: skip
    """Told once or, by an impatient person, twice, while the platform takes three seconds."""
    posts = due("facebook")
    manager.sandbox.faults.add(describe(SLOW | {"kind": "slow"}))
    sender = started(manager, *arguments, "--yes", virtual=False)
    until(lambda: not manager.sandbox.faults.left())
    began = time.monotonic()
    sender.send_signal(stop)
    if stop is signal.SIGINT and arguments == ["run"]:
        Event().wait(0.5)
        sender.send_signal(stop)
    _out, err = sender.communicate(timeout=60)
    assert time.monotonic() - began < 30
    assert (sender.returncode, "Traceback" in err) == (code, False), err
    assert len(manager.live()) == 1
    assert states(database_url, "facebook") == {
        PostState.PUBLISHED: 1,
        PostState.PLANNED: posts - 1,
    }


@on_sqlite
def test_a_scheduler_to_which_nobody_listens_sends_all_the_same(manager: Manager, due: Due) -> None:
    """Its reader went away before its first word: every post goes out, until it is stopped."""
    posts = due(None)
    sender = started(manager, "run", "--yes", virtual=False)
    assert sender.stdout is not None
    sender.stdout.close()
    until(lambda: len(manager.live()) >= posts or sender.poll() is not None)
    assert (sender.poll(), len(manager.live())) == (None, posts)
    sender.send_signal(signal.SIGTERM)
    _out, err = sender.communicate(timeout=60)
    assert (sender.returncode, err) == (0, "")


def test_two_schedulers_on_one_database(manager: Manager, due: Due, database_url: str) -> None:
    """Every post once, on both networks; both run on without a word of trouble until the end."""
    posts = due(None)
    schedulers = [started(manager, "run", "--yes", virtual=False) for _number in range(2)]
    until(lambda: len(manager.live()) >= posts)
    until(
        lambda: (
            states(database_url, "facebook") + states(database_url, "x")
            == {PostState.PUBLISHED: posts}
        )
    )
    for each in schedulers:
        assert each.poll() is None
        each.send_signal(signal.SIGTERM)
    for each in schedulers:
        _out, err = each.communicate(timeout=60)
        assert (each.returncode, err) == (0, "")
    texts = Counter(row["text"] for row in manager.live())
    assert (set(texts.values()), len(texts)) == ({1}, posts)
