"""What must not go out any more comes back from the networks at once, not with the next pass.

Whatever they do not confirm now is tried again by every pass.
"""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import timedelta

from sqlmodel import col, select

from orchestrator.decide.case import Case, case_of
from orchestrator.handover import attend, unconfirmed
from orchestrator.model import Post, Tandem
from orchestrator.pause import pauses, stops
from orchestrator.shift import Shift, Tally
from orchestrator.vocabulary import PostState
from orchestrator.worker import is_dead

# A hand-over that has begun ends within this time, or its worker is dead.
_FLIGHT = timedelta(seconds=30)
# A network that does not answer must not keep a person waiting for each of many posts.
_PATIENCE = timedelta(minutes=2)
_BLINK = 0.25


@dataclass(frozen=True)
class Recall:
    """What became of the posts that had to come back, or to move: ``back``, ``moved``,
    ``out`` (live, the network was quicker), ``left`` (not confirmed yet).
    """

    back: list[Case] = field(default_factory=list)
    moved: list[Case] = field(default_factory=list)
    out: list[Case] = field(default_factory=list)
    left: list[Case] = field(default_factory=list)


def is_needed(shift: Shift) -> bool:
    """Whether a network holds, or is being given, what must not go out so; asks no network."""
    return bool(unconfirmed(shift) or _in_flight(shift))


def call_back(shift: Shift, tally: Tally, wait: Callable[[float], object] = time.sleep) -> Recall:
    """Bring what the networks hold into line with what was just decided.

    Hand-overs that are in flight are waited for (``wait`` lets seconds pass): they come back too.
    """
    end = shift.machine.now() + _PATIENCE
    shift = replace(shift, stopped=lambda: shift.machine.now() >= end)
    wanted = set(unconfirmed(shift))
    attend(shift, tally, wanted)
    landed = _landed(shift, wait)
    if landed:
        late = set(unconfirmed(shift, landed))
        attend(shift, tally, late)
        wanted |= late
    return _sorted(shift, wanted)


def _landed(shift: Shift, wait: Callable[[float], object]) -> set[int]:
    """The posts whose hand-over was in flight at this moment, when it has ended."""
    flying = begun = _in_flight(shift)
    deadline = shift.machine.now() + _FLIGHT
    while flying and shift.machine.now() < deadline:
        wait(_BLINK)
        flying = _in_flight(shift)
    return begun - flying


def _in_flight(shift: Shift) -> set[int]:
    """Posts that are being handed over now by a living worker, and may not go out."""
    with shift.store.reading() as session:
        stopped = pauses(session, shift.campaign_id)
        rows = session.exec(
            select(Post, Tandem.slug)
            .join(Tandem, col(Post.tandem_id) == Tandem.id)
            .where(
                Post.campaign_id == shift.campaign_id,
                Post.state == PostState.SENDING,
                Post.due_at > shift.now,
            )
        ).all()
    return {
        post.id
        for post, slug in rows
        if (stops(stopped, post, slug) or post.approved_digest != post.digest)
        and not is_dead(post.claimed_by or "")
    }


def _sorted(shift: Shift, posts: Collection[int]) -> Recall:
    left, recall = set(unconfirmed(shift, posts)), Recall()
    for post_id in sorted(posts):
        case = case_of(shift.store, shift.campaign_id, post_id)
        if post_id in left:
            recall.left.append(case)
        elif case.post.state is PostState.PUBLISHED:
            recall.out.append(case)
        else:
            (recall.moved if case.post.handed_digest else recall.back).append(case)
    return recall
