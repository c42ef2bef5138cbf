"""Lengths of time as people type them: 90s, 15m, 24h, 2d, 1w, or several together (1h30m)."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator

from orchestrator.i18n import _

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_PART = re.compile(r"(\d{1,6})\s*([smhdw])")


def parse_duration(text: str) -> timedelta:
    """Read a length of time; anything else raises ``ValueError`` with a sentence."""
    compact = text.strip().lower()
    parts = _PART.findall(compact)
    if not parts or _PART.sub("", compact).strip():
        raise ValueError(_("write a length of time such as 15m, 24h or 2d"))
    return timedelta(seconds=sum(int(number) * _UNITS[unit] for number, unit in parts))


def _from_text(value: object) -> object:
    return parse_duration(value) if isinstance(value, str) else value


Duration = Annotated[timedelta, BeforeValidator(_from_text)]
