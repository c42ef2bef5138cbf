"""What reading costs on X: each resource once per UTC day, however often it is read."""

from collections.abc import Iterable, Sequence
from datetime import date

from orchestrator.i18n import _
from schedules.clock import Clock

# Prices are added up as floating numbers; a millionth of a cent is no overrun.
_DUST = 1e-8


class Spared(Exception):
    """The next call could cost more than reading may; it was not made."""


class Bill:
    """Adds up what was read, in US dollars; an estimate, since X counts by itself.

    ``left``: what reading may still cost; None for no limit.
    """

    def __init__(self, clock: Clock) -> None:
        self.spent = 0.0
        self.left: float | None = None
        self._clock = clock
        self._day: date | None = None
        self._read: set[str] = set()

    def add(self, resources: Iterable[str], price: float) -> None:
        """Charge for those that were not read yet today."""
        self._turn_the_day()
        new = set(resources) - self._read
        self._read |= new
        self.spent += price * len(new)
        if self.left is not None:
            self.left -= price * len(new)

    def room(self, price: float, wanted: int) -> int:
        """How many of so many resources, none of them known, the money suffices for."""
        if self.left is None or price <= 0:
            return wanted
        return max(0, min(wanted, int((self.left + _DUST) / price)))

    def covers(self, resources: Sequence[str], price: float) -> int:
        """For how many of these, from the first one on, the money suffices."""
        self._turn_the_day()
        new = [number for number, each in enumerate(resources) if each not in self._read]
        room = self.room(price, len(new))
        return new[room] if room < len(new) else len(resources)

    def _turn_the_day(self) -> None:
        today = self._clock.now().date()
        if today != self._day:
            self._day, self._read = today, set()


def spared() -> str:
    """The sentence for what was not read, so that the posts can be paid for."""
    return _(
        "X was not read to the end: what is left of the cap on spending is kept for the posts."
    )
