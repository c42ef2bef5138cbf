"""What a network holds for us agrees with what the campaign wants, whatever happens in between."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orchestrator import capabilities
from orchestrator.approve import take_back
from orchestrator.attempts import QUIET
from orchestrator.handover import GRACE, attend, unconfirmed
from orchestrator.model import Consent, Post
from orchestrator.pause import pause, resume
from orchestrator.ports import OutcomeUnknown, Rejected
from orchestrator.publish import hand_over, publish
from orchestrator.run import run_pass
from orchestrator.shift import Tally
from orchestrator.vocabulary import PostState, Scope, Show
from tests.conftest import on_both
from tests.fakes import HoldingNetwork
from tests.publishing.conftest import NOON, Campaign

TOMORROW = NOON + timedelta(days=1)


@pytest.fixture
def campaign(campaign: Campaign) -> Campaign:
    """Facebook holds posts."""
    campaign.facebook = HoldingNetwork("facebook")
    return campaign


def passing(campaign: Campaign, after: timedelta = timedelta()) -> Tally:
    """A whole pass, after some time in which the platform goes on by itself."""
    campaign.clock.advance(after)
    campaign.facebook.turn(campaign.clock.now())
    return run_pass(campaign.shift())


def held(campaign: Campaign) -> int:
    """A post for tomorrow noon that Facebook holds."""
    post_id = campaign.post(campaign.tandem(), due_at=TOMORROW)
    hand_over(campaign.shift(), Tally())
    assert campaign.read(post_id).state is PostState.SCHEDULED
    return post_id


def texts(campaign: Campaign) -> list[str]:
    return [text for _id, text, _targeting in campaign.facebook.live]


@on_both
def test_a_post_goes_out_although_this_machine_is_dead(campaign: Campaign) -> None:
    """Handed over a day ahead; found live, with the platform's own time, when we are back."""
    post_id = held(campaign)
    assert campaign.facebook.live == []
    tally = passing(campaign, timedelta(days=3))
    post = campaign.read(post_id)
    assert (post.state, post.published_at, tally.published) == (PostState.PUBLISHED, TOMORROW, 1)
    assert post.handed_digest is None
    assert texts(campaign) == [post.text]


@pytest.mark.parametrize(("there", "said"), [("new", None), ("old", None), ("others", "other wo")])
def test_new_words_that_were_asked_for_are_words_of_ours(
    campaign: Campaign, there: str, said: str | None
) -> None:
    """Reworded there while it was held, and live before that was read back: only others alarm."""
    post_id = held(campaign)
    [number] = campaign.facebook.kept
    words = {"new": "Jetzt in Görlitz", "old": campaign.read(post_id).text, "others": "Fremd"}
    with campaign.session() as session:
        session.get_one(Post, post_id).rewording = words["new"]
    old = campaign.facebook.kept[number]
    campaign.facebook.kept[number] = replace(old, text=words[there])
    campaign.clock.advance(timedelta(days=1))
    campaign.facebook.turn(campaign.clock.now())
    tally = Tally()
    attend(campaign.shift(), tally)
    post = campaign.read(post_id)
    assert (post.state, tally.needs_person) == (PostState.PUBLISHED, said is not None)
    assert (post.error or "").count(said or "other words") == bool(said)


@pytest.mark.parametrize(
    ("ahead", "handed"),
    [
        (timedelta(minutes=14), False),
        (timedelta(minutes=16), True),
        (timedelta(hours=47), True),
        (timedelta(hours=49), False),
    ],
)
def test_only_what_the_platform_takes_and_the_campaign_wants_is_handed_over(
    campaign: Campaign, ahead: timedelta, handed: bool
) -> None:
    """Neither too near nor further ahead than [facebook] ahead."""
    post_id = campaign.post(campaign.tandem(), due_at=NOON + ahead)
    hand_over(campaign.shift(), Tally())
    state = PostState.SCHEDULED if handed else PostState.PLANNED
    assert campaign.read(post_id).state is state


