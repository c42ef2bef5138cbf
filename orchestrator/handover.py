"""What a network keeps unseen for us, made to agree with what the campaign wants.

A post that was handed over goes out without this machine, so whatever stops, moves or changes it
has to reach the network. Each pass compares: what must not go out any more is deleted there, what
has another time is moved, what should be live by now is looked at. Every step is proved by reading
back, can be repeated, and is noted only afterwards: a crash between any two costs a repetition.
"""

from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from orchestrator.approve import cancel
from orchestrator.attempts import last_attempt, shows_by_now
from orchestrator.claim import not_eligible
from orchestrator.freeze import is_frozen
from orchestrator.i18n import _
from orchestrator.model import Attempt, Campaign, Post, Tandem
from orchestrator.outcome import adopt, let_go, note
from orchestrator.pause import pauses, stops
from orchestrator.ports import Holding, Network, Place, Receipt, Rejected, Trouble
from orchestrator.shift import Shift, Tally
from orchestrator.vocabulary import Outcome, PostState

# A platform publishes what it holds in the minute, not to the second.
GRACE = timedelta(minutes=5)
_CALLED_OFF = (PostState.CANCELLED, PostState.EXPIRED, PostState.REJECTED, PostState.WITHDRAWN)
_OUR_MOVE = (PostState.PLANNED, PostState.SCHEDULED, *_CALLED_OFF)


class Wish(StrEnum):
    """What the campaign wants of a post that a network keeps unseen."""

    KEEP = "keep"
    STOP = "stop"  # not now: it is planned again
    CALL_OFF = "call off"  # not at all: it comes down even if it went out
    MOVE = "move"
    CHECK = "check"


def attend(shift: Shift, tally: Tally, posts: Collection[int] | None = None) -> None:
    """Bring what the networks hold (None: all of it) into line; what fails is tried again."""
    with shift.store.reading() as session:
        wishes = _wishes(session, shift, posts)
    for post, wish in wishes:
        network = shift.networks.get(post.network)
        if network is None or shift.stopped():
            continue
        try:
            _fulfil(shift, tally, network, post, wish)
        except Trouble as trouble:
            tally.findings.append(f"post {post.id}: {trouble.why}")


def unconfirmed(shift: Shift, posts: Collection[int] | None = None) -> list[int]:
    """The posts that a network still has to give back, or to move: it did not confirm it yet."""
    with shift.store.reading() as session:
        unsettled = (Wish.STOP, Wish.CALL_OFF, Wish.MOVE)
        return [post.id for post, wish in _wishes(session, shift, posts) if wish in unsettled]


def _wishes(
    session: Session, shift: Shift, posts: Collection[int] | None
) -> list[tuple[Post, Wish]]:
    held = (
        select(Post, Tandem)
        .join(Tandem, col(Post.tandem_id) == Tandem.id)
        .where(
            Post.campaign_id == shift.campaign_id,
            col(Post.state).in_(_OUR_MOVE),
            col(Post.handed_digest).is_not(None),
        )
        .order_by(col(Post.due_at), col(Post.id))
    )
    if posts is not None:
        held = held.where(col(Post.id).in_(posts))
    wishes = [(post, _wish(session, shift, post, tandem)) for post, tandem in session.exec(held)]
    return [(post, wish) for post, wish in wishes if wish is not Wish.KEEP]


def _wish(session: Session, shift: Shift, post: Post, tandem: Tandem) -> Wish:
    campaign = session.get_one(Campaign, shift.campaign_id)
    # An older copy knows nothing of newer words and times: the release finds out first.
    knows = not is_frozen(session, campaign)(post.network)
    if knows and (post.state in _CALLED_OFF or not_eligible(session, shift, post, tandem)):
        return Wish.CALL_OFF
    if knows and post.approved_digest != post.handed_digest:
        return Wish.STOP
    if post.state is not PostState.SCHEDULED:
        return Wish.KEEP  # a draft: the next send shows it
    if stops(pauses(session, shift.campaign_id), post, tandem.slug):
        return Wish.STOP
    if post.handed_for is None or post.handed_for <= shift.now:
        return Wish.CHECK
    return Wish.MOVE if knows and post.due_at != post.handed_for else Wish.KEEP


def _fulfil(shift: Shift, tally: Tally, network: Network, post: Post, wish: Wish) -> None:
    assert post.remote_id is not None, "what a network keeps has a number"
    seen = network.look(post.remote_id)
    if seen and seen.place is Place.LIVE and wish is not Wish.CALL_OFF:
        _went_live(shift, tally, post, seen, wanted=wish is not Wish.STOP)
    elif wish in (Wish.STOP, Wish.CALL_OFF):
        _recall(shift, tally, network, post, seen, wish)
    elif wish is Wish.MOVE and seen:
        _move(shift, tally, network, post)
    elif shift.now >= (post.handed_for or shift.now) + GRACE:
        _overdue(shift, tally, post, seen)
    shift.reached("checked")


