"""What each X API call costs (USD), by the day, so that estimates can be compared."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from orchestrator.sandbox.x_text import has_url

PRICES = MappingProxyType(
    {
        "post": Decimal("0.015"),
        "post with url": Decimal("0.200"),
        "summoned reply": Decimal("0.010"),
        "read": Decimal("0.005"),
        "owned read": Decimal("0.001"),
        "user read": Decimal("0.010"),
        # "Interaction: delete" on the price list; that it means posts is unverified.
        "delete": Decimal("0.010"),
        # "Content: manage" on the price list; that it means hidden replies is unverified.
        "manage": Decimal("0.005"),
        "message": Decimal("0.015"),
        "message read": Decimal("0.010"),
        "media metadata": Decimal("0.005"),
    }
)
# The list above, state of August 2026, is that of this day. Before it a link cost nothing more,
# and own posts as much as others.
RAISED = date(2026, 4, 20)
BEFORE = MappingProxyType(
    {
        "post": Decimal("0.010"),
        "post with url": Decimal("0.010"),
        "owned read": Decimal("0.005"),
    }
)


@dataclass(frozen=True)
class Charge:
    """One line of the bill; `resource` is a post's or user's id, `day` a UTC day."""

    day: date
    kind: str
    resource: str
    usd: Decimal


class Purse:
    """The prepaid credits and the bill, in USD. `credits` None: bottomless."""

    def __init__(self) -> None:
        self.credits: Decimal | None = None
        self.charges: list[Charge] = []
        self.spent = Decimal(0)
        self._read_today: set[tuple[date, str]] = set()

    def is_empty(self) -> bool:
        """Calls are refused only once the balance is used up, not when it would be."""
        return self.credits is not None and self.credits <= 0

    def charge(self, kind: str, resource: str, day: date) -> None:
        """Bill a call that succeeded; a resource read again on the same UTC day is free."""
        if kind.endswith("read"):
            if (day, resource) in self._read_today:
                return
            self._read_today.add((day, resource))
        usd = price(kind, day)
        self.charges.append(Charge(day, kind, resource, usd))
        self.spent += usd
        if self.credits is not None:
            self.credits -= usd

    def by_resource(self) -> dict[str, list[Charge]]:
        """The bill of each post and user."""
        bills: dict[str, list[Charge]] = {}
        for charge in self.charges:
            bills.setdefault(charge.resource, []).append(charge)
        return bills


def price(kind: str, day: date) -> Decimal:
    """What one costs on a UTC day."""
    return PRICES[kind] if day >= RAISED else BEFORE.get(kind, PRICES[kind])


def price_of_post(text: str, summoned: bool) -> str:
    """Which price a new post has. That a link makes an answer dearer too is unverified."""
    if has_url(text):
        return "post with url"
    return "summoned reply" if summoned else "post"
