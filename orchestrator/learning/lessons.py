"""The corrections of a campaign in memory, and what they say of a text."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from orchestrator.learning.shapes import Shape, Shaper, likeness
from orchestrator.vocabulary import READ, Label

# The reason of what was learnt.
LEARNT = "corrected-before"
NEARLY, SURELY = 0.8, 0.9
# Of each text so many of its smallest marks stand in the index; those of nearly the same words
# share far more than half of them.
_INDEXED = 16


class Sorted(Protocol):
    """Whatever has a label: a stored reply, or one that is about to be."""

    label: Label
    confidence: float
    why: list[str]
    queue: bool


@dataclass(frozen=True)
class Taught:
    """A correction, as somebody made it."""

    shape: Shape
    label: Label
    at: datetime
    id: int


@dataclass(frozen=True)
class Lesson:
    """What a correction says of another text. ``same``: it has the very same words."""

    label: Label
    likeness: float
    same: bool


def take_over(reply: Sorted, lesson: Lesson) -> None:
    """Sort a reply, which the classifier has sorted just now, as the lesson says.

    Only the very same words leave the queue by it: else what the classifier thinks of an offer
    counts.
    """
    reply.label, reply.confidence, reply.why = lesson.label, lesson.likeness, [LEARNT]
    if lesson.label in READ:
        reply.queue = True
    elif lesson.same:
        reply.queue = False


class Learnt:
    """All corrections of a campaign; asking costs about as much as reading the text."""

    def __init__(self, shaper: Shaper, taught: Iterable[Taught] = ()) -> None:
        self.shaper = shaper
        self._newest: dict[bytes, Taught] = {}
        self._by_mark: dict[int, list[Taught]] = defaultdict(list)
        for each in sorted(taught, key=lambda each: (each.at, each.id)):
            self._newest[each.shape.words] = each
        for each in self._newest.values():
            if not each.shape.is_short:
                for mark in each.shape.marks[:_INDEXED]:
                    self._by_mark[mark].append(each)

    def __bool__(self) -> bool:
        """Whether anybody corrected anything."""
        return bool(self._newest)

    def lesson(self, text: str) -> Lesson | None:
        """What was learnt for a text; None where nobody corrected nearly the same words."""
        shape = self.shaper.shape(text) if self._newest else None
        if shape is None:
            return None
        if same := self._newest.get(shape.words):
            return Lesson(same.label, 1.0, same=True)
        near = [(each, likeness(each.shape, shape)) for each in self._candidates(shape)]
        fits = [(each, share) for each, share in near if share >= _needed(each.label)]
        if not fits:
            return None
        newest, share = max(fits, key=lambda fit: (fit[0].at, fit[0].id))
        return Lesson(newest.label, round(share, 3), same=False)

    def _candidates(self, shape: Shape) -> list[Taught]:
        if shape.is_short:
            return []
        hits: Counter[int] = Counter()
        met: dict[int, Taught] = {}
        for mark in shape.marks[:_INDEXED]:
            for each in self._by_mark.get(mark, ()):
                hits[each.id] += 1
                met[each.id] = each
        return [met[number] for number, count in hits.items() if 2 * count >= _INDEXED]


def _needed(label: Label) -> float:
    return NEARLY if label in READ else SURELY
