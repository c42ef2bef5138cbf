"""Pay by the hour, reckoned in favour of whoever pays: see the factors in ``wages``. Pure."""

from decimal import ROUND_HALF_UP, Decimal

from orchestrator.i18n import _, language
from orchestrator.vetting.amounts import Unit
from orchestrator.vetting.pay import Hours, Pay
from orchestrator.vetting.wages import FULL_WEEK, WEEKS, WHOLE_DAY


def hourly(pay: Pay, hours: Hours | None, full_time: bool = False) -> Decimal | None:
    """What an hour is paid, to the cent; None where nobody can tell.

    Where only a most is named (“up to 15”), that; a day without hours counts as a whole one.
    """
    amount = pay.least if pay.least is not None else pay.most
    worked = _worked(pay.unit, hours, full_time)
    if amount is None or worked is None:
        return None
    return (amount / worked).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _worked(unit: Unit, hours: Hours | None, full_time: bool) -> Decimal | None:
    """The hours for which the unit's amount is paid."""
    if unit is Unit.HOUR:
        return Decimal(1)
    if unit is Unit.DAY:
        return hours.count if hours and hours.per is Unit.DAY else WHOLE_DAY
    month = hours.a_month() if hours else (FULL_WEEK * WEEKS if full_time else None)
    if month is None:
        return None
    return month if unit is Unit.MONTH else month / WEEKS


def said_pay(pay: Pay) -> str:
    """Pay in a few words, like “14.50 € an hour”."""
    if pay.unit is Unit.MINIMUM:
        return _("minimum wage")
    if pay.unit is Unit.TARIFF:
        return _("as a collective agreement says")
    words = {
        Unit.HOUR: _("{sum} an hour"),
        Unit.DAY: _("{sum} a day"),
        Unit.WEEK: _("{sum} a week"),
        Unit.MONTH: _("{sum} a month"),
    }
    amounts = [money(each) for each in (pay.least, pay.most) if each is not None]
    said = words[pay.unit].format(sum="–".join(amounts))
    if pay.least is None:
        said = _("up to {pay}").format(pay=said)
    return _("{pay} net").format(pay=said) if pay.net else said


def said_hours(hours: Hours) -> str:
    """Hours in a few words, like “20 a week”."""
    words = {
        Unit.DAY: _("{count} a day"),
        Unit.WEEK: _("{count} a week"),
        Unit.MONTH: _("{count} a month"),
    }
    return words[hours.per].format(count=count_of(hours))


def count_of(hours: Hours) -> str:
    """How many hours, like “38.5”."""
    whole = hours.count == hours.count.to_integral_value()
    return money(hours.count, digits=0 if whole else 1)


def money(amount: Decimal | int, digits: int = 2) -> str:
    """A number with so many digits, as people of the language in use write it."""
    from babel.numbers import format_decimal

    whole = digits == 0 or (digits == 2 and amount == int(amount))
    pattern = "#,##0" if whole else "#,##0." + "0" * digits
    # Arabic documents of the campaign have the digits that are used in Europe.
    return format_decimal(amount, format=pattern, locale="en" if language() == "ar" else language())
