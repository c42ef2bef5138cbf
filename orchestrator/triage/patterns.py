"""Finding the signals' words in a text, in one walk.

A pattern is a row of words; nothing in it can make the search slow, since it is no expression:

=============  ====================================================
``stelle``     the word, in any spelling that `normal` evens out
``bäck*``      a word that starts so; ``*betrieb`` ends so; ``*lager*`` has it inside
``wir|mir``    one of these words
``{trade}``    any word of the list ``trade``
``..``         up to three words in between
=============  ====================================================
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from orchestrator.triage.normal import sound, spell

GAP = 3
_WORD = re.compile(r"\*?[^\W_]+(?:['-][^\W_]+)*\*?|<[a-z]+>|\{[a-z_]+\}")
_ARABIC_PREFIX = re.compile("(?:[وف]?(?:[بك]?ال|لل)|[وفبلع])(?=.{3})")


class BadPattern(ValueError):
    """A pattern that is no row of words."""


@dataclass(slots=True)
class _Node:
    """A place between two words of a pattern; a trie of all patterns hangs together by it."""

    edges: "dict[int, _Node]" = field(default_factory=dict)
    gap: "_Node | None" = None
    ends: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Match:
    """Pattern ``number`` was found in the words ``start`` to ``end``."""

    number: int
    start: int
    end: int


class Matcher:
    """All patterns of all languages as one trie over words."""

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        """Take the word lists that patterns may name in braces."""
        self._root = _Node()
        self._firsts: set[int] = set()
        self._ids: dict[str, int] = {}
        self._exact: dict[str, set[int]] = {}
        self._starts: dict[str, set[int]] = {}
        self._ends: dict[str, set[int]] = {}
        self._inside: dict[str, set[int]] = {}
        self._sounds: dict[str, set[int]] = {}
        self._sound_starts: dict[str, set[int]] = {}
        for name, words in lists.items():
            for word in words:
                self._learn(word, self._id("{" + name + "}"))
        self._implied: dict[int, set[int]] = {}
        self._look = lru_cache(maxsize=65_536)(self._look_up)

    def add(self, pattern: str, number: int) -> None:
        """Learn ``pattern``; a match will tell its ``number``."""
        parts = pattern.split()
        if not parts or parts[0] == ".." or parts[-1] == "..":
            raise BadPattern(pattern)
        node = self._root
        for part in parts:
            node = self._step(node, part)
        node.ends.append(number)
        self._firsts.add(self._group(parts[0]))

    def find(self, words: Sequence[str], breaks: Sequence[int], *, by_sound: bool) -> list[Match]:
        """Return every match; none reaches from one sentence (``breaks``) into the next."""
        known = [self._look(word, by_sound) for word in words]
        return [
            Match(number, start, end)
            for start in range(len(words))
            if not known[start].isdisjoint(self._firsts)
            for number, end in self._walk(known, breaks, start)
        ]

    def _walk(
        self, known: list[frozenset[int]], breaks: Sequence[int], start: int
    ) -> Iterator[tuple[int, int]]:
        open_ends = [(self._root, start)]
        while open_ends:
            node, at = open_ends.pop()
            for number in node.ends:
                yield number, at
            if at >= len(known) or breaks[at] != breaks[start]:
                continue
            open_ends += [(node.edges[each], at + 1) for each in known[at] if each in node.edges]
            if node.gap:
                stop = min(at + GAP, len(known) - 1)
                open_ends += [
                    (node.gap.edges[each], skip + 1)
                    for skip in range(at, stop + 1)
                    if breaks[skip] == breaks[start]
                    for each in known[skip]
                    if each in node.gap.edges
                ]

    def _step(self, node: _Node, part: str) -> _Node:
        if part == "..":
            node.gap = node.gap or _Node()
            return node.gap
        group = self._group(part)
        if group not in node.edges:
            node.edges[group] = _Node()
        return node.edges[group]

    def _group(self, part: str) -> int:
        if part in self._ids:
            return self._ids[part]
        for word in part.split("|"):
            if not _WORD.fullmatch(word) or (word[0] == "{" and word not in self._ids):
                raise BadPattern(word)
            if word[0] == "{":
                self._implied.setdefault(self._ids[word], set()).add(self._id(part))
            else:
                self._learn(word, self._id(part))
        return self._ids[part]

    def _id(self, part: str) -> int:
        return self._ids.setdefault(part, len(self._ids))

    def _learn(self, word: str, number: int) -> None:
        stem = spell(word.strip("*").lower())
        if word.startswith("<"):
            self._exact.setdefault(word, set()).add(number)
            return
        front, back = word.startswith("*"), word.endswith("*")
        table = {
            (False, False): self._exact,
            (False, True): self._starts,
            (True, False): self._ends,
            (True, True): self._inside,
        }[front, back]
        table.setdefault(stem, set()).add(number)

    def learn_sound(self, word: str, part: str) -> None:
        """Let ``part`` also be found by ``word``'s sound, for Arabic in Latin letters."""
        heard = sound(spell(word.strip("*").lower()))
        if len(heard) >= 2:
            table = self._sound_starts if word.endswith("*") else self._sounds
            table.setdefault(heard, set()).add(self._group(part))

    def _look_up(self, word: str, by_sound: bool) -> frozenset[int]:
        found = set()
        for form in forms(word):
            found |= self._exact.get(form, set())
            for at in range(1, len(form) + 1):
                found |= self._starts.get(form[:at], set())
                found |= self._ends.get(form[-at:], set())
        for stem, numbers in self._inside.items():
            if stem in word:
                found |= numbers
        if by_sound:
            found |= self._heard(sound(word))
        return frozenset(found.union(*(self._implied.get(each, ()) for each in found)))

    def _heard(self, heard: str) -> set[int]:
        found = set(self._sounds.get(heard, set()))
        for at in range(2, len(heard) + 1):
            found |= self._sound_starts.get(heard[:at], set())
        return found


def forms(word: str) -> Iterator[str]:
    """Give the word as written and, for Arabic, without article and conjunctions."""
    yield word
    if word > "\u0600" and (prefix := _ARABIC_PREFIX.match(word)):
        yield word[prefix.end() :]
