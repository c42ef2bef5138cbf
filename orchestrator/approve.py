"""Approval: only what a person has seen in exactly this form is ever sent."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from orchestrator.model import Post, PostState


def take_back(session: Session, tandem_id: int) -> int:
    """Take back the approval of a tandem's posts that wait; return how many lost it."""
    waiting: Sequence[Post] = session.exec(
        select(Post).where(
            Post.tandem_id == tandem_id,
            Post.state == PostState.PLANNED,
            col(Post.approved_digest).is_not(None),
        )
    ).all()
    for post in waiting:
        post.approved_digest = None
        post.approved_at = None
    return len(waiting)
