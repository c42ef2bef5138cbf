"""Doubt: after a restore nobody knows of some posts whether they went out; they are looked for."""

from datetime import datetime

from sqlmodel import Session, col, select

from orchestrator import freeze
from orchestrator.attempts import attempts_of
from orchestrator.i18n import _
from orchestrator.model import Attempt, Campaign, Post
from orchestrator.vocabulary import Outcome, PostState

# States in which the backup cannot know whether the post went out afterwards.
_MAY_BE_LIVE = (PostState.PLANNED, PostState.CLAIMED, PostState.SENDING, PostState.UNKNOWN)


def doubt(session: Session, campaign: Campaign, now: datetime, actor: str) -> int:
    """Make every post unclear that may be live; once for each restore. Returns how many.

    Approved or not, and however long it is due: the approval, too, may be younger than the backup,
    and a post that waited then may have gone out since.
    """
    assert campaign.frozen_since is not None
    posts = in_doubt(session, campaign.id, now, lock=True)
    for post in posts:
        doubt_one(session, post, min(campaign.frozen_since, now))
    freeze.note_doubt(session, campaign, now, actor, len(posts))
    return len(posts)


def in_doubt(
    session: Session, campaign_id: int, now: datetime, *, lock: bool = False
) -> list[Post]:
    """The posts that may be live; locked for the transaction that makes them unclear."""
    wanted = (
        select(Post)
        .where(
            Post.campaign_id == campaign_id,
            col(Post.state).in_(_MAY_BE_LIVE),
            Post.due_at <= now,
        )
        .order_by(col(Post.id))
    )
    return list(session.exec(wanted.with_for_update() if lock else wanted).all())


def doubt_one(session: Session, post: Post, since: datetime) -> None:
    """Let ``settle`` begin anew: looks from before the restore say nothing about after it."""
    attempts = attempts_of(session, post.id)
    if attempts and attempts[-1].outcome in (None, Outcome.UNKNOWN):
        attempts[-1].outcome, attempts[-1].reads, attempts[-1].read_at = Outcome.UNKNOWN, 0, None
    else:
        session.add(
            Attempt(
                post_id=post.id,
                number=len(attempts) + 1,
                digest=post.digest,
                sent_at=since,
                outcome=Outcome.UNKNOWN,
                detail=_("perhaps sent after the backup that was restored"),
            )
        )
    post.state = PostState.UNKNOWN
    post.claimed_by = post.lease_until = None
    post.error = _("the backup does not know whether it went out; it is looked for")
