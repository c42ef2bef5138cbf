"""Whether a text gives away a name: in any spelling or letter case, inside hashtags and links."""

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import unquote

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "ł": "l"})
_PLAIN = str.maketrans({"ß": "ss", "ø": "o", "ł": "l"})
# "And", "for", "by", "so", "as" and the article are written as one with an Arabic word.
_ARABIC_PREFIX = re.compile(r"[وفبلك]{0,2}(?:ال)?")
_ARABIC = str.maketrans({"ة": "ه", "ى": "ي", "ـ": ""})
_CAMEL = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-ZÄÖÜ])")
_SHORTEST = 3


def says_name(text: str, name: str) -> bool:
    """Whether ``text`` says any word of a person's name that has three letters or more."""
    for letters in (_UMLAUTS, _PLAIN):
        words = _words(name, letters)
        telling = [word for word in words if len(word) >= _SHORTEST] or words
        tags = [_words(tag, letters) for tag in re.findall(r"#(\w+)", text)]
        spoken = {*_words(text, letters), *_words(_CAMEL.sub(" ", text), letters)}
        if any(_is(word, each) for word in telling for each in spoken):
            return True
        if any(_frames(word, "".join(tag)) for word in telling for tag in tags):
            return True
    return False


def says_place(text: str, place: str) -> bool:
    """Whether ``text`` says the whole name of a place, word by word."""
    return any(
        f" {phrase} " in f" {' '.join(_words(said, letters))} "
        for letters in (_UMLAUTS, _PLAIN)
        for said in (text, _CAMEL.sub(" ", text))
        if (phrase := " ".join(_words(place, letters)))
    )


def slug_tells(slug: str, name: str, towns: Iterable[str]) -> bool:
    """Whether a slug says a name or a town, also inside a longer word: "amalkoeln"."""
    said = slug.replace("-", " ")
    if says_name(said, name) or any(says_place(said, town) for town in towns):
        return True
    letters = slug.replace("-", "")
    secrets = (
        "".join(words)
        for spelling in (_UMLAUTS, _PLAIN)
        for words in (*([word] for word in _words(name, spelling)), *_each(towns, spelling))
    )
    return any(len(secret) > _SHORTEST and secret in letters for secret in secrets)


def _each(texts: Iterable[str], letters: dict[int, str]) -> list[list[str]]:
    return [_words(text, letters) for text in texts]


def _words(text: str, letters: dict[int, str]) -> list[str]:
    lowered = unicodedata.normalize("NFKC", unquote(text)).casefold().translate(letters)
    bare = "".join(
        c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c)
    )
    return re.findall(r"[^\W_]+", bare.translate(_ARABIC).replace("'", " ").replace("’", " "))


def _is(word: str, spoken: str) -> bool:
    if spoken in (word, word + "s"):
        return True
    lead = spoken.removesuffix(word)
    return lead != spoken and bool(_ARABIC_PREFIX.fullmatch(lead))


def _frames(word: str, tag: str) -> bool:
    """Whether a hashtag in small letters begins or ends with the word: "#dankeamal"."""
    return len(word) >= _SHORTEST and (tag.startswith(word) or tag.endswith(word))
