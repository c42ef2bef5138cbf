"""How far an offer has come: its state, a row for each change, and a line in the audit log."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from orchestrator import journal
from orchestrator.inbox.hand import subject
from orchestrator.model import Milestone, Reply
from orchestrator.vetting.standing import become
from orchestrator.vocabulary import OfferState


def reach(
    session: Session,
    reply: Reply,
    state: OfferState,
    now: datetime,
    actor: str,
    *,
    day: date,
    tandem_id: int | None = None,
) -> None:
    """Write down that a reply stands at ``state`` since ``day``; ``tandem_id`` else its own."""
    journal.record(
        session, reply.campaign_id, now, actor, "outcome", subject(reply),
        was=reply.status, becomes=state.value, day=day.isoformat(),
    )  # fmt: skip
    become(session, reply, state, now, actor, day=day, tandem_id=tandem_id)


def today(now: datetime, zone: ZoneInfo) -> date:
    """The campaign's day."""
    return now.astimezone(zone).date()


def milestones(session: Session, reply_id: int) -> list[Milestone]:
    """Everything that was said of an offer, oldest first."""
    wanted = select(Milestone).where(Milestone.reply_id == reply_id)
    return list(session.exec(wanted.order_by(col(Milestone.at), col(Milestone.id))).all())


def began_on(session: Session, reply_id: int) -> date | None:
    """The day on which the work began, as it was said last."""
    days = [e.day for e in milestones(session, reply_id) if e.state is OfferState.STARTED]
    return days[-1] if days else None
