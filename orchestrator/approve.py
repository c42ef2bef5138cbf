"""Approval: only what a person has seen in exactly this form is ever sent."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from orchestrator import journal
from orchestrator.model import Post, PostState


def content_digest(post: Post) -> str:
    """Digest of everything a reader would get: what an approval and an attempt hold for."""
    content = [post.network, post.text, post.link, post.mode, post.targeting]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def take_back(session: Session, tandem_id: int) -> int:
    """Take back the approval of a tandem's posts that wait; return how many lost it."""
    waiting: Sequence[Post] = session.exec(
        select(Post)
        .where(
            Post.tandem_id == tandem_id,
            Post.state == PostState.PLANNED,
            col(Post.approved_digest).is_not(None),
        )
        .with_for_update()
    ).all()
    for post in waiting:
        post.approved_digest = None
        post.approved_at = None
    return len(waiting)


def awaiting(session: Session, campaign_id: int, tandem_ids: Sequence[int] | None) -> list[Post]:
    """Planned posts without a valid approval, by time; ``None`` means of all tandems."""
    query = (
        select(Post)
        .where(
            Post.campaign_id == campaign_id,
            Post.state == PostState.PLANNED,
            col(Post.approved_digest).is_(None),
        )
        .order_by(col(Post.due_at), col(Post.id))
    )
    if tandem_ids is not None:
        query = query.where(col(Post.tandem_id).in_(tandem_ids))
    return list(session.exec(query).all())


def approve(
    session: Session,
    posts: Sequence[tuple[int, str]],
    now: datetime,
    actor: str,
    seen_by_tandem: str | None = None,
) -> int:
    """Approve posts in exactly the form that was shown: (id, digest); return how many.

    A post that changed between showing and approving is left unapproved.
    """
    approved = 0
    for post_id, digest in posts:
        post = session.get_one(Post, post_id, with_for_update=True)
        if post.state is PostState.PLANNED and content_digest(post) == digest:
            post.approved_digest, post.approved_at = digest, now
            detail = {"seen_by_tandem": seen_by_tandem} if seen_by_tandem else {}
            journal.record(
                session, post.campaign_id, now, actor, "approve", f"post {post.id}", **detail
            )
            approved += 1
    return approved
