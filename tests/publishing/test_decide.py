"""What a person decides about a post is proved at the network, and never sends anything itself."""

from datetime import timedelta

import pytest
from sqlmodel import select

from orchestrator.attempts import QUIET
from orchestrator.copies import late_looks
from orchestrator.decide.case import Case, case_of
from orchestrator.decide.gone import may_be_gone, say_gone
from orchestrator.decide.lost import perhaps_there, was_nowhere
from orchestrator.decide.outlook import outlook
from orchestrator.decide.retry import is_stopped, may_be_there, retry
from orchestrator.decide.retry import refuse as refuse_retry
from orchestrator.decide.takedown import nothing_there, take_down
from orchestrator.decide.takedown import refuse as refuse_takedown
from orchestrator.decide.unclear import is_live, look, not_live
from orchestrator.errors import PartlyDone, PersonNeeded, UsageProblem
from orchestrator.model import Account, Consent, Event, Post, Tandem
from orchestrator.pause import pause
from orchestrator.ports import (
    Draft,
    NotAuthorised,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Trouble,
    Unreadable,
)
from orchestrator.publish import hand_over, publish
from orchestrator.run import run_pass
from orchestrator.shift import Shift, Tally
from orchestrator.verify import verify
from orchestrator.vocabulary import Outcome, PostState, Scope, Show
from tests.conftest import on_both
from tests.fakes import HoldingNetwork
from tests.publishing.conftest import NOON, Campaign

TOMORROW = NOON + timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def campaign(campaign: Campaign) -> Campaign:
    """Facebook holds posts."""
    campaign.facebook = HoldingNetwork("facebook")
    return campaign


def case(campaign: Campaign, post_id: int) -> Case:
    return case_of(campaign.store, campaign.id, post_id)


def lost(campaign: Campaign, *, lives: bool, network: str = "facebook") -> int:
    """A post that was sent, and whose answer was lost."""
    post_id = campaign.post(campaign.tandem(), network)
    fake = getattr(campaign, network)
    fake.script = [(lives, OutcomeUnknown("the connection was reset"))]
    publish(campaign.shift(), Tally())
    assert campaign.read(post_id).state is PostState.UNKNOWN
    return post_id


def held(campaign: Campaign) -> int:
    """A post for tomorrow noon that Facebook holds."""
    post_id = campaign.post(campaign.tandem(), due_at=TOMORROW)
    hand_over(campaign.shift(), Tally())
    assert campaign.read(post_id).state is PostState.SCHEDULED
    return post_id


def live(campaign: Campaign) -> int:
    """A post that went out just now."""
    post_id = campaign.post(campaign.tandem())
    publish(campaign.shift(), Tally())
    assert campaign.read(post_id).state is PostState.PUBLISHED
    return post_id


def sent(campaign: Campaign) -> int:
    """How often anything was sent to a network."""
    return len(campaign.facebook.drafts) + len(campaign.x.drafts)


def events(campaign: Campaign, post_id: int) -> list[tuple[str, str]]:
    with campaign.store.reading() as session:
        rows = session.exec(select(Event).where(Event.subject == f"post {post_id}")).all()
    return [(each.what, each.actor) for each in rows]


