"""What work must be paid at least, by country and day; the figures stand in ``wages.toml``."""

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

_TABLE = tomllib.loads((Path(__file__).parent / "wages.toml").read_text("utf-8"))
# In working days.
LONGEST_UNPAID_TRIAL: int = _TABLE["longest_unpaid_trial"]
# Weeks of a month: of the factors in use (4.33 to 4.35) the smallest, so that nobody is warned
# of what a payroll rounded.
WEEKS = Decimal("4.33")
# The shortest week that is called full time, and a whole day, both in hours.
FULL_WEEK, WHOLE_DAY = Decimal(35), Decimal(8)


@dataclass(frozen=True)
class Minimum:
    """The minimum wage from a day on: gross for an ``hour``, and what a ``minijob`` may pay a
    month; both in euros.
    """

    since: date
    hour: Decimal
    minijob: Decimal


def minimum(country: str, day: date) -> Minimum | None:
    """What counts on that day; None: that country has none by law, or the table begins later."""
    counting = [each for each in _rows(country) if each.since <= day]
    return max(counting, key=lambda each: each.since, default=None)


def next_minimum(country: str, day: date) -> Minimum | None:
    """The one that follows, as far as it is known."""
    coming = [each for each in _rows(country) if each.since > day]
    return min(coming, key=lambda each: each.since, default=None)


def has_none(country: str) -> bool:
    """Whether it is known that the country has no general minimum wage by law."""
    return country in _TABLE["without"]["countries"]


def _rows(country: str) -> list[Minimum]:
    if country not in _TABLE or country == "without":
        return []
    return [
        Minimum(each["from"], Decimal(each["hour"]), Decimal(each["minijob"]))
        for each in _TABLE[country]
    ]
