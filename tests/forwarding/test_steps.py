"""Who is told next, and when: a rule over plain values."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.forwarding.path import ARROWS, ENDS, WAY, ask_on, asked_next, may_follow
from orchestrator.forwarding.steps import (
    ORDER,
    PATIENCE,
    Next,
    Taken,
    again_at,
    may_be_due,
    next_step,
)
from orchestrator.vocabulary import Delivery, OfferState, Step
from tests.campaign_rows import NOON

ALL = frozenset(Step)
HOUR = timedelta(hours=1)


def sent(step: Step, at: datetime = NOON, **changes: object) -> Taken:
    values = {"state": Delivery.SENT, "made_at": at, "sent_at": at} | changes
    return Taken(step, **values)  # type: ignore[arg-type]


def test_each_has_a_day_to_confirm() -> None:
    """Volunteer, volunteer again, backup contact, partner; then nobody is left."""
    taken = [sent(Step.FORWARD)]
    for number, step in enumerate(ORDER[1:], 1):
        due = NOON + number * PATIENCE
        assert next_step(taken, ALL) == Next(step, due)
        assert not may_be_due(taken, due - HOUR)
        assert may_be_due(taken, due)
        taken.append(sent(step, due))
    assert next_step(taken, ALL) is None


def test_a_receipt_ends_it() -> None:
    """Whoever of them said so."""
    taken = [sent(Step.FORWARD, received_at=NOON), sent(Step.REMINDER)]
    assert next_step(taken, ALL) is None
    assert not may_be_due(taken, NOON + 10 * PATIENCE)


def test_nothing_is_begun_by_itself() -> None:
    assert next_step([], ALL) is None


def test_nobody_is_left_out_but_whom_nobody_can_reach() -> None:
    """Without a backup contact the partner follows; away, the volunteer is not reminded."""
    taken = [sent(Step.FORWARD)]
    assert next_step(taken, {Step.PARTNER}) == Next(Step.PARTNER, NOON + PATIENCE)
    assert next_step(taken, {Step.FORWARD}) is None


def test_what_cannot_arrive_is_not_waited_for() -> None:
    """A refused address is not reminded: the next one is told at once."""
    refused = sent(Step.FORWARD, state=Delivery.FAILED, sent_at=None)
    assert next_step([refused], ALL) == Next(Step.BACKUP, NOON)
    assert may_be_due([refused], NOON)


def test_what_is_tried_again_keeps_its_day() -> None:
    """A server that is away for an hour costs no step; after a day somebody else is told."""
    waiting = sent(Step.FORWARD, state=Delivery.FAILED, sent_at=None, not_before=NOON + HOUR)
    assert waiting.is_waiting
    assert not may_be_due([waiting], NOON)
    assert may_be_due([waiting], NOON + HOUR)
    assert next_step([waiting], ALL) == Next(Step.BACKUP, NOON + PATIENCE)
    assert next_step([waiting], {Step.FORWARD, Step.REMINDER}) is None


@pytest.mark.parametrize("state", [each for each in Delivery if each is not Delivery.SENT])
def test_only_who_has_it_for_certain_is_reminded(state: Delivery) -> None:
    """Else it were a second copy, or a reminder of what never came."""
    last = sent(Step.FORWARD, state=state, sent_at=None)
    following = next_step([last], ALL)
    assert following is not None
    assert following.step is Step.BACKUP


@given(st.integers(1, 50))
def test_tries_come_ever_more_slowly(attempts: int) -> None:
    assert again_at(attempts, NOON) <= again_at(attempts + 1, NOON) <= NOON + 3 * HOUR


@given(st.permutations(list(Step)), st.sets(st.sampled_from(list(Step))))
def test_no_step_is_taken_twice(order: list[Step], possible: set[Step]) -> None:
    """Whatever was done in whatever order: what follows is new, and behind all that was done."""
    for count in range(1, len(order) + 1):
        taken = [sent(each) for each in order[:count]]
        following = next_step(taken, possible)
        furthest = max(ORDER.index(each) for each in order[:count])
        assert following is None or (
            following.step in possible and ORDER.index(following.step) > furthest
        )


def test_the_way_of_an_offer_is_whole() -> None:
    """Every state has its arrows; from any that is no end every end can be reached."""
    assert set(ARROWS) == set(OfferState) == set(WAY) | set(ENDS)
    for state in WAY:
        assert set(ENDS) <= ARROWS[state]
        assert state not in ARROWS[state]


@pytest.mark.parametrize(
    ("before", "after", "fits"),
    [
        (OfferState.FORWARDED, OfferState.STARTED, True),
        (OfferState.STARTED, OfferState.KEPT_4W, True),
        (OfferState.STARTED, OfferState.KEPT_6M, True),
        (OfferState.KEPT_4W, OfferState.KEPT_6M, True),
        (OfferState.OFFER, OfferState.KEPT_4W, False),
        (OfferState.STARTED, OfferState.TRIAL, False),
        (OfferState.NO_FIT, OfferState.STARTED, False),
    ],
)
def test_going_back_is_a_correction(before: OfferState, after: OfferState, fits: bool) -> None:
    assert may_follow(before, after) is fits


def test_people_are_asked_after_four_weeks_and_six_months() -> None:
    began = NOON.date()
    assert asked_next(OfferState.STARTED) is OfferState.KEPT_4W
    assert asked_next(OfferState.KEPT_4W) is OfferState.KEPT_6M
    assert asked_next(OfferState.KEPT_6M) is None
    assert ask_on(began, OfferState.KEPT_4W) == began + timedelta(days=28)
    assert ask_on(began, OfferState.KEPT_6M) == began + timedelta(days=182)
