"""Designs that must be convicted: they show that the harness can fail.

``naive`` is what most schedulers do: an error, or a lease that ran out, and the post is sent
again. ``late intent`` is our own design with one step in the wrong order: the try is written down
after the call.
"""

from sqlmodel import col, func, select, update

from orchestrator.model import Attempt, Post
from orchestrator.ports import Draft, Receipt, Trouble
from orchestrator.shift import Shift, Tally
from orchestrator.vocabulary import Outcome, PostState
from orchestrator.worker import is_dead


def naive(shift: Shift, _tally: Tally) -> None:
    """Claim, note the try, send; on any error the post waits for the next try."""
    for post_id in _take_over_and_choose(shift):
        if not _claimed(shift, post_id, PostState.SENDING):
            continue
        _note(shift, post_id)
        _send(shift, post_id)


def late_intent(shift: Shift, _tally: Tally) -> None:
    """Claim, send, and only then write down that it was tried."""
    for post_id in _take_over_and_choose(shift):
        if _claimed(shift, post_id, PostState.CLAIMED):
            _send(shift, post_id)
            _note(shift, post_id)


DESIGNS = {"naive": naive, "late intent": late_intent}


def _take_over_and_choose(shift: Shift) -> list[int]:
    with shift.store.session() as session:
        open_states = [PostState.CLAIMED, PostState.SENDING]
        for post in session.exec(select(Post).where(col(Post.state).in_(open_states))).all():
            if is_dead(post.claimed_by or ""):
                post.state = PostState.PLANNED
        session.flush()
        due = select(Post.id).where(Post.state == PostState.PLANNED, Post.due_at <= shift.now)
        return list(session.exec(due.order_by(col(Post.due_at))).all())


def _claimed(shift: Shift, post_id: int, state: PostState) -> bool:
    with shift.store.session() as session:
        claim = update(Post).where(col(Post.id) == post_id, col(Post.state) == PostState.PLANNED)
        taken = session.exec(claim.values(state=state, claimed_by=shift.worker)).rowcount == 1
    shift.reached("claimed")
    return taken


def _note(shift: Shift, post_id: int) -> None:
    with shift.store.session() as session:
        count = select(func.count()).select_from(Attempt).where(Attempt.post_id == post_id)
        number = session.exec(count).one() + 1
        session.add(Attempt(post_id=post_id, number=number, digest="", sent_at=shift.now))
    shift.reached("intended")


def _send(shift: Shift, post_id: int) -> None:
    with shift.store.reading() as session:
        post = session.get_one(Post, post_id)
    shift.reached("calling")
    try:
        receipt = shift.networks[post.network].publish(Draft(post.text))
    except Trouble:
        _write(shift, post_id, None)
        return
    shift.reached("answered")
    _write(shift, post_id, receipt)
    shift.reached("concluded")


def _write(shift: Shift, post_id: int, receipt: Receipt | None) -> None:
    with shift.store.session(patient=True) as session:
        post = session.get_one(Post, post_id)
        post.state = PostState.PUBLISHED if receipt else PostState.PLANNED
        if receipt:
            post.remote_id = receipt.remote_id
            latest = select(Attempt).where(Attempt.post_id == post_id)
            for attempt in session.exec(latest).all():
                attempt.outcome = Outcome.DONE
