"""The third commit of a send: what became of it. Nothing after the call can re-enter it."""

from datetime import timedelta
from enum import Enum, auto

from sqlmodel import Session, col, select

from orchestrator import conditions, journal, uploads
from orchestrator.approve import cancel
from orchestrator.attempts import last_attempt
from orchestrator.claim import account_of, not_eligible
from orchestrator.i18n import _
from orchestrator.model import Post, Tandem
from orchestrator.pause import pauses, stops
from orchestrator.ports import (
    NotAuthorised,
    NotSent,
    Place,
    RateLimited,
    Receipt,
    Rejected,
    Trouble,
    Unattached,
)
from orchestrator.shift import Shift
from orchestrator.vocabulary import Outcome, PostState, TandemState

_STATE_AT = {
    Place.LIVE: PostState.PUBLISHED,
    Place.HELD: PostState.SCHEDULED,
    Place.DRAFT: PostState.PLANNED,
}
_NEXT_STATE = {
    Outcome.REJECTED: PostState.REJECTED,
    Outcome.UNKNOWN: PostState.UNKNOWN,
    Outcome.RATE_LIMITED: PostState.PLANNED,
    Outcome.NOT_AUTHORISED: PostState.PLANNED,
    Outcome.NOT_SENT: PostState.PLANNED,
}
# Found by somebody who settled it, while our own call still lasted.
_FOUND = (PostState.PUBLISHED, PostState.SCHEDULED)
# A receipt is proof: it counts also after the post was taken over, unless it was sent anew.
_RECEIPT_COUNTS = (
    PostState.SENDING,
    PostState.UNKNOWN,
    PostState.PLANNED,
    PostState.CANCELLED,
    PostState.EXPIRED,
    PostState.REJECTED,
)


def outcome_of(trouble: Trouble) -> Outcome:
    """What a network's trouble says of the write."""
    kinds = {
        Rejected: Outcome.REJECTED,
        Unattached: Outcome.REJECTED,
        RateLimited: Outcome.RATE_LIMITED,
        NotAuthorised: Outcome.NOT_AUTHORISED,
        NotSent: Outcome.NOT_SENT,
    }
    return kinds.get(type(trouble), Outcome.UNKNOWN)


class Delivery(Enum):
    """How a receipt was written down."""

    OURS = auto()
    UNAPPROVED = auto()
    TAKEN_OVER = auto()


def unapproved() -> str:
    """What is said of a post that went out while its approval was being taken back."""
    return _("it is live, but no approval of it is on record; look whether it may stay")


def delivered(shift: Shift, post_id: int, fence: int, receipt: Receipt) -> Delivery:
    """Write down that the network has the post, and whether it was still ours.

    Patient, as all that is written down after a call: a busy database must not lose a receipt.
    """
    with shift.store.session(patient=True) as session:
        conditions.has_sent(session, post_id, shift.now)
        post = _ours(session, post_id, fence, (*_RECEIPT_COUNTS, *_FOUND))
        if post is None or (post.state in _FOUND and post.remote_id != receipt.remote_id):
            return Delivery.TAKEN_OVER
        adopt(post, receipt, shift, last_attempt(session, post_id).digest)
        uploads.forget(session, post)
        _end(session, shift, post, Outcome.DONE, "")
        left = session.get_one(Tandem, post.tandem_id).state is TandemState.WITHDRAWN
        if receipt.place is Place.LIVE and post.approved_digest is None and not left:
            # Of whoever withdrew it comes down anyway.
            post.error = unapproved()
            return Delivery.UNAPPROVED
        return Delivery.OURS


def numbered(shift: Shift, post_id: int, fence: int, receipt: Receipt) -> bool:
    """Write down the number of a draft; whether the post is ours, and may still be shown."""
    with shift.store.session(patient=True) as session:
        post = _ours(session, post_id, fence, (PostState.SENDING,))
        if post is None:
            return False
        post.remote_id, post.handed_digest = receipt.remote_id, post.digest
        uploads.forget(session, post)  # the draft has them
        tandem = session.get_one(Tandem, post.tandem_id)
        stopped = stops(pauses(session, shift.campaign_id), post, tandem.slug)
        refused = not_eligible(session, shift, post, tandem)
        return post.approved_digest is not None and not stopped and refused is None


def failed(
    shift: Shift,
    post_id: int,
    fence: int,
    outcome: Outcome,
    why: str,
    *,
    wait: timedelta = timedelta(),
    state: PostState | None = None,
    refused: NotAuthorised | None = None,
) -> None:
    """Write down that the network does not confirm the post, and when it may be called again.

    ``state``: another one than the outcome would mean. ``refused``: the account as a whole is.
    """
    with shift.store.session(patient=True) as session:
        if wait or refused:
            account = account_of(session, post_id)
            account.not_before = shift.now + wait if wait else account.not_before
            if refused:
                conditions.note(session, account, refused, shift.now)
        post = _ours(session, post_id, fence, (PostState.SENDING,))
        if post is None:
            return
        post.state = state or _NEXT_STATE[outcome]
        post.error = why or None
        if outcome is Outcome.REJECTED and state:
            # Perhaps for the sake of a picture, which is sent anew as well.
            uploads.begin_anew(session, post)
        if outcome is Outcome.REJECTED and state and post.due_at <= shift.now:
            post.held_at = post.held_at or shift.now  # our pictures must not make it too late
        if post.state is PostState.PLANNED and post.approved_digest is None:
            cancel(post, _("its approval was taken back"))
        _end(session, shift, post, outcome, why)


def _ours(session: Session, post_id: int, fence: int, states: tuple[PostState, ...]) -> Post | None:
    return session.exec(
        select(Post)
        .where(Post.id == post_id, Post.fence == fence, col(Post.state).in_(states))
        .with_for_update()
    ).one_or_none()


def _end(session: Session, shift: Shift, post: Post, outcome: Outcome, why: str) -> None:
    post.claimed_by = post.lease_until = None
    attempt = last_attempt(session, post.id)
    attempt.outcome, attempt.detail, attempt.ended_at = outcome, why, shift.now
    note(session, shift, f"send {outcome.value}", post.id, attempt=attempt.number)


def adopt(post: Post, receipt: Receipt, shift: Shift, digest: str) -> None:
    """Take the network's proof that it has the post, with the content of this digest."""
    post.state = _STATE_AT[receipt.place]
    post.remote_id = receipt.remote_id
    post.permalink = receipt.permalink
    post.error = None
    if receipt.place is Place.LIVE:
        post.published_at = receipt.created_at or shift.now
        post.handed_digest = post.handed_for = None
    else:
        post.handed_digest = digest
        post.handed_for = receipt.due_at


def let_go(session: Session, post: Post) -> None:
    """Forget the number under which a network kept this post unseen: it has it no longer.

    Its pictures and films went with it; where it never had the post, they are still good.
    """
    if post.handed_digest is not None:
        uploads.forget(session, post)
    post.remote_id = post.permalink = post.handed_digest = post.handed_for = None
    post.targeting_kept = None


def note(session: Session, shift: Shift, what: str, post_id: int, **detail: object) -> None:
    """Record an event of a post."""
    journal.record(
        session, shift.campaign_id, shift.now, shift.actor, what, f"post {post_id}", **detail
    )
