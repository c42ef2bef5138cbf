"""Who is on which day: the planner's board, and what it costs to add one more.

Days are ordinals (``date.toordinal``). Overlaps are people; a pair of keys counts once a day.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from schedules.terms import dice

Conflicts = Mapping[frozenset[str], int]

# What matters more outweighs any sum of what matters less. People stay below 10**9.
_ADJACENT = 10**25
_PERSON = 10**13
_CLOSE = 10**9
_BOTH_LANES = 10**8
_LOAD = 10**3


class Board:
    """Posts by key, lane and day; ``apart`` is how many days there should be between a key's."""

    def __init__(self, days: Sequence[int], limit: int | None, conflicts: Conflicts) -> None:
        self.days = days
        self.limit = limit
        self.on: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        self.load: Counter[tuple[str, int]] = Counter()
        self.movable: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
        self.present: Counter[tuple[str, int]] = Counter()
        self.apart: dict[tuple[str, str], int] = {}
        self.neighbours: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self._pressure: Counter[tuple[str, int]] = Counter()
        for pair, people in conflicts.items():
            if len(pair) == 2 and people > 0:
                a, b = pair
                self.neighbours[a][b] = self.neighbours[b][a] = people

    def fix(self, key: str, lane: str, day: int) -> None:
        """Set down a post that stays where it is."""
        self._count(key, lane, day, 1)
        self.on[key, lane].add(day)

    def put(self, key: str, lane: str, day: int) -> None:
        """Set down a post that may still move."""
        self.fix(key, lane, day)
        self.movable[lane, day].add(key)

    def take(self, key: str, lane: str, day: int) -> None:
        """Take up a movable post."""
        self.movable[lane, day].remove(key)
        self.on[key, lane].remove(day)
        self._count(key, lane, day, -1)

    def move(self, key: str, lane: str, day: int, to: int) -> None:
        """Move a post to another day."""
        self.take(key, lane, day)
        self.put(key, lane, to)

    def is_full(self, lane: str, day: int) -> bool:
        """Tell whether the lane has all posts of the day that it may have."""
        return self.limit is not None and self.load[lane, day] >= self.limit

    def free_days(self, key: str, lane: str) -> list[int]:
        """Return the days on which the key may still have a post on the lane."""
        taken = self.on[key, lane]
        return [day for day in self.days if day not in taken and not self.is_full(lane, day)]

    def overlap(self, key: str, day: int) -> int:
        """Return the people who would meet the key and another one on the day."""
        return self._pressure[key, day]

    def cost(self, key: str, lane: str, day: int) -> int:
        """Return what a further post of the key would cost on a day."""
        apart = self.apart[key, lane]
        between = sum(pair_cost(abs(day - other), apart) for other in self.on[key, lane])
        seen = self.present[key, day] > 0
        people = 0 if seen else self._pressure[key, day]
        rest = _PERSON * people + _BOTH_LANES * seen + _LOAD * self.load[lane, day]
        return between + rest + dice(key, lane, day) % _LOAD

    def _count(self, key: str, lane: str, day: int, step: int) -> None:
        self.load[lane, day] += step
        before = self.present[key, day]
        self.present[key, day] += step
        if (before > 0) != (before + step > 0):
            for other, people in self.neighbours[key].items():
                self._pressure[other, day] += step * people


def pair_cost(distance: int, apart: int) -> int:
    """Return what it costs that two posts of a key lie so many days from each other."""
    return _ADJACENT * (distance == 1) + _CLOSE * max(0, apart - distance) ** 2
