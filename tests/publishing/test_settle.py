"""An unclear send is settled by reading our own page, and by nothing else."""

from datetime import timedelta

import pytest

from orchestrator.copies import READS, late_looks
from orchestrator.leaving.decision import withdraw
from orchestrator.model import Account, Post
from orchestrator.pause import pause, resume
from orchestrator.ports import Draft, OutcomeUnknown, Rejected
from orchestrator.publish import publish
from orchestrator.run import run_pass
from orchestrator.settle import QUIET, TRIES
from orchestrator.shift import Tally
from orchestrator.vocabulary import PostState, Scope
from tests.conftest import on_both
from tests.fakes import HoldingNetwork
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


def given_up(campaign: Campaign, network: str = "facebook") -> int:
    """Lost three times, nowhere to be seen: rejected, and a person was told."""
    post_id = campaign.post(campaign.tandem(), network)
    getattr(campaign, network).script = [(False, OutcomeUnknown("reset"))] * TRIES
    run_pass(campaign.shift())
    for _look in range(TRIES * READS):
        later(campaign)
    assert campaign.read(post_id).state is PostState.REJECTED
    return post_id


def shows(campaign: Campaign, post_id: int, name: str = "facebook-9") -> None:
    """The network shows only now what it took."""
    campaign.facebook.live.append((name, campaign.read(post_id).text, None))


class TestLateLooks:
    """What counts as never sent is looked for again, three hours and a day later."""

    @on_both
    @pytest.mark.parametrize("hours", [3, 24])
    def test_what_was_given_up_and_shows_late_is_on_record(
        self, campaign: Campaign, hours: int
    ) -> None:
        """As live, with the link to a person; nothing is sent."""
        post_id = given_up(campaign)
        campaign.clock.advance(timedelta(hours=hours))
        shows(campaign, post_id)
        tally = run_pass(campaign.shift())
        post = campaign.read(post_id)
        assert (post.state, post.remote_id) == (PostState.PUBLISHED, "facebook-9")
        assert tally.needs_person
        assert any("https://social.example/facebook-9" in each for each in tally.findings)
        assert len(campaign.facebook.live) == 1
        assert not run_pass(campaign.shift()).needs_person  # told once

    @on_both
    @pytest.mark.parametrize("hours", [3, 24])
    def test_of_whoever_withdrew_it_comes_down(self, campaign: Campaign, hours: int) -> None:
        """Unclear, withdrawn, called off after three looks: it is not forgotten."""
        post_id = unclear(campaign, live=False)
        with campaign.session() as session:
            tandem_id = session.get_one(Post, post_id).tandem_id
            withdraw(session, tandem_id, campaign.clock.now(), "heike")
        for _look in range(READS):
            later(campaign)
        assert campaign.read(post_id).state is PostState.CANCELLED
        campaign.clock.advance(timedelta(hours=hours))
        shows(campaign, post_id)
        run_pass(campaign.shift())
        assert (campaign.facebook.live, campaign.read(post_id).state) == ([], PostState.WITHDRAWN)

    def test_two_looks_and_no_more(self, campaign: Campaign) -> None:
        """One read each, however many tries were lost; each costs money at X."""
        given_up(campaign, "x")
        reads = []
        after = campaign.clock.now()
        for hours in (1, 2.9, 3, 4, 23.9, 24, 48):
            campaign.clock.at = after + timedelta(hours=hours)
            before = campaign.x.calls
            run_pass(campaign.shift())
            reads.append(campaign.x.calls - before)
        assert reads == [0, 0, 1, 0, 0, 1, 0]

    def test_a_machine_that_slept_a_day_looks_once(self, campaign: Campaign) -> None:
        """A look after a day is the last one, whether or not there was one before."""
        post_id = given_up(campaign)
        campaign.clock.advance(timedelta(hours=30))
        run_pass(campaign.shift())
        with campaign.store.reading() as session:
            assert session.exec(late_looks()).all() == []
        assert campaign.read(post_id).state is PostState.REJECTED

    def test_without_money_nobody_looks(self, campaign: Campaign) -> None:
        """It stays to be looked for; a person is told which cap is reached."""
        given_up(campaign, "x")
        campaign.clock.advance(timedelta(hours=3))
        campaign.settings.networks["x"].__dict__["cap"] = 0.0
        before = campaign.x.calls
        tally = run_pass(campaign.shift())
        assert (campaign.x.calls, tally.needs_person) == (before, True)
        assert "[x] cap" in " ".join(tally.findings)
        with campaign.store.reading() as session:
            assert len(session.exec(late_looks()).all()) == TRIES

    def test_another_page_is_not_searched(self, campaign: Campaign) -> None:
        """Nothing there proves nothing: a person is told what ends it."""
        given_up(campaign)
        campaign.clock.advance(timedelta(hours=3))
        with campaign.session() as session:
            session.get_one(Account, campaign.accounts["facebook"]).remote_id = "77"
        before = campaign.facebook.calls
        tally = run_pass(campaign.shift())
        assert campaign.facebook.calls == before
        assert "--gone" in " ".join(tally.findings)

    def test_a_post_with_the_same_words_is_not_mistaken(self, campaign: Campaign) -> None:
        """As long as nobody knows which one it is, the one that was given up does not take it."""
        lost = given_up(campaign)
        campaign.clock.advance(timedelta(hours=3))
        words = campaign.read(lost).text
        twin = campaign.post(campaign.tandem("second"), text=words)
        campaign.facebook.script = [(True, OutcomeUnknown("reset"))]
        publish(campaign.shift(), Tally())
        run_pass(campaign.shift())
        assert campaign.read(lost).state is PostState.REJECTED
        later(campaign)
        later(campaign)
        assert campaign.read(lost).state is PostState.REJECTED
        assert campaign.read(twin).state is PostState.PUBLISHED
        assert len(campaign.facebook.live) == 1

    @pytest.mark.parametrize("state", [PostState.REJECTED, PostState.WITHDRAWN])
    def test_a_draft_that_shows_late_is_never_shown(
        self, campaign: Campaign, state: PostState
    ) -> None:
        """Nobody has seen it: it is deleted there, and the post stays over."""
        campaign.facebook = HoldingNetwork("facebook")
        post_id = given_up(campaign)
        with campaign.session() as session:
            session.get_one(Post, post_id).state = state
        text = campaign.read(post_id).text
        campaign.facebook.kept["facebook-9"] = Draft(text, "", "soft", None)
        campaign.clock.advance(timedelta(hours=3))
        for _pass in range(2):
            run_pass(campaign.shift())
        assert (campaign.facebook.kept, campaign.facebook.live) == ({}, [])
        assert campaign.read(post_id).state is state

    def test_what_waits_to_be_sent_again_is_not_sent_twice(self, campaign: Campaign) -> None:
        """The second try waits for a stop to end; meanwhile the first one shows."""
        post_id = unclear(campaign, live=False)
        with campaign.session() as session:
            pause(session, campaign.id, [(Scope.ALL, "")], campaign.clock.now(), "heike")
        for _look in range(READS):
            later(campaign)
        assert campaign.read(post_id).state is PostState.PLANNED
        campaign.clock.advance(timedelta(hours=3))
        shows(campaign, post_id)
        run_pass(campaign.shift())
        with campaign.session() as session:
            resume(session, campaign.id, [(Scope.ALL, "")], campaign.clock.now(), "heike")
        run_pass(campaign.shift())
        assert campaign.read(post_id).state is PostState.PUBLISHED
        assert len(campaign.facebook.live) == 1
