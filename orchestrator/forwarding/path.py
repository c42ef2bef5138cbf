"""The way of an offer as data: which state may follow which, and when people are asked again. Pure.

Whoever tells us tells late: so a state may be left out, and any end may follow any state. Going
back is a correction.
"""

from datetime import date, timedelta

from orchestrator.vocabulary import OfferState as State

# The way on, and the ends at which it may stop.
WAY = (
    State.NEW,
    State.CHECKED,
    State.FORWARDED,
    State.RECEIVED,
    State.CONTACTED,
    State.TRIAL,
    State.OFFER,
    State.PERMIT_PENDING,
    State.STARTED,
    State.KEPT_4W,
    State.KEPT_6M,
)
ENDS = (
    State.NO_FIT,
    State.FILLED,
    State.DECLINED,
    State.PERMIT_REFUSED,
    State.UNSAFE,
    State.WITHDRAWN,
)
# Whoever works has started: these two can be reached from there only.
_AFTER_START = {State.KEPT_4W: (State.STARTED,), State.KEPT_6M: (State.STARTED, State.KEPT_4W)}
ARROWS: dict[State, frozenset[State]] = {
    here: frozenset(
        each
        for each in (*WAY[number + 1 :], *ENDS)
        if each not in _AFTER_START or here in _AFTER_START[each]
    )
    for number, here in enumerate(WAY)
} | {end: frozenset() for end in ENDS}
# Somebody still waits for a word: nobody has confirmed that it reached the tandem.
UNDER_WAY = frozenset({State.NEW, State.CHECKED, State.FORWARDED})
# So long after the start people are asked whether the work goes on.
ASKED_AFTER = {State.KEPT_4W: timedelta(weeks=4), State.KEPT_6M: timedelta(days=182)}
# The question that stands after each of these states.
_ASKED_NEXT = {State.STARTED: State.KEPT_4W, State.KEPT_4W: State.KEPT_6M}


def may_follow(state: State, new: State) -> bool:
    """Whether ``new`` is the way on from ``state``, and no correction."""
    return new in ARROWS[state]


def asked_next(state: State) -> State | None:
    """What people are asked about next once an offer stands at ``state``; None: nothing more."""
    return _ASKED_NEXT.get(state)


def ask_on(start: date, what: State) -> date:
    """The day on which to ask whether ``what`` is reached, for work that began on ``start``."""
    return start + ASKED_AFTER[what]
