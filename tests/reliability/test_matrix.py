"""Every post exactly once, through kills and faults: the matrix, its table, and its own proof.

Each cell combines a database, a number of workers, a way to a network and a fault; in each,
workers die by SIGKILL at named points, in the middle of a call, or anywhere. `make test` plays a
sample in which every two values meet, `make soak` all of them, with more kills in each.
"""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.reliability.cell import Cell, Outcome, everything, pairwise
from tests.reliability.conftest import SOAK, Play
from tests.reliability.table import table
from tests.reliability.workers import ANYWHERE, points

SHARES = 8 if SOAK else 4
LEAST_KILLS = 10_000 if SOAK else 950
POINTS = sorted({point for cell in everything(0) for point in points(cell)} | {ANYWHERE})


def sample(seed: int) -> list[Cell]:
    """The cells of this run."""
    if SOAK:
        return [replace(cell, kills=30, posts=30) for cell in everything(seed)]
    return pairwise(seed)


def told(outcomes: Sequence[Outcome]) -> str:
    """What is wrong, with all that is needed to play it again."""
    return "\n".join(
        f"cell {outcome.cell.text()}\n  " + "\n  ".join([*outcome.broken, *outcome.told])
        for outcome in outcomes
        if outcome.broken
    )


@pytest.mark.parametrize("share", range(SHARES))
def test_no_post_is_doubled_lost_or_wrongly_recorded(
    play: Play, seed: int, share: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """A share of the matrix: 0 duplicated, 0 lost, 0 wrongly recorded, settled in time."""
    cells = sample(seed)[share::SHARES]
    outcomes = play(cells)
    shown, _empty = table(outcomes, POINTS)
    with capsys.disabled():
        print(f"\nseed {seed}, share {share + 1} of {SHARES}\n{shown}")
    assert len(outcomes) == len(cells)
    assert not told(outcomes), f"seed {seed}\n{told(outcomes)}"
    assert sum(sum(each.kills.values()) for each in outcomes) >= LEAST_KILLS / SHARES
