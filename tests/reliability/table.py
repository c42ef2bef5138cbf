"""The table that a run prints: kills by point and faults by kind, by database and workers."""

from collections.abc import Iterable, Sequence

from tests.reliability.cell import DATABASES, FAULTS, WORKERS, Cell, Outcome
from tests.reliability.workers import ANYWHERE, points

Column = tuple[str, object]
COLUMNS: list[Column] = [
    *(("database", each) for each in DATABASES),
    *(("workers", each) for each in WORKERS),
]


def table(outcomes: Sequence[Outcome]) -> tuple[str, list[str]]:
    """The table of one way's cells, and its rows that are empty.

    A point or a fault is to be met at least once on the way, on whichever database and by whichever
    crew; cells there must be on each database and for each crew.
    """
    rows = {"cells": [_cells(outcomes, column) for column in COLUMNS]}
    for point in (*points(outcomes[0].cell), ANYWHERE):
        rows[f"killed: {point}"] = [_sum(outcomes, "kills", point, column) for column in COLUMNS]
    for fault in FAULTS[1:]:
        rows[f"fault: {fault}"] = [_sum(outcomes, "faults", fault, column) for column in COLUMNS]
    lines = [_line("", [f"{value}" for _name, value in COLUMNS], "all")]
    lines += [_line(name, map(str, counts), str(_all(counts))) for name, counts in rows.items()]
    return "\n".join(lines), [name for name, counts in rows.items() if _is_empty(name, counts)]


def _is_empty(name: str, counts: list[int]) -> bool:
    """Nothing at all; or of the cells, none on one database or for one crew."""
    return not _all(counts) or (name == "cells" and 0 in counts)


def _cells(outcomes: Sequence[Outcome], column: Column) -> int:
    return sum(_is_in(each.cell, column) for each in outcomes)


def _sum(outcomes: Sequence[Outcome], what: str, name: str, column: Column) -> int:
    mine = [getattr(each, what) for each in outcomes if _is_in(each.cell, column)]
    return sum(counts.get(name, 0) for counts in mine)


def _is_in(cell: Cell, column: Column) -> bool:
    return bool(getattr(cell, column[0]) == column[1])


def _all(counts: list[int]) -> int:
    return sum(counts[: len(DATABASES)])


def _line(name: str, values: Iterable[str], total: str) -> str:
    return f"  {name:<28}" + "".join(f"{value:>12}" for value in values) + f"{total:>8}"
