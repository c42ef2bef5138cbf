"""A post's text as X counts it, charges for it and gives it back."""

import html
import re
import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from twitter_text import extract_urls_with_indices, parse_tweet

from orchestrator.networks.wire.x_links import links, target, unfolded


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
    text = html.unescape(str(post.get("text", "")))
    return _plain(unfolded(text, links(post), lambda link: _address(target(link))))


def _address(url: str) -> str:
    """An address for comparing: X adds a scheme and a slash, and escapes as it likes."""
    bare = re.sub(r"^https?://", "", unquote(url), flags=re.IGNORECASE)
    host, slash, rest = bare.partition("/")
    return (host.lower() + slash + rest).rstrip("/")


def _plain(text: str) -> str:
    # Texts that differ in white space only are duplicates to X.
    return " ".join(unicodedata.normalize("NFC", text).split())
