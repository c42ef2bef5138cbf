"""A new time for something that has one already, as a person types it."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from schedules.calendar import localise, parse_wall, slot_at
from schedules.clock import in_utc
from schedules.errors import UnreadableTimeError

_PART = re.compile(r"(\d{1,5})([wdhm])", re.ASCII)
_RELATIVE = re.compile(r"([+-])((?:\d{1,5}[wdhm])+)", re.ASCII)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}\S*", re.ASCII)
_GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})[ ,]+(\d{1,2}:\d{2})", re.ASCII)


@dataclass(frozen=True)
class Typed:
    """The instant that was meant.

    ``skipped``: the clocks leave the typed wall time out, so it moved forward by the gap.
    ``twice``: they show it twice, and the first is meant.
    """

    at_utc: datetime
    skipped: bool = False
    twice: bool = False


def parse_typed(text: str, was: datetime, zone: ZoneInfo) -> Typed:
    """Read 17:30, 2026-11-24 17:30, 24.11.2026 17:30, an ISO time, +2h, -30m or +1d.

    A time alone is on the local day of ``was``. Hours and minutes are added to the instant, days
    and weeks to the date: a day later is the same time by the clock on the wall. Raises
    ``UnreadableTimeError``.
    """
    try:
        typed = _read(" ".join(text.split()), in_utc(was), zone)
    except (ValueError, OverflowError) as error:
        raise UnreadableTimeError(text, f'"{text}" is not a time such as 17:30 or +2h.') from error
    if typed.at_utc.second or typed.at_utc.microsecond:
        raise UnreadableTimeError(text, f'"{text}" is not a whole minute.')
    return typed


def _read(text: str, was: datetime, zone: ZoneInfo) -> Typed:
    if found := _RELATIVE.fullmatch(text):
        return _later(was, 1 if found[1] == "+" else -1, found[2], zone)
    if _ISO.fullmatch(text):
        at = datetime.fromisoformat(text)
        if at.tzinfo is not None:
            return Typed(at.astimezone(UTC))
        return _on_the_wall(at.date(), at.time(), zone)
    if found := _GERMAN.fullmatch(text):
        day = date(int(found[3]), int(found[2]), int(found[1]))
        return _on_the_wall(day, parse_wall(found[4]), zone)
    return _on_the_wall(was.astimezone(zone).date(), parse_wall(text), zone)


def _later(was: datetime, sign: int, lengths: str, zone: ZoneInfo) -> Typed:
    """Days first, by the calendar; then hours, by the watch."""
    span = dict.fromkeys("wdhm", 0)
    for number, unit in _PART.findall(lengths):
        span[unit] += sign * int(number)
    days = timedelta(weeks=span["w"], days=span["d"])
    hours = timedelta(hours=span["h"], minutes=span["m"])
    was = was.replace(second=0, microsecond=0)
    if not days:
        return Typed(was + hours)
    slot = slot_at(was, zone)
    there = _on_the_wall(slot.day + days, slot.wall, zone)
    return Typed(there.at_utc + hours) if hours else there


def _on_the_wall(day: date, wall: time, zone: ZoneInfo) -> Typed:
    at = localise(day, wall, zone)
    shown = slot_at(at, zone)
    if (shown.day, shown.wall) != (day, wall):
        return Typed(at, skipped=True)
    second = datetime.combine(day, wall.replace(fold=1), zone).astimezone(UTC)
    return Typed(at, twice=second != at)
