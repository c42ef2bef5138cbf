"""Whole sentences of an appeal: where one ends, so that never less than one is left out.

Wrong in one direction only: where it is not sure (an abbreviation, an ordinal, a quotation that
goes on), two sentences stay together.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

_END = re.compile(r"(?P<mark>[.!?…؟؛。]+)(?P<close>[»«”“\"'’‘›)\]]*)(?P<gap>\s+)")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_BLANK_LINE = re.compile(r"(?<![,،])\n\n")
_OPENING = "„“”\"'»«‚‘‹([¿¡–- \n"
_ABBREVIATIONS = frozenset(
    """
    abt aug bes bspw bzw ca dez dipl dr eigtl etc etw evtl feb fr gem ggf ggfs hr ing inkl jan jr
    lt max min mind mio mr mrd mrs ms nov nr no okt prof ref sept sog st std str tel u.a usw vgl
    vs z.b zzgl zz approx dept est ext inc
    """.split()  # noqa: SIM905 — a list of sixty quoted words is harder to read and to extend
)


def tidy(text: str) -> str:
    """The same words in composed characters, without double spaces or blanks at line ends.

    Up to one empty line stays between paragraphs; invisible control characters go.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _CONTROL.sub("", text)
    text = re.sub(r"[^\S\n]+", " ", text)
    text = re.sub(r" ?\n ?", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def sentences(text: str) -> list[str]:
    """Cut ``text`` after every sentence; joined, the pieces give the text again."""
    cuts = [0, *_cuts(text), len(text)]
    return [text[start:end] for start, end in pairwise(cuts) if start < end]


def _cuts(text: str) -> list[int]:
    marked = {found.end() for found in _END.finditer(text) if _is_end(text, found)}
    return sorted(marked | {found.end() for found in _BLANK_LINE.finditer(text)})


def _is_end(text: str, found: re.Match[str]) -> bool:
    after = text[found.end() :].lstrip(_OPENING)
    if after[:1].islower():
        return False
    if found["mark"] != "." or found["close"]:
        return True
    return not _is_short(_word_before(text, found.start()))


def _word_before(text: str, end: int) -> str:
    # No abbreviation is as long as this; looking at all that came before takes too long.
    return next(_words_backwards(text[max(0, end - 60) : end]), "")


def _words_backwards(text: str) -> Iterator[str]:
    for word in reversed(text.split()):
        yield word.strip("„“”\"'»«‚‘‹()[]")


def _is_short(word: str) -> bool:
    """Whether a full stop after ``word`` more likely shortens it than ends a sentence."""
    last_part = word.rpartition(".")[2]
    return (
        word.casefold() in _ABBREVIATIONS
        or (len(last_part) == 1 and last_part.isalpha())
        or (word.isdigit() and len(word) <= 2)
    )
