"""Somebody at the keyboard while all this goes on: moves posts and calls some off.

What is asked is what the commands ask, under the same locks; the checker is told through the log.
"""

import signal
import time
from datetime import timedelta
from random import Random

from sqlmodel import col, select

from orchestrator.approve import cancel
from orchestrator.errors import UsageProblem
from orchestrator.model import Campaign, Post
from orchestrator.moving import move
from orchestrator.store import Store, open_store
from orchestrator.vocabulary import PostState
from schedules.clock import Clock
from tests.reliability.cell import Cell
from tests.reliability.log import Log
from tests.reliability.stage import CAMPAIGN, Stage

CALLED_OFF = "called off"
REST = 0.01, 0.04
LATER = 30, 90  # minutes
# Nearer than this the platform moves nothing, and it is recalled instead; a busy machine makes the
# campaign's time fly between two passes.
SOONEST = timedelta(minutes=15)
# Of the changes, so many hit a post that the platform does not hold yet, or no longer.
SHARE_EARLY = 0.1
_STILL_OURS = (PostState.PLANNED, PostState.SCHEDULED)


def change_minds(cell: Cell, stage: Stage, clock: Clock, log: Log, chance: Random) -> None:
    """Move one post, call another off, and so on; half of the posts are left alone.

    What the platform holds is hardest to change, so mostly that is. Goes home at SIGTERM, after
    having ended what is in hand: nothing is changed of which the checker is not told.
    """
    sent_home: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: sent_home.append(number))
    store = open_store(stage.database)
    left = {number for number in range(1, cell.posts + 1) if number % 3 == 0 or number % 6 == 1}
    while left and not sent_home:
        time.sleep(chance.uniform(*REST))
        early = chance.random() < SHARE_EARLY
        if choice := sorted(left if early else left & _held(store)):
            number = chance.choice(choice)
            left.remove(number)
            if number % 3:
                _call_off(store, number, log)
            else:
                _move(store, stage, number, clock, log, chance)


def _held(store: Store) -> set[int]:
    with store.reading() as session:
        held = select(Post.number).where(Post.state == PostState.SCHEDULED)
        return set(session.exec(held).all())


def _move(
    store: Store,
    stage: Stage,
    number: int,
    clock: Clock,
    log: Log,
    chance: Random,
) -> None:
    with store.reading() as session:
        post = session.exec(select(Post).where(Post.number == number)).one()
    earliest = max(post.due_at, clock.now() + SOONEST)
    at = (earliest + timedelta(minutes=chance.randint(*LATER))).replace(second=0, microsecond=0)
    try:
        move(store, stage.settings, CAMPAIGN, post.id, at, clock.now(), "person", dry_run=False)
    except UsageProblem:
        return  # it was too late, or the database was busy: a person lets it be
    log.write("person", f"moved {number}")


def _call_off(store: Store, number: int, log: Log) -> None:
    try:
        called_off = _cancelled(store, number)
    except UsageProblem:
        return  # the disk was full, or the database busy
    if called_off:
        log.write(CALLED_OFF, str(number))


def _cancelled(store: Store, number: int) -> bool:
    with store.session(patient=True) as session:
        session.get_one(Campaign, CAMPAIGN, with_for_update={"key_share": True})
        ours = select(Post).where(Post.number == number, col(Post.state).in_(_STILL_OURS))
        post = session.exec(ours.with_for_update()).one_or_none()
        if post is not None:
            cancel(post, "a person called it off")
        return post is not None
