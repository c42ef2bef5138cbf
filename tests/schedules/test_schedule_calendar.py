"""Wall times, windows and quiet hours, against oracles that count minutes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.calendar import (
    Window,
    is_quiet,
    localise,
    parse_wall,
    sendable_spans,
    sendable_time,
    slot_at,
    zone_of,
)
from schedules.errors import NothingSendableError, UnknownZoneError, UnreadableTimeError

ZONES = [
    "Europe/Berlin",
    "Europe/Zurich",
    "Europe/Vienna",
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",  # moves by half an hour
    "Asia/Beirut",  # switches at midnight
]
MINUTE = timedelta(minutes=1)
QUIET = Window.parse_quiet("21:00-07:00")


def test_a_slot_names_the_wall_time_that_a_person_sees() -> None:
    slot = slot_at(datetime(2026, 7, 1, 7, 5, tzinfo=UTC), "Europe/Berlin")
    assert (slot.day, slot.wall, slot.zone) == (date(2026, 7, 1), time(9, 5), "Europe/Berlin")
    assert localise(slot.day, slot.wall, slot.zone) == slot.at_utc


@pytest.mark.parametrize("name", ["Europe/Berlinn", "", "Europe", "../etc/passwd", "MEZ2"])
def test_an_unknown_zone_is_refused_with_its_name(name: str) -> None:
    with pytest.raises(UnknownZoneError) as refused:
        zone_of(name)
    assert refused.value.subject == name
    assert "Europe/Berlin" in refused.value.reason


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("08:00-10:00", time(8), time(10)),
        (" 8:05 – 10:00 ", time(8, 5), time(10)),
        ("20:00-24:00", time(20), time(0)),
        ("00:00-24:00", time(0), time(0)),
    ],
)
def test_windows_are_read(text: str, start: time, end: time) -> None:
    assert Window.parse(text) == Window(start, end)


@pytest.mark.parametrize(
    "text", ["21:00-07:00", "8-10", "08:00", "08:00-25:00", "08:61-09:00", "09:00-09:00", "", "-"]
)
def test_other_windows_are_refused(text: str) -> None:
    with pytest.raises(UnreadableTimeError) as refused:
        Window.parse(text)
    assert refused.value.reason.endswith(".")


def test_quiet_hours_may_cross_midnight() -> None:
    assert Window.parse_quiet("21:00-07:00").minutes() == ((0, 420), (1260, 1440))


@pytest.mark.parametrize("text", ["9.30", "24:00", "0930", "ab:cd", "9:3"])
def test_an_unreadable_wall_time_is_refused(text: str) -> None:
    with pytest.raises(UnreadableTimeError):
        parse_wall(text)


def test_quiet_hours_begin_with_their_first_minute_and_end_before_their_last() -> None:
    day = date(2026, 11, 23)
    quiet = [
        is_quiet(localise(day, parse_wall(w), "Europe/Berlin"), QUIET, "Europe/Berlin")
        for w in ("06:59", "07:00", "20:59", "21:00", "23:59", "00:00")
    ]
    assert quiet == [True, False, False, True, True, True]
    assert not is_quiet(datetime(2026, 1, 1, tzinfo=UTC), None, "UTC")


walls = st.integers(0, 1439).map(lambda n: time(n // 60, n % 60))
windows = st.tuples(walls, walls).filter(lambda w: w[0] < w[1]).map(lambda w: Window(*w))
quiets = st.none() | st.tuples(walls, walls).filter(lambda w: w[0] != w[1]).map(
    lambda w: Window(*w)
)
# Weeks around switches of all the zones, and an ordinary one.
instants = st.sampled_from(
    [(2026, 3, 27), (2026, 10, 24), (2027, 3, 13), (2026, 4, 4), (2026, 10, 2), (2026, 11, 23)]
).flatmap(lambda d: st.integers(0, 3 * 1440).map(lambda m: datetime(*d, tzinfo=UTC) + m * MINUTE))


def is_open(at: datetime, some: list[Window], quiet: Window | None, zone: ZoneInfo) -> bool:
    """Say whether a minute is sendable, from the wall time alone."""
    wall = at.astimezone(zone).time().replace(fold=0)
    inside = not some or any(w.start <= wall < w.end for w in some)
    if quiet is None:
        return inside
    if quiet.start < quiet.end:
        return inside and not quiet.start <= wall < quiet.end
    return inside and quiet.end <= wall < quiet.start


@settings(max_examples=40, deadline=None)
@given(
    instants, st.integers(0, 2000), st.lists(windows, max_size=3), quiets, st.sampled_from(ZONES)
)
def test_sendable_time_is_the_count_of_sendable_minutes(
    start: datetime, length: int, some: list[Window], quiet: Window | None, name: str
) -> None:
    """Also over switches, with overlapping windows, and with whole days of no window."""
    zone = ZoneInfo(name)
    end = start + length * MINUTE
    expected = sum(is_open(start + n * MINUTE, some, quiet, zone) for n in range(length))
    try:
        assert sendable_time(start, end, some, quiet, name) == expected * MINUTE
    except NothingSendableError:
        assert expected == 0


def first_sendable(at: datetime, some: list[Window], quiet: Window | None, zone: str) -> datetime:
    """A switch can swallow a short window on one day, so look further than tomorrow."""
    return next(sendable_spans(at, at + timedelta(days=4), some, quiet, zone))[0]


@settings(max_examples=40, deadline=None)
@given(instants, st.lists(windows, max_size=3), quiets, st.sampled_from(ZONES))
def test_the_first_span_begins_at_the_first_sendable_minute(
    at: datetime, some: list[Window], quiet: Window | None, name: str
) -> None:
    zone = ZoneInfo(name)
    try:
        found = first_sendable(at, some, quiet, name)
    except NothingSendableError:
        assert not any(is_open(at + n * MINUTE, some, quiet, zone) for n in range(1500))
        return
    assert is_open(found, some, quiet, zone)
    assert not any(
        is_open(at + n * MINUTE, some, quiet, zone) for n in range((found - at) // MINUTE)
    )


def test_a_window_that_the_switch_swallows_is_open_again_the_next_day() -> None:
    """02:00 to 03:00 does not exist in Berlin on 29 March 2026."""
    window = [Window.parse("02:00-03:00")]
    found = first_sendable(datetime(2026, 3, 28, 3, tzinfo=UTC), window, None, "Europe/Berlin")
    assert found == datetime(2026, 3, 30, 0, tzinfo=UTC)


def test_time_runs_only_forward_and_seconds_count() -> None:
    start = datetime(2026, 11, 23, 8, 0, 30, tzinfo=UTC)
    assert sendable_time(start, start + timedelta(seconds=45), [], None, "UTC").seconds == 45
    assert sendable_time(start, start - timedelta(days=2), [], None, "UTC") == timedelta(0)


def test_an_instant_without_offset_is_refused() -> None:
    naive = datetime(2026, 11, 23)  # noqa: DTZ001 - the naive time is the case
    with pytest.raises(UnreadableTimeError):
        sendable_time(naive, naive, [], None, "Europe/Berlin")


def test_quiet_hours_over_every_window_are_refused() -> None:
    with pytest.raises(NothingSendableError) as refused:
        first_sendable(datetime.now(UTC), [Window.parse("22:00-23:00")], QUIET, "Europe/Berlin")
    assert "21:00-07:00" in refused.value.reason
