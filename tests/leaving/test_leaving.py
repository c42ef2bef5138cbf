"""Withdrawing and closing: in force at once, proved gone, and honest about what is left."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select, update

from orchestrator.daemon import PACE
from orchestrator.elsewhere import dates
from orchestrator.ending import Ending, until_of
from orchestrator.leaving import away, decision
from orchestrator.leaving.ahead import dates_ahead
from orchestrator.model import Account, Attempt, Campaign, Consent, Event, Post, Tandem, Upload
from orchestrator.ports import (
    NotAuthorised,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unreadable,
)
from orchestrator.publish import send
from orchestrator.removal import must_go, remove
from orchestrator.run import run_pass
from orchestrator.settle import QUIET, settle
from orchestrator.shift import Tally
from orchestrator.vocabulary import Outcome, PostState, Show, TandemState
from schedules.clock import SystemClock
from tests.at_once import together
from tests.conftest import on_both
from tests.leaving.conftest import HOUR, Leaving
from tests.publishing.conftest import NOON

PASS = timedelta(minutes=16)


@on_both
def test_a_withdrawal_leaves_nothing_on_any_network(leaving: Leaving) -> None:
    """Planned, held and published posts are gone, both people's consents end, one event tells."""
    tandem_id, other = leaving.family("amira-und-jonas"), leaving.family("samuel-und-kirsten")
    gone = leaving.withdraw(tandem_id)
    assert (len(gone.removed), len(gone.called_back), gone.left) == (2, 1, [])
    assert (leaving.there(tandem_id), len(leaving.there(other))) == ([], 3)
    assert leaving.row(tandem_id).ended_at == NOON
    with leaving.store.reading() as session:
        given = session.exec(select(Consent).where(Consent.tandem_id == tandem_id)).all()
        told = session.exec(select(Event).where(Event.what == "withdraw")).all()
    assert all(each.withdrawn_at == NOON for each in given)
    assert [each.subject for each in told] == [f"tandem {tandem_id}"]
    assert leaving.withdraw(tandem_id) == away.Away()
    leaving.clock.advance(10 * HOUR)
    run_pass(leaving.shift())
    assert leaving.there(tandem_id) == []


@on_both
@pytest.mark.parametrize(("told", "hours"), [(NOON + 20 * HOUR, 20), (None, 24)])
def test_what_x_keeps_unseen_for_a_day_is_told_as_long_as_it_may_be_there(
    leaving: Leaving, told: datetime | None, hours: int
) -> None:
    """A picture that was brought for a planned post: nobody can delete it, nobody is asked to."""
    tandem_id, other = leaving.family("amira-und-jonas"), leaving.family("samuel-und-kirsten")
    for each in (tandem_id, other):
        leaving.brought(each, told)
    assert leaving.withdraw(tandem_id).unseen == {"x": NOON + hours * HOUR}
    run_pass(leaving.shift())
    assert leaving.withdraw(tandem_id).unseen == {"x": NOON + hours * HOUR}
    leaving.clock.advance(hours * HOUR)
    assert leaving.withdraw(tandem_id).unseen == {}
    with leaving.store.reading() as session:
        left = session.exec(select(Post.tandem_id).join(Upload)).all()
    assert tandem_id not in left
    assert other in left


def test_closing_keeps_what_is_published_until_somebody_says_otherwise(leaving: Leaving) -> None:
    """Kept first, then down; a closed tandem can still withdraw."""
    tandem_id = leaving.family("amira-und-jonas")
    assert leaving.close(tandem_id, posts_down=False).left == []
    assert len(leaving.there(tandem_id)) == 2
    run_pass(leaving.shift())
    assert len(leaving.there(tandem_id)) == 2
    assert len(leaving.close(tandem_id, posts_down=True).removed) == 2
    assert (leaving.row(tandem_id).state, leaving.row(tandem_id).closed_because) == (
        TandemState.CLOSED, "hired",
    )  # fmt: skip
    leaving.withdraw(tandem_id)
    assert leaving.row(tandem_id).state is TandemState.WITHDRAWN


