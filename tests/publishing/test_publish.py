"""Claim, intent, send, outcome: every end of a send leaves the state that is certain."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from orchestrator.claim import LEASE
from orchestrator.due import recover
from orchestrator.model import Attempt, Consent, Event, Tandem
from orchestrator.model import (
    Campaign as CampaignRow,
)
from orchestrator.pause import pause, resume
from orchestrator.ports import (
    NotAuthorised,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Rejected,
)
from orchestrator.publish import publish
from orchestrator.run import run_pass
from orchestrator.shift import Tally
from orchestrator.verify import verify
from orchestrator.vocabulary import Outcome, PostState, Scope, TandemState
from tests.conftest import on_both
from tests.publishing.conftest import NOON, TARGETING, Campaign


def sent(campaign: Campaign) -> Tally:
    tally = Tally()
    publish(campaign.shift(), tally)
    return tally


def attempts(campaign: Campaign, post_id: int) -> list[Attempt]:
    with campaign.store.reading() as session:
        return list(session.exec(select(Attempt).where(Attempt.post_id == post_id)).all())


@on_both
def test_a_due_post_goes_out_once_with_its_targeting(campaign: Campaign) -> None:
    """Publishing twice sends once; the receipt and the attempt are kept."""
    post_id = campaign.post(campaign.tandem())

    assert sent(campaign).published == 1
    assert sent(campaign).published == 0

    post = campaign.read(post_id)
    assert (post.state, post.remote_id) == (PostState.PUBLISHED, "facebook-1")
    assert [draft.targeting for draft in campaign.facebook.drafts] == [TARGETING]
    assert [each.outcome for each in attempts(campaign, post_id)] == [Outcome.DONE]


@on_both
def test_the_intent_is_committed_before_the_call(campaign: Campaign) -> None:
    """While the network is called, another connection already sees the open attempt."""
    post_id = campaign.post(campaign.tandem())
    seen = []

    def look(_draft: object) -> None:
        seen.append((campaign.read(post_id).state, len(attempts(campaign, post_id))))

    campaign.facebook.script = [look]
    sent(campaign)
    assert seen == [(PostState.SENDING, 1)]


@pytest.mark.parametrize(
    ("trouble", "state", "outcome"),
    [
        (Rejected("no"), PostState.REJECTED, Outcome.REJECTED),
        (RateLimited("slow", seconds=600), PostState.PLANNED, Outcome.RATE_LIMITED),
        (NotAuthorised("token"), PostState.PLANNED, Outcome.NOT_AUTHORISED),
        (NotSent("refused"), PostState.PLANNED, Outcome.NOT_SENT),
        (OutcomeUnknown("reset"), PostState.UNKNOWN, Outcome.UNKNOWN),
    ],
)
def test_every_trouble_has_its_state(
    campaign: Campaign, trouble: Exception, state: PostState, outcome: Outcome
) -> None:
    """Each end of a write leads to exactly one state, and is written down as an attempt."""
    post_id = campaign.post(campaign.tandem())
    campaign.facebook.script = [trouble]

    sent(campaign)

    assert campaign.read(post_id).state is state
    assert [each.outcome for each in attempts(campaign, post_id)] == [outcome]


@pytest.mark.parametrize(
    "trouble", [RateLimited("slow", seconds=600), NotSent("x"), NotAuthorised("x")]
)
def test_a_network_that_cannot_send_is_left_alone_and_the_other_goes_on(
    campaign: Campaign, trouble: Exception
) -> None:
    """One closed network costs one call; the other network's posts are not held up."""
    tandem = campaign.tandem()
    first, second = campaign.post(tandem), campaign.post(tandem)
    on_x = campaign.post(tandem, "x")
    campaign.facebook.script = [trouble]

    tally = sent(campaign)

    assert campaign.facebook.calls == 1
    assert list(tally.closed) == ["facebook"]
    assert [campaign.read(each).state for each in (first, second)] == [PostState.PLANNED] * 2
    assert campaign.read(on_x).state is PostState.PUBLISHED


def test_a_rate_limited_post_waits_as_long_as_the_network_asked(campaign: Campaign) -> None:
    """Not a minute earlier is the post tried again."""
    post_id = campaign.post(campaign.tandem())
    campaign.facebook.script = [RateLimited("slow", seconds=600)]
    sent(campaign)

    campaign.clock.advance(timedelta(minutes=9))
    assert sent(campaign).published == 0
    campaign.clock.advance(timedelta(minutes=1))
    assert sent(campaign).published == 1
    assert campaign.read(post_id).state is PostState.PUBLISHED


