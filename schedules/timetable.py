"""The timetable: every post gets its day and minute. Pure: same wishes, same table."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from schedules.board import Board, Conflicts
from schedules.calendar import slot_at
from schedules.clock import in_utc
from schedules.days import spread
from schedules.moments import (
    choose_minutes,
    choose_passes,
    instant_of,
    minute_of,
    room,
    usable_minutes,
)
from schedules.sharing import share_out
from schedules.terms import (
    USUAL_PATIENCE,
    Crowd,
    Demand,
    Fixed,
    Frame,
    Patience,
    Placed,
    Timetable,
    Unplaced,
    Why,
    check_demands,
)

__all__ = [
    "Crowd",
    "Demand",
    "Fixed",
    "Frame",
    "Patience",
    "Placed",
    "Timetable",
    "Unplaced",
    "Why",
    "expand",
    "same_day_overlap",
]

_LONG_AGO = datetime(1970, 1, 2, tzinfo=UTC)
Minutes = dict[int, list[int]]  # by day
Seen = defaultdict[tuple[str, int], list[int]]  # by key and day


def expand(
    demands: Iterable[Demand],
    frame: Frame,
    *,
    fixed: Iterable[Fixed] = (),
    earliest: datetime | None = None,
    conflicts: Conflicts | None = None,
    crowds: Iterable[Crowd] = (),
    patience: Patience = USUAL_PATIENCE,
) -> Timetable:
    """Place every demanded post that is not fixed, none before ``earliest``.

    ``conflicts`` gives, for two keys, the people who belong to both audiences; such keys are kept
    on different days as far as that goes. ``crowds`` are people who meet several keys: days are
    preferred on which they meet no more than their ``patience`` allows, and no post is left out
    for it. The order of the arguments' items does not matter.
    Raises a ``ScheduleError`` for a frame or a demand that makes no sense.
    """
    zone, wishes, kept = frame.check(), sorted(demands), sorted(fixed)
    check_demands(wishes)
    since = in_utc(earliest) if earliest else _LONG_AGO
    days = {day.toordinal(): usable_minutes(day, frame, zone, since) for day in frame.days()}
    usable = {day: minutes for day, minutes in days.items() if minutes}
    missing = _missing(wishes, kept)
    news = [Demand(key, lane, len(numbers)) for (key, lane), numbers in missing.items()]
    board = Board(
        _posts(news, kept),
        list(usable),
        [_day_of(each.at_utc, zone) for each in kept],
        frame.max_per_day,
        conflicts or {},
        sorted(crowds),
        patience,
        frame.start.toordinal(),
    )
    for each in kept:
        board.fix(board.numbers[each.key], each.lane, _day_of(each.at_utc, zone))
    taken = _taken(kept)
    spread(board, news, _rooms(news, usable, taken, frame))
    seen: Seen = defaultdict(list)
    for each in kept:
        seen[each.key, _day_of(each.at_utc, zone)].append(minute_of(in_utc(each.at_utc)))
    times = _times(board, usable, taken, seen, frame)
    return _numbered(board, missing, times, zone)


def same_day_overlap(placed: Collection[Placed], conflicts: Conflicts) -> int:
    """Return the people, summed over days, whom two keys would reach on one day.

    A pair of keys counts once a day, on whatever lanes it is.
    """
    days: defaultdict[str, int] = defaultdict(int)  # as bits
    first = min((each.slot.day for each in placed), default=date.min)
    for each in placed:
        days[each.key] |= 1 << (each.slot.day - first).days
    total = 0
    for pair, people in conflicts.items():
        if pair <= days.keys():
            a, b = pair
            total += people * (days[a] & days[b]).bit_count()
    return total


def _missing(demands: Sequence[Demand], fixed: Sequence[Fixed]) -> dict[tuple[str, str], list[int]]:
    """Return the numbers of each key's posts on each lane that have no time yet."""
    known = {(each.key, each.lane, each.number) for each in fixed}
    return {
        (each.key, each.lane): [
            n for n in range(1, each.count + 1) if (each.key, each.lane, n) not in known
        ]
        for each in demands
    }