@on_both
def test_nothing_unapproved_paused_or_without_consent_is_handed_over(campaign: Campaign) -> None:
    """The guards are those of a send; consent has to hold on the day on which it is seen."""
    quiet, ending = campaign.tandem("quiet"), campaign.tandem("ending")
    with campaign.store.session() as session:
        pause(session, campaign.id, [(Scope.TANDEM, "quiet")], NOON, "tester")
        for consent in session.exec(Consent.__table__.select()).all():
            if consent.tandem_id == ending:
                session.get_one(Consent, consent.id).ends_on = NOON.date()
    posts = [
        campaign.post(quiet, due_at=TOMORROW),
        campaign.post(campaign.tandem("new"), due_at=TOMORROW, approved_digest=None),
        campaign.post(ending, due_at=TOMORROW),
    ]
    hand_over(campaign.shift(), Tally())
    assert campaign.facebook.kept == {}
    states = [campaign.read(each).state for each in posts]
    assert states == [PostState.PLANNED, PostState.PLANNED, PostState.CANCELLED]


@on_both
def test_a_pause_takes_it_back_and_resuming_hands_it_over_again(campaign: Campaign) -> None:
    """Deleted there and read back; the approval stays, since the words are the same."""
    post_id = held(campaign)
    with campaign.session() as session:
        pause(session, campaign.id, [(Scope.ALL, "")], NOON, "tester")
    assert unconfirmed(campaign.shift()) == [post_id]
    passing(campaign)
    assert campaign.facebook.kept == {}
    assert (campaign.read(post_id).state, campaign.read(post_id).remote_id) == (
        PostState.PLANNED,
        None,
    )
    with campaign.session() as session:
        resume(session, campaign.id, [(Scope.ALL, "")], NOON, "tester")
    passing(campaign)
    assert campaign.read(post_id).state is PostState.SCHEDULED
    assert len(campaign.facebook.kept) == 1


@on_both
def test_a_limit_that_was_found_useless_takes_the_post_back(campaign: Campaign) -> None:
    """It would go out by itself, to everybody; who is not of the region only stays there."""
    hidden = campaign.tandem(show=Show.REGION, public_name="Sam")
    post_id = campaign.post(hidden, due_at=TOMORROW, mode="hard")
    other = campaign.post(campaign.tandem("olena-und-kai"), due_at=TOMORROW, mode="hard")
    passing(campaign)
    assert len(campaign.facebook.kept) == 2
    with campaign.session() as session:
        page, effect = campaign.accounts["facebook"], capabilities.GATE_EFFECT
        told = {"effect": "none", "gated": 90, "open": 95}
        capabilities.note(session, page, effect, told, "pilot", NOON)
    for _again in range(2):
        passing(campaign)
    assert len(campaign.facebook.kept) == 1
    assert [campaign.read(each).state for each in (post_id, other)] == [
        PostState.CANCELLED,
        PostState.SCHEDULED,
    ]
    assert "was seen by 90" in str(campaign.read(post_id).error)


def test_what_the_network_does_not_confirm_stays_and_is_tried_again(campaign: Campaign) -> None:
    """A read that fails proves nothing: the post counts as held until it was seen to be gone."""
    post_id = held(campaign)
    with campaign.session() as session:
        pause(session, campaign.id, [(Scope.ALL, "")], NOON, "tester")
    campaign.facebook.reading = OutcomeUnknown("502")
    tally = passing(campaign)
    assert campaign.read(post_id).state is PostState.SCHEDULED
    assert any(f"post {post_id}" in each for each in tally.findings)
    campaign.facebook.reading = None
    passing(campaign)
    assert campaign.read(post_id).state is PostState.PLANNED


