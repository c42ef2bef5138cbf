"""Posts that have come to a stop on their way: nobody goes on with them, or a person must."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from orchestrator.copies import READS
from orchestrator.freeze import is_frozen
from orchestrator.model import Attempt, Campaign, Post
from orchestrator.vocabulary import PostState

# A pass takes over at once what a dead program left behind.
_TAKEN_OVER_BY = timedelta(minutes=15)
# Three looks, ten minutes apart, and some more for a platform that does not answer.
_SETTLED_BY = timedelta(hours=1)
_LIVE_BY = timedelta(minutes=15)
_ON_THEIR_WAY = (PostState.CLAIMED, PostState.SENDING, PostState.UNKNOWN, PostState.SCHEDULED)


class Why(StrEnum):
    """What a post waits for."""

    LEFT = "left"  # the program that was sending it ended
    UNCLEAR = "unclear"  # nobody has found out yet whether it is live
    PERSON = "person"  # only a person can say whether it is live
    HELD = "held"  # the platform should have published it


@dataclass(frozen=True)
class Stuck:
    """One such post. ``since``: when it should have gone on."""

    post_id: int
    network: str
    why: Why
    since: datetime


def stuck(session: Session, campaign_id: int, now: datetime, machine: datetime) -> list[Stuck]:
    """All of them, the longest first; those of a frozen network wait for the release instead."""
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        return []
    frozen = is_frozen(session, campaign)
    posts = session.exec(
        select(Post).where(Post.campaign_id == campaign_id, col(Post.state).in_(_ON_THEIR_WAY))
    ).all()
    tries = _last_tries(session, campaign_id)
    found = (
        _judged(post, tries.get(post.id), now, machine)
        for post in posts
        if not frozen(post.network)
    )
    return sorted((each for each in found if each), key=lambda each: (each.since, each.post_id))


def _last_tries(session: Session, campaign_id: int) -> dict[int, Attempt]:
    rows = session.exec(
        select(Attempt)
        .join(Post, col(Attempt.post_id) == Post.id)
        .where(Post.campaign_id == campaign_id, Post.state == PostState.UNKNOWN)
        .order_by(col(Attempt.number))
    ).all()
    return {each.post_id: each for each in rows}


def _judged(post: Post, last: Attempt | None, now: datetime, machine: datetime) -> Stuck | None:
    why, since = _reason(post, last)
    passed = machine if why is Why.LEFT else now
    return Stuck(post.id, post.network, why, since) if since <= passed else None


def _reason(post: Post, last: Attempt | None) -> tuple[Why, datetime]:
    """What the post would wait for, and from when on it is stuck; a lease counts real time."""
    if post.state in (PostState.CLAIMED, PostState.SENDING):
        return Why.LEFT, (post.lease_until or post.due_at) + _TAKEN_OVER_BY
    if post.state is PostState.SCHEDULED:
        return Why.HELD, (post.handed_for or post.due_at) + _LIVE_BY
    if last is not None and last.reads >= READS:
        return Why.PERSON, last.read_at or last.sent_at
    sent = [at for at in (last and last.sent_at, post.handed_for) if at]
    return Why.UNCLEAR, max(sent, default=post.due_at) + _SETTLED_BY
