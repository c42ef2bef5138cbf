"""Whatever a person lets us look at is on the bill, also when the network breaks off."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import pytest

from orchestrator.decide.case import case_of
from orchestrator.decide.recall import call_back
from orchestrator.decide.takedown import take_down
from orchestrator.decide.unclear import is_live, look, not_live
from orchestrator.errors import TueroeffnerError
from orchestrator.model import Campaign as CampaignRow
from orchestrator.model import Post
from orchestrator.money import read_at
from orchestrator.ports import OutcomeUnknown, Trouble
from orchestrator.publish import publish
from orchestrator.release import release
from orchestrator.shift import Tally
from orchestrator.vocabulary import PostState
from tests.fakes import FakeNetwork
from tests.publishing.conftest import NOON, Campaign

A_LOOK = 0.005


@dataclass
class Metered(FakeNetwork):
    """Every look costs something."""

    def _asked(self) -> None:
        self.spent += A_LOOK
        super()._asked()


def unclear(campaign: Campaign) -> int:
    post_id = campaign.post(campaign.tandem(), "x")
    campaign.x.script = [OutcomeUnknown("no answer")]
    publish(campaign.shift(), Tally())
    campaign.clock.advance(timedelta(minutes=11))
    return post_id


def looks(campaign: Campaign) -> None:
    look(campaign.shift(), Tally(), case_of(campaign.store, campaign.id, unclear(campaign)))


def says_not_live(campaign: Campaign) -> None:
    not_live(campaign.shift(), Tally(), case_of(campaign.store, campaign.id, unclear(campaign)))


def says_live(campaign: Campaign) -> None:
    case = case_of(campaign.store, campaign.id, unclear(campaign))
    is_live(campaign.shift(), Tally(), case, "1234")


def takes_down(campaign: Campaign) -> None:
    post_id = campaign.published("x")
    take_down(campaign.shift(), Tally(), case_of(campaign.store, campaign.id, post_id))


def calls_back(campaign: Campaign) -> None:
    post_id = campaign.published("x", state=PostState.SCHEDULED, published_at=None)
    with campaign.session() as session:
        post = session.get_one(Post, post_id)
        post.approved_digest, post.handed_digest = None, post.digest
        post.handed_for = post.due_at = NOON + timedelta(days=1)
    call_back(campaign.shift(), Tally(), lambda _seconds: None)


def releases(campaign: Campaign) -> None:
    with campaign.session() as session:
        session.get_one(CampaignRow, campaign.id).frozen_since = NOON - timedelta(hours=1)
    release(campaign.shift(), Tally())


@pytest.mark.parametrize("answers", [True, False])
@pytest.mark.parametrize(
    "work", [looks, says_not_live, says_live, takes_down, calls_back, releases]
)
def test_a_look_for_a_person_is_booked(
    campaign: Campaign, work: Callable[[Campaign], None], answers: bool
) -> None:
    """It costs what any other costs, and the cap has to know."""
    campaign.x = Metered("x", targets=False)
    campaign.x.reading = None if answers else OutcomeUnknown("502")
    with suppress(TueroeffnerError, Trouble):
        work(campaign)
    with campaign.store.reading() as session:
        booked = read_at(session, campaign.id, "x")
    assert booked == pytest.approx(campaign.x.spent)
    assert booked >= A_LOOK
