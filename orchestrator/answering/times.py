"""How soon people are answered, and who was not yet."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from orchestrator.model import Answer, Reply
from orchestrator.vocabulary import Delivery, Label

_MINUTE = 60.0


def minutes_to(answered: datetime | None, received: datetime) -> float | None:
    """From when a reply came to our first answer; None: there is none."""
    return None if answered is None else max((answered - received).total_seconds(), 0.0) / _MINUTE


def unacknowledged(session: Session, campaign_id: int) -> Sequence[Reply]:
    """Offers to which nobody has said a word yet, oldest first; repetitions not."""
    return session.exec(
        select(Reply)
        .where(
            Reply.campaign_id == campaign_id,
            Reply.label == Label.JOB_OFFER,
            col(Reply.answered_at).is_(None),
            col(Reply.duplicate_of).is_(None),
            col(Reply.deleted_at).is_(None),
            col(Reply.forgotten_at).is_(None),
        )
        .order_by(col(Reply.received_at), col(Reply.id))
    ).all()


def unclear(session: Session, campaign_id: int) -> Sequence[int]:
    """The replies of whose answer nobody knows whether it was sent."""
    rows = session.exec(
        select(Answer.reply_id)
        .where(
            Answer.campaign_id == campaign_id,
            col(Answer.state).in_([Delivery.SENDING, Delivery.UNKNOWN]),
        )
        .order_by(col(Answer.reply_id))
    ).all()
    return list(dict.fromkeys(rows))