def test_an_absence_right_after_the_hand_over_is_not_believed(campaign: Campaign) -> None:
    """The platform may only not show it yet; believing it gone would let it go out paused."""
    post_id = held(campaign)
    there = campaign.facebook.kept.copy()
    campaign.facebook.kept.clear()
    with campaign.session() as session:
        pause(session, campaign.id, [(Scope.ALL, "")], NOON, "tester")
    attend(campaign.shift(), Tally())
    assert campaign.read(post_id).state is PostState.SCHEDULED
    campaign.facebook.kept = there
    passing(campaign, QUIET)
    assert campaign.read(post_id).state is PostState.PLANNED
    assert campaign.facebook.kept == {}


def test_changed_words_are_called_back(campaign: Campaign) -> None:
    """An import took the approval back: the old words must not go out."""
    post_id = held(campaign)
    with campaign.session() as session:
        take_back(session, campaign.read(post_id).tandem_id)
    passing(campaign)
    assert campaign.facebook.kept == {}
    assert campaign.read(post_id).state is PostState.CANCELLED


def test_older_words_at_the_network_block_the_new_ones(campaign: Campaign) -> None:
    """Until the network has given the old version back, the new one is not sent."""
    post_id = held(campaign)
    with campaign.session() as session:
        post = session.get_one(Post, post_id)
        post.state, post.text, post.due_at = PostState.PLANNED, "Neue Worte", NOON
        post.digest = post.approved_digest = "new"
    publish(campaign.shift(), Tally())
    assert campaign.facebook.live == []


@pytest.mark.parametrize("live", [False, True])
def test_what_may_not_be_seen_comes_down_even_if_it_went_out(
    campaign: Campaign, live: bool
) -> None:
    """Consent ended before the day: recalled, or taken down if the platform was quicker."""
    post_id = held(campaign)
    with campaign.store.session() as session:
        for consent in session.exec(Consent.__table__.select()).all():
            session.get_one(Consent, consent.id).withdrawn_at = NOON
    if live:
        campaign.facebook.turn(TOMORROW)
    attend(campaign.shift(), tally := Tally())
    assert (campaign.facebook.kept, campaign.facebook.live) == ({}, [])
    state = PostState.WITHDRAWN if live else PostState.CANCELLED
    assert campaign.read(post_id).state is state
    assert tally.needs_person is live


def test_a_pause_that_comes_too_late_says_so(campaign: Campaign) -> None:
    """The platform published it a second before: it is recorded, and a person looks."""
    post_id = held(campaign)
    with campaign.session() as session:
        pause(session, campaign.id, [(Scope.ALL, "")], NOON, "tester")
    campaign.facebook.turn(TOMORROW)
    attend(campaign.shift(), tally := Tally())
    assert campaign.read(post_id).state is PostState.PUBLISHED
    assert tally.needs_person
    assert len(campaign.facebook.live) == 1


@pytest.mark.parametrize("by", [timedelta(hours=5), timedelta(hours=-5)])
@on_both
def test_a_moved_post_is_moved_there(campaign: Campaign, by: timedelta) -> None:
    """And read back: it goes out at the new time and at no other."""
    post_id = held(campaign)
    with campaign.session() as session:
        session.get_one(Post, post_id).due_at = TOMORROW + by
    assert unconfirmed(campaign.shift()) == [post_id]
    attend(campaign.shift(), Tally())
    assert unconfirmed(campaign.shift()) == []
    [draft] = campaign.facebook.kept.values()
    assert draft.at == TOMORROW + by
    passing(campaign, timedelta(days=2))
    assert campaign.read(post_id).published_at == TOMORROW + by


def test_one_that_is_moved_too_near_goes_out_from_here(campaign: Campaign) -> None:
    """The platform takes no time in five minutes: it is called back, and sent when it is due."""
    post_id = held(campaign)
    with campaign.session() as session:
        session.get_one(Post, post_id).due_at = NOON + timedelta(minutes=5)
    passing(campaign)
    assert campaign.read(post_id).state is PostState.PLANNED
    passing(campaign, timedelta(minutes=5))
    assert campaign.read(post_id).state is PostState.PUBLISHED
    assert len(texts(campaign)) == 1


