"""Which step comes next for an offer that was handed over, and when. Pure.

The volunteer, the volunteer again, the backup contact, the partner: a day for each to confirm. A
step that nobody can take is left out; one that was refused for good lets the next one follow at
once. A reminder says that they have it already, so it only follows what was certainly sent: of an
unclear mail it might be the second copy, and of one that never went out it would be untrue.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from orchestrator.vocabulary import Delivery, Step

PATIENCE = timedelta(hours=24)
ORDER = tuple(Step)
# How long to wait after each try that provably sent nothing; the last one counts on.
_BACKOFF = (5, 15, 60, 180)


@dataclass(frozen=True)
class Taken:
    """A step that was taken: how far it came, and when."""

    step: Step
    state: Delivery
    made_at: datetime
    sent_at: datetime | None = None
    received_at: datetime | None = None
    not_before: datetime | None = None

    @property
    def is_refused(self) -> bool:
        """Whether it will never arrive: nothing was sent, and nothing will be."""
        return self.state is Delivery.FAILED and self.not_before is None

    @property
    def is_waiting(self) -> bool:
        """Whether nothing was sent so far, and it is tried again."""
        return self.state is Delivery.FAILED and self.not_before is not None


@dataclass(frozen=True)
class Next:
    """A step to take, from ``due_at`` on."""

    step: Step
    due_at: datetime


def next_step(taken: Sequence[Taken], possible: Collection[Step]) -> Next | None:
    """What follows; None: it was confirmed, nobody handed it over yet, or nobody is left.

    ``possible``: the steps for which there is somebody to turn to now.
    """
    if not taken or any(each.received_at for each in taken):
        return None
    last = max(taken, key=lambda each: ORDER.index(each.step))
    for step in ORDER[ORDER.index(last.step) + 1 :]:
        if step not in possible:
            continue
        if step is Step.REMINDER and last.state is not Delivery.SENT:
            continue
        return Next(step, due_after(last))
    return None


def may_be_due(taken: Sequence[Taken], now: datetime) -> bool:
    """Whether there is anything to do now, whoever can be turned to."""
    if any(each.received_at for each in taken):
        return False
    last = max(taken, key=lambda each: ORDER.index(each.step))
    retry = last.not_before if last.is_waiting else None
    return due_after(last) <= now or (retry is not None and retry <= now)


def due_after(last: Taken) -> datetime:
    """Until when whoever got this step may take their time to confirm it."""
    if last.is_refused:
        return last.made_at
    return (last.sent_at or last.made_at) + PATIENCE


def again_at(attempts: int, now: datetime) -> datetime:
    """When a mail is tried again of which so many tries provably sent nothing."""
    minutes = _BACKOFF[min(max(attempts, 1), len(_BACKOFF)) - 1]
    return now + timedelta(minutes=minutes)
