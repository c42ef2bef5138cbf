"""The log never forgets, so it holds no number by which a network would show a post again."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from orchestrator import journal
from orchestrator.handover import GRACE, attend, called_back_unseen
from orchestrator.model import Event
from orchestrator.pause import pause, resume
from orchestrator.publish import hand_over
from orchestrator.run import run_pass
from orchestrator.settle import QUIET
from orchestrator.shift import Tally
from orchestrator.vocabulary import PostState, Scope
from tests.campaign_rows import NOON
from tests.fakes import HoldingNetwork
from tests.publishing.conftest import Campaign, campaign, database_url

__all__ = ["campaign", "database_url"]
DAY = timedelta(days=1)
ALL = [(Scope.ALL, "")]


def held(campaign: Campaign) -> int:
    """A post for tomorrow that Facebook holds."""
    campaign.facebook = HoldingNetwork("facebook")
    post_id = campaign.post(campaign.tandem(), due_at=NOON + DAY)
    hand_over(campaign.shift(), Tally())
    assert campaign.read(post_id).remote_id == "facebook-1"
    return post_id


def recalled_by_a_pass_that_died(campaign: Campaign, post_id: int) -> None:
    """It is deleted there, nobody wrote that down, and the stop is lifted."""

    def die(point: str) -> None:
        if point == "recalled":
            raise KeyboardInterrupt

    with campaign.session() as session:
        pause(session, campaign.id, ALL, NOON, "heike")
    with pytest.raises(KeyboardInterrupt):
        attend(replace(campaign.shift(), reached=die), Tally())
    with campaign.session() as session:
        resume(session, campaign.id, ALL, NOON, "heike")


def recalled_by_the_first_version(campaign: Campaign, post_id: int) -> None:
    """The same, with an event as it was written at first: with the number itself."""
    with campaign.session() as session:
        subject, number = f"post {post_id}", campaign.read(post_id).remote_id
        journal.record(session, campaign.id, NOON, "tester", "recalling", subject, remote_id=number)
    campaign.facebook.kept.clear()


def taken_out_by_somebody(campaign: Campaign, post_id: int) -> None:
    """Nobody of us deleted it; an earlier recall was of something else."""
    with campaign.session() as session:
        subject = f"post {post_id}"
        journal.record(session, campaign.id, NOON, "tester", "recalling", subject, mark="other")
    campaign.facebook.kept.clear()


@pytest.mark.parametrize(
    ("gone", "ours"),
    [
        (recalled_by_a_pass_that_died, True),
        (recalled_by_the_first_version, True),
        (taken_out_by_somebody, False),
    ],
)
def test_what_we_called_back_goes_out_again_and_nothing_else(
    campaign: Campaign, gone: Callable[[Campaign, int], None], ours: bool
) -> None:
    """The log tells our own deletion from somebody else's, of which a person decides."""
    post_id = held(campaign)
    gone(campaign, post_id)
    with campaign.store.reading() as session:
        assert called_back_unseen(session, campaign.read(post_id), NOON) is ours
    campaign.clock.advance(DAY + GRACE)
    for _look in range(5):
        run_pass(campaign.shift())
        campaign.clock.advance(QUIET)
    assert (campaign.read(post_id).state is PostState.PUBLISHED) is ours


def test_no_event_of_a_recalled_post_holds_its_number(campaign: Campaign) -> None:
    """Held, stopped, called back: the log knows it by a digest that dies with the words."""
    post_id = held(campaign)
    recalled_by_a_pass_that_died(campaign, post_id)
    with campaign.store.reading() as session:
        events = session.exec(select(Event).where(Event.subject == f"post {post_id}")).all()
        told = json.dumps([[each.what, each.detail] for each in events])
    assert "recalling" in told
    assert "facebook-1" not in told
