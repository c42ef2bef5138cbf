"""What answers cost: booked with the intent, so that the cap counts it whatever comes."""

from datetime import date

from sqlmodel import Session

from orchestrator import bill
from orchestrator.answering.case import Case
from orchestrator.errors import PersonNeeded
from orchestrator.i18n import _
from orchestrator.model import Account
from orchestrator.money import exceeds, spent_at
from orchestrator.ports import Charged
from orchestrator.shift import Shift

MESSAGE, REPLY = "message", "summoned_reply"


def charge(
    session: Session, shift: Shift, case: Case, account: Account | None, price: float, private: bool
) -> None:
    """Book it, in US dollars; refused (exit 4) where it would go over the cap."""
    name = str(case.reply.network)
    cap = shift.settings.networks[name].spending_cap
    if exceeds(cap, spent_at(session, shift.campaign_id, name), price):
        raise PersonNeeded(
            _("This answer would go over the cap on spending: it costs {price} US dollars.").format(
                price=f"{price:.3f}"
            ),
            remedy=_("Raise [x] cap, or answer in another way and note it: --way noted."),
        )
    _enter(session, account, shift.now.date(), Charged(1, price), private)


def refund(
    session: Session, account: Account | None, day: date, price: float, private: bool
) -> None:
    """Take it off again: the network provably did not take the answer."""
    _enter(session, account, day, Charged(-1, -price), private)


def _enter(
    session: Session, account: Account | None, day: date, charged: Charged, private: bool
) -> None:
    if account and charged.usd:
        bill.enter(session, account, day, MESSAGE if private else REPLY, charged)
