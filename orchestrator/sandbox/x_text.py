"""A post's text as X takes it, counts it and gives it back."""

import hashlib
import html
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from twitter_text import extract_urls_with_indices, parse_tweet
from twitter_text.has_invalid_characters import has_invalid_characters

LONGEST = 280
CACHED = 2_000  # texts; what X's own library finds in a long one takes it a while
BEGINNING = 240  # characters of a longer post that its `text` has
NAME = re.compile(r"(?<![\w@])@([A-Za-z0-9_]{1,15})(?!\w)", re.ASCII)
TAG = re.compile(r"(?<![\w&])#(\w*[^\W\d]\w*)")


@dataclass(frozen=True)
class Link:
    """A URL in a post: as written, and as X shows it, between `start` and `end`."""

    start: int
    end: int
    short: str
    written: str
    media: str = ""

    def as_entity(self) -> dict[str, object]:
        """One entry of `entities.urls`."""
        full = self.written if "://" in self.written else f"http://{self.written}"
        entity: dict[str, object] = {
            "start": self.start,
            "end": self.end,
            "url": self.short,
            "expanded_url": full,
            "display_url": re.sub(r"^https?://(www\.)?", "", full),
        }
        return entity | ({"media_key": self.media} if self.media else {})


def taken(text: str) -> str:
    """The text as X keeps it: NFC, without space around it."""
    return unicodedata.normalize("NFC", text).strip()


def fault(text: str) -> str | None:
    """Why X refuses this text, in its words; None when it does not."""
    if not text:
        return "$.text: must be at least 1 characters long"
    if has_invalid_characters(text):
        return "Your Tweet text contains invalid characters."
    if is_long(text):
        return (
            "Your Tweet text is too long. For more information on how Twitter determines text "
            "length see https://github.com/twitter/twitter-text."
        )
    return None


def has_url(text: str) -> bool:
    """Whether X links something here; bare domains count (their price: very probably)."""
    return bool(extract_urls_with_indices(text))


def given_back(text: str, post: str) -> tuple[str, list[Link]]:
    """The text as the API returns it: `&<>` escaped, every URL replaced by its t.co link."""
    out, links, position = "", [], 0
    for number, (begin, end) in enumerate(_urls(text)):
        out += html.escape(text[position:begin], quote=False)
        short = _short(post, number)
        links.append(Link(len(out), len(out) + len(short), short, text[begin:end]))
        out, position = out + short, end
    return out + html.escape(text[position:], quote=False), links


def shortened(text: str, post: str) -> tuple[str, list[Link]]:
    """A post longer than usual, as `text` has it: its beginning, and a link to the whole of it."""
    shown, links = given_back(text[:BEGINNING].rstrip(), post)
    return linked(f"{shown}…", links, post, f"https://x.com/i/web/status/{post}")


def linked(
    shown: str, links: list[Link], post: str, written: str, media: str = ""
) -> tuple[str, list[Link]]:
    """A text with one more link at its end, as X itself adds them for pictures."""
    short, space = _short(post, len(links)), " " if shown and not shown.endswith(" ") else ""
    start = len(shown + space)
    link = Link(start, start + len(short), short, written, media)
    return shown + space + short, [*links, link]


@lru_cache(maxsize=CACHED)
def is_long(text: str) -> bool:
    """Whether only paying accounts may write so much."""
    return int(parse_tweet(text).weightedLength) > LONGEST


def named(text: str) -> list[dict[str, object]]:
    """The `entities.mentions` of a text as it is given back."""
    return [
        {"start": found.start(), "end": found.end(), "username": found[1]}
        for found in NAME.finditer(text)
    ]


def hashtags(shown: str) -> list[dict[str, object]]:
    """The `entities.hashtags` of a text as it is given back."""
    return [
        {"start": found.start(), "end": found.end(), "tag": found[1]}
        for found in TAG.finditer(shown)
    ]


@lru_cache(maxsize=CACHED)
def _urls(text: str) -> tuple[tuple[int, int], ...]:
    return tuple((url["indices"][0], url["indices"][1]) for url in extract_urls_with_indices(text))


def _short(post: str, number: int) -> str:
    return f"https://t.co/{hashlib.sha256(f'{post}/{number}'.encode()).hexdigest()[:10]}"
