"""A campaign whose posts are live, on a network that can hide them, and who stops it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from orchestrator.hiding import hide_at_once
from orchestrator.hiding.sight import Sight
from orchestrator.pause import pause, resume
from orchestrator.shift import Tally
from orchestrator.vocabulary import Scope
from tests.fakes import HidingNetwork
from tests.publishing.conftest import NOON, TARGETING, Campaign

EVERYTHING = (Scope.ALL, "")


@pytest.fixture
def campaign(campaign: Campaign) -> Campaign:
    """Facebook hides posts, X does not."""
    campaign.facebook = HidingNetwork("facebook")
    return campaign


def live(campaign: Campaign, network: str = "facebook", **changes: object) -> int:
    """A post that the network shows."""
    post_id = campaign.published(network, **changes)
    post = campaign.read(post_id)
    where = campaign.facebook if network == "facebook" else campaign.x
    where.live.append((post.remote_id or "", post.text, TARGETING))
    return post_id


def stop(campaign: Campaign, *which: tuple[Scope, str], hide: bool = True) -> None:
    with campaign.session() as session:
        pause(session, campaign.id, which or [EVERYTHING], NOON, "tester", hide=hide)


def go_on(campaign: Campaign, *which: tuple[Scope, str]) -> None:
    with campaign.session() as session:
        resume(session, campaign.id, which or [EVERYTHING], NOON, "tester")


def at_once(
    campaign: Campaign, tally: Tally | None = None, *happens: Callable[[], object]
) -> Sight:
    """As the command does it, on a machine whose time passes only while it waits."""
    left = list(happens)

    def wait(seconds: float) -> None:
        campaign.machine.advance(timedelta(seconds=seconds))
        if left:
            left.pop(0)()

    return hide_at_once(campaign.shift(), tally or Tally(), wait)


def hidden(campaign: Campaign) -> set[str]:
    return campaign.facebook.hidden


def remote(campaign: Campaign, *posts: int) -> set[str | None]:
    return {campaign.read(each).remote_id for each in posts}
