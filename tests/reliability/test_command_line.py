"""The real command line is killed: schedulers and daily jobs, several at once, on one database."""

import sys
from datetime import UTC, datetime

import pytest

from tests.conftest import SOAK
from tests.reliability.cell import Cell
from tests.reliability.conftest import Play
from tests.reliability.test_matrix import verdict


@pytest.mark.parametrize(
    ("design", "kills", "database", "way"),
    [
        ("fresh commands", 12 if SOAK else 6, "sqlite", "facebook ahead"),
        ("forked commands", 20 if SOAK else 10, "postgresql", "facebook two-phase"),
        ("forked commands", 20 if SOAK else 10, "sqlite", "x"),
    ],
)
def test_killed_commands_send_every_post_once(
    play: Play,
    seed: int,
    design: str,
    kills: int,
    database: str,
    way: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`run` and `run --once` die at any moment; daily jobs bring everything to its one end.

    Of some fifty kills in `make soak`, half as many in `make test`, a quarter hits processes that
    start from nothing, as a person or cron would start them, and the others hit forks of a loaded
    interpreter that call the same ``cli.main()``. A moment is drawn by the seed as a share of what
    a daily job takes here, so that a repetition draws the same shares, while the machine decides
    how far a command has come by then.
    """
    now = datetime.now(UTC).replace(microsecond=0).isoformat()
    cell = Cell(
        seed, database, 3, way, posts=24, kills=kills, design=design, start=now
    )  # fmt: skip
    [outcome] = play([cell])
    with capsys.disabled():
        said = f"{design}, {database}, {way}, seed {seed}: {outcome.kills}, {outcome.cpu} s CPU"
        print(f"\n{said}", file=sys.__stderr__)
    assert not verdict([outcome])
    kind = design.partition(" ")[0]
    assert outcome.kills[f"{kind}: run"] >= kills / 3
    assert outcome.kills[f"{kind}: run --once"] >= kills / 3