TROUBLES = [
    (Rejected("This post cannot be deleted."), "This post cannot be deleted."),
    (NotAuthorised("The token was refused."), "The token was refused."),
    (NotSent("The network cannot be reached."), "The network cannot be reached."),
    (RateLimited("Too many calls.", seconds=600), "Too many calls."),
    (OutcomeUnknown("No answer."), "No answer."),
]


@pytest.mark.parametrize(("trouble", "why"), TROUBLES)
def test_a_network_that_does_not_delete_is_named_and_tried_again(
    leaving: Leaving, trouble: Exception, why: str
) -> None:
    """The other network is not kept waiting; a later pass takes the last one down."""
    tandem_id, takedown = leaving.family("amira-und-jonas"), leaving.x.takedown

    def refuse(_remote_id: str) -> bool:
        raise trouble

    leaving.x.takedown = refuse
    gone = leaving.withdraw(tandem_id)
    assert [(each.post.network, each.why) for each in gone.left] == [("x", why)]
    assert sum(leaving.waits) <= 25
    leaving.x.takedown = takedown
    leaving.clock.advance(PASS)
    leaving.machine.advance(PASS)
    run_pass(leaving.shift())
    assert leaving.there(tandem_id) == []
    assert leaving.bring(tandem_id).left == []


def test_a_network_that_refuses_to_be_read_is_told_to_delete_every_post(leaving: Leaving) -> None:
    """All of them in each pass, and each with its address; they count as gone once that is seen."""
    tandem_id = leaving.family("amira-und-jonas")
    leaving.out(leaving.post(tandem_id, "x"))
    there = {each for each in leaving.there(tandem_id) if each.startswith("x-")}
    asked: set[str] = set()
    look, takedown = leaving.x.look, leaving.x.takedown

    def refuse(_remote_id: str) -> None:
        raise Unreadable("It refuses to be read.")

    def delete(remote_id: str) -> bool:
        asked.add(remote_id)
        return takedown(remote_id)

    leaving.x.look, leaving.x.takedown = refuse, delete
    left = leaving.withdraw(tandem_id).left
    assert ({each.post.remote_id for each in left}, asked, len(there)) == (there, there, 2)
    asked.clear()
    found = run_pass(leaving.shift()).findings
    assert asked == there
    assert all(any(f"/{each}" in finding for finding in found) for each in there)
    leaving.x.look = look
    assert leaving.bring(tandem_id).left == []


def test_a_refusal_is_not_asked_again_and_again(leaving: Leaving) -> None:
    """Somebody at the terminal is told at once; a scheduler asks four times an hour."""
    tandem_id, asked = leaving.family("amira-und-jonas"), []

    def refuse(remote_id: str) -> bool:
        asked.append(remote_id)
        raise Rejected("not yours")

    leaving.x.takedown = refuse
    leaving.withdraw(tandem_id)
    for _pass in range(10):
        leaving.clock.advance(timedelta(minutes=2))
        run_pass(replace(leaving.shift(), pace=PACE))
    assert len(asked) == 2


@pytest.mark.parametrize("trouble", [Rejected("no"), OutcomeUnknown("reset"), NotSent("down")])
def test_no_pass_says_that_all_is_well_while_a_post_has_to_come_down(
    leaving: Leaving, trouble: Exception
) -> None:
    """A daily job tries at once, however short ago a person did, and its exit code tells."""
    tandem_id, takedown = leaving.family("amira-und-jonas"), leaving.x.takedown

    def refuse(_remote_id: str) -> bool:
        raise trouble

    leaving.x.takedown = refuse
    leaving.withdraw(tandem_id)
    assert run_pass(leaving.shift()).needs_person
    leaving.x.takedown = takedown
    assert not run_pass(leaving.shift()).needs_person
    assert leaving.there(tandem_id) == []


def test_a_short_outage_is_sat_out(leaving: Leaving) -> None:
    """Three broken connections cost seconds and no second command."""
    tandem_id, takedown, breaks = leaving.family("amira-und-jonas"), leaving.x.takedown, [1, 2, 3]

    def shaky(remote_id: str) -> bool:
        if breaks:
            breaks.pop()
            raise NotSent("refused")
        return takedown(remote_id)

    leaving.x.takedown = shaky
    assert leaving.withdraw(tandem_id).left == []
    assert len(leaving.waits) == 3


