"""A process may die at any point of a leaving: nothing half-done is taken for done.

On each database: at every named point of the way of a removal, and anywhere; fifty deaths in
`make soak`, half of them in `make test`, where most of those anywhere are left out.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from random import Random

from sqlmodel import select

from orchestrator.handover import attend
from orchestrator.leaving import away, decision
from orchestrator.model import Consent
from orchestrator.removal import remove
from orchestrator.settle import settle
from orchestrator.shift import Shift, Tally
from orchestrator.store import open_store
from orchestrator.vocabulary import PostState, TandemState
from tests.conftest import SOAK, on_both
from tests.leaving.conftest import Leaving
from tests.leaving.kills import BEGINS, At, Reached, killed_at
from tests.publishing.conftest import NOON

DOWN = [At(point, turn) for point in ("removing", "deleted", "removed") for turn in (1, 2)]
BACK = [At("recalling"), At("recalled")]
# Only what was just being done may have to be done again.
OPEN = (PostState.PLANNED, PostState.CLAIMED, PostState.SENDING, PostState.SCHEDULED)


def withdraw(shift: Shift, tandem_id: int) -> None:
    with shift.store.session(patient=True) as session:
        decision.withdraw(session, tandem_id, shift.now, "heike")
    away.bring(shift, Tally(), tandem_id, lambda _seconds: None)


def close(shift: Shift, tandem_id: int) -> None:
    with shift.store.session(patient=True) as session:
        decision.close(session, tandem_id, shift.now, "heike", "other", posts_down=True)
    away.bring(shift, Tally(), tandem_id, lambda _seconds: None)


def expire(shift: Shift, _tandem_id: int) -> None:
    for step in (settle, attend, remove):
        step(shift, Tally())


@dataclass(frozen=True)
class Story:
    """How a tandem leaves, where that dies, and how often anywhere else."""

    leave: Callable[[Shift, int], None]
    points: list[At]
    anywhere: int


STORIES = (
    Story(withdraw, [*DOWN, *BACK], 12 if SOAK else 1),
    Story(close, [*DOWN, *BACK], 7 if SOAK else 1),
    Story(expire, DOWN, 9 if SOAK else 1),
)


def deaths(story: Story, chance: Random) -> Iterator[At | float]:
    yield from story.points
    for _death in range(story.anywhere):
        yield chance.uniform(0.01, 0.15)


@on_both
def test_a_death_at_any_point_costs_a_repetition(leaving: Leaving, database_url: str) -> None:
    """Whatever is said to be gone is gone; who left has left as a whole, or not at all."""
    numbers, chance, half = count(1), Random(5), 0
    leaving.store.engine.dispose()
    killed = 0
    for story in STORIES:
        for death in deaths(story, chance):
            leaving.clock.at = leaving.machine.at = NOON
            tandem_id = _died(leaving, database_url, story, numbers, death)
            half += _judge_half(leaving, tandem_id, story)
            killed += 1
            leaving.clock.advance(timedelta(minutes=16))  # a pass tries again after a while
            story.leave(leaving.shift(), tandem_id)
            _judge_whole(leaving, tandem_id, story)
    assert killed == (50 if SOAK else 25)
    assert half >= 18  # the named points alone


def _died(
    leaving: Leaving, url: str, story: Story, numbers: Iterator[int], death: At | float
) -> int:
    """A tandem in whose leaving a process died; sooner, where one was through before that."""

    def leave(reached: Reached) -> None:
        store = open_store(url)
        reached(BEGINS)
        story.leave(replace(leaving.shift(), store=store, reached=reached), tandem_id)

    for _try in range(20):
        ends_on = date(2026, 11, 23) if story.leave is expire else None
        tandem_id = leaving.family(f"tandem-{next(numbers)}", ends_on)
        if killed_at(death, leave):
            return tandem_id
        assert not isinstance(death, At), f"nobody came to {death}"
        death /= 2
    raise AssertionError("nobody died")


def _judge_half(leaving: Leaving, tandem_id: int, story: Story) -> bool:
    """Whether the networks had lost some of it, or it was decided and they had all of it."""
    row, posts, there = leaving.row(tandem_id), leaving.of(tandem_id), leaving.there(tandem_id)
    for post in posts:
        if post.state is PostState.WITHDRAWN:
            assert post.remote_id not in there
        if post.state is PostState.CANCELLED and post.handed_digest is None:
            assert post.remote_id is None
    midst = len(there) in (1, 2) or any(post.removal_at for post in posts)
    if story.leave is expire:
        return midst
    with leaving.store.reading() as session:
        given = session.exec(select(Consent).where(Consent.tandem_id == tandem_id)).all()
    if row.state is TandemState.ACTIVE:
        assert len(there) == 3
        assert sum(post.approved_digest == post.digest for post in posts) == 4
        assert all(each.withdrawn_at is None for each in given)
    else:
        assert not any(post.approved_digest for post in posts if post.state in OPEN)
        withdrawn = row.state is TandemState.WITHDRAWN
        assert all((each.withdrawn_at is not None) == withdrawn for each in given)
    return midst


def _judge_whole(leaving: Leaving, tandem_id: int, story: Story) -> None:
    states = sorted(post.state.value for post in leaving.of(tandem_id))
    assert leaving.there(tandem_id) == []
    if story.leave is expire:
        assert states.count("withdrawn") == 2
    else:
        assert states == ["cancelled", "cancelled", "withdrawn", "withdrawn"]
        assert away.standing(leaving.shift(), tandem_id) == []
