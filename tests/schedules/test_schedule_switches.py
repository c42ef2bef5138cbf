"""Every minute around every switch of the clocks, 2024 to 2035, against an oracle of our own.

The oracle asks a zone only one way, from UTC to its offset, which is never ambiguous. From that it
lists the stretches between two switches; what a wall time means is then plain arithmetic on whole
minutes since 1970. For the zones whose law we know the switches themselves are computed too.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from schedules.calendar import Window, localise, slot_at
from schedules.moments import minute_of, usable_minutes
from schedules.terms import Demand, Frame
from schedules.timetable import expand

DAY, HOUR = 24 * 60, 60
ZERO = datetime(1970, 1, 1, tzinfo=UTC)
FIRST, LAST = date(2024, 1, 1), date(2035, 12, 31)
WALLS = [time(n // HOUR, n % HOUR) for n in range(DAY)]
ZONES = [
    "Europe/Berlin",
    "Europe/Vienna",
    "Europe/Zurich",
    "Europe/London",
    "Europe/Lisbon",
    "Atlantic/Azores",
    "America/New_York",
    "America/Sao_Paulo",  # gave up switching in 2019
    "Africa/Casablanca",  # switches for Ramadan
    "Asia/Beirut",  # switches at midnight
    "Asia/Kolkata",
    "Asia/Tehran",  # gave up switching in 2022
    "Australia/Lord_Howe",  # by half an hour
    "Pacific/Apia",
    "Pacific/Chatham",  # at a quarter to
    "UTC",
]
# One of each kind is enough where a test is about days rather than about a zone.
SWITCHING = ["Europe/Berlin", "Africa/Casablanca", "Asia/Beirut", "Australia/Lord_Howe"]


@dataclass(frozen=True)
class Stretch:
    """From this minute of UTC on the zone is so many minutes ahead; ends where the next begins."""

    since: int
    until: int
    ahead: int


def ahead_at(minute: int, zone: ZoneInfo) -> int:
    """The zone's offset at an instant, in minutes."""
    offset = (ZERO + timedelta(minutes=minute)).astimezone(zone).utcoffset()
    assert offset is not None
    assert offset.seconds % 60 == 0
    return offset // timedelta(minutes=1)


def midnight_of(day: date) -> int:
    """A day's midnight as if it were in UTC."""
    return (day - ZERO.date()).days * DAY


@cache
def stretches(name: str) -> list[Stretch]:
    """What the zone's clocks do from a week before 2024 to a week after 2035."""
    zone = ZoneInfo(name)
    start, end = midnight_of(FIRST) - 7 * DAY, midnight_of(LAST) + 7 * DAY
    marks = [start]
    for before in range(start, end, DAY):
        if ahead_at(before, zone) != ahead_at(before + DAY, zone):
            marks.append(switch_in(before, before + DAY, zone))
    return [Stretch(a, b, ahead_at(a, zone)) for a, b in pairwise([*marks, end])]


def switch_in(before: int, after: int, zone: ZoneInfo) -> int:
    """The first minute of the new offset."""
    while after - before > 1:
        middle = (before + after) // 2
        same = ahead_at(middle, zone) == ahead_at(before, zone)
        before, after = (middle, after) if same else (before, middle)
    return after


@cache
def meanings(day: date, name: str) -> list[int]:
    """The minute of UTC that each wall minute of a day means.

    Its first one; where the clocks leave it out, it moves forward by the gap.
    """
    start, found = midnight_of(day), [0] * DAY
    near = [s for s in stretches(name) if s.since < start + 3 * DAY and s.until > start - 3 * DAY]

    def fill(since: int, until: int, ahead: int) -> None:
        first, last = max(since, start), min(until, start + DAY)
        if first < last:
            found[first - start : last - start] = range(first - ahead, last - ahead)

    for each in reversed(near):  # so that the first of two meanings remains
        fill(each.since + each.ahead, each.until + each.ahead, each.ahead)
    for before, after in pairwise(near):
        # Two hours shown where there is none: as many minutes later, by the clock after the switch.
        gap = after.ahead - before.ahead
        fill(after.since + before.ahead, after.since + after.ahead, after.ahead - gap)
    assert all(found)
    return found


