"""Pay as people write it: “13,90 €/Std”, “2.100 brutto im Monat bei 38,5 Std”, “120 am Tag”. Pure.

An amount is gross unless it says net, and the least of a span counts. Nothing is guessed: what
has no unit is no pay.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.vetting.amounts import (
    NUMBER,
    SPANS,
    Unit,
    ahead,
    amount,
    each_hour,
    gross_or_net,
    hours_named,
    plain,
    slash,
    value,
    words_of,
)
from orchestrator.vetting.wages import WEEKS


@dataclass(frozen=True)
class Hours:
    """So many hours in a day, a week or a month."""

    count: Decimal
    per: Unit

    def a_month(self) -> Decimal | None:
        """The hours of a month; None where only those of a day are known."""
        factor = {Unit.WEEK: WEEKS, Unit.MONTH: Decimal(1)}.get(self.per)
        return self.count * factor if factor else None


@dataclass(frozen=True)
class Pay:
    """At least ``least`` (in the country's money) for a ``unit``; None with a unit that names no
    amount, and where only a most was named. ``most``: the end of a span.
    """

    unit: Unit
    least: Decimal | None = None
    most: Decimal | None = None
    net: bool = False
    minijob: bool = False


@dataclass(frozen=True)
class Terms:
    """What a text says of pay and hours."""

    pays: tuple[Pay, ...] = ()
    hours: Hours | None = None


_END = re.compile(r"[!?;…؟؛\n|]|[.](?=\s+[^\W\d]{2})(?<!std\.)(?<!mtl\.)(?<!fr\.)(?<!mon\.)")
# How far from an amount its unit may stand, in characters.
_NEAR = 28


def found_in(text: str) -> Terms:
    """Every pay that a reply names with its money and its unit, and the hours beside it."""
    parts = [_terms(each, strict=True) for each in _END.split(plain(text)) if each]
    hours = next((each.hours for each in parts if each.hours), None)
    return Terms(tuple(pay for each in parts for pay in each.pays), hours)


def typed(text: str) -> Terms:
    """The pay that somebody typed in answer to a question; nothing typed is nothing known.

    Refused when no single amount with a unit can be read from it.
    """
    if not text.strip():
        return Terms()
    terms = _terms(plain(text), strict=False)
    if len(terms.pays) != 1:
        raise UsageProblem(
            _("“{text}” is no pay that can be read.").format(text=text.strip()),
            remedy=_("Write it like 14,50/h, 2100 a month, 120 a day, or minijob 603."),
        )
    return terms


def typed_hours(text: str) -> Hours | None:
    """Hours as somebody typed them: “20” or “38,5” a week, “8 a day”, “43 a month”."""
    if not text.strip():
        return None
    said = plain(text)
    number = re.search(NUMBER, said)
    count = value(number.group()) if number else Decimal(0)
    rest = said[number.end() :] if number else ""
    spans = (Unit.DAY, Unit.WEEK, Unit.MONTH)
    per = next((unit for unit in spans if words_of(unit).search(rest)), Unit.WEEK)
    most = {Unit.DAY: 24, Unit.WEEK: 100, Unit.MONTH: 400}[per]
    if not 0 < count <= most:
        raise UsageProblem(
            _("“{text}” is no number of hours.").format(text=text.strip()),
            remedy=_("Write the hours of a week like 20 or 38,5; or 8 a day, or 43 a month."),
        )
    return Hours(count, per)


def _terms(said: str, *, strict: bool) -> Terms:
    hours, rest = _hours(said)
    whole_day = hours is not None and hours.per is Unit.DAY
    pays = _pays(rest, strict=strict, otherwise=Unit.DAY if whole_day else None)
    if not pays:
        named = (Unit.MINIMUM, Unit.TARIFF)
        pays = [Pay(unit) for unit in named if words_of(unit).search(rest)][:1]
    if hours and hours.per is Unit.WEEK and pays and pays[0].unit is Unit.DAY and hours.count <= 16:
        hours = replace(hours, per=Unit.DAY)  # “120 am Tag, 8 Stunden”
    return Terms(tuple(pays), hours)


def _hours(said: str) -> tuple[Hours | None, str]:
    """The hours that are named, and the text without them."""
    found = hours_named().search(said)
    if not found:
        return None, said
    per = next((unit for unit in (Unit.DAY, Unit.WEEK, Unit.MONTH) if found[unit.value]), Unit.WEEK)
    rest = said[: found.start()] + " " * 3 + said[found.end() :]
    return Hours(value(found["count"]), per), rest


def _pays(said: str, *, strict: bool, otherwise: Unit | None) -> list[Pay]:
    """Each amount with its unit; ``otherwise`` counts where none is named."""
    amounts = list(amount().finditer(said))
    if strict:
        amounts = [each for each in amounts if _is_money(each, said)]
    if words_of("minijob").search(said):
        otherwise = otherwise or Unit.MONTH
    found = []
    for number, each in enumerate(amounts):
        until = amounts[number + 1].start() if number + 1 < len(amounts) else len(said)
        since = amounts[number - 1].end() if number else 0
        unit = _unit_near(said, each, since, until) or otherwise
        if unit is None:
            continue
        around = said[max(since, each.start() - _NEAR) : min(until, each.end() + _NEAR)]
        found.append(_pay(each, unit, around))
    return found


def _is_money(found: "re.Match[str]", said: str) -> bool:
    if found["money"] or found["money_first"] or found["money_before"]:
        return True
    after = said[found.end() :]
    return bool(gross_or_net().match(after) or slash().match(after) or each_hour().match(after))


def _pay(found: "re.Match[str]", unit: Unit, around: str) -> Pay:
    least, most = value(found["least"]), found["most"]
    upper = value(most) if most else None
    only_most = bool(ahead(said="up_to").search(around[: around.find(found["least"])]))
    return Pay(
        unit,
        None if only_most else least,
        upper or (least if only_most else None),
        net=bool(words_of("net").search(around)) and not words_of("gross").search(around),
        minijob=bool(words_of("minijob").search(around)),
    )


def _unit_near(said: str, found: "re.Match[str]", since: int, until: int) -> Unit | None:
    """The unit right behind an amount, else right before it."""
    after = said[found.end() : min(until, found.end() + _NEAR)]
    before = said[max(since, found.start() - _NEAR) : found.start()]
    behind = [(each.start(), unit) for unit in SPANS if (each := words_of(unit).search(after))]
    if behind:
        return min(behind)[1]
    in_front = [(each.end(), unit) for unit in SPANS for each in words_of(unit).finditer(before)]
    return max(in_front)[1] if in_front else None
