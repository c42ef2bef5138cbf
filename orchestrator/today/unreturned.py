"""Posts that a platform still keeps, although they must not go out so any more."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from orchestrator.freeze import is_frozen
from orchestrator.model import Campaign, Pause, Post, Tandem
from orchestrator.pause import pauses, stops
from orchestrator.vocabulary import PostState

_CALLED_OFF = (PostState.CANCELLED, PostState.EXPIRED, PostState.REJECTED, PostState.WITHDRAWN)
_WAITS = (PostState.PLANNED, PostState.SCHEDULED)
# A platform may round a time.
_ROUNDED = timedelta(minutes=1)


def unreturned(session: Session, campaign_id: int, now: datetime) -> list[int]:
    """What a person stopped or changed, and the platform has not confirmed, by its rows alone."""
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        return []
    stopped, frozen = pauses(session, campaign_id), is_frozen(session, campaign)
    kept = session.exec(
        select(Post, Tandem.slug)
        .join(Tandem, col(Post.tandem_id) == Tandem.id)
        .where(Post.campaign_id == campaign_id, col(Post.handed_digest).is_not(None))
        .order_by(col(Post.due_at), col(Post.id))
    ).all()
    return [
        post.id
        for post, slug in kept
        if _is_stopped(post, slug, stopped)
        or (not frozen(post.network) and (_is_called_off(post) or _is_changed(post, now)))
    ]


def _is_stopped(post: Post, slug: str, stopped: Iterable[Pause]) -> bool:
    return post.state in _WAITS and stops(stopped, post, slug)


def _is_called_off(post: Post) -> bool:
    return post.state in _CALLED_OFF


def _is_changed(post: Post, now: datetime) -> bool:
    """Other words than approved, or another time than ours; past ones are being looked for."""
    if post.state in _WAITS and post.approved_digest != post.handed_digest:
        return True
    if post.state is not PostState.SCHEDULED or post.handed_for is None or post.handed_for <= now:
        return False
    return abs(post.due_at - post.handed_for) >= _ROUNDED
