"""How often a post's figures are read: often while it is young, seldom later. A pure rule.

Every reading costs calls and, on some networks, money; most of what happens to a post happens on
its first day.
"""

from datetime import datetime, timedelta

# Until this age, so often.
_STEPS = (
    (timedelta(hours=6), timedelta(minutes=10)),
    (timedelta(days=1), timedelta(minutes=30)),
    (timedelta(days=3), timedelta(hours=2)),
    (timedelta(days=7), timedelta(hours=6)),
    (timedelta(days=30), timedelta(days=1)),
    (timedelta(days=90), timedelta(days=7)),
)
# A platform shows what it accepted only after a while; before that "not found" means nothing.
_FIRST = timedelta(minutes=10)
# A daily job never starts at quite the same second; it must not skip a day for that.
_SLACK = 0.9
# The last chance to read a figure is used within so much time before it ends.
_LAST = timedelta(days=1)


def is_due(
    published: datetime,
    last: datetime | None,
    now: datetime,
    closing: timedelta | None = None,
) -> bool:
    """Whether a post that was read at ``last`` is to be read again; after 90 days no more.

    ``closing``: the age up to which some of its figures can be had. The day before has a reading
    of its own, however seldom the post is read by then.
    """
    if now - published < _FIRST:
        return False
    if closing and closing - _LAST <= now - published < closing:
        return last is None or last - published < closing - _LAST or _paused(published, last, now)
    return _paused(published, last, now)


def _paused(published: datetime, last: datetime | None, now: datetime) -> bool:
    """Whether the pause after the last reading is over, as long as one is for this age."""
    for age, pause in _STEPS:
        if now - published < age:
            return last is None or now - last >= pause * _SLACK
    return False
