"""Young posts are read often, old ones seldom, and a daily job never skips a day."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.polling import is_due

BORN = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
ages = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=200))


def readings(step: timedelta, until: timedelta) -> int:
    """How often a post is read by a pass every ``step``."""
    last, now, count = None, BORN, 0
    while now - BORN < until:
        if is_due(BORN, last, now):
            last, count = now, count + 1
        now += step
    return count


def test_the_first_look_is_at_once() -> None:
    """A post is read once it can be seen, until nobody reads it any more."""
    assert not is_due(BORN, None, BORN + timedelta(minutes=9))
    assert is_due(BORN, None, BORN + timedelta(minutes=10))
    assert is_due(BORN, None, BORN + timedelta(days=89))
    assert not is_due(BORN, None, BORN + timedelta(days=90))


def test_a_scheduler_reads_ever_more_seldom() -> None:
    """A pass every half minute reads a post about a hundred times in its first week."""
    days = [
        readings(timedelta(seconds=30), timedelta(days=day))
        - readings(timedelta(seconds=30), timedelta(days=day - 1))
        for day in (1, 2, 4, 10)
    ]
    assert days == sorted(days, reverse=True)
    assert 50 < days[0] < 120
    assert days[-1] == 1


@given(st.integers(min_value=-300, max_value=300))
def test_a_daily_job_skips_no_day(jitter: int) -> None:
    """Some minutes too early or too late make no difference to a daily job in the first month."""
    for day in range(1, 29):
        before = BORN + timedelta(days=day)
        assert is_due(BORN, before, before + timedelta(days=1, seconds=jitter))


@given(
    st.timedeltas(min_value=timedelta(minutes=10), max_value=timedelta(days=29)),
    st.timedeltas(min_value=timedelta(0), max_value=timedelta(hours=23, minutes=59)),
)
def test_the_last_day_of_a_figure_has_a_reading_of_its_own(
    last: timedelta, rest: timedelta
) -> None:
    """Whenever the post was read before, in its last day it is due; once it was read, as ever."""
    closing = timedelta(days=30)
    now = BORN + closing - timedelta(days=1) + rest
    assert is_due(BORN, None, now, closing)
    assert is_due(BORN, BORN + min(last, timedelta(days=28, hours=23)), now, closing)
    assert not is_due(BORN, now, now + timedelta(minutes=1), closing)
    assert not is_due(BORN, now, BORN + closing, closing) or rest < timedelta(hours=3)


@given(ages, ages)
def test_what_is_due_stays_due(age: timedelta, pause: timedelta) -> None:
    """Waiting longer never makes a reading less due, within the same age."""
    now = BORN + age
    if is_due(BORN, now - pause, now) and now - pause > BORN:
        assert is_due(BORN, now - pause - timedelta(hours=1), now)
