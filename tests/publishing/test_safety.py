"""What changed after the approval must not go out, and what went wrong must reach a person."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orchestrator import capabilities
from orchestrator.approve import approve, awaiting, take_back
from orchestrator.claim import LEASE
from orchestrator.due import recover
from orchestrator.model import Post, Tandem
from orchestrator.ports import (
    NotAuthorised,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Receipt,
    Rejected,
)
from orchestrator.publish import publish, send
from orchestrator.run import run_pass
from orchestrator.settle import QUIET, settle
from orchestrator.shift import Tally
from orchestrator.verify import verify
from orchestrator.vocabulary import PostState, Show
from tests.conftest import on_both
from tests.publishing.conftest import NOON, Campaign


def now_in_the_region_only(campaign: Campaign, tandem_id: int) -> None:
    """What the importer does when the safety check has another result."""
    with campaign.store.session() as session:
        session.get_one(Tandem, tandem_id).sqlmodel_update(
            {"show": Show.REGION, "public_name": "Sam"}
        )
        take_back(session, tandem_id)


def test_old_words_cannot_be_approved_again_without_planning(campaign: Campaign) -> None:
    """After an import that changed the person, only ``plan`` makes posts that can be approved."""
    tandem_id = campaign.tandem()
    campaign.post(tandem_id)
    now_in_the_region_only(campaign, tandem_id)
    with campaign.store.session() as session:
        waiting = [(post.id, post.digest) for post in awaiting(session, campaign.id, None)]
        assert approve(session, waiting, NOON, "tester") == 0
    run_pass(campaign.shift())
    assert campaign.facebook.live == []


@on_both
def test_old_words_are_not_sent_again_after_settling(campaign: Campaign) -> None:
    """A post that was unclear during the change and is nowhere is called off, not resent."""
    tandem_id = campaign.tandem()
    post_id = campaign.post(tandem_id)
    campaign.facebook.script = [(False, OutcomeUnknown("reset"))]
    run_pass(campaign.shift())
    now_in_the_region_only(campaign, tandem_id)
    for _read in range(5):
        campaign.clock.advance(QUIET)
        run_pass(campaign.shift())
    assert campaign.facebook.live == []
    assert campaign.read(post_id).state is PostState.CANCELLED


def test_old_words_that_are_live_are_an_alarm(campaign: Campaign) -> None:
    """They went out before the change: a person must decide."""
    tandem_id = campaign.tandem()
    campaign.post(tandem_id)
    campaign.facebook.script = [(True, OutcomeUnknown("reset"))]
    run_pass(campaign.shift())
    now_in_the_region_only(campaign, tandem_id)
    campaign.clock.advance(QUIET)
    assert run_pass(campaign.shift()).needs_person


@pytest.mark.parametrize("changes", [{"mode": "soft"}, {"targeting": None}])
def test_a_region_only_person_is_sent_behind_a_gate_or_not_at_all(
    campaign: Campaign, changes: dict[str, object]
) -> None:
    """What the network could do is not enough: this very post must be limited."""
    tandem_id = campaign.tandem(show=Show.REGION, public_name="Sam")
    campaign.post(tandem_id, **({"mode": "hard"} | changes))
    run_pass(campaign.shift())
    assert campaign.facebook.live == []


@pytest.mark.parametrize(("effect", "sent"), [("none", 0), ("unclear", 1), ("narrows", 1)])
def test_a_limit_that_a_pilot_found_useless_lets_nobody_out(
    campaign: Campaign, effect: str, sent: int
) -> None:
    """Found after the approval, asked at the last moment; others go out behind it all the same."""
    with campaign.store.session() as session:
        told = {"effect": effect, "gated": 40, "open": 45}
        page = campaign.accounts["facebook"]
        capabilities.note(session, page, capabilities.GATE_EFFECT, told, "pilot", NOON)
    post_id = campaign.post(campaign.tandem(show=Show.REGION, public_name="Sam"), mode="hard")
    campaign.post(campaign.tandem("olena-und-kai"), mode="hard")
    assert run_pass(campaign.shift()).needs_person is (sent == 0)
    assert len(campaign.facebook.live) == sent + 1
    if not sent:
        post = campaign.read(post_id)
        assert post.state is PostState.CANCELLED
        assert "the limited post was seen by 40" in str(post.error)


def test_a_gate_that_was_not_kept_takes_the_post_down_and_asks_for_a_person(
    campaign: Campaign,
) -> None:
    """A person who may be seen in the region only is not left in front of everyone."""
    post_id = campaign.post(campaign.tandem(show=Show.REGION, public_name="Sam"), mode="hard")
    campaign.facebook.keeps_targeting = False
    tally = run_pass(campaign.shift())
    assert campaign.facebook.live == []
    assert campaign.read(post_id).state is PostState.WITHDRAWN
    assert tally.needs_person


def test_a_post_that_was_planned_for_another_page_is_not_sent(campaign: Campaign) -> None:
    """A new page in the configuration does not inherit the old page's approvals."""
    campaign.post(campaign.tandem())
    campaign.settings.networks["facebook"].__dict__["page_id"] = "99"
    run_pass(campaign.shift())
    assert campaign.facebook.live == []


