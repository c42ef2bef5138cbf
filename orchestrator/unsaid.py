"""Whether a text says a name or a town that it must not: in any spelling, tag, link or ending."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe"})
_PLAIN = str.maketrans({"ß": "ss", "ø": "o", "ł": "l"})
_ARABIC = str.maketrans({"ة": "ه", "ى": "ي", "ـ": ""})
# "And", "for", "by", "so", "as" and the article are written as one with an Arabic word.
_ARABIC_PREFIX = re.compile(r"[وفبلك]{0,2}(?:ال)?")
_CAMEL = re.compile(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])")
# Fulda, Fuldas, Fuldaer, Fuldaerin, Hannoveraner, Hallenser …
_ENDINGS = r"(?:e?s|(?:a?n|ens)?er(?:s|n|in|innen)?)?"
_SHORTEST = 3
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ACCENTS = re.compile("[\u0300-\u036f\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff]")
# What follows the telling part of a town's name: "Freiburg im Breisgau", "Frankfurt (Oder)".
_ADDITION = re.compile(r"\s(?:am|an|auf|bei|im|in|ob|unter|vor|v\.|a\.|i\.|b\.)(?=\s).*|\s*[(/,].*")


def says_name(text: str, name: str) -> bool:
    """Whether ``text`` says a word of a person's name, be it in a hashtag or a link."""
    return any(
        _is(word, spoken) or (tagged and _frames(word, spoken))
        for letters in (_SPELLED_OUT, _PLAIN)
        for word in _telling(_words(name, letters))
        for spoken, tagged in set(_spoken(text, letters))
    )


def says_town(text: str, town: str) -> bool:
    """Whether ``text`` says a town's name, with or without its addition, or its people's."""
    return any(
        re.search(rf"(?<!\w)(?:{'|'.join(_town_forms(town, letters))})(?!\w)", said)
        for letters in (_SPELLED_OUT, _PLAIN)
        if _words(town, letters)
        for said in (" ".join(word for word, _tagged in _spoken(text, letters)),)
    )


def spoken(text: str) -> str:
    """The words of a text, and of its hashtags, in one bare spelling with spaces between."""
    return " ".join(word for word, _tagged in _spoken(text, _PLAIN))


def slug_tells(slug: str, name: str, towns: Iterable[str]) -> bool:
    """Whether a slug says a name or a town, also inside a longer word: "amalkoeln"."""
    said, secrets = slug.replace("-", " "), [name, *towns]
    if says_name(said, name) or any(says_town(said, town) for town in towns):
        return True
    run_together = slug.replace("-", "")
    return any(
        len(word) > _SHORTEST and word in run_together
        for letters in (_SPELLED_OUT, _PLAIN)
        for secret in secrets
        for word in ("".join(_words(secret, letters)), *_words(secret, letters))
    )


def _town_forms(town: str, letters: dict[int, str]) -> Iterator[str]:
    prefix = _ARABIC_PREFIX.pattern
    for name in {town, _ADDITION.sub("", town)}:
        whole = " ".join(_words(name, letters))
        if not whole:
            continue
        yield f"{prefix}{re.escape(whole)}{_ENDINGS}"
        # Bremen: Bremer; München: Münchner; Karlsruhe: Karlsruher; Basel: Basler.
        for end, instead in (("en", "n?"), ("e", ""), ("el", "l")):
            if whole.endswith(end) and len(whole) > len(end) + 2:
                yield re.escape(whole.removesuffix(end)) + instead + _ENDINGS.removesuffix("?")


def _telling(words: list[str]) -> list[str]:
    return [word for word in words if len(word) >= _SHORTEST] or words


def _spoken(text: str, letters: dict[int, str]) -> list[tuple[str, bool]]:
    """The words of a text, then those of its hashtags, which run together, then of CamelCase."""
    tags = "".join(f" {tag}" for tag in re.findall(r"#(\w+)", text))
    return [
        *((word, False) for word in _words(text, letters)),
        *((word, True) for word in _words(tags, letters)),
        *((word, False) for word in _words(_CAMEL.sub(" ", text), letters)),
    ]


def _words(text: str, letters: dict[int, str]) -> list[str]:
    visible = _INVISIBLE.sub("", unquote(text))
    lowered = unicodedata.normalize("NFKC", visible).casefold().translate(letters)
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", lowered))
    return re.findall(r"[^\W_]+", bare.translate(_ARABIC))


def _is(word: str, spoken: str) -> bool:
    if spoken in (word, word + "s"):
        return True
    lead = spoken.removesuffix(word)
    return lead != spoken and bool(_ARABIC_PREFIX.fullmatch(lead))


def _frames(word: str, tag: str) -> bool:
    """Whether a hashtag begins or ends with the name; inside, "Ali" stands in "#Qualität", too."""
    return len(word) >= _SHORTEST and (tag.startswith(word) or tag.endswith(word))
