"""Improving what was placed one after the other: posts of a lane exchange their days.

What an exchange saves is first estimated from the board's tables; the most promising are tried,
and taken back when they save nothing after all. Loads stay as even as they are.
"""

from collections import defaultdict
from collections.abc import Mapping
from heapq import nlargest

from schedules.board import Board

# Estimates that are looked at; bounds the time for a thousand keys.
_TRIES = 100_000
_FEWEST_PARTNERS = 2
_TRIED_FOR_REAL = 3
_NOBODY = -1

Caps = Mapping[int, int]
Offers = Mapping[tuple[int, int], list[tuple[int, int]]]


def exchange(board: Board, caps: Mapping[str, Caps]) -> None:
    """Exchange days until nothing is saved any more, or for as long as the tries last."""
    tries, improved = _TRIES, True
    while improved and tries > 0:
        improved = False
        for lane in sorted(caps):
            offers = _offers(board, lane)
            posts = sum(len(board.movable[lane, day]) for day in board.days)
            partners = max(_FEWEST_PARTNERS, _TRIES // 10 // (1 + posts * len(board.days)))
            for key, day in _troubled(board, lane):
                if tries > 0:
                    found = _estimates(board, lane, key, day, offers, caps[lane], partners)
                    tries -= len(found) + len(board.days)
                    improved |= _try(board, lane, key, day, found)


def _offers(board: Board, lane: str) -> Offers:
    """Return by two days the posts of the first, those that save most on the second one first."""
    offers: defaultdict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for day in board.days:
        for key in board.movable[lane, day]:
            for to in board.days:
                if to not in board.on[key, lane]:
                    offers[day, to].append((board.gain(key, lane, day, to), key))
    for found in offers.values():
        found.sort(reverse=True)
    return offers


def _troubled(board: Board, lane: str) -> list[tuple[int, int]]:
    """Return the posts that could lie better, as key and day, the worst first."""
    found = [
        (-trouble, key, day)
        for day in board.days
        for key in board.movable[lane, day]
        if (trouble := board.trouble(key, lane, day))
    ]
    return [(key, day) for _, key, day in sorted(found)]


def _estimates(
    board: Board, lane: str, key: int, day: int, offers: Offers, caps: Caps, partners: int
) -> list[tuple[int, int, int]]:
    """Return what may be saved by which exchange: (saved, other key or nobody, other day)."""
    found = []
    if day not in board.on[key, lane] or key not in board.movable[lane, day]:
        return []  # it was exchanged itself meanwhile
    for to in board.days:
        if to in board.on[key, lane]:
            continue
        saved = board.gain(key, lane, day, to)
        if board.load[lane, to] < min(caps[to], board.load[lane, day]):
            found.append((saved, _NOBODY, to))
        for theirs, other in offers.get((to, day), ())[:partners]:
            # The two parted may be each other's trouble, on both days.
            found.append((saved + theirs + 2 * board.together(key, other), other, to))
    return found


def _try(board: Board, lane: str, key: int, day: int, found: list[tuple[int, int, int]]) -> bool:
    """Exchange with the most promising one for whom it saves something; tell whether any did."""
    for estimate, other, to in nlargest(_TRIED_FOR_REAL, found):
        if estimate <= 0:
            return False
        if _saves(board, lane, key, day, other, to):
            return True
    return False


def _saves(board: Board, lane: str, key: int, day: int, other: int, to: int) -> bool:
    """Exchange for real, and back when that saves nothing."""
    if other != _NOBODY and (other not in board.movable[lane, to] or day in board.on[other, lane]):
        return False
    saved = board.gain(key, lane, day, to)
    board.move(key, lane, day, to)
    if other != _NOBODY:
        saved += board.gain(other, lane, to, day)
        board.move(other, lane, to, day)
    if saved > 0:
        return True
    if other != _NOBODY:
        board.move(other, lane, day, to)
    board.move(key, lane, to, day)
    return False
