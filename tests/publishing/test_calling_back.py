"""What was stopped comes back from the networks at once, also what is just being handed over."""

import socket
from collections.abc import Callable
from datetime import timedelta

import pytest

from orchestrator.approve import take_back
from orchestrator.decide.case import Case
from orchestrator.decide.recall import Recall, call_back, is_needed
from orchestrator.model import Post
from orchestrator.outcome import adopt
from orchestrator.pause import pause
from orchestrator.ports import Draft, OutcomeUnknown, Receipt
from orchestrator.publish import hand_over
from orchestrator.run import run_pass
from orchestrator.shift import Tally
from orchestrator.vocabulary import PostState, Scope
from tests.conftest import on_both
from tests.fakes import HoldingNetwork
from tests.publishing.conftest import NOON, Campaign

TOMORROW = NOON + timedelta(days=1)


@pytest.fixture
def campaign(campaign: Campaign) -> Campaign:
    """Facebook holds posts."""
    campaign.facebook = HoldingNetwork("facebook")
    return campaign


def held(campaign: Campaign, *slugs: str) -> list[int]:
    """Posts for tomorrow noon that Facebook holds, one a tandem."""
    posts = [campaign.post(campaign.tandem(slug), due_at=TOMORROW) for slug in slugs]
    hand_over(campaign.shift(), Tally())
    assert {campaign.read(each).state for each in posts} == {PostState.SCHEDULED}
    return posts


def stop(campaign: Campaign, scope: Scope = Scope.ALL, name: str = "") -> None:
    with campaign.session() as session:
        pause(session, campaign.id, [(scope, name)], NOON, "tester")


def bring_back(campaign: Campaign, tally: Tally | None = None) -> Recall:
    """With a machine whose time passes only while it waits."""
    return call_back(campaign.shift(), tally or Tally(), waiting(campaign))


def waiting(campaign: Campaign, *happens: Callable[[], object]) -> Callable[[float], object]:
    """A wait that costs no time here; at each turn the next thing happens."""
    left = list(happens)

    def wait(seconds: float) -> None:
        campaign.machine.advance(timedelta(seconds=seconds))
        if left:
            left.pop(0)()

    return wait


def numbers(cases: list[Case]) -> list[int]:
    return [case.post.id for case in cases]


def test_nothing_is_asked_of_a_network_that_holds_nothing(campaign: Campaign) -> None:
    """A stop before anything was handed over costs no call, and no time."""
    campaign.post(campaign.tandem(), due_at=TOMORROW)
    stop(campaign)
    assert not is_needed(campaign.shift())
    assert bring_back(campaign) == Recall()
    assert campaign.facebook.calls == 0


@on_both
def test_all_of_it_comes_back_and_only_of_whom_is_stopped(campaign: Campaign) -> None:
    """One tandem is stopped: the other's post stays where it is."""
    stopped, other = held(campaign, "amira-und-jonas", "saida-und-uwe")
    stop(campaign, Scope.TANDEM, "amira-und-jonas")
    recall = bring_back(campaign)
    assert numbers(recall.back) == [stopped]
    assert campaign.read(stopped).state is PostState.PLANNED
    assert campaign.read(other).state is PostState.SCHEDULED
    assert list(campaign.facebook.kept) == [campaign.read(other).remote_id]
    assert not is_needed(campaign.shift())


def test_what_is_not_confirmed_is_named_and_left_to_the_passes(campaign: Campaign) -> None:
    """The network does not answer: the stop is in force, the post counts as held."""
    [post_id] = held(campaign, "amira-und-jonas")
    stop(campaign)
    campaign.facebook.reading = OutcomeUnknown("502")
    recall = bring_back(campaign, tally := Tally())
    assert [(case.slug, case.post.handed_for) for case in recall.left] == [
        ("amira-und-jonas", TOMORROW)
    ]
    assert any("502" in each for each in tally.findings)
    campaign.facebook.reading = None
    run_pass(campaign.shift())
    assert campaign.read(post_id).state is PostState.PLANNED