def days_around_switches(name: str) -> list[date]:
    """The local days of every switch with a day before and after; where none is, some days."""
    days = set()
    for before, after in pairwise(stretches(name)):
        for minute in (after.since + before.ahead, after.since + after.ahead):
            day = ZERO.date() + timedelta(days=minute // DAY)
            days |= {day + timedelta(days=n) for n in (-1, 0, 1)}
    ordinary = {date(year, month, 28) for year in range(2024, 2036) for month in (3, 10)}
    return sorted(day for day in days or ordinary if FIRST <= day <= LAST)


def telling_minutes(day: date, name: str) -> list[int]:
    """Every minute around a switch and around midnight; every quarter of an hour of the rest."""
    meant = meanings(day, name)
    breaks = [0, DAY, *(n for n in range(1, DAY) if meant[n] != meant[n - 1] + 1)]
    near = {n for each in breaks for n in range(each - 90, each + 90) if 0 <= n < DAY}
    return sorted(near.union(range(0, DAY, 15)))


@pytest.mark.parametrize("name", ZONES)
def test_every_minute_around_every_switch_means_what_the_oracle_says(name: str) -> None:
    """A skipped wall time moves forward by the gap, a repeated one is its first occurrence."""
    zone = ZoneInfo(name)
    for day in days_around_switches(name):
        for n in telling_minutes(day, name):
            meant = 60 * meanings(day, name)[n]
            assert int(localise(day, WALLS[n], zone).timestamp()) == meant, (day, n)


@pytest.mark.parametrize("name", SWITCHING)
def test_no_wall_minute_of_a_day_is_lost_or_planned_twice(name: str) -> None:
    """A day's usable minutes are the first instants of its wall minutes, each exactly once."""
    zone, frame = ZoneInfo(name), Frame(FIRST, LAST, name)
    for day in days_around_switches(name):
        # A minute that the gap moved is there already, as what the clock really shows then.
        assert usable_minutes(day, frame, zone, ZERO) == sorted(set(meanings(day, name))), day


@pytest.mark.parametrize("name", SWITCHING)
def test_a_daily_job_at_any_minute_runs_once_on_every_day(name: str) -> None:
    """The switch neither skips a pass nor the day after, and brings none twice."""
    zone = ZoneInfo(name)
    for day in days_around_switches(name):
        for n in range(0, DAY, 10):
            frame = Frame(day, day, name, passes=(WALLS[n],))
            assert usable_minutes(day, frame, zone, ZERO) == [meanings(day, name)[n]], (day, n)


@pytest.mark.parametrize("name", SWITCHING)
def test_a_week_over_a_switch_gets_a_post_on_each_of_its_days(name: str) -> None:
    """Seven posts, seven local days, at the oracle's instants, whatever the hour of the pass."""
    for day in days_around_switches(name)[1::9]:
        for n in range(30, DAY, 2 * HOUR):
            week = Frame(day - timedelta(days=3), day + timedelta(days=3), name, passes=(WALLS[n],))
            table = expand([Demand("amira-und-jonas", "facebook", 7)], week)
            found = [minute_of(each.slot.at_utc) for each in table.placed]
            assert found == [meanings(each, name)[n] for each in week.days()]
            assert not table.unplaced


@pytest.mark.parametrize("name", ZONES)
def test_a_slot_names_what_the_clock_on_the_wall_shows(name: str) -> None:
    """Day and wall time of every instant around a switch, from the offset alone."""
    zone = ZoneInfo(name)
    for day in days_around_switches(name):
        for minute in range(midnight_of(day) - 14 * HOUR, midnight_of(day) + 38 * HOUR, 35):
            slot = slot_at(ZERO + timedelta(minutes=minute), name)
            shown = minute + ahead_at(minute, zone)
            wall = midnight_of(slot.day) + slot.wall.hour * HOUR + slot.wall.minute
            assert (wall, minute_of(slot.at_utc)) == (shown, minute)


def last_sunday(year: int, month: int) -> date:
    """The last Sunday of a month of 31 days."""
    end = date(year, month, 31)
    return end - timedelta(days=(end.weekday() + 1) % 7)


def sunday(year: int, month: int, number: int) -> date:
    """The n-th Sunday of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (number - 1))


def european(year: int) -> Iterator[int]:
    """At 01:00 UTC on the last Sundays of March and October."""
    for month in (3, 10):
        yield midnight_of(last_sunday(year, month)) + HOUR


def american(year: int) -> Iterator[int]:
    """At 02:00 local: from UTC-5 on March's second Sunday, from UTC-4 on November's first."""
    yield midnight_of(sunday(year, 3, 2)) + 7 * HOUR
    yield midnight_of(sunday(year, 11, 1)) + 6 * HOUR


def of_lord_howe(year: int) -> Iterator[int]:
    """At 02:00 local: from UTC+11 on April's first Sunday, from UTC+10:30 on October's first."""
    yield midnight_of(sunday(year, 4, 1)) + 2 * HOUR - 11 * HOUR
    yield midnight_of(sunday(year, 10, 1)) + 2 * HOUR - 10 * HOUR - 30


def never(_year: int) -> Iterator[int]:
    """A zone that keeps its time."""
    return iter(())


@pytest.mark.parametrize(
    ("name", "law"),
    [
        ("Europe/Berlin", european),
        ("Europe/Vienna", european),
        ("Europe/Zurich", european),
        ("Europe/London", european),
        ("Europe/Lisbon", european),
        ("Atlantic/Azores", european),
        ("America/New_York", american),
        ("Australia/Lord_Howe", of_lord_howe),
        ("Asia/Kolkata", never),
        ("UTC", never),
    ],
)
def test_the_zones_switch_when_their_law_says(
    name: str, law: Callable[[int], Iterator[int]]
) -> None:
    """The time zone data of this machine has every switch of the twelve years, and no other."""
    expected = [minute for year in range(2024, 2036) for minute in law(year)]
    assert [each.since for each in stretches(name)[1:]] == expected


@pytest.mark.parametrize("name", ["Europe/Berlin", "Europe/Zurich", "Australia/Lord_Howe"])
def test_the_oracle_itself_sees_gaps_and_double_hours(name: str) -> None:
    """So that an agreement with it means something: 12 gaps and 12 repeats, of the right length."""
    step = 30 if name == "Australia/Lord_Howe" else 60
    steps = [after.ahead - before.ahead for before, after in pairwise(stretches(name))]
    assert sorted(steps) == [-step] * 12 + [step] * 12


def test_a_window_in_the_gap_is_closed_on_that_day_only() -> None:
    """02:00 to 03:00 does not exist in Berlin on 29 March 2026; the days around have it whole."""
    frame = Frame(FIRST, LAST, "Europe/Berlin", (Window.parse("02:00-03:00"),))
    zone = ZoneInfo("Europe/Berlin")
    days = [date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 30)]
    assert [len(usable_minutes(day, frame, zone, ZERO)) for day in days] == [60, 0, 60]
