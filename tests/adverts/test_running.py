"""From a live post to an advert that runs, and every way in which it stops."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session, select, update

from orchestrator.adverts.approving import stop
from orchestrator.model import Campaign as Row
from orchestrator.model import Consent, Event, Pause, Post, Tandem
from orchestrator.today.adverts import adverts as to_see
from orchestrator.today.trouble import _adverts
from orchestrator.vocabulary import AdvertState, PostState, Scope, TandemState
from tests.adverts.conftest import Advertised
from tests.conftest import on_both
from tests.publishing.conftest import NOON


@on_both
def test_nothing_runs_before_a_person_approved_it(adverts: Advertised) -> None:
    """Made in four steps and watched by passes, it stays off and costs nothing, for a day."""
    adverts.live()
    [number] = adverts.enrol()
    made = adverts.make()
    assert (made.ready, made.refused, made.waiting) == ([number], [], [])
    assert adverts.objects() == {"Campaign": 1, "AdSet": 1, "Creative": 1, "Ad": 1}
    for _hour in range(4):
        adverts.wait(timedelta(hours=6))
        tally = adverts.look_after()
        assert (tally.findings, tally.needs_person) == ([], False)
    [there] = adverts.there()
    assert (there["state"], there["spend"]) == ("paused", 0)
    assert adverts.states() == [AdvertState.PAUSED]
    adverts.approve(number)
    adverts.look_after()
    assert (adverts.there()[0]["state"], adverts.there()[0]["on"]) == ("active", True)
    adverts.wait(timedelta(hours=12))
    adverts.look_after()
    row = adverts.advert(number)
    assert row.state is AdvertState.RUNNING
    assert row.spend_cents == adverts.there()[0]["spend"] > 0
    assert row.figures["reach"] == adverts.there()[0]["reach"] > 0
    assert set(row.figures["gender"]) == {"male", "female"}


def test_an_advert_says_everything_that_the_law_and_the_platform_ask(adverts: Advertised) -> None:
    """Aimed at one circle of 25 km, for everybody of age, for the budget, until its end."""
    adverts.running()
    [there] = adverts.there()
    targeting = there["targeting"]
    [pin] = targeting.pop("geo_locations")["custom_locations"]
    assert (pin["radius"], pin["distance_unit"]) == (25, "kilometer")
    assert targeting == {
        "age_min": 18,
        "age_max": 65,
        "targeting_automation": {"advantage_audience": 0},
    }
    assert there["budget"] == 2000
    assert there["ends"] == (NOON + timedelta(days=4)).isoformat()
    [row] = adverts.rows()
    assert there["name"] == there["adset_name"] == row.name
    assert "amira" not in row.name.lower()


def _withdraw(session: Session) -> None:
    session.exec(update(Tandem).values(state=TandemState.WITHDRAWN))


def _close(session: Session) -> None:
    session.exec(update(Tandem).values(state=TandemState.CLOSED))


def _take_down(session: Session) -> None:
    session.exec(update(Post).values(state=PostState.WITHDRAWN))


def _end_consent(session: Session) -> None:
    session.exec(update(Consent).values(ends_on=date(2026, 11, 23)))


def _withdraw_consent(session: Session) -> None:
    session.exec(update(Consent).values(withdrawn_at=NOON))


def _show_less(session: Session) -> None:
    session.exec(update(Tandem).values(adult=False))


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (_withdraw, "the tandem has left"),
        (_close, "the tandem has left"),
        (_take_down, "its post is not live"),
        (_end_consent, "consent has ended"),
        (_withdraw_consent, "consent for this network was withdrawn"),
        (_show_less, "the person is not confirmed as an adult any more"),
    ],
)
def test_whatever_ends_a_post_ends_its_advert_for_good(
    adverts: Advertised, happens: object, why: str
) -> None:
    """The next pass switches it off, reads that back, and nothing switches it on again."""
    row = adverts.running()
    with adverts.store.session() as session:
        happens(session)  # type: ignore[operator]  # one of the functions above
    adverts.look_after()
    after = adverts.advert(row.id)
    assert (after.state, after.error) == (AdvertState.STOPPED, why)
    assert after.approved_digest is None
    assert not adverts.there()[0]["on"]
    with adverts.store.session() as session:
        session.exec(update(Tandem).values(state=TandemState.ACTIVE, adult=True))
    adverts.look_after()
    assert not adverts.there()[0]["on"]


@on_both
def test_a_pause_stops_it_and_a_resume_lets_it_go_on(adverts: Advertised) -> None:
    """The approval stays; a person's stop takes it back."""
    row = adverts.running()
    with adverts.store.session() as session:
        session.add(Pause(campaign_id=adverts.id, scope=Scope.ALL, since=NOON, actor="heike"))
    adverts.look_after()
    assert adverts.advert(row.id).state is AdvertState.PAUSED
    assert not adverts.there()[0]["on"]
    with adverts.store.session() as session:
        session.delete(session.exec(select(Pause)).one())
    adverts.look_after()
    assert adverts.advert(row.id).state is AdvertState.RUNNING
    with adverts.store.session() as session:
        assert stop(session, adverts.id, None, adverts.clock.at, "heike") == [row.id]
    adverts.look_after()
    after = adverts.advert(row.id)
    assert (after.state, after.error) == (AdvertState.STOPPED, "a person stopped it")
    adverts.approve(row.id)
    adverts.look_after()
    assert adverts.advert(row.id).state is AdvertState.RUNNING