class TestSettling:
    """``post settle``: look now, or hear what a person saw."""

    @pytest.mark.parametrize(
        ("network", "after"), [("facebook", timedelta(minutes=1)), ("x", QUIET), ("facebook", HOUR)]
    )
    def test_a_hit_is_adopted_at_any_time(
        self, campaign: Campaign, network: str, after: timedelta
    ) -> None:
        """Also within the quiet period: what can be read is there."""
        post_id = lost(campaign, lives=True, network=network)
        campaign.clock.advance(after)
        settled = look(campaign.shift(), Tally(), case(campaign, post_id))
        assert settled.post.state is PostState.PUBLISHED
        assert settled.post.remote_id == f"{network}-1"
        assert settled.tries[-1].outcome is Outcome.DONE
        assert sent(campaign) == 1
        assert ("settle published", "tester") in events(campaign, post_id)

    def test_a_miss_within_the_quiet_period_does_not_count(self, campaign: Campaign) -> None:
        """Nor does a second one right after the first: looks are spread over time."""
        post_id = lost(campaign, lives=False)
        counted = []
        for minutes in (1, 5, 10, 11, 12, 21):
            campaign.clock.at = NOON + timedelta(minutes=minutes)
            settled = look(campaign.shift(), Tally(), case(campaign, post_id))
            counted.append(settled.tries[-1].reads)
        assert counted == [0, 0, 1, 1, 1, 2]
        assert settled.post.state is PostState.UNKNOWN

    @on_both
    def test_the_third_miss_plans_it_again_but_sends_nothing(self, campaign: Campaign) -> None:
        """By the policy ``auto``; the next pass sends the same words."""
        post_id = lost(campaign, lives=False)
        for _look in range(3):
            campaign.clock.advance(QUIET)
            settled = look(campaign.shift(), Tally(), case(campaign, post_id))
        assert (settled.post.state, sent(campaign)) == (PostState.PLANNED, 0)
        run_pass(campaign.shift())
        assert [text for _id, text, _to in campaign.facebook.live] == [settled.post.text]

    def test_under_ask_it_stays_until_somebody_says(self, campaign: Campaign) -> None:
        """However often it is looked for, nothing is sent; the outlook names both answers."""
        campaign.settings.campaign.__dict__["settle"] = "ask"
        post_id = lost(campaign, lives=False)
        assert "a person decides" in (outlook(case(campaign, post_id), campaign.settings) or "")
        for _look in range(5):
            campaign.clock.advance(QUIET)
            settled = look(campaign.shift(), tally := Tally(), case(campaign, post_id))
        assert settled.post.state is PostState.UNKNOWN
        said = outlook(settled, campaign.settings) or ""
        assert "3 of 3" in said
        assert "--not-live" in said
        assert not tally.needs_person  # said with the third look, not with every one
        assert sent(campaign) == 0

    @pytest.mark.parametrize("trouble", [OutcomeUnknown("502"), NotAuthorised("token")])
    def test_a_look_that_fails_changes_nothing(self, campaign: Campaign, trouble: Trouble) -> None:
        """ "Cannot see" is never "is not there", whoever looks."""
        post_id = lost(campaign, lives=False)
        campaign.clock.advance(HOUR)
        campaign.facebook.reading = trouble
        for decide in (look, not_live):
            with pytest.raises(type(trouble)):
                decide(campaign.shift(), Tally(), case(campaign, post_id))
        left = case(campaign, post_id)
        assert (left.post.state, left.tries[-1].reads) == (PostState.UNKNOWN, 0)

    def test_two_hits_are_an_alarm_with_both_addresses(self, campaign: Campaign) -> None:
        """Exactly as when a pass finds them."""
        post_id = lost(campaign, lives=True)
        [(_id, text, targeting)] = campaign.facebook.live
        campaign.facebook.live.append(("facebook-2", text, targeting))
        look(campaign.shift(), tally := Tally(), case(campaign, post_id))
        assert tally.needs_person
        assert all(f"facebook-{number}" in tally.findings[0] for number in (1, 2))

    @on_both
    def test_not_live_plans_it_again_with_the_same_words(self, campaign: Campaign) -> None:
        """Even long after its time; settling sends nothing, the next pass sends it once."""
        post_id = lost(campaign, lives=False)
        campaign.clock.advance(timedelta(days=4))
        settled = not_live(campaign.shift(), Tally(), case(campaign, post_id))
        assert (settled.post.state, settled.post.held_at) == (PostState.PLANNED, campaign.clock.at)
        assert settled.tries[-1].outcome is Outcome.NOT_SENT
        assert sent(campaign) == 0
        assert ("settled as not live", "tester") in events(campaign, post_id)
        run_pass(campaign.shift())
        assert [text for _id, text, _to in campaign.facebook.live] == [settled.post.text]

    def test_not_live_is_not_believed_too_early(self, campaign: Campaign) -> None:
        """Within the quiet period the platform may only not show it yet; from then on it counts."""
        post_id = lost(campaign, lives=False)
        campaign.clock.advance(QUIET - timedelta(seconds=1))
        with pytest.raises(UsageProblem, match="may not show yet"):
            not_live(campaign.shift(), Tally(), case(campaign, post_id))
        assert campaign.read(post_id).state is PostState.UNKNOWN
        campaign.clock.advance(timedelta(seconds=1))
        settled = not_live(campaign.shift(), Tally(), case(campaign, post_id))
        assert settled.post.state is PostState.PLANNED

    def test_not_live_is_refused_where_a_look_finds_it(self, campaign: Campaign) -> None:
        """The person overlooked it: it is on record then, and never sent again."""
        post_id = lost(campaign, lives=True)
        campaign.clock.advance(HOUR)
        with pytest.raises(UsageProblem, match=r"social\.example/facebook-1"):
            not_live(campaign.shift(), Tally(), case(campaign, post_id))
        assert campaign.read(post_id).state is PostState.PUBLISHED
        run_pass(campaign.shift())
        assert len(campaign.facebook.live) == 1

    def test_not_live_without_an_approval_goes_nowhere(self, campaign: Campaign) -> None:
        """The tandem changed meanwhile: the old words are called off."""
        post_id = lost(campaign, lives=False)
        with campaign.session() as session:
            session.get_one(Post, post_id).approved_digest = None
        campaign.clock.advance(HOUR)
        settled = not_live(campaign.shift(), Tally(), case(campaign, post_id))
        assert settled.post.state is PostState.CANCELLED

    @pytest.mark.parametrize(
        "said",
        ["facebook-1", "https://social.example/facebook-1", " https://social.example/facebook-1/ "],
    )
    def test_a_person_names_the_post(self, campaign: Campaign, said: str) -> None:
        """By number or by address; it must exist and say these words."""
        post_id = lost(campaign, lives=True)
        settled = is_live(campaign.shift(), Tally(), case(campaign, post_id), said)
        assert settled.post.state is PostState.PUBLISHED
        assert settled.post.permalink == "https://social.example/facebook-1"

    def test_what_is_not_ours_is_not_adopted(self, campaign: Campaign) -> None:
        """Another page's address, no address at all, nothing: one sentence, nothing written."""
        post_id = lost(campaign, lives=True)
        for said in (
            "",
            "   ",
            "facebook-2",
            "https://social.example/77/posts/1",
            "https://[not-an-address/1",
            "../../me/accounts",
            "https://social.example/" + "9" * 5000,
            "x' OR 1=1 --",
        ):
            with pytest.raises(UsageProblem, match="no post of our own"):
                is_live(campaign.shift(), Tally(), case(campaign, post_id), said)
            assert campaign.read(post_id).state is PostState.UNKNOWN, said

    @pytest.mark.parametrize("said", ["hallo", "ja, ist da", "#Türöffner"])
    def test_a_word_is_neither_address_nor_number(self, campaign: Campaign, said: str) -> None:
        """No network is asked for it; the sentence repeats it."""
        post_id = lost(campaign, lives=True)
        with pytest.raises(UsageProblem, match=f"“{said}” is no address and no number"):
            is_live(campaign.shift(), Tally(), case(campaign, post_id), said)
        assert campaign.facebook.looked == []

    def test_another_text_is_not_adopted(self, campaign: Campaign) -> None:
        """The address is ours, but it is another appeal."""
        other = live(campaign)
        campaign.facebook.script = [(False, OutcomeUnknown("reset"))]
        post_id = campaign.post(campaign.tandem("second"))
        publish(campaign.shift(), Tally())
        with pytest.raises(UsageProblem, match="other words"):
            is_live(
                campaign.shift(),
                Tally(),
                case(campaign, post_id),
                campaign.read(other).permalink or "",
            )
        assert campaign.read(post_id).state is PostState.UNKNOWN

    def test_the_same_words_of_another_post_are_not_adopted(self, campaign: Campaign) -> None:
        """Two slots may say the same: what one of them is known to be is not the other."""
        other = live(campaign)
        campaign.facebook.script = [(False, OutcomeUnknown("reset"))]
        words = campaign.read(other).text
        post_id = campaign.post(campaign.tandem("second"), text=words)
        publish(campaign.shift(), Tally())
        with pytest.raises(UsageProblem, match="another post"):
            is_live(campaign.shift(), Tally(), case(campaign, post_id), "facebook-1")
        look(campaign.shift(), Tally(), case(campaign, post_id))
        assert campaign.read(post_id).state is PostState.UNKNOWN

    def test_a_network_that_is_off_cannot_be_asked(self, campaign: Campaign) -> None:
        """Said with the remedy; the post stays unclear."""
        post_id = lost(campaign, lives=True)
        shift = campaign.shift()
        object.__setattr__(shift, "networks", {"x": campaign.x})
        with pytest.raises(UsageProblem, match="is off"):
            look(shift, Tally(), case(campaign, post_id))

    def test_what_changed_meanwhile_is_left_alone(self, campaign: Campaign) -> None:
        """A pass settled it while the person was reading the question."""
        post_id = lost(campaign, lives=True)
        before = case(campaign, post_id)
        look(campaign.shift(), Tally(), before)
        with pytest.raises(UsageProblem, match="this very moment"):
            look(campaign.shift(), Tally(), before)
        assert campaign.read(post_id).state is PostState.PUBLISHED


