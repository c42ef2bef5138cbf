"""The choice of days: even days first, then a key's own rhythm, then people who overlap."""

from collections.abc import Iterator, Mapping, Sequence

from schedules.board import Board, pair_cost
from schedules.terms import Demand, dice

_OVER_SHARE = 10**28
_TRIES = 30_000  # exchanges looked at while polishing; bounds the time for a thousand keys

Shares = Mapping[int, int]


def spread(board: Board, demands: Sequence[Demand], rooms: Mapping[tuple[str, int], int]) -> None:
    """Put the demanded posts on the board's days.

    ``rooms`` tells how many posts of a lane a day holds when all keep their gap. A demand that
    finds too few days is put down as far as it goes.
    """
    lanes = sorted({demand.lane for demand in demands})
    caps = {lane: _caps(board, demands, rooms, lane) for lane in lanes}
    shares = {lane: _shares(board, demands, caps[lane], lane) for lane in lanes}
    for demand in sorted(demands, key=lambda each: _rank(board, each)):
        _place(board, demand, shares[demand.lane])
    for lane in lanes:
        _even_out(board, lane, caps[lane])
    _polish(board, lanes)


def _rank(board: Board, demand: Demand) -> tuple[int, int, int, str, str]:
    """Put those first who overlap with most people: they are the hardest to place."""
    people = sum(board.neighbours[demand.key].values())
    return -people, -demand.count, dice(demand.key), demand.key, demand.lane


