"""Improving what was placed one after the other: keys exchange the days of their posts.

What an exchange saves is first estimated from the board's tables; the most promising are tried,
and taken back when they save nothing after all. Loads stay as even as they are.

Posts move on one lane, or on several at once where a key has them on the same day: one lane alone
would leave the key where it meets others.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from heapq import nlargest

from schedules.board import Board, Lanes

# Estimates that are looked at; bounds the time for a thousand keys.
_TRIES = 25_000
_FEWEST_PARTNERS = 2
_TRIED_FOR_REAL = 3
_NOBODY = -1

Caps = Mapping[str, Mapping[int, int]]
Offers = Mapping[tuple[int, int], list[tuple[int, int]]]


def exchange(board: Board, bundles: Sequence[Lanes], caps: Caps) -> None:
    """Exchange days until nothing is saved any more, or for as long as the tries last."""
    tries, improved = _TRIES, True
    while improved and tries > 0:
        improved = False
        for lanes in bundles:
            offers = _offers(board, lanes) if tries > 0 else {}
            partners = _partners(board, lanes)
            for key, day in _troubled(board, lanes):
                if tries > 0:
                    found = _estimates(board, lanes, key, day, offers, caps, partners)
                    tries -= len(found) + len(board.days)
                    improved |= _try(board, lanes, key, day, found)


def _partners(board: Board, lanes: Lanes) -> int:
    """Return how many others each post is compared with on a day: all where there are few."""
    posts = sum(len(_movable(board, lanes, day)) for day in board.days)
    return max(_FEWEST_PARTNERS, _TRIES // (1 + posts * len(board.days)))


def _movable(board: Board, lanes: Lanes, day: int) -> set[int]:
    """Return the keys that have a movable post on the day on all the lanes."""
    return set.intersection(*(board.movable[lane, day] for lane in lanes))


def _is_on(board: Board, lanes: Lanes, key: int, day: int) -> bool:
    for lane in lanes:  # noqa: SIM110 — asked a hundred thousand times, and any() is slower
        if day in board.on[key, lane]:
            return True
    return False


def _offers(board: Board, lanes: Lanes) -> Offers:
    """Return by two days the posts of the first, those that save most on the second one first."""
    offers: defaultdict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for day in board.days:
        for key in _movable(board, lanes, day):
            for to in board.days:
                if not _is_on(board, lanes, key, to):
                    offers[day, to].append((board.gain(key, lanes, day, to), key))
    for found in offers.values():
        found.sort(reverse=True)
    return offers


def _troubled(board: Board, lanes: Lanes) -> list[tuple[int, int]]:
    """Return the posts that could lie better, as key and day, the worst first."""
    found = [
        (-trouble, key, day)
        for day in board.days
        for key in _movable(board, lanes, day)
        if (trouble := board.trouble(key, lanes, day))
    ]
    return [(key, day) for _, key, day in sorted(found)]


def _estimates(
    board: Board, lanes: Lanes, key: int, day: int, offers: Offers, caps: Caps, partners: int
) -> list[tuple[int, int, int]]:
    """Return what may be saved by which exchange: (saved, other key or nobody, other day)."""
    found: list[tuple[int, int, int]] = []
    if any(key not in board.movable[lane, day] for lane in lanes):
        return found  # it was exchanged itself meanwhile
    for to in board.days:
        if _is_on(board, lanes, key, to):
            continue
        saved = board.gain(key, lanes, day, to)
        if all(_has_room(board, lane, day, to, caps) for lane in lanes):
            found.append((saved, _NOBODY, to))
        for theirs, other in offers.get((to, day), ())[:partners]:
            # The two parted may be each other's trouble, on both days.
            found.append((saved + theirs + 2 * board.together(key, other), other, to))
    return found


def _has_room(board: Board, lane: str, day: int, to: int, caps: Caps) -> bool:
    return board.load[lane, to] < min(caps[lane][to], board.load[lane, day])


def _try(
    board: Board, lanes: Lanes, key: int, day: int, found: Sequence[tuple[int, int, int]]
) -> bool:
    """Exchange with the first of the most promising that saves something; tell whether any did."""
    return any(
        estimate > 0 and _exchanged(board, lanes, key, day, other, to)
        for estimate, other, to in nlargest(_TRIED_FOR_REAL, found)
    )


def _exchanged(board: Board, lanes: Lanes, key: int, day: int, other: int, to: int) -> bool:
    """Exchange for real, and back when that saves nothing."""
    alone = other == _NOBODY
    if not alone and not _may_leave(board, lanes, other, to, day):
        return False
    saved = board.gain(key, lanes, day, to)
    _move(board, lanes, key, day, to)
    if not alone:
        saved += board.gain(other, lanes, to, day)
        _move(board, lanes, other, to, day)
    if saved > 0:
        return True
    if not alone:
        _move(board, lanes, other, day, to)
    _move(board, lanes, key, to, day)
    return False


def _may_leave(board: Board, lanes: Lanes, key: int, day: int, to: int) -> bool:
    return not _is_on(board, lanes, key, to) and all(
        key in board.movable[lane, day] for lane in lanes
    )


def _move(board: Board, lanes: Lanes, key: int, day: int, to: int) -> None:
    for lane in lanes:
        board.move(key, lane, day, to)
