"""The timetable's promises, over frames and demands that nobody picked by hand."""

import os
import random
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.calendar import Slot, Window, is_quiet, localise, sendable_time, slot_at
from schedules.errors import (
    BadDemandError,
    EndBeforeStartError,
    NothingSendableError,
    QuietPassError,
    ScheduleError,
    UnknownZoneError,
)
from schedules.timetable import (
    Demand,
    Fixed,
    Frame,
    Placed,
    Timetable,
    Why,
    expand,
    same_day_overlap,
)

WINDOWS = (Window.parse("08:00-10:00"), Window.parse("17:00-20:00"))
QUIET = Window.parse_quiet("21:00-07:00")
WEEK = Frame(date(2026, 11, 23), date(2026, 11, 29), "Europe/Berlin", WINDOWS, QUIET)
LANES = ("facebook/town", "x/main")
MINUTE = timedelta(minutes=1)


def tandems(count: int, posts: int = 2, lanes: tuple[str, ...] = LANES) -> list[Demand]:
    return [Demand(f"tandem-{n}", lane, posts) for n in range(count) for lane in lanes]


def days_of(table: Timetable) -> dict[tuple[str, str], list[date]]:
    days: dict[tuple[str, str], list[date]] = defaultdict(list)
    for each in table.placed:
        days[each.key, each.lane].append(each.slot.day)
    return days


def loads(table: Timetable, frame: Frame, lane: str) -> list[int]:
    found = Counter(each.slot.day for each in table.placed if each.lane == lane)
    return [found[day] for day in frame.days()]


frames = st.builds(
    lambda start, length, zone, windows, quiet, passes, limit, gap: Frame(
        start,
        start + timedelta(days=length),
        zone,
        windows,
        quiet,
        passes,
        limit,
        timedelta(minutes=gap),
    ),
    # around the switches of Berlin, New York and Lord Howe, and in between
    st.sampled_from(
        [
            date(2026, 3, 27),
            date(2026, 10, 23),
            date(2026, 3, 6),
            date(2026, 4, 4),
            date(2026, 7, 1),
        ]
    ),
    st.integers(0, 13),
    st.sampled_from(
        ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "Asia/Kolkata"]
    ),
    st.sampled_from(
        [
            (),
            WINDOWS,
            (Window.parse("12:10-12:25"),),
            (Window.parse("01:00-03:00"), Window.parse("11:30-13:00")),
            (Window.parse("09:00-12:00"), Window.parse("11:00-14:00")),
        ]
    ),
    st.sampled_from([None, QUIET, Window.parse_quiet("13:00-15:00")]),
    st.sampled_from([(), (), (time(9),), (time(8, 30), time(12), time(18, 15))]),
    st.sampled_from([None, 1, 3, 10]),
    st.sampled_from([0, 1, 10, 45, 240]),
)
demand_lists = st.dictionaries(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(LANES)), st.integers(0, 5), max_size=16
).map(lambda found: [Demand(key, lane, count) for (key, lane), count in found.items()])
overlaps = st.dictionaries(
    st.frozensets(st.sampled_from("abcdefgh"), min_size=2, max_size=2),
    st.integers(0, 90_000),
    max_size=10,
)


@st.composite
def earlier_times(draw: st.DrawFn, frame: Frame) -> datetime | None:
    minutes = draw(st.none() | st.integers(-1000, 15 * 1440))
    start = localise(frame.start, time(), frame.zone)
    return None if minutes is None else start + minutes * MINUTE + timedelta(seconds=17)


@st.composite
def fixed_lists(draw: st.DrawFn, frame: Frame) -> list[Fixed]:
    """Draw posts at any minute of the campaign, also at odd hours where a person put them."""
    start = localise(frame.start, time(), frame.zone)
    found = draw(
        st.dictionaries(
            st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(LANES), st.integers(1, 5)),
            st.integers(0, 14 * 1440),
            max_size=8,
        )
    )
    return [Fixed(*name, start + minute * MINUTE) for name, minute in found.items()]


