"""Names one or two slips away from what was typed; offered, never taken."""

from collections.abc import Iterable


def near_misses(key: str, names: Iterable[str]) -> list[tuple[int, str]]:
    """Return (slips, name) of all names within one slip, or two from six letters on."""
    allowed = 0 if len(key) < 4 else 1 if len(key) < 6 else 2
    if not allowed:
        return []
    letters = set(key)
    found = []
    for name in names:
        if abs(len(name) - len(key)) <= allowed and len(letters ^ set(name)) <= 2 * allowed:
            slips = slips_between(key, name, allowed)
            if slips <= allowed:
                found.append((slips, name))
    return sorted(found)


def slips_between(a: str, b: str, limit: int) -> int:
    """Return the number of missing, extra, wrong or swapped letters, or limit + 1 if more."""
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
