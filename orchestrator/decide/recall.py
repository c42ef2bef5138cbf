"""What must not go out any more comes back from the networks at once, not with the next pass.

Whatever they do not confirm now is tried again by every pass.
"""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import timedelta

from sqlmodel import col, select

from orchestrator.bill import book
from orchestrator.decide.case import Case, case_of
from orchestrator.decide.unclear import look_for
from orchestrator.due import recover
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
    return bool(unconfirmed(shift) or _in_flight(shift) or _lost(shift))


def call_back(shift: Shift, tally: Tally, wait: Callable[[float], object] = time.sleep) -> Recall:
    """Bring what the networks hold into line with what was just decided.

    Hand-overs that are in flight are waited for (``wait`` lets seconds pass): they come back too.
    Those whose answer was lost are looked for, and count as held until they are found or the
    passes have proved that they are nowhere.
    """
    end = shift.machine.now() + _PATIENCE
    shift = replace(shift, stopped=lambda: shift.machine.now() >= end)
    try:
        wanted = _bring(shift, tally, None)
        if landed := _landed(shift, wait):
            wanted |= _bring(shift, tally, landed)
    finally:
        book(shift)
    return _sorted(shift, wanted)


def _bring(shift: Shift, tally: Tally, posts: Collection[int] | None) -> set[int]:
    """Call these posts back (None: all); which of them were held, or may be."""
    lost = _looked_for(shift, tally, posts)
    wanted = set(unconfirmed(shift, posts))
    attend(shift, tally, wanted)
    return wanted | lost


def _looked_for(shift: Shift, tally: Tally, posts: Collection[int] | None) -> set[int]:
    """Look at once for what was handed over without an answer; what may still go out of it."""
    if not _lost(shift):
        return set()
    recover(shift)
    lost = {post_id for post_id in _lost(shift) if posts is None or post_id in posts}
    look_for(shift, tally, [_case(shift, post_id).post for post_id in sorted(lost)])
    unclear_or_live = (PostState.UNKNOWN, PostState.PUBLISHED)
    return {each for each in lost if _case(shift, each).post.state in unclear_or_live}


def _case(shift: Shift, post_id: int) -> Case:
    return case_of(shift.store, shift.campaign_id, post_id)


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
    return {post.id for post in _unwanted(shift) if not _is_lost(post)}


def _lost(shift: Shift) -> set[int]:
    """Posts that may not go out, and of which nobody knows whether a network was given them."""
    return {post.id for post in _unwanted(shift) if _is_lost(post)}


def _is_lost(post: Post) -> bool:
    return post.state is PostState.UNKNOWN or is_dead(post.claimed_by or "")


def _unwanted(shift: Shift) -> list[Post]:
    """Posts sent before their time, so handed over, that have no answer and may not go out."""
    with shift.store.reading() as session:
        stopped = pauses(session, shift.campaign_id)
        rows = session.exec(
            select(Post, Tandem.slug)
            .join(Tandem, col(Post.tandem_id) == Tandem.id)
            .where(
                Post.campaign_id == shift.campaign_id,
                col(Post.state).in_((PostState.SENDING, PostState.UNKNOWN)),
                Post.due_at > shift.now,
            )
        ).all()
    return [
        post
        for post, slug in rows
        if stops(stopped, post, slug) or post.approved_digest != post.digest
    ]


def _sorted(shift: Shift, posts: Collection[int]) -> Recall:
    left, recall = {*unconfirmed(shift, posts), *_lost(shift)}, Recall()
    for post_id in sorted(posts):
        case = _case(shift, post_id)
        if post_id in left:
            recall.left.append(case)
        elif case.post.state is PostState.PUBLISHED:
            recall.out.append(case)
        else:
            (recall.moved if case.post.handed_digest else recall.back).append(case)
    return recall
