"""What somebody found out about an offer, as it is kept: no names, no contacts. Pure.

The employer's name and contact are sealed with the reply; here stands only whether one is known.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from orchestrator.i18n import _
from orchestrator.vetting.amounts import Unit
from orchestrator.vetting.pay import Hours, Pay


class Place(StrEnum):
    """Where the first meeting is to be."""

    WORKPLACE = "workplace"
    PUBLIC = "public"
    HOME = "home"


def place_word(place: Place) -> str:
    """Where one meets, in the user's language."""
    words: dict[Place, Callable[[], str]] = {
        Place.WORKPLACE: lambda: _("at the workplace"),
        Place.PUBLIC: lambda: _("in a public place"),
        Place.HOME: lambda: _("at a private home"),
    }
    return words[place]()


@dataclass(frozen=True)
class Answers:
    """What is known; None: nobody has asked yet. ``trial_days``: of trial without pay."""

    employer: bool = False
    reachable: bool | None = None
    pay: Pay | None = None
    hours: Hours | None = None
    trial_days: int | None = None
    housing: bool | None = None
    live_in: bool | None = None
    cash: bool | None = None
    documents: bool | None = None
    money: bool | None = None
    meeting: Place | None = None

    def over(self, before: "Answers") -> "Answers":
        """These answers, and those from ``before`` to what was not asked again."""
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        known = {name: value for name, value in given.items() if value is not None}
        return replace(before, **known | {"employer": self.employer or before.employer})

    def document(self) -> dict[str, Any]:
        """As it is stored, and as scripts read it."""
        found: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(self)}
        return found | {
            "pay": _pay_document(self.pay) if self.pay else None,
            "hours": _hours_document(self.hours) if self.hours else None,
            "meeting": self.meeting.value if self.meeting else None,
        }


def answers_from(document: Mapping[str, Any]) -> Answers:
    """The answers that were stored; keys of other things in it are left alone."""
    known: dict[str, Any] = {each.name: document.get(each.name) for each in fields(Answers)}
    pay, hours, meeting = known["pay"], known["hours"], known["meeting"]
    known |= {
        "employer": bool(known["employer"]),
        "pay": _pay(pay) if pay else None,
        "hours": Hours(Decimal(hours["count"]), Unit(hours["per"])) if hours else None,
        "meeting": Place(meeting) if meeting else None,
    }
    return Answers(**known)


def _pay_document(pay: Pay) -> dict[str, Any]:
    return {
        "unit": pay.unit.value,
        "least": None if pay.least is None else str(pay.least),
        "most": None if pay.most is None else str(pay.most),
        "net": pay.net,
        "minijob": pay.minijob,
    }


def _pay(stored: Mapping[str, Any]) -> Pay:
    least, most = (
        None if stored[name] is None else Decimal(stored[name]) for name in ("least", "most")
    )
    return Pay(Unit(stored["unit"]), least, most, stored["net"], stored["minijob"])


def _hours_document(hours: Hours) -> dict[str, str]:
    return {"count": str(hours.count), "per": hours.per.value}
