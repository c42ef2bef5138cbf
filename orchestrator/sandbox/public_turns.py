"""How many speak under a post, and to what end; known from its number, before it is written.

So every post can be dealt texts of its own without knowing the others.
"""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from orchestrator.sandbox.public_reach import luck

# In every 200 replies: how many of each label, and how many of those answer another reply.
DEALT = {
    "job_offer": (8, 1),
    "tip": (46, 6),
    "question": (26, 4),
    "encouragement": (70, 8),
    "abuse": (13, 3),
    "spam": (8, 1),
    "other": (29, 5),
}
BAG = tuple((label, at < nested) for label, (total, nested) in DEALT.items() for at in range(total))
COUNTS = Counter(BAG)
MOST = 45  # under one post


@dataclass(frozen=True)
class Turn:
    """One reply to come; `rank` counts those of its kind on the network."""

    number: int
    label: str
    nested: bool
    rank: int


class Turns:
    """All turns of one network."""

    def __init__(self, seed: int, network: str) -> None:
        self._seed = seed
        self._network = network
        self._often = 1.9 if network == "x" else 3.1
        self._starts = [0]  # the first turn under each post, as far as anybody asked

    def under(self, number: int) -> list[Turn]:
        """The turns under one post."""
        for each in range(len(self._starts) - 1, number + 1):
            self._starts.append(self._starts[-1] + self._wanted(each))
        return [self._turn(each) for each in range(*self._starts[number : number + 2])]

    def _wanted(self, number: int) -> int:
        wish = self._often * luck(self._seed, self._network, number) ** 0.8
        odd = Random(f"{self._seed} {self._network} turns {number}").random()
        return min(int(wish + odd), MOST)

    def _turn(self, number: int) -> Turn:
        bag, place = divmod(number, len(BAG))
        shuffled, before = _shuffled(self._seed, self._network, bag)
        label, nested = shuffled[place]
        return Turn(number, label, nested, bag * COUNTS[label, nested] + before[place])


@lru_cache(maxsize=256)
def _shuffled(seed: int, network: str, bag: int) -> tuple[list[tuple[str, bool]], list[int]]:
    """A bag in its order, and for each place how many of the same came before."""
    order = Random(f"{seed} {network} bag {bag}").sample(BAG, len(BAG))
    met: Counter[tuple[str, bool]] = Counter()
    before = []
    for each in order:
        before.append(met[each])
        met[each] += 1
    return order, before
