"""What was said to a reply, as lists and scripts see it."""

from typing import Any

from sqlmodel import Session, col, select

from orchestrator.model import Answer, Reply
from orchestrator.posts import local


def answers_of(session: Session, reply_id: int) -> list[Answer]:
    """What we said to a reply, oldest first."""
    wanted = select(Answer).where(Answer.reply_id == reply_id).order_by(col(Answer.id))
    return list(session.exec(wanted).all())


def rows_of(session: Session, reply: Reply, zone: str) -> list[dict[str, Any]]:
    """Our answers, oldest first; their words hold no stranger's contact."""
    return [
        {
            "id": each.id,
            "kind": each.kind.value,
            "way": each.way.value,
            "language": each.language,
            "text": each.text,
            "state": each.state.value,
            "by": each.by,
            "at": local(each.at, zone),
            "sent_at": local(each.sent_at, zone),
            "error": each.error,
        }
        for each in answers_of(session, reply.id)
    ]
