"""Published posts that are kept out of sight, and that are seen again once nothing is against it.

Nobody commands it: the stops say what is to be hidden, and what has to come down is hidden for as
long as its network does not delete it. Every pass brings the networks into line. What one shows is
read back, and only then written down. A crash between any two steps costs a repetition; whatever
somebody decides meanwhile is seen to by the one who was on the way.
"""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import timedelta

from sqlmodel import Session, col, select

from orchestrator.bill import book
from orchestrator.decide.unclear import look_for
from orchestrator.due import recover
from orchestrator.ending import until_of
from orchestrator.hiding.sight import Sight, see_to
from orchestrator.hiding.wanted import Wanted, amiss
from orchestrator.i18n import _
from orchestrator.model import Post
from orchestrator.pause import covered, pauses
from orchestrator.shift import Shift, Tally
from orchestrator.vocabulary import PostState
from orchestrator.worker import is_dead

# A pass tries again only after a while: a network that refuses today is not asked every minute.
_PAUSE = timedelta(minutes=15)
# A network that does not answer must not keep a person waiting for each of many posts.
_PATIENCE = timedelta(minutes=2)
# A send that has begun ends within this time, or its worker is dead.
_FLIGHT = timedelta(seconds=30)
_BLINK = 0.25
# What somebody decides while we are on the way is seen to in the next round.
_ROUNDS = 3


def hide(shift: Shift, tally: Tally, tandems: Collection[int] | None = None) -> None:
    """Hide what must not be seen, show again what may be; what fails is tried again.

    ``tandems``: only theirs.
    """
    for _round in range(_ROUNDS):
        due = [each for each in _wanted(shift) if not _was_tried(shift, each.post)]
        due = [each for each in due if tandems is None or each.post.tandem_id in tandems]
        if not due:
            return
        see_to(shift, tally, due, Sight())


def hide_at_once(shift: Shift, tally: Tally, wait: Callable[[float], object] = time.sleep) -> Sight:
    """What the stops want of it, while a person waits, who is told what became of every post.

    What is in flight is waited for (``wait`` lets seconds pass), and what was sent without an
    answer is looked for: neither must stay in sight.
    """
    end, sight = shift.machine.now() + _PATIENCE, Sight()
    shift = replace(shift, stopped=lambda: shift.machine.now() >= end)
    try:
        see_to(shift, tally, _by_stops(shift), sight)
        _let_land(shift, wait)
        recover(shift)
        look_for(shift, tally, _unclear(shift))
        for _round in range(_ROUNDS):
            fresh = [each for each in _by_stops(shift) if not _is_told(sight, each)]
            see_to(shift, tally, fresh, sight)
    finally:
        book(shift)
    for post in _unclear(shift):
        sight.not_hidden[post.id] = _("nobody knows yet whether it is live; it is looked for")
    return sight


def is_needed(shift: Shift) -> bool:
    """Whether any post has to go out of sight or to come back, or soon will; asks no network."""
    return bool(_by_stops(shift) or _unanswered(shift))


def _wanted(shift: Shift) -> list[Wanted]:
    with shift.store.reading() as session:
        return amiss(session, shift.campaign_id, until_of(shift.settings.campaign, shift.now))


def _by_stops(shift: Shift) -> list[Wanted]:
    """Without what only has to come down: that is another command's answer."""
    return [each for each in _wanted(shift) if each.why is None]


def _was_tried(shift: Shift, post: Post) -> bool:
    at = shift.world.unseen_to.get(post.id)
    return at is not None and shift.now - at < _PAUSE


def _is_told(sight: Sight, each: Wanted) -> bool:
    missed = sight.not_hidden if each.hidden else sight.not_shown
    return each.post.id in {*missed, *sight.gone} or (each.hidden and each.post.id in sight.unable)


def _unanswered(shift: Shift) -> Sequence[Post]:
    """Posts that are to be hidden when they are out, and that may be live any moment, or are."""
    with shift.store.reading() as session:
        return _without_answer(session, shift)


def _without_answer(session: Session, shift: Shift) -> Sequence[Post]:
    veiled = covered(row for row in pauses(session, shift.campaign_id) if row.hide)
    return session.exec(
        select(Post)
        .where(
            Post.campaign_id == shift.campaign_id,
            col(Post.state).in_((PostState.SENDING, PostState.UNKNOWN)),
            # What a network was given ahead of its time is called back, not hidden.
            Post.due_at <= shift.now,
            veiled,
        )
        .order_by(col(Post.id))
    ).all()


def _unclear(shift: Shift) -> list[Post]:
    return [post for post in _unanswered(shift) if post.state is PostState.UNKNOWN]


def _flying(shift: Shift) -> bool:
    """Whether a living worker is sending any of them now."""
    sending = [post for post in _unanswered(shift) if post.state is PostState.SENDING]
    return any(not is_dead(post.claimed_by or "") for post in sending)


def _let_land(shift: Shift, wait: Callable[[float], object]) -> None:
    deadline = shift.machine.now() + _FLIGHT
    while _flying(shift) and shift.machine.now() < deadline:
        wait(_BLINK)
