"""Replies that are kept for a complaint, as they were then, until that is over.

Neither the rules of retention nor an edit or a deletion by the author touches them meanwhile.
"""

from datetime import datetime

from sqlmodel import Session

from orchestrator import journal
from orchestrator.inbox.hand import deleted, forgotten, subject
from orchestrator.model import Reply
from orchestrator.replies import forget_words


def begin(session: Session, reply: Reply, now: datetime, actor: str) -> bool:
    """Keep it from now on; False when it is kept already. What has no words left is refused."""
    if reply.evidence_since is not None:
        return False
    if reply.deleted_at is not None:
        raise deleted(reply)
    if reply.forgotten_at is not None:
        raise forgotten(reply)
    reply.evidence_since = now
    journal.record(session, reply.campaign_id, now, actor, "evidence", subject(reply))
    return True


def end(session: Session, reply: Reply, now: datetime, actor: str) -> bool:
    """Let its ordinary time count again; False when nobody kept it.

    What its author deleted meanwhile is let go of now.
    """
    if reply.evidence_since is None:
        return False
    reply.evidence_since = None
    if reply.deleted_at is not None:
        forget_words(session, reply)
    journal.record(session, reply.campaign_id, now, actor, "evidence ended", subject(reply))
    return True