def _caps(
    board: Board, demands: Sequence[Demand], rooms: Mapping[tuple[str, int], int], lane: str
) -> Shares:
    """Return how many posts of a lane each day should hold at most.

    That is its room; when all rooms are too small together, all are exceeded alike.
    """
    wanted = _wanted(board, demands, lane)
    sizes = {day: rooms[lane, day] for day in board.days}
    times = max(1, -(-wanted // max(1, sum(sizes.values()))))
    limit = board.limit if board.limit is not None else wanted
    loads = {day: board.load[lane, day] for day in board.days}
    return {day: max(loads[day], min(limit, loads[day] + sizes[day] * times)) for day in board.days}


def _shares(board: Board, demands: Sequence[Demand], caps: Shares, lane: str) -> dict[int, int]:
    """Return how many posts of a lane each day has when all are as even as they can be.

    The days that have one more than others are not settled: each may, as long as posts are left.
    """
    wanted = _wanted(board, demands, lane)
    level = 0
    while (
        wanted
        and sum(_added(board, lane, caps, level + 1)) <= wanted
        and level < max(caps.values(), default=0)
    ):
        level += 1
    return {day: min(caps[day], level) for day in board.days}


def _added(board: Board, lane: str, caps: Shares, level: int) -> Iterator[int]:
    return (max(0, min(caps[day], level) - board.load[lane, day]) for day in board.days)


def _wanted(board: Board, demands: Sequence[Demand], lane: str) -> int:
    return sum(min(each.count, len(board.days)) for each in demands if each.lane == lane)


def _place(board: Board, demand: Demand, shares: Shares) -> None:
    key, lane = demand.key, demand.lane
    fixed = len(board.on[key, lane])
    board.apart[key, lane] = max(2, len(board.days) // max(1, demand.count + fixed))
    free = board.free_days(key, lane)
    costs = {
        day: board.cost(key, lane, day) + _OVER_SHARE * max(0, board.load[lane, day] + 1 - share)
        for day in free
        for share in (shares[day],)
    }
    chosen = _cheapest(free, costs, min(demand.count, len(free)), board.apart[key, lane])
    for day in chosen:
        board.put(key, lane, day)
    for _ in range(demand.count - len(chosen)):
        _make_way(board, key, lane)


def _cheapest(days: Sequence[int], costs: Mapping[int, int], count: int, apart: int) -> list[int]:
    """Choose so many days with the least sum of their own and their neighbours' cost."""
    if count == 0:
        return []
    best: dict[int, tuple[int, tuple[int, ...]]] = {d: (costs[d], (d,)) for d in days}
    for taken in range(1, count):
        longer: dict[int, tuple[int, tuple[int, ...]]] = {}
        for index, day in enumerate(days):
            before = [
                (best[other][0] + pair_cost(day - other, apart), best[other][1])
                for other in days[taken - 1 : index]
            ]
            if before:
                cost, path = min(before)
                longer[day] = cost + costs[day], (*path, day)
        best = longer
    return list(min(best.values())[1])


def _make_way(board: Board, key: str, lane: str) -> None:
    """Free a place on a full day by moving another post to a day where the key already is."""
    for full in board.days:
        if full in board.on[key, lane] or not board.is_full(lane, full):
            continue
        for free in board.days:
            others = [k for k in board.movable[lane, full] if free not in board.on[k, lane]]
            if others and not board.is_full(lane, free):
                board.move(min(others, key=dice), lane, full, free)
                board.put(key, lane, full)
                return


def _even_out(board: Board, lane: str, caps: Shares) -> None:
    """Move posts from full days to empty ones until no day has two more than another."""
    while move := _evening_move(board, lane, caps):
        board.move(move[0], lane, move[1], move[2])


def _evening_move(board: Board, lane: str, caps: Shares) -> tuple[str, int, int] | None:
    load = {day: board.load[lane, day] for day in board.days}
    for high in sorted(load, key=lambda day: (load[day] <= caps[day], -load[day], day)):
        for low in sorted(load, key=lambda day: (load[day], day)):
            if load[low] >= caps[low] or not (
                load[high] > caps[high] or load[high] > load[low] + 1
            ):
                continue
            keys = [k for k in board.movable[lane, high] if low not in board.on[k, lane]]
            if keys:
                return min(keys, key=lambda k: (_moving(board, k, lane, high, low), k)), high, low
    return None


def _moving(board: Board, key: str, lane: str, day: int, to: int) -> int:
    """Return what a move adds to the cost."""
    board.take(key, lane, day)
    change = board.cost(key, lane, to) - board.cost(key, lane, day)
    board.put(key, lane, day)
    return change


def _polish(board: Board, lanes: Sequence[str]) -> None:
    """Exchange days between keys of a lane where that spares people or next-day posts."""
    tries = _TRIES
    for lane in lanes:
        for day in board.days:
            for key in sorted(board.movable[lane, day], key=lambda k: (-board.overlap(k, day), k)):
                if tries > 0 and _is_poor(board, key, lane, day):
                    tries -= _exchange(board, key, lane, day)


def _is_poor(board: Board, key: str, lane: str, day: int) -> bool:
    beside = {day - 1, day + 1} & board.on[key, lane]
    return bool(beside) or board.overlap(key, day) > 0


def _exchange(board: Board, key: str, lane: str, day: int) -> int:
    """Exchange a post with the one that saves most, if any; return how many were looked at."""
    board.take(key, lane, day)
    here, found = board.cost(key, lane, day), []
    for to in board.days:
        if to == day or to in board.on[key, lane]:
            continue
        gain = here - board.cost(key, lane, to)
        for other in board.movable[lane, to]:
            if day not in board.on[other, lane]:
                found.append((gain, other, to))
    best = max(
        ((gain - _moving(board, other, lane, to, day), other, to) for gain, other, to in found),
        default=(0, "", day),
    )
    board.put(key, lane, day)
    if best[0] > 0:
        _swap_if_cheaper(board, key, lane, day, best[1], best[2])
    return len(found)


def _swap_if_cheaper(board: Board, key: str, lane: str, day: int, other: str, to: int) -> None:
    """Swap for real, and back when the two are each other's trouble."""
    board.take(other, lane, to)
    board.take(key, lane, day)
    before = board.cost(key, lane, day)
    after = board.cost(key, lane, to)
    board.put(key, lane, to)
    after += board.cost(other, lane, day)
    board.take(key, lane, to)
    board.put(key, lane, day)
    before += board.cost(other, lane, to)
    swap = after < before
    if swap:
        board.move(key, lane, day, to)
    board.put(other, lane, day if swap else to)
