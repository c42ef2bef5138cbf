"""An audience that the network did not keep is told on its post, and costs it what was agreed."""

from typing import Any

import pytest

from orchestrator.model import Audience
from orchestrator.run import run_pass
from orchestrator.shift import Tally
from orchestrator.vocabulary import PostState, Show
from tests.fakes import FakeNetwork
from tests.publishing.conftest import NETWORK_SETTINGS, NOON, Campaign

CITIES = [("Freiburg", "1"), ("Emmendingen", "2"), ("Lahr", "3"), ("Waldkirch", "4")]
ASKED = {"geo_locations": {"cities": [{"key": key} for _name, key in CITIES]}}


class Forgetful(FakeNetwork):
    """Stores another audience than it was given."""

    keeps: dict[str, Any] | None = None

    def stored(self, remote_id: str, mode: str) -> dict[str, Any] | None:
        return self.keeps


def passed(campaign: Campaign, keeps: Any, show: Show = Show.FULL, mode: str = "soft") -> Tally:
    """A pass with one post around Freiburg, of which the network keeps something else."""
    tandem_id = campaign.tandem(show=show)
    with campaign.session() as session:
        cities = [{"name": name, "key": key} for name, key in CITIES]
        session.add(
            Audience(
                tandem_id=tandem_id,
                network="facebook",
                radius_km=18,
                people=310_000,
                mode=mode,
                cities=cities,
                built_at=NOON,
            )
        )
    campaign.post(tandem_id, targeting=ASKED, mode=mode)
    campaign.facebook = Forgetful("facebook")
    campaign.facebook.keeps = keeps
    return run_pass(campaign.shift())


@pytest.mark.parametrize(
    ("keeps", "mode", "words"),
    [
        (
            None,
            "soft",
            "asked was first of all Emmendingen, Freiburg, Lahr and 1 place more, kept is nothing",
        ),
        (
            {"geo_locations": {"cities": [{"key": "1", "name": "Freiburg"}]}},
            "hard",
            "asked was only Emmendingen, Freiburg, Lahr and 1 place more, kept is Freiburg",
        ),
        (
            {"geo_locations": {"countries": ["DE", "AT"], "cities": [{"key": 9}]}},
            "soft",
            "kept is 3 places",
        ),
    ],
)
def test_the_finding_says_what_was_asked_and_what_is_kept(
    campaign: Campaign, keeps: Any, mode: str, words: str
) -> None:
    """In towns, on the post itself, with what can be done; the post stays, as configured."""
    tally = passed(campaign, keeps, mode=mode)
    (post_id,) = campaign.posts()
    post = campaign.read(post_id)
    assert (post.state, post.targeting_kept, tally.needs_person) == (
        PostState.PUBLISHED,
        False,
        True,
    )
    assert words in str(post.error)
    assert f"tueroeffner post takedown {post_id}" in str(post.error)
    assert any(words in finding for finding in tally.findings)
    assert len(run_pass(campaign.shift()).findings) == 0


def test_a_campaign_may_want_such_posts_down(campaign: Campaign, settings: Any) -> None:
    """`lost_targeting = "take-down"`: deleted, seen to be gone, and told."""
    wishes = NETWORK_SETTINGS["facebook"] | {"lost_targeting": "take-down"}
    campaign.settings = settings(facebook=wishes, x=dict(NETWORK_SETTINGS["x"]))
    tally = passed(campaign, None)
    post = campaign.read(campaign.posts()[0])
    assert (post.state, campaign.facebook.live) == (PostState.WITHDRAWN, [])
    assert "so it was taken down" in str(post.error)
    assert tally.needs_person


def test_where_only_the_region_may_be_named_no_town_is(campaign: Campaign) -> None:
    """A finding stands in logs and lists: it counts the places, and says no name."""
    tally = passed(campaign, None, show=Show.REGION, mode="hard")
    said = " ".join([*tally.findings, str(campaign.read(campaign.posts()[0]).error)])
    assert "asked was only 4 places" in said
    assert not [name for name, _key in CITIES if name in said]