def _posts(demands: Sequence[Demand], fixed: Sequence[Fixed]) -> dict[str, int]:
    """Return how many posts each key will have."""
    posts: Counter[str] = Counter()
    for demand in demands:
        posts[demand.key] += demand.count
    for each in fixed:
        posts[each.key] += 1
    return posts


def _taken(fixed: Sequence[Fixed]) -> dict[str, list[int]]:
    """Return the minutes that a lane's fixed posts occupy."""
    taken: defaultdict[str, list[int]] = defaultdict(list)
    for each in fixed:
        taken[each.lane].append(minute_of(in_utc(each.at_utc)))
    return {lane: sorted(minutes) for lane, minutes in taken.items()}


def _rooms(
    demands: Sequence[Demand], usable: Minutes, taken: Mapping[str, list[int]], frame: Frame
) -> dict[tuple[str, int], int]:
    lanes = {each.lane for each in demands}
    if frame.passes:
        plenty = sum(each.count for each in demands)
        return {(lane, day): plenty for lane in lanes for day in usable}
    gap = _gap(frame)
    return {
        (lane, day): room(minutes, _near(taken.get(lane, []), minutes, gap), gap)
        for lane in lanes
        for day, minutes in usable.items()
    }


def _times(
    board: Board, usable: Minutes, taken: dict[str, list[int]], seen: Seen, frame: Frame
) -> dict[tuple[str, str, int], int]:
    """Return the minute of each new post, by key, lane and day."""
    gap, times = _gap(frame), {}
    for lane, day in sorted(place for place, keys in board.movable.items() if keys):
        keys = [board.keys[number] for number in board.movable[lane, day]]
        minutes = usable[day]
        near = _near(taken.get(lane, []), minutes, gap)
        if frame.passes:
            chosen = choose_passes(minutes, near, len(keys))
        else:
            chosen = choose_minutes(minutes, near, len(keys), gap, f"{lane} {day}")
        taken[lane] = sorted([*taken.get(lane, []), *chosen])
        for key, at in share_out(keys, chosen, {k: seen[k, day] for k in keys}, day).items():
            times[key, lane, day] = at
            seen[key, day].append(at)
    return times


def _numbered(
    board: Board,
    missing: Mapping[tuple[str, str], list[int]],
    times: Mapping[tuple[str, str, int], int],
    zone: ZoneInfo,
) -> Timetable:
    """Number each key's posts by time; what is left over is unplaced."""
    table, found = Timetable(), defaultdict(list)
    for (key, lane, _), minute in times.items():
        found[key, lane].append(minute)
    for (key, lane), numbers in sorted(missing.items()):
        minutes = sorted(found[key, lane])
        for number, minute in zip(numbers, minutes, strict=False):
            slot = slot_at(instant_of(minute), zone)
            table.placed.append(Placed(key, lane, number, slot))
        for number in numbers[len(minutes) :]:
            table.unplaced.append(Unplaced(key, lane, number, _why(board, key, lane)))
    table.placed.sort(key=lambda each: (each.slot.at_utc, each.lane, each.key, each.number))
    return table


def _why(board: Board, key: str, lane: str) -> Why:
    if not board.days:
        return Why.OVER
    taken = board.on[board.numbers[key], lane]
    return Why.ONE_A_DAY if taken >= set(board.days) else Why.FULL


def _near(taken: Sequence[int], minutes: Sequence[int], gap: int) -> list[int]:
    """Return the taken minutes of a day and those so near to it that they count."""
    low, high = bisect_left(taken, minutes[0] - gap), bisect_left(taken, minutes[-1] + gap)
    return list(taken[low:high])


def _gap(frame: Frame) -> int:
    return max(0, -(-frame.gap // timedelta(minutes=1)))


def _day_of(at: datetime, zone: ZoneInfo) -> int:
    return in_utc(at).astimezone(zone).toordinal()
