"""Figures of posts, written by the drivers' bulk path: a campaign collects a million of them.

A figure that is read again at the same moment replaces itself, so nothing counts twice.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

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
    rows = [
        (post_id, metric, moment, value)
        # In the order of the primary key, the quickest for both databases.
        for post_id, values in sorted(figures.items())
        for metric, value in sorted(values.items())
    ]
    if rows:
        marks = ", ".join(["?" if sqlite else "%s"] * 4)
        connection.exec_driver_sql(_SQL.format(marks=marks), rows)
    return len(rows)
