"""Posts that count as never sent, or as down, though a try of them had no answer."""

from datetime import datetime

from orchestrator.attempts import attempts_of
from orchestrator.bill import book
from orchestrator.copies import (
    MARGIN,
    is_looked_for,
    is_lost,
    last_look_at,
    late_look_at,
    search,
    went_out_since,
)
from orchestrator.decide.case import Case, again, changed_meanwhile, locked, network_of
from orchestrator.late import take_on_record
from orchestrator.shift import Shift, Tally
from orchestrator.vocabulary import PostState

OVER = (PostState.WITHDRAWN, PostState.CANCELLED, PostState.EXPIRED, PostState.REJECTED)


def perhaps_there(case: Case) -> bool:
    """Whether its network may have it although no row says so."""
    post, at_rest = case.post, case.post.state in (*OVER, PostState.PLANNED)
    known = post.handed_digest is not None or not post.text.strip()
    return at_rest and not known and any(map(is_lost, case.tries))


def next_late_look(case: Case) -> datetime | None:
    """When a pass looks for it again, at the earliest; None: never by itself."""
    return min((late_look_at(each) for each in case.tries if is_looked_for(each)), default=None)


def looked_for_until(case: Case) -> datetime | None:
    """When the passes look for it for the last time; None: they do not."""
    return max((last_look_at(each) for each in case.tries if is_looked_for(each)), default=None)


def look_again(shift: Shift, tally: Tally, case: Case) -> Case:
    """Look for it right now; what shows is on record then, and nothing is sent or deleted."""
    network = network_of(shift, case)
    with shift.store.reading() as session:
        since = went_out_since(session, shift, case.post.id) - MARGIN
    try:
        receipts = search(network, case.post.text, since)
    finally:
        book(shift)
    with shift.store.session(patient=True) as session:
        post = locked(session, case)
        if post is None:
            raise changed_meanwhile(case)
        lost = [each for each in attempts_of(session, post.id) if is_lost(each)]
        take_on_record(session, shift, tally, post, lost, receipts)
    return again(shift, case)


def was_nowhere(before: Case, after: Case) -> bool:
    """Whether it was looked for, and nothing of it was found."""
    lost = [sum(map(is_lost, case.tries)) for case in (before, after)]
    same = before.post.state is after.post.state and after.post.handed_digest is None
    return perhaps_there(before) and same and lost[0] == lost[1]