def test_it_ends_with_its_time(adverts: Advertised) -> None:
    """Within its budget; what was spent late is still read for days."""
    row = adverts.running()
    adverts.wait(timedelta(days=4, hours=1))
    tally = adverts.look_after()
    after = adverts.advert(row.id)
    assert after.state is AdvertState.ENDED
    assert 0 < after.spend_cents <= row.budget_cents
    assert not tally.needs_person


def test_a_disapproval_is_an_outcome_and_is_never_tried_again(adverts: Advertised) -> None:
    """It is shown with the network's reason, once, and no second advert is made of the tandem."""
    adverts.turn(ad_review="disapproved")
    row = adverts.running()
    adverts.wait(timedelta(hours=1))
    tally = adverts.look_after()
    after = adverts.advert(row.id)
    assert after.state is AdvertState.DISAPPROVED
    assert "social issue" in (after.error or "")
    assert after.review is not None
    assert after.review["state"] == "disapproved"
    assert len(tally.findings) == 1
    assert not tally.needs_person
    assert adverts.look_after().findings == []
    assert adverts.enrol() == []
    assert adverts.objects()["Ad"] == 1
    assert adverts.there()[0]["spend"] == 0


@pytest.mark.parametrize(
    ("mood", "state", "said"),
    [
        ("issues", "issues", "has to confirm who pays"),
        ("unheard_of", "unknown", "UNDER_OBSERVATION"),
    ],
)
def test_what_is_not_plainly_accepted_is_told_to_a_person(
    adverts: Advertised, mood: str, state: str, said: str
) -> None:
    """Once, with the network's words, and in the morning as long as it lasts; it is not stopped,
    since it may pass by itself."""
    adverts.turn(ad_review=mood)
    row = adverts.running()
    adverts.wait(timedelta(hours=1))
    tally = adverts.look_after()
    assert tally.needs_person
    assert said in tally.findings[0]
    after = adverts.advert(row.id)
    assert after.state is AdvertState.RUNNING
    assert after.review is not None
    assert (after.review["state"], said in str(after.review["said"])) == (state, True)
    assert adverts.look_after().findings == []
    with adverts.store.reading() as session:
        seen = to_see(session, adverts.id, adverts.settings, adverts.clock.at)
    assert getattr(seen, state) == ["amira-und-jonas"]
    assert len(seen.issues + seen.unknown) == 1
    [line] = _adverts(seen)
    assert ("says what is wrong" in line.what) is (state == "issues")


