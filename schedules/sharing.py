"""Who gets which minute of a day: a key's posts on two lanes should lie hours apart."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence

from schedules.terms import dice

FAR = 6 * 60  # minutes: farther apart than this, two networks do not feel like one push
_NEAR = 3 * 60


def share_out(
    keys: Iterable[str], minutes: Sequence[int], seen: Mapping[str, Sequence[int]], day: int
) -> dict[str, int]:
    """Give each key one of the minutes, far from the minutes at which it is seen already."""
    left, given = list(minutes), {}
    centre = (minutes[0] + minutes[-1]) / 2

    def rank(key: str) -> tuple[bool, float, int, str]:
        # Who was seen at noon has the least choice, who was not seen at all the most.
        away = min((abs(at - centre) for at in seen[key]), default=0.0)
        return not seen[key], away, dice(key, day), key

    die = {minute: dice(minute) for minute in left}
    for key in sorted(keys, key=rank):
        at = _farthest(left, seen[key], die)
        left.remove(at)
        given[key] = at
    _swap_apart(given, seen)
    return given


def _farthest(left: Sequence[int], seen: Sequence[int], die: Mapping[int, int]) -> int:
    """Return the minute that is farthest from those seen; from FAR on all are equally far."""
    if not seen:
        return left[0]
    if len(seen) > 1:
        return max(left, key=lambda m: (_distance(m, seen), die[m]))
    early, late = bisect_right(left, seen[0] - FAR), bisect_left(left, seen[0] + FAR)
    if far := [*left[:early], *left[late:]]:
        return max(far, key=die.__getitem__)
    return max(left[0], left[-1], key=lambda m: (_distance(m, seen), die[m]))


def _swap_apart(given: dict[str, int], seen: Mapping[str, Sequence[int]]) -> None:
    """Swap minutes where that parts a key's posts and does not bring another's together."""
    ordered = sorted(given)
    for key in sorted(given, key=lambda k: (_distance(given[k], seen[k]), k)):
        here_at = given[key]
        here = _distance(here_at, seen[key])
        if here >= _NEAR:
            return
        best, most = key, here
        for other in ordered:
            apart = _distance(given[other], seen[key])
            if apart > most:
                apart = min(apart, _distance(here_at, seen[other]))
            if apart > most:
                best, most = other, apart
            if most == FAR:
                break
        given[key], given[best] = given[best], here_at


def _distance(minute: int, seen: Sequence[int]) -> int:
    least = FAR
    for other in seen:
        least = min(least, abs(minute - other))
    return least
