"""An unclear send is settled by reading our own page, and by nothing else."""

from datetime import timedelta

from orchestrator.ports import OutcomeUnknown, Rejected
from orchestrator.run import run_pass
from orchestrator.settle import QUIET
from orchestrator.vocabulary import PostState
from tests.conftest import on_both
from tests.publishing.conftest import Campaign


def later(campaign: Campaign) -> None:
    campaign.clock.advance(QUIET)
    run_pass(campaign.shift())


def unclear(campaign: Campaign, *, live: bool) -> int:
    post_id = campaign.post(campaign.tandem())
    campaign.facebook.script = [(live, OutcomeUnknown("reset"))]
    run_pass(campaign.shift())
    return post_id


@on_both
def test_a_hit_is_adopted(campaign: Campaign) -> None:
    """The answer was lost, the post is live: its id is taken, nothing is sent."""
    post_id = unclear(campaign, live=True)
    later(campaign)
    assert (campaign.read(post_id).state, campaign.read(post_id).remote_id) == (
        PostState.PUBLISHED,
        "facebook-1",
    )
    assert len(campaign.facebook.live) == 1


@on_both
def test_three_spread_reads_without_a_hit_send_the_same_bytes_again(campaign: Campaign) -> None:
    """Two misses prove nothing; the third lets the post go out, exactly once."""
    post_id = unclear(campaign, live=False)
    later(campaign)
    later(campaign)
    assert campaign.read(post_id).state is PostState.UNKNOWN
    later(campaign)
    assert campaign.read(post_id).state is PostState.PUBLISHED
    assert [text for _id, text, _mode in campaign.facebook.live] == [campaign.read(post_id).text]


def test_a_read_that_fails_proves_nothing(campaign: Campaign) -> None:
    """However often we cannot see, the post is not sent again."""
    post_id = unclear(campaign, live=False)
    campaign.facebook.reading = OutcomeUnknown("502")
    for _read in range(5):
        later(campaign)
    assert campaign.read(post_id).state is PostState.UNKNOWN
    assert campaign.facebook.live == []


def test_reads_are_spread_over_time(campaign: Campaign) -> None:
    """A pass a second later is no second read."""
    post_id = unclear(campaign, live=False)
    later(campaign)
    for _pass in range(5):
        campaign.clock.advance(timedelta(seconds=1))
        run_pass(campaign.shift())
    assert campaign.read(post_id).state is PostState.UNKNOWN


def test_two_hits_are_an_alarm_with_links(campaign: Campaign) -> None:
    """One is adopted; a person is told where the other is."""
    post_id = unclear(campaign, live=True)
    campaign.facebook.live.append(("facebook-2", campaign.read(post_id).text, None))
    later(campaign)
    assert campaign.read(post_id).state is PostState.PUBLISHED
    assert "facebook-2" in (campaign.read(post_id).error or "")


def test_the_duplicate_refusal_after_a_try_of_ours_is_proof_of_life(campaign: Campaign) -> None:
    """Never a refusal: it is looked up and adopted."""
    post_id = unclear(campaign, live=False)
    text = campaign.read(post_id).text

    def appears(_draft: object) -> Exception:
        campaign.facebook.live.append(("facebook-9", text, None))
        return Rejected("Duplicate status message", duplicate=True)

    campaign.facebook.script = [appears]
    for _read in range(3):
        later(campaign)
    assert campaign.read(post_id).state is PostState.UNKNOWN
    later(campaign)
    assert campaign.read(post_id).remote_id == "facebook-9"


def test_a_duplicate_refusal_at_the_first_try_is_a_refusal(campaign: Campaign) -> None:
    """Somebody posted the same words by hand: a person decides."""
    post_id = campaign.post(campaign.tandem())
    campaign.facebook.script = [Rejected("Duplicate status message", duplicate=True)]
    run_pass(campaign.shift())
    assert campaign.read(post_id).state is PostState.REJECTED


def test_a_post_that_is_never_found_goes_to_a_person_in_the_end(campaign: Campaign) -> None:
    """A text that the network has, but not for us to see, is not tried for ever."""
    post_id = unclear(campaign, live=False)
    campaign.facebook.script = [Rejected("Duplicate", duplicate=True)] * 9
    for _read in range(20):
        later(campaign)
    assert campaign.read(post_id).state is PostState.REJECTED
    assert campaign.facebook.live == []
    assert len(campaign.facebook.script) == 7


def test_a_double_that_shows_hours_later_is_told(campaign: Campaign) -> None:
    """Three looks were not enough for a very slow platform: both links reach a person."""
    post_id = unclear(campaign, live=True)
    first = campaign.facebook.live.copy()
    campaign.facebook.live.clear()
    for _look in range(3):
        later(campaign)
    assert campaign.read(post_id).state is PostState.PUBLISHED
    campaign.facebook.live += [("facebook-9", *first[0][1:])]
    campaign.clock.advance(timedelta(hours=3))
    tally = run_pass(campaign.shift())
    assert tally.needs_person
    assert "facebook-9" in (campaign.read(post_id).error or "")
    assert not run_pass(campaign.shift()).needs_person  # told once