def test_an_unanswered_send_is_never_repeated_blindly(campaign: Campaign) -> None:
    """Passes within the quiet period do not touch the network for an unknown post."""
    post_id = campaign.post(campaign.tandem())
    campaign.facebook.script = [(True, OutcomeUnknown("reset"))]
    for _pass in range(3):
        run_pass(campaign.shift())
        campaign.clock.advance(timedelta(minutes=2))

    assert len(campaign.facebook.live) == 1
    assert campaign.read(post_id).state is PostState.UNKNOWN


def test_ctrl_c_in_the_middle_of_a_call_leaves_the_post_unknown(campaign: Campaign) -> None:
    """Nobody knows whether it is live, so nothing else may be written down."""
    post_id = campaign.post(campaign.tandem())

    def interrupt(_draft: object) -> None:
        raise KeyboardInterrupt

    campaign.facebook.script = [interrupt]
    with pytest.raises(KeyboardInterrupt):
        sent(campaign)
    assert campaign.read(post_id).state is PostState.UNKNOWN


@pytest.mark.parametrize(
    "scope", [(Scope.ALL, ""), (Scope.NETWORK, "facebook"), (Scope.TANDEM, "amira-und-jonas")]
)
@on_both
def test_a_pause_stops_before_the_next_send(campaign: Campaign, scope: tuple[Scope, str]) -> None:
    """A stop that comes while a post is being sent holds back the very next one."""
    tandem = campaign.tandem()
    campaign.post(tandem)
    second = campaign.post(tandem)

    def stop(_draft: object) -> None:
        with campaign.store.session() as session:
            pause(session, campaign.id, [scope], NOON, "tester")

    campaign.facebook.script = [stop]
    sent(campaign)

    assert len(campaign.facebook.live) == 1
    assert campaign.read(second).state is PostState.PLANNED
    with campaign.store.session() as session:
        assert len(resume(session, campaign.id, [scope], NOON, "tester")) == 1
    assert sent(campaign).published == 1


def test_only_what_was_approved_in_this_form_is_sent(campaign: Campaign) -> None:
    """No approval, or an approval of another text, keeps a post here."""
    tandem = campaign.tandem()
    campaign.post(tandem, approved_digest=None)
    changed = campaign.post(tandem)
    with campaign.store.session() as session:
        post = session.get_one(type(campaign.read(changed)), changed)
        post.text = "Ganz anders"  # behind the program's back: digest and approval still agree

    tally = sent(campaign)

    assert campaign.facebook.live == []
    assert campaign.read(changed).state is PostState.CANCELLED
    assert tally.cancelled == 1


@pytest.mark.parametrize(
    "change",
    [
        {"state": TandemState.WITHDRAWN},
        {"state": TandemState.CLOSED},
        {"adult": False},
        {"show": None},
    ],
)
def test_consent_and_safety_are_asked_again_before_sending(
    campaign: Campaign, change: dict[str, object]
) -> None:
    """What changed since the approval still keeps the post from going out."""
    tandem_id = campaign.tandem()
    post_id = campaign.post(tandem_id)
    with campaign.store.session() as session:
        session.get_one(Tandem, tandem_id).sqlmodel_update(change)

    sent(campaign)

    assert campaign.facebook.calls == 0
    assert campaign.read(post_id).state is PostState.CANCELLED


@on_both
def test_an_ended_consent_keeps_the_post_here(campaign: Campaign) -> None:
    """The last day of consent counts in the campaign's own time zone."""
    tandem_id = campaign.tandem()
    post_id = campaign.post(tandem_id)
    with campaign.store.session() as session:
        for consent in session.exec(select(Consent)).all():
            consent.ends_on = date(2026, 11, 23)
    sent(campaign)
    assert campaign.read(post_id).state is PostState.CANCELLED


