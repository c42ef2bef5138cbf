"""The links in posts on X: short ones in the text, and beside it what they stand for."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from orchestrator.networks.wire.answer import as_object

_SHORT = re.compile(r"https?://t\.co/\w+")
_OF_MEDIA = re.compile(r"/status/\d+/(?:photo|video)/\d+$")

Json = Mapping[str, Any]


def links(post: Json) -> list[Json]:
    """What X tells of the links of a post, or of a long post's note."""
    told = as_object(post.get("entities")).get("urls")
    return [link for link in told if isinstance(link, dict)] if isinstance(told, list) else []


def target(link: Json) -> str:
    """The address that a short link stands for."""
    return str(link.get("expanded_url") or link.get("url") or "")


def unfolded(text: str, found: Iterable[Json], longer: Callable[[Json], str] = target) -> str:
    """A text with what its short links stand for in their place, as ``longer`` writes it.

    X itself puts a link at the end of a post that shows something: that one is left out.
    """
    known = {str(link.get("url")): "" if _is_of_media(link) else longer(link) for link in found}
    return _SHORT.sub(lambda short: known.get(short[0], short[0]), text)


def _is_of_media(link: Json) -> bool:
    return bool(link.get("media_key") or _OF_MEDIA.search(target(link)))
