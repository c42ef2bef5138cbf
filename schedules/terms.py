"""The words of a timetable: what is wanted, within which frame, and what was placed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from hashlib import blake2b
from zoneinfo import ZoneInfo

from schedules.calendar import Slot, Window, is_quiet, localise, open_minutes, zone_of
from schedules.errors import BadDemandError, EndBeforeStartError, QuietPassError


@dataclass(frozen=True, order=True)
class Demand:
    """So many posts of one key (a tandem) on one lane (an account), numbered from 1."""

    key: str
    lane: str
    count: int


@dataclass(frozen=True, order=True)
class Fixed:
    """A post that already has its time and keeps it."""

    key: str
    lane: str
    number: int
    at_utc: datetime


@dataclass(frozen=True)
class Placed:
    """A post and its new slot."""

    key: str
    lane: str
    number: int
    slot: Slot


class Why(StrEnum):
    """Why a post found no place."""

    OVER = "no_day_left"  # no day of the campaign has sendable time left
    ONE_A_DAY = "one_a_day"  # the key is on this lane on every day that is left
    FULL = "lane_full"  # max_per_day


@dataclass(frozen=True, order=True)
class Unplaced:
    """A post without a place, and why."""

    key: str
    lane: str
    number: int
    reason: Why


@dataclass(frozen=True)
class Timetable:
    """The new slots by time, and what found none. Fixed slots are in neither list."""

    placed: list[Placed] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)


@dataclass(frozen=True, order=True)
class Crowd:
    """So many people who meet the posts of all these keys."""

    people: int
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Patience:
    """How many keys' posts people should meet at most, on a day and in a week of the campaign.

    A key counts once a day, on however many lanes it posts.
    """

    per_day: int
    per_week: int


USUAL_PATIENCE = Patience(per_day=2, per_week=4)


@dataclass(frozen=True)
class Frame:
    """When a campaign may speak: local days from start to end inclusive, and their rules.

    ``passes`` are the times of the daily job; when given, slots lie exactly on them and windows
    are not looked at. ``max_per_day`` counts per lane. ``gap`` is the least time between two
    slots of a lane, as far as the windows have room; it does not apply to passes.
    """

    start: date
    end: date
    zone: str
    windows: tuple[Window, ...] = ()
    quiet: Window | None = None
    passes: tuple[time, ...] = ()
    max_per_day: int | None = None
    gap: timedelta = timedelta(minutes=10)

    def check(self) -> ZoneInfo:
        """Return the zone; raise the ``ScheduleError`` of the first rule that cannot be kept."""
        zone = zone_of(self.zone)
        if self.end < self.start:
            reason = f"The campaign ends on {self.end}, before its start on {self.start}."
            raise EndBeforeStartError(str(self.end), reason)
        if self.max_per_day is not None and self.max_per_day < 1:
            reason = f"At most {self.max_per_day} posts a day leaves no post at all."
            raise BadDemandError(str(self.max_per_day), reason)
        open_minutes(() if self.passes else self.windows, self.quiet)
        self._check_passes()
        return zone

    def days(self) -> Iterator[date]:
        """Yield the campaign's local days in order."""
        for ahead in range((self.end - self.start).days + 1):
            yield self.start + timedelta(days=ahead)

    def _check_passes(self) -> None:
        for wall in self.passes:
            # A day of UTC has every wall time once, whatever the zone does.
            if is_quiet(localise(self.start, wall, "UTC"), self.quiet, "UTC"):
                reason = f"The daily job at {wall:%H:%M} is in quiet hours; move one of them."
                raise QuietPassError(f"{wall:%H:%M}", reason)


def check_demands(demands: Iterable[Demand]) -> None:
    """Raise ``BadDemandError`` for a negative count or a second demand of a key on a lane."""
    seen: set[tuple[str, str]] = set()
    for demand in sorted(demands):
        key, lane = demand.key, demand.lane
        if demand.count < 0:
            raise BadDemandError(key, f'"{key}" asks for {demand.count} posts on {lane}.')
        if (key, lane) in seen:
            raise BadDemandError(key, f'"{key}" asks twice for posts on {lane}.')
        seen.add((key, lane))


def dice(*words: object) -> int:
    """Return a number that looks random, and is the same for the same words for ever."""
    text = "\0".join(map(str, words))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")
