"""The shapes of amounts and hours in a text, made of the words in ``signals``. Pure."""

import re
from decimal import Decimal
from enum import StrEnum
from functools import cache

from orchestrator.vetting.hearing import evened
from orchestrator.vetting.lexicon import pay_words


class Unit(StrEnum):
    """For what an amount is paid; ``MINIMUM``, ``TARIFF``: what law or agreement says."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    MINIMUM = "minimum"
    TARIFF = "tariff"


SPANS = (Unit.HOUR, Unit.DAY, Unit.WEEK, Unit.MONTH)
NUMBER = r"\d{1,3}(?:[.,'\u2019 ]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d{1,6}(?:[.,]\d{1,2})?(?!\d)"
# Arabic letters that are written in several ways.
_LETTERS = str.maketrans("ةىأإآ", "هيااا", "ـ")


def plain(text: str) -> str:
    """Evened out, with Arabic letters in one spelling."""
    return evened(text).translate(_LETTERS)


def value(written: str) -> Decimal:
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
    words = sorted({plain(each) for each in pay_words()[kind]}, key=len, reverse=True)
    return "(?:" + "|".join(re.escape(each) for each in words) + ")"


@cache
def words_of(kind: str) -> "re.Pattern[str]":
    """A whole word of this kind."""
    return re.compile(rf"(?<![^\W\d]){_any(kind)}(?![^\W\d_])")


@cache
def ahead(said: str) -> "re.Pattern[str]":
    """A word of this kind right before an amount."""
    return re.compile(rf"(?<!\w){_any(said)}\s*(?:{_any('currency')}\s*)?$")


@cache
def gross_or_net() -> "re.Pattern[str]":
    """“brutto”, “net” right behind an amount."""
    return re.compile(rf"\s*(?:{_any('gross')}|{_any('net')})(?!\w)")


def _some_unit() -> str:
    return "(?:" + "|".join(_any(each) for each in SPANS) + ")"


@cache
def slash() -> "re.Pattern[str]":
    """“/Std” right behind an amount."""
    return re.compile(rf"\s*/\s*{_some_unit()}(?!\w)")


@cache
def each_hour() -> "re.Pattern[str]":
    """“12 die Stunde”, “an hour”: but no “2 am Tag”, which may be twice."""
    return re.compile(rf"\s*{_any('per')}\s*{_any(Unit.HOUR)}(?!\w)|\s*{_any('minijob')}(?!\w)")


@cache
def amount() -> "re.Pattern[str]":
    """A number, or a span of two, with or without its money; no time, percentage or age."""
    money = _any("currency")
    return re.compile(
        rf"(?<![\w.,:/])(?P<money_before>{money}\s*)?(?P<least>{NUMBER})(?:,-+)?"
        rf"\s*(?P<money_first>{money}(?!\w))?"
        rf"(?:\s*(?:-|–|{_any('to')})\s*(?P<most>{NUMBER})(?:,-+)?)?"
        rf"\s*(?P<money>{money}(?![^\W\d]))?"
        r"(?!\s*(?:%|uhr|jahr|km|stock|minuten|leute|personen|mal\b|x\b|\.\d))"
    )


@cache
def hours_named() -> "re.Pattern[str]":
    """“38,5 Std”, “10 Stunden die Woche”, “8h am Tag”: not “14 €/Std”, nor “12 die Stunde”."""
    per = rf"(?:\s*(?:/|{_any('per')})?\s*"
    spans = "|".join(f"(?P<{each}>{_any(each)})" for each in (Unit.DAY, Unit.WEEK, Unit.MONTH))
    return re.compile(
        rf"(?<![\w.,/€])(?P<count>\d{{1,3}}(?:[.,]\d{{1,2}})?)\s*[-–]?\s*{_any('hours')}(?![^\W\d])"
        rf"(?:{per}(?:{spans})(?!\w)))?"
    )
