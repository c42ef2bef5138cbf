"""The shape of a text: enough to recognise nearly the same words, too little to read one. Pure.

It holds keyed digests only: of the text as a whole, of its set of words, and the smallest of those
of its character 4-grams (a bottom-k sketch). Up to ``MOST`` grams, about a tweet's half, likeness
is exact; beyond that it is estimated with a standard error of at most 0.04. About 470 bytes.
"""

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

from orchestrator.keys import CampaignKey
from orchestrator.triage.normal import smooth, spell

GRAM = 4
MOST = 112
# Nobody needs to remember more grams than a language has in use.
_MOST_KNOWN = 100_000
# With fewer grams a single letter is a large share: such texts are alike only when they are equal.
FEWEST = 16
_DIGEST = 12
_HEAD = struct.Struct(f">B{_DIGEST}s{_DIGEST}sI")
_VERSION = 1
# Whom somebody calls by name differs with each copy of one text.
_CALLED = re.compile(r"(?<![\w@])@\w+(?:\.\w+)*")
_PIECE = re.compile(
    r"https?://\S{1,500}|[^\W_]+(?:['-][^\W_]+)*|•••"
    r"|[^\w\s.,;:!…\"'„“”«»()\[\]{}،؛|/\\–—*~#-]"
)
# Written above or below letters, as in some Arabic: the same word without them.
_MARKS = re.compile("[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]")
# A contact that was masked, and what makes a question of a text, say as much as words.
_TELLING = ("•••", "?", "؟")


@dataclass(frozen=True)
class Plain:
    """A text in one spelling: ``whole`` as it runs, ``words`` without what carries no meaning."""

    whole: str
    words: frozenset[str]
    running: str

    @cached_property
    def grams(self) -> frozenset[str]:
        """Its character 4-grams."""
        text = f" {self.running} "
        return frozenset(text[at : at + GRAM] for at in range(len(text) - GRAM + 1))


def plain(text: str) -> Plain:
    """Even out case, umlauts, stretched letters, names called, punctuation and what is unseen."""
    seen = _MARKS.sub("", smooth(text))
    pieces = _PIECE.findall(_CALLED.sub(" ", seen) if "@" in seen else seen)
    spelt = [spell(piece) if piece[0].isalnum() else piece for piece in pieces]
    said = [piece for piece in spelt if piece[:1].isalnum() or piece in _TELLING] or spelt
    return Plain(" ".join(spelt), frozenset(said), " ".join(said))


@dataclass(frozen=True)
class Shape:
    """``whole``, ``words``: digests of the text and of its set of words. ``count``: of its grams;
    ``marks``: the smallest of their digests, rising.
    """

    whole: bytes
    words: bytes
    count: int
    marks: tuple[int, ...]

    def packed(self) -> bytes:
        """As it is stored."""
        head = _HEAD.pack(_VERSION, self.whole, self.words, self.count)
        return head + struct.pack(f">{len(self.marks)}I", *self.marks)

    @property
    def is_short(self) -> bool:
        """Whether only the same words are like it."""
        return self.count < FEWEST


def unpacked(stored: bytes) -> Shape | None:
    """What :meth:`Shape.packed` stored; None for a text without words, or of another version."""
    if len(stored) < _HEAD.size or (len(stored) - _HEAD.size) % 4:
        return None
    version, whole, words, count = _HEAD.unpack_from(stored)
    if version != _VERSION:
        return None
    marks = struct.unpack(f">{(len(stored) - _HEAD.size) // 4}I", stored[_HEAD.size :])
    return Shape(whole, words, count, marks)


class Shaper:
    """Makes shapes under a campaign's key; remembers the digests of grams that it met."""

    def __init__(self, key: CampaignKey) -> None:
        self._secret = bytes.fromhex(key.digest("learning"))
        self._known: dict[str, int] = {}

    def shape(self, text: str) -> Shape | None:
        """The shape of a text; None where it has neither a word nor a sign."""
        said = plain(text)
        if not said.whole:
            return None
        marks = sorted({self._mark(gram) for gram in said.grams})
        words = self._digest("words", "\0".join(sorted(said.words)))
        return Shape(self._digest("whole", said.whole), words, len(marks), tuple(marks[:MOST]))

    def _mark(self, gram: str) -> int:
        known = self._known.get(gram)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            digest = blake2b(gram.encode(), digest_size=4, key=self._secret).digest()
            known = self._known[gram] = int.from_bytes(digest)
        return known

    def _digest(self, what: str, text: str) -> bytes:
        data = f"{what}:{text}".encode()
        return blake2b(data, digest_size=_DIGEST, key=self._secret).digest()


def likeness(one: Shape, other: Shape) -> float:
    """Share of their grams that both texts have (Jaccard); 1 for the same words."""
    if one.words == other.words:
        return 1.0
    if one.is_short or other.is_short:
        return 0.0
    return _jaccard(one.marks, other.marks, exact=max(one.count, other.count) <= MOST)


def _jaccard(one: Sequence[int], other: Sequence[int], *, exact: bool) -> float:
    mine, theirs = set(one), set(other)
    union = sorted(mine | theirs)
    if not exact:
        union = union[: min(MOST, len(one), len(other))]
    both = sum(mark in mine and mark in theirs for mark in union)
    return both / len(union)
