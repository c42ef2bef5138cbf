"""What the trained model looks at: letters, words, rows of words, classes of words.

The trainer and the program take the same features from here; a model fits only the features it was
trained with, and ``VERSION`` tells them apart.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from orchestrator.triage.classes import Classes
from orchestrator.triage.normal import Token
from orchestrator.triage.reading import Reading

VERSION = 1
# The shortest and longest rows of letters; a blank stands before and behind each word.
_LETTERS = (2, 5)
_LONGEST_ROW = 3
_MARKS = ("url", "mail", "tag", "hash", "contact")


@dataclass(frozen=True, slots=True)
class Features:
    """A reply as the model sees it; each list without repetitions.

    ``words``: each gives its ``letters_of`` besides; ``rows``: two or three words beside each
    other; ``classes``: kinds of words.
    """

    words: list[str]
    rows: list[str]
    classes: list[str]


def features_of(reading: Reading, classes: Classes) -> Features:
    """Take the features of a reply."""
    words = [_word(piece) for piece in reading.pieces]
    languages = reading.languages
    kinds = [
        kind
        for piece in reading.pieces
        if piece.kind == "word"
        for kind in classes.of(piece.text, languages.known, languages.by_sound)
    ]
    return Features(_once(words), _once(_rows(words)), _once(kinds))


def letters_of(word: str) -> list[str]:
    """The rows of letters in a word, each once."""
    shortest, longest = _LETTERS
    padded = f" {word} "
    sizes = range(shortest, min(longest, len(padded)) + 1)
    return _once(padded[at : at + n] for n in sizes for at in range(len(padded) - n + 1))


def _word(piece: Token) -> str:
    if piece.kind == "word":
        return piece.text
    if piece.kind == "number":
        return "0" * min(len(piece.text), 4)
    return f"<{piece.kind}>" if piece.kind in _MARKS else piece.text.strip() or "."


def _rows(words: list[str]) -> Iterator[str]:
    for size in range(2, _LONGEST_ROW + 1):
        for at in range(len(words) - size + 1):
            yield " ".join(words[at : at + size])


def _once(names: Iterator[str] | list[str]) -> list[str]:
    return list(dict.fromkeys(names))


def signals_of(signals: Mapping[str, float], ruled: Mapping[str, float]) -> dict[str, float]:
    """The signals, and what the rules by themselves make of them, on one scale."""
    most = 8.0
    scores = {f"={label}": max(min(score, most), -most) / 4 for label, score in ruled.items()}
    return {**signals, **scores}
