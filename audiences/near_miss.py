"""Names one or two slips away from what was typed; offered, never taken."""

from collections.abc import Iterable
from functools import lru_cache

from audiences.gazetteer import Gazetteer
from audiences.landscapes import is_region
from audiences.place import Place
from audiences.question import Question
from audiences.regions import countries_named, states_named
from audiences.world import is_world_city

_LETTERS = {letter: 1 << i for i, letter in enumerate("abcdefghijklmnopqrstuvwxyz0123456789 ")}


_MOST = 10
_OTHER_SPELLING = 3


def misspelt(key: str, question: Question) -> list[tuple[int, Place]]:
    """Return (slips, place) of those whose name is a slip or two away, the nearest first.

    A land, a region or a city far away is spelt as it should be: "Schweiz" is no slip for Schleiz.
    """
    if states_named(key) or countries_named(key) or is_region(key) or is_world_city(key):
        return []
    found: dict[int, tuple[int, Place]] = {}
    for slips, name in _index(question.gazetteer).near(key):
        for rank, place in question.named(name):
            if rank < _OTHER_SPELLING:
                found.setdefault(place.id, (slips, place))
    return sorted(found.values(), key=lambda f: (f[0], -f[1].population, f[1].id))[:_MOST]


class Names:
    """Folded names, sorted by length and with their letters as bits, for searching near misses."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_length: dict[int, list[str]] = {}
        for name in names:
            self._by_length.setdefault(len(name), []).append(name)
        self._letters: dict[int, list[tuple[int, str]]] = {}

    def near(self, key: str) -> list[tuple[int, str]]:
        """Return (slips, name) of all names within one slip, or two from six letters on."""
        allowed = 0 if len(key) < 4 else 1 if len(key) < 6 else 2
        if not allowed:
            return []
        # Each slip brings one letter too many and one too few at the most.
        bits, most = _letters_in(key), 2 * allowed
        alike = [
            name
            for length in range(len(key) - allowed, len(key) + allowed + 1)
            for letters, name in self._of_length(length)
            if (letters ^ bits).bit_count() <= most
        ]
        slipped = ((slips_between(key, name, allowed), name) for name in alike)
        return sorted(found for found in slipped if found[0] <= allowed)

    def _of_length(self, length: int) -> list[tuple[int, str]]:
        known = self._letters.get(length)
        if known is None:
            known = [(_letters_in(name), name) for name in self._by_length.get(length, ())]
            self._letters[length] = known
        return known


@lru_cache(maxsize=2)
def _index(gazetteer: Gazetteer) -> Names:
    return Names(gazetteer.name_keys())


def slips_between(a: str, b: str, limit: int) -> int:
    """Return the number of missing, extra, wrong or swapped letters, or limit + 1 if more."""
    a, b = _without_what_is_equal(a, b)
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        row = [i]
        for j, other in enumerate(b, 1):
            best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        if min(row) > limit:
            return limit + 1
        before, last = last, row
    return last[-1]


def _without_what_is_equal(a: str, b: str) -> tuple[str, str]:
    """Return both without their common beginning and end, where no slip can lie."""
    start = _equal_letters(a, b)
    a, b = a[start:], b[start:]
    end = _equal_letters(a[::-1], b[::-1])
    return a[: len(a) - end], b[: len(b) - end]


def _equal_letters(a: str, b: str) -> int:
    pairs = enumerate(zip(a, b, strict=False))
    return next((i for i, (one, other) in pairs if one != other), min(len(a), len(b)))


def _letters_in(name: str) -> int:
    """Return one bit for each letter, one for its second and one for its third occurrence."""
    once = twice = thrice = 0
    for letter in name:
        bit = _LETTERS.get(letter, 0)
        thrice |= twice & bit
        twice |= once & bit
        once |= bit
    return once | twice << len(_LETTERS) | thrice << 2 * len(_LETTERS)
