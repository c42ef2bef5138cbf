"""The decision that a tandem leaves: one transaction, in force before the next send of any worker.

It asks no network. What networks have follows (``away``), now or by the passes.
"""

from datetime import datetime

from sqlmodel import Session, col, or_, select, update

from orchestrator import journal
from orchestrator.approve import cancel
from orchestrator.i18n import _
from orchestrator.model import Campaign, Consent, Post, Tandem
from orchestrator.vocabulary import PostState, TandemState

REASONS = ("hired", "other")
_NOT_SENT = (PostState.PLANNED, PostState.CLAIMED)
# Without an approval it goes no further, and what a network holds of it comes back.
_ON_ITS_WAY = (PostState.SENDING, PostState.SCHEDULED, PostState.UNKNOWN)


def withdraw(session: Session, tandem_id: int, now: datetime, actor: str) -> int:
    """Both people of the tandem have withdrawn; how many planned posts were called off."""
    tandem = _held(session, tandem_id)
    if tandem.state is TandemState.WITHDRAWN:
        return 0
    tandem.state, tandem.ended_at = TandemState.WITHDRAWN, now
    people = (tandem.refugee_id, tandem.volunteer_id)
    of_them = or_(col(Consent.tandem_id) == tandem.id, col(Consent.person_id).in_(people))
    ended = session.exec(
        update(Consent).where(of_them, col(Consent.withdrawn_at).is_(None)).values(withdrawn_at=now)
    )
    cancelled = _call_off(session, tandem, _("consent was withdrawn"))
    _note(session, tandem, now, actor, "withdraw", cancelled, consents=ended.rowcount)
    return cancelled


def close(
    session: Session, tandem_id: int, now: datetime, actor: str, reason: str, *, posts_down: bool
) -> int:
    """The tandem needs no more posts; how many planned ones were called off.

    Closing again may correct the reason, and let posts that were kept come down.
    """
    tandem = _held(session, tandem_id)
    before = tandem.state, tandem.closed_because, tandem.posts_down
    if before == (TandemState.CLOSED, reason, posts_down) or before[0] is TandemState.WITHDRAWN:
        return 0
    tandem.state, tandem.closed_because, tandem.posts_down = TandemState.CLOSED, reason, posts_down
    tandem.ended_at = tandem.ended_at or now
    cancelled = _call_off(session, tandem, _("the tandem is closed"))
    said = {"reason": reason, "posts_down": posts_down}
    _note(session, tandem, now, actor, "close", cancelled, **said)
    return cancelled


def _held(session: Session, tandem_id: int) -> Tandem:
    """The tandem, locked, and the campaign: no intent to send is committed before we are."""
    campaign_id = session.get_one(Tandem, tandem_id).campaign_id
    session.get_one(Campaign, campaign_id, with_for_update={"key_share": True})
    return session.get_one(Tandem, tandem_id, with_for_update=True, populate_existing=True)


def _call_off(session: Session, tandem: Tandem, reason: str) -> int:
    posts = session.exec(
        select(Post)
        .where(Post.tandem_id == tandem.id, col(Post.state).in_((*_NOT_SENT, *_ON_ITS_WAY)))
        .order_by(col(Post.id))
        .with_for_update()
    ).all()
    cancelled = [post for post in posts if post.state in _NOT_SENT]
    for post in posts:
        post.approved_digest = post.approved_at = None
    for post in cancelled:
        cancel(post, reason)
    return len(cancelled)


def _note(
    session: Session, tandem: Tandem, now: datetime, actor: str, what: str, cancelled: int,
    **detail: object,
) -> None:  # fmt: skip
    subject = journal.tandem_subject(tandem)
    journal.record(
        session, tandem.campaign_id, now, actor, what, subject, cancelled=cancelled, **detail
    )
