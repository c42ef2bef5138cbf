"""What networks charge beside the sending: booked, so that the cap counts it before the next send.

Each charge stands twice in one transaction: by day and kind in ``Charge``, and in the account's
sum. What sending costs stands on each try.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from orchestrator.model import Account, Charge, Post
from orchestrator.ports import Charged, Charges
from orchestrator.shift import Shift
from orchestrator.visits import own_account


def book(shift: Shift) -> None:
    """Write down what the shift's networks have charged since it was last booked."""
    for name in shift.networks:
        if not _new(shift, name):
            continue
        with shift.store.session(patient=True) as session:
            if account := own_account(session, shift, name):
                note(session, shift, account)


def note(session: Session, shift: Shift, account: Account) -> None:
    """Write it down in a transaction that holds the account, with what was paid for."""
    enter_all(session, account, _new(shift, account.network))
    shift.booked[account.network] = dict(shift.networks[account.network].charges)


def enter_all(session: Session, account: Account, charges: Charges) -> None:
    """Write down what a network charged that no shift has open."""
    for (day, what), charged in charges.items():
        enter(session, account, day, what, charged)


def enter(session: Session, account: Account, day: date, what: str, charged: Charged) -> None:
    """One line of the bill, added to what the account was charged for that on that day."""
    account.read_usd += charged.usd
    line = session.exec(
        select(Charge).where(
            Charge.account_id == account.id, Charge.day == day, Charge.what == what
        )
    ).one_or_none() or Charge(account_id=account.id, day=day, what=what)
    line.count += charged.count
    line.usd += charged.usd
    session.add(line)


def left_to_pay(shift: Shift, post: Post, files: Iterable[Mapping[str, Any]]) -> float:
    """What a post still costs once these of its files are at the network: their words are paid."""
    network, words = shift.networks[post.network], sum(bool(each["alt"]) for each in files)
    day = post.due_at.astimezone(ZoneInfo(post.zone)).date()  # for which it was priced
    plain = network.price(post.text, on=day)
    return post.price_usd - (network.price(post.text, words, day) - plain)


def _new(shift: Shift, name: str) -> Charges:
    """What is not written down yet."""
    booked = shift.booked.get(name, {})
    charges = shift.networks[name].charges
    new = {key: charged - booked.get(key, Charged()) for key, charged in charges.items()}
    return {key: charged for key, charged in new.items() if charged != Charged()}
