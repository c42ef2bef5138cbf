"""Writing the audit log: who did what to which tandem or post, and when."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from orchestrator.model import Event


def record(
    session: Session,
    campaign_id: int,
    now: datetime,
    actor: str,
    what: str,
    subject: str = "",
    **detail: Any,
) -> None:
    """Add one event in the caller's transaction; ``detail`` must hold no personal data."""
    session.add(
        Event(
            campaign_id=campaign_id, at=now, actor=actor, what=what, subject=subject, detail=detail
        )
    )
