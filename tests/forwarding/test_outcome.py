"""What came of an offer: the way on, ends, corrections, and whom to ask again."""

from datetime import date, timedelta

import pytest

from orchestrator.errors import UsageProblem
from orchestrator.forwarding.milestones import milestones
from orchestrator.forwarding.outcome import Noted, Word, note
from orchestrator.forwarding.standing import follow_ups, waits_too_long
from orchestrator.model import Reply
from orchestrator.today.alarms import offers_held_up
from orchestrator.today.offers import questions
from orchestrator.vocabulary import Label, OfferState, TandemState
from tests.campaign_rows import NOON
from tests.conftest import on_both
from tests.forwarding.conftest import House

TODAY = NOON.date()


def say(house: House, reply: int, state: OfferState, on: date | None = None, **word: bool) -> Noted:
    with house.rows.store.session() as session:
        row = session.get_one(Reply, reply)
        now = house.clock.now()
        return note(session, row, Word(state, on, **word), now, now.date(), "heike")


@on_both
def test_the_whole_way_is_kept(house: House) -> None:
    """Each change is a row with its day, and a line in the audit log."""
    reply = house.offer(house.tandem())
    house.hand(reply)
    began = TODAY - timedelta(days=2)
    say(house, reply, OfferState.CONTACTED)
    say(house, reply, OfferState.TRIAL)
    noted = say(house, reply, OfferState.STARTED, began)
    assert (noted.ask, noted.ask_on) == (OfferState.KEPT_4W, began + timedelta(days=28))
    house.wait(days=28)
    noted = say(house, reply, OfferState.KEPT_4W)
    assert (noted.ask, noted.ask_on) == (OfferState.KEPT_6M, began + timedelta(days=182))
    house.wait(days=180)
    assert say(house, reply, OfferState.KEPT_6M).ask is None
    assert house.states(reply) == [
        "forwarded", "contacted", "trial", "started", "kept_4w", "kept_6m",
    ]  # fmt: skip
    outcomes = [e.detail["becomes"] for e in house.rows.events(reply) if e.what == "outcome"]
    assert outcomes == house.states(reply)


def test_the_same_said_twice_changes_nothing(house: House) -> None:
    reply = house.offer(house.tandem())
    assert say(house, reply, OfferState.CONTACTED).changed
    assert not say(house, reply, OfferState.CONTACTED).changed
    assert house.states(reply) == ["contacted"]


def test_a_wrong_way_is_refused_with_what_may_follow(house: House) -> None:
    reply = house.offer(house.tandem(), status="filled")
    with pytest.raises(UsageProblem) as refused:
        say(house, reply, OfferState.TRIAL)
    assert "--correct" in refused.value.remedy
    assert say(house, reply, OfferState.TRIAL, correct=True).changed
    with pytest.raises(UsageProblem, match="does not follow") as refused:
        say(house, reply, OfferState.CONTACTED)
    assert "permit_pending" in refused.value.remedy


def test_a_beginning_needs_its_day_and_may_be_corrected(house: House) -> None:
    reply = house.offer(house.tandem())
    with pytest.raises(UsageProblem) as refused:
        say(house, reply, OfferState.STARTED)
    assert "--on" in refused.value.remedy
    with pytest.raises(UsageProblem, match="yet to come"):
        say(house, reply, OfferState.STARTED, TODAY + timedelta(days=1))
    say(house, reply, OfferState.STARTED, TODAY)
    noted = say(house, reply, OfferState.STARTED, TODAY - timedelta(days=7))
    assert noted.ask_on == TODAY + timedelta(days=21)


def test_nobody_is_kept_before_they_began_or_too_early(house: House) -> None:
    reply = house.offer(house.tandem(), status="offer")
    with pytest.raises(UsageProblem) as refused:
        say(house, reply, OfferState.KEPT_4W)
    assert "started --on" in refused.value.remedy
    say(house, reply, OfferState.STARTED, TODAY)
    house.wait(days=27)
    with pytest.raises(UsageProblem, match="Dec 22, 2026"):
        say(house, reply, OfferState.KEPT_4W)
    house.wait(days=1)
    assert say(house, reply, OfferState.KEPT_4W).changed


def test_what_turns_out_to_be_unsafe_is_told_to_whoever_has_it(house: House) -> None:
    waiting, handed = house.offer(house.tandem()), house.offer(house.tandem("zweites"))
    house.hand(handed)
    assert not say(house, waiting, OfferState.UNSAFE).tell
    assert say(house, handed, OfferState.UNSAFE).tell


@pytest.mark.parametrize("changes", [{"label": Label.QUESTION}, {"duplicate_of": 1}])
def test_only_of_offers_and_tips(house: House, changes: dict[str, object]) -> None:
    house.offer(house.tandem())
    reply = house.offer(None, **changes)
    with pytest.raises(UsageProblem):
        say(house, reply, OfferState.CONTACTED)


@on_both
def test_people_at_work_are_asked_in_time(house: House) -> None:
    """Four weeks after the day that was said last, then after half a year; a week ahead."""
    reply = house.offer(house.tandem())
    say(house, reply, OfferState.STARTED, TODAY - timedelta(days=5))
    say(house, reply, OfferState.STARTED, TODAY)

    def asked(days: int) -> list[tuple[str, bool]]:
        with house.rows.store.reading() as session:
            found = questions(session, house.rows.id, TODAY + timedelta(days=days))
        return [(each["ask"], each["due"]) for each in found]

    assert [asked(20), asked(21), asked(28)] == [[], [("kept_4w", False)], [("kept_4w", True)]]
    assert asked(300) == [("kept_4w", True)]
    house.wait(days=28)
    say(house, reply, OfferState.KEPT_4W)
    assert [asked(29), asked(182)] == [[], [("kept_6m", True)]]
    house.wait(days=20)
    say(house, reply, OfferState.NO_FIT)
    with house.rows.store.reading() as session:
        assert follow_ups(session, house.rows.id, TODAY + timedelta(days=400)) == []


@pytest.mark.parametrize(
    ("changes", "late"),
    [
        ({}, True),
        ({"status": "new"}, True),
        ({"received_at": NOON - timedelta(hours=24)}, False),
        ({"status": "forwarded"}, False),
        ({"status": "declined"}, False),
        ({"label": Label.TIP}, False),
        ({"queue": False}, False),
        ({"deleted_at": NOON}, False),
        ({"forgotten_at": NOON}, False),
        ({"duplicate_of": 1}, False),
    ],
)
@on_both
def test_an_offer_that_nobody_hands_over_is_an_alarm(
    house: House, changes: dict[str, object], late: bool
) -> None:
    house.offer(None, received_at=NOON, status="declined")
    reply = house.offer(None, **{"received_at": NOON - timedelta(hours=24, seconds=1)} | changes)
    with house.rows.store.reading() as session:
        assert waits_too_long(session, house.rows.id, NOON) == ([reply] if late else [])
        found = list(offers_held_up(session, house.rows.id, NOON))
    assert [each.name for each in found] == (["offers_wait"] if late else [])
    assert all(each.soon for each in found)


def test_what_came_of_it_belongs_to_the_tandem_that_got_it(house: House) -> None:
    """An offer for one who left was given to another."""
    left, other = house.tandem(state=TandemState.CLOSED), house.tandem("anderes")
    reply = house.offer(left)
    house.hand(reply, tandem_id=other)
    say(house, reply, OfferState.CONTACTED)
    with house.rows.store.reading() as session:
        assert [each.tandem_id for each in milestones(session, reply)] == [other, other]
