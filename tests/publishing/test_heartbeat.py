"""Signs of life: who runs, who is dead, and when the last pass was, by real time."""

import socket
from datetime import datetime, timedelta

from sqlmodel import select

from orchestrator import heartbeat
from orchestrator.model import Heartbeat
from orchestrator.worker import my_name
from tests.conftest import on_both
from tests.publishing.conftest import NOON, Campaign

pytestmark = on_both

SECOND = timedelta(seconds=1)
ELSEWHERE = "4711@1@another-computer"
DEAD = f"999999999@1@{socket.gethostname()}"


def rows(campaign: Campaign) -> list[Heartbeat]:
    with campaign.store.reading() as session:
        return list(session.exec(select(Heartbeat).order_by(Heartbeat.started_at)).all())


def begin(campaign: Campaign, worker: str, at: datetime = NOON, *, once: bool = False) -> None:
    heartbeat.begin(campaign.store, campaign.id, worker, once=once, now=at)


def running(campaign: Campaign, at: datetime = NOON) -> list[str]:
    with campaign.store.reading() as session:
        return [each.worker for each in heartbeat.running(session, campaign.id, at)]


def broken_off(campaign: Campaign, at: datetime) -> str | None:
    with campaign.store.reading() as session:
        found = heartbeat.broken_off(session, campaign.id, at)
        return found.worker if found else None


def newest(campaign: Campaign) -> datetime | None:
    with campaign.store.reading() as session:
        return heartbeat.newest_pass(session, campaign.id)


def test_a_scheduler_runs_from_its_begin_to_its_end(campaign: Campaign) -> None:
    """A daily job is no scheduler; several schedulers are told, the oldest first."""
    begin(campaign, my_name(), NOON - SECOND)
    begin(campaign, ELSEWHERE)
    begin(campaign, "4712@1@another-computer", once=True)
    assert running(campaign) == [my_name(), ELSEWHERE]
    heartbeat.end(campaign.store, campaign.id, ELSEWHERE, NOON)
    assert running(campaign) == [my_name()]


def test_a_dead_process_of_this_machine_is_known_at_once(campaign: Campaign) -> None:
    begin(campaign, DEAD)
    assert running(campaign) == []
    assert broken_off(campaign, NOON) == DEAD


def test_another_machine_is_believed_for_two_minutes(campaign: Campaign) -> None:
    """Each beat counts anew; a clock that is set back does not make a dead one live on."""
    begin(campaign, ELSEWHERE)
    later = NOON + 110 * SECOND
    heartbeat.beat(campaign.store, campaign.id, ELSEWHERE, later)
    assert running(campaign, later + 119 * SECOND) == [ELSEWHERE]
    assert running(campaign, later + 121 * SECOND) == []
    assert broken_off(campaign, later + 121 * SECOND) == ELSEWHERE
    assert running(campaign, later - timedelta(hours=1)) == []


def test_a_scheduler_that_was_stopped_is_not_missed(campaign: Campaign) -> None:
    """Nor one that died before somebody else sent, or runs again."""
    begin(campaign, ELSEWHERE)
    heartbeat.end(campaign.store, campaign.id, ELSEWHERE, NOON)
    assert broken_off(campaign, NOON + timedelta(hours=1)) is None
    begin(campaign, DEAD, NOON + SECOND)
    begin(campaign, "7@7@daily", NOON + 2 * SECOND, once=True)
    assert broken_off(campaign, NOON + 3 * SECOND) == DEAD
    heartbeat.passed(campaign.store, campaign.id, "7@7@daily", NOON + 3 * SECOND)
    assert broken_off(campaign, NOON + 4 * SECOND) is None
    begin(campaign, my_name(), NOON + 5 * SECOND)
    assert broken_off(campaign, NOON + 6 * SECOND) is None


def test_what_ended_long_ago_goes_but_the_newest_pass_stays_known(campaign: Campaign) -> None:
    """One row a day at most, however often a daily job runs."""
    for day in range(5):
        at = NOON + timedelta(days=2 * day)
        begin(campaign, f"{day}@1@laptop", at, once=True)
        heartbeat.passed(campaign.store, campaign.id, f"{day}@1@laptop", at)
        heartbeat.end(campaign.store, campaign.id, f"{day}@1@laptop", at)
    assert [each.worker for each in rows(campaign)] == ["3@1@laptop", "4@1@laptop"]
    begin(campaign, "never-passed@1@laptop", NOON + timedelta(days=20), once=True)
    begin(campaign, my_name(), NOON + timedelta(days=40))
    assert [each.worker for each in rows(campaign)] == ["4@1@laptop", my_name()]
    assert newest(campaign) == NOON + timedelta(days=8)


def test_the_same_process_begins_again(campaign: Campaign) -> None:
    """Its row is used anew, and its last pass stays known."""
    begin(campaign, my_name(), once=True)
    heartbeat.passed(campaign.store, campaign.id, my_name(), NOON)
    heartbeat.end(campaign.store, campaign.id, my_name(), NOON)
    begin(campaign, my_name(), NOON + SECOND)
    (row,) = rows(campaign)
    assert (row.once, row.started_at, row.ended_at) == (False, NOON + SECOND, None)
    assert row.pass_at == NOON
