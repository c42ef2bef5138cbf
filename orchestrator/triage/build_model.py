"""Train the model that sorts replies, from the labelled ones in ``tests/triage``.

    make train                                              writes orchestrator/triage/weights.bin
    python -m orchestrator.triage.build_model --check       compares it

Needs scikit-learn (dependency group ``training``), which the program itself does not: what comes
out is a table of whole numbers. The same replies always give the same table.
"""

import argparse
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log, sqrt
from pathlib import Path
from typing import Any

from orchestrator.triage.classes import classes
from orchestrator.triage.decision import scored
from orchestrator.triage.features import Features, features_of, letters_of, signals_of
from orchestrator.triage.lexicon import lexicon
from orchestrator.triage.model import FILE, KINDS, Table, Weights
from orchestrator.triage.reading import read
from orchestrator.triage.verdict import LABELS

ROOT = Path(__file__).resolve().parents[2] / "tests" / "triage"
# How much a kind of features counts beside the others, found by grouped cross-validation.
SHARES = {"letters": 1.0, "words": 1.0, "rows": 0.7, "classes": 1.0}
SIGNALS = 0.4
# The inverse strength of the penalty on large weights.
FREEDOM = 6.0
# A feature that only one reply has teaches nothing about others.
_FEWEST = 2
_LARGEST = 32_767


@dataclass(frozen=True)
class Labelled:
    """A reply with its label. ``second``: what somebody else called it; ``voice``: who wrote it."""

    text: str
    label: str
    second: str
    language: str
    voice: str
    trade: str
    register: str


def labelled() -> list[Labelled]:
    """The replies that were written by hand for training, in a fixed order."""
    rows = []
    for path in sorted((ROOT / "labelled").glob("*.tsv")):
        _, *lines = path.read_text("utf-8").splitlines()
        rows += [Labelled(*line.split("\t")) for line in lines]
    return rows


@dataclass(frozen=True)
class _Seen:
    """A reply as the model sees it."""

    bags: dict[str, list[str]]
    signals: dict[str, float]


def _seen(text: str) -> _Seen:
    reading = read(text, lexicon())
    found: Features = features_of(reading, classes())
    letters = [row for word in found.words for row in letters_of(word)]
    bags = dict(zip(KINDS, (letters, found.words, found.rows, found.classes), strict=True))
    return _Seen(bags, signals_of(reading.signals, scored(reading.signals)))


def train(replies: Sequence[Labelled]) -> Weights:
    """Learn from labelled replies."""
    seen = [_seen(each.text) for each in replies]
    rarity = {kind: _rarity([each.bags[kind] for each in seen]) for kind in KINDS}
    names = sorted({name for each in seen for name in each.signals})
    columns = [(kind, name) for kind in KINDS for name in sorted(rarity[kind])]
    place = {column: at for at, column in enumerate(columns)}
    rows = [dict(_row(each, rarity, place, names)) for each in seen]
    width = len(columns) + len(names)
    found = [_fit(rows, width, [reply.label == each for reply in replies]) for each in LABELS]
    languages = tuple(sorted({each.language for each in replies}))
    return _weights(languages, found, columns, names, rarity)


def _rarity(bags: list[list[str]]) -> dict[str, float]:
    """How rare each feature is: one and the logarithm of the share of replies that have it."""
    count = Counter(name for bag in bags for name in set(bag))
    return {
        name: log((1 + len(bags)) / (1 + times)) + 1
        for name, times in count.items()
        if times >= _FEWEST
    }


def _row(
    seen: _Seen,
    rarity: dict[str, dict[str, float]],
    place: dict[tuple[str, str], int],
    names: list[str],
) -> Iterator[tuple[int, float]]:
    for kind in KINDS:
        values: Counter[str] = Counter()
        square = 0.0
        for name in seen.bags[kind]:
            if value := rarity[kind].get(name):
                values[name] += value  # type: ignore[assignment]
                square += value * value
        for name, value in values.items():
            yield place[kind, name], SHARES[kind] * value / sqrt(square)
    for at, name in enumerate(names):
        if name in seen.signals:
            yield len(place) + at, SIGNALS * seen.signals[name]


def _fit(rows: list[dict[int, float]], width: int, hits: list[bool]) -> tuple[float, list[float]]:
    """One label against all others: its bias, and a weight per column."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    data = [value for row in rows for value in row.values()]
    columns = [column for row in rows for column in row]
    starts = [0]
    for row in rows:
        starts.append(starts[-1] + len(row))
    table: Any = csr_matrix((data, columns, starts), shape=(len(rows), width))
    learner = LogisticRegression(C=FREEDOM, solver="liblinear", max_iter=1000, random_state=0)
    learner.fit(table, hits)
    return float(learner.intercept_[0]), [float(each) for each in learner.coef_[0]]


def _weights(
    languages: tuple[str, ...],
    found: list[tuple[float, list[float]]],
    columns: list[tuple[str, str]],
    names: list[str],
    rarity: dict[str, dict[str, float]],
) -> Weights:
    """Round to whole numbers of two bytes."""
    real = {
        (kind, name): [SHARES[kind] * weights[at] * rarity[kind][name] for _, weights in found]
        for at, (kind, name) in enumerate(columns)
    }
    scale = max(abs(each) for row in real.values() for each in row) / _LARGEST
    rarest = max(each for table in rarity.values() for each in table.values()) ** 2 / _LARGEST
    rounded: dict[str, dict[str, list[int]]] = {kind: {} for kind in KINDS}
    for (kind, name), row in real.items():
        square = max(round(rarity[kind][name] ** 2 / rarest), 1)
        rounded[kind][name] = [*(round(each / scale) for each in row), square]
    tables = {
        kind: Table(table, array("h", [n for row in table.values() for n in row]))
        for kind, table in rounded.items()
    }
    signals = {
        name: tuple(round(SIGNALS * weights[len(columns) + at], 5) for _, weights in found)
        for at, name in enumerate(names)
    }
    bias = tuple(round(bias, 5) for bias, _ in found)
    return Weights(languages, bias, scale, rarest, signals, tables)


def main() -> None:
    """Write the weights, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    wanted = parser.parse_args()
    packed = train(labelled()).packed()
    if wanted.check:
        raise SystemExit(0 if packed == FILE.read_bytes() else f"{FILE} is not what training gives")
    FILE.write_bytes(packed)
    print(f"{FILE}: {len(packed):,} bytes")


if __name__ == "__main__":
    main()
