"""What is remembered of places: for how long, under which key, and that it tells nothing."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from audiences.outward import Question
from audiences.place import Place, Resolution
from audiences.resolve import resolve
from orchestrator.campaign import known
from orchestrator.errors import UsageProblem
from orchestrator.keys import CampaignKey
from orchestrator.model import KnownPlace
from orchestrator.placing.known import KEEPS, UNKNOWN_KEEPS, Answers, settle, settled_places
from orchestrator.store import Store
from schedules.clock import FixedClock
from tests.conftest import SettingsFactory, on_both

MADRID = Place(
    2_000_000_007, "Madrid", "Comunidad de Madrid", "ES", 40.4, -3.7, 3_332_035, 3_332_035, None
)
QUESTION = Question("Madrid", ("ES",))
SOURCE = "nominatim nominatim.openstreetmap.org"


@pytest.fixture
def answers(store: Store, key: CampaignKey, settings: SettingsFactory, clock: FixedClock) -> Any:
    """Answers of a service as they are known at some moment."""

    campaign = settings().campaign

    def at(now: datetime | None = None, **options: Any) -> Answers:
        return Answers(store, key, campaign, SOURCE, now or clock.now(), **options)

    return at


@on_both
def test_an_answer_comes_back_for_a_year(answers: Any, clock: FixedClock) -> None:
    """In another spelling as well; not for other countries, nor from another service."""
    here = answers()
    here.remember(QUESTION, Resolution("resolved", MADRID))
    assert here.recall(Question(" MADRID", ("ES",))) == Resolution("resolved", MADRID)
    assert here.recall(Question("Madrid", ("CO",))) is None
    assert (
        Answers(here.store, here.key, here.campaign, "photon x", here.now).recall(QUESTION) is None
    )
    day = timedelta(days=1)
    assert answers(clock.now() + KEEPS - day).recall(QUESTION) is not None
    assert answers(clock.now() + KEEPS).recall(QUESTION) is None


def test_an_unknown_place_is_asked_again_after_a_month(answers: Any, clock: FixedClock) -> None:
    """It may be on the map by then."""
    answers().remember(QUESTION, Resolution("unknown", None))
    assert answers(clock.now() + UNKNOWN_KEEPS - timedelta(days=1)).recall(QUESTION) is not None
    assert answers(clock.now() + UNKNOWN_KEEPS).recall(QUESTION) is None


@on_both
def test_rows_are_replaced_and_let_go_of(answers: Any, store: Store, clock: FixedClock) -> None:
    """One row for each question; what is a year old goes with the next answer."""
    old = Question("Toledo", ("ES",))
    answers().remember(old, Resolution("unknown", None))
    answers().remember(old, Resolution("resolved", MADRID))
    assert answers().recall(old) == Resolution("resolved", MADRID)
    answers(clock.now() + KEEPS).remember(QUESTION, Resolution("resolved", MADRID))
    with store.reading() as session:
        assert len(session.exec(select(KnownPlace)).all()) == 1


def test_a_row_tells_nothing_without_the_key(answers: Any, store: Store, key: CampaignKey) -> None:
    """Neither what was typed nor where it is."""
    answers().remember(QUESTION, Resolution("resolved", MADRID))
    with store.reading() as session:
        row = session.exec(select(KnownPlace)).one()
    plain = row.sealed + row.digest.encode() + row.source.encode()
    assert not any(word in plain for word in (b"Madrid", b"MADRID", b"madrid", b"40.4"))
    assert key.open_own(row.sealed)["place"]["name"] == "Madrid"
    with pytest.raises(UsageProblem):
        CampaignKey(bytes(32)).open_own(row.sealed)


def test_a_dry_run_remembers_nothing(answers: Any, store: Store) -> None:
    """Not even the campaign's row is made."""
    dry = answers(dry_run=True)
    dry.remember(QUESTION, Resolution("resolved", MADRID))
    assert dry.recall(QUESTION) is None
    with store.reading() as session:
        assert known(session, "woche") == 0


def test_a_settled_place_is_the_gazetteers_of_today(
    answers: Any, store: Store, key: CampaignKey, clock: FixedClock
) -> None:
    """Unless its number means another place by now: then it is as it was kept."""
    answers().remember(QUESTION, Resolution("unknown", None))  # makes the campaign's row
    kassel = resolve("Kassel").place
    assert kassel is not None
    older = Place(kassel.id, "Kassel", "Hessen", "DE", 0.0, 0.0, 1, 1, None)
    other = Place(kassel.id, "Anderswo", "Hessen", "DE", 50.0, 9.0, 1, 1, None)
    with store.session() as session:
        for typed, place in (("KS", older), ("AW", other)):
            settle(session, 1, key, typed, place, clock.now())
        found = [*settled_places(session, 1, key).values()]
    assert sorted(found, key=lambda each: each.name) == [other, kassel]