def test_what_reading_waits_for_does_not_hold_up_a_withdrawal(leaving: Leaving) -> None:
    """At the cap, or after too many questions, figures can wait until tomorrow; people cannot."""
    tandem_id = leaving.family("amira-und-jonas")
    with leaving.store.session() as session:
        session.exec(update(Account).values(read_not_before=NOON + timedelta(days=1)))
    assert leaving.withdraw(tandem_id).left == []


@pytest.mark.parametrize(("sent", "left"), [(HOUR, 0), (timedelta(minutes=3), 1)])
def test_already_gone_is_believed_when_the_post_is_old_enough(
    leaving: Leaving, sent: timedelta, left: int
) -> None:
    """Right after a send a platform may only not show it yet."""
    tandem_id = leaving.tandem()
    post_id = leaving.post(tandem_id)
    leaving.out(post_id, sent)
    leaving.facebook.takedown(f"facebook-{post_id}")
    assert len(leaving.withdraw(tandem_id).left) == left
    leaving.clock.advance(PASS)
    assert leaving.bring(tandem_id).left == []
    assert leaving.read(post_id).state is PostState.WITHDRAWN


def test_a_network_that_says_deleted_and_still_shows_it_is_not_believed(leaving: Leaving) -> None:
    """The proof is reading back."""
    tandem_id = leaving.family("amira-und-jonas")
    leaving.x.takedown = lambda _remote_id: True
    gone = leaving.withdraw(tandem_id)
    assert [each.why for each in gone.left] == ["the network still shows it"]
    assert gone.left[0].post.state is PostState.PUBLISHED


def test_a_network_that_is_off_is_said(leaving: Leaving) -> None:
    """Nobody can delete there from here; nothing is taken for done."""
    tandem_id = leaving.family("amira-und-jonas")
    with leaving.store.session() as session:
        decision.withdraw(session, tandem_id, NOON, "heike")
    shift = replace(leaving.shift(), networks={"facebook": leaving.facebook})
    gone = away.bring(shift, Tally(), tandem_id, lambda _seconds: None)
    assert [(each.post.network, "is off" in each.why) for each in gone.left] == [("x", True)]


def test_a_post_in_flight_is_waited_for_and_comes_down(leaving: Leaving) -> None:
    """The send that had begun ends while somebody waits."""
    tandem_id = leaving.tandem()
    post_id = leaving.post(tandem_id, "x")
    with leaving.store.session() as session:
        post = session.get_one(Post, post_id)
        post.state, post.claimed_by = PostState.SENDING, leaving.shift().worker
        post.lease_until = leaving.machine.now() + HOUR
        leaving.tried(session, post, timedelta(), None)
        decision.withdraw(session, tandem_id, NOON, "heike")
    flying = leaving.bring(tandem_id)
    assert [each.why for each in flying.left] == ["it is being sent at this moment"]
    assert 5 <= sum(leaving.waits) <= 25
    assert leaving.bring(tandem_id, lambda: _lands(leaving, post_id)).left == []
    assert leaving.read(post_id).state is PostState.WITHDRAWN


def _lands(leaving: Leaving, post_id: int) -> None:
    if leaving.read(post_id).state is PostState.SENDING:
        leaving.out(post_id)


@on_both
def test_an_unclear_post_is_looked_for_and_then_settled_by_the_passes(leaving: Leaving) -> None:
    """Found: it comes down at once. Not found: it is left, until three looks have proved it."""
    tandem_id = leaving.tandem()
    found, lost = leaving.post(tandem_id, "x"), leaving.post(tandem_id)
    with leaving.store.session() as session:
        for number in (found, lost):
            post = session.get_one(Post, number)
            post.state = PostState.UNKNOWN
            leaving.tried(session, post, timedelta(minutes=5), Outcome.UNKNOWN)
    leaving.x.put("x-77", leaving.read(found).text)
    gone = leaving.withdraw(tandem_id)
    assert (gone.removed, [each.post.id for each in gone.left]) == ([found], [lost])
    assert leaving.x.ids() == set()
    for _look in range(3):
        leaving.clock.advance(QUIET)
        run_pass(leaving.shift())
    assert leaving.read(lost).state is PostState.CANCELLED
    assert leaving.bring(tandem_id).left == []


