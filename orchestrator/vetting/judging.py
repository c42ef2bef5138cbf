"""From an offer's words and the answers to its warnings. Pure: rules, and no opinion of a person.

What the words say counts beside what was answered, since whoever is asked may talk it away; only
pay and hours that somebody asked for replace those in the words.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from orchestrator.formats import day as day_words
from orchestrator.i18n import _
from orchestrator.vetting.amounts import Unit
from orchestrator.vetting.answers import Answers, Place
from orchestrator.vetting.hearing import Heard, hear
from orchestrator.vetting.pay import Hours, Pay, found_in
from orchestrator.vetting.risks import Risk
from orchestrator.vetting.sums import hourly, money
from orchestrator.vetting.wages import (
    LONGEST_UNPAID_TRIAL,
    Minimum,
    has_none,
    minimum,
    next_minimum,
)


@dataclass(frozen=True)
class Judged:
    """What fires, each with its reason (empty: the answer itself); what is to be known besides
    (``remarks``); and what nobody has asked yet (``open``, by the answers' names).
    """

    risks: dict[Risk, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)


def judge(text: str, answers: Answers, country: str, day: date) -> Judged:
    """Judge an offer in a country (ISO code) as of a day."""
    heard, said = hear(text), found_in(text)
    pays = (answers.pay,) if answers.pay else said.pays
    hours = answers.hours or said.hours
    risks = {risk: _("said: “{words}”").format(words=words) for risk, words in heard.risks.items()}
    risks |= {risk: risks.get(risk, "") for risk in _answered(answers)}
    remarks: list[str] = []
    for pay in pays:
        low, notes = _weigh(pay, hours, heard, country, day)
        remarks += [each for each in notes if each not in remarks]
        if low:
            risks[Risk.LOW_PAY] = low
    ordered = {risk: risks[risk] for risk in Risk if risk in risks}
    return Judged(ordered, remarks, _unasked(answers, bool(pays), hours))


def _answered(answers: Answers) -> Iterator[Risk]:
    """The warnings that the answers alone draw."""
    found = {
        Risk.CASH: answers.cash,
        Risk.UNPAID_TRIAL: (answers.trial_days or 0) > LONGEST_UNPAID_TRIAL,
        Risk.HOUSING: answers.housing,
        Risk.LIVE_IN: answers.live_in,
        Risk.DOCUMENTS: answers.documents,
        Risk.MONEY: answers.money,
        Risk.PRIVATE_HOME: answers.meeting is Place.HOME,
        Risk.UNKNOWN_EMPLOYER: not answers.employer,
        Risk.UNREACHABLE: answers.reachable is False,
    }
    return (risk for risk, fires in found.items() if fires)


def _unasked(answers: Answers, has_pay: bool, hours: Hours | None) -> list[str]:
    known = answers.document() | {"pay": has_pay or None, "hours": hours}
    return [name for name, value in known.items() if value is None]


def _weigh(
    pay: Pay, hours: Hours | None, heard: Heard, country: str, day: date
) -> tuple[str, list[str]]:
    """Why a pay is below the minimum wage (empty: it is not, or nobody can tell), and remarks."""
    if pay.unit in (Unit.MINIMUM, Unit.TARIFF):
        return "", []
    if heard.training:
        return "", [_("Training and placements are paid by other rules than the minimum wage.")]
    if pay.net:
        return "", [_("The pay is net: ask for it gross, or it cannot be compared.")]
    law = minimum(country, day)
    if law is None:
        return "", [_no_law(country, day)]
    found = hourly(pay, hours, heard.full_time)
    notes = list(_about_minijob(pay, law))
    if found is None:
        return "", [*notes, *_to_be_asked(pay, law)]
    if found < law.hour:
        return _too_low(found, law, _assumed(pay, hours, heard.full_time)), notes
    return "", [*notes, *_soon(found, country, day)]


def _too_low(found: Decimal, law: Minimum, assumed: str) -> str:
    sentence = _("{pay} € an hour; the law asks for {least} € since {day}").format(
        pay=money(found), least=money(law.hour), day=day_words(law.since)
    )
    return f"{sentence} {assumed}".rstrip()


def _assumed(pay: Pay, hours: Hours | None, full_time: bool) -> str:
    if pay.unit is Unit.DAY and not (hours and hours.per is Unit.DAY):
        return _("(if a day has 8 hours)")
    if pay.unit is not Unit.HOUR and hours is None and full_time:
        return _("(even if full time is only 35 hours a week)")
    return ""


def _no_law(country: str, day: date) -> str:
    if has_none(country):
        return _(
            "{country} has no general minimum wage by law: ask which collective agreement or"
            " which canton's law applies."
        ).format(country=country)
    return _("No minimum wage is known here for {country} on {day}.").format(
        country=country, day=day_words(day)
    )


def _about_minijob(pay: Pay, law: Minimum) -> Iterator[str]:
    if pay.minijob and pay.unit is Unit.MONTH and pay.least and pay.least > law.minijob:
        yield _("More than {most} € a month is no minijob: it needs full insurance.").format(
            most=money(law.minijob)
        )


def _to_be_asked(pay: Pay, law: Minimum) -> Iterator[str]:
    """How many hours this pay may be for."""
    amount = pay.least or pay.most
    if amount is not None and pay.unit in (Unit.WEEK, Unit.MONTH):
        most = money(amount / law.hour, digits=1)
        yield (
            _("Ask for the hours: this pay is enough for at most {most} hours a month.")
            if pay.unit is Unit.MONTH
            else _("Ask for the hours: this pay is enough for at most {most} hours a week.")
        ).format(most=most)


def _soon(found: Decimal, country: str, day: date) -> Iterator[str]:
    coming = next_minimum(country, day)
    if coming and found < coming.hour:
        yield _("From {day} on the law asks for {least} € an hour.").format(
            day=day_words(coming.since), least=money(coming.hour)
        )
