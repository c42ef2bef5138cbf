"""Pay as people write it: “13,90 €/Std”, “2.100 brutto im Monat bei 38,5 Std”, “120 am Tag”. Pure.

An amount is gross unless it says net, and the least of a span counts. Nothing is guessed: what
has no unit is no pay.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cache

from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.vetting.hearing import evened
from orchestrator.vetting.lexicon import pay_words
from orchestrator.vetting.wages import WEEKS


class Unit(StrEnum):
    """For what an amount is paid; ``MINIMUM``, ``TARIFF``: what law or agreement says."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    MINIMUM = "minimum"
    TARIFF = "tariff"


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


_NUMBER = r"\d{1,3}(?:[.,'\u2019 ]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d{1,6}(?:[.,]\d{1,2})?(?!\d)"
_END = re.compile(r"[!?;…؟؛\n|]|[.](?=\s+[^\W\d]{2})(?<!std\.)(?<!mtl\.)(?<!fr\.)(?<!mon\.)")
# Arabic letters that are written in several ways.
_LETTERS = str.maketrans("ةىأإآ", "هيااا", "ـ")
# How far from an amount its unit may stand, in characters.
_NEAR = 28


def found_in(text: str) -> Terms:
    """Every pay that a reply names with its money and its unit, and the hours beside it."""
    parts = [_terms(each, strict=True) for each in _END.split(_plain(text)) if each]
    hours = next((each.hours for each in parts if each.hours), None)
    return Terms(tuple(pay for each in parts for pay in each.pays), hours)


def typed(text: str) -> Terms:
    """The pay that somebody typed in answer to a question; nothing typed is nothing known.

    Refused when no single amount with a unit can be read from it.
    """
    if not text.strip():
        return Terms()
    terms = _terms(_plain(text), strict=False)
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
    said = _plain(text)
    number = re.search(_NUMBER, said)
    count = _value(number.group()) if number else Decimal(0)
    rest = said[number.end() :] if number else ""
    spans = (Unit.DAY, Unit.WEEK, Unit.MONTH)
    per = next((unit for unit in spans if _unit(unit).search(rest)), Unit.WEEK)
    most = {Unit.DAY: 24, Unit.WEEK: 100, Unit.MONTH: 400}[per]
    if not 0 < count <= most:
        raise UsageProblem(
            _("“{text}” is no number of hours.").format(text=text.strip()),
            remedy=_("Write the hours of a week like 20 or 38,5; or 8 a day, or 43 a month."),
        )
    return Hours(count, per)


def _plain(text: str) -> str:
    return evened(text).translate(_LETTERS)


def _terms(said: str, *, strict: bool) -> Terms:
    hours, rest = _hours(said)
    whole_day = hours is not None and hours.per is Unit.DAY
    pays = _pays(rest, strict=strict, otherwise=Unit.DAY if whole_day else None)
    if not pays:
        pays = [Pay(unit) for unit in (Unit.MINIMUM, Unit.TARIFF) if _words(unit).search(rest)][:1]
    if hours and hours.per is Unit.WEEK and pays and pays[0].unit is Unit.DAY and hours.count <= 16:
        hours = replace(hours, per=Unit.DAY)  # “120 am Tag, 8 Stunden”
    return Terms(tuple(pays), hours)


def _hours(said: str) -> tuple[Hours | None, str]:
    """The hours that are named, and the text without them."""
    found = _hours_pattern().search(said)
    if not found:
        return None, said
    per = next((unit for unit in (Unit.DAY, Unit.WEEK, Unit.MONTH) if found[unit.value]), Unit.WEEK)
    rest = said[: found.start()] + " " * 3 + said[found.end() :]
    return Hours(_value(found["count"]), per), rest


def _pays(said: str, *, strict: bool, otherwise: Unit | None) -> list[Pay]:
    """Each amount with its unit; ``otherwise`` counts where none is named."""
    amounts = list(_amount_pattern().finditer(said))
    if strict:
        amounts = [each for each in amounts if _is_money(each, said)]
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


def _is_money(amount: "re.Match[str]", said: str) -> bool:
    if amount["money"] or amount["money_first"] or amount["money_before"]:
        return True
    after = said[amount.end() :]
    return bool(_gross_or_net().match(after) or _slash().match(after) or _each().match(after))


