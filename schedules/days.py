"""The choice of days: even days first, then a key's own rhythm, then people who overlap."""

from collections.abc import Iterator, Mapping, Sequence

from schedules.board import Board, pair_cost
from schedules.exchanges import exchange
from schedules.terms import Demand, dice

_OVER_SHARE = 10**28

Shares = Mapping[int, int]


def spread(board: Board, demands: Sequence[Demand], rooms: Mapping[tuple[str, int], int]) -> None:
    """Put the demanded posts on the board's days.

    ``rooms`` tells how many posts of a lane a day holds when all keep their gap. A demand that
    finds too few days is put down as far as it goes.
    """
    lanes = sorted({demand.lane for demand in demands})
    caps = {lane: _caps(board, demands, rooms, lane) for lane in lanes}
    shares = {lane: _shares(board, demands, caps[lane], lane) for lane in lanes}
    # One lane after the other: the next ones join the days that the first has found.
    for lane in lanes:
        for demand in sorted(demands, key=lambda each: _rank(board, each)):
            if demand.lane == lane:
                _place(board, demand, shares[lane])
        _even_out(board, lane, caps[lane])
        if lane == lanes[0]:
            exchange(board, [(lane,)], caps)
    if len(lanes) > 1:
        exchange(board, [tuple(lanes), *((lane,) for lane in lanes)], caps)


def _rank(board: Board, demand: Demand) -> tuple[int, int, int, str]:
    """Put those first who overlap with most people: they are the hardest to place."""
    people = sum(board.neighbours[board.numbers[demand.key]].values())
    return -people, -demand.count, dice(demand.key), demand.key


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
    key, lane = board.numbers[demand.key], demand.lane
    fixed = len(board.on[key, lane])
    board.apart[key, lane] = max(2, len(board.days) // max(1, demand.count + fixed))
    free = board.free_days(key, lane)
    costs = {
        day: board.cost(key, lane, day)
        + _OVER_SHARE * max(0, board.load[lane, day] + 1 - shares[day])
        for day in free
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


def _make_way(board: Board, key: int, lane: str) -> None:
    """Free a place on a full day by moving another post to a day where the key already is."""
    for full in board.days:
        if full in board.on[key, lane] or not board.is_full(lane, full):
            continue
        for free in board.days:
            others = [k for k in board.movable[lane, full] if free not in board.on[k, lane]]
            if others and not board.is_full(lane, free):
                board.move(min(others), lane, full, free)
                board.put(key, lane, full)
                return


def _even_out(board: Board, lane: str, caps: Shares) -> None:
    """Move posts from full days to empty ones until no day has two more than another."""
    while move := _evening_move(board, lane, caps):
        board.move(move[0], lane, move[1], move[2])


def _evening_move(board: Board, lane: str, caps: Shares) -> tuple[int, int, int] | None:
    load = {day: board.load[lane, day] for day in board.days}
    for high in sorted(load, key=lambda day: (load[day] <= caps[day], -load[day], day)):
        for low in sorted(load, key=lambda day: (load[day], day)):
            if load[low] >= caps[low] or not (
                load[high] > caps[high] or load[high] > load[low] + 1
            ):
                continue
            keys = [k for k in board.movable[lane, high] if low not in board.on[k, lane]]
            if keys:
                return min(keys, key=lambda k: (-board.gain(k, (lane,), high, low), k)), high, low
    return None
