"""What kind of word a word is: a trade, a relative, a workplace, a party. One file per language.

A model that has seen few replies knows few words, but every word of a class teaches it the class.
"""

import tomllib
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from orchestrator.triage.normal import sound, spell
from orchestrator.triage.patterns import forms

FOLDER = Path(__file__).parent / "classes"
_LATIN = "-latin"
# "bäck*" may begin with no fewer letters than this; shorter ones would catch half a language.
_SHORTEST = 2
# Shorter sounds belong to too many words: shoghl, work, and shaghil, busy.
_FEWEST_SOUNDS = 3


@dataclass
class _Table:
    """One language's words, by how they have to match."""

    whole: dict[str, set[str]] = field(default_factory=dict)
    starts: dict[str, set[str]] = field(default_factory=dict)
    ends: dict[str, set[str]] = field(default_factory=dict)
    sounds: dict[str, set[str]] = field(default_factory=dict)

    def learn(self, word: str, name: str) -> None:
        plain = spell(word.strip("*").lower())
        kind = self.starts if word.endswith("*") else self.ends if word[0] == "*" else self.whole
        kind.setdefault(plain, set()).add(name)

    def learn_sound(self, word: str, name: str) -> None:
        heard = sound(spell(word.strip("*").lower()))
        if len(heard) >= _FEWEST_SOUNDS:
            self.sounds.setdefault(heard, set()).add(name)

    def look(self, word: str) -> set[str]:
        found = set(self.whole.get(word, ()))
        for at in range(_SHORTEST, len(word) + 1):
            found |= self.starts.get(word[:at], set())
            found |= self.ends.get(word[-at:], set())
        return found


class Classes:
    """The classes of words, language by language."""

    def __init__(self, tables: dict[str, dict[str, str]]) -> None:
        """Take ``tables``: language → class → words, separated by commas."""
        self._tables = {language: _Table() for language in tables}
        for language, table in tables.items():
            for name, words in table.items():
                for word in words.replace(",", " ").split():
                    self._tables[language].learn(word, name)
                    if language.endswith(_LATIN):
                        self._tables[language].learn_sound(word, name)
        self.of = lru_cache(maxsize=65_536)(self._of)

    def _of(self, word: str, languages: frozenset[str], by_sound: bool) -> tuple[str, ...]:
        """Return the classes of a spelt ``word`` in any of ``languages``, in a fixed order."""
        found: set[str] = set()
        for language in languages & self._tables.keys():
            for form in forms(word):
                found |= self._tables[language].look(form)
        if by_sound:
            for language, table in self._tables.items():
                if language.endswith(_LATIN):
                    found |= table.look(word) or table.sounds.get(sound(word), set())
        return tuple(sorted(found))


@cache
def classes() -> Classes:
    """Load the files that ship with the program, once."""
    tables: dict[str, dict[str, str]] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        tables |= tomllib.loads(path.read_text("utf-8"))
    return Classes(tables)