@settings(max_examples=100, deadline=None)
@given(st.data(), frames, demand_lists, overlaps)
def test_every_promise_that_holds_always(
    data: st.DataObject,
    frame: Frame,
    demands: list[Demand],
    conflicts: dict[frozenset[str], int],
) -> None:
    """All demanded numbers are answered once; slots are legal; no day has a key or lane too often.

    The order of the input plays no part.
    """
    fixed, earliest = data.draw(fixed_lists(frame)), data.draw(earlier_times(frame))
    table = expand(demands, frame, fixed=fixed, earliest=earliest, conflicts=conflicts)

    known = {(each.key, each.lane, each.number) for each in fixed}
    wanted = {(d.key, d.lane, n) for d in demands for n in range(1, d.count + 1)} - known
    answers = [(e.key, e.lane, e.number) for e in (*table.placed, *table.unplaced)]
    assert sorted(answers) == sorted(wanted)

    for each in table.placed:
        assert_legal(each.slot, frame, earliest)
    assert_days_kept(table, frame, fixed)

    shuffler = random.Random(data.draw(st.integers(0, 99)))
    for some in (demands, fixed):
        shuffler.shuffle(some)
    turned = dict(reversed(conflicts.items()))
    assert expand(demands, frame, fixed=fixed, earliest=earliest, conflicts=turned) == table


def assert_legal(slot: Slot, frame: Frame, earliest: datetime | None) -> None:
    assert frame.start <= slot.day <= frame.end
    assert slot.at_utc.tzinfo is UTC
    assert earliest is None or slot.at_utc >= earliest
    assert not is_quiet(slot.at_utc, frame.quiet, frame.zone)
    assert localise(slot.day, slot.wall, slot.zone) == slot.at_utc
    local = slot.at_utc.astimezone(ZoneInfo(frame.zone))
    assert (local.date(), local.time()) == (slot.day, slot.wall)
    if frame.passes:
        passes = {localise(slot.day, wall, frame.zone) for wall in frame.passes}
        assert slot.at_utc in passes
    else:
        after = slot.at_utc + MINUTE
        assert sendable_time(slot.at_utc, after, frame.windows, frame.quiet, frame.zone) == MINUTE


def assert_days_kept(table: Timetable, frame: Frame, fixed: list[Fixed]) -> None:
    zone = ZoneInfo(frame.zone)
    old = [(e.key, e.lane, e.at_utc.astimezone(zone).date()) for e in fixed]
    new = [(e.key, e.lane, e.slot.day) for e in table.placed]
    assert len(set(new)) == len(new)
    assert not set(new) & set(old)
    if frame.max_per_day is not None:
        before = Counter((lane, day) for _, lane, day in old)
        after = before + Counter((lane, day) for _, lane, day in new)
        added = {(lane, day) for _, lane, day in new}
        assert all(after[place] <= frame.max_per_day for place in added)


@settings(max_examples=50, deadline=None)
@given(frames, demand_lists)
def test_a_post_is_left_out_only_when_there_is_no_place_at_all(
    frame: Frame, demands: list[Demand]
) -> None:
    """Counted per lane, without the planner: each key gives at most one post to each day."""
    days = len(list(frame.days()))
    table = expand(demands, frame)
    left = Counter((e.lane, e.reason) for e in table.unplaced)
    for lane in LANES:
        counts = [d.count for d in demands if d.lane == lane]
        possible = sum(min(count, days) for count in counts)
        limit = possible if frame.max_per_day is None else days * frame.max_per_day
        placed = sum(e.lane == lane for e in table.placed)
        assert placed == min(possible, limit)
        assert left[lane, Why.OVER] == 0
        if possible <= limit:
            assert left[lane, Why.FULL] == 0


@settings(max_examples=30, deadline=None)
@given(demand_lists, overlaps, st.integers(0, 13))
def test_days_are_even(
    demands: list[Demand], conflicts: dict[frozenset[str], int], length: int
) -> None:
    """Without fixed posts or a lack of room, no day of a lane has two more than another."""
    frame = replace(WEEK, end=WEEK.start + timedelta(days=length))
    table = expand(demands, frame, conflicts=conflicts)
    for lane in LANES:
        found = loads(table, frame, lane)
        assert max(found) - min(found) <= 1