def test_what_the_platform_forgets_to_publish_is_published_from_here(campaign: Campaign) -> None:
    """Five minutes after its time it is shown by us, as the same post and under every guard."""
    post_id = held(campaign)
    campaign.clock.advance(timedelta(days=1) + GRACE - timedelta(minutes=1))
    run_pass(campaign.shift())
    assert campaign.read(post_id).state is PostState.SCHEDULED
    campaign.clock.advance(timedelta(minutes=1))
    tally = run_pass(campaign.shift())
    post = campaign.read(post_id)
    assert (post.state, post.remote_id) == (PostState.PUBLISHED, "facebook-1")
    assert tally.findings
    assert len(texts(campaign)) == 1


def test_one_that_somebody_took_out_of_the_planner_is_not_sent_again(campaign: Campaign) -> None:
    """It is looked for, three times; then a person says what is to become of it."""
    post_id = held(campaign)
    campaign.facebook.kept.clear()
    passing(campaign, timedelta(days=1) + GRACE)
    assert campaign.read(post_id).state is PostState.UNKNOWN
    findings = [passing(campaign, QUIET) for _look in range(6)]
    assert campaign.read(post_id).state is PostState.UNKNOWN
    assert any(tally.needs_person for tally in findings)
    assert texts(campaign) == []


def test_what_is_refused_ahead_goes_out_at_its_time(campaign: Campaign) -> None:
    """Said once, and not offered again; a text that is there already is refused at once."""
    tandem_id = campaign.tandem()
    post_id = campaign.post(tandem_id, due_at=TOMORROW)
    double = campaign.post(tandem_id, due_at=TOMORROW + timedelta(hours=1))
    campaign.facebook.script = [Rejected("too far"), Rejected("the same", duplicate=True)]
    tally = Tally()
    hand_over(campaign.shift(), tally)
    assert campaign.read(post_id).state is PostState.PLANNED
    assert campaign.read(double).state is PostState.REJECTED
    kept, refused = tally.findings
    assert kept.startswith(f"post {post_id}: too far")
    assert (kept.count("at its time instead"), refused.count("instead")) == (1, 0)
    calls = campaign.facebook.calls
    hand_over(campaign.shift(), Tally())
    assert campaign.facebook.calls == calls
    passing(campaign, timedelta(days=1))
    assert campaign.read(post_id).state is PostState.PUBLISHED


@on_both
def test_a_hand_over_without_an_answer_is_found_among_what_is_held(campaign: Campaign) -> None:
    """Unknown, looked for, adopted as scheduled: never handed over twice."""
    post_id = campaign.post(campaign.tandem(), due_at=TOMORROW)
    campaign.facebook.script = [(True, OutcomeUnknown("reset"))]
    hand_over(campaign.shift(), Tally())
    assert campaign.read(post_id).state is PostState.UNKNOWN
    passing(campaign, QUIET)
    post = campaign.read(post_id)
    assert (post.state, post.handed_for) == (PostState.SCHEDULED, TOMORROW)
    assert len(campaign.facebook.kept) == 1


