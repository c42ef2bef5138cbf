"""What the scheduler asks every second: has anything come due? Cheap, whatever else is planned.

``campaign_id + 0`` keeps both databases from the indexes that begin with the campaign; what is
left is ``ix_post_due``, which holds planned posts only, in the order of their time.
"""

from datetime import datetime
from typing import cast

from sqlalchemy import Executable, bindparam, text

from orchestrator.model import UtcTime
from orchestrator.store import Store

_DUE = (
    "FROM post WHERE state = 'planned' AND due_at <= :now"
    " AND campaign_id + 0 = :campaign AND approved_digest = digest"
)
_NOW = bindparam("now", type_=UtcTime)
_ANY = text(f"SELECT 1 {_DUE} LIMIT 1").bindparams(_NOW)
_NEWEST = (
    text(f"SELECT due_at {_DUE} ORDER BY due_at DESC LIMIT 1")
    .bindparams(_NOW)
    .columns(due_at=UtcTime)
)


def anything_due(store: Store, campaign_id: int, now: datetime) -> bool:
    """Whether an approved planned post's time has come."""
    return _first(store, _ANY, campaign_id, now) is not None


def newest_due(store: Store, campaign_id: int, now: datetime) -> datetime | None:
    """When the last of the approved planned posts came due whose time has come."""
    return cast(datetime | None, _first(store, _NEWEST, campaign_id, now))


def _first(store: Store, question: Executable, campaign_id: int, now: datetime) -> object:
    with store.reading() as session:
        answer = session.connection().execute(question, {"campaign": campaign_id, "now": now})
        return answer.scalar()
