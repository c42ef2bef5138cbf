"""Lengths of time as people type them: 90s, 15m, 24h, 2d, 1w, or several together (1h30m)."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator

from orchestrator.i18n import _

_UNITS = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}
# Hours are counted so far: 24h, 48h.
_IN_HOURS = timedelta(days=2)
_PART = re.compile(r"(\d{1,6})\s*([smhdw])", re.ASCII)


def parse_duration(text: str) -> timedelta:
    """Read a length of time; anything else raises ``ValueError`` with a sentence."""
    compact = text.strip().lower()
    parts = _PART.findall(compact)
    if not parts or _PART.sub("", compact).strip():
        raise ValueError(_("write a length of time such as 15m, 24h or 2d"))
    return timedelta(seconds=sum(int(number) * _UNITS[unit] for number, unit in parts))


def written(length: timedelta) -> str:
    """Write a length of time so that :func:`parse_duration` reads it; up to two days in hours."""
    rest, parts = int(length.total_seconds()), []
    for unit in "dhms" if length > _IN_HOURS else "hms":
        number, rest = divmod(rest, _UNITS[unit])
        if number:
            parts.append(f"{number}{unit}")
    return "".join(parts) or "0s"


def _from_text(value: object) -> object:
    # A bare number would count as seconds, which nobody means who writes max_late = 24.
    return value if isinstance(value, timedelta) else parse_duration(str(value))


Duration = Annotated[timedelta, BeforeValidator(_from_text)]