def test_a_network_that_is_off_confirms_nothing(campaign: Campaign) -> None:
    """Its credentials were taken out: said, not hidden."""
    [post_id] = held(campaign, "amira-und-jonas")
    stop(campaign)
    shift = campaign.shift()
    object.__setattr__(shift, "networks", {})
    assert numbers(call_back(shift, Tally(), waiting(campaign)).left) == [post_id]


def test_a_network_that_was_quicker_is_told(campaign: Campaign) -> None:
    """It went live a moment before: on record, and somebody looks."""
    [post_id] = held(campaign, "amira-und-jonas")
    stop(campaign)
    campaign.facebook.turn(TOMORROW)
    recall = bring_back(campaign, tally := Tally())
    assert (numbers(recall.out), recall.back, recall.left) == ([post_id], [], [])
    assert tally.needs_person


def test_changed_words_and_moved_times_reach_the_network(campaign: Campaign) -> None:
    """One lost its approval, one got another time; they come back, and move."""
    changed, moved = held(campaign, "amira-und-jonas", "saida-und-uwe")
    with campaign.session() as session:
        take_back(session, session.get_one(Post, changed).tandem_id)
        session.get_one(Post, moved).due_at = TOMORROW + timedelta(hours=3)
    recall = bring_back(campaign)
    assert (numbers(recall.back), numbers(recall.moved)) == ([changed], [moved])
    assert [draft.at for draft in campaign.facebook.kept.values()] == [
        TOMORROW + timedelta(hours=3)
    ]


class TestInFlight:
    """A hand-over whose answer is still to come when the stop is given."""

    def sending(self, campaign: Campaign, worker: str = "elsewhere") -> int:
        post_id = campaign.post(campaign.tandem(), due_at=TOMORROW)
        with campaign.session() as session:
            post = session.get_one(Post, post_id)
            post.state, post.claimed_by, post.fence = PostState.SENDING, worker, 1
        return post_id

    def lands(self, campaign: Campaign, post_id: int) -> Callable[[], None]:
        """The answer comes: the network holds it now."""

        def landing() -> None:
            draft = Draft(campaign.read(post_id).text, at=TOMORROW)
            receipt = campaign.facebook.publish(draft)
            with campaign.session() as session:
                post = session.get_one(Post, post_id)
                adopt(post, receipt, campaign.shift(), post.digest)

        return landing

    @on_both
    def test_it_is_waited_for_and_comes_back(self, campaign: Campaign) -> None:
        """Else it would go out tomorrow although everything is stopped."""
        post_id = self.sending(campaign)
        stop(campaign)
        assert is_needed(campaign.shift())
        wait = waiting(campaign, lambda: None, self.lands(campaign, post_id))
        recall = call_back(campaign.shift(), Tally(), wait)
        assert numbers(recall.back) == [post_id]
        assert campaign.facebook.kept == {}

    def test_it_is_not_waited_for_without_end(self, campaign: Campaign) -> None:
        """Thirty seconds: a send that lasts longer is taken care of by the passes."""
        self.sending(campaign)
        stop(campaign)
        assert bring_back(campaign) == Recall()
        waited = campaign.machine.now() - NOON
        assert timedelta(seconds=30) <= waited < timedelta(seconds=31)

    @pytest.mark.parametrize("why", ["dead", "wanted", "direct"])
    def test_others_are_not_waited_for(self, campaign: Campaign, why: str) -> None:
        """A worker that died, a post that may go out, a send at its time: too late, or no need."""
        dead = f"999999999@0@{socket.gethostname()}"
        post_id = self.sending(campaign, dead if why == "dead" else "elsewhere")
        if why != "wanted":
            stop(campaign)
        if why == "direct":
            with campaign.session() as session:
                session.get_one(Post, post_id).due_at = NOON - timedelta(minutes=1)
        bring_back(campaign)
        assert campaign.machine.now() == NOON


