"""The harness can fail: designs that are wrong are convicted by the very same matrix."""

from collections import Counter
from collections.abc import Sequence

import pytest

from tests.reliability.cell import Cell, Outcome
from tests.reliability.conftest import Play

STORMS = [
    {"database": "sqlite", "way": "facebook direct", "fault": "lost answer"},
    {"database": "postgresql", "way": "x", "fault": "error after accept"},
]


def found(outcomes: Sequence[Outcome]) -> Counter[str]:
    """How many posts are broken, and in which way."""
    total: Counter[str] = Counter()
    for outcome in outcomes:
        total.update({k: n for k, n in outcome.counts.items() if k.startswith("broken")})
    return total


@pytest.mark.parametrize("design", ["naive", "late intent"])
def test_a_wrong_design_is_convicted(play: Play, seed: int, design: str) -> None:
    """Sending again after an error doubles posts; so does an intent written after the call.

    The second is found besides by the observer, who asks at each call what the database knew.
    """
    outcomes = play([Cell(seed + n, design=design, **storm) for n, storm in enumerate(STORMS)])
    convicted = found(outcomes)
    print(f"{design}: {dict(convicted)}")
    assert convicted["broken: duplicated"] > 0
    assert convicted["broken: model"] == 0
    assert (convicted["broken: unannounced"] > 0) == (design == "late intent")
