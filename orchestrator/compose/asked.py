"""What is asked of a text, and what comes of it: a wording, or the reason why there is none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Rules:
    """What a network and the campaign ask of a text; ``limit`` is in the units of ``length``.

    ``link``: the campaign's own, for tandems that have none.
    """

    network: str
    limit: int
    length: Callable[[str], int]
    languages: Sequence[str]
    hashtag: str
    contact: str
    links: Literal["never", "first", "always"]
    link_in_text: bool
    has_url: Callable[[str], bool]
    link: str = ""


@dataclass(frozen=True)
class Wording:
    """A finished text; ``link`` is what goes beside it, empty where it stands in the text."""

    language: str
    text: str
    link: str


class Unfit(Exception):
    """No text can be made; ``reason`` says why, for the person who plans.

    ``private``: because somebody's contact stands in the words that were given.
    """

    def __init__(self, reason: str, *, private: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.private = private
