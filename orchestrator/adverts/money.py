"""Money of adverts: whole hundredths of the ad account's currency, added up and never rounded."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from orchestrator.i18n import _, language


def left(total: int, approved: Iterable[int]) -> int:
    """How much of the cap may still be approved; never below nothing."""
    return max(total - sum(approved), 0)


def fits(total: int, approved: Iterable[int], wanted: Iterable[int]) -> bool:
    """Whether all that is wanted fits under the cap, beside what was approved before."""
    return sum(approved) + sum(wanted) <= total


def units(cents: int) -> Decimal:
    """As scripts read it: whole units with two digits."""
    return Decimal(cents) / 100


def amount(cents: int, currency: str) -> str:
    """As people read it, with the currency's name."""
    from babel.numbers import format_decimal

    return f"{format_decimal(units(cents), format='#,##0.00', locale=language())} {currency}"


def amounts(by_currency: Mapping[str, int]) -> str:
    """Sums of several currencies, which nobody may add up."""
    told = [amount(cents, currency) for currency, cents in sorted(by_currency.items())]
    return ", ".join(told) or _("nothing")