class TestWithoutAnAnswer:
    """A hand-over of which nobody knows whether the network has it, when the stop is given."""

    def lost(self, campaign: Campaign, *, arrived: bool = True, dead: bool = False) -> int:
        """Twenty minutes before its time; its worker is still counting, or died."""
        post_id = campaign.post(campaign.tandem(), due_at=NOON + timedelta(minutes=20))
        campaign.facebook.script = [(arrived, OutcomeUnknown("no answer"))]
        hand_over(campaign.shift(), Tally())
        assert campaign.read(post_id).state is PostState.UNKNOWN
        if dead:
            with campaign.session() as session:
                post = session.get_one(Post, post_id)
                post.state, post.lease_until = PostState.SENDING, NOON + timedelta(minutes=5)
                post.claimed_by = f"999999999@0@{socket.gethostname()}"
        return post_id

    @pytest.mark.parametrize("dead", [False, True])
    def test_it_is_looked_for_at_once_and_comes_back(self, campaign: Campaign, dead: bool) -> None:
        """The network has it: else it would go out although everything is stopped."""
        post_id = self.lost(campaign, dead=dead)
        stop(campaign)
        assert is_needed(campaign.shift())
        assert numbers(bring_back(campaign).back) == [post_id]
        assert campaign.read(post_id).state is PostState.PLANNED
        assert campaign.facebook.kept == {}

    @pytest.mark.parametrize("why", ["not there yet", "unreadable", "off"])
    def test_while_it_is_not_found_it_is_named(self, campaign: Campaign, why: str) -> None:
        """The platform may be slow, or silent: what it does not show it may still publish."""
        post_id = self.lost(campaign, arrived=why != "not there yet")
        stop(campaign)
        shift = campaign.shift()
        if why == "unreadable":
            campaign.facebook.reading = OutcomeUnknown("502")
        elif why == "off":
            object.__setattr__(shift, "networks", {})
        recall = call_back(shift, Tally(), waiting(campaign))
        assert (numbers(recall.left), recall.back) == ([post_id], [])
        assert is_needed(campaign.shift())

    def test_what_may_go_out_is_left_to_the_passes(self, campaign: Campaign) -> None:
        """No stop concerns it: nobody is kept waiting for it."""
        self.lost(campaign)
        assert not is_needed(campaign.shift())
        assert bring_back(campaign) == Recall()

    def test_a_hand_over_that_fails_while_we_wait_is_looked_for_as_well(
        self, campaign: Campaign
    ) -> None:
        """In flight when the stop came, then no answer, though the network has it."""
        post_id = self.lost(campaign)
        with campaign.session() as session:
            post = session.get_one(Post, post_id)
            post.state, post.claimed_by = PostState.SENDING, "elsewhere"
        stop(campaign)

        def fails() -> None:
            with campaign.session() as session:
                session.get_one(Post, post_id).state = PostState.UNKNOWN

        recall = call_back(campaign.shift(), Tally(), waiting(campaign, fails))
        assert numbers(recall.back) == [post_id]


def test_a_slow_network_does_not_keep_a_person_waiting_for_ever(campaign: Campaign) -> None:
    """Each look takes half a minute: after two minutes the rest is left to the passes."""
    posts = held(campaign, *(f"tandem-{number}" for number in range(8)))
    stop(campaign)

    class Slow(HoldingNetwork):
        def look(self, remote_id: str) -> Receipt | None:
            campaign.machine.advance(timedelta(seconds=30))
            return super().look(remote_id)

    slow = Slow("facebook")
    slow.kept = campaign.facebook.kept
    campaign.facebook = slow
    recall = bring_back(campaign)
    assert (numbers(recall.back), numbers(recall.left)) == (posts[:2], posts[2:])
