"""Writing the audit log: who did what to which tandem or post, and when.

Each event carries the digest of the one before it, so that none can be changed, taken out or put
in unseen. The chain is drawn right before the commit, under a lock that is the last one taken:
nobody waits for it longer than a commit lasts.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event, text
from sqlmodel import Session, col, select

from orchestrator.model import Event, Tandem

_FRESH = "tueroeffner_events"
# The first half of the lock's number on a server; ``turns`` has the other one.
_SPACE = 0x7476


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
    fresh = Event(
        campaign_id=campaign_id, at=now, actor=actor, what=what, subject=subject, detail=detail
    )
    session.add(fresh)
    session.info.setdefault(_FRESH, []).append(fresh)


def tandem_subject(tandem: Tandem) -> str:
    """How the log names a tandem: by number, since a slug may be made of names."""
    return f"tandem {tandem.id}"


@event.listens_for(Session, "before_commit")
def _draw_chain(session: Session) -> None:
    # What a roll-back took out, of everything or to a savepoint, is not in the session any more.
    fresh = [each for each in session.info.pop(_FRESH, []) if each in session]
    if not fresh:
        return
    session.flush()
    last: dict[int, tuple[int, str]] = {}
    for each in fresh:
        seq, before = last.get(each.campaign_id) or _end_of(session, each.campaign_id)
        each.seq = seq + 1
        each.chain = chained(before, each)
        last[each.campaign_id] = each.seq, each.chain


def _end_of(session: Session, campaign_id: int) -> tuple[int, str]:
    """The number and the digest of the newest event; nobody else adds one until we have."""
    if session.get_bind().dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(:space, :number)")
        session.execute(lock, {"space": _SPACE, "number": campaign_id})
    newest = (
        select(Event.seq, Event.chain)
        .where(Event.campaign_id == campaign_id, col(Event.seq).is_not(None))
        .order_by(col(Event.seq).desc())
        .limit(1)
    )
    seq, chain = session.exec(newest).first() or (0, "")
    return seq or 0, chain or ""


def chained(before: str, each: Event) -> str:
    """The digest (SHA-256, 64 hex digits) of an event and of the chain ``before`` it."""
    at = each.at.astimezone(UTC).isoformat(timespec="microseconds")
    content = [
        before, each.campaign_id, each.seq, at, each.actor, each.what, each.subject, each.detail
    ]  # fmt: skip
    written = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()
