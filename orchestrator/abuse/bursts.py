"""When a post draws so much abuse that somebody should know at once. Pure, and one look at rows."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from orchestrator.model import Reply
from orchestrator.vocabulary import Label

SPAN = timedelta(hours=1)
# What happened longer ago is for the morning, not for a call.
_LOOK_BACK = timedelta(hours=24)


@dataclass(frozen=True)
class Burst:
    """Abuse below one post; ``hour``: the full hour (UTC) in which it became too much.

    ``count``: the most within sixty minutes that ended in this hour.
    """

    post_id: int
    hour: datetime
    count: int


def bursts(session: Session, campaign_id: int, after: int, now: datetime) -> list[Burst]:
    """Every burst of the last day; ``after``: from so many comments on, 0 for never.

    What is out of sight, or deleted, troubles nobody.
    """
    if after < 1:
        return []
    rows = session.exec(
        select(Reply.post_id, Reply.received_at)
        .where(
            Reply.campaign_id == campaign_id,
            Reply.label == Label.ABUSE,
            Reply.received_at >= now - _LOOK_BACK,
            col(Reply.post_id).is_not(None),
            col(Reply.conversation).is_(None),
            col(Reply.hidden_at).is_(None),
            col(Reply.deleted_at).is_(None),
        )
        .order_by(col(Reply.received_at))
    ).all()
    below: dict[int, list[datetime]] = defaultdict(list)
    for post_id, at in rows:
        below[int(post_id or 0)].append(at)
    return [
        Burst(post_id, hour, count)
        for post_id, times in sorted(below.items())
        for hour, count in peaks(times, after).items()
    ]


def peaks(times: Sequence[datetime], after: int) -> dict[datetime, int]:
    """Full hours in which ``after`` or more fell within sixty minutes, and the most that did.

    ``times`` rise. Sixty minutes before a comment end in its hour.
    """
    found: dict[datetime, int] = {}
    first = 0
    for last, at in enumerate(times):
        while at - times[first] >= SPAN:
            first += 1
        if (count := last - first + 1) >= after:
            hour = at.replace(minute=0, second=0, microsecond=0)
            found[hour] = max(count, found.get(hour, 0))
    return found
