"""A cell of the matrix: what is combined in one run, and every number that it is drawn from.

A cell is plain data, so that it can be printed, sent to another process, and played again.
"""

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from random import Random
from typing import Any

DATABASES = ("sqlite", "postgresql")
WORKERS = (1, 2, 8)
# How a post gets to its network: at once, with pictures or a film that are brought there first,
# created unseen and then shown, or held by the platform.
WAYS = ("facebook direct", "facebook media", "facebook two-phase", "facebook ahead", "x")
# What goes wrong beside the kills; ``faults`` and ``troubles`` say how.
FAULTS = (
    "none",
    "lost answer",
    "dropped before",
    "reset",
    "slow",
    "too slow",
    "error after accept",
    "html 502",
    "empty 200",
    "rate limit",
    "token expiry",
    "clock +1 h",
    "clock -1 h",
    "disk full",
    "locked database",
    "visibility lag",
    "pause",
)
# Who is sending: our own program, or a design that the harness must be able to convict.
DESIGNS = ("product", "naive", "late intent", "fresh commands", "forked commands")
# Tuesday of the campaign's week; the real command line plays now.
START = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Cell:
    """One run. ``kills`` is how many are tried for; ``forgets``: the platform does not refuse the
    same words twice, so that only our own care prevents a double."""

    seed: int
    database: str = "sqlite"
    workers: int = 2
    way: str = "facebook direct"
    fault: str = "none"
    posts: int = 24
    kills: int = 14
    forgets: bool = True
    design: str = "product"
    settle: str = "auto"
    start: str = START.isoformat()

    @property
    def starts(self) -> datetime:
        """The campaign's time at which the cell begins."""
        return datetime.fromisoformat(self.start)

    @property
    def is_ahead(self) -> bool:
        """Whether the platform holds the posts until their time."""
        return self.way == "facebook ahead"

    @property
    def has_media(self) -> bool:
        """Whether the posts show photos and films, which are uploaded before the intent."""
        return self.way == "facebook media"

    @property
    def is_typed(self) -> bool:
        """Whether the real command line plays, in real time."""
        return "commands" in self.design

    @property
    def network(self) -> str:
        """The network that all posts of the cell go to."""
        return self.way.partition(" ")[0]

    @property
    def name(self) -> str:
        """How the cell is called in tables."""
        return f"{self.database} × {self.workers} × {self.way} × {self.fault}"

    def chance(self, purpose: str) -> Random:
        """A stream of numbers of its own for each purpose, so that none disturbs another."""
        return Random(f"{self.seed} {purpose}")

    def text(self) -> str:
        """The cell on one line."""
        return json.dumps(asdict(self), ensure_ascii=False)


def read(text: str) -> Cell:
    """The cell that ``Cell.text`` wrote."""
    return Cell(**json.loads(text))


@dataclass
class Outcome:
    """What came of a cell: the verdict, and the counts for the table."""

    cell: Cell
    broken: list[str] = field(default_factory=list)
    kills: dict[str, int] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    drained: float = 0.0  # quiet periods from the last kill until nothing was in doubt
    cpu: float = 0.0  # seconds of processor time, without a database server's
    told: list[str] = field(default_factory=list)  # some alarms, and errors that ended a pass

    def text(self) -> str:
        """The outcome on one line."""
        return json.dumps(asdict(self), ensure_ascii=False)


def outcome(text: str) -> Outcome:
    """The outcome that ``Outcome.text`` wrote."""
    document: dict[str, Any] = json.loads(text)
    return Outcome(**document | {"cell": Cell(**document["cell"])})


def product() -> list[Cell]:
    """Every cell there is, without seeds."""
    return [
        Cell(0, database, workers, way, fault)
        for database in DATABASES
        for workers in WORKERS
        for way in WAYS
        for fault in FAULTS
    ]


def pairwise(seed: int) -> list[Cell]:
    """Few cells in which every two values of different dimensions meet; drawn by the seed."""
    chance = Random(f"{seed} sample")
    cells = product()
    chance.shuffle(cells)
    open_pairs = set().union(*map(_pairs, cells))
    chosen: list[Cell] = []
    while open_pairs:
        best = max(cells, key=lambda cell: len(_pairs(cell) & open_pairs))
        open_pairs -= _pairs(best)
        chosen.append(best)
    return [_drawn(cell, seed, number) for number, cell in enumerate(chosen)]


def everything(seed: int) -> list[Cell]:
    """The full product, each with its own seed."""
    return [_drawn(cell, seed, number) for number, cell in enumerate(product())]


def _drawn(cell: Cell, seed: int, number: int) -> Cell:
    own = seed * 1000 + number
    return replace(cell, seed=own, forgets=Random(own).random() < 0.75)


def _pairs(cell: Cell) -> set[tuple[tuple[str, Any], tuple[str, Any]]]:
    values = [(name, getattr(cell, name)) for name in ("database", "workers", "way", "fault")]
    return {(one, other) for one in values for other in values if one[0] < other[0]}
