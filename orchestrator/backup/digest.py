"""What a table holds, in two figures: how many rows, and a digest of all their values in order.

The digest is SHA-256 over the compact JSON of the column names and of each plain row (see
``tables``), so that it is the same on both databases and under every version of Python.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from orchestrator.backup.tables import Row, Rows, Table, read, tables_of

Step = Callable[[], None]


@dataclass(frozen=True)
class Figures:
    """How many rows a table has, and the digest of them."""

    rows: int
    digest: str


class Tape:
    """Counts and digests rows while they pass by."""

    def __init__(self, table: Table, step: Step) -> None:
        self._sha = hashlib.sha256(_encoded([table.columns]))
        self._rows = 0
        self._step = step

    def along(self, rows: Rows) -> Rows:
        """Let the rows pass, one batch at a time."""
        for batch in rows:
            self._sha.update(_encoded(batch))
            self._rows += len(batch)
            yield batch
            self._step()

    @property
    def figures(self) -> Figures:
        """What passed by."""
        return Figures(self._rows, self._sha.hexdigest())


def _encoded(batch: Sequence[Row]) -> bytes:
    """Rows one after the other: how they were cut into batches does not show."""
    return _ENCODER.encode(batch)[1:-1].encode() + b","


# Bytes stand in a list of their own, so that no text can look like them.
_ENCODER = json.JSONEncoder(separators=(",", ":"), default=lambda data: [bytes(data).hex()])


def figures_of(connection: Connection, step: Step) -> dict[str, Figures]:
    """The figures of every table; ``step`` is called after each batch of rows."""
    return {table.name: _figures(connection, table, step) for table in tables_of(connection)}


def _figures(connection: Connection, table: Table, step: Step) -> Figures:
    tape = Tape(table, step)
    for _batch in tape.along(read(connection, table)):
        pass
    return tape.figures
