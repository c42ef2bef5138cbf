"""The tries at a post: the newest, and how many of them may have reached the network."""

from sqlmodel import Session, col, select

from orchestrator.model import Attempt
from orchestrator.vocabulary import Outcome


def attempts_of(session: Session, post_id: int) -> list[Attempt]:
    """All tries at a post, oldest first."""
    return list(
        session.exec(
            select(Attempt).where(Attempt.post_id == post_id).order_by(col(Attempt.number))
        ).all()
    )


def last_attempt(session: Session, post_id: int) -> Attempt:
    """The newest try at a post that was sent."""
    return attempts_of(session, post_id)[-1]


def unclear(attempt: Attempt) -> bool:
    """Whether nobody knew for certain, at the time, that this try did not reach the network."""
    return attempt.outcome in (None, Outcome.UNKNOWN) or attempt.reads > 0