def test_every_copy_of_a_post_comes_down(leaving: Leaving) -> None:
    """A lost answer left two; both go, one after the other, before it counts as gone."""
    tandem_id = leaving.tandem()
    post_id = leaving.post(tandem_id)
    leaving.out(post_id)
    with leaving.store.session() as session:
        leaving.tried(session, session.get_one(Post, post_id), HOUR, Outcome.NOT_SENT)
    leaving.facebook.put("facebook-copy", leaving.read(post_id).text)
    assert leaving.withdraw(tandem_id).removed == [post_id]
    assert leaving.facebook.ids() == set()


def test_a_copy_that_shows_up_after_the_removal_comes_down_as_well(leaving: Leaving) -> None:
    """What was sent again is looked for once more after hours; it must not stay then."""
    tandem_id = leaving.tandem()
    post_id = leaving.post(tandem_id)
    leaving.out(post_id)
    with leaving.store.session() as session:
        leaving.tried(session, session.get_one(Post, post_id), HOUR, Outcome.NOT_SENT)
        session.flush()
        session.exec(update(Attempt).where(Attempt.number == 2).values(reads=3))
    assert leaving.withdraw(tandem_id).left == []
    leaving.facebook.put("facebook-late", leaving.read(post_id).text)
    leaving.clock.advance(4 * HOUR)
    tally = run_pass(leaving.shift())
    assert tally.needs_person
    assert leaving.facebook.ids() == set()
    assert leaving.read(post_id).state is PostState.WITHDRAWN


@on_both
def test_two_workers_that_remove_at_once_count_it_once(leaving: Leaving) -> None:
    """Each deletes what is there; one of them writes it down."""
    tandem_id = leaving.family("amira-und-jonas")
    with leaving.store.session() as session:
        decision.withdraw(session, tandem_id, NOON, "heike")
    tallies = [Tally(), Tally()]
    shift = leaving.shift()
    assert together(2, lambda number: remove(shift, tallies[number], {tandem_id})) == []
    assert sum(tally.removed for tally in tallies) == 2
    with leaving.store.reading() as session:
        down = session.exec(select(Event).where(Event.what == "taken down")).all()
    assert len(down) == 2


def test_no_claim_outlives_the_decision(leaving: Leaving) -> None:
    """A worker that had chosen the post sends nothing after it."""
    tandem_id = leaving.tandem()
    post_id = leaving.post(tandem_id, "x")
    shift = leaving.shift()

    def decide(point: str) -> None:
        if point == "claimed":
            with leaving.store.session() as session:
                decision.withdraw(session, tandem_id, NOON, "heike")

    send(replace(shift, reached=decide), Tally(), leaving.x, post_id)
    assert leaving.x.drafts == []
    assert leaving.read(post_id).state is PostState.CANCELLED


def _ends(leaving: Leaving, tandem_id: int, on: date) -> None:
    with leaving.store.session() as session:
        session.exec(update(Consent).where(Consent.tandem_id == tandem_id).values(ends_on=on))


def test_the_last_day_of_a_consent_still_counts(leaving: Leaving) -> None:
    """On the day itself everything stays; on the next one a pass takes it down."""
    tandem_id = leaving.family("amira-und-jonas")
    _ends(leaving, tandem_id, date(2026, 11, 24))
    run_pass(leaving.shift())
    assert [post.state for post in leaving.of(tandem_id)].count(PostState.PUBLISHED) == 2
    leaving.clock.advance(timedelta(hours=12, minutes=1))  # a minute past midnight in Berlin
    assert run_pass(leaving.shift()).removed == 2
    why = {post.error for post in leaving.of(tandem_id) if post.state is PostState.WITHDRAWN}
    assert why == {"taken down: consent has ended"}


