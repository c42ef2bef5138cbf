"""Which replies are seen otherwise than somebody wants, by their rows alone."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session, and_, col, or_, select

from orchestrator.model import Reply
from orchestrator.vocabulary import SEEN


@dataclass(frozen=True)
class Wanted:
    """A reply that is not proved to be seen as it should be; ``hidden``: how it should."""

    reply: Reply
    hidden: bool


def amiss(session: Session, campaign_id: int, only: Collection[int] | None = None) -> list[Wanted]:
    """Every reply (or those of ``only``) that is to be hidden and is not proved to be, or the other
    way round. What its author deleted, or nobody may know any more, is left alone.
    """
    wish = and_(col(Reply.hidden_by).is_not(None), col(Reply.hidden_by) != SEEN)
    no_wish = or_(col(Reply.hidden_by).is_(None), col(Reply.hidden_by) == SEEN)
    unlike = select(Reply).where(
        Reply.campaign_id == campaign_id,
        col(Reply.remote_id).is_not(None),
        col(Reply.deleted_at).is_(None),
        col(Reply.forgotten_at).is_(None),
        # Follows from the rest, and is what finds the few by their index.
        or_(col(Reply.hidden_by).is_not(None), col(Reply.hidden_at).is_not(None)),
        or_(
            and_(wish, col(Reply.hidden_at).is_(None)),
            and_(no_wish, col(Reply.hidden_at).is_not(None)),
        ),
    )
    if only is not None:
        unlike = unlike.where(col(Reply.id).in_(only))
    rows = session.exec(unlike.order_by(col(Reply.received_at).desc(), col(Reply.id))).all()
    return [Wanted(each, is_wanted_hidden(each)) for each in rows]


def is_wanted_hidden(reply: Reply) -> bool:
    """Whether a person or the rule wants it out of sight."""
    return bool(reply.hidden_by)
