"""Names beside their points, where there is room: none covers another name, nor a point."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

# Where a name may stand around its point: beside rather than above, nearest first.
_ANGLES = (0, 180, 30, 150, -30, -150, 90, -90, 60, 120, -60, -120)
_DISTANCES = (9.0, 16.0, 27.0, 40.0)
_CELL = 32.0
# How wide a letter is, to the size of the text.
_LETTER = 0.58

_Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Name:
    """A text that belongs to a point on the drawing; a ``landmark`` stands back."""

    text: str
    x: float
    y: float
    landmark: bool = False


class _Room:
    """What is taken already, looked up by the squares that it touches."""

    def __init__(self, width: float, height: float) -> None:
        self._width, self._height = width, height
        self._taken: dict[tuple[int, int], list[_Box]] = {}

    def take(self, box: _Box) -> None:
        for square in _squares(box):
            self._taken.setdefault(square, []).append(box)

    def is_free(self, box: _Box) -> bool:
        if box[0] < 0 or box[1] < 0 or box[2] > self._width or box[3] > self._height:
            return False
        near = (other for square in _squares(box) for other in self._taken.get(square, ()))
        return not any(_overlap(box, other) for other in near)


def lettered(
    names: Iterable[Name], points: Iterable[_Box], width: float, height: float, size: float
) -> Iterator[str]:
    """The names that found room, most important first; the others are left to a list."""
    room = _Room(width, height)
    for box in points:
        room.take(box)
    for each in names:
        if (found := _place(each, room, size)) is None:
            continue
        box, gap = found
        room.take(box)
        if gap > _DISTANCES[1]:
            yield _leader(box, each)
        kind = "landmark" if each.landmark else "name"
        x, y = (box[0] + box[2]) / 2, box[3] - size * 0.27
        yield f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(each.text)}</text>'


def _place(name: Name, room: _Room, size: float) -> tuple[_Box, float] | None:
    width, height = len(name.text) * size * _LETTER + 4, size * 1.35
    for gap in _DISTANCES[:1] if name.landmark else _DISTANCES:
        for angle in _ANGLES:
            box = _beside(name, width, height, gap, math.radians(angle))
            if room.is_free(box):
                return box, gap
    return None


def _beside(name: Name, width: float, height: float, gap: float, angle: float) -> _Box:
    """The box of a text that begins ``gap`` away from its point, in the direction of ``angle``."""
    across, up = math.cos(angle), math.sin(angle)
    x = name.x + across * (gap + width / 2 * abs(across))
    y = name.y - up * (gap + height / 2 * abs(up))
    return (x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _squares(box: _Box) -> Iterator[tuple[int, int]]:
    for column in range(int(box[0] // _CELL), int(box[2] // _CELL) + 1):
        for row in range(int(box[1] // _CELL), int(box[3] // _CELL) + 1):
            yield column, row


def _overlap(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _leader(box: _Box, name: Name) -> str:
    """A thin line from a point to the nearest edge of its name."""
    x, y = min(max(name.x, box[0]), box[2]), min(max(name.y, box[1]), box[3])
    return f'<path class="leader" d="M{name.x:.1f} {name.y:.1f}L{x:.1f} {y:.1f}"/>'
