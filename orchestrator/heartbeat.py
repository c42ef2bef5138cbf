"""Who sends for the campaign: schedulers and daily jobs leave a sign of life, by real time.

The signs are for people only: nothing is sent or kept back for their sake.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, or_, select, update

from orchestrator.model import Heartbeat
from orchestrator.store import Store
from orchestrator.worker import is_dead

# A scheduler beats this often, also while a pass takes long.
EVERY_SECONDS = 10.0
# Without a beat for so long, a scheduler on another machine does not run any more.
_SILENT = timedelta(minutes=2)
_KEPT = timedelta(days=1)


def begin(store: Store, campaign_id: int, worker: str, *, once: bool, now: datetime) -> None:
    """This program starts to send; what ended long ago is forgotten, but for the newest pass."""
    with store.session() as session:
        _forget(session, campaign_id, now)
        row = session.exec(select(Heartbeat).where(*_of(campaign_id, worker))).one_or_none()
        if row is None:
            row = Heartbeat(campaign_id=campaign_id, worker=worker, started_at=now, beat_at=now)
        row.once, row.started_at, row.beat_at, row.ended_at = once, now, now, None
        session.add(row)


def beat(store: Store, campaign_id: int, worker: str, now: datetime) -> None:
    """This program still lives."""
    _write(store, campaign_id, worker, beat_at=now)


def passed(store: Store, campaign_id: int, worker: str, now: datetime) -> None:
    """A pass of this program came to its end."""
    _write(store, campaign_id, worker, beat_at=now, pass_at=now)


def end(store: Store, campaign_id: int, worker: str, now: datetime) -> None:
    """This program stops as it should."""
    _write(store, campaign_id, worker, beat_at=now, ended_at=now)


def running(session: Session, campaign_id: int, now: datetime) -> list[Heartbeat]:
    """The schedulers that run, the oldest first."""
    return [each for each in _schedulers(session, campaign_id) if _lives(each, now)]


def broken_off(session: Session, campaign_id: int, now: datetime) -> Heartbeat | None:
    """The newest scheduler, when it ended without being told to, and nobody has sent since."""
    rows = _schedulers(session, campaign_id)
    if not rows or rows[-1].ended_at or any(_lives(each, now) for each in rows):
        return None
    last = newest_pass(session, campaign_id)
    return None if last and last > rows[-1].beat_at else rows[-1]


def newest_pass(session: Session, campaign_id: int) -> datetime | None:
    """When anybody's last pass ended."""
    return session.exec(
        select(Heartbeat.pass_at)
        .where(Heartbeat.campaign_id == campaign_id, col(Heartbeat.pass_at).is_not(None))
        .order_by(col(Heartbeat.pass_at).desc())
        .limit(1)
    ).first()


def _lives(row: Heartbeat, now: datetime) -> bool:
    """A clock that was set back must not let a dead scheduler live for a day."""
    if row.ended_at is not None or is_dead(row.worker):
        return False
    return abs(now - row.beat_at) < _SILENT


def _schedulers(session: Session, campaign_id: int) -> list[Heartbeat]:
    wanted = select(Heartbeat).where(
        Heartbeat.campaign_id == campaign_id, col(Heartbeat.once).is_(False)
    )
    return list(session.exec(wanted.order_by(col(Heartbeat.started_at))).all())


def _of(campaign_id: int, worker: str) -> tuple[bool, bool]:
    return Heartbeat.campaign_id == campaign_id, Heartbeat.worker == worker


def _write(store: Store, campaign_id: int, worker: str, **times: datetime) -> None:
    with store.session() as session:
        session.exec(update(Heartbeat).where(*_of(campaign_id, worker)).values(**times))  # type: ignore[arg-type]


def _forget(session: Session, campaign_id: int, now: datetime) -> None:
    """Rows that are a day old go, but for the one that holds the newest pass."""
    newest = newest_pass(session, campaign_id)
    session.exec(
        delete(Heartbeat).where(
            col(Heartbeat.campaign_id) == campaign_id,
            col(Heartbeat.beat_at) < now - _KEPT,
            or_(col(Heartbeat.pass_at).is_(None), col(Heartbeat.pass_at) != newest),
        )
    )
