"""What is paid for is what a person approved, by a clock and a database that can be trusted."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from orchestrator.adverts.approving import stop
from orchestrator.elsewhere import dates, remember
from orchestrator.model import Attempt, Campaign, Post
from orchestrator.networks.wire.graph_radius import aimed, around
from orchestrator.ports import same_targeting
from orchestrator.sandbox.graph_adverts_store import AdSet
from orchestrator.today.adverts import adverts as of_the_morning
from orchestrator.vocabulary import AdvertState
from tests.adverts.conftest import DECISIONS, Advertised
from tests.conftest import on_both
from tests.publishing.conftest import NOON

EARLY = [{**DECISIONS[0], "on": date(2026, 11, 1)}]


def _sent(adverts: Advertised) -> None:
    """The campaign sent a post at noon, so no clock may say that it is earlier."""
    with adverts.store.session() as session:
        post = session.exec(select(Post)).one()
        tried = Attempt(post_id=post.id, number=1, digest=post.digest, price_usd=0, sent_at=NOON)
        session.add(tried)


@on_both
@pytest.mark.parametrize("decisions", [EARLY, DECISIONS])
def test_a_clock_that_went_back_neither_starts_nor_ends_an_advert(
    adverts: Advertised, decisions: Any
) -> None:
    """Also where, by that clock, nobody has decided yet that adverts may run at all."""
    adverts.live()
    [number] = adverts.enrol()
    adverts.make()
    adverts.approve(number)
    adverts.configure(decisions=decisions)
    _sent(adverts)
    adverts.clock.advance(-timedelta(days=2))
    tally = adverts.look_after()
    row = adverts.advert(number)
    assert tally.needs_person
    assert not adverts.there()[0]["on"]
    assert (row.state, row.approved_digest) == (AdvertState.PAUSED, row.digest)
    assert "it waits: The clock says" in (row.error or "")
    adverts.clock.advance(timedelta(days=2))
    adverts.look_after()
    assert (adverts.advert(number).state, adverts.advert(number).error) == (
        AdvertState.RUNNING,
        None,
    )


def test_a_clock_that_went_ahead_ends_no_advert_for_good(
    adverts: Advertised, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By that clock its time is over: it is off until the clock is right, and then goes on."""
    row = adverts.running()
    adverts.clock.advance(timedelta(days=30))
    with monkeypatch.context() as patch:
        doubt = "The clock of this computer is wrong."
        patch.setattr(dates, "reason", lambda *_asked: doubt)
        adverts.look_after()
    after = adverts.advert(row.id)
    assert (after.state, after.error) == (AdvertState.PAUSED, f"it waits: {doubt}")
    assert not adverts.there()[0]["on"]
    adverts.clock.advance(-timedelta(days=30))
    adverts.look_after()
    assert adverts.there()[0]["on"]


def test_a_stop_counts_while_the_clock_is_in_doubt(adverts: Advertised) -> None:
    """What runs is switched off by a person all the same, without a question to any clock."""
    adverts.configure(decisions=EARLY)
    row = adverts.running()
    _sent(adverts)
    adverts.clock.advance(-timedelta(days=2))
    with adverts.store.session() as session:
        stop(session, adverts.id, None, adverts.clock.at, "heike")
    assert adverts.attend().findings == []
    assert not adverts.there()[0]["on"]
    assert adverts.advert(row.id).state is AdvertState.STOPPED


@on_both
def test_an_older_copy_of_the_database_switches_nothing_on(adverts: Advertised) -> None:
    """This computer remembers what the rows lack: somebody may have stopped the advert since."""
    adverts.live()
    [number] = adverts.enrol()
    adverts.make()
    adverts.approve(number)
    remember(adverts.shift(), 99)
    tally = adverts.attend()
    assert tally.needs_person
    assert not adverts.there()[0]["on"]
    with adverts.store.reading() as session:
        assert session.get_one(Campaign, adverts.id).frozen_since is not None


def _adset(adverts: Advertised) -> AdSet:
    [graph] = [each for each in adverts.sandbox._emulators if each.name == "facebook"]
    things = graph._adverts.things.values()  # type: ignore[attr-defined]  # Facebook's
    return next(each for each in things if isinstance(each, AdSet))


def _costs_more(adset: AdSet) -> None:
    adset.budget = 500_000


def _by_the_day(adset: AdSet) -> None:
    adset.budget = 0


def _runs_longer(adset: AdSet) -> None:
    adset.ends += timedelta(days=30)


def _elsewhere(adset: AdSet) -> None:
    adset.values["targeting"] = around(48.1, 11.6, 25)


def _wider(adset: AdSet) -> None:
    wide = around(48.1, 11.6, 25)
    wide["geo_locations"]["countries"] = ["DE"]
    adset.values["targeting"] = wide


def _others_pay(adset: AdSet) -> None:
    adset.values["dsa_payor"] = "Eine Partei"


