"""The tries at a post: the newest, and how many of them may have reached the network."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from orchestrator.i18n import _
from orchestrator.model import Attempt
from orchestrator.vocabulary import Outcome

# Longer than a platform takes to show what it accepted: time-out, processing, display.
QUIET = timedelta(minutes=10)


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


def shows_by_now(attempt: Attempt, now: datetime) -> bool:
    """Whether a platform that took this try would show it by now."""
    return now - attempt.sent_at >= QUIET


def outcome_word(name: str | None) -> str:
    """What a try came to, as a person reads it."""
    return {
        None: _("no answer yet"),
        "done": _("accepted"),
        "unknown": _("unclear"),
        "rejected": _("refused"),
        "not_sent": _("not sent"),
        "rate_limited": _("asked to wait"),
        "not_authorised": _("no access"),
    }[name]