@on_both
def test_a_claim_of_a_dead_worker_is_taken_over_only_after_its_lease(campaign: Campaign) -> None:
    """A claim was never sent, so it is planned again; an open send becomes unknown."""
    tandem = campaign.tandem()
    claimed = campaign.post(
        tandem, state=PostState.CLAIMED, claimed_by="elsewhere", lease_until=NOON + LEASE
    )
    sending = campaign.post(
        tandem, state=PostState.SENDING, claimed_by="elsewhere", lease_until=NOON + LEASE
    )

    recover(campaign.shift())
    assert [campaign.read(each).state for each in (claimed, sending)] == [
        PostState.CLAIMED,
        PostState.SENDING,
    ]

    campaign.machine.advance(LEASE)
    recover(campaign.shift())
    assert [campaign.read(each).state for each in (claimed, sending)] == [
        PostState.PLANNED,
        PostState.UNKNOWN,
    ]


@on_both
def test_a_worker_that_lost_its_post_cannot_write_a_refusal(campaign: Campaign) -> None:
    """A slow answer after the take-over must not overwrite what the other worker found."""
    post_id = campaign.post(campaign.tandem())

    def overtaken(_draft: object) -> Exception:
        campaign.machine.advance(LEASE)
        recover(campaign.shift("worker-2"))
        return Rejected("too late")

    campaign.facebook.script = [overtaken]
    sent(campaign)
    assert campaign.read(post_id).state is PostState.UNKNOWN


@on_both
def test_a_receipt_counts_also_after_a_take_over(campaign: Campaign) -> None:
    """Proof that the post is live is never thrown away."""
    post_id = campaign.post(campaign.tandem())

    def overtaken(_draft: object) -> None:
        campaign.machine.advance(LEASE)
        recover(campaign.shift("worker-2"))

    campaign.facebook.script = [overtaken]
    sent(campaign)
    assert campaign.read(post_id).state is PostState.PUBLISHED


@on_both
def test_spending_stops_at_the_cap(campaign: Campaign) -> None:
    """The post that would go over the cap waits, and the network says why."""
    tandem = campaign.tandem()
    campaign.settings.networks["x"].__dict__["cap"] = 0.03
    posts = [campaign.post(tandem, "x") for _number in range(3)]

    tally = sent(campaign)

    assert [campaign.read(each).state for each in posts] == [PostState.PUBLISHED] * 2 + [
        PostState.PLANNED
    ]
    assert "x" in tally.closed


@on_both
def test_late_posts_go_out_a_few_at_a_time_and_none_is_given_up_for_it(campaign: Campaign) -> None:
    """After a long silence at most ``burst`` old posts a pass; the held ones do not expire."""
    tandem = campaign.tandem()
    old = [campaign.post(tandem, due_at=NOON - timedelta(hours=30, minutes=n)) for n in range(7)]
    assert sent(campaign).published == 5
    campaign.clock.advance(timedelta(days=7))
    assert sent(campaign).published == 2
    assert {campaign.read(each).state for each in old} == {PostState.PUBLISHED}


def test_a_post_that_is_too_late_is_given_up_and_shown(campaign: Campaign) -> None:
    """Later than max_late of sendable time: expired, with a reason."""
    post_id = campaign.post(campaign.tandem(), due_at=NOON - timedelta(days=30))
    assert sent(campaign).expired == 1
    assert campaign.read(post_id).state is PostState.EXPIRED
    assert campaign.read(post_id).error


def test_a_targeting_that_was_not_kept_is_a_finding(campaign: Campaign) -> None:
    """The platform's own copy is compared; what could not be read is asked again."""
    post_id = campaign.post(campaign.tandem())
    campaign.facebook.keeps_targeting = False
    sent(campaign)
    campaign.facebook.reading = OutcomeUnknown("down")
    tally = Tally()
    verify(campaign.shift(), tally)
    assert campaign.read(post_id).targeting_kept is None

    campaign.facebook.reading = None
    verify(campaign.shift(), tally)
    assert campaign.read(post_id).targeting_kept is False
    assert any(f"post {post_id}" in finding for finding in tally.findings)


@on_both
def test_every_send_is_in_the_audit_log(campaign: Campaign) -> None:
    """Who sent which post when, without any personal data."""
    post_id = campaign.post(campaign.tandem())
    sent(campaign)
    with campaign.store.reading() as session:
        events = session.exec(select(Event).where(Event.subject == f"post {post_id}")).all()
        assert [each.what for each in events] == ["send done"]
        assert session.get_one(CampaignRow, campaign.id).last_pass_at == campaign.clock.now()
