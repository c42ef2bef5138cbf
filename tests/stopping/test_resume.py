"""After a stop nothing floods, nothing expires for it, and what is on time is not held up."""

from datetime import UTC, datetime, timedelta

import pytest

from orchestrator.frame import frame_of
from orchestrator.model import Campaign as CampaignRow
from orchestrator.pause import Missed, missed, pause, resume
from orchestrator.publish import publish
from orchestrator.run import run_pass
from orchestrator.shift import Tally
from orchestrator.vocabulary import PostState, Scope
from tests.conftest import on_both
from tests.fakes import HoldingNetwork
from tests.publishing.conftest import NOON, Campaign

DAY = timedelta(days=1)
EVERYTHING = (Scope.ALL, "")


def stop(campaign: Campaign, *which: tuple[Scope, str]) -> None:
    with campaign.session() as session:
        pause(session, campaign.id, which or [EVERYTHING], campaign.clock.now(), "tester")


def go_on(campaign: Campaign, *which: tuple[Scope, str]) -> Missed:
    """As the command does it."""
    settings, now = campaign.settings.campaign, campaign.clock.now()
    with campaign.session() as session:
        session.get_one(CampaignRow, campaign.id, with_for_update=True)
        lifted = resume(session, campaign.id, which or [EVERYTHING], now, "tester")
        return missed(session, campaign.id, lifted, now, frame_of(settings), settings.max_late)


def one_pass(campaign: Campaign) -> Tally:
    tally = Tally()
    publish(campaign.shift(), tally)
    return tally


@on_both
@pytest.mark.parametrize("passes", ["every hour", "none"])
def test_two_days_of_posts_go_out_a_few_at_a_time(campaign: Campaign, passes: str) -> None:
    """40 posts came due in two days of stop, seen by passes or not: each goes out once, at most
    five of them with a pass, oldest first; one that is on time goes out at once beside them.
    """
    stop(campaign)
    tandem = campaign.tandem()
    posts = [campaign.post(tandem, due_at=NOON + n * timedelta(minutes=72)) for n in range(40)]
    for _hour in range(48):
        campaign.clock.advance(timedelta(hours=1))
        if passes == "every hour":
            assert one_pass(campaign).published == 0
    found = go_on(campaign)
    assert found == Missed(late=posts)
    fresh = campaign.post(tandem, due_at=campaign.clock.now() + timedelta(minutes=1))
    campaign.clock.advance(timedelta(minutes=2))
    sent = [one_pass(campaign) for _pass in range(8)]
    assert [each.published for each in sent] == [6, *[5] * 7]
    assert {each.expired for each in sent} == {0}
    order = [draft.text for draft in campaign.facebook.drafts]
    assert order.index(campaign.read(fresh).text) < 6
    late = [campaign.read(each).text for each in posts]
    assert [text for text in order if text in late] == late
    assert one_pass(campaign).published == 0


def test_what_was_too_late_before_is_given_up_and_said(campaign: Campaign) -> None:
    """The stop is no excuse for a post that was lost before it began."""
    tandem = campaign.tandem()
    lost = campaign.post(tandem, due_at=NOON - 30 * DAY)
    late = campaign.post(tandem, due_at=NOON - timedelta(hours=2))
    stop(campaign)
    campaign.clock.advance(30 * DAY)
    assert go_on(campaign) == Missed(late=[late], too_late=[lost])
    tally = one_pass(campaign)
    assert (tally.expired, tally.published) == (1, 1)
    assert campaign.read(lost).state is PostState.EXPIRED


@on_both
def test_a_stop_within_a_stop(campaign: Campaign) -> None:
    """Lifting the wide one leaves the tandem's: its post is not late yet, and does not expire."""
    mine = campaign.post(campaign.tandem("saida-und-uwe"), due_at=NOON + timedelta(hours=1))
    other = campaign.post(campaign.tandem(), due_at=NOON + timedelta(hours=1))
    stop(campaign, EVERYTHING, (Scope.TANDEM, "saida-und-uwe"))
    campaign.clock.advance(20 * DAY)
    assert go_on(campaign) == Missed(late=[other])
    assert one_pass(campaign).published == 1
    campaign.clock.advance(20 * DAY)
    assert go_on(campaign, (Scope.TANDEM, "saida-und-uwe")) == Missed(late=[mine])
    assert one_pass(campaign).expired == 0
    assert campaign.read(mine).state is PostState.PUBLISHED


def test_what_nobody_approved_is_not_promised(campaign: Campaign) -> None:
    campaign.post(campaign.tandem(), approved_digest=None)
    stop(campaign)
    campaign.clock.advance(DAY)
    assert go_on(campaign) == Missed()


@on_both
def test_what_a_platform_held_is_handed_over_once(campaign: Campaign) -> None:
    """Stopped, called back, resumed before its time: held again, and live once."""
    campaign.facebook = HoldingNetwork("facebook")
    at = NOON + DAY
    post_id = campaign.post(campaign.tandem(), due_at=at)
    run_pass(campaign.shift())
    for _time in range(3):
        stop(campaign)
        run_pass(campaign.shift())
        assert campaign.facebook.kept == {}
        assert go_on(campaign) == Missed()
        run_pass(campaign.shift())
        run_pass(campaign.shift())
        assert len(campaign.facebook.kept) == 1
    campaign.facebook.turn(at)
    campaign.clock.at = datetime.fromtimestamp(at.timestamp(), UTC) + timedelta(minutes=10)
    run_pass(campaign.shift())
    assert (len(campaign.facebook.live), campaign.facebook.kept) == (1, {})
    assert campaign.read(post_id).state is PostState.PUBLISHED
