"""The words of the warnings: a file per language in ``signals``; add a file, add a language."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from orchestrator.triage.normal import sound, spell
from orchestrator.triage.patterns import Matcher
from orchestrator.vetting.risks import Risk

_SOUNDS = 4
FOLDER = Path(__file__).parent / "signals"
Table = dict[str, Any]


@dataclass(frozen=True)
class Meaning:
    """What a matched pattern is for: it ``says`` or excuses (``unless``) a risk, or what its name
    in the file tells.
    """

    kind: str
    risk: Risk | None = None


@dataclass(frozen=True)
class Lexicon:
    """All languages' patterns; ``days`` and ``numbers`` are single words with their value."""

    matcher: Matcher
    meanings: list[Meaning]
    days: dict[str, int]
    numbers: dict[str, int]


@cache
def lexicon() -> Lexicon:
    """Load the files that ship with the program, once."""
    tables = [tomllib.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.toml"))]
    lists: dict[str, list[str]] = {}
    for table in tables:
        for name, words in table["words"].items():
            lists.setdefault(name, []).extend(listed(words))
    matcher, meanings = Matcher(lists), list[Meaning]()
    for table in tables:
        for meaning, pattern in _patterns(table):
            matcher.add(pattern, len(meanings))
            if table.get("by_sound"):
                _learn_sounds(matcher, pattern)
            meanings.append(meaning)
    return Lexicon(matcher, meanings, _values(tables, "days"), _values(tables, "numbers"))


def _patterns(table: Table) -> Iterator[tuple[Meaning, str]]:
    for name, lists in table["warnings"].items():
        for kind, patterns in lists.items():
            for pattern in listed(patterns):
                yield Meaning(kind, Risk(name)), pattern
    plain = {name: table[name] for name in ("denials", "affirmed", "contrast")}
    for kind, patterns in (plain | table["trial"] | table["training"]).items():
        for pattern in listed(patterns):
            yield Meaning(kind), pattern


def _learn_sounds(matcher: Matcher, pattern: str) -> None:
    """Words of fewer sounds are found as they are written: too many others sound like them."""
    for part in pattern.split():
        for word in part.split("|"):
            if word.isascii() and word[0] not in "<{." and len(sound(spell(word))) >= _SOUNDS:
                matcher.learn_sound(word, part)


def _values(tables: Iterable[Table], section: str) -> dict[str, int]:
    return {
        spell(word): int(value)
        for table in tables
        for value, words in table[section].items()
        for word in listed(words)
    }


def listed(words: str) -> list[str]:
    """What a file lists between commas."""
    return [" ".join(word.split()) for word in words.split(",") if word.strip()]


@cache
def pay_words() -> dict[str, list[str]]:
    """The words that are said of pay, of all languages together, by their kind."""
    found: dict[str, list[str]] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for kind, words in tomllib.loads(path.read_text("utf-8"))["pay"].items():
            found.setdefault(kind, []).extend(listed(words))
    return found
