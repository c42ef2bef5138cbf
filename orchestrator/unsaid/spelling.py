"""One bare spelling for all ways to write a word: accents, other scripts' letters, gaps."""

import re
import unicodedata
from urllib.parse import unquote

_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "ı": "i"})
PLAIN = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})
# "Jürgen" is written Juergen as well as Jurgen.
SPELLINGS = (_SPELLED_OUT, PLAIN)
_ARABIC = str.maketrans({"ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ـ": ""})
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ACCENTS = re.compile("[\u0300-\u036f\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff]")
_CAMEL = re.compile(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])")
# Small Cyrillic and Greek letters that look like Latin ones, or do so as capitals.
_LOOK_ALIKES = str.maketrans(
    "авеѕіјкмнорстухαβεζηικμνορτυχ", "abesijkmhopctyxabezhikmnoptyx"
)  # fmt: skip
# S-a-m-i-r-a and Sami·ra, but not the gap between two words.
_JOINT = re.compile(r"(?<=[^\W_])[-._*·'’](?=[^\W_])")
_FEW = 3


def visible(text: str) -> str:
    """``text`` as it looks: no invisible signs, no percent codes, ordinary letters."""
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", unquote(text)))


def words(text: str, letters: dict[int, str]) -> list[str]:
    """The words in small letters without accents."""
    lowered = visible(text).casefold().translate(letters)
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", lowered))
    return re.findall(r"[^\W_]+", bare.translate(_ARABIC))


def looked_at(text: str, letters: dict[int, str]) -> list[str]:
    """The words as the eye reads them, whatever script their letters are from."""
    return [word.translate(_LOOK_ALIKES) for word in words(text, letters)]


def all_readings(text: str, letters: dict[int, str]) -> list[str]:
    """The words; then those of CamelCase, those written with joints, and those letter by letter."""
    plain = looked_at(text, letters)
    split = looked_at(_CAMEL.sub(" ", text), letters)
    joined = looked_at(_JOINT.sub("", text), letters)
    return [*plain, "|", *split, "|", *joined, "|", *_letter_by_letter(plain)]


def spoken(text: str) -> str:
    """The words of a text, also those of CamelCase, in one bare spelling with spaces between."""
    return " ".join([*words(text, PLAIN), *words(_CAMEL.sub(" ", text), PLAIN)])


def _letter_by_letter(plain: list[str]) -> list[str]:
    single = "".join(word if len(word) == 1 else " " for word in plain)
    return [run for run in single.split() if len(run) >= _FEW]
