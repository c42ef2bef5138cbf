"""How long a thousand tandems' week takes to plan, beside a naive first fit in the same run.

Run with ``python tests/bench/bench_schedules.py``.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from time import perf_counter

from schedules.calendar import Window, sendable_spans, slot_at
from schedules.timetable import Demand, Frame, Placed, expand, same_day_overlap

LANES = ("facebook/town", "x/main")
ROUNDS = 5
FRAME = Frame(
    date(2026, 11, 23),
    date(2026, 11, 29),
    "Europe/Berlin",
    (Window.parse("08:00-10:00"), Window.parse("17:00-20:00")),
    Window.parse_quiet("21:00-07:00"),
)


def demands(tandems: int) -> list[Demand]:
    """Ask for two posts per tandem and lane."""
    return [Demand(f"tandem-{n}", lane, 2) for n in range(tandems) for lane in LANES]


def overlaps(tandems: int) -> dict[frozenset[str], int]:
    """Draw a handful of overlapping neighbours for each tandem."""
    some = random.Random(2016)
    keys = [f"tandem-{n}" for n in range(tandems)]
    return {
        frozenset(some.sample(keys, 2)): some.randrange(1000, 90_000) for _ in range(5 * tandems)
    }


def first_fit(wanted: list[Demand]) -> list[Placed]:
    """Plan as one would in an afternoon: the first minute of the first day that is still free.

    A day is full with its even share; a key has one post a day and lane. Nothing else is kept.
    """
    start = datetime.combine(FRAME.start, datetime.min.time(), UTC)
    spans = sendable_spans(start, start + timedelta(days=7), FRAME.windows, FRAME.quiet, FRAME.zone)
    minutes: defaultdict[date, list[datetime]] = defaultdict(list)
    for begin, end in spans:
        for n in range((end - begin) // timedelta(minutes=1)):
            minutes[begin.date()].append(begin + timedelta(minutes=n))
    used: Counter[tuple[str, date]] = Counter()
    share = -(-sum(each.count for each in wanted) // len(LANES) // len(minutes))
    placed = []
    for each in wanted:
        free = [day for day in minutes if used[each.lane, day] < share][: each.count]
        for number, day in enumerate(free, 1):
            at = minutes[day][used[each.lane, day] % len(minutes[day])]
            used[each.lane, day] += 1
            placed.append(Placed(each.key, each.lane, number, slot_at(at, FRAME.zone)))
    return placed


def best(run: Callable[[], object]) -> float:
    """Return the shortest of a few runs, in seconds."""
    times = []
    for _ in range(ROUNDS):
        start = perf_counter()
        run()
        times.append(perf_counter() - start)
    return min(times)


def next_days(placed: list[Placed]) -> int:
    """Count posts of a tandem on a lane that follow another on the next day."""
    days = {(each.key, each.lane, each.slot.day) for each in placed}
    return sum((key, lane, day + timedelta(days=1)) in days for key, lane, day in days)


def line(
    name: str, seconds: float, base: float, placed: list[Placed], met: Mapping[frozenset[str], int]
) -> str:
    """Write a row of the result."""
    people = same_day_overlap(placed, met)
    return (
        f"{name:<28}{seconds * 1000:9.0f} ms {seconds / base:7.1f} x  {len(placed):6} posts"
        f"  {next_days(placed):6} on the next day  {people:12,} people met twice a day"
    )


def main() -> None:
    """Print time, ratio to the naive baseline, and what the time buys."""
    for tandems in (38, 1000):
        wanted, met = demands(tandems), overlaps(tandems)
        base = best(lambda wanted=wanted: first_fit(wanted))
        plain = best(lambda wanted=wanted: expand(wanted, FRAME))
        aware = best(lambda wanted=wanted, met=met: expand(wanted, FRAME, conflicts=met))
        print(f"{tandems} tandems, {len(LANES)} lanes, 2 posts each, 7 days")
        print(line("first fit (naive)", base, base, first_fit(wanted), met))
        print(line("expand", plain, base, expand(wanted, FRAME).placed, met))
        spread = expand(wanted, FRAME, conflicts=met).placed
        print(line("expand, overlaps apart", aware, base, spread, met))


if __name__ == "__main__":
    main()
