"""Which posts are late although nobody wants that, and which have come to a stop on their way."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from orchestrator import heartbeat
from orchestrator.journal import record
from orchestrator.model import Account, Attempt, Pause, Post
from orchestrator.model import Campaign as CampaignRow
from orchestrator.overdue import Night, Service, is_overdue
from orchestrator.stuck import Why, stuck
from orchestrator.today.alarms import Moment, alarms
from orchestrator.vocabulary import PostState, Scope
from orchestrator.worker import my_name
from schedules.calendar import Window
from tests.conftest import on_both
from tests.publishing.conftest import NOON, Campaign

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = Night(Window.parse_quiet("21:00-07:00"), BERLIN)


@pytest.mark.parametrize(
    ("free_since", "service", "late"),
    [
        (NOON - 4 * MINUTE, Service(scheduler_since=NOON - DAY), False),
        (NOON - 6 * MINUTE, Service(scheduler_since=NOON - DAY), True),
        (NOON - 6 * MINUTE, Service(scheduler_since=NOON - 3 * MINUTE), False),
        (NOON - 6 * MINUTE, Service(last_choice=NOON - 7 * MINUTE, last_pass=NOON), False),
        (NOON - 8 * MINUTE, Service(last_choice=NOON - 7 * MINUTE, last_pass=NOON), True),
        (NOON - HOUR, Service(last_choice=NOON - 25 * HOUR, last_pass=NOON - 25 * HOUR), False),
        (NOON - HOUR, Service(last_choice=NOON - 27 * HOUR, last_pass=NOON - 27 * HOUR), True),
        (NOON - HOUR, Service(last_choice=NOON - 27 * HOUR, last_pass=NOON - HOUR), False),
        (NOON - 25 * HOUR, Service(), False),
        (NOON - 27 * HOUR, Service(), True),
    ],
)
def test_when_a_post_is_overdue(free_since: datetime, service: Service, late: bool) -> None:
    """Minutes with a scheduler; else when an earlier job should have sent it, or none came."""
    assert is_overdue(free_since, NOON, service, NIGHT) is late


def test_the_night_does_not_count() -> None:
    """At three minutes past seven nothing that came due over night is late."""
    service = Service(scheduler_since=NOON - 9 * DAY)
    due = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
    seven = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    assert not is_overdue(due, seven + 3 * MINUTE, service, NIGHT)
    assert is_overdue(due, seven + 6 * MINUTE, service, NIGHT)


def names(campaign: Campaign) -> dict[str, tuple[int, ...]]:
    with campaign.store.reading() as session:
        at = Moment(campaign.clock.now(), campaign.machine.now())
        raised = alarms(session, campaign.id, campaign.settings, at)
        return {each.name: each.posts for each in raised}


def serve(campaign: Campaign, since: timedelta = DAY) -> None:
    """A scheduler of this very process runs."""
    heartbeat.begin(campaign.store, campaign.id, my_name(), once=False, now=NOON - since)
    heartbeat.beat(campaign.store, campaign.id, my_name(), NOON)


@on_both
def test_only_what_nothing_holds_back_is_late(campaign: Campaign) -> None:
    """Paused, unapproved, or on a network that asked to wait: that is no alarm."""
    serve(campaign)
    late = campaign.post(campaign.tandem(), due_at=NOON - HOUR)
    campaign.post(campaign.tandem("stopped"), due_at=NOON - HOUR)
    campaign.post(campaign.tandem("new"), due_at=NOON - HOUR, approved_digest=None)
    campaign.post(campaign.tandem("just-approved"), due_at=NOON - HOUR, approved_at=NOON - MINUTE)
    campaign.post(campaign.tandem("waits"), "x", due_at=NOON - HOUR)
    with campaign.session() as session:
        session.add(
            Pause(
                campaign_id=campaign.id, scope=Scope.TANDEM, name="stopped", since=NOON, actor="h"
            )
        )
        session.get_one(Account, campaign.accounts["x"]).not_before = NOON + HOUR
    assert names(campaign) == {"overdue": (late,)}


@pytest.mark.parametrize("what", ["frozen", "paused", "quiet", "resumed"])
def test_what_holds_everything_back_is_no_lateness(campaign: Campaign, what: str) -> None:
    serve(campaign)
    campaign.post(campaign.tandem(), due_at=NOON - HOUR)
    assert set(names(campaign)) == {"overdue"}
    with campaign.session() as session:
        if what == "frozen":
            session.get_one(CampaignRow, campaign.id).frozen_since = NOON - DAY
        elif what == "paused":
            session.add(Pause(campaign_id=campaign.id, scope=Scope.ALL, since=NOON, actor="h"))
        elif what == "resumed":
            record(session, campaign.id, NOON - MINUTE, "h", "resume", "all")
    if what == "quiet":
        campaign.clock.at = campaign.machine.at = NOON + 11 * HOUR
        heartbeat.beat(campaign.store, campaign.id, my_name(), NOON + 11 * HOUR)
    assert names(campaign) == {}


@on_both
def test_a_scheduler_that_died_is_missed_by_the_posts_that_wait(campaign: Campaign) -> None:
    """Its end is told while something is due within a day, and the post that it left lying."""
    heartbeat.begin(campaign.store, campaign.id, "1@1@elsewhere", once=False, now=NOON - HOUR)
    assert names(campaign) == {}
    soon = campaign.post(campaign.tandem(), due_at=NOON + HOUR)
    assert names(campaign) == {"scheduler_lost": ()}
    late = campaign.post(campaign.tandem("late"), due_at=NOON - 10 * MINUTE)
    assert names(campaign) == {"scheduler_lost": (), "overdue": (late,)}
    assert soon != late


@on_both
def test_nobody_sends(campaign: Campaign) -> None:
    """Posts are due within a day, and nobody has passed for longer than a day."""
    campaign.post(campaign.tandem(), due_at=NOON + 25 * HOUR)
    assert names(campaign) == {}
    soon = campaign.post(campaign.tandem("soon"), due_at=NOON + HOUR)
    assert names(campaign) == {"nobody_sends": (soon,)}
    heartbeat.begin(campaign.store, campaign.id, "1@1@daily", once=True, now=NOON - 25 * HOUR)
    heartbeat.passed(campaign.store, campaign.id, "1@1@daily", NOON - 25 * HOUR)
    assert names(campaign) == {}
    campaign.clock.at = campaign.machine.at = NOON + 2 * HOUR
    assert names(campaign) == {"overdue": (soon,)}


@pytest.mark.parametrize("network", ["facebook", "x"])
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, False),
        ({"handed_for": NOON + DAY + timedelta(seconds=50)}, False),
        ({"handed_for": NOON + DAY + MINUTE}, True),
        ({"handed_for": NOON - MINUTE, "due_at": NOON}, False),  # looked for, as any held post
        ({"approved_digest": None}, True),
        ({"handed_digest": "older words"}, True),
        ({"state": PostState.CANCELLED}, True),
        ({"state": PostState.EXPIRED, "handed_for": None}, True),
        ({"state": PostState.PLANNED, "handed_for": None}, False),  # a draft that will be shown
        ({"state": PostState.PLANNED, "handed_for": None, "approved_digest": None}, True),
    ],
)
def test_what_a_platform_still_keeps_against_our_will(
    campaign: Campaign, change: dict[str, object], told: bool, network: str
) -> None:
    """Told until the platform has given it back; on a stopped network whatever is kept there."""
    serve(campaign)
    post_id = campaign.post(campaign.tandem(), due_at=NOON + DAY)
    with campaign.session() as session:
        post = session.get_one(Post, post_id)
        kept = {"state": PostState.SCHEDULED, "handed_for": post.due_at}
        held(post, **kept | {"handed_digest": post.digest} | change)
        stopped = Pause(
            campaign_id=campaign.id, scope=Scope.NETWORK, name=network, since=NOON, actor="h"
        )
        session.add(stopped)
    stops = network == "facebook" and change.get("state") not in (
        PostState.CANCELLED,
        PostState.EXPIRED,
    )
    assert names(campaign) == ({"not_given_back": (post_id,)} if told or stops else {})


def test_a_clock_that_went_back_is_an_alarm(campaign: Campaign) -> None:
    """As long as nothing is sent for it; a quarter of an hour is no matter."""
    with campaign.session() as session:
        session.get_one(CampaignRow, campaign.id).last_pass_at = NOON
    campaign.clock.at = NOON - 15 * MINUTE
    assert names(campaign) == {}
    campaign.clock.at = NOON - 16 * MINUTE
    assert names(campaign) == {"clock_back": ()}


def held(post: Post, **changes: object) -> None:
    for name, value in changes.items():
        setattr(post, name, value)


@pytest.mark.parametrize(
    ("change", "why", "after"),
    [
        ({"state": PostState.CLAIMED, "lease_until": NOON}, Why.LEFT, 15 * MINUTE),
        ({"state": PostState.SENDING, "lease_until": NOON}, Why.LEFT, 15 * MINUTE),
        ({"state": PostState.UNKNOWN}, Why.UNCLEAR, HOUR),
        ({"state": PostState.SCHEDULED, "handed_for": NOON}, Why.HELD, 15 * MINUTE),
        ({"state": PostState.UNKNOWN, "handed_for": NOON + HOUR}, Why.UNCLEAR, 2 * HOUR),
    ],
)
def test_when_a_post_is_stuck(
    campaign: Campaign, change: dict[str, object], why: Why, after: timedelta
) -> None:
    """To the minute: one second before it is still on its way."""
    post_id = campaign.post(campaign.tandem())
    with campaign.session() as session:
        held(session.get_one(Post, post_id), **change)
        session.add(Attempt(post_id=post_id, number=1, digest="0", sent_at=NOON))

    def look(at: datetime) -> list[tuple[int, Why]]:
        with campaign.store.reading() as session:
            return [(each.post_id, each.why) for each in stuck(session, campaign.id, at, at)]

    assert look(NOON + after - timedelta(seconds=1)) == []
    assert look(NOON + after) == [(post_id, why)]


@on_both
def test_after_three_looks_a_person_is_asked_at_once(campaign: Campaign) -> None:
    """Unclear for minutes only, but nobody looks any more."""
    post_id = campaign.post(campaign.tandem(), state=PostState.UNKNOWN)
    with campaign.session() as session:
        looks = {"sent_at": NOON - 40 * MINUTE, "reads": 3, "read_at": NOON}
        session.add(Attempt(post_id=post_id, number=1, digest="0", **looks))
    assert names(campaign) == {"stuck_person": (post_id,)}


def test_a_frozen_post_waits_for_its_release(campaign: Campaign) -> None:
    """One cause, one alarm: the freeze has its own."""
    campaign.post(campaign.tandem(), state=PostState.UNKNOWN, due_at=NOON - DAY)
    assert set(names(campaign)) == {"stuck_unclear"}
    with campaign.session() as session:
        session.get_one(CampaignRow, campaign.id).frozen_since = NOON - DAY
    assert names(campaign) == {}
