"""Somebody at the keyboard while all this goes on: moves posts and calls some off.

What is asked is what the commands ask, under the same locks; the checker is told through the log.
"""

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
REST = 0.05, 0.25
LATER = 5, 25  # minutes
PATIENCE = 2.0  # seconds
_STILL_OURS = (PostState.PLANNED, PostState.SCHEDULED)


def change_minds(cell: Cell, stage: Stage, clock: Clock, log: Log, chance: Random) -> None:
    """Move one post, call another off, and so on; each third post is left alone. Then go home."""
    store = open_store(stage.database)
    numbers = list(range(1, cell.posts + 1))
    chance.shuffle(numbers)
    for number in numbers:
        time.sleep(chance.uniform(*REST))
        _wait_until_held(store, number)
        if number % 3 == 0:
            _move(store, stage, number, clock, log, chance)
        elif number % 3 == 1 and number % 2:
            _call_off(store, number, log)


def _wait_until_held(store: Store, number: int) -> None:
    """What the platform holds is hardest to change; but not every post gets there."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        with store.reading() as session:
            state = session.exec(select(Post.state).where(Post.number == number)).one()
        if state not in (PostState.PLANNED, PostState.CLAIMED, PostState.SENDING):
            return
        time.sleep(0.05)


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
    at = (post.due_at + timedelta(minutes=chance.randint(*LATER))).replace(second=0, microsecond=0)
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