@settings(max_examples=30, deadline=None)
@given(
    st.integers(1, 60),
    st.sampled_from([(Window.parse("08:00-10:00"),), WINDOWS, (Window.parse("12:00-12:40"),)]),
    st.sampled_from([1, 5, 10, 30]),
    st.lists(st.integers(0, 719), max_size=3),
)
def test_slots_of_a_lane_keep_their_gap_where_the_windows_have_room(
    count: int, windows: tuple[Window, ...], gap: int, at: list[int]
) -> None:
    """Room is counted here by trying every first-fit packing around the fixed posts."""
    day = date(2026, 11, 23)
    frame = replace(WEEK, end=day, windows=windows, gap=timedelta(minutes=gap))
    start = localise(day, time(8), frame.zone)
    fixed = [Fixed(f"old-{n}", "x", 1, start + m * MINUTE) for n, m in enumerate(at)]
    table = expand([Demand(f"k{n}", "x", 1) for n in range(count)], frame, fixed=fixed)
    assert len(table.placed) == count
    packed: list[datetime] = []
    for n in range(720):
        minute = start + n * MINUTE
        others = [*packed, *(each.at_utc for each in fixed)]
        inside = sendable_time(minute, minute + MINUTE, windows, None, frame.zone)
        if inside and all(abs(minute - o) >= frame.gap for o in others):
            packed.append(minute)
    if len(packed) >= count:
        new = sorted(each.slot.at_utc for each in table.placed)
        assert all(b - a >= frame.gap for a, b in pairwise(new))
        assert all(abs(a - each.at_utc) >= frame.gap for a in new for each in fixed)


def test_the_week_of_38_tandems() -> None:
    """Two posts each on two lanes: nothing left out, days even, a tandem's posts lie apart."""
    table = expand(tandems(38), WEEK)
    assert len(table.placed) == 152
    for lane in LANES:
        assert set(loads(table, WEEK, lane)) == {10, 11}
    assert all(abs(a - b) >= timedelta(days=2) for a, b in days_of(table).values())


def test_two_lanes_of_a_tandem_lie_hours_apart() -> None:
    """Two lanes are on different days, or at least hours apart, for every tandem."""
    table = expand(tandems(38), WEEK)
    for a in table.placed:
        for b in table.placed:
            if a.key == b.key and a.lane < b.lane:
                assert abs(a.slot.at_utc - b.slot.at_utc) >= timedelta(hours=3)


@pytest.mark.parametrize("count", [6, 8, 12, 14])
def test_a_day_that_both_lanes_need_parts_them_by_hours(count: int) -> None:
    """With one day there is no other way; the windows still have morning and evening."""
    frame = replace(WEEK, end=WEEK.start)
    table = expand(tandems(count, posts=1), frame)
    times: dict[str, list[datetime]] = defaultdict(list)
    for each in table.placed:
        times[each.key].append(each.slot.at_utc)
    assert all(abs(a - b) >= timedelta(minutes=90) for a, b in times.values())


@pytest.mark.parametrize(("posts", "least"), [(1, 0), (2, 3), (3, 2), (4, 2)])
def test_one_tandem_s_posts_spread_over_the_week(posts: int, least: int) -> None:
    days = sorted(e.slot.day for e in expand([Demand("amal-jonas", "x", posts)], WEEK).placed)
    assert len(days) == posts
    assert all((b - a).days >= least for a, b in pairwise(days))


def test_a_new_post_keeps_away_from_the_fixed_ones_of_its_tandem() -> None:
    wednesday = Fixed("a", "x", 1, localise(date(2026, 11, 25), time(9, 7), WEEK.zone))
    table = expand([Demand("a", "x", 2)], WEEK, fixed=[wednesday])
    (new,) = table.placed
    assert new.number == 2
    assert abs((new.slot.day - date(2026, 11, 25)).days) >= 3


