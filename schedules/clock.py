"""The campaign's clock: a value that is passed down, never read from the side."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from schedules.errors import UnreadableTimeError

# Whoever means another year has mistyped it, and reckoning around its days could overflow.
_YEARS = range(2000, 2101)


class Clock(Protocol):
    """Tells the campaign's time."""

    def now(self) -> datetime:
        """Return this instant, aware, in UTC."""
        ...


class SystemClock:
    """The real time of this machine."""

    def now(self) -> datetime:
        """Return the machine's time in UTC."""
        return datetime.now(UTC)


@dataclass
class FixedClock:
    """A clock that stands still until somebody advances it."""

    at: datetime

    def __post_init__(self) -> None:
        self.at = in_utc(self.at)

    def now(self) -> datetime:
        """Return the instant at which the clock stands."""
        return self.at

    def advance(self, by: timedelta) -> None:
        """Move on by a duration."""
        self.at += by


def in_utc(at: datetime) -> datetime:
    """Return an aware instant in UTC; raise ``UnreadableTimeError`` when it carries no offset."""
    if at.utcoffset() is None:
        raise UnreadableTimeError(
            at.isoformat(), f"The time {at.isoformat()} carries no offset from UTC."
        )
    return at.astimezone(UTC)


def clock_from(value: str | None) -> Clock:
    """Return the clock for a value of ``TUEROEFFNER_NOW``: fixed when given, else the system's.

    Raises ``UnreadableTimeError`` unless the value is ISO 8601 with an offset or Z,
    in a year in which campaigns are.
    """
    if value is None or not value.strip():
        return SystemClock()
    try:
        clock = FixedClock(datetime.fromisoformat(value.strip()))
        if clock.at.year in _YEARS:
            return clock
        reason = f'"{value}" lies outside the years {_YEARS[0]} to {_YEARS[-1]}.'
    except UnreadableTimeError:
        reason = f'The time "{value}" carries no offset; add Z or an offset such as +01:00.'
    except (ValueError, OverflowError):
        reason = f'"{value}" is not a time in ISO 8601, such as 2026-11-23T09:00:00+01:00.'
    raise UnreadableTimeError(value, reason)
