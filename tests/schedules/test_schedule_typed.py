"""Times as people type them for one post: what each form means, and on the days of a switch."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.calendar import slot_at
from schedules.errors import UnreadableTimeError
from schedules.typed import Typed, parse_typed

BERLIN = ZoneInfo("Europe/Berlin")
# Tuesday, 12:16 by the clock in Berlin.
WAS = datetime(2026, 11, 24, 11, 16, tzinfo=UTC)
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "UTC"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("17:30", "2026-11-24T17:30+01:00"),
        (" 8:05 ", "2026-11-24T08:05+01:00"),
        ("2026-11-26 17:30", "2026-11-26T17:30+01:00"),
        ("2026-11-26T17:30", "2026-11-26T17:30+01:00"),
        ("2026-11-26T17:30:00", "2026-11-26T17:30+01:00"),
        ("2026-11-26T17:30+00:00", "2026-11-26T18:30+01:00"),
        ("2026-11-26T17:30:00Z", "2026-11-26T18:30+01:00"),
        ("2026-07-01 09:00", "2026-07-01T09:00+02:00"),
        ("26.11.2026 17:30", "2026-11-26T17:30+01:00"),
        ("1.12.2026, 8:15", "2026-12-01T08:15+01:00"),
        ("+2h", "2026-11-24T14:16+01:00"),
        ("-30m", "2026-11-24T11:46+01:00"),
        ("+1h30m", "2026-11-24T13:46+01:00"),
        ("+1d", "2026-11-25T12:16+01:00"),
        ("+1w2d3h", "2026-12-03T15:16+01:00"),
        ("-1d1h", "2026-11-23T11:16+01:00"),
    ],
)
def test_each_form_means_what_it_looks_like(text: str, expected: str) -> None:
    assert parse_typed(text, WAS, BERLIN) == Typed(datetime.fromisoformat(expected))


@pytest.mark.parametrize(
    "text",
    [
        "", "morgen", "24:00", "17.30", "1730", "2026-11-24", "24.11.2026", "31.11.2026 17:30",
        "2026-13-01 10:00", "+2", "2h", "+h", "+-2h", "+2x", "+ 2h", "99999-01-01 10:00",
        "+99999w99999w99999w99999w99999w", "-99999w", "0001-01-01 00:00", "17:30:15",
        "2026-11-24 17:30:15", "17:30 Uhr", "2026-11-24T17:30+99:00",
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_a_sentence(text: str) -> None:
    """Also what no calendar has, and what is too far away for any."""
    with pytest.raises(UnreadableTimeError) as refused:
        parse_typed(text, WAS, BERLIN)
    assert refused.value.subject == text
    assert refused.value.reason.endswith(".")


def test_a_time_that_spring_leaves_out_moves_forward_and_says_so() -> None:
    """02:30 does not exist in Berlin on 29 March 2026: it is 03:30."""
    typed = parse_typed("2026-03-29 02:30", WAS, BERLIN)
    assert typed == Typed(datetime(2026, 3, 29, 1, 30, tzinfo=UTC), skipped=True)


def test_a_time_that_autumn_repeats_is_the_first_and_says_so() -> None:
    """02:30 comes twice in Berlin on 25 October 2026; the offset names the second."""
    first = parse_typed("25.10.2026 02:30", WAS, BERLIN)
    second = parse_typed("2026-10-25T02:30+01:00", WAS, BERLIN)
    assert first == Typed(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), twice=True)
    assert second == Typed(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))


def test_a_day_is_one_of_the_calendar_and_an_hour_one_of_the_watch() -> None:
    """Over the switch of spring, a day later is the same wall time; 24 hours later is not."""
    was = datetime(2026, 3, 28, 11, 0, tzinfo=UTC)
    assert slot_at(parse_typed("+1d", was, BERLIN).at_utc, BERLIN).wall.hour == 12
    assert slot_at(parse_typed("+24h", was, BERLIN).at_utc, BERLIN).wall.hour == 13


days = st.dates(date(2024, 1, 1), date(2035, 12, 31))
# Half of them where the clocks change.
walls = st.tuples(st.integers(0, 23) | st.integers(0, 3), st.integers(0, 59))
near = st.sampled_from([date(2026, 3, 29), date(2026, 10, 25), date(2026, 3, 8), date(2027, 4, 4)])


@given(days | near, walls, st.sampled_from(ZONES))
def test_a_wall_time_comes_back_as_it_was_typed_unless_it_was_skipped(
    day: date, wall: tuple[int, int], name: str
) -> None:
    """All forms mean the same; exactly one of: shown once, shown twice, skipped."""
    zone = ZoneInfo(name)
    text = f"{wall[0]:02}:{wall[1]:02}"
    typed = parse_typed(f"{day} {text}", WAS, zone)
    assert parse_typed(f"{day}T{text}", WAS, zone) == typed
    assert parse_typed(f"{day:%d.%m.%Y} {text}", WAS, zone) == typed
    shown = typed.at_utc.astimezone(zone)
    same = (shown.date(), f"{shown:%H:%M}") == (day, text)
    assert same != typed.skipped
    before, after = (
        (typed.at_utc + timedelta(minutes=n)).astimezone(zone).replace(tzinfo=None)
        for n in (-60, 60)
    )
    if typed.twice:
        assert after - before < timedelta(hours=2)
    if typed.skipped:
        assert after - before > timedelta(hours=2)


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2035, 12, 31)),  # noqa: DTZ001 - drawn naive
    st.integers(0, 9000),
    st.sampled_from("+-"),
    st.sampled_from(ZONES),
)
def test_minutes_and_hours_are_added_to_the_instant(
    at: datetime, minutes: int, sign: str, name: str
) -> None:
    """Whatever the clocks on the wall do in between."""
    was = at.replace(second=0, microsecond=0, tzinfo=UTC)
    moved = timedelta(minutes=minutes if sign == "+" else -minutes)
    for text in (f"{sign}{minutes}m", f"{sign}{minutes // 60}h{minutes % 60}m"):
        assert parse_typed(text, was, ZoneInfo(name)) == Typed(was + moved)