def test_a_later_demand_changes_nothing_that_is_fixed() -> None:
    """What was planned once is fixed; planning again with one tandem more adds only its posts."""
    first = expand(tandems(12), WEEK)
    fixed = [Fixed(e.key, e.lane, e.number, e.slot.at_utc) for e in first.placed]
    assert expand(tandems(12), WEEK, fixed=fixed) == Timetable()
    second = expand(tandems(13), WEEK, fixed=fixed)
    assert {each.key for each in second.placed} == {"tandem-12"}
    assert len(second.placed) == 4
    both = [*first.placed, *second.placed]
    for lane in LANES:
        at = sorted(each.slot.at_utc for each in both if each.lane == lane)
        assert all(b - a >= WEEK.gap for a, b in pairwise(at))


def test_minutes_spread_over_the_windows_and_do_not_look_like_a_machine_s() -> None:
    table = expand([Demand(f"k{n}", "x", 1) for n in range(10)], replace(WEEK, end=WEEK.start))
    walls = [each.slot.wall for each in table.placed]
    assert sum(wall < time(10) for wall in walls) == 4  # two of the five hours
    assert all(wall.minute % 5 for wall in walls)
    steps = [b.slot.at_utc - a.slot.at_utc for a, b in pairwise(table.placed)]
    assert len(set(steps)) > 5


def test_minutes_differ_from_day_to_day() -> None:
    table = expand([Demand("a", "x", 7)], WEEK)
    assert len({each.slot.wall for each in table.placed}) >= 6


def test_passes_share_the_posts_of_a_day_evenly() -> None:
    frame = replace(WEEK, end=WEEK.start, passes=(time(9), time(12, 30), time(18)))
    table = expand([Demand(f"k{n}", "x", 1) for n in range(7)], frame)
    found = Counter(each.slot.wall for each in table.placed)
    assert found == {time(9): 3, time(12, 30): 2, time(18): 2}


def test_a_pass_that_spring_moves_keeps_out_of_quiet_hours() -> None:
    """02:30 does not exist in Berlin on 29 March 2026; an hour later is quiet there."""
    frame = Frame(date(2026, 3, 28), date(2026, 3, 30), "Europe/Berlin", passes=(time(2, 30),))
    assert len(expand([Demand("a", "x", 3)], frame).placed) == 3
    quiet = replace(frame, quiet=Window.parse_quiet("03:00-05:00"))
    table = expand([Demand("a", "x", 3)], quiet)
    assert [each.slot.day.day for each in table.placed] == [28, 30]
    assert [each.reason for each in table.unplaced] == [Why.ONE_A_DAY]


def test_nothing_is_planned_after_the_campaign() -> None:
    late = datetime(2026, 11, 29, 19, tzinfo=UTC)  # 20:00 in Berlin, when the last window ends
    table = expand([Demand("a", "x", 2)], WEEK, earliest=late)
    assert not table.placed
    assert [(each.number, each.reason) for each in table.unplaced] == [(1, Why.OVER), (2, Why.OVER)]
    assert len(expand([Demand("a", "x", 2)], WEEK, earliest=late - 9 * MINUTE).placed) == 1


def test_the_rest_of_today_takes_what_has_room() -> None:
    """At 19:30 half an hour is left; the other days carry the rest."""
    now = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
    table = expand([Demand(f"k{n}", "x", 2) for n in range(30)], WEEK, earliest=now)
    found = loads(table, WEEK, "x")
    assert found[0] == 3
    assert max(found[1:]) - min(found[1:]) <= 1


