"""The scheduler's jobs: when a pass is made, and what keeps it from being made."""

from datetime import timedelta
from threading import Event

import pytest
from sqlmodel import select

from orchestrator import heartbeat
from orchestrator.bill import book
from orchestrator.daemon import Crew, Outlook, keep_going
from orchestrator.model import Heartbeat, Post
from orchestrator.money import read_at
from orchestrator.run import publish_pass
from orchestrator.shift import Shift, Tally
from orchestrator.vocabulary import PostState
from tests.conftest import on_both
from tests.fakes import FakeNetwork
from tests.publishing.conftest import NOON, Campaign

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def pass_time(campaign: Campaign, by: timedelta) -> None:
    campaign.clock.advance(by)
    campaign.machine.advance(by)


@on_both
def test_a_pass_is_made_when_something_new_comes_due(campaign: Campaign) -> None:
    """Nothing due: none. Due and waiting: once, then after 30 s; something new: at once."""
    outlook, shift = Outlook(), campaign.shift()
    asks = lambda: outlook.asks_for_pass(shift)  # noqa: E731
    campaign.post(campaign.tandem(), due_at=NOON + SECOND)
    assert not asks()
    pass_time(campaign, SECOND)
    assert [asks(), asks()] == [True, False]
    campaign.post(campaign.tandem("second"), due_at=NOON + 5 * SECOND)
    pass_time(campaign, 4 * SECOND)
    assert [asks(), asks()] == [True, False]
    pass_time(campaign, 29 * SECOND)
    assert not asks()
    pass_time(campaign, SECOND)
    assert [asks(), asks()] == [True, False]


def test_after_everything_went_out_the_next_one_is_new(campaign: Campaign) -> None:
    """Also when it is due at the same moment as the one before."""
    outlook, shift = Outlook(), campaign.shift()
    first = campaign.post(campaign.tandem(), due_at=NOON)
    assert outlook.asks_for_pass(shift)
    with campaign.session() as session:
        session.get_one(Post, first).state = PostState.PUBLISHED
    assert not outlook.asks_for_pass(shift)
    campaign.post(campaign.tandem("second"), due_at=NOON)
    assert outlook.asks_for_pass(shift)


def published(campaign: Campaign) -> set[int]:
    with campaign.store.reading() as session:
        return set(session.exec(select(Post.id).where(Post.state == PostState.PUBLISHED)).all())


@on_both
def test_what_had_to_wait_is_spread_over_hours_however_often_we_look(campaign: Campaign) -> None:
    """Thirteen posts after a stop: a burst each half hour, and what is on time goes out beside."""
    tandem_id = campaign.tandem()
    late = {campaign.post(tandem_id, due_at=NOON - HOUR, held_at=NOON) for _each in range(13)}
    on_time = campaign.post(tandem_id, "x", due_at=NOON + HOUR)
    shift = Crew.of(campaign.shift(), lambda: {}).sends
    out: list[int] = []
    for _look in range(126):
        publish_pass(shift)
        out.append(len(late & published(campaign)))
        pass_time(campaign, 30 * SECOND)
    assert [out[0], out[59], out[61], out[121]] == [5, 5, 10, 13]
    assert campaign.read(on_time).state is PostState.PUBLISHED


def work(campaign: Campaign, until: set[str], **broken: object) -> tuple[list[str], list[str]]:
    """Let the scheduler work until these jobs were told; what was told, and what went wrong."""
    stop, told, wrong = Event(), [], []
    shift = campaign.shift()

    def hear(job: str, _tally: Tally) -> None:
        told.append(job)
        if until <= set(told) or (wrong and {"send", "watch"} <= set(told)):
            stop.set()

    def back_up(_shift: Shift, _tally: Tally) -> None:
        if "backup" in broken:
            raise OSError("the disk is full")

    def on_error(trouble: BaseException) -> None:
        wrong.append(str(trouble))
        if {"send", "watch"} <= set(told):
            stop.set()

    heartbeat.begin(campaign.store, campaign.id, shift.worker, once=False, now=NOON)
    crew = Crew(shift, shift, shift, shift)
    assert keep_going(crew, stop, told=hear, back_up=back_up, on_error=on_error)
    return told, wrong


@on_both
def test_it_sends_watches_collects_and_signs(campaign: Campaign) -> None:
    """A due post goes out without waiting for an interval, and the pass is on record."""
    post = campaign.post(campaign.tandem(), "x")
    jobs = {"send", "upload", "watch", "collect", "forward"}
    told, wrong = work(campaign, jobs)
    assert (set(told), wrong) == (jobs, [])
    assert campaign.read(post).state is PostState.PUBLISHED
    with campaign.store.reading() as session:
        assert session.exec(select(Heartbeat.pass_at)).one() == NOON


def test_each_job_books_what_its_own_networks_read(campaign: Campaign) -> None:
    """Two jobs read by turns, at different prices: the bill is the sum."""
    crew = Crew.of(campaign.shift(), lambda: {"x": FakeNetwork("x", targets=False)})
    for _turn in range(5):
        for shift, price in ((crew.watches, 0.05), (crew.collects, 0.1), (crew.sends, 0.01)):
            shift.networks["x"].spent += price
            book(shift)
    with campaign.store.reading() as session:
        assert read_at(session, campaign.id, "x") == pytest.approx(0.8)


def test_it_takes_over_from_the_dead_though_nothing_is_due(campaign: Campaign) -> None:
    """A claim that was left lying is planned again by the job that watches."""
    claim = {"state": PostState.CLAIMED, "claimed_by": "1@1@dead", "lease_until": NOON - SECOND}
    post = campaign.post(campaign.tandem(), due_at=NOON + timedelta(days=3), **claim)
    told, _wrong = work(campaign, {"watch", "collect"})
    assert "send" not in told
    assert campaign.read(post).state is PostState.PLANNED


def test_a_job_that_fails_stops_no_other(campaign: Campaign) -> None:
    """The backup fails: that is told, and the post went out."""
    post = campaign.post(campaign.tandem(), "x")
    _told, wrong = work(campaign, {"send", "watch", "collect"}, backup="broken")
    assert set(wrong) == {"the disk is full"}
    assert campaign.read(post).state is PostState.PUBLISHED
