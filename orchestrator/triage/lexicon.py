"""The signals' words, one file per language beside this module: add a file, add a language."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from orchestrator.triage.normal import spell
from orchestrator.triage.patterns import BadPattern, Matcher

FOLDER = Path(__file__).parent / "signals"
FOREIGN = Path(__file__).parent / "foreign.toml"
STRENGTHS = {"strong": 1.0, "weak": 0.5}


class BadSignals(ValueError):
    """A file of signals that cannot be read: which, what, where."""


@dataclass(frozen=True)
class Meaning:
    """What a matched pattern says: a signal of a language, and how strongly."""

    signal: str
    language: str
    strength: float
    # "keinen Bäcker mehr" means itself what its "keinen" would turn round.
    denies: bool = False


@dataclass(frozen=True)
class Lexicon:
    """All languages' patterns, and the small words by which a language is known.

    ``tongues``: the same small words, each with the languages that have it.
    """

    matcher: Matcher
    meanings: list[Meaning]
    common: dict[str, frozenset[str]]
    foreign: frozenset[str]
    tongues: dict[str, list[str]]


@cache
def lexicon() -> Lexicon:
    """Load the files that ship with the program, once."""
    return load(sorted(FOLDER.glob("*.toml")), FOREIGN)


def load(files: list[Path], foreign: Path) -> Lexicon:
    """Read signals from ``files``, each named after its language."""
    tables = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in files}
    lists: dict[str, list[str]] = {}
    for table in tables.values():
        for name, words in table.get("words", {}).items():
            lists.setdefault(name, []).extend(_listed(words))
    matcher, meanings = Matcher(lists), list[Meaning]()
    for language, table in tables.items():
        _add(matcher, meanings, language, table)
    common = {
        name: _spelt(words) for table in tables.values() for name, words in table["common"].items()
    }
    unknown = ",".join(tomllib.loads(foreign.read_text("utf-8")).values())
    tongues: dict[str, list[str]] = {}
    for language, words in common.items():
        for word in words:
            tongues.setdefault(word, []).append(language)
    strange = _spelt(unknown).difference(tongues)
    return Lexicon(matcher, meanings, common, strange, tongues)


def _add(matcher: Matcher, meanings: list[Meaning], language: str, table: dict) -> None:  # type: ignore[type-arg]
    by_sound = table.get("by_sound", False)
    denials = set(_listed(table["signals"].get("negation", {}).get("strong", "")))
    for signal, strengths in table["signals"].items():
        for strength, patterns in strengths.items():
            for pattern in _listed(patterns):
                _learn(matcher, pattern, len(meanings), f"{language}.toml, {signal}", by_sound)
                own = not denials.isdisjoint(pattern.replace("|", " ").split())
                meanings.append(Meaning(signal, language, STRENGTHS[strength], own))


def _learn(matcher: Matcher, pattern: str, number: int, where: str, by_sound: bool) -> None:
    try:
        matcher.add(pattern, number)
    except BadPattern as bad:
        raise BadSignals(
            f"{where}: “{bad}” in “{pattern}” is no word, list of words or gap; see patterns.py"
        ) from None
    if by_sound:
        for part in pattern.split():
            for word in part.split("|"):
                if word.strip("*").isascii() and word != ".." and word[0] not in "<{":
                    matcher.learn_sound(word, part)


def _listed(words: str) -> list[str]:
    return [word.strip() for word in words.split(",")]


def _spelt(words: str) -> frozenset[str]:
    return frozenset(spell(word.lower()) for word in _listed(words))