@on_both
def test_two_workers_that_read_at_one_moment_are_one_read(campaign: Campaign) -> None:
    """Three reads must be spread over time, whoever makes them."""
    post_id = campaign.post(campaign.tandem())
    campaign.facebook.script = [(False, OutcomeUnknown("reset"))]
    run_pass(campaign.shift())
    campaign.clock.advance(QUIET)
    find, others = campaign.facebook.find, [1, 2]

    def with_others(*asked: object) -> list[Receipt]:
        found = find(*asked)
        if others:
            settle(campaign.shift(f"worker-{others.pop()}"), Tally())
        return found

    campaign.facebook.find = with_others
    settle(campaign.shift(), Tally())
    assert campaign.read(post_id).state is PostState.UNKNOWN


def test_only_tries_that_may_have_arrived_count_as_lost(campaign: Campaign) -> None:
    """Two refused connections and one lost answer are one lost post, not three."""
    post_id = campaign.post(campaign.tandem())
    campaign.facebook.script = [NotSent("x"), NotSent("x"), (False, OutcomeUnknown("reset"))]
    for _pass in range(3):
        run_pass(campaign.shift())
    for _read in range(3):
        campaign.clock.advance(QUIET)
        run_pass(campaign.shift())
    assert campaign.read(post_id).state is PostState.PUBLISHED


@pytest.mark.parametrize("first", [RateLimited("wait", seconds=60), NotAuthorised("token")])
def test_a_duplicate_refusal_after_a_try_that_was_answered_is_looked_into(
    campaign: Campaign, first: Exception
) -> None:
    """The network refused, and has the words all the same: they are found, not lost as refused."""
    post_id = campaign.post(campaign.tandem())
    campaign.facebook.script = [(True, first), Rejected("dup", duplicate=True)]
    run_pass(campaign.shift())
    campaign.clock.advance(timedelta(hours=1))
    assert run_pass(campaign.shift()).rejected == 0
    assert campaign.read(post_id).state is PostState.UNKNOWN
    campaign.clock.advance(timedelta(hours=1))
    run_pass(campaign.shift())
    assert campaign.read(post_id).state is PostState.PUBLISHED
    assert len(campaign.facebook.live) == 1


def test_a_duplicate_refusal_after_an_unsent_try_is_no_proof(campaign: Campaign) -> None:
    """Nothing of ours ever left the machine, so somebody else posted it."""
    post_id = campaign.post(campaign.tandem())
    campaign.facebook.script = [NotSent("x"), Rejected("dup", duplicate=True)]
    for _pass in range(2):
        run_pass(campaign.shift())
    assert campaign.read(post_id).state is PostState.REJECTED


@on_both
def test_a_rate_limit_holds_the_whole_account_for_every_worker(campaign: Campaign) -> None:
    """One call learns it; nobody calls again before the time is over."""
    tandem_id = campaign.tandem()
    posts = [campaign.post(tandem_id) for _number in range(5)]
    campaign.facebook.script = [RateLimited("slow", seconds=3600)] * 9
    for _pass in range(4):
        run_pass(campaign.shift())
        campaign.clock.advance(timedelta(seconds=30))
    send(campaign.shift("worker-2"), Tally(), campaign.facebook, posts[0])
    assert campaign.facebook.calls == 1


def test_a_refused_token_is_not_hammered(campaign: Campaign) -> None:
    """A scheduler that passes twice a minute asks again after a quarter of an hour."""
    campaign.post(campaign.tandem())
    campaign.facebook.script = [NotAuthorised("token")] * 9
    shift = campaign.shift()
    for _pass in range(20):
        run_pass(shift)
        campaign.machine.advance(timedelta(seconds=30))
    assert campaign.facebook.calls == 1
    campaign.machine.advance(timedelta(minutes=5))
    run_pass(shift)
    assert campaign.facebook.calls == 2


def test_what_comes_due_during_a_pass_is_on_time_in_the_next(campaign: Campaign) -> None:
    """The pass notes when it looked, not when it ended."""
    tandem_id = campaign.tandem()
    publish(campaign.shift(), Tally())
    campaign.post(tandem_id, due_at=NOON + timedelta(seconds=10))
    campaign.clock.advance(timedelta(seconds=20))
    for second in range(8):
        campaign.post(tandem_id, due_at=NOON + timedelta(minutes=1, seconds=second))
    campaign.facebook.script = [lambda _draft: campaign.clock.advance(timedelta(minutes=3))]
    publish(campaign.shift(), Tally())
    tally = Tally()
    publish(campaign.shift(), tally)
    assert tally.published == 8


