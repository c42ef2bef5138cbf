"""The campaign's clock: fixed or real, always aware, always UTC."""

from datetime import UTC, datetime, timedelta

import pytest

from schedules.clock import FixedClock, SystemClock, clock_from
from schedules.errors import UnreadableTimeError

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "value", ["2026-11-23T12:00:00Z", "2026-11-23T13:00:00+01:00", " 2026-11-23T06:30-05:30 "]
)
def test_an_offset_is_understood_and_turned_into_utc(value: str) -> None:
    now = clock_from(value).now()
    assert now == NOON
    assert now.tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-23T12:00:00",
        "2026-11-23",
        "noon",
        "2026-13-01T00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "1999-12-31T23:59:59Z",
        "2101-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_anything_else_is_refused_with_a_sentence(value: str) -> None:
    with pytest.raises(UnreadableTimeError) as refused:
        clock_from(value)
    assert value in refused.value.reason
    assert refused.value.reason.endswith(".")
    assert isinstance(refused.value, ValueError)


@pytest.mark.parametrize("value", [None, "", "  "])
def test_without_a_value_it_is_the_machine_s_time(value: str | None) -> None:
    clock = clock_from(value)
    assert isinstance(clock, SystemClock)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
    assert clock.now().utcoffset() == timedelta(0)


def test_a_fixed_clock_moves_only_when_told() -> None:
    clock = FixedClock(NOON)
    assert clock.now() == clock.now() == NOON
    clock.advance(timedelta(hours=25))
    assert clock.now() == datetime(2026, 11, 24, 13, tzinfo=UTC)


def test_a_fixed_clock_needs_an_offset() -> None:
    with pytest.raises(UnreadableTimeError):
        FixedClock(datetime(2026, 11, 23))  # noqa: DTZ001 - the naive time is the case
