"""The preloaded parent as a fixture, and the seed: ``--seed N`` or TUEROEFFNER_TEST_SEED."""

import faulthandler
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.conftest import SOAK
from tests.reliability.cell import Cell, Outcome, outcome

ROOT = Path(__file__).parents[2]
# Read before the fixtures of all tests take our variables out of the environment.
_SEED = os.environ.get("TUEROEFFNER_TEST_SEED", "")
USUAL_SEED = 2016
PATIENCE = 1800.0  # seconds; only a cell that hangs takes as long
Play = Callable[[Sequence[Cell]], list[Outcome]]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Known when this folder is named: ``pytest tests/reliability --seed 7``."""
    parser.addoption("--seed", type=int, default=None, help="play the matrix of this number")


@pytest.fixture(scope="session")
def seed(request: pytest.FixtureRequest) -> int:
    """The number from which everything in the matrix is drawn."""
    asked = request.config.getoption("--seed", default=None)
    return int(asked if asked is not None else _SEED or USUAL_SEED)


@pytest.fixture
def play(postgres: str) -> Play:
    """Play cells, several at a time, in processes forked from a preloaded parent."""
    # A process that does nothing but this: it has no thread, no server and no connection of ours.
    command = [sys.executable, "-m", "tests.reliability.nursery", "--server", postgres]
    environ = dict(os.environ, PYTHONPATH=str(ROOT))

    def played(cells: Sequence[Cell]) -> list[Outcome]:
        if not cells:
            return []
        outcomes: list[Outcome] = []
        with subprocess.Popen(
            command, cwd=ROOT, env=environ, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        ) as nursery:  # fmt: skip
            try:
                assert nursery.stdin is not None
                assert nursery.stdout is not None
                nursery.stdin.write("".join(f"{cell.text()}\n" for cell in cells))
                nursery.stdin.close()
                _wait_longer()
                for line in nursery.stdout:
                    _wait_longer()
                    outcomes.append(outcome(line))
                    _tell(outcomes[-1], len(outcomes), len(cells))
            finally:
                nursery.kill()
        return outcomes

    return played


def _wait_longer() -> None:
    """A test of many cells takes minutes, a cell never: the watch begins anew with each."""
    faulthandler.dump_traceback_later(PATIENCE, exit=True, file=sys.__stderr__)


def _tell(played: Outcome, number: int, count: int) -> None:
    """Progress, for whoever waits for hours."""
    if SOAK:
        kills = sum(played.kills.values())
        print(
            f"{number}/{count} {played.cell.name}: {kills} kills", file=sys.__stderr__, flush=True
        )