def _other_countries(adset: AdSet) -> None:
    adset.campaign.values["special_ad_category_country"] = ["FR"]


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        (_costs_more, "budget"),
        (_by_the_day, "budget"),
        (_runs_longer, "end"),
        (_elsewhere, "audience"),
        (_wider, "audience"),
        (_others_pay, "who has it placed and who pays"),
        (_other_countries, "countries"),
    ],
)
def test_what_somebody_changed_there_is_not_paid_for(
    adverts: Advertised, changes: Callable[[AdSet], None], what: str
) -> None:
    """Switched off, told once, and its approval is over, however often it is looked at."""
    row = adverts.running()
    changes(_adset(adverts))
    tally = adverts.look_after()
    after = adverts.advert(row.id)
    assert (tally.needs_person, len(tally.findings)) == (True, 1)
    assert f"not what was approved ({what})" in tally.findings[0]
    assert (after.state, after.approved_digest) == (AdvertState.STOPPED, None)
    assert not adverts.there()[0]["on"]
    assert adverts.look_after().findings == []


def test_what_was_changed_before_it_was_approved_never_runs(adverts: Advertised) -> None:
    """Nor with another approval, until what is there is what the person was shown."""
    adverts.live()
    [number] = adverts.enrol()
    adverts.make()
    adset = _adset(adverts)
    budget, adset.budget = adset.budget, 500_000
    for _again in range(2):
        adverts.approve(number)
        assert adverts.attend().needs_person
        assert not adverts.there()[0]["on"]
    adset.budget = budget
    adverts.approve(number)
    adverts.attend()
    assert adverts.there()[0]["on"]


def test_names_that_changed_in_the_configuration_are_compared(adverts: Advertised) -> None:
    """The ad set keeps those with which it was made, and they stand in public."""
    adverts.live()
    [number] = adverts.enrol()
    adverts.make()
    adverts.configure(ad_beneficiary="Stadt Musterheim")
    adverts.approve(number)
    assert "who has it placed" in adverts.attend().findings[0]
    assert not adverts.there()[0]["on"]


def test_what_a_platform_adds_is_no_change() -> None:
    """Names, regions and order are not; a place or an interest that nobody asked for is."""
    asked = around(52.52, 13.405, 25)
    [pin] = asked["geo_locations"]["custom_locations"]
    told = {
        "targeting_automation": {"advantage_audience": 0, "individual_setting": {}},
        "geo_locations": {
            "location_types": ["home", "recent"],
            "custom_locations": [{"name": "(52.52, 13.405)", "country": "DE", **pin}],
        },
        "brand_safety_content_filter_levels": ["FACEBOOK_STANDARD"],
        "age_max": 65,
        "age_min": 18,
    }
    assert same_targeting(asked, aimed(told))
    for changed in (
        {"genders": [1]},
        {"age_min": 30},
        {"targeting_automation": {"advantage_audience": 1}},
        {"flexible_spec": [{"interests": [{"id": "6003", "name": "Politik"}]}]},
    ):
        assert not same_targeting(asked, aimed(told | changed))


def _capped(adverts: Advertised) -> list[str]:
    """Those about whose money somebody has to choose."""
    with adverts.store.reading() as session:
        return of_the_morning(session, adverts.id, adverts.settings, adverts.clock.at).capped


@on_both
def test_a_cap_that_is_lowered_stops_what_could_go_beyond_it(adverts: Advertised) -> None:
    """Nothing was spent yet; the approvals stay, and a person chooses which of them to stop."""
    for slug in ("amira-und-jonas", "yusuf-und-heike"):
        adverts.live(slug)
    first, second = adverts.enrol()
    adverts.make()
    adverts.approve(first, second)
    adverts.attend()
    adverts.configure(ad_total=30)
    adverts.look_after()
    assert adverts.states() == [AdvertState.PAUSED] * 2
    assert not any(each["on"] for each in adverts.there())
    assert "ad_total" in (adverts.advert(first).error or "")
    assert _capped(adverts) == ["amira-und-jonas", "yusuf-und-heike"]
    with adverts.store.session() as session:
        tandem = session.get_one(type(adverts.advert(first)), first).tandem_id
        stop(session, adverts.id, [tandem], adverts.clock.at, "heike")
    adverts.look_after()
    after = adverts.advert(second)
    assert (after.state, "until it is known" in (after.error or "")) == (AdvertState.PAUSED, True)
    assert _capped(adverts) == []
    adverts.wait(timedelta(hours=48))
    adverts.look_after()
    adverts.look_after()
    assert adverts.advert(second).state is AdvertState.RUNNING
    assert sum(each["on"] for each in adverts.there()) == 1