def test_the_campaign_s_last_day_ends_all(leaving: Leaving) -> None:
    """Eight weeks after the end, consents or not."""
    post_id = leaving.post(leaving.tandem(), "x")
    leaving.out(post_id)
    leaving.clock.at = datetime(2027, 1, 24, 11, tzinfo=UTC)
    run_pass(leaving.shift())
    assert leaving.x.ids() == {f"x-{post_id}"}
    leaving.clock.advance(timedelta(days=1))
    run_pass(leaving.shift())
    assert leaving.x.ids() == set()


def _frozen(leaving: Leaving, _monkeypatch: pytest.MonkeyPatch) -> Any:
    with leaving.store.session() as session:
        session.get_one(Campaign, leaving.id).frozen_since = NOON - HOUR
    return leaving.shift()


def _clock_ahead(by: timedelta) -> Callable[[Leaving, pytest.MonkeyPatch], Any]:
    class Ahead(SystemClock):
        def now(self) -> datetime:
            return NOON + by

    def shift(leaving: Leaving, monkeypatch: pytest.MonkeyPatch) -> Any:
        monkeypatch.setattr(dates, "server_time", lambda _address: NOON)
        return replace(leaving.shift(), clock=Ahead(), machine=Ahead())

    return shift


@pytest.mark.parametrize(
    "doubtful", [_frozen, _clock_ahead(timedelta(hours=13)), _clock_ahead(timedelta(days=365))]
)
def test_a_clock_or_a_copy_that_may_be_wrong_deletes_nothing_by_date(
    leaving: Leaving, monkeypatch: pytest.MonkeyPatch, doubtful: Any
) -> None:
    """A consent that was renewed since is unknown to a copy; a withdrawal counts all the same."""
    tandem_id, other = leaving.family("amira-und-jonas"), leaving.family("samuel-und-kirsten")
    on = date(2026, 11, 23) if doubtful is _frozen else date(2026, 11, 24)
    for each in (tandem_id, other):
        _ends(leaving, each, on)
    shift = doubtful(leaving, monkeypatch)
    with leaving.store.reading() as session:
        assert {each.why for each in must_go(session, shift)} == {Ending.CONSENT_ENDED}
    remove(shift, Tally())
    assert len(leaving.there(tandem_id)) == 3
    with leaving.store.session() as session:
        decision.withdraw(session, tandem_id, shift.now, "heike")
    assert away.bring(shift, Tally(), tandem_id, lambda _seconds: None).left == []
    assert (leaving.there(tandem_id), len(leaving.there(other))) == ([], 3)


def test_a_try_of_a_clock_that_was_ahead_does_not_stop_the_next(leaving: Leaving) -> None:
    """A failed try noted for next year is tried again today."""
    tandem_id = leaving.family("amira-und-jonas")
    with leaving.store.session() as session:
        decision.withdraw(session, tandem_id, NOON, "heike")
        for post in session.exec(select(Post).where(Post.state == PostState.PUBLISHED)):
            post.removal_at = NOON + timedelta(days=365)
    remove(leaving.shift(), Tally())
    assert [each.state for each in leaving.of(tandem_id)].count(PostState.WITHDRAWN) == 2


def test_a_stricter_safety_check_takes_down_what_shows_too_much(leaving: Leaving) -> None:
    """What was shown in full must not stay when only an alias may be seen."""
    tandem_id = leaving.tandem(show=Show.ALIAS)
    post_id = leaving.post(tandem_id, show=Show.FULL)
    leaving.out(post_id)
    run_pass(leaving.shift())
    assert leaving.facebook.ids() == set()
    assert "safety check" in (leaving.read(post_id).error or "")


SHOT = {"digest": "0" * 64, "kind": "photo", "mime": "image/jpeg", "alt": "Sie näht."}


def _agrees(leaving: Leaving, tandem_id: int, **changes: Any) -> None:
    """The person agreed to show the face."""
    with leaving.store.session() as session:
        person = session.get_one(Tandem, tandem_id).refugee_id
        given = {"purpose": "face", "given_on": date(2026, 10, 1), "person_id": person} | changes
        session.add(Consent(tandem_id=tandem_id, **given))


