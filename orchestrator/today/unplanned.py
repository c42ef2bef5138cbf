"""Posts that are still to come and cannot go out, since somebody has to approve or to plan."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from orchestrator.model import Event, Post, Tandem
from orchestrator.vocabulary import PostState, TandemState


def unapproved(
    session: Session, campaign_id: int, now: datetime, until: datetime, networks: Collection[str]
) -> Sequence[Post]:
    """What nobody has approved yet, of the networks that are on, by time."""
    return session.exec(
        select(Post)
        .where(
            Post.campaign_id == campaign_id,
            Post.state == PostState.PLANNED,
            col(Post.approved_digest).is_(None),
            col(Post.handed_digest).is_(None),  # else its platform has to give it back first
            col(Post.network).in_(networks),
            Post.due_at > now,
            Post.due_at <= until,
        )
        .order_by(col(Post.due_at), col(Post.id))
    ).all()


def called_off(session: Session, campaign_id: int, now: datetime) -> Sequence[Post]:
    """What a change of its tandem called off, by time; what `plan` has looked at since is not."""
    planned = select(func.max(Event.at)).where(
        Event.campaign_id == campaign_id, Event.what == "plan"
    )
    return session.exec(
        select(Post)
        .join(Tandem, col(Post.tandem_id) == Tandem.id)
        .where(
            Post.campaign_id == campaign_id,
            Post.state == PostState.CANCELLED,
            Post.due_at > now,
            Tandem.state == TandemState.ACTIVE,
            Tandem.changed_at > planned.scalar_subquery(),
        )
        .order_by(col(Post.due_at), col(Post.id))
    ).all()
