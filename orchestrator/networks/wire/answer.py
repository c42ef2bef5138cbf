"""An answer of a network, before anybody judged it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from orchestrator.ports import Trouble

# A time outside of these is a mistake, and reckoning with it may fail.
_YEARS = range(2000, 2100)
_HALF = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True)
class Answer:
    """An answer as it came; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    text: str

    def document(self) -> object:
        """The body as JSON; None when it is none."""
        try:
            return _mended(json.loads(self.text))
        except (ValueError, RecursionError):
            return None


class Gone(Trouble):
    """There is no such post, or none that we may see. Only ``takedown`` and ``look`` meet it."""


def as_object(value: object) -> dict[str, Any]:
    """A part of an answer that should be an object; an empty one when it is not."""
    return value if isinstance(value, dict) else {}


def moment(value: object) -> datetime | None:
    """A time as the platforms write it, in UTC; None where it cannot be read or is absurd."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo and found.year in _YEARS else None


def dated(headers: Mapping[str, str]) -> datetime | None:
    """When an answer was written, by its own clock; None where it does not say."""
    try:
        found = parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError, LookupError, OverflowError):
        return None
    # HTTP knows Greenwich time only; "-0000" means it too.
    found = found.replace(tzinfo=found.tzinfo or UTC)
    return found.astimezone(UTC) if found.year in _YEARS else None


def mark(value: object) -> str:
    """An address or a number of something; empty for what cannot be one."""
    return value if isinstance(value, str) and value.isprintable() else ""


def whole(value: object) -> int | None:
    """A number of people or things; None for what cannot be one, or none that can be kept."""
    return value if type(value) is int and 0 <= value < 2**63 else None


def _mended(value: object) -> object:
    """JSON without halves of characters, which no file and no database takes."""
    if isinstance(value, str):
        return value if value.isascii() else _HALF.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, list):
        return [_mended(each) for each in value]
    if isinstance(value, dict):
        return {_mended(name): _mended(each) for name, each in value.items()}
    return value
