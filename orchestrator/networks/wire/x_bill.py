"""What X charges beside the posts: each resource that is read once per UTC day, and some calls."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Literal

from orchestrator.i18n import _
from orchestrator.networks.wire.x_prices import PriceList
from orchestrator.ports import Charged
from schedules.clock import Clock

# Prices are added up as floating numbers; a millionth of a cent is no overrun.
_DUST = 1e-8
Read = Literal["read", "owned_read", "user_read", "message_read"]
Call = Literal["alt_text", "delete", "manage"]


class Spared(Exception):
    """The next call could cost more than reading may; it was not made."""


class Bill:
    """Adds up what is charged, in US dollars; an estimate, since X counts by itself.

    ``prices``: those of a day. ``left``: what reading may still cost; None for no limit.
    """

    def __init__(self, clock: Clock, prices: Callable[[date], PriceList]) -> None:
        self.charges: dict[tuple[date, str], Charged] = {}
        self.left: float | None = None
        self._clock, self._prices = clock, prices
        self._day: date | None = None
        self._read: set[str] = set()

    @property
    def spent(self) -> float:
        """All of it so far."""
        return sum(each.usd for each in self.charges.values())

    def today(self) -> date:
        """The day of the campaign's clock, in UTC, by which X counts."""
        return self._clock.now().date()

    def price(self, what: Read | Call) -> float:
        """Today's price of one."""
        return float(getattr(self._prices(self.today()), what))

    def add(self, what: Read, resources: Iterable[str]) -> None:
        """Charge for those that were not read yet today."""
        self._turn_the_day()
        new = set(resources) - self._read
        self._read |= new
        self._charge(what, len(new))

    def called(self, what: Call) -> None:
        """Charge for a call that X carried out, or may have."""
        self._charge(what, 1)

    def room(self, what: Read, wanted: int) -> int:
        """How many of so many resources, none of them known, the money suffices for."""
        price = self.price(what)
        if self.left is None or price <= 0:
            return wanted
        return max(0, min(wanted, int((self.left + _DUST) / price)))

    def covers(self, resources: Sequence[str], what: Read) -> int:
        """For how many of these, from the first one on, the money suffices."""
        self._turn_the_day()
        new = [number for number, each in enumerate(resources) if each not in self._read]
        room = self.room(what, len(new))
        return new[room] if room < len(new) else len(resources)

    def _charge(self, what: Read | Call, count: int) -> None:
        if not count:
            return
        usd, key = self.price(what) * count, (self.today(), what)
        self.charges[key] = self.charges.get(key, Charged()) + Charged(count, usd)
        if self.left is not None:
            self.left -= usd

    def _turn_the_day(self) -> None:
        today = self.today()
        if today != self._day:
            self._day, self._read = today, set()


def spared() -> str:
    """The sentence for what was not read, so that the posts can be paid for."""
    return _(
        "X was not read to the end: what is left of the cap on spending is kept for the posts."
    )