def _went_live(shift: Shift, tally: Tally, post: Post, seen: Receipt, *, wanted: bool) -> None:
    with shift.store.session(patient=True) as session:
        row = _still(session, post)
        if row is None:
            return
        adopt(row, seen, shift, row.digest)
        row.targeting_kept = None  # read back once more, now that people see it
        if not wanted:
            row.error = _("it went out before it could be called back; look whether it may stay")
            tally.alarm(f"post {row.id}: {row.error}")
        note(session, shift, "went out", row.id)
    tally.published += 1


def _recall(
    shift: Shift, tally: Tally, network: Network, post: Post, seen: Receipt | None, wish: Wish
) -> None:
    """Delete it at the network, and believe that only when it cannot be read any more."""
    remote_id = post.remote_id or ""
    shift.reached("recalling")
    deleted = network.takedown(remote_id)
    shift.reached("recalled")
    with shift.store.reading() as session:
        believed = deleted or shows_by_now(last_attempt(session, post.id), shift.now)
    if not believed or network.look(remote_id) is not None:
        tally.findings.append(
            _("post {number}: the network has not given it back yet").format(number=post.id)
        )
        return
    was_live = seen is not None and seen.place is Place.LIVE
    with shift.store.session(patient=True) as session:
        row = _still(session, post)
        if row is not None:
            _given_back(session, shift, tally, row, wish, was_live=was_live)


def _given_back(
    session: Session, shift: Shift, tally: Tally, row: Post, wish: Wish, *, was_live: bool
) -> None:
    if was_live:
        row.state, row.handed_digest, row.handed_for = PostState.WITHDRAWN, None, None
        row.error = _("it went out although it was called off, and was taken down")
        tally.alarm(f"post {row.id}: {row.error}")
    else:
        let_go(row)
        if row.state is PostState.SCHEDULED:
            _plan_or_cancel(session, shift, row, wish)
    note(session, shift, "recalled", row.id)


def _plan_or_cancel(session: Session, shift: Shift, row: Post, wish: Wish) -> None:
    tandem = session.get_one(Tandem, row.tandem_id)
    if wish is Wish.CALL_OFF:
        cancel(row, not_eligible(session, shift, row, tandem) or _("called off"))
    elif row.approved_digest is None:
        cancel(row, _("its approval was taken back"))
    else:
        row.state = PostState.PLANNED


def _move(shift: Shift, tally: Tally, network: Network, post: Post) -> None:
    assert isinstance(network, Holding), "only such a network holds posts"
    remote_id = post.remote_id or ""
    if not network.soonest <= post.due_at - shift.now <= network.latest:
        # Too near or too far for the platform: it goes out from here.
        _recall(shift, tally, network, post, None, Wish.STOP)
        return
    shift.reached("moving")
    try:
        network.move(remote_id, post.due_at)
    except Rejected as refusal:
        tally.findings.append(f"post {post.id}: {refusal.why}")
        _recall(shift, tally, network, post, network.look(remote_id), Wish.STOP)
        return
    shift.reached("moved")
    seen = network.look(remote_id)
    with shift.store.session(patient=True) as session:
        row = _still(session, post)
        if row and seen and seen.due_at is not None:
            row.handed_for = seen.due_at
            note(session, shift, "moved there", row.id)


def _overdue(shift: Shift, tally: Tally, post: Post, seen: Receipt | None) -> None:
    """Its time is over and it is not live: show it from here, or look for it everywhere."""
    with shift.store.session(patient=True) as session:
        row = _still(session, post)
        if row is None or row.state is not PostState.SCHEDULED:
            return
        if seen is not None:
            row.state, row.handed_for = PostState.PLANNED, None
            row.held_at = row.held_at or shift.now
            why = _("the platform did not publish it at its time; it is published from here")
        else:
            row.state = PostState.UNKNOWN
            _begin_search(last_attempt(session, row.id))
            why = _("the platform held it and has it no longer; it is looked for")
        row.error = why
        tally.findings.append(f"post {row.id}: {why}")
        note(session, shift, "not published by the platform", row.id)


def _begin_search(attempt: Attempt) -> None:
    attempt.outcome, attempt.reads, attempt.read_at = Outcome.UNKNOWN, 0, None


def _still(session: Session, post: Post) -> Post | None:
    """The post, locked, unless somebody else was quicker with it."""
    row = session.get_one(Post, post.id, with_for_update=True)
    same = (row.remote_id, row.state, row.handed_digest) == (
        post.remote_id,
        post.state,
        post.handed_digest,
    )
    return row if same else None
