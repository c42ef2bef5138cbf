"""Approval: only what a person has seen in exactly this form is ever sent."""

import hashlib
import json
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from orchestrator import journal, uploads
from orchestrator.i18n import _
from orchestrator.model import Post
from orchestrator.vocabulary import PostState

# What was given up can be moved or tried again as it is, as long as its approval stands.
_GIVEN_UP = (PostState.EXPIRED, PostState.REJECTED)
# A post that is already on its way keeps its state; without an approval it goes no further.
_ON_ITS_WAY = (
    PostState.CLAIMED,
    PostState.SENDING,
    PostState.SCHEDULED,
    PostState.UNKNOWN,
)


def content_digest(post: Post) -> str:
    """Digest of everything a reader would get: what an approval and an attempt hold for."""
    content: list[object] = [post.network, post.text, post.link, post.mode, post.targeting]
    # What a post without them is approved for stays what it was before there were any.
    if post.media or post.made_with_ai or post.place:
        content += [uploads.approved(post.media), post.made_with_ai, post.place]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def cancel(post: Post, reason: str) -> None:
    """Call a post off; ``plan`` may write it anew, and then it needs a new approval."""
    post.state, post.error = PostState.CANCELLED, reason
    post.approved_digest = post.approved_at = None
    post.claimed_by = post.lease_until = post.held_at = None


def take_back(
    session: Session,
    tandem_id: int,
    networks: Collection[str] | None = None,
    why: str | None = None,
    *,
    pictured: bool = False,
) -> int:
    """Call off what waits of a tandem that changed; return how many posts lost an approval.

    Old words can then neither be sent nor be approved again: ``plan`` writes new ones.
    ``networks``: only what was meant for these; ``pictured``: only what has pictures or films.
    """
    waiting = select(Post).where(
        Post.tandem_id == tandem_id,
        col(Post.state).in_([PostState.PLANNED, *_ON_ITS_WAY, *_GIVEN_UP]),
    )
    if networks is not None:
        waiting = waiting.where(col(Post.network).in_(networks))
    found = session.exec(waiting.order_by(col(Post.id)).with_for_update()).all()
    posts = [post for post in found if post.media or not pictured]
    approved = [
        post for post in posts if post.approved_digest is not None and post.state not in _GIVEN_UP
    ]
    for post in posts:
        if post.state is PostState.PLANNED:
            cancel(post, why or _("the tandem was changed; `tueroeffner plan` writes it anew"))
        post.approved_digest = post.approved_at = None
    return len(approved)


def awaiting(session: Session, campaign_id: int, tandem_ids: Sequence[int] | None) -> list[Post]:
    """Planned posts without an approval; ``None`` means of all tandems."""
    query = (
        select(Post)
        .where(
            Post.campaign_id == campaign_id,
            Post.state == PostState.PLANNED,
            col(Post.approved_digest).is_(None),
        )
        .order_by(col(Post.id))
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
            if post.targeting_kept is False:
                # Whoever approves it has read what became of it the last time.
                post.targeting_kept = post.error = None
            detail = {"seen_by_tandem": seen_by_tandem} if seen_by_tandem else {}
            journal.record(
                session, post.campaign_id, now, actor, "approve", f"post {post.id}", **detail
            )
            approved += 1
    return approved
