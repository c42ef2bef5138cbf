"""What reading costs on X: each resource once per UTC day, however often it is read."""

from collections.abc import Iterable
from datetime import date

from schedules.clock import Clock


class Bill:
    """Adds up what was read, in US dollars; an estimate, since X counts by itself."""

    def __init__(self, clock: Clock) -> None:
        self.spent = 0.0
        self._clock = clock
        self._day: date | None = None
        self._read: set[str] = set()

    def add(self, resources: Iterable[str], price: float) -> None:
        """Charge for those that were not read yet today."""
        today = self._clock.now().date()
        if today != self._day:
            self._day, self._read = today, set()
        new = set(resources) - self._read
        self._read |= new
        self.spent += price * len(new)