def test_overlapping_audiences_meet_on_different_days() -> None:
    """A ring of seven and a pair: an arrangement without any overlap exists and is found."""
    keys = [f"k{n}" for n in range(14)]
    conflicts = {frozenset((keys[n], keys[(n + 1) % 14])): 10_000 + n for n in range(14)}
    demands = [Demand(key, "x", 1) for key in keys]
    assert same_day_overlap(expand(demands, WEEK, conflicts=conflicts).placed, conflicts) == 0


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_overlap_is_far_below_chance(seed: int) -> None:
    """38 tandems, 22 random pairs: no worse than a tenth of what random even days give."""
    some = random.Random(seed)
    demands = [Demand(f"k{n}", "x", 1) for n in range(38)]
    conflicts = {
        frozenset(some.sample([each.key for each in demands], 2)): some.randrange(1000, 90_000)
        for _ in range(22)
    }
    chance = sum(conflicts.values()) / 7
    placed = expand(demands, WEEK, conflicts=conflicts).placed
    assert same_day_overlap(placed, conflicts) <= chance / 10
    assert set(loads(Timetable(placed), WEEK, "x")) <= {5, 6}


def test_same_day_overlap_counts_a_pair_once_a_day_on_whatever_lanes() -> None:
    def placed(key: str, lane: str, hours: int) -> Placed:
        at = datetime(2026, 11, 23, 8, tzinfo=UTC) + timedelta(hours=hours)
        return Placed(key, lane, 1, slot_at(at, "Europe/Berlin"))

    pair = {frozenset(("a", "b")): 700, frozenset(("a", "c")): 50}
    both = [placed("a", "x", 0), placed("b", "x", 3), placed("b", "facebook", 5)]
    assert same_day_overlap(both, pair) == 700
    assert same_day_overlap([*both, placed("c", "x", 24)], pair) == 700
    assert same_day_overlap([*both, placed("c", "x", 9)], pair) == 750


@pytest.mark.parametrize(
    ("frame", "error", "subject"),
    [
        (replace(WEEK, end=date(2026, 11, 22)), EndBeforeStartError, "2026-11-22"),
        (replace(WEEK, zone="Europe/Berln"), UnknownZoneError, "Europe/Berln"),
        (replace(WEEK, passes=(time(9), time(6, 30))), QuietPassError, "06:30"),
        (replace(WEEK, passes=(time(21),)), QuietPassError, "21:00"),
        (
            replace(WEEK, windows=(Window.parse("21:30-23:00"),)),
            NothingSendableError,
            "21:00-07:00",
        ),
        (
            replace(WEEK, quiet=Window.parse_quiet("00:00-24:00")),
            NothingSendableError,
            "00:00-00:00",
        ),
        (replace(WEEK, max_per_day=0), BadDemandError, "0"),
    ],
)
def test_a_frame_that_cannot_be_kept_is_refused_with_a_sentence(
    frame: Frame, error: type[ScheduleError], subject: str
) -> None:
    with pytest.raises(error) as refused:
        expand([Demand("a", "x", 1)], frame)
    assert refused.value.subject == subject
    assert refused.value.reason.endswith(".")


@pytest.mark.parametrize(
    "demands", [[Demand("a", "x", -1)], [Demand("a", "x", 1), Demand("a", "x", 2)]]
)
def test_a_demand_that_makes_no_sense_is_refused(demands: list[Demand]) -> None:
    with pytest.raises(BadDemandError) as refused:
        expand(demands, WEEK)
    assert '"a"' in refused.value.reason


def test_no_demand_is_an_empty_timetable() -> None:
    assert expand([], WEEK) == Timetable()
    assert expand([Demand("a", "x", 0)], WEEK) == Timetable()


def test_the_table_does_not_depend_on_the_process() -> None:
    """Python shuffles the order of sets of strings from process to process; we must not."""
    program = (
        "from datetime import date\n"
        "from schedules.calendar import Window\n"
        "from schedules.timetable import Demand, Frame, expand\n"
        "w = (Window.parse('08:00-10:00'), Window.parse('17:00-20:00'))\n"
        "f = Frame(date(2026, 11, 23), date(2026, 11, 29), 'Europe/Berlin', w, max_per_day=11)\n"
        "d = [Demand(f'k{n}', l, 2) for n in range(38) for l in ('f', 'x')]\n"
        "c = {frozenset((f'k{n}', f'k{n * 7 % 38}')): n * 100 for n in range(1, 38)}\n"
        "print(expand(d, f, conflicts=c))\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": each},
            capture_output=True,
            check=True,
        ).stdout
        for each in ("0", "4711")
    }
    assert len(outputs) == 1


