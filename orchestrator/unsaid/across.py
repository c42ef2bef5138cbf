"""A name in one script that a text says in another: "Idris" in an Arabic or Ukrainian appeal.

Arabic writes consonants and long vowels only, and each language spells foreign names in its own
way. So consonants are compared by families of sounds, and vowels only where both write one.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

_ARABIC_VOWELS = {"ا": "ae", "ي": "iye", "و": "uwo"}
_ARABIC_SOUNDS = dict(
    zip("بتثجحخدذرزسشصضطظغفقكلمنهپچژگ", "bttghkddrzsssdtzgfkklmnhbczg", strict=True)
)
_CYRILLIC_VOWELS = {"а": "a", "е": "ey", "є": "e", "э": "e", "и": "iy", "і": "iy", "ї": "iy",
                    "й": "iy", "ы": "iy", "о": "o", "у": "uw", "ю": "uw", "я": "a"}  # fmt: skip
_CYRILLIC_SOUNDS = dict(zip("бвгґджзклмнпрстфхцчшщ", "bfhgdgzklmnbrstfhzcss", strict=True))
_LATIN_VOWELS = {"a": "a", "e": "e", "i": "i", "o": "o", "u": "u", "y": "iy", "w": "uw"}
_LATIN_SOUNDS = dict(zip("bcdfghjklmnpqrstvxz", "bkdfghgklmnbkrstfkz", strict=True))
# Several Latin letters for one sound, the longer ones first.
_TOGETHER = (("dsch", "j"), ("tsch", "ç"), ("sch", "s"), ("sh", "s"), ("dj", "j"), ("dz", "j"),
             ("zh", "z"), ("kh", "k"), ("ch", "k"), ("gh", "g"), ("th", "t"), ("dh", "d"),
             ("ph", "f"), ("ou", "u"), ("ee", "i"), ("oo", "u"), ("ullah", "allah"))  # fmt: skip
# At the beginning of a word these are heard as consonants.
_GLIDES = dict(zip("يوywюяйєї", "ywywyyyyy", strict=True))
_ARABIC = re.compile(r"[\u0620-\u064a\u066e-\u06d3]")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_PREFIX = re.compile(r"[وفبلك]{0,2}(?:ال)?")
_BARE = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ة": "ه", "ی": "ي", "ک": "ك",
                       "ئ": "ي", "ؤ": "و", "ء": "", "ع": "", "ـ": ""})  # fmt: skip
_ENOUGH = 3
# A consonant, and what may be heard before the next one; empty: the script does not say.
Sounds = tuple[tuple[str, str], ...]


def says_across(text: str, name: str) -> bool:
    """Whether ``text`` says a word of the name in another script than the name's own."""
    said = [word for word in _words(text) if _script(word) != _script(name)]
    return any(
        _alike(heard, sounds)
        for own in _words(name)
        if _tells(sounds := _sounds(own))
        for word in said
        for heard in _readings(word)
    )


def in_another_script(text: str, name: str) -> bool:
    """Whether most of ``text`` is in another script than the name: few would see it there."""
    words = _words(text)
    return bool(name) and sum(_script(each) != _script(name) for each in words) > len(words) / 2


def _words(text: str) -> list[str]:
    bare = unicodedata.normalize("NFKC", text).casefold().translate(_BARE)
    letters = unicodedata.normalize("NFD", bare.replace("й", "и").replace("ї", "і"))
    return re.findall(r"[^\W\d_]+", re.sub(r"[\u0300-\u036f\u064b-\u065f\u0670]", "", letters))


def _script(word: str) -> str:
    if _ARABIC.search(word):
        return "arabic"
    return "cyrillic" if _CYRILLIC.search(word) else "latin"


def _readings(word: str) -> Iterator[Sounds]:
    """With and without "and", "for" and the article, which Arabic writes as one with the word."""
    yield _sounds(word)
    if lead := _PREFIX.match(word):
        for cut in range(1, lead.end() + 1):
            yield _sounds(word[cut:])


@lru_cache(maxsize=2048)
def _sounds(word: str) -> Sounds:
    script = _script(word)
    vowels, consonants = _letters(script)
    if script == "latin":
        for letters, sound in _TOGETHER:
            word = word.replace(letters, sound)
    found: list[list[str]] = []
    for place, letter in enumerate(word):
        last = place == len(word) - 1
        glide = _GLIDES.get(letter, "") if place == 0 else ""
        sound = glide or consonants.get(letter, "")
        if sound and not (last and sound == "h" and found):  # "Sarah" is "Sara"
            if not found or found[-1] != [sound, ""]:  # a double consonant is one
                found.append([sound, ""])
        elif found and not last:
            found[-1][1] += vowels.get(letter, "")
    if found:
        found[-1][1] = ""  # what a word ends in is written in too many ways
    return tuple((sound, heard) for sound, heard in found)


def _letters(script: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    return {
        "arabic": (_ARABIC_VOWELS, _ARABIC_SOUNDS),
        "cyrillic": (_CYRILLIC_VOWELS, _CYRILLIC_SOUNDS),
        "latin": (_LATIN_VOWELS, _LATIN_SOUNDS),
    }[script]


def _tells(sounds: Sounds) -> bool:
    """Short names are like too many ordinary words: Ali like "on", Omar like "age"."""
    return len(sounds) >= _ENOUGH


def _alike(heard: Sounds, sounds: Sounds) -> bool:
    if [sound for sound, _between in heard] != [sound for sound, _between in sounds]:
        return False
    pairs = [(a, b) for (_s, a), (_t, b) in zip(heard, sounds, strict=True)]
    if len(sounds) == _ENOUGH and not any(a and b for a, b in pairs):
        # A long "i" or "u" is always written: "lesson" in Arabic is not Idris.
        return not any(set("iu") & set(a + b) for a, b in pairs)
    return all(not a or not b or set(a) & set(b) for a, b in pairs)
