"""The virtual clock runs at its speed, jumps forward, and never backwards."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.sandbox.clock import SandboxClock

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


class Ticks:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(("speed", "passed"), [(0, 0), (1, 90), (60, 5400), (0.5, 45)])
def test_runs_at_its_speed(speed: float, passed: float) -> None:
    ticks = Ticks()
    clock = SandboxClock(START, speed, ticks)
    ticks.now += 90
    assert clock.now() == START + timedelta(seconds=passed)


def test_tells_utc_whatever_the_start() -> None:
    berlin = datetime(2026, 11, 2, 9, 0, tzinfo=timezone(timedelta(hours=1)))
    now = SandboxClock(berlin, 0).now()
    assert now == START
    assert now.utcoffset() == timedelta(0)


def test_starts_at_the_real_time_by_default() -> None:
    assert abs(SandboxClock().now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_refuses_naive_starts_and_negative_time() -> None:
    with pytest.raises(ValueError, match="offset"):
        SandboxClock(START.replace(tzinfo=None))
    with pytest.raises(ValueError, match="backwards"):
        SandboxClock(START, -1)
    with pytest.raises(ValueError, match="backwards"):
        SandboxClock(START).advance(timedelta(seconds=-1))


@given(st.lists(st.integers(0, 10**6), max_size=20), st.integers(0, 10**4))
def test_jumps_add_up_and_reset_forgets_them(jumps: list[int], waited: int) -> None:
    """Order and size of jumps do not matter, only their sum; a reset is a fresh start."""
    ticks = Ticks()
    clock = SandboxClock(START, 2, ticks)
    before = clock.now()
    for jump in jumps:
        clock.advance(timedelta(seconds=jump))
        assert clock.now() >= before
        before = clock.now()
    ticks.now += waited
    assert clock.now() == START + timedelta(seconds=sum(jumps) + 2 * waited)
    clock.reset()
    assert clock.now() == START
