"""Every post exactly once, through kills and faults: the matrix, and its table.

Each cell combines a database, a number of workers, a way to a network and a fault; in each,
workers die by SIGKILL at named points, in the middle of a call, or anywhere. `make test` plays a
sample in which every two values meet, `make soak` all of them, with more kills in each.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.conftest import SOAK
from tests.reliability.cell import WAYS, Cell, Outcome, everything, pairwise
from tests.reliability.conftest import Play
from tests.reliability.table import table

# Of all posts, a person may be asked about so many: it was held, and vanished.
MOST_ASKED = 0.01
LEAST_KILLS = 10_000 if SOAK else 800


def cells(seed: int, way: str) -> list[Cell]:
    """The cells of this run on one way to a network."""
    drawn = everything(seed) if SOAK else pairwise(seed)
    mine = [cell for cell in drawn if cell.way == way]
    if SOAK:
        return [replace(cell, kills=30, posts=48) for cell in mine]
    # Posts that are held have more points at which to die; those with pictures take three calls.
    few = {"facebook ahead": {"kills": 18}, "facebook media": {"kills": 11, "posts": 15}}
    return [replace(cell, **few.get(way, {})) for cell in mine]


def verdict(outcomes: Sequence[Outcome]) -> str:
    """What is wrong, with all that is needed to play it again; empty: nothing."""
    return "\n".join(
        f"{outcome.cell.text()}\n  " + "\n  ".join([*outcome.broken, *outcome.told])
        for outcome in outcomes
        if outcome.broken
    )


def summary(outcomes: Sequence[Outcome]) -> str:
    """The figures of a run, on one line."""
    kills = sum(sum(each.kills.values()) for each in outcomes)
    cpu = sum(each.cpu for each in outcomes)
    posts, live = (sum(each.counts.get(name, 0) for each in outcomes) for name in ("posts", "live"))
    slowest = max(each.drained for each in outcomes)
    return (
        f"{len(outcomes)} cells, {kills} kills, {posts} posts, {live} of them ever live; settled at"
        f" most {slowest} quiet periods after the last kill; {cpu:.0f} s of processor time"
    )


def once_more(cells: Sequence[Cell], empty: Sequence[str], again: int) -> list[Cell]:
    """Where chance left a point or a fault out: a few of the cells again, by other seeds."""
    if not empty:
        return []
    struck = [cell for cell in cells if f"fault: {cell.fault}" in empty]
    # A point that nobody died at is met soonest where nothing else goes wrong.
    quiet = [replace(cell, fault="none", workers=2) for cell in cells[:4]]
    return [replace(cell, seed=cell.seed + 10_000 * again) for cell in (struck or quiet)]


@pytest.mark.parametrize("way", WAYS)
def test_no_post_is_doubled_lost_or_wrongly_recorded(
    play: Play, seed: int, way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """0 duplicated, 0 lost, 0 wrongly recorded, nothing sent that was not written down before.

    And each of the points and faults was met, each database and crew had its cells: an empty row of
    the table fails.
    """
    wanted = cells(seed, way)
    outcomes = list(play(wanted))
    shown, empty = table(outcomes)
    for again in range(1, 9):
        more = once_more(wanted, empty, again)
        outcomes += play(more)
        wanted = [*wanted, *more]
        shown, empty = table(outcomes)
    with capsys.disabled():
        # What workers of pytest say on standard output is heard by nobody.
        print(f"\n{way}, seed {seed}: {summary(outcomes)}\n{shown}", file=sys.__stderr__)
    assert not verdict(outcomes), f"seed {seed}\n{verdict(outcomes)}"
    assert len(outcomes) == len(wanted)
    assert not empty
    assert sum(sum(each.kills.values()) for each in outcomes) >= LEAST_KILLS / len(WAYS)
    asked, posts = (sum(each.counts[name] for each in outcomes) for name in ("asked", "posts"))
    assert asked <= posts * MOST_ASKED