def test_a_deleted_post_does_not_keep_the_others_from_being_checked(campaign: Campaign) -> None:
    """It is a finding of its own, once; the next post is looked at all the same."""
    tandem_id = campaign.tandem()
    gone, there = campaign.post(tandem_id), campaign.post(tandem_id)
    publish(campaign.shift(), Tally())
    stored = campaign.facebook.stored

    def without_the_first(remote_id: str, mode: str) -> object:
        if remote_id == "facebook-1":
            raise Rejected("no such post")
        return stored(remote_id, mode)

    campaign.facebook.stored = without_the_first
    verify(campaign.shift(), Tally())
    assert campaign.read(gone).error is None  # it may only not be shown yet
    campaign.clock.advance(QUIET)
    verify(campaign.shift(), Tally())
    assert campaign.read(there).targeting_kept is True
    assert campaign.read(gone).error


def test_a_post_that_waited_for_our_own_reads_is_not_too_late(campaign: Campaign) -> None:
    """One pass a day, a lost answer, three daily reads: it still goes out."""
    post_id = campaign.post(campaign.tandem())
    campaign.facebook.script = [(False, OutcomeUnknown("reset"))]
    run_pass(campaign.shift())
    for _day in range(9):
        campaign.clock.advance(timedelta(days=1))
        run_pass(campaign.shift())
    assert campaign.read(post_id).state is PostState.PUBLISHED


def overtake(campaign: Campaign) -> None:
    """Another worker takes the post over and finds it nowhere, while our call still lasts."""
    campaign.machine.advance(LEASE)
    recover(campaign.shift("worker-2"))
    for _read in range(3):
        campaign.clock.advance(QUIET)
        settle(campaign.shift("worker-2"), Tally())


@on_both
def test_a_late_receipt_is_never_thrown_away(campaign: Campaign) -> None:
    """The call took so long that the post was taken over and settled: proof is proof."""
    post_id = campaign.post(campaign.tandem())
    campaign.facebook.script = [lambda _draft: overtake(campaign)]
    publish(campaign.shift(), Tally())
    assert campaign.read(post_id).state is PostState.PUBLISHED


def test_a_receipt_for_a_post_that_was_sent_anew_is_an_alarm(campaign: Campaign) -> None:
    """Both are live: the link of the second one must reach a person."""
    post_id = campaign.post(campaign.tandem())

    def resent(_draft: object) -> None:
        overtake(campaign)
        send(campaign.shift("worker-2"), Tally(), campaign.facebook, post_id)

    campaign.facebook.script = [resent]
    tally = Tally()
    publish(campaign.shift(), tally)
    assert len(campaign.facebook.live) == 2
    assert campaign.read(post_id).remote_id == "facebook-1"
    assert tally.needs_person
    assert "facebook-2" in tally.findings[-1]


def test_a_called_off_post_needs_a_new_approval(campaign: Campaign) -> None:
    """Whatever called it off, its old approval is gone."""
    tandem_id = campaign.tandem()
    post_id = campaign.post(tandem_id)
    with campaign.store.session() as session:
        session.get_one(Tandem, tandem_id).adult = False
    run_pass(campaign.shift())
    with campaign.store.reading() as session:
        post = session.get_one(Post, post_id)
        assert (post.state, post.approved_digest) == (PostState.CANCELLED, None)


def test_a_worker_that_slept_before_its_call_sends_nothing(campaign: Campaign) -> None:
    """Suspended between intent and call; another machine settled and sent the post meanwhile."""
    post_id = campaign.post(campaign.tandem())

    def sleep(point: str) -> None:
        if point == "calling":
            overtake(campaign)
            send(campaign.shift("worker-2"), Tally(), campaign.facebook, post_id)

    publish(replace(campaign.shift(), reached=sleep), Tally())
    assert len(campaign.facebook.live) == 1
    assert campaign.read(post_id).state is PostState.PUBLISHED


def test_a_number_in_the_text_is_asked_for_again_before_sending(campaign: Campaign) -> None:
    """Approved when it was the campaign's own contact: by now it is a stranger's number."""
    text = "Wer kennt eine Schneiderei? Anruf genügt: 0761 555 0134"
    post_id = campaign.post(campaign.tandem("a"), text=text)
    tally = Tally()
    publish(campaign.shift(), tally)
    row = campaign.read(post_id)
    assert row.state is PostState.CANCELLED
    assert tally.needs_person
    assert "0134" not in (row.error or "")
    assert campaign.facebook.live == []