def _illustrated(leaving: Leaving, tandem_id: int) -> tuple[int, int, int]:
    """A post with a picture, a post without one, and one with a picture that Facebook holds."""
    live = leaving.post(tandem_id, media=[SHOT], show=Show.FULL)
    plain = leaving.post(tandem_id, "x", show=Show.FULL)
    held = leaving.post(tandem_id, media=[SHOT], show=Show.FULL, due_at=NOON + 5 * HOUR)
    leaving.out(live)
    leaving.out(plain)
    leaving.held(held)
    return live, plain, held


@pytest.mark.parametrize(
    ("given", "tandem", "why"),
    [
        ({"withdrawn_at": NOON}, {}, "the face was withdrawn"),
        ({"ends_on": date(2026, 11, 23)}, {}, "the face has ended"),
        (None, {}, "the face was withdrawn"),
        ({}, {"show": Show.NO_FACE}, "safety check"),
        ({}, {}, None),
        ({"ends_on": date(2026, 11, 24)}, {}, None),
        ({"version": "0"}, {}, None),
    ],
)
@on_both
def test_a_picture_comes_down_where_the_face_must_not_be_seen(
    leaving: Leaving, given: dict[str, Any] | None, tandem: dict[str, Any], why: str | None
) -> None:
    """Live and held posts with one; the words alone stay, as they tell no more than before.

    A consent to an older text lets nothing new out, but what it once allowed may stay.
    """
    tandem_id = leaving.tandem(**tandem)
    if given is not None:
        _agrees(leaving, tandem_id, **given)
    live, plain, held = _illustrated(leaving, tandem_id)
    run_pass(leaving.shift())
    kept = {f"x-{plain}"}
    kept |= set() if why else {f"facebook-{live}"}
    older = given is not None and "version" in given
    kept |= set() if why or older else {f"facebook-{held}"}
    assert set(leaving.there(tandem_id)) == kept
    said = leaving.read(live).error or ""
    assert (why in said) if why else not said


def test_a_film_of_the_volunteers_face_asks_the_refugee(leaving: Leaving) -> None:
    """Whoever is shown agrees: the volunteer's own consent lets no picture stay."""
    tandem_id = leaving.tandem()
    with leaving.store.reading() as session:
        volunteer = session.get_one(Tandem, tandem_id).volunteer_id
    _agrees(leaving, tandem_id, person_id=volunteer)
    live, plain, _held = _illustrated(leaving, tandem_id)
    run_pass(leaving.shift())
    assert leaving.read(live).state is PostState.WITHDRAWN
    assert leaving.read(plain).state is PostState.PUBLISHED


@on_both
def test_the_dates_ahead_name_who_where_and_how_many(leaving: Leaving) -> None:
    """Consents by day, the rest by the campaign's last day; nothing that has to go already."""
    first, second = leaving.family("amira-und-jonas"), leaving.family("samuel-und-kirsten")
    gone = leaving.family("daniel-und-heike")
    _ends(leaving, first, date(2026, 12, 3))
    _ends(leaving, gone, date(2026, 11, 23))
    with leaving.store.reading() as session:
        until = until_of(leaving.settings.campaign, NOON)
        told = [each.sentence() for each in dates_ahead(session, leaving.id, until)]
    assert told == [
        "Consent of amira-und-jonas for Facebook, X ends on Dec 3, 2026: 2 published posts come"
        " down; extending needs a new consent",
        "posts_until is Jan 24, 2027: 2 published posts come down",
    ]
    assert second


def test_settling_alone_takes_nothing_down(leaving: Leaving) -> None:
    """A post that went out unseen by us is found first, and removed by the same pass after it."""
    tandem_id = leaving.tandem()
    post_id = leaving.post(tandem_id)
    with leaving.store.session() as session:
        post = session.get_one(Post, post_id)
        post.state = PostState.UNKNOWN
        leaving.tried(session, post, HOUR, Outcome.UNKNOWN)
        decision.withdraw(session, tandem_id, NOON, "heike")
    leaving.facebook.put("facebook-9", leaving.read(post_id).text)
    settle(leaving.shift(), Tally())
    assert leaving.read(post_id).state is PostState.PUBLISHED
    remove(leaving.shift(), Tally())
    assert leaving.facebook.ids() == set()
