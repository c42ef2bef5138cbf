"""Who is on which day: the planner's board, and what it costs to add or move one more.

Days are ordinals (``date.toordinal``), keys are numbers in the order of their names. Overlaps are
people; a pair of keys counts once a day. Every figure is kept in tables that follow each move.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from schedules.crowds import WEEK, Crowds
from schedules.terms import Crowd, Patience, dice

Conflicts = Mapping[frozenset[str], int]
Lanes = tuple[str, ...]

# What matters more outweighs any sum of what matters less. People stay below 10**9.
_ADJACENT = 10**25
_PERSON = 10**13
_CLOSE = 10**9
_BOTH_LANES = 10**8
_LOAD = 10**3
# One appeal too many annoys more than many that are merely not alone on their day.
_TOO_MANY = 10


class Board:
    """Posts by key, lane and day; ``apart`` is how many days there should be between a key's.

    ``posts`` gives the most posts that each key will have, ``days`` those on which a post may be
    put down, ``kept`` those of posts that are fixed; ``start`` is where weeks begin.
    """

    def __init__(
        self,
        posts: Mapping[str, int],
        days: Sequence[int],
        kept: Iterable[int],
        limit: int | None,
        conflicts: Conflicts,
        crowds: Iterable[Crowd],
        patience: Patience,
        start: int,
    ) -> None:
        self.days = days
        self.limit = limit
        self.keys = sorted(posts)
        self.numbers = {key: number for number, key in enumerate(self.keys)}
        self.on: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
        self.load: Counter[tuple[str, int]] = Counter()
        self.movable: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
        self.apart: dict[tuple[int, str], int] = {}
        self.neighbours: list[dict[int, int]] = [{} for _ in self.keys]
        every = {start, *days, *kept}
        self._first, self._size = min(every), max(every) - min(every) + 1
        weeks = [(self._first + span - start) // WEEK for span in range(self._size)]
        self._weeks = [self._size + week - weeks[0] for week in weeks]
        self._present = [[0] * self._size for _ in self.keys]
        self._pressure = [[0] * self._size for _ in self.keys]
        self._crowds = Crowds(
            crowds,
            patience,
            self.numbers,
            [posts[key] for key in self.keys],
            self._size,
            weeks[-1] - weeks[0] + 1,
        )
        for pair, people in conflicts.items():
            self._know(pair, people)

    def _know(self, pair: frozenset[str], people: int) -> None:
        if len(pair) == 2 and people > 0:
            a, b = (self.numbers.get(key, -1) for key in pair)
            if a >= 0 and b >= 0:
                self.neighbours[a][b] = self.neighbours[b][a] = people

    def fix(self, key: int, lane: str, day: int) -> None:
        """Set down a post that stays where it is."""
        span = day - self._first
        self.load[lane, day] += 1
        self.on[key, lane].add(day)
        self._present[key][span] += 1
        if self._present[key][span] == 1:
            self._show(key, span, 1)
            self._crowds.count(key, self._weeks[span], 1)

    def put(self, key: int, lane: str, day: int) -> None:
        """Set down a post that may still move."""
        self.fix(key, lane, day)
        self.movable[lane, day].add(key)

    def move(self, key: int, lane: str, day: int, to: int) -> None:
        """Move a movable post to another day."""
        self.movable[lane, day].remove(key)
        self.movable[lane, to].add(key)
        self.on[key, lane] ^= {day, to}
        self.load[lane, day] -= 1
        self.load[lane, to] += 1
        here, there = day - self._first, to - self._first
        present = self._present[key]
        present[here] -= 1
        present[there] += 1
        left = None if present[here] else self._weeks[here]
        come = self._weeks[there] if present[there] == 1 else None
        if left is not None:
            self._show(key, here, -1)
        if come is not None:
            self._show(key, there, 1)
        if left != come:
            self._crowds.count(key, left, -1)
            self._crowds.count(key, come, 1)

    def is_full(self, lane: str, day: int) -> bool:
        """Tell whether the lane has all posts of the day that it may have."""
        return self.limit is not None and self.load[lane, day] >= self.limit

    def free_days(self, key: int, lane: str) -> list[int]:
        """Return the days on which the key may still have a post on the lane."""
        taken = self.on[key, lane]
        return [day for day in self.days if day not in taken and not self.is_full(lane, day)]

    def cost(self, key: int, lane: str, day: int) -> int:
        """Return what a further post of the key would cost on a day."""
        apart = self.apart[key, lane]
        between = sum(pair_cost(abs(day - other), apart) for other in self.on[key, lane])
        span = day - self._first
        if self._present[key][span]:
            met = _BOTH_LANES
        else:
            beyond = self._crowds.beyond[key]
            too_many = beyond[span] + beyond[self._weeks[span]]
            met = _PERSON * (self._pressure[key][span] + _TOO_MANY * too_many)
        return (
            between + met + _LOAD * self.load[lane, day] + dice(self.keys[key], lane, day) % _LOAD
        )

    def gain(self, key: int, lanes: Lanes, day: int, to: int) -> int:
        """Return what is saved by moving a key's posts of a day; loads are left out of it."""
        saved = 0
        for lane in lanes:
            apart = self.apart[key, lane]
            for other in self.on[key, lane]:
                if other != day:
                    saved += pair_cost(abs(day - other), apart) - pair_cost(abs(to - other), apart)
        here, there = day - self._first, to - self._first
        present, pressure = self._present[key], self._pressure[key]
        stays, is_there = present[here] > len(lanes), present[there] > 0
        people = too_many = 0
        if not stays:
            people += pressure[here]
            too_many += self._crowds.spared[key][here]
        if not is_there:
            people -= pressure[there]
            too_many -= self._crowds.beyond[key][there]
        if stays or is_there or self._weeks[here] != self._weeks[there]:
            too_many += 0 if stays else self._crowds.spared[key][self._weeks[here]]
            too_many -= 0 if is_there else self._crowds.beyond[key][self._weeks[there]]
        saved += _BOTH_LANES * (stays - is_there)
        return saved + _PERSON * (people + _TOO_MANY * too_many)

    def together(self, key: int, other: int) -> int:
        """Return what it costs that two keys meet on a day."""
        return _PERSON * self.neighbours[key].get(other, 0)

    def trouble(self, key: int, lanes: Lanes, day: int) -> int:
        """Return the people for whom posts could lie better, or 1 if they are next to others."""
        spared, span = self._crowds.spared[key], day - self._first
        too_many = spared[span] + spared[self._weeks[span]]
        people = self._pressure[key][span] + _TOO_MANY * too_many
        beside = {day - 1, day + 1}
        return people or int(any(beside & self.on[key, lane] for lane in lanes))

    def _show(self, key: int, span: int, step: int) -> None:
        """Let the neighbours know that a key has come to a day, or left it."""
        for other, people in self.neighbours[key].items():
            self._pressure[other][span] += step * people
        self._crowds.count(key, span, step)


def pair_cost(distance: int, apart: int) -> int:
    """Return what it costs that two posts of a key lie so many days from each other."""
    return _ADJACENT * (distance == 1) + (
        _CLOSE * (apart - distance) ** 2 if distance < apart else 0
    )
