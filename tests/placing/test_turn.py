"""One question at a time, a pause after each, however many programs ask."""

import subprocess
import sys
from datetime import timedelta
from itertools import pairwise

import pytest

from audiences.outward import GeocoderTrouble, Outage
from orchestrator.model import Turn
from orchestrator.placing.turn import APART, LEASE, Queue
from orchestrator.store import Store
from schedules.clock import FixedClock
from tests.conftest import on_both
from tests.placing.services import Services


def queue(store: Store, clock: FixedClock, **options: bool) -> Queue:
    """A program that asks; waiting moves the clock and takes no time."""
    waited = lambda seconds: clock.advance(timedelta(seconds=seconds))  # noqa: E731
    return Queue(store, "nominatim x.example", clock, waited, **options)


@on_both
def test_questions_are_apart_whoever_asks(store: Store, clock: FixedClock) -> None:
    """Two programs in turn, and one of them twice; a question takes a third of a second."""
    programs = [queue(store, clock) for _ in range(2)]
    asked = []
    for number in (0, 1, 1, 0):
        with programs[number].turn():
            asked.append(clock.now())
            clock.advance(timedelta(seconds=0.3))
    assert all(later - earlier >= APART for earlier, later in pairwise(asked))
    assert asked[-1] - asked[0] < timedelta(seconds=6)


@on_both
def test_nobody_asks_while_another_does(store: Store, clock: FixedClock) -> None:
    """And whoever died while asking keeps the others waiting for its lease, not for ever."""
    began = clock.now()
    dead = queue(store, clock)._taken()
    assert dead == began + LEASE
    with queue(store, clock).turn():
        assert LEASE <= clock.now() - began < LEASE + APART


def test_who_lost_the_turn_gives_nothing_back(store: Store, clock: FixedClock) -> None:
    """A question of half a minute must not let a third one in beside the second."""
    slow, second = queue(store, clock), queue(store, clock)
    with slow.turn():
        clock.advance(LEASE + timedelta(seconds=1))
        until = second._taken()
    with store.reading() as session:
        assert session.get_one(Turn, slow.service).free_at == until


def test_a_service_that_is_never_free_is_busy(store: Store, clock: FixedClock) -> None:
    """Said after two minutes, instead of waiting for ever."""

    def hold(seconds: float) -> None:
        clock.advance(timedelta(seconds=seconds))
        with store.session() as session:
            session.get_one(Turn, waiting.service).free_at = clock.now() + LEASE

    waiting = queue(store, clock)
    waiting._taken()
    waiting.wait = hold
    with pytest.raises(GeocoderTrouble) as trouble, waiting.turn():
        raise AssertionError("it was not free")
    assert trouble.value.why is Outage.BUSY


def test_a_time_far_ahead_stops_nobody(store: Store, clock: FixedClock) -> None:
    """It comes of a clock that was wrong."""
    mine = queue(store, clock)
    with store.session() as session:
        session.add(Turn(service=mine.service, free_at=clock.now() + timedelta(days=3)))
    began = clock.now()
    with mine.turn(), queue(store, clock, dry_run=True).turn():
        pass
    assert clock.now() - began < 2 * LEASE


def test_a_dry_run_waits_and_writes_nothing(store: Store, clock: FixedClock) -> None:
    """For the others, and for its own questions of before."""
    with queue(store, clock).turn():
        pass
    free, dry, asked = clock.now() + APART, queue(store, clock, dry_run=True), []
    for _ in range(2):
        with dry.turn():
            asked.append(clock.now())
    assert asked[0] >= free
    assert asked[1] - asked[0] >= APART
    with store.reading() as session:
        assert session.get_one(Turn, dry.service).free_at == free


PROGRAM = """
import sys
from datetime import timedelta
from audiences.geocode import Geocoder
from audiences.outward import Service
from orchestrator.placing.turn import Queue
from orchestrator.store import open_store
from schedules.clock import SystemClock

url, domain, apart, name = sys.argv[1:]
class Nothing:
    recall = lambda self, question: None
    remember = lambda self, question, answer: None
store = open_store(url)
queue = Queue(store, "n", SystemClock(), apart=timedelta(seconds=float(apart)))
service = Service("nominatim", domain, "http", "Tueroeffner/0.1.0 (campaign woche)", True)
asking = Geocoder(service, Nothing(), queue.turn)
for word in ("eins", "zwei", "drei"):
    assert asking.resolve(f"Ort {word} von {name}", ["ES"]).status == "unknown"
store.close()
"""


@on_both
def test_real_programs_keep_the_pause(database_url: str, services: Services) -> None:
    """Two at the same moment, against one service that looks at its own clock."""
    apart, domain = 0.4, services.base.removeprefix("http://")
    started = [
        subprocess.Popen([sys.executable, "-c", PROGRAM, database_url, domain, str(apart), n])
        for n in "ab"
    ]
    assert [each.wait(300) for each in started] == [0, 0]
    times = sorted(call.at for call in services.calls)
    assert len(times) == 6
    assert min(later - earlier for earlier, later in pairwise(times)) >= apart
