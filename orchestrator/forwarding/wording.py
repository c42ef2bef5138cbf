"""The words in which an offer is passed on: one file for each language in ``words/``.

A volunteer whose language has no file reads German, and whoever hands over is told so.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from orchestrator.phrases import fill
from orchestrator.redact import tame

FOLDER = Path(__file__).parent / "words"
FALLBACK = "de"
_ISOLATE, _RELEASE = "\u2068", "\u2069"
# English months are not American ones here.
_LOCALES = {"en": "en_GB"}


@dataclass(frozen=True)
class Words:
    """All sentences of one language."""

    language: str
    direction: str
    sentences: Mapping[str, str]

    def say(self, key: str, **values: str) -> str:
        """One sentence with its values; none of them turns the words around it."""
        return fill(
            self.sentences[key], {name: self.isolated(each) for name, each in values.items()}
        )

    def isolated(self, value: str) -> str:
        """A value as it may stand in a sentence of this language."""
        shown = tame(value)
        return f"{_ISOLATE}{shown}{_RELEASE}" if shown and self.direction == "rtl" else shown

    def time(self, at: datetime) -> str:
        """A day and time in the zone that ``at`` carries."""
        from babel.dates import format_date

        locale = _LOCALES.get(self.language, self.language)
        comma = "،" if self.direction == "rtl" else ","
        return f"{format_date(at.date(), 'long', locale=locale)}{comma} {at:%H:%M}"


def languages() -> list[str]:
    """Languages in which offers can be passed on."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


@lru_cache
def words_in(language: str) -> Words:
    """The words of a language; German where it has none."""
    known = language if language in languages() else FALLBACK
    data = tomllib.loads((FOLDER / f"{known}.toml").read_text("utf-8"))
    direction = str(data.pop("direction"))
    return Words(known, direction, {key: str(text) for key, text in data.items()})