def _pay(amount: "re.Match[str]", unit: Unit, around: str) -> Pay:
    least, most = _value(amount["least"]), amount["most"]
    upper = _value(most) if most else None
    only_most = bool(_before(said="up_to").search(around[: around.find(amount["least"])]))
    return Pay(
        unit,
        None if only_most else least,
        upper or (least if only_most else None),
        net=bool(_words("net").search(around)) and not _words("gross").search(around),
        minijob=bool(_words("minijob").search(around)),
    )


def _unit_near(said: str, amount: "re.Match[str]", since: int, until: int) -> Unit | None:
    """The unit right behind an amount, else right before it."""
    after = said[amount.end() : min(until, amount.end() + _NEAR)]
    before = said[max(since, amount.start() - _NEAR) : amount.start()]
    units = (Unit.HOUR, Unit.DAY, Unit.WEEK, Unit.MONTH)
    behind = [(found.start(), unit) for unit in units if (found := _unit(unit).search(after))]
    ahead = [(-found.end(), unit) for unit in units for found in _unit(unit).finditer(before)]
    if behind or ahead:
        return min(behind or ahead)[1]
    if _words("minijob").search(said):
        return Unit.MONTH
    return None


def _value(written: str) -> Decimal:
    """A number with a point or a comma, whichever way round."""
    bare = re.sub(r"['\u2019 ]", "", written)
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", bare):
        return Decimal(re.sub("[.,]", "", bare))
    whole, mark, cents = bare.rpartition("," if bare.rfind(",") > bare.rfind(".") else ".")
    if not mark:
        return Decimal(bare)
    return Decimal(re.sub("[.,]", "", whole) + "." + cents)


def _any(kind: str) -> str:
    """One of the words of a kind; the longest first, so that none is cut short."""
    words = sorted({_plain(each) for each in pay_words()[kind]}, key=len, reverse=True)
    return "(?:" + "|".join(re.escape(each) for each in words) + ")"


@cache
def _words(kind: str) -> "re.Pattern[str]":
    return re.compile(rf"(?<![^\W\d]){_any(kind)}(?![^\W\d_])")


@cache
def _before(said: str) -> "re.Pattern[str]":
    return re.compile(rf"(?<!\w){_any(said)}\s*(?:{_any('currency')}\s*)?$")


@cache
def _unit(unit: Unit) -> "re.Pattern[str]":
    return _words(unit)


@cache
def _gross_or_net() -> "re.Pattern[str]":
    return re.compile(rf"\s*(?:{_any('gross')}|{_any('net')})(?!\w)")


def _some_unit() -> str:
    return (
        "(?:" + "|".join(_any(each) for each in (Unit.HOUR, Unit.DAY, Unit.WEEK, Unit.MONTH)) + ")"
    )


@cache
def _slash() -> "re.Pattern[str]":
    return re.compile(rf"\s*/\s*{_some_unit()}(?!\w)")


@cache
def _each() -> "re.Pattern[str]":
    """“12 die Stunde”, “an hour”: but no “2 am Tag”, which may be twice."""
    return re.compile(rf"\s*{_any('per')}\s*{_any(Unit.HOUR)}(?!\w)|\s*{_any('minijob')}(?!\w)")


@cache
def _amount_pattern() -> "re.Pattern[str]":
    money = _any("currency")
    return re.compile(
        rf"(?<![\w.,:/])(?P<money_before>{money}\s*)?(?P<least>{_NUMBER})(?:,-+)?\s*(?P<money_first>{money}(?!\w))?"
        rf"(?:\s*(?:-|–|{_any('to')})\s*(?P<most>{_NUMBER})(?:,-+)?)?"
        rf"\s*(?P<money>{money}(?![^\W\d]))?"
        r"(?!\s*(?:%|uhr|jahr|km|stock|minuten|leute|personen|mal\b|x\b|\.\d))"
    )


@cache
def _hours_pattern() -> "re.Pattern[str]":
    """“38,5 Std”, “10 Stunden die Woche”, “8h am Tag”: not “14 €/Std”, nor “12 die Stunde”."""
    per = rf"(?:\s*(?:/|{_any('per')})?\s*"
    return re.compile(
        rf"(?<![\w.,/€])(?P<count>\d{{1,3}}(?:[.,]\d{{1,2}})?)\s*[-–]?\s*{_any('hours')}(?![^\W\d])"
        rf"(?:{per}(?:(?P<day>{_any('day')})|(?P<week>{_any('week')})|(?P<month>{_any('month')}))(?!\w)))?"
    )
