"""What ``inbox check`` asks, each answered by its option or on the terminal."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from orchestrator.commands.asking import answer, prompt
from orchestrator.commands.desk import Desk
from orchestrator.commands.inbox_questions import content
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _

if TYPE_CHECKING:
    from orchestrator.replies import Sender
    from orchestrator.vetting.answers import Answers, Place

T = TypeVar("T")
_MOST_DAYS = 366


@dataclass(frozen=True)
class Given:
    """What stood on the command line; None was not given."""

    employer: str | None
    contact_file: str | None
    reachable: str | None
    pay: str | None
    hours: str | None
    trial_days: str | None
    cash: str | None
    housing: str | None
    live_in: str | None
    documents: str | None
    money: str | None
    meeting: str | None

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) is not None for each in fields(self))


def answers(desk: Desk, given: Given, before: "Answers") -> "tuple[Answers, Sender]":
    """Put the answers together, over those from ``before``; Enter leaves one as it was.

    Without a terminal only what was given is read.
    """
    from orchestrator.replies import Sender
    from orchestrator.vetting.answers import Answers

    employer = Sender(
        _employer(desk, given.employer, before), _contact(desk, given.contact_file, before)
    )
    ask = partial(_ask, desk, given, before)
    reachable = ask("reachable", _("Did somebody reach the employer? yes, no"), yes_or_no)
    pay, hours = _terms(desk, given, before)
    fresh = Answers(
        employer=bool(employer.name),
        reachable=reachable,
        pay=pay,
        hours=hours,
        trial_days=ask("trial_days", _("How many days of trial without pay?"), _days),
        **{name: ask(name, question, yes_or_no) for name, question in _risks().items()},
        meeting=ask("meeting", _("Where does one meet first? workplace, public, home"), _place),
    )
    return fresh.over(before), employer


def _risks() -> dict[str, str]:
    return {
        "cash": _("Is it paid in cash, or without registration? yes, no"),
        "housing": _("Does a place to live depend on the job? yes, no"),
        "live_in": _("Does one live where one works? yes, no"),
        "documents": _("Do they ask for a passport or an identity card? yes, no"),
        "money": _("Do they ask for money? yes, no"),
    }


def _ask(
    desk: Desk,
    given: Given,
    before: "Answers",
    name: str,
    question: str,
    read: Callable[[str], T],
) -> T:
    known = shown(before).get(name) or "?"
    typed: str | None = getattr(given, name)
    return answer(desk, f"{question} [{known}]", read, typed, ask=prompt)


def shown(answers: "Answers") -> dict[str, str]:
    """The answers that are known, as a person would type them."""
    from orchestrator.vetting.answers import Place, place_word
    from orchestrator.vetting.sums import money, said_hours, said_pay

    words: dict[type, Callable[[Any], str]] = {
        bool: lambda yes: _("yes") if yes else _("no"),
        int: lambda days: money(days, digits=0),
        Place: place_word,
    }
    found = {each.name: getattr(answers, each.name) for each in fields(answers)}
    told = {
        "pay": said_pay(answers.pay) if answers.pay else "",
        "hours": said_hours(answers.hours) if answers.hours else "",
    }
    plain = {
        name: words.get(type(value), str)(value)
        for name, value in found.items()
        if value is not None and name not in told
    }
    return plain | {name: each for name, each in told.items() if each}


def yes_or_no(typed: str) -> bool | None:
    """Yes or no as a person types it; nothing typed: nobody knows."""
    said = typed.strip().casefold()
    if said in ("y", "yes", "j", "ja", *_("y yes").split()):
        return True
    if said in ("n", "no", "nein", *_("n no").split()):
        return False
    if said in ("", "?"):
        return None
    raise UsageProblem(
        _("“{text}” is neither yes nor no.").format(text=typed.strip()),
        remedy=_("Answer yes or no; leave it out where nobody knows yet."),
    )


def _terms(desk: Desk, given: Given, before: "Answers") -> tuple[Any, Any]:
    """Pay and hours; who names the hours together with the pay is not asked for them again."""
    from orchestrator.vetting.pay import typed, typed_hours

    terms = _ask(
        desk, given, before, "pay", _("What is the pay? like 14,50/h, 2100 a month"), typed
    )
    pay = terms.pays[0] if terms.pays else None
    if terms.hours and given.hours is None:
        return pay, terms.hours
    question = _("How many hours a week? or like 8 a day")
    return pay, _ask(desk, given, before, "hours", question, typed_hours)


def _days(typed: str) -> int | None:
    said = typed.strip()
    if said in ("", "?"):
        return None
    if not (said.isascii() and said.isdigit() and int(said) <= _MOST_DAYS):
        raise UsageProblem(
            _("“{text}” is no number of days.").format(text=said),
            remedy=_("Write the working days without pay as a number; 0 where there are none."),
        )
    return int(said)


def _place(typed: str) -> "Place | None":
    from orchestrator.vetting.answers import Place

    said = typed.strip().casefold()
    if said in ("", "?"):
        return None
    begun = [each for each in Place if each.value.startswith(said)]
    if len(begun) != 1:
        raise UsageProblem(
            _("“{text}” is no place to meet.").format(text=typed.strip()),
            remedy=_("Use one of: {names}").format(names=", ".join(each.value for each in Place)),
        )
    return begun[0]


def _employer(desk: Desk, given: str | None, before: "Answers") -> str:
    from orchestrator.inbox import typed

    way_out = _("Write the name here, and the number into --contact-file.")
    return answer(
        desk,
        _("Who is the employer? (Enter: as noted before)")
        if before.employer
        else _("Who is the employer? (Enter: unknown)"),
        typed.line,
        given,
        check=lambda each: typed.refuse_contact("--employer", each, way_out),
    )


def _contact(desk: Desk, file: str | None, before: "Answers") -> str:
    from orchestrator.inbox import typed

    given = None if file is None else content(file)
    question = _("How can one reach the employer? (Enter: as the reply says, or as noted before)")
    return answer(desk, question, typed.line, given)
