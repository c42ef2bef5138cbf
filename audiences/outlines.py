"""The outlines of states and countries, and the part of them that a map shows."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from audiences.gazetteer import DATA
from audiences.place import GazetteerBroken

_FILE = "outlines.tsv"
Drawn = tuple[int, int]


class Ring(NamedTuple):
    """One closed line; ``state`` is empty where a country is not divided. Points are (lat, lon)."""

    country: str
    state: str
    points: tuple[tuple[float, float], ...]


@lru_cache(maxsize=1)
def rings() -> tuple[Ring, ...]:
    """All outlines.

    Raises GazetteerBroken when the file is missing or damaged.
    """
    path = DATA / _FILE
    try:
        return tuple(map(_ring, path.read_text("utf-8").splitlines()))
    except (OSError, ValueError) as error:
        raise GazetteerBroken(
            f"The outlines' file {path} is missing or damaged. Install Türöffner again."
        ) from error


def _ring(line: str) -> Ring:
    country, state, numbers = line.split("\t")
    degrees = [float(each) for each in numbers.split()]
    return Ring(country, state, tuple(zip(degrees[::2], degrees[1::2], strict=True)))


def path_of(points: Sequence[tuple[float, float]], width: float, height: float) -> str:
    """The closed path of drawn points on whole numbers, cut off beyond width and height."""
    line = _distinct([(round(x), round(y)) for x, y in _cut(points, width, height)])
    return f"M{line[0][0]} {line[0][1]}l{_steps(line)}z" if len(line) > 2 else ""


def line_of(edges: Iterable[tuple[tuple[float, float], tuple[float, float]]]) -> str:
    """The path of single edges, on whole numbers; one that goes on from the last is not begun."""
    lines: list[list[Drawn]] = []
    for start, end in edges:
        first, last = (round(start[0]), round(start[1])), (round(end[0]), round(end[1]))
        if not lines or lines[-1][-1] != first:
            lines.append([first])
        if lines[-1][-1] != last:
            lines[-1].append(last)
    return "".join(f"M{each[0][0]} {each[0][1]}l{_steps(each)}" for each in lines if len(each) > 1)


def _steps(line: Sequence[Drawn]) -> str:
    """From point to point, as short as a path can be written."""
    steps = [f"{x - before_x}{y - before_y:+d}" for (before_x, before_y), (x, y) in pairwise(line)]
    return " ".join(steps).replace("+", " ").replace(" -", "-")


def _distinct(line: Sequence[Drawn]) -> list[Drawn]:
    found: list[Drawn] = []
    for each in line:
        if not found or each != found[-1]:
            found.append(each)
    return found[:-1] if len(found) > 1 and found[0] == found[-1] else found


def _cut(
    points: Sequence[tuple[float, float]], width: float, height: float
) -> Sequence[tuple[float, float]]:
    """Sutherland and Hodgman: edge by edge, what lies beyond becomes a line along it."""
    edges: list[tuple[int, float, Callable[[float, float], bool]]] = [
        (0, 0.0, float.__ge__),
        (0, width, float.__le__),
        (1, 0.0, float.__ge__),
        (1, height, float.__le__),
    ]
    for axis, edge, inside in edges:
        points = _cut_at(points, axis, edge, inside)
    return points


def _cut_at(
    points: Sequence[tuple[float, float]],
    axis: int,
    edge: float,
    inside: Callable[[float, float], bool],
) -> list[tuple[float, float]]:
    kept: list[tuple[float, float]] = []
    for before, point in zip([*points[-1:], *points[:-1]], points, strict=True):
        if inside(before[axis], edge) != inside(point[axis], edge):
            share = (edge - before[axis]) / (point[axis] - before[axis])
            other = before[1 - axis] + share * (point[1 - axis] - before[1 - axis])
            kept.append((edge, other) if axis == 0 else (other, edge))
        if inside(point[axis], edge):
            kept.append(point)
    return kept
