"""Wall times, windows and quiet hours of a time zone, as instants in UTC."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from schedules.clock import in_utc
from schedules.errors import NothingSendableError, UnknownZoneError, UnreadableTimeError
from schedules.offsets import offsets

DAY = 24 * 60
_TIME = re.compile(r"(\d{1,2}):(\d{2})")
Minutes = tuple[int, int]
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Window:
    """A part of the day in wall time, from ``start`` up to, but not including, ``end``.

    An end of 00:00 is the end of the day. Quiet hours may cross midnight, windows may not.
    """

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> "Window":
        """Read "08:00-10:00"; raise ``UnreadableTimeError`` when it crosses midnight."""
        window = cls.parse_quiet(text)
        if len(window.minutes()) > 1:
            raise UnreadableTimeError(
                text, f'The window "{text}" ends before it starts; split it at midnight.'
            )
        return window

    @classmethod
    def parse_quiet(cls, text: str) -> "Window":
        """Read quiet hours such as "21:00-07:00", which may cross midnight."""
        start, dash, end = text.replace("–", "-").partition("-")
        if not dash:
            raise UnreadableTimeError(text, f'"{text}" is not a window such as 08:00-10:00.')
        window = cls(parse_wall(start), parse_wall("00:00" if end.strip() == "24:00" else end))
        if window.start == window.end != time(0):
            raise UnreadableTimeError(text, f'The window "{text}" has no length.')
        return window

    def minutes(self) -> tuple[Minutes, ...]:
        """Return the window as ranges of minutes of the day: one, or two across midnight."""
        start, end = _minute(self.start), _minute(self.end) or DAY
        return ((start, end),) if start < end else ((0, end), (start, DAY))


@dataclass(frozen=True)
class Slot:
    """A place in the timetable: local day and wall time, their zone, and the instant in UTC."""

    day: date
    wall: time
    zone: str
    at_utc: datetime


def parse_wall(text: str) -> time:
    """Read a wall time such as "09:30"; raise ``UnreadableTimeError``."""
    found = _TIME.fullmatch(text.strip())
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise UnreadableTimeError(text.strip(), f'"{text.strip()}" is not a time such as 09:30.')
    return time(int(found[1]), int(found[2]))


def zone_of(zone: str | ZoneInfo) -> ZoneInfo:
    """Return the zone of an IANA name; raise ``UnknownZoneError``."""
    if isinstance(zone, ZoneInfo):
        return zone
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError):  # a folder such as "Europe" is an OSError
        reason = f'"{zone}" is not a time zone; write it like Europe/Berlin.'
    raise UnknownZoneError(zone, reason)


def localise(day: date, wall: time, zone: str | ZoneInfo) -> datetime:
    """Return the instant of a wall time in UTC.

    A wall time that the spring switch leaves out moves forward by the gap; one that autumn brings
    twice is its first.
    """
    # PEP 495: in a gap, fold=0 takes the offset from before it, which is the shift we want.
    return datetime.combine(day, wall.replace(fold=0), zone_of(zone)).astimezone(UTC)


def slot_at(at: datetime, zone: str | ZoneInfo) -> Slot:
    """Return the slot of an instant."""
    where = zone_of(zone)
    local = in_utc(at).astimezone(where)
    return Slot(local.date(), local.time(), where.key, in_utc(at))


def is_quiet(at: datetime, quiet: Window | None, zone: str | ZoneInfo) -> bool:
    """Tell whether an instant lies in quiet hours."""
    if quiet is None:
        return False
    minute = _minute(in_utc(at).astimezone(zone_of(zone)).time())
    return any(start <= minute < end for start, end in quiet.minutes())


def sendable_time(
    start: datetime,
    end: datetime,
    windows: Sequence[Window],
    quiet: Window | None,
    zone: str | ZoneInfo,
) -> timedelta:
    """Return how much time between two instants is inside windows and outside quiet hours."""
    spans = sendable_spans(in_utc(start), in_utc(end), windows, quiet, zone)
    return sum((after - before for before, after in spans), timedelta())


def sendable_spans(
    start: datetime,
    end: datetime,
    windows: Sequence[Window],
    quiet: Window | None,
    zone: str | ZoneInfo,
) -> Iterator[Span]:
    """Yield the spans (UTC, in order) between two instants in which something may be sent."""
    ranges = open_minutes(tuple(windows), quiet)
    where = zone_of(zone)
    day = start.date()
    while datetime.combine(day, time(), UTC) < end:
        for since, until, offset in offsets(day, where):
            span = max(since, start) + offset, min(until, end) + offset
            for before, after in _inside(span, ranges):
                yield before - offset, after - offset
        day += timedelta(days=1)


@lru_cache(maxsize=256)
def open_minutes(windows: tuple[Window, ...], quiet: Window | None) -> tuple[Minutes, ...]:
    """Return the ranges of minutes of a day that are in a window and not quiet.

    Raises ``NothingSendableError`` when none is left.
    """
    is_open = bytearray(DAY) if windows else bytearray(b"\1" * DAY)
    for start, end in (piece for window in windows for piece in window.minutes()):
        is_open[start:end] = b"\1" * (end - start)
    for start, end in quiet.minutes() if quiet else ():
        is_open[start:end] = bytes(end - start)
    ranges = tuple((found.start(), found.end()) for found in re.finditer(b"\1+", is_open))
    if not ranges:
        raise NothingSendableError(
            _written(quiet), f"The quiet hours {_written(quiet)} cover every window."
        )
    return ranges


def _inside(local: Span, ranges: Sequence[Minutes]) -> Iterator[Span]:
    """Cut a span of one offset, in local time, down to the open minutes of its days."""
    start, end = local
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    while midnight < end:
        for first, last in ranges:
            before = max(start, midnight + timedelta(minutes=first))
            after = min(end, midnight + timedelta(minutes=last))
            if before < after:
                yield before, after
        midnight += timedelta(days=1)


def _minute(wall: time) -> int:
    return wall.hour * 60 + wall.minute


def _written(window: Window | None) -> str:
    return f"{window.start:%H:%M}-{window.end:%H:%M}" if window else ""