def test_words_that_changed_need_a_new_approval(adverts: Advertised) -> None:
    """What a person approved is what runs, to the letter."""
    row = adverts.running()
    with adverts.store.session() as session:
        session.exec(update(Post).values(digest="other words"))
    adverts.look_after()
    assert adverts.advert(row.id).state is AdvertState.PAUSED
    adverts.approve(row.id)
    adverts.look_after()
    assert adverts.advert(row.id).state is AdvertState.RUNNING


@pytest.mark.parametrize("changed", [{"paid": False}, {"decisions": []}])
def test_the_configuration_can_end_all_of_it(
    adverts: Advertised, changed: dict[str, object]
) -> None:
    """Switching it off, or taking a decision back, stops what runs."""
    row = adverts.running()
    adverts.configure(**changed)
    adverts.look_after()
    assert adverts.advert(row.id).state is AdvertState.STOPPED
    assert not adverts.there()[0]["on"]


def test_what_somebody_switched_off_there_stays_off(adverts: Advertised) -> None:
    """Nobody is fought; an older copy of the database does not bring it back either."""
    row = adverts.running()
    adverts.account.switch(row.remote, on=False)
    adverts.look_after()
    after = adverts.advert(row.id)
    assert (after.state, after.error) == (
        AdvertState.STOPPED,
        "somebody switched it off at the network",
    )
    assert not adverts.there()[0]["on"]


def test_a_database_that_was_put_back_switches_nothing_on(adverts: Advertised) -> None:
    """It was approved and held then; what people decided since is not in it."""
    adverts.live()
    [number] = adverts.enrol()
    adverts.make()
    adverts.approve(number)
    with adverts.store.session() as session:
        session.get_one(Row, adverts.id).frozen_since = NOON
    adverts.look_after()
    assert not adverts.there()[0]["on"]
    assert adverts.advert(number).approved_digest is None
    assert "put back" in (adverts.advert(number).error or "")


def test_somebody_switched_it_on_by_hand(adverts: Advertised) -> None:
    """What nobody approved here does not run, whoever did that; a stranger's is told."""
    adverts.live()
    [number] = adverts.enrol()
    adverts.make()
    adverts.account.switch(adverts.advert(number).remote, on=True)
    adverts.look_after()
    assert not adverts.there()[0]["on"]
    adverts.account.switch(adverts.advert(number).remote, on=True)
    with adverts.store.session() as session:
        other = session.get_one(type(adverts.advert(number)), number)
        other.remote = other.remote | {"adset": "120219999999999999"}
    tally = adverts.look_after()
    assert tally.needs_person
    assert "knows nothing of" in tally.findings[0]


def test_every_step_is_in_the_log_without_a_name(adverts: Advertised) -> None:
    """Who approved it, when it went on and off; no slug, no word of anybody."""
    adverts.running()
    with adverts.store.session() as session:
        stop(session, adverts.id, None, adverts.clock.at, "heike")
    adverts.look_after()
    with adverts.store.reading() as session:
        events = session.exec(select(Event).order_by(Event.id)).all()
    told = [event.what for event in events if event.what.startswith("advert")]
    assert told == ["advert made", "advert approved", "advert on", "advert stopped", "advert off"]
    assert not [event for event in events if "amira" in f"{event.subject}{event.detail}"]


def test_many_adverts_are_read_in_few_calls(adverts: Advertised) -> None:
    """Twenty of them: sixty reads in two lots, and one look for strays."""
    adverts.configure(ad_total=1000)
    for number in range(20):
        adverts.live(f"tandem-{number}")
    numbers = adverts.enrol()
    adverts.make()
    adverts.approve(*numbers)
    adverts.look_after()
    assert adverts.states() == [AdvertState.RUNNING] * 20
    before = adverts.network.calls
    adverts.look_after()
    assert adverts.network.calls - before == 3
