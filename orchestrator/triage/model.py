"""The trained model: how much each feature speaks for each label. Needs nothing but this file.

A linear model per label. Each kind of feature is weighed by rarity and brought to length one, so
that a long reply counts no more than a short one; what a word's letters say is remembered, since
most words come again.
"""

import json
import struct
import zlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import sqrt
from pathlib import Path

from orchestrator.triage.features import VERSION, Features, letters_of
from orchestrator.triage.verdict import LABELS

FILE = Path(__file__).parent / "weights.bin"
KINDS = ("letters", "words", "rows", "classes")
_WIDE = len(LABELS) + 1
_HEAD = struct.Struct("<I")


class BadWeights(ValueError):
    """A file of weights that does not belong to this version of the program."""


class Table:
    """Rows of whole numbers by name, kept as numbers: as objects they would take 25 MB."""

    def __init__(self, names: Iterable[str], numbers: "array[int]") -> None:
        """Take ``names`` in the order of their rows, which stand one behind the other."""
        self.starts = {name: at * _WIDE for at, name in enumerate(names)}
        self.numbers = numbers

    def rows(self, names: Iterable[str]) -> "list[array[int]]":
        """The rows of those names that it has."""
        starts, numbers = self.starts, self.numbers
        found = [starts[name] for name in names if name in starts]
        return [numbers[start : start + _WIDE] for start in found]


@dataclass(frozen=True)
class Weights:
    """What training found, in which ``languages``.

    ``tables``: kind → name → a weight per label, then the rarity squared; ``signals``: name → a
    weight per label. ``scale``: by which whole numbers become log-odds.
    """

    languages: tuple[str, ...]
    bias: tuple[float, ...]
    scale: float
    rarity: float
    signals: Mapping[str, tuple[float, ...]]
    tables: Mapping[str, Table]

    def packed(self) -> bytes:
        """As the bytes of the file: a head, then names and whole numbers of two bytes."""
        head = {
            "version": VERSION,
            "labels": LABELS,
            "languages": self.languages,
            "bias": self.bias,
            "scale": self.scale,
            "rarity": self.rarity,
            "signals": self.signals,
            "names": {kind: "\n".join(self.tables[kind].starts) for kind in KINDS},
        }
        text = json.dumps(head, ensure_ascii=False, sort_keys=True).encode()
        numbers = array("h")
        for kind in KINDS:
            numbers += self.tables[kind].numbers
        if struct.pack("=h", 1) != struct.pack("<h", 1):
            numbers.byteswap()
        return zlib.compress(_HEAD.pack(len(text)) + text + numbers.tobytes(), 9)

    @classmethod
    def unpacked(cls, packed: bytes) -> "Weights":
        """Read such a file; one that belongs to other features is refused."""
        data = zlib.decompress(packed)
        (length,) = _HEAD.unpack_from(data)
        head = json.loads(data[_HEAD.size : _HEAD.size + length])
        if (head["version"], tuple(head["labels"])) != (VERSION, LABELS):
            raise BadWeights("train again: orchestrator/triage/build_model.py")
        numbers = array("h", data[_HEAD.size + length :])
        if struct.pack("=h", 1) != struct.pack("<h", 1):
            numbers.byteswap()
        tables: dict[str, Table] = {}
        at = 0
        for kind in KINDS:
            names = head["names"][kind].split("\n")
            following = at + _WIDE * len(names)
            tables[kind] = Table(names, numbers[at:following])
            at = following
        signals = {name: tuple(row) for name, row in head["signals"].items()}
        languages, bias = tuple(head["languages"]), tuple(head["bias"])
        return cls(languages, bias, head["scale"], head["rarity"], signals, tables)


class Model:
    """Log-odds of each label for the features of a reply."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self.languages = frozenset(weights.languages)
        self._letters = lru_cache(maxsize=65_536)(self._spelt)

    def log_odds(self, features: Features, signals: Mapping[str, float]) -> dict[str, float]:
        """How much a reply looks like each label, each on its own."""
        sums = list(self._weights.bias)
        letters = [row for word in features.words if (row := self._letters(word))]
        _add(sums, letters, self._weights)
        for kind, names in (
            ("words", features.words),
            ("rows", features.rows),
            ("classes", features.classes),
        ):
            _add(sums, self._weights.tables[kind].rows(names), self._weights)
        for name, strength in signals.items():
            for at, weight in enumerate(self._weights.signals.get(name, ())):
                sums[at] += weight * strength
        return dict(zip(LABELS, sums, strict=True))

    def _spelt(self, word: str) -> tuple[int, ...]:
        """What the letters of one word say together."""
        rows = self._weights.tables["letters"].rows(letters_of(word))
        return tuple(map(sum, zip(*rows, strict=True))) if rows else ()


def _add(sums: list[float], rows: Sequence[Sequence[int]], weights: Weights) -> None:
    """Add a kind of features, brought to length one."""
    if not rows:
        return
    *totals, square = map(sum, zip(*rows, strict=True))
    share = weights.scale / sqrt(square * weights.rarity)
    for at, total in enumerate(totals):
        sums[at] += total * share


@cache
def model() -> Model:
    """Load the weights that ship with the program, once."""
    return Model(Weights.unpacked(FILE.read_bytes()))
