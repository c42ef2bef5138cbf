"""Walking the chain of events: each must follow from the one before it, without a gap."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from orchestrator.elsewhere.log import Link
from orchestrator.journal import chained
from orchestrator.model import Event

_BATCH = 1000


class Fault(StrEnum):
    """How the log was touched."""

    CHANGED = "changed"
    MISSING = "missing"
    PUT_IN = "put_in"
    CUT_OFF = "cut_off"
    REPLACED = "replaced"


@dataclass(frozen=True)
class Break:
    """The first place that does not hold; ``at``: the time that the event there claims."""

    fault: Fault
    seq: int
    at: datetime | None = None


@dataclass(frozen=True)
class Walk:
    """How far the chain holds: the last link of it, and why no further. None: no event; whole."""

    head: Link | None
    broken: Break | None


def walk(session: Session, campaign_id: int) -> Walk:
    """Walk a campaign's whole log; never all of it in memory."""
    ours = select(Event).where(Event.campaign_id == campaign_id)
    # Number and digest come with the commit: nobody else ever sees an event without.
    loose = session.exec(
        ours.where(col(Event.seq).is_(None) | col(Event.chain).is_(None)).order_by(col(Event.id))
    ).first()
    rows = session.exec(
        ours.where(col(Event.seq).is_not(None))
        .order_by(col(Event.seq))
        .execution_options(yield_per=_BATCH)
    )
    with closing(rows):  # a server keeps its place until it is told
        found = follow(rows)
    if found.broken is None and loose is not None:
        return Walk(found.head, Break(Fault.PUT_IN, loose.seq or 0, loose.at))
    return found


def follow(rows: Iterable[Event]) -> Walk:
    """Follow events in the order of their numbers up to the first that does not fit."""
    head: Link | None = None
    for each in rows:
        number, before = (head.seq + 1, head.digest) if head else (1, "")
        assert each.seq is not None
        if each.seq > number:
            return Walk(head, Break(Fault.MISSING, number, each.at))
        if each.seq < number:
            return Walk(head, Break(Fault.PUT_IN, each.seq, each.at))
        if chained(before, each) != each.chain:
            return Walk(head, Break(Fault.CHANGED, number, each.at))
        head = Link(number, each.chain, each.at)
    return Walk(head, None)
