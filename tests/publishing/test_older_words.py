"""Words that were written when more of a person could be told never go out any more."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import update

from orchestrator.approve import take_back
from orchestrator.decide.retry import refuse
from orchestrator.errors import UsageProblem
from orchestrator.handover import attend
from orchestrator.model import Campaign as CampaignRow
from orchestrator.model import Consent, Tandem
from orchestrator.moving import move
from orchestrator.publish import hand_over, publish
from orchestrator.run import run_pass
from orchestrator.shift import Tally
from orchestrator.vocabulary import PostState, Show
from tests.conftest import on_both
from tests.fakes import HoldingNetwork
from tests.publishing.conftest import NOON, Campaign
from tests.publishing.test_decide import case

TOMORROW = NOON + timedelta(days=1)


@pytest.fixture
def campaign(campaign: Campaign) -> Campaign:
    """Facebook holds posts."""
    campaign.facebook = HoldingNetwork("facebook")
    return campaign


def narrow(campaign: Campaign, tandem_id: int, **changes: Any) -> None:
    """The safety check allows less, and nobody has seen to the posts."""
    values = {"show": Show.ALIAS, "public_name": "Kranich"} | changes
    with campaign.session() as session:
        session.exec(update(Tandem).where(Tandem.id == tandem_id).values(**values))


def over(campaign: Campaign, state: PostState) -> tuple[int, int]:
    """A post with the real name that was too late, or refused."""
    tandem_id = campaign.tandem()
    post_id = campaign.post(tandem_id, show=Show.FULL, state=state)
    return tandem_id, post_id


def moved(campaign: Campaign, post_id: int) -> None:
    where = campaign.store, campaign.settings, campaign.id
    move(*where, post_id, TOMORROW, NOON, "heike", dry_run=False)


@on_both
def test_no_pass_sends_what_tells_more_than_may_be_seen(campaign: Campaign) -> None:
    """Even where its approval still stands."""
    tandem_id = campaign.tandem()
    post_id = campaign.post(tandem_id, show=Show.FULL)
    narrow(campaign, tandem_id)
    run_pass(campaign.shift())
    assert campaign.read(post_id).state is PostState.CANCELLED
    assert campaign.facebook.live == []


@pytest.mark.parametrize("state", [PostState.EXPIRED, PostState.REJECTED])
def test_a_person_cannot_send_them_either(campaign: Campaign, state: PostState) -> None:
    """`post retry` and `schedule move` take only what is still allowed as it is."""
    tandem_id, post_id = over(campaign, state)
    narrow(campaign, tandem_id)
    with pytest.raises(UsageProblem, match="more than the safety check allows"):
        refuse(campaign.store, case(campaign, post_id), NOON, campaign.settings.terms)
    if state is PostState.EXPIRED:
        with pytest.raises(UsageProblem, match="more than the safety check allows"):
            moved(campaign, post_id)


@pytest.mark.parametrize("state", [PostState.EXPIRED, PostState.REJECTED])
def test_a_change_takes_back_the_approval_of_what_was_given_up(
    campaign: Campaign, state: PostState
) -> None:
    """Or old words could be tried again after an import."""
    tandem_id, post_id = over(campaign, state)
    with campaign.session() as session:
        assert take_back(session, tandem_id) == 0  # nothing that was going to be sent
    with pytest.raises(UsageProblem, match="approved"):
        refuse(campaign.store, case(campaign, post_id), NOON, campaign.settings.terms)
    if state is PostState.EXPIRED:
        with pytest.raises(UsageProblem, match="not those of its tandem"):
            moved(campaign, post_id)


def test_a_draft_is_not_shown_when_consent_ends_before_that(campaign: Campaign) -> None:
    """In two phases a network takes a while between making it and showing it."""
    campaign.settings.networks["facebook"].__dict__["publish"] = "two-phase"
    post_id = campaign.post(campaign.tandem())
    prepare = campaign.facebook.prepare

    def withdrawn_meanwhile(draft: Any) -> Any:
        with campaign.session() as session:
            session.exec(update(Consent).values(withdrawn_at=NOON))
        return prepare(draft)

    campaign.facebook.prepare = withdrawn_meanwhile
    publish(campaign.shift(), Tally())
    assert campaign.facebook.live == []
    assert campaign.read(post_id).state is not PostState.PUBLISHED


def held(campaign: Campaign) -> int:
    post_id = campaign.post(campaign.tandem(), due_at=TOMORROW)
    hand_over(campaign.shift(), Tally())
    assert campaign.read(post_id).state is PostState.SCHEDULED
    return post_id


@on_both
@pytest.mark.parametrize("why", ["consent", "screened", "closed"])
def test_what_is_held_comes_back_also_while_the_campaign_is_frozen(
    campaign: Campaign, why: str
) -> None:
    """Rows of an older copy may be wrong about dates, not about what somebody has just decided."""
    post_id = held(campaign)
    with campaign.session() as session:
        session.exec(update(CampaignRow).values(frozen_since=NOON))
        if why == "consent":
            session.exec(update(Consent).values(withdrawn_at=NOON))
        elif why == "screened":
            session.exec(update(Tandem).values(show=None, screened_at=NOON))
        else:
            session.exec(update(Tandem).values(state="closed"))
    attend(campaign.shift(), Tally())
    assert campaign.facebook.kept == {}
    assert campaign.read(post_id).state is PostState.CANCELLED


def test_a_campaign_that_ends_earlier_calls_back_what_is_held(campaign: Campaign) -> None:
    """The last day for posts was brought forward to today."""
    post_id = held(campaign)
    campaign.settings.campaign.__dict__["posts_until"] = NOON.date()
    attend(campaign.shift(), Tally())
    assert campaign.facebook.kept == {}
    assert campaign.read(post_id).state is PostState.CANCELLED
