"""The table that a run prints: kills by point, faults by kind; by database, workers and way."""

from collections import Counter
from collections.abc import Iterable, Sequence

from tests.reliability.cell import DATABASES, FAULTS, WAYS, WORKERS, Outcome

COLUMNS = [
    *(("database", each) for each in DATABASES),
    *(("workers", each) for each in WORKERS),
    *(("way", each) for each in WAYS),
]


def table(outcomes: Sequence[Outcome], points: Iterable[str]) -> tuple[str, list[str]]:
    """The table, and the names of the rows and cells that nothing was counted for."""
    kills = {point: _counted(outcomes, "kills", point) for point in points}
    faults = {fault: _counted(outcomes, "faults", fault) for fault in FAULTS if fault != "none"}
    lines = [_line("", [str(value) for _name, value in COLUMNS], "all")]
    empty: list[str] = []
    for kind, found in (("killed", kills), ("fault", faults)):
        for name, counts in found.items():
            lines.append(_line(f"{kind}: {name}", map(str, counts.values()), str(_all(counts))))
            empty += [f"{kind}: {name}"] if not _all(counts) else []
    cells = Counter(column for each in outcomes for column in _columns(each))
    lines.append(_line("cells", [str(cells[column]) for column in COLUMNS], str(len(outcomes))))
    empty += [f"no cell with {name} {value}" for name, value in COLUMNS if not cells[name, value]]
    return "\n".join(lines), empty


def _counted(outcomes: Sequence[Outcome], what: str, name: str) -> Counter[tuple[str, object]]:
    counts: Counter[tuple[str, object]] = Counter(dict.fromkeys(COLUMNS, 0))
    for outcome in outcomes:
        for column in _columns(outcome):
            counts[column] += getattr(outcome, what).get(name, 0)
    return counts


def _columns(outcome: Outcome) -> list[tuple[str, object]]:
    return [(name, getattr(outcome.cell, name)) for name in ("database", "workers", "way")]


def _all(counts: Counter[tuple[str, object]]) -> int:
    return sum(counts["database", each] for each in DATABASES)


def _line(name: str, values: Iterable[str], total: str) -> str:
    return f"{name:<28}" + "".join(f"{value:>19}" for value in values) + f"{total:>8}"