class TestTwoPhases:
    """Create unseen, save the number, show it."""

    @pytest.fixture
    def campaign(self, campaign: Campaign) -> Campaign:
        campaign.settings.networks["facebook"].__dict__["publish"] = "two-phase"
        return campaign

    @on_both
    def test_it_is_shown_once_its_number_is_saved(self, campaign: Campaign) -> None:
        """Two calls, one attempt, one post."""
        post_id = campaign.post(campaign.tandem())
        seen: list[tuple[PostState, str | None]] = []
        shift = campaign.shift()
        object.__setattr__(
            shift,
            "reached",
            lambda point: (
                point == "numbered"
                and seen.append((campaign.read(post_id).state, campaign.read(post_id).remote_id))
            ),
        )
        publish(shift, Tally())
        assert seen == [(PostState.SENDING, "facebook-1")]
        assert campaign.read(post_id).state is PostState.PUBLISHED
        assert len(texts(campaign)) == 1

    def test_an_orphan_is_found_and_shown_not_made_again(self, campaign: Campaign) -> None:
        """The answer to the creation was lost: nobody has seen it, and there is one in the end."""
        post_id = campaign.post(campaign.tandem())
        campaign.facebook.script = [(True, OutcomeUnknown("reset"))]
        passing(campaign)
        assert campaign.read(post_id).state is PostState.UNKNOWN
        [orphan] = campaign.facebook.kept
        passing(campaign, QUIET)
        post = campaign.read(post_id)
        assert (post.state, post.remote_id) == (PostState.PUBLISHED, orphan)
        assert len(texts(campaign)) == 1

    def test_a_draft_whose_showing_was_not_answered_is_settled(self, campaign: Campaign) -> None:
        """Live or not, it is the same post; showing it twice is showing it once."""
        post_id = campaign.post(campaign.tandem())
        campaign.facebook.script = [None, (False, OutcomeUnknown("reset"))]
        passing(campaign)
        assert campaign.read(post_id).state is PostState.UNKNOWN
        passing(campaign, QUIET)
        assert campaign.read(post_id).state is PostState.PUBLISHED
        assert len(texts(campaign)) == 1

    def test_an_orphan_of_a_cancelled_post_is_deleted(self, campaign: Campaign) -> None:
        """Nothing of it stays behind at the network."""
        post_id = campaign.post(campaign.tandem())
        campaign.facebook.script = [(True, OutcomeUnknown("reset"))]
        passing(campaign)
        with campaign.session() as session:
            take_back(session, campaign.read(post_id).tandem_id)
        passing(campaign, QUIET)
        passing(campaign)
        assert campaign.read(post_id).state is PostState.CANCELLED
        assert (campaign.facebook.kept, campaign.facebook.live) == ({}, [])

    def test_a_pause_in_between_leaves_nothing_to_be_shown(self, campaign: Campaign) -> None:
        """An orphan that was found while all is stopped is taken back, and made anew later."""
        campaign.post(campaign.tandem())
        campaign.facebook.script = [(True, OutcomeUnknown("reset"))]
        passing(campaign)
        with campaign.session() as session:
            pause(session, campaign.id, [(Scope.ALL, "")], NOON, "tester")
        passing(campaign, QUIET)
        assert campaign.facebook.live == []
        passing(campaign)
        assert campaign.facebook.unseen() == []
        with campaign.session() as session:
            resume(session, campaign.id, [(Scope.ALL, "")], NOON, "tester")
        passing(campaign)
        assert len(texts(campaign)) == 1


def test_who_is_asked_is_not_overruled(campaign: Campaign) -> None:
    """Policy ask: after three looks it waits for a person, and is looked for seldom."""
    campaign.settings.campaign.__dict__["settle"] = "ask"
    post_id = campaign.post(campaign.tandem())
    campaign.facebook.script = [OutcomeUnknown("reset")]
    passing(campaign)
    tallies = [passing(campaign, QUIET) for _look in range(3)]
    assert tallies[-1].needs_person
    assert f"post settle {post_id}" in (campaign.read(post_id).error or "")
    looks = campaign.facebook.calls
    passing(campaign, QUIET)
    assert campaign.read(post_id).state is PostState.UNKNOWN
    assert campaign.facebook.calls == looks
    assert texts(campaign) == []


def test_words_that_somebody_changed_at_the_platform_are_told(campaign: Campaign) -> None:
    """It is live, and it is not what was approved: a person looks."""
    post_id = held(campaign)
    [(number, draft)] = campaign.facebook.kept.items()
    campaign.facebook.kept[number] = replace(draft, text="Ganz andere Worte")
    tally = passing(campaign, timedelta(days=1))
    assert campaign.read(post_id).state is PostState.PUBLISHED
    assert tally.needs_person
    assert "social.example" in (campaign.read(post_id).error or "")


