"""Who gets to say what: every text is dealt once before any is dealt again.

From then on it is written a little differently, as another person would.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from random import Random

from orchestrator.sandbox.public_reading import Reading
from orchestrator.sandbox.public_replies import Line
from orchestrator.sandbox.public_turns import Turn

# How often it has to do with the trade, where there is much to say about it.
OF_THE_TRADE = {"job_offer": 0.75}
OTHERWISE = 0.35
ONCE = {"long", "hostile"}
HANDS = [(True, ""), (False, "!"), (True, "…"), (False, ""), (True, "!"), (False, "…")]
CLOSING = re.compile(r"[.!…]*$")


@dataclass(frozen=True)
class Place:
    """A turn at a post: what can be said here, and what has been said (ids of lines)."""

    turn: Turn
    network: str
    language: str
    nested: bool
    reading: Reading
    said: Collection[str]

    @property
    def position(self) -> int:
        """Networks take turns, so that none repeats what the other has dealt."""
        return 2 * self.turn.rank + (self.network != "facebook")

    def suits(self, line: Line) -> bool:
        """Whether this can be said here, for the first time."""
        return line.id not in self.said and self.reading.fits(line)


@dataclass(frozen=True)
class Dealt:
    """A text for a turn."""

    line: Line
    text: str
    later: str


class Deck:
    """All texts, shuffled by the seed."""

    def __init__(self, seed: int, lines: Iterable[Line]) -> None:
        shuffled = sorted(lines, key=lambda line: line.id)
        Random(f"{seed} deck").shuffle(shuffled)
        self.stems = sorted({stem for line in shuffled for stem in line.trades})
        self._general: dict[tuple[str, str, bool], list[Line]] = defaultdict(list)
        self._trades: dict[tuple[str, str], list[Line]] = defaultdict(list)
        for line in shuffled:
            nested = line.kind == "thread"
            if line.trades and not nested:
                self._trades[line.label, line.language].append(line)
            else:
                self._general[line.label, line.language, nested].append(line)

    def deal(self, place: Place, chance: Random) -> Dealt | None:
        """A text for this place; None where nobody has anything to say."""
        label = place.turn.label
        fitting = [line for line in self._trades[label, place.language] if place.suits(line)]
        often = OF_THE_TRADE.get(label, OTHERWISE) * len(fitting) / (len(fitting) + 2)
        if chance.random() < often and not place.nested:
            return _first(place, fitting, 0)
        # A stand-in is dealt out of turn, so it comes in another hand.
        return (
            _first(place, self._general[label, place.language, place.nested], 0)
            or _first(place, self._general[label, place.language, False], 1)
            or _first(place, self._general[label, "de", False], 1)
        )


def _first(place: Place, lines: Sequence[Line], hand: int) -> Dealt | None:
    """The line whose turn it is, or the next one that fits."""
    if place.turn.nested and not place.nested:
        hand += 1
    for step in range(len(lines)):
        again, index = divmod(place.position + step, len(lines))
        line = lines[index]
        if place.suits(line) and not (again and line.kind in ONCE):
            return _written(line, place.reading, again + hand + (step > 0))
    return None


def _written(line: Line, reading: Reading, hand: int) -> Dealt:
    text, later = (reading.fill(each) for each in (line.text, line.later))
    # Spam is pasted as it is; addresses and control characters must stay whole.
    if not hand or line.label == "spam" or line.kind == "hostile" or "://" in text + later:
        return Dealt(line, text, later)
    return Dealt(line, in_hand(text, hand), in_hand(later, hand))


def in_hand(text: str, hand: int) -> str:
    """The same words as somebody else writes them; a heart is a heart."""
    if not any(letter.isalpha() for letter in text):
        return text
    small, end = HANDS[(hand - 1) % len(HANDS)]
    written = CLOSING.sub(end, text.lower() if small else text, count=1)
    return written if written != text else f"{text} …"
