"""Words that run from right to left, as a terminal can show them. Pure.

Some terminals turn Arabic round and join its letters by themselves: they are given the words in
their logical order. Others show one letter after the other from the left: for them each line is
joined and turned round here, after it was broken, since the first words belong to the first line.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from arabic_reshaper import ArabicReshaper

# How many columns a terminal gives to a text.
Measure = Callable[[str], int]
Way = Literal["logical", "visual"]
# "Work": a word whose letters all join, so that anybody sees whether it hangs together.
SAMPLE = "عمل"
_RTL = ("R", "AL")
_STRONG = ("L", *_RTL)
_PIECE = re.compile(r"\s+|\S+")
# Marks above and below letters of these scripts; turned round they stand before their letter.
_MARKS = "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
_MARKS += "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u08d3-\u08ff"
_MARKS += "\u0300-\u036f\u20d0-\u20ff"
# What joins; what keeps letters apart, such as Persian's non-joiner, stands between two such runs.
_WORD = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff]+")
_BEFORE_LETTER = re.compile(
    f"([{_MARKS}]+)([\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff])"
)
# A picture with its colour, its form, or others to which it is joined.
_COMPOSED = re.compile(
    "[^\\w\\s](?:[\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\u0300-\u036f\u20d0-\u20ff]|\u200d[^\\w\\s])+"
)
# The form of a picture, and what joins two, mean nothing behind a letter or a digit.
_STRAY = re.compile("(?<=[\\w\\s])[\ufe00-\ufe0f\u200d]+")
# Stands behind each bracket; where it stands before one afterwards, that was turned round, too.
_MARK = "\ufe00"


def has_rtl(text: str) -> bool:
    """Whether any of it runs from right to left."""
    return any(unicodedata.bidirectional(each) in _RTL for each in text)


def script(text: str) -> str:
    """In which script most of what runs from right to left is written: ARABIC, HEBREW and others,
    as Unicode calls it; a language it does not tell.
    """
    found = Counter(
        unicodedata.name(each, "").partition(" ")[0]
        for each in text
        if unicodedata.bidirectional(each) in _RTL
    )
    return found.most_common(1)[0][0] if found else ""


def lines(text: str, width: int, measure: Measure, way: Way) -> list[str]:
    """The lines of a text, each at most ``width`` columns wide, for a terminal of this ``way``."""
    return [
        line for paragraph in text.split("\n") for line in _lines(paragraph, width, measure, way)
    ]


def line(text: str, width: int, measure: Measure, way: Way) -> str:
    """The beginning of a text in one line of at most ``width`` columns."""
    # Marks take no room: so many signs fill a line in any case.
    broken = wrap(" ".join(text.split())[: 4 * width], width - 1, measure)
    only = broken[0] if len(broken) == 1 else f"{broken[0].rstrip()}…"
    return turned(only) if way == "visual" and has_rtl(only) else only


def _lines(paragraph: str, width: int, measure: Measure, way: Way) -> list[str]:
    broken = [each.rstrip() for each in wrap(paragraph, width, measure)]
    if way == "logical" or not has_rtl(paragraph):
        return broken
    rtl = is_rtl(paragraph)
    drawn = [_fitting(turned(each, rtl=rtl), each, width, measure) for each in broken]
    return [f"{' ' * (width - measure(each))}{each}" if rtl and each else each for each in drawn]


def _fitting(drawn: str, given: str, width: int, measure: Measure) -> str:
    """Signs piled up by somebody can take more room the other way round; then they stay."""
    return drawn if measure(drawn) <= width else given


def is_rtl(paragraph: str) -> bool:
    """Whether a paragraph as a whole runs from right to left: its first letter says so."""
    kinds = (unicodedata.bidirectional(each) for each in paragraph)
    return next((kind for kind in kinds if kind in _STRONG), "L") in _RTL


def turned(text: str, *, rtl: bool | None = None) -> str:
    """One line with its letters joined, in the order in which they stand from left to right."""
    from bidi import get_display
    from bidi.mirror import MIRRORED

    base = "R" if (is_rtl(text) if rtl is None else rtl) else "L"
    text, signs = _held(_STRAY.sub("", text))
    joined = _WORD.sub(lambda found: _reshaper().reshape(found[0]), text)
    marked = "".join(f"{each}{_MARK}" if each in MIRRORED else each for each in joined)
    drawn = str(get_display(marked, base_dir=base))
    drawn = _brackets().sub(lambda found: MIRRORED[found[1]] if found[1] else found[2], drawn)
    drawn = _BEFORE_LETTER.sub(lambda found: found[2] + found[1][::-1], drawn)
    return "".join(signs.get(each, each) for each in drawn)


def _held(text: str) -> tuple[str, dict[str, str]]:
    """The text with one sign in place of each that is made of several, and what they stand for.

    Turned round, a thumb and its colour would be two signs.
    """
    free = (chr(number) for number in range(0x2500, 0x2600) if chr(number) not in text)
    signs: dict[str, str] = {}

    def hold(found: re.Match[str]) -> str:
        if (sign := next(free, "")) == "":
            return found[0][0]
        signs[sign] = found[0]
        return sign

    return _COMPOSED.sub(hold, text), signs


@lru_cache
def _brackets() -> re.Pattern[str]:
    """Whatever looks the other way when it is turned round, with its mark."""
    from bidi.mirror import MIRRORED

    either = f"[{re.escape(''.join(MIRRORED))}]"
    return re.compile(f"{_MARK}({either})|({either}){_MARK}")


@lru_cache
def _reshaper() -> "ArabicReshaper":
    from arabic_reshaper import ArabicReshaper

    # No letter and no vowel sign may be lost; one sign for a whole word fits into no column.
    return ArabicReshaper(
        {"delete_harakat": False, "support_zwj": False, "ARABIC LIGATURE ALLAH": False}
    )


def wrap(paragraph: str, width: int, measure: Measure) -> list[str]:
    """Break a paragraph between words; nothing of it is dropped, a long word is broken itself."""
    width = max(width, 2)
    found, begun = [], ""
    for piece in _pieces(paragraph, width, measure):
        # Spaces may hang over the edge: whoever shows the line cuts them off.
        if begun and not piece.isspace() and measure(begun + piece) > width:
            found.append(begun)
            begun = ""
        begun += piece
    return [*found, begun]


def _pieces(paragraph: str, width: int, measure: Measure) -> Iterator[str]:
    for word in _PIECE.findall(paragraph):
        if word.isspace() or measure(word) <= width:
            yield word
        else:
            yield from _broken(word, width, measure)


def _broken(word: str, width: int, measure: Measure) -> Iterator[str]:
    """A word too long for a line, in parts; marks stay with their letter."""
    part = ""
    for sign in word:
        if part and measure(part + sign) > max(width, measure(part)):
            yield part
            part = ""
        part += sign
    yield part