def test_what_somebody_deleted_there_does_not_come_back_by_a_pause(campaign: Campaign) -> None:
    """Pausing finds it gone, and not by us: it waits for a new approval."""
    post_id = held(campaign)
    campaign.facebook.kept.clear()
    with campaign.session() as session:
        pause(session, campaign.id, [(Scope.ALL, "")], NOON, "tester")
    tally = passing(campaign, QUIET)
    assert campaign.read(post_id).state is PostState.CANCELLED
    assert tally.needs_person


def deleted_and_died(campaign: Campaign) -> int:
    """A stopped post that Facebook held, and a pass that died when it had deleted it there."""
    post_id = held(campaign)
    with campaign.session() as session:
        pause(session, campaign.id, [(Scope.ALL, "")], NOON, "tester")

    def die(point: str) -> None:
        if point == "recalled":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        attend(replace(campaign.shift(), reached=die), Tally())
    assert campaign.facebook.kept == {}
    return post_id


def test_a_kill_between_deletion_and_note_is_our_own_deletion(campaign: Campaign) -> None:
    """The next pass finds it gone as well, and knows why: it is planned again."""
    post_id = deleted_and_died(campaign)
    attend(campaign.shift(), Tally())
    campaign.clock.advance(timedelta(days=1))  # its time comes before anybody looks again
    attend(campaign.shift(), Tally())
    assert campaign.read(post_id).state is PostState.PLANNED


def test_it_is_our_own_deletion_also_when_the_stop_was_lifted_meanwhile(campaign: Campaign) -> None:
    """Nobody looks until its time is over; then it is looked for, and goes out from here, once."""
    post_id = deleted_and_died(campaign)
    with campaign.session() as session:
        resume(session, campaign.id, [(Scope.ALL, "")], NOON, "tester")
    passing(campaign, timedelta(days=1) + GRACE)
    for _look in range(4):
        passing(campaign, QUIET)
    post = campaign.read(post_id)
    assert (post.state, texts(campaign)) == (PostState.PUBLISHED, [post.text])


def deleted_late_and_died(campaign: Campaign) -> int:
    """A pass set out five minutes before the time; its deletion came when people saw the post."""
    post_id = held(campaign)
    with campaign.session() as session:
        pause(session, campaign.id, [(Scope.ALL, "")], NOON, "tester")

    def die(point: str) -> None:
        if point == "recalling":
            raise KeyboardInterrupt

    campaign.clock.advance(TOMORROW - campaign.clock.now() - timedelta(minutes=5))
    with pytest.raises(KeyboardInterrupt):
        attend(replace(campaign.shift(), reached=die), Tally())
    campaign.clock.advance(timedelta(minutes=5, seconds=7))
    campaign.facebook.turn(campaign.clock.now())
    [(remote_id, _text, _targeting)] = campaign.facebook.live
    assert campaign.facebook.takedown(remote_id)
    return post_id


@pytest.mark.parametrize("lifted", [False, True])
def test_a_deletion_that_came_late_is_not_taken_for_unseen(
    campaign: Campaign, lifted: bool
) -> None:
    """Between setting out and deleting it may have gone out: nothing goes out a second time."""
    post_id = deleted_late_and_died(campaign)
    if lifted:
        with campaign.session() as session:
            resume(session, campaign.id, [(Scope.ALL, "")], NOON, "tester")
    tally = passing(campaign)
    for _look in range(6):
        tally.add(passing(campaign, QUIET))
    assert campaign.read(post_id).state is not PostState.PUBLISHED
    assert texts(campaign) == []
    assert tally.needs_person


def test_a_recall_in_the_minute_of_its_time_is_told(campaign: Campaign) -> None:
    """Somebody may have seen it for a moment: it does not go out a second time by itself."""
    post_id = held(campaign)
    with campaign.session() as session:
        pause(session, campaign.id, [(Scope.ALL, "")], NOON, "tester")
    campaign.clock.advance(timedelta(days=1))
    attend(campaign.shift(), tally := Tally())
    assert campaign.read(post_id).state is PostState.CANCELLED
    assert tally.needs_person
    assert campaign.facebook.kept == {}