@on_both
@pytest.mark.parametrize("turn", [0, 1, 2, 3])
def test_a_stop_in_the_making_counts(adverts: Advertised, turn: int) -> None:
    """Nothing more is made from then on; and a person may let it be made anew."""
    adverts.live()
    [number] = adverts.enrol()
    points = ["advert begun"] * turn

    def stopping(point: str) -> None:
        if point == "advert begun" and points:
            points.pop()
            if not points:
                _stop(adverts)

    if not turn:
        _stop(adverts)
    made = adverts.make(adverts.shift(reached=stopping))
    assert (made.ready, made.refused, made.waiting) == ([], [], [])
    row = adverts.advert(number)
    assert (row.state, row.error) == (AdvertState.STOPPED, "a person stopped it")
    assert len(row.remote) == turn
    adverts.look_after()
    assert sum(adverts.objects().values()) == turn
    assert adverts.enrol() == [number]
    assert adverts.make().ready == [number]
    assert adverts.advert(number).name != row.name
    assert adverts.objects()["Ad"] == 1


def _stop(adverts: Advertised) -> None:
    with adverts.store.session() as session:
        stop(session, adverts.id, None, NOON, "heike")


def test_one_that_was_begun_anew_keeps_no_number_of_the_old_one(adverts: Advertised) -> None:
    """Stopped and begun anew while a call for the old one was under way."""
    adverts.live()
    [number] = adverts.enrol()
    anew: list[int] = []

    def meanwhile(point: str) -> None:
        if point == "advert made" and adverts.objects()["AdSet"] == 1 and not anew:
            _stop(adverts)
            anew.extend(adverts.enrol())
            assert adverts.advert(number).remote == {}

    adverts.make(adverts.shift(reached=meanwhile))
    adverts.make()
    assert anew == [number]
    row = adverts.advert(number)
    assert row.state is AdvertState.PAUSED
    assert adverts.there()[0]["adset_name"] == row.name


def test_adverts_that_are_over_need_no_account(adverts: Advertised) -> None:
    """Taken out of the configuration, it is missed only while something may still run."""
    row = adverts.running()
    without = {"paid": False, "ad_account_id": "", "ads_token": ""}
    adverts.configure(**without)
    assert "no ad account is configured" in adverts.look_after().findings[0]
    adverts.configure()
    adverts.wait(timedelta(days=4, hours=1))
    adverts.look_after()
    assert adverts.advert(row.id).state is AdvertState.ENDED
    adverts.configure(**without)
    tally = adverts.look_after()
    assert (tally.findings, tally.needs_person) == ([], False)


def test_a_surprise_at_one_ad_account_is_told_and_ends_no_pass(
    adverts: Advertised, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Posts are still sent, hidden and taken down after it."""
    adverts.running()
    with monkeypatch.context() as patch:
        patch.setattr(type(adverts.account), "seen", _surprise)
        tally = adverts.look_after()
    assert tally.needs_person
    assert tally.findings == ["something unexpected at facebook adverts: KeyError"]


def test_a_surprise_at_one_advert_keeps_no_other_one_on(
    adverts: Advertised, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them are to stop: the one that answers strangely is told, the others are off."""
    for slug in ("amira-und-jonas", "yusuf-und-heike", "zahra-und-per"):
        adverts.live(slug)
    adverts.configure(ad_total=60)
    numbers = adverts.enrol()
    adverts.make()
    adverts.approve(*numbers)
    adverts.attend()
    strange, switch = adverts.advert(numbers[1]).remote, adverts.account.switch

    def switched(_account: object, made: dict[str, str], *, on: bool) -> None:
        if made == strange:
            _surprise()
        switch(made, on=on)

    _stop(adverts)
    monkeypatch.setattr(type(adverts.account), "switch", switched)
    tally = adverts.look_after()
    assert "something unexpected at facebook adverts: KeyError" in tally.findings
    assert [each["on"] for each in adverts.there()] == [False, True, False]


@on_both
def test_the_morning_names_adverts_that_need_somebody(adverts: Advertised) -> None:
    """Made and not approved, and disapproved; not what runs, and nothing when its time is over."""

    def told() -> tuple[list[str], list[str]]:
        with adverts.store.reading() as session:
            seen = of_the_morning(session, adverts.id, adverts.settings, adverts.clock.at)
        assert (seen.issues, seen.unknown, seen.capped) == ([], [], [])
        return seen.waiting, seen.disapproved

    adverts.live()
    [number] = adverts.enrol()
    assert told() == ([], [])
    adverts.make()
    assert told() == (["amira-und-jonas"], [])
    adverts.turn(ad_review="disapproved")
    adverts.approve(number)
    assert told() == ([], [])
    adverts.wait(timedelta(hours=1))
    adverts.look_after()
    assert told() == ([], ["amira-und-jonas"])
    adverts.wait(timedelta(days=4))
    assert told() == ([], [])


def _surprise(*_asked: object) -> None:
    raise KeyError("a field that nobody knew")
