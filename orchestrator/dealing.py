"""Dealing phrases like cards: fair, stable, and never the same one to two posts of a tandem."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import TypeVar

_Thing = TypeVar("_Thing")

# So many posts of a tandem on a network are sure to share neither opening nor closing.
HANDS = 4


def draw(*what: str) -> int:
    """A number that is the same on every machine and in every year."""
    return int.from_bytes(hashlib.sha256("\0".join(what).encode()).digest()[:8], "big")


def nth(things: Sequence[_Thing], number: int) -> _Thing:
    """The thing at a place, counting round and round."""
    return things[number % len(things)]


def dealt(phrases: Sequence[str], deck: str, hand: int, seed: str) -> list[str]:
    """The phrases of one hand, the preferred one first; other hands hold none of them.

    Dealt by length, so that every hand holds a short one for a tight text.
    """
    by_length = sorted(phrases, key=lambda each: (len(each), each))
    blocks = [by_length[start : start + HANDS] for start in range(0, len(by_length), HANDS)]
    held = []
    for block in blocks:
        shuffled = sorted(block, key=lambda each: draw(deck, each))
        # A last block that is not full goes to other hands for other tandems.
        seat = (hand + draw(deck, "seat")) % HANDS
        held += shuffled[seat : seat + 1]
    start = (draw(seed, "start") + hand // HANDS) % len(held)
    return held[start:] + held[:start]


def pairs(beginnings: Sequence[str], closings: Sequence[str]) -> Iterator[tuple[str, str]]:
    """All pairs; both parts move on together, so that the next choice differs in both."""
    for shift in range(len(closings)):
        for at, beginning in enumerate(beginnings):
            yield beginning, closings[(at + shift) % len(closings)]
