"""Who gets which minute of a day: a key's posts on two lanes should lie hours apart."""

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

    for key in sorted(keys, key=rank):
        at = max(left, key=lambda m: (_distance(m, seen[key]), dice(m))) if seen[key] else left[0]
        left.remove(at)
        given[key] = at
    _swap_apart(given, seen)
    return given


def _swap_apart(given: dict[str, int], seen: Mapping[str, Sequence[int]]) -> None:
    """Swap minutes where that parts a key's posts and does not bring another's together."""
    for key in sorted(given, key=lambda k: (_distance(given[k], seen[k]), k)):
        here = _distance(given[key], seen[key])
        if here >= _NEAR:
            return

        def after(other: str, key: str = key) -> int:
            return min(_distance(given[other], seen[key]), _distance(given[key], seen[other]))

        best = max(sorted(given), key=after)
        if after(best) > here:
            given[key], given[best] = given[best], given[key]


def _distance(minute: int, seen: Sequence[int]) -> int:
    return min(FAR, *(abs(minute - other) for other in seen)) if seen else FAR
