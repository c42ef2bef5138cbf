"""A post's text as X counts it, charges for it and gives it back."""

import html
import re
import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from twitter_text import extract_urls_with_indices, parse_tweet

_SHORT = re.compile(r"https?://t\.co/\w+")
_OF_MEDIA = re.compile(r"/status/\d+/(?:photo|video)/\d+$")


def length(text: str) -> int:
    """Weighted length: a URL counts 23, an emoji or a Chinese character 2."""
    return int(parse_tweet(text).weightedLength)


def has_url(text: str) -> bool:
    """Whether X makes a link of something here; bare domains count too."""
    return bool(extract_urls_with_indices(text))


def sent(text: str) -> str:
    """A text of ours, to be compared with what ``received`` makes of a post."""
    out, position = "", 0
    for url in extract_urls_with_indices(text):
        begin, end = url["indices"]
        out, position = out + text[position:begin] + _address(text[begin:end]), end
    return _plain(out + text[position:])


def received(post: Mapping[str, Any]) -> str:
    """A post's text with its own addresses in place of X's short ones, and no HTML entities.

    The short address of a picture or film that goes with it is left out.
    """
    longer = {str(url.get("url")): _target(url) for url in _urls(post)}
    text = html.unescape(str(post.get("text", "")))
    return _plain(_SHORT.sub(lambda found: longer.get(found[0], found[0]), text))


def _urls(post: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    entities = post.get("entities")
    urls = entities.get("urls") if isinstance(entities, dict) else None
    return [url for url in urls if isinstance(url, dict)] if isinstance(urls, list) else []


def _target(url: Mapping[str, Any]) -> str:
    # X itself puts an address at the end of a post that shows something.
    if url.get("media_key") or _OF_MEDIA.search(str(url.get("expanded_url"))):
        return ""
    return _address(str(url.get("expanded_url") or url.get("url")))


def _address(url: str) -> str:
    """An address for comparing: X adds a scheme and a slash, and escapes as it likes."""
    bare = re.sub(r"^https?://", "", unquote(url), flags=re.IGNORECASE)
    host, slash, rest = bare.partition("/")
    return (host.lower() + slash + rest).rstrip("/")


def _plain(text: str) -> str:
    # Texts that differ in white space only are duplicates to X.
    return " ".join(unicodedata.normalize("NFC", text).split())
