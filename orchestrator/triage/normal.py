"""One spelling for many: text as words, the way the signals are written down.

Case, umlauts, doubled and stretched letters, Arabic letter forms, invisible characters and the
marks of social networks are evened out here, for the texts and for the signals alike. Every
expression reads each character a fixed number of times, so that no text can make it slow.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 10_000
# No word of a real language is longer; a row of letters without end must not cost more.
_LONGEST_WORD = 60

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "a", "æ": "ae", "ø": "oe"})
_ARABIC = str.maketrans("ةىیکگەہ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "هييككهه01234567890123456789", "ـ")
# Invisible: zero width, reading direction, soft hyphen, variation selectors, keycap, tags; and the
# signs for Arabic vowels, which few people type and which would cut a word in two.
_HIDDEN = dict.fromkeys(
    [
        *range(0x09),
        *range(0x0E, 0x20),
        *range(0x7F, 0x85),
        0xAD,
        0x61C,
        *range(0x64B, 0x660),
        0x670,
        0x180E,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        0x20E3,
        *range(0xFE00, 0xFE10),
        0xFEFF,
        *range(0xE0000, 0xE0080),
    ]
)
_QUOTES = str.maketrans("’‘ʼ`´‐‑", "'''''--")
_SILENT = re.compile("(?<=[aei])h$")
_RUN = re.compile(r"([^\W\d])\1+")
_PIECE = re.compile(
    r"(?P<url>(?:https?://|www\.|wa\.me/|t\.me/|bit\.ly/)\S{1,500})"
    r"|(?P<mail>[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]++)"
    r"|(?P<tag>(?<![\w@])@\w++(?:\.\w++)*+)"
    r"|(?P<hash>\#\w++)"
    r"|(?P<contact>•{3}|(?<!\w)(?:\+|00?)[1-9](?:[ /()-]?\d){6,14}(?!\w))"
    r"|(?P<number>\d{1,40}+(?:[.,]\d{1,40}+){0,4}+(?![^\W\d]))"
    r"|(?P<word>[^\W_]++(?:['-][^\W_]++)*+)"
    r"|(?P<end>[.!?…;؟؛\n|]++|\s[–—-]++\s)"
    r"|(?P<comma>[,،()\[\]\"„“”«»:])"
    r"|(?P<sign>[^\s\w])"
)


@dataclass(frozen=True)
class Token:
    """A word or a mark; ``kind`` names the group it was found by."""

    kind: str
    text: str


def tokens(smoothed: str) -> list[Token]:
    """Cut a text that is smooth already into words and marks, all spelt in one way."""
    return [
        Token(kind, _spelt(kind, found.group()))
        for found in _PIECE.finditer(smoothed)
        if (kind := found.lastgroup or "")
    ]


def smooth(text: str) -> str:
    """Return ``text`` without what cannot be seen, in small letters and compatible forms."""
    seen = text[:LONGEST].translate(_HIDDEN).translate(_QUOTES)
    return unicodedata.normalize("NFKC", seen)[: 2 * LONGEST].lower()


def spell(word: str) -> str:
    """Spell one word plainly: ``Süüüß`` and ``suess`` become the same."""
    return _spell(word[:_LONGEST_WORD])


def sound(word: str) -> str:
    """Reduce Arabic in Latin letters to what all its spellings share: ``sho8l``, ``sheghl``."""
    plain = _SILENT.sub("", word[:_LONGEST_WORD])
    for written, heard in _HEARD:
        plain = plain.replace(written, heard)
    first = "".join(c for c in plain[:1] if c not in "aeiou23")
    rest = "".join(c for c in plain[1:] if c not in "aeiouy23qw")
    return _RUN.sub(r"\1", first + rest)


_HEARD = (
    ("sh", "ş"), ("ch", "ş"), ("kh", "x"), ("5", "x"), ("gh", "g"), ("8", "g"), ("dh", "d"),
    ("th", "t"), ("7", "h"), ("9", "s"), ("6", "t"), ("dj", "j"), ("p", "b"), ("v", "f"),
)  # fmt: skip


@lru_cache(maxsize=32_768)
def _spell(word: str) -> str:
    if word.isascii():
        return _RUN.sub(r"\1", word.replace("'", "").replace("-", ""))
    even = word.casefold().translate(_UMLAUTS).translate(_ARABIC)
    bare = "".join(c for c in unicodedata.normalize("NFD", even) if not unicodedata.combining(c))
    return _RUN.sub(r"\1", bare.replace("'", "").replace("-", ""))


def _spelt(kind: str, piece: str) -> str:
    if kind == "word":
        return spell(piece)
    return piece[:1] if kind == "end" and not {"?", "؟"} & set(piece) else piece
