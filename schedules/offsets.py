"""Where a zone changes its offset from UTC: the switches of spring and autumn."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo


@lru_cache(maxsize=4096)
def offsets(day: date, zone: ZoneInfo) -> tuple[tuple[datetime, datetime, timedelta], ...]:
    """Split a day of UTC into stretches with one offset from UTC each."""
    midnight = datetime.combine(day, time(), UTC)
    marks = [midnight]
    for hour in range(24):
        before = midnight + timedelta(hours=hour)
        if _offset(before, zone) != _offset(before + timedelta(hours=1), zone):
            marks.append(_switch(before, zone))
    marks.append(midnight + timedelta(days=1))
    pairs = pairwise(marks)
    return tuple((a, b, _offset(a, zone)) for a, b in pairs if a < b)


def _switch(before: datetime, zone: ZoneInfo) -> datetime:
    """Find the second at which the offset changes in the hour from ``before`` on."""
    old, low, high = _offset(before, zone), 0, 3600
    while high - low > 1:
        middle = (low + high) // 2
        same = _offset(before + timedelta(seconds=middle), zone) == old
        low, high = (middle, high) if same else (low, middle)
    return before + timedelta(seconds=high)


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()
