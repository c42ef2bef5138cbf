"""An answer of a network, before anybody judged it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from orchestrator.ports import Trouble


@dataclass(frozen=True)
class Answer:
    """An answer as it came; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    text: str

    def document(self) -> object:
        """The body as JSON; None when it is none."""
        try:
            parsed: object = json.loads(self.text)
        except (ValueError, RecursionError):
            return None
        return parsed


class Gone(Trouble):
    """There is no such post, or none that we may see. Only ``takedown`` meets it."""


def as_object(value: object) -> dict[str, Any]:
    """A part of an answer that should be an object; an empty one when it is not."""
    return value if isinstance(value, dict) else {}


def moment(value: object) -> datetime | None:
    """A time as the platforms write it, in UTC; None where it cannot be read."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None
