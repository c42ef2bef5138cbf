"""What a stop covers goes out of sight and is proved to be; what none covers comes back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import col, select

from orchestrator.ending import until_of
from orchestrator.hiding import hide_at_once, is_needed
from orchestrator.hiding.sight import Sight
from orchestrator.hiding.wanted import amiss
from orchestrator.model import Attempt, Event, Post
from orchestrator.pause import pauses
from orchestrator.ports import NotAuthorised, NotSent, OutcomeUnknown, Rejected, Trouble, Unreadable
from orchestrator.publish import publish
from orchestrator.run import run_pass, watch_pass
from orchestrator.shift import Shift, Tally
from orchestrator.vocabulary import PostState, Scope
from tests.conftest import on_both
from tests.publishing.conftest import NOON, TARGETING, Campaign
from tests.stopping.sights import (
    EVERYTHING,
    at_once,
    campaign,
    go_on,
    hidden,
    live,
    remote,
    stop,
)

__all__ = ["campaign"]


@on_both
@pytest.mark.parametrize("scope", ["all", "network", "tandem"])
def test_what_is_covered_is_hidden_and_comes_back(campaign: Campaign, scope: str) -> None:
    """Proved by reading back, on record with its time, and only for what the stop covers."""
    mine, other = live(campaign), live(campaign)
    which = {
        "all": EVERYTHING,
        "network": (Scope.NETWORK, "facebook"),
        "tandem": (Scope.TANDEM, "tandem-1"),
    }[scope]
    covered = [mine] if scope == "tandem" else [other, mine]
    stop(campaign, which)
    assert at_once(campaign) == Sight(hidden=sorted(covered))
    assert hidden(campaign) == remote(campaign, *covered)
    assert {campaign.read(each).hidden_at for each in covered} == {NOON}
    assert campaign.read(other).hidden_at == (None if scope == "tandem" else NOON)
    go_on(campaign, which)
    assert at_once(campaign) == Sight(shown=sorted(covered))
    assert hidden(campaign) == set()
    assert not is_needed(campaign.shift())
    with campaign.store.reading() as session:
        told = select(Event.what).where(Event.subject == f"post {mine}").order_by(col(Event.id))
        events = session.exec(told).all()
    assert list(events) == ["hidden", "shown again"]


def test_a_plain_stop_hides_nothing_and_asks_nothing(campaign: Campaign) -> None:
    live(campaign)
    stop(campaign, hide=False)
    assert not is_needed(campaign.shift())
    run_pass(campaign.shift())
    assert campaign.facebook.orders == []


@on_both
def test_hiding_is_added_to_a_stop_and_taken_from_none(campaign: Campaign) -> None:
    """Pausing again with --hide upgrades; pausing again without it changes nothing."""
    live(campaign)
    stop(campaign, hide=False)
    for _time in range(2):
        stop(campaign)
        with campaign.store.reading() as session:
            [row] = pauses(session, campaign.id)
            assert row.hide
        stop(campaign, hide=False)
    with campaign.store.reading() as session:
        noted = session.exec(select(Event.detail).where(Event.what == "pause")).all()
    assert list(noted) == [{}, {"hide": True}]


@pytest.mark.parametrize("one_pass", [run_pass, watch_pass])
def test_every_pass_sees_to_it(campaign: Campaign, one_pass: Callable[[Shift], Tally]) -> None:
    """Also when the command died right after the stop; and shows again when it was lifted."""
    post_id = live(campaign)
    stop(campaign)
    assert one_pass(campaign.shift()).hidden == 1
    assert hidden(campaign) == remote(campaign, post_id)
    orders = len(campaign.facebook.orders)
    one_pass(campaign.shift())
    assert len(campaign.facebook.orders) == orders
    go_on(campaign)
    assert one_pass(campaign.shift()).shown_again == 1
    assert hidden(campaign) == set()


def test_two_stops_hide_until_both_are_lifted(campaign: Campaign) -> None:
    live(campaign)
    stop(campaign, EVERYTHING, (Scope.NETWORK, "facebook"))
    at_once(campaign)
    go_on(campaign)
    assert at_once(campaign) == Sight()
    assert len(hidden(campaign)) == 1
    go_on(campaign, (Scope.NETWORK, "facebook"))
    assert len(at_once(campaign).shown) == 1


def test_a_network_that_cannot_hide_is_named_and_not_asked(campaign: Campaign) -> None:
    """X: a person decides; no pass makes a noise about it."""
    post_id = live(campaign, "x")
    stop(campaign)
    assert at_once(campaign, tally := Tally()) == Sight(unable=[post_id])
    assert (tally.findings, campaign.x.calls) == ([], 0)
    assert run_pass(campaign.shift()).findings == []


@pytest.fixture
def unclear(campaign: Campaign) -> Callable[[bool], int]:
    """Send a post whose answer never comes; whether the network took it."""

    def make(taken: bool) -> int:
        campaign.facebook.script = [(taken, OutcomeUnknown("no answer"))]
        post_id = campaign.post(campaign.tandem())
        publish(campaign.shift(), Tally())
        assert campaign.read(post_id).state is PostState.UNKNOWN
        return post_id

    return make


class TestUnclear:
    """Nobody knows whether it is live: it is looked for, and named where it is not found."""

    @on_both
    def test_what_is_found_is_hidden(
        self, campaign: Campaign, unclear: Callable[[bool], int]
    ) -> None:
        post_id = unclear(True)
        stop(campaign)
        assert is_needed(campaign.shift())
        assert at_once(campaign) == Sight(hidden=[post_id])
        assert hidden(campaign) == remote(campaign, post_id)

    def test_what_is_not_found_is_named_and_hidden_when_it_shows_up(
        self, campaign: Campaign, unclear: Callable[[bool], int]
    ) -> None:
        post_id = unclear(False)
        stop(campaign)
        sight = at_once(campaign)
        why = "nobody knows yet whether it is live; it is looked for"
        assert sight == Sight(not_hidden={post_id: why})
        campaign.facebook.live.append(("late", campaign.read(post_id).text, TARGETING))
        campaign.clock.advance(timedelta(minutes=11))
        watch_pass(campaign.shift())
        assert hidden(campaign) == {"late"}

    @pytest.mark.parametrize("trouble", [NotAuthorised("The token was refused."), None])
    def test_what_cannot_be_looked_for_is_named_too(
        self, campaign: Campaign, unclear: Callable[[bool], int], trouble: Trouble | None
    ) -> None:
        """The token is refused, or the network is off."""
        post_id = unclear(True)
        stop(campaign)
        campaign.facebook.reading = trouble
        shift = campaign.shift()
        if trouble is None:
            object.__setattr__(shift, "networks", {})
        assert list(hide_at_once(shift, Tally()).not_hidden) == [post_id]

    def test_a_dead_worker_leaves_it_unclear(self, campaign: Campaign) -> None:
        """Its post is found, and hidden, at once."""
        post_id = live(campaign, state=PostState.SENDING, claimed_by="elsewhere")
        first_try(campaign, post_id)
        stop(campaign)
        with campaign.session() as session:
            session.get_one(Post, post_id).lease_until = NOON - timedelta(minutes=1)
        assert at_once(campaign) == Sight(hidden=[post_id])


def first_try(campaign: Campaign, post_id: int) -> None:
    """It was sent an hour ago, without an answer."""
    with campaign.session() as session:
        digest, at = session.get_one(Post, post_id).digest, NOON - timedelta(hours=1)
        session.add(Attempt(post_id=post_id, number=1, digest=digest, sent_at=at))


@on_both
def test_copies_go_out_of_sight_with_it(campaign: Campaign) -> None:
    """Sent twice for want of an answer: both copies are hidden, and come back."""
    post_id = live(campaign)
    first_try(campaign, post_id)
    campaign.facebook.live.append(("copy", campaign.read(post_id).text, TARGETING))
    stop(campaign)
    assert at_once(campaign) == Sight(hidden=[post_id])
    assert hidden(campaign) == {"copy", *remote(campaign, post_id)}
    go_on(campaign)
    assert at_once(campaign) == Sight(shown=[post_id])
    assert hidden(campaign) == set()


def test_a_copy_that_stays_in_sight_is_no_success(campaign: Campaign) -> None:
    """The post itself is hidden, the order for its copy is refused: not hidden, and tried again."""
    post_id = live(campaign)
    first_try(campaign, post_id)
    campaign.facebook.live.append(("copy", campaign.read(post_id).text, TARGETING))
    stop(campaign)
    campaign.facebook.hiding = [None, Rejected("Not this one.")]
    assert at_once(campaign) == Sight(not_hidden={post_id: "Not this one."})
    watch_pass(campaign.shift())
    assert len(hidden(campaign)) == 2


class TestTrouble:
    """What is not confirmed is said with its reason, and tried again after a while."""

    @pytest.mark.parametrize(
        ("trouble", "alarms"),
        [
            (Rejected("This post cannot be hidden."), True),
            (NotAuthorised("The token was refused."), True),
            (Unreadable("It refuses to be read."), True),
            (NotSent("The network cannot be reached."), False),
        ],
        ids=lambda each: type(each).__name__,
    )
    def test_it_is_said_and_tried_again(
        self, campaign: Campaign, trouble: Trouble, alarms: bool
    ) -> None:
        post_id = live(campaign, permalink="https://social.example/3")
        stop(campaign)
        campaign.facebook.hiding = [trouble]
        sight = at_once(campaign, tally := Tally())
        assert sight == Sight(not_hidden={post_id: trouble.why})
        assert tally.needs_person is alarms
        assert any("https://social.example/3" in each for each in tally.findings) is alarms
        assert campaign.read(post_id).hidden_at is None
        run_pass(campaign.shift())
        assert hidden(campaign) == remote(campaign, post_id)

    def test_the_next_try_of_a_scheduler_comes_after_a_while(self, campaign: Campaign) -> None:
        live(campaign)
        stop(campaign)
        campaign.facebook.hiding = [Rejected("Not now.")]
        shift = campaign.shift()
        for minutes, orders in [(0, 1), (1, 1), (13, 1), (2, 2)]:
            campaign.clock.advance(timedelta(minutes=minutes))
            watch_pass(shift)
            assert len(campaign.facebook.orders) == orders, minutes

    @pytest.mark.parametrize("done", [True, False])
    def test_an_answer_that_never_came_is_settled_by_looking(
        self, campaign: Campaign, done: bool
    ) -> None:
        post_id = live(campaign)
        stop(campaign)
        campaign.facebook.hiding = [(done, OutcomeUnknown("no answer"))]
        sight = at_once(campaign)
        assert sight == (
            Sight(hidden=[post_id]) if done else Sight(not_hidden={post_id: "no answer"})
        )
        assert (campaign.read(post_id).hidden_at is not None) is done

    def test_a_yes_is_not_believed_without_looking(self, campaign: Campaign) -> None:
        """The network says that it is done, and shows the post all the same."""
        post_id = live(campaign)
        stop(campaign)
        campaign.facebook.deaf_ears = True
        sight = at_once(campaign, tally := Tally())
        assert (list(sight.not_hidden), tally.needs_person) == ([post_id], True)
        assert campaign.read(post_id).hidden_at is None

    def test_a_post_that_went_away_is_no_trouble(self, campaign: Campaign) -> None:
        post_id = live(campaign)
        campaign.facebook.live.clear()
        stop(campaign)
        assert at_once(campaign, tally := Tally()) == Sight(gone=[post_id])
        assert (tally.findings, tally.needs_person) == ([], False)
        assert campaign.read(post_id).gone_at == NOON

    def test_a_network_that_is_off_hides_nothing(self, campaign: Campaign) -> None:
        post_id = live(campaign)
        stop(campaign)
        shift = campaign.shift()
        object.__setattr__(shift, "networks", {})
        assert list(hide_at_once(shift, Tally()).not_hidden) == [post_id]

    def test_two_answers_without_sense_end_the_visit(self, campaign: Campaign) -> None:
        """One silent network is not asked once for each of twenty posts; all are named."""
        posts = [live(campaign) for _number in range(20)]
        stop(campaign)
        campaign.facebook.dark = OutcomeUnknown("502")
        assert sorted(at_once(campaign).not_hidden) == posts
        assert len(campaign.facebook.orders) == 2


class TestMeanwhile:
    """What happens at the same moment is seen to by whoever is on the way."""

    def test_a_stop_that_is_lifted_while_we_hide(self, campaign: Campaign) -> None:
        """The same pass shows it again."""
        live(campaign)
        stop(campaign)
        campaign.facebook.hiding = [lambda _post: go_on(campaign)]
        tally = watch_pass(campaign.shift())
        assert (tally.hidden, tally.shown_again, hidden(campaign)) == (1, 1, set())

    def test_a_stop_that_comes_while_we_show(self, campaign: Campaign) -> None:
        """It trusts no earlier proof: the post is hidden once more, and on record as that."""
        post_id = live(campaign)
        stop(campaign)
        at_once(campaign)
        go_on(campaign)
        campaign.facebook.hiding = [lambda _post: stop(campaign)]
        watch_pass(campaign.shift())
        assert hidden(campaign) == remote(campaign, post_id)
        assert campaign.read(post_id).hidden_at is not None

    def test_what_is_in_flight_is_hidden_when_it_lands(self, campaign: Campaign) -> None:
        post_id = live(campaign, state=PostState.SENDING, claimed_by="elsewhere")
        stop(campaign)
        assert is_needed(campaign.shift())

        def lands() -> None:
            with campaign.session() as session:
                session.get_one(Post, post_id).state = PostState.PUBLISHED

        assert at_once(campaign, None, lambda: None, lands) == Sight(hidden=[post_id])

    @on_both
    @pytest.mark.parametrize("point", ["hiding", "hidden", "seen to"])
    @pytest.mark.parametrize("lifted", [False, True])
    def test_a_death_at_any_point_costs_a_repetition(
        self, campaign: Campaign, point: str, lifted: bool
    ) -> None:
        """Killed while hiding, and the stop lifted or not before anybody looks again."""
        post_id = live(campaign)
        stop(campaign)

        def die(at: str) -> None:
            if at == point:
                raise KeyboardInterrupt

        dying = campaign.shift()
        object.__setattr__(dying, "reached", die)
        with pytest.raises(KeyboardInterrupt):
            watch_pass(dying)
        if lifted:
            go_on(campaign)
        watch_pass(campaign.shift())
        assert hidden(campaign) == (set() if lifted else remote(campaign, post_id))
        with campaign.store.reading() as session:
            until = until_of(campaign.settings.campaign, NOON)
            assert amiss(session, campaign.id, until) == []


def test_of_a_network_that_is_off_it_is_known_whether_it_can_hide(campaign: Campaign) -> None:
    """Nobody is told to hide there themselves what X cannot hide, nor to wait for a pass."""
    post, tweet = live(campaign), live(campaign, "x")
    stop(campaign)
    sight = hide_at_once(replace(campaign.shift(), networks={}), Tally(), lambda _seconds: None)
    assert (list(sight.not_hidden), sight.unable) == ([post], [tweet])