class TestRetrying:
    """``post retry``: planned again as it is, under every guard."""

    def refused(self, campaign: Campaign, **changes: object) -> int:
        post_id = campaign.post(campaign.tandem(), **changes)
        campaign.facebook.script = [Rejected("too many posts")]
        publish(campaign.shift(), Tally())
        assert campaign.read(post_id).state is PostState.REJECTED
        return post_id

    def again(self, campaign: Campaign, post_id: int) -> Case:
        found = case(campaign, post_id)
        refuse_retry(campaign.store, found, campaign.clock.now(), campaign.settings.terms)
        return retry(campaign.store, campaign.id, found, campaign.clock.now(), "tester")

    @on_both
    def test_a_refused_post_goes_out_with_the_next_pass(self, campaign: Campaign) -> None:
        """However late it is by then; the retry itself sends nothing."""
        post_id = self.refused(campaign)
        campaign.clock.advance(timedelta(days=3))
        planned = self.again(campaign, post_id)
        assert (planned.post.state, planned.post.error) == (PostState.PLANNED, None)
        assert sent(campaign) == 0
        run_pass(campaign.shift())
        assert campaign.read(post_id).state is PostState.PUBLISHED
        assert sent(campaign) == 1
        assert ("retried", "tester") in events(campaign, post_id)

    def test_an_expired_post_does_not_expire_again(self, campaign: Campaign) -> None:
        """It was too late days ago."""
        post_id = campaign.post(campaign.tandem(), due_at=NOON - timedelta(days=5))
        run_pass(campaign.shift())
        assert campaign.read(post_id).state is PostState.EXPIRED
        self.again(campaign, post_id)
        run_pass(campaign.shift())
        assert campaign.read(post_id).state is PostState.PUBLISHED

    def test_one_that_was_refused_ahead_goes_out_at_its_time(self, campaign: Campaign) -> None:
        """It is not offered for holding again, and the old refusal does not stop the send."""
        post_id = campaign.post(campaign.tandem(), due_at=TOMORROW)
        campaign.facebook.script = [Rejected("the same text", duplicate=True)]
        hand_over(campaign.shift(), Tally())
        assert campaign.read(post_id).state is PostState.REJECTED
        assert self.again(campaign, post_id).post.held_at is None
        run_pass(campaign.shift())
        assert campaign.read(post_id).state is PostState.PLANNED
        campaign.clock.advance(timedelta(days=1))
        run_pass(campaign.shift())
        assert campaign.read(post_id).state is PostState.PUBLISHED

    def test_one_that_was_lost_three_times_needs_a_look_first(self, campaign: Campaign) -> None:
        """It can be tried again, and the person is told that it may say it twice."""
        post_id = campaign.post(campaign.tandem())
        campaign.facebook.script = [(False, OutcomeUnknown("reset"))] * 3
        for _pass in range(12):
            run_pass(campaign.shift())
            campaign.clock.advance(QUIET)
        assert campaign.read(post_id).state is PostState.REJECTED
        assert may_be_there(case(campaign, post_id))
        self.again(campaign, post_id)
        run_pass(campaign.shift())
        assert campaign.read(post_id).state is PostState.PUBLISHED

    def test_a_plain_refusal_needs_no_such_warning(self, campaign: Campaign) -> None:
        """The network said no: it is provably not there."""
        assert not may_be_there(case(campaign, self.refused(campaign)))

    def test_what_nobody_approved_is_not_tried_again(self, campaign: Campaign) -> None:
        """Neither what was called off nor what changed meanwhile; `plan` writes it anew."""
        called_off, changed = self.refused(campaign), campaign.post(campaign.tandem("second"))
        with campaign.session() as session:
            session.get_one(Post, called_off).state = PostState.CANCELLED
            session.get_one(Post, called_off).approved_digest = None
            post = session.get_one(Post, changed)
            post.state, post.text = PostState.EXPIRED, "Andere Worte"
        for post_id in (called_off, changed):
            with pytest.raises(UsageProblem, match=r"approved|called off") as refused:
                self.again(campaign, post_id)
            assert "tueroeffner plan" in refused.value.remedy

    def test_only_what_is_over_is_tried_again(self, campaign: Campaign) -> None:
        """Each other state has its own sentence; an unclear post is settled first."""
        post_id = campaign.post(campaign.tandem())
        for state, reason in (
            (PostState.PLANNED, "by itself"),
            (PostState.CLAIMED, "being sent"),
            (PostState.SENDING, "being sent"),
            (PostState.SCHEDULED, "holds it"),
            (PostState.PUBLISHED, "is live"),
            (PostState.UNKNOWN, "nobody knows"),
            (PostState.WITHDRAWN, "taken down"),
        ):
            with campaign.session() as session:
                session.get_one(Post, post_id).state = state
            with pytest.raises(UsageProblem, match=reason) as refused:
                self.again(campaign, post_id)
            assert ("post settle" in refused.value.remedy) is (state is PostState.UNKNOWN)
            assert campaign.read(post_id).state is state

    def test_without_consent_there_is_no_second_try(self, campaign: Campaign) -> None:
        """The send would be called off anyway: said at once."""
        post_id = self.refused(campaign)
        with campaign.session() as session:
            for consent in session.exec(select(Consent)).all():
                consent.withdrawn_at = NOON
        with pytest.raises(UsageProblem, match="consent"):
            self.again(campaign, post_id)

    def test_a_stop_still_stops_it(self, campaign: Campaign) -> None:
        """And is named."""
        post_id = self.refused(campaign)
        with campaign.session() as session:
            pause(session, campaign.id, [(Scope.NETWORK, "facebook")], NOON, "tester")
        assert is_stopped(campaign.store, self.again(campaign, post_id))
        run_pass(campaign.shift())
        assert campaign.read(post_id).state is PostState.PLANNED

    def test_what_the_network_has_not_given_back_is_not_tried(self, campaign: Campaign) -> None:
        """Its draft is still there: one more would be a double."""
        post_id = held(campaign)
        with campaign.session() as session:
            session.get_one(Post, post_id).state = PostState.EXPIRED
        with pytest.raises(UsageProblem, match="given it back"):
            self.again(campaign, post_id)


