"""The minutes of a day: where the posts of one lane may lie, and where they lie best.

Minutes are whole numbers since 1970 in UTC.
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from schedules.calendar import is_quiet, localise, sendable_spans
from schedules.terms import Frame, dice

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ROUND = 5  # a time such as 09:05 or 17:30 looks like a machine's
_SWING = 0.35  # how far a post may lie from the middle of its share of the day


def minute_of(at: datetime) -> int:
    """Return the minute that an instant lies in or, with seconds, the next one."""
    return -((_EPOCH - at) // timedelta(minutes=1))


def instant_of(minute: int) -> datetime:
    """Return the instant in UTC at which a minute begins."""
    return _EPOCH + timedelta(minutes=minute)


def usable_minutes(day: date, frame: Frame, zone: ZoneInfo, earliest: datetime) -> list[int]:
    """Return the minutes of a local day at which a post may go out, from ``earliest`` on."""
    if frame.passes:
        passes = {localise(day, wall, zone) for wall in frame.passes}
        # A pass that the spring switch moves may end up in quiet hours, or with another one.
        found = [at for at in passes if at >= earliest and not is_quiet(at, frame.quiet, zone)]
        return sorted(map(minute_of, found))
    start, end = (localise(day + timedelta(days=n), time(), zone) for n in (0, 1))
    spans = sendable_spans(max(start, earliest), end, frame.windows, frame.quiet, zone)
    minutes = [m for a, b in spans for m in range(minute_of(a), minute_of(b))]
    # The hour that autumn repeats is used once, so that each wall time means one instant.
    twice = [m for m in minutes if instant_of(m).astimezone(zone).fold]
    return sorted(set(minutes) - set(twice)) if twice else minutes


def room(minutes: Sequence[int], fixed: Sequence[int], gap: int) -> int:
    """Return how many more posts a day holds beside the fixed ones when each keeps its gap."""
    return len(_earliest(_free(minutes, fixed, gap), gap, len(minutes)))


def choose_minutes(
    minutes: Sequence[int], fixed: Sequence[int], count: int, gap: int, seed: str
) -> list[int]:
    """Spread so many posts evenly over the minutes, around the fixed ones.

    Two posts keep the gap, in minutes, or the largest smaller one for which the day has room.
    """
    gap = _possible(minutes, fixed, count, gap)
    free = _free(minutes, fixed, gap)
    first = _earliest(free, gap, count)
    last = [-m for m in _earliest([-m for m in reversed(free)], gap, count)][::-1]
    chosen: list[int] = []
    for index, wish in enumerate(_wishes(minutes, fixed, count, gap, seed)):
        low = max(first[index], chosen[-1] + gap) if chosen else first[index]
        chosen.append(_nearest(free, wish, low, last[index]))
    return chosen


def choose_passes(passes: Sequence[int], fixed: Sequence[int], count: int) -> list[int]:
    """Share so many posts out over the passes of a day, the emptiest first."""
    load = {at: fixed.count(at) for at in passes}
    chosen = []
    for _ in range(count):
        at = min(passes, key=lambda each: (load[each], each))
        load[at] += 1
        chosen.append(at)
    return sorted(chosen)


def _possible(minutes: Sequence[int], fixed: Sequence[int], count: int, gap: int) -> int:
    """Return the largest gap, up to the wanted one, with which the day holds all posts."""
    low, high = 0, gap
    while low < high:
        middle = (low + high + 1) // 2
        fits = len(_earliest(_free(minutes, fixed, middle), middle, count)) == count
        low, high = (middle, high) if fits else (low, middle - 1)
    return low


def _free(minutes: Sequence[int], fixed: Sequence[int], gap: int) -> list[int]:
    """Leave out the minutes that are too near to a fixed post."""
    taken = {m for at in fixed for m in range(at - gap + 1, at + gap)}
    return [m for m in minutes if m not in taken]


def _earliest(free: Sequence[int], gap: int, count: int) -> list[int]:
    """Place posts as early as they go, up to a count."""
    placed: list[int] = []
    index = 0
    while index < len(free) and len(placed) < count:
        placed.append(free[index])
        index = bisect_left(free, placed[-1] + gap, index)
    return placed


def _wishes(
    minutes: Sequence[int], fixed: Sequence[int], count: int, gap: int, seed: str
) -> list[int]:
    """Return the minutes at which posts would lie best, one in each equal share of the day."""
    inside = [bisect_left(minutes, at) for at in fixed if minutes[0] <= at <= minutes[-1]]
    share = len(minutes) / (count + len(inside))
    middles = [(n + 0.5) * share for n in range(count + len(inside))]
    for place in sorted(inside):
        middles.remove(min(middles, key=lambda middle: abs(middle - place)))
    swing = max(0.0, min(share * _SWING, (share - gap) / 2))
    moved = [m + swing * (dice(seed, n) / 2**63 - 1) for n, m in enumerate(middles)]
    return [minutes[min(len(minutes) - 1, int(place))] for place in moved]


def _nearest(free: Sequence[int], wish: int, low: int, high: int) -> int:
    """Return the free minute nearest to a wish, and not a round one if its neighbour will do."""
    start, stop = bisect_left(free, low), bisect_left(free, high + 1)
    middle = bisect_left(free, wish, start, stop)
    near = free[max(start, middle - 2) : min(stop, middle + 2)]
    best = min(abs(m - wish) for m in near)
    close = [m for m in near if abs(m - wish) <= best + 1]
    return min(close, key=lambda m: (m % _ROUND == 0, abs(m - wish), m))