def test_the_hour_that_autumn_repeats_is_used_once() -> None:
    """Berlin has 02:00 to 03:00 twice on 25 October 2026; only the first one is planned on."""
    day = date(2026, 10, 25)
    frame = Frame(day, day, "Europe/Berlin", (Window.parse("02:00-03:00"),), gap=MINUTE)
    table = expand([Demand(f"k{n}", "x", 1) for n in range(60)], frame)
    start = datetime(2026, 10, 25, tzinfo=UTC)
    assert [each.slot.at_utc for each in table.placed] == [start + n * MINUTE for n in range(60)]


def test_a_fixed_post_on_another_lane_is_kept_away_from() -> None:
    """One day only: whoever was fixed in the morning posts in the evening, and vice versa."""
    frame = replace(WEEK, end=WEEK.start)
    fixed = [
        Fixed(f"k{n}", "facebook", 1, localise(WEEK.start, time(9 if n % 2 else 18, n), WEEK.zone))
        for n in range(4)
    ]
    table = expand([Demand(f"k{n}", "x", 1) for n in range(4)], frame, fixed=fixed)
    found = {each.key: each.slot.wall.hour for each in table.placed}
    assert all((found[f"k{n}"] >= 17) == bool(n % 2) for n in range(4))


def test_the_gap_holds_across_midnight() -> None:
    """A fixed post at 23:59 leaves two posts with a gap of 30 minutes just one arrangement."""
    day = date(2026, 11, 24)
    frame = Frame(
        day, day, "Europe/Berlin", (Window.parse("00:00-01:00"),), gap=timedelta(minutes=30)
    )
    before = Fixed("old", "x", 1, localise(date(2026, 11, 23), time(23, 59), frame.zone))
    table = expand([Demand("a", "x", 1), Demand("b", "x", 1)], frame, fixed=[before])
    assert [each.slot.wall for each in table.placed] == [time(0, 29), time(0, 59)]


def test_two_days_apart_matters_more_than_overlap() -> None:
    """Of three days the first overlaps with another tandem; a tandem still skips a day."""
    frame = replace(WEEK, end=WEEK.start + timedelta(days=2))
    other = Fixed("b", "facebook", 1, localise(WEEK.start, time(9), WEEK.zone))
    pair = {frozenset(("a", "b")): 50_000}
    table = expand([Demand("a", "x", 2)], frame, fixed=[other], conflicts=pair)
    assert [each.slot.day.day for each in table.placed] == [23, 25]
    alone = expand([Demand("a", "x", 1)], frame, fixed=[other], conflicts=pair)
    assert alone.placed[0].slot.day.day in (24, 25)


def test_a_full_day_makes_way_for_the_last_key() -> None:
    """As many posts as places: all are used, though no key may have two on a day."""
    counts = {"k0": 5, "k1": 5, "k3": 3, "k4": 3, "k6": 5}
    table = expand([Demand(k, "x", n) for k, n in counts.items()], replace(WEEK, max_per_day=3))
    assert loads(table, WEEK, "x") == [3] * 7
    assert not table.unplaced


def test_exchanges_spare_people_whom_the_first_choice_would_have_met_twice() -> None:
    """Two lanes, two posts: at most a fiftieth of what days at random would give, over seeds."""
    found = chance = 0
    keys = [f"k{n}" for n in range(38)]
    for seed in range(5):
        some = random.Random(seed)
        conflicts = {
            frozenset(some.sample(keys, 2)): some.randrange(1000, 90_000) for _ in range(22)
        }
        demands = [Demand(key, lane, 2) for key in keys for lane in LANES]
        found += same_day_overlap(expand(demands, WEEK, conflicts=conflicts).placed, conflicts)
        chance += sum(conflicts.values()) * 16 // 7  # each key on 4 of 7 days
    assert found <= chance / 50