class TestTakingDown:
    """``post takedown``: deleted, proved by reading, repeatable."""

    def down(self, campaign: Campaign, post_id: int, tally: Tally | None = None) -> Case:
        found = case(campaign, post_id)
        refuse_takedown(found)
        return take_down(campaign.shift(), tally or Tally(), found)

    @on_both
    def test_a_live_post_is_deleted_and_read_back(self, campaign: Campaign) -> None:
        """Also right after it went out: the network said that it deleted it."""
        post_id = live(campaign)
        taken = self.down(campaign, post_id)
        assert (taken.post.state, campaign.facebook.live) == (PostState.WITHDRAWN, [])
        assert campaign.facebook.looked == ["facebook-1"]
        assert ("taken down", "tester") in events(campaign, post_id)
        assert nothing_there(taken)
        run_pass(campaign.shift())
        assert campaign.facebook.live == []

    def test_one_that_is_gone_already_is_on_record_then(self, campaign: Campaign) -> None:
        """Somebody deleted it on the page: believed as soon as the network must show it."""
        post_id = live(campaign)
        campaign.facebook.live.clear()
        with pytest.raises(PartlyDone, match="does not know"):
            self.down(campaign, post_id)
        assert campaign.read(post_id).state is PostState.PUBLISHED
        campaign.clock.advance(QUIET)
        taken = self.down(campaign, post_id)
        assert taken.post.state is PostState.WITHDRAWN
        assert "already" in (taken.post.error or "")

    @pytest.mark.parametrize("trouble", [OutcomeUnknown("502"), RateLimited("later", seconds=60)])
    def test_trouble_changes_nothing_and_it_can_be_repeated(
        self, campaign: Campaign, trouble: Trouble
    ) -> None:
        """Deleted, but not read back: not confirmed; the second time it is."""
        post_id = live(campaign)
        campaign.facebook.reading = trouble
        with pytest.raises(PartlyDone, match="not confirmed"):
            self.down(campaign, post_id)
        assert campaign.read(post_id).state is PostState.PUBLISHED
        campaign.facebook.reading = None
        campaign.clock.advance(QUIET)
        assert self.down(campaign, post_id).post.state is PostState.WITHDRAWN

    @pytest.mark.parametrize(
        "trouble", [NotAuthorised("the token has expired"), Unreadable("it may not be read")]
    )
    def test_what_repeating_would_not_help_needs_a_person(
        self, campaign: Campaign, trouble: Trouble
    ) -> None:
        """The address is named, to delete it by hand."""
        post_id = live(campaign)
        campaign.facebook.reading = trouble
        with pytest.raises(PersonNeeded) as needed:
            self.down(campaign, post_id)
        assert "social.example/facebook-1" in needed.value.remedy

    def test_what_is_still_shown_is_not_taken_for_deleted(
        self, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A network that says yes and does nothing is found out."""
        post_id = live(campaign)
        monkeypatch.setattr(campaign.facebook, "takedown", lambda _remote_id: True)
        with pytest.raises(PartlyDone, match="still shows"):
            self.down(campaign, post_id)
        assert campaign.read(post_id).state is PostState.PUBLISHED

    @pytest.mark.parametrize("point", ["removing", "deleted"])
    def test_it_survives_a_death_at_any_point(self, campaign: Campaign, point: str) -> None:
        """The command is typed again, and ends what was begun."""
        post_id, dying = live(campaign), campaign.shift()
        object.__setattr__(dying, "reached", _dies_at(point))
        with pytest.raises(SystemExit):
            take_down(dying, Tally(), case(campaign, post_id))
        campaign.clock.advance(QUIET)
        assert self.down(campaign, post_id).post.state is PostState.WITHDRAWN
        assert campaign.facebook.live == []

    @on_both
    def test_a_held_post_comes_back_and_stays_off(self, campaign: Campaign) -> None:
        """Nobody has seen it: cancelled, and nothing of it is at the network."""
        post_id = held(campaign)
        taken = self.down(campaign, post_id)
        assert (taken.post.state, taken.post.handed_digest) == (PostState.CANCELLED, None)
        assert campaign.facebook.kept == {}
        campaign.clock.advance(timedelta(days=2))
        run_pass(campaign.shift())
        assert campaign.facebook.live == []

    @pytest.mark.parametrize("point", ["recalling", "recalled"])
    def test_a_held_post_is_called_off_although_we_died(
        self, campaign: Campaign, point: str
    ) -> None:
        """The wish was written down first: the next pass fulfils it without being asked."""
        post_id, dying = held(campaign), campaign.shift()
        object.__setattr__(dying, "reached", _dies_at(point))
        with pytest.raises(SystemExit):
            take_down(dying, Tally(), case(campaign, post_id))
        campaign.clock.advance(QUIET)
        run_pass(campaign.shift())
        assert (campaign.facebook.kept, campaign.facebook.live) == ({}, [])
        assert campaign.read(post_id).state is PostState.CANCELLED

    def test_a_held_post_that_the_network_does_not_give_back(self, campaign: Campaign) -> None:
        """Not confirmed; it comes down by a later pass, even if it goes live meanwhile."""
        post_id = held(campaign)
        campaign.facebook.reading = OutcomeUnknown("502")
        taken = self.down(campaign, post_id, tally := Tally())
        assert taken.post.handed_digest is not None
        assert tally.findings
        assert "tries to delete" in (outlook(taken, campaign.settings) or "")
        campaign.facebook.reading = None
        campaign.facebook.turn(TOMORROW)
        campaign.clock.advance(timedelta(days=1))
        run_pass(campaign.shift())
        assert campaign.facebook.live == []
        assert campaign.read(post_id).state is PostState.WITHDRAWN

    def test_a_draft_is_deleted_and_called_off(self, campaign: Campaign) -> None:
        """Left over from a send in two phases: nobody has seen it, nobody will."""
        post_id = held(campaign)
        with campaign.session() as session:
            post = session.get_one(Post, post_id)
            post.state, post.handed_for = PostState.PLANNED, None
        assert "a draft" in (outlook(case(campaign, post_id), campaign.settings) or "")
        assert self.down(campaign, post_id).post.state is PostState.CANCELLED
        assert campaign.facebook.kept == {}

    @pytest.mark.parametrize(
        ("state", "kind", "words"),
        [
            (PostState.PLANNED, UsageProblem, "only planned"),
            (PostState.SENDING, PartlyDone, "being sent"),
            (PostState.UNKNOWN, UsageProblem, "Nobody knows"),
        ],
    )
    def test_what_cannot_be_taken_down_says_why(
        self, campaign: Campaign, state: PostState, kind: type[Exception], words: str
    ) -> None:
        """And what to do instead."""
        post_id = campaign.post(campaign.tandem())
        with campaign.session() as session:
            session.get_one(Post, post_id).state = state
        with pytest.raises(kind, match=words):
            self.down(campaign, post_id)


def given_up(campaign: Campaign) -> int:
    """A post that was lost three times and nowhere to be seen."""
    post_id = campaign.post(campaign.tandem())
    campaign.facebook.script = [(False, OutcomeUnknown("reset"))] * 3
    for _pass in range(12):
        run_pass(campaign.shift())
        campaign.clock.advance(QUIET)
    assert campaign.read(post_id).state is PostState.REJECTED
    return post_id


def shows(campaign: Campaign, post_id: int, *names: str) -> None:
    """The network shows these copies of it."""
    campaign.facebook.live += [(name, campaign.read(post_id).text, None) for name in names]


class TestLost:
    """What had no answer and was given up is never taken for provably nowhere."""

    @on_both
    @pytest.mark.parametrize("state", [PostState.CANCELLED, PostState.REJECTED])
    def test_a_person_finds_it(self, campaign: Campaign, state: PostState) -> None:
        """``--live`` adopts it; the passes then treat it like anything that is live."""
        post_id = given_up(campaign)
        with campaign.session() as session:
            session.get_one(Post, post_id).state = state
        shows(campaign, post_id, "facebook-9")
        found = is_live(campaign.shift(), Tally(), case(campaign, post_id), "facebook-9")
        assert (found.post.state, found.post.remote_id) == (PostState.PUBLISHED, "facebook-9")
        assert [each.outcome for each in found.tries].count(Outcome.DONE) == 1
        assert ("settle published", "tester") in events(campaign, post_id)

    @on_both
    def test_a_takedown_looks_first(self, campaign: Campaign) -> None:
        """Nothing there now proves nothing; with the last look it does."""
        post_id = given_up(campaign)
        before = case(campaign, post_id)
        assert perhaps_there(before)
        assert not nothing_there(before)
        refuse_takedown(before)
        after = take_down(campaign.shift(), Tally(), before)
        assert was_nowhere(before, after)
        assert "may still show up" in (outlook(after, campaign.settings) or "")
        campaign.clock.advance(timedelta(hours=24))
        run_pass(campaign.shift())
        over = case(campaign, post_id)
        assert was_nowhere(over, take_down(campaign.shift(), Tally(), over))
        assert outlook(over, campaign.settings) is None

    def test_a_takedown_deletes_what_it_finds(self, campaign: Campaign) -> None:
        """Each of the copies; the person hears that there were several."""
        post_id = given_up(campaign)
        before = case(campaign, post_id)
        shows(campaign, post_id, "facebook-8", "facebook-9")
        after = take_down(campaign.shift(), tally := Tally(), before)
        assert (after.post.state, campaign.facebook.live) == (PostState.WITHDRAWN, [])
        assert not was_nowhere(before, after)
        assert all(name in tally.findings[0] for name in ("facebook-8", "facebook-9"))

    def test_a_draft_that_it_finds_is_deleted_unseen(self, campaign: Campaign) -> None:
        """And the post stays given up."""
        post_id = given_up(campaign)
        campaign.facebook.kept["facebook-9"] = Draft(campaign.read(post_id).text, "", "soft", None)
        before = case(campaign, post_id)
        after = take_down(campaign.shift(), Tally(), before)
        assert (after.post.state, campaign.facebook.kept) == (PostState.REJECTED, {})
        assert not was_nowhere(before, after)

    def test_nobody_looks_for_nothing(self, campaign: Campaign) -> None:
        """Words that were erased: a picture without words is not theirs."""
        post_id = given_up(campaign)
        with campaign.session() as session:
            session.get_one(Post, post_id).text = ""
        assert nothing_there(case(campaign, post_id))

    def test_another_page_proves_nothing(self, campaign: Campaign) -> None:
        """Neither a look nor a deletion is tried there; what ends it is named."""
        post_id = given_up(campaign)
        with campaign.session() as session:
            session.get_one(Account, campaign.accounts["facebook"]).remote_id = "77"
        with pytest.raises(UsageProblem, match="another page") as refused:
            take_down(campaign.shift(), Tally(), case(campaign, post_id))
        assert f"post settle {post_id} --gone" in refused.value.remedy

    def test_said_not_to_be_live_it_is_looked_for_all_the_same(self, campaign: Campaign) -> None:
        """A person may overlook it, and it may show later: the double is told."""
        post_id = lost(campaign, lives=False)
        campaign.clock.advance(QUIET)
        not_live(campaign.shift(), Tally(), case(campaign, post_id))
        run_pass(campaign.shift())
        assert campaign.read(post_id).state is PostState.PUBLISHED
        shows(campaign, post_id, "facebook-9")
        campaign.clock.advance(timedelta(hours=3))
        tally = run_pass(campaign.shift())
        assert tally.needs_person
        assert "facebook-9" in " ".join(tally.findings)


class TestCopies:
    """A post that may be there twice comes down as a whole."""

    def doubled(self, campaign: Campaign, copies: int) -> int:
        post_id = lost(campaign, lives=False)
        for _look in range(3):
            campaign.clock.advance(QUIET)
            run_pass(campaign.shift())
        assert campaign.read(post_id).state is PostState.PUBLISHED
        shows(campaign, post_id, *(f"facebook-{number + 2}" for number in range(copies)))
        return post_id

    @on_both
    def test_a_takedown_takes_them_all(self, campaign: Campaign) -> None:
        """The row goes on with each that is left, until there is none."""
        post_id = self.doubled(campaign, copies=2)
        taken = take_down(campaign.shift(), Tally(), case(campaign, post_id))
        assert (taken.post.state, campaign.facebook.live) == (PostState.WITHDRAWN, [])
        assert events(campaign, post_id).count(("taken down", "tester")) == 3

    def test_very_many_are_left_to_the_next_time(self, campaign: Campaign) -> None:
        """It says so, knows the next one, and can be repeated."""
        post_id = self.doubled(campaign, copies=5)
        with pytest.raises(PartlyDone, match="still more copies"):
            take_down(campaign.shift(), Tally(), case(campaign, post_id))
        assert campaign.read(post_id).state is PostState.PUBLISHED
        take_down(campaign.shift(), Tally(), case(campaign, post_id))
        assert campaign.facebook.live == []

    def test_a_copy_that_nobody_sees_is_never_shown(self, campaign: Campaign) -> None:
        """A draft of the same words goes the way of what is held."""
        post_id = self.doubled(campaign, copies=0)
        campaign.facebook.kept["facebook-9"] = Draft(campaign.read(post_id).text, "", "soft", None)
        taken = take_down(campaign.shift(), Tally(), case(campaign, post_id))
        assert (campaign.facebook.live, campaign.facebook.kept) == ([], {})
        assert taken.post.state is PostState.WITHDRAWN
        run_pass(campaign.shift())
        assert campaign.facebook.live == []

    def test_who_is_shown_in_the_region_only_has_no_copy_left(self, campaign: Campaign) -> None:
        """The network kept no audience: neither the post nor its copy stays before everyone."""
        post_id = self.doubled(campaign, copies=2)
        with campaign.session() as session:
            post = session.get_one(Post, post_id)
            post.targeting_kept = None
            session.get_one(Tandem, post.tandem_id).show = Show.REGION
        campaign.facebook.keeps_targeting = False
        verify(campaign.shift(), tally := Tally())
        assert (campaign.read(post_id).state, campaign.facebook.live) == (PostState.WITHDRAWN, [])
        assert tally.needs_person


class TestGone:
    """``post settle --gone``: a person has looked where nobody can look from here."""

    def off(self, campaign: Campaign) -> Shift:
        shift = campaign.shift()
        object.__setattr__(shift, "networks", {"x": campaign.x})
        return shift

    @on_both
    @pytest.mark.parametrize("kind", ["live", "held", "lost", "given up"])
    def test_what_is_on_a_network_that_is_off_is_settled(
        self, campaign: Campaign, kind: str
    ) -> None:
        """Withdrawn, as said by that person; nothing waits for it, and it is never sent again."""
        ways = {"live": live, "held": held, "given up": given_up}
        post_id = lost(campaign, lives=False) if kind == "lost" else ways[kind](campaign)
        was = campaign.read(post_id).state.value
        assert may_be_gone(case(campaign, post_id))
        settled = say_gone(self.off(campaign), case(campaign, post_id))
        post = settled.post
        assert (post.state, post.handed_digest) == (PostState.WITHDRAWN, None)
        assert not may_be_gone(settled)
        with campaign.store.reading() as session:
            [note] = session.exec(select(Event).where(Event.what == "settled as gone")).all()
            assert session.exec(late_looks()).all() == []
        assert (note.actor, note.detail) == ("tester", {"by": "person", "was": was})
        before = sent(campaign)
        campaign.clock.advance(timedelta(days=2))
        run_pass(campaign.shift())
        assert (sent(campaign), campaign.read(post_id).state) == (before, PostState.WITHDRAWN)

    @pytest.mark.parametrize("kind", ["live", "held", "lost"])
    def test_what_the_network_shows_is_not_gone(self, campaign: Campaign, kind: str) -> None:
        """Said with the link; nothing is written."""
        ways = {"live": live, "held": held, "lost": lambda c: lost(c, lives=True)}
        post_id = ways[kind](campaign)
        before = case(campaign, post_id)
        with pytest.raises(UsageProblem, match=r"still shows .*social\.example/facebook-1"):
            say_gone(campaign.shift(), before)
        assert case(campaign, post_id).post == before.post

    @pytest.mark.parametrize("why", [NotAuthorised("token"), OutcomeUnknown("502")])
    def test_where_it_cannot_be_asked_the_person_is_believed(
        self, campaign: Campaign, why: Trouble
    ) -> None:
        """A closed page answers nothing."""
        post_id = live(campaign)
        campaign.facebook.reading = why
        assert say_gone(campaign.shift(), case(campaign, post_id)).post.state is (
            PostState.WITHDRAWN
        )

    def test_another_page_is_not_asked(self, campaign: Campaign) -> None:
        """It would say that it has none."""
        post_id = live(campaign)
        with campaign.session() as session:
            session.get_one(Account, campaign.accounts["facebook"]).remote_id = "77"
        say_gone(campaign.shift(), case(campaign, post_id))
        assert campaign.facebook.looked == []

    def test_what_is_only_planned_cannot_be_gone(self, campaign: Campaign) -> None:
        """Nor what is over and provably not there."""
        planned = campaign.post(campaign.tandem())
        assert not may_be_gone(case(campaign, planned))
        with campaign.session() as session:
            session.get_one(Post, planned).state = PostState.REJECTED
        assert not may_be_gone(case(campaign, planned))


@on_both
def test_a_number_that_is_no_post_is_refused(campaign: Campaign) -> None:
    """Also one that no database can keep."""
    campaign.post(campaign.tandem())
    for number in (0, -1, 4, 2**31, 10**30):
        with pytest.raises(UsageProblem, match="There is no post"):
            case(campaign, number)


def _dies_at(point: str):  # type: ignore[no-untyped-def]
    def reached(name: str) -> None:
        if name == point:
            raise SystemExit(9)

    return reached
