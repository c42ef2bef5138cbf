"""Figures of posts, written by the drivers' bulk path: a campaign collects a million of them.

A figure that is read again at the same moment replaces itself, so nothing counts twice.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

_LOT = 1000
_SQL = (
    "INSERT INTO snapshot (post_id, metric, taken_at, value) VALUES ({marks})"
    " ON CONFLICT (post_id, metric, taken_at) DO UPDATE SET value = excluded.value"
)


def keep(session: Session, figures: Mapping[int, Mapping[str, int]], at: datetime) -> int:
    """Write figures (post → metric → value) as read at ``at``; return how many."""
    connection = session.connection()
    sqlite = connection.dialect.name == "sqlite"
    # SQLite has no times; this is how UtcTime writes them.
    moment: Any = at.astimezone(UTC)
    if sqlite:
        moment = moment.strftime("%Y-%m-%d %H:%M:%S.%f")
    statement = _SQL.format(marks=", ".join(["?" if sqlite else "%s"] * 4))
    # In the order of the primary key, the quickest for both databases; some posts at a time.
    posts = sorted(figures)
    written = 0
    for some in [posts[at : at + _LOT] for at in range(0, len(posts), _LOT)]:
        rows = [
            (post, metric, moment, value)
            for post in some
            for metric, value in sorted(figures[post].items())
        ]
        if rows:
            connection.exec_driver_sql(statement, rows)
        written += len(rows)
    return written
