"""The ad account through Meta's library: what it refuses, and answers that make no sense."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.adverts.people import people_around
from orchestrator.adverts.rows import adverts_of
from orchestrator.doctor import Level
from orchestrator.networks.wire.graph_adverts_answers import account, seen
from orchestrator.ports import (
    AdvertSeen,
    NotAuthorised,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Review,
    Trouble,
)
from orchestrator.rounds import accounts
from orchestrator.sandbox.faults import Fault
from orchestrator.sandbox.graph_tokens import ADS_TOKEN, APP_SECRET
from orchestrator.vocabulary import AdvertState
from tests.adverts.conftest import Advertised
from tests.publishing.conftest import NOON

ON = {"status": "ACTIVE", "adset": {"status": "ACTIVE"}, "campaign": {"status": "ACTIVE"}}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["data", "spend", "reach", "gender", "status", "adset", "campaign"])
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
OBJECT = st.dictionaries(st.sampled_from(["data", "status", "adset", "campaign"]), JSON)


@given(told=OBJECT | st.just(ON), figures=OBJECT, genders=OBJECT)
def test_no_answer_makes_a_mess(
    told: dict[str, Any], figures: dict[str, Any], genders: dict[str, Any]
) -> None:
    """It is understood, or it is a trouble; a figure that was not told is none."""
    try:
        found = seen(told, figures, genders)
    except Trouble:
        return
    assert isinstance(found, AdvertSeen)
    assert not (found.on and found.off)
    assert found.spent is None or found.spent >= 0


def test_nothing_shown_yet_is_nothing_and_not_told_is_not_nothing() -> None:
    shown = seen(ON | {"effective_status": "ACTIVE"}, {"data": []}, {})
    assert (shown.spent, shown.figures["reach"], shown.review) == (0, 0, Review.APPROVED)
    untold = seen(ON, {}, {})
    assert (untold.spent, dict(untold.figures)) == (None, {})


@pytest.mark.parametrize(
    ("told", "review"),
    [
        ("PENDING_BILLING_INFO", Review.PENDING),
        ("CAMPAIGN_PAUSED", Review.APPROVED),
        ("WITH_ISSUES", Review.ISSUES),
        ("LIMITED", Review.UNKNOWN),
        ("ARCHIVED", Review.UNKNOWN),
        (["ACTIVE"], Review.UNKNOWN),
        (None, Review.UNKNOWN),
    ],
)
def test_only_what_is_known_to_be_accepted_is_accepted(told: object, review: Review) -> None:
    assert seen(ON | {"effective_status": told}, {}, {}).review is review


@pytest.mark.parametrize("issues", [None, "many", [7], [{"error_summary": ["odd"]}]])
def test_issues_are_told_without_what_is_private(issues: Any) -> None:
    """Whatever shape they have."""
    odd = ON | {"effective_status": "WITH_ISSUES", "issues_info": issues}
    assert seen(odd, {}, {}).review is Review.ISSUES
    words = {"error_summary": "Pay", "error_message": "Call +49 151 23456789, anna@example.org"}
    [said] = seen(odd | {"issues_info": [words, words]}, {}, {}).said
    assert said.startswith("Pay – Call")
    assert not [each for each in ("23456789", "anna@") if each in said]


@pytest.mark.parametrize(
    "state",
    [
        {"status": "DELETED"},
        {"status": "PAUSED"},
        {"adset": {"status": "PAUSED"}},
        {"adset": {"status": "ARCHIVED"}},
    ],
)
def test_what_cannot_run_is_off(state: dict[str, Any]) -> None:
    found = seen(ON | state, {}, {})
    assert (found.on, found.off) == (False, True)


def test_an_account_without_a_currency_is_no_account() -> None:
    with pytest.raises(Trouble):
        account({"account_status": 1})
    assert "account_status 9" in account({"currency": "EUR", "account_status": 9}).problem


def test_an_advert_that_is_refused_begins_anew_under_another_name(adverts: Advertised) -> None:
    """With the platform's words; what was made of the first try stays off, and is nobody's."""
    adverts.live()
    adverts.turn(promotable=False)
    [number] = adverts.enrol()
    assert adverts.make().refused == [number]
    refused = adverts.advert(number)
    assert refused.state is AdvertState.REFUSED
    assert "This post cannot be promoted" in (refused.error or "")
    assert adverts.look_after().findings == []
    adverts.turn(promotable=True)
    assert adverts.enrol() == [number]
    assert adverts.make().ready == [number]
    assert adverts.advert(number).name != refused.name
    assert adverts.objects() == {"Campaign": 1, "AdSet": 2, "Creative": 1, "Ad": 1}


@pytest.mark.parametrize("state", ["no_money", "disabled"])
def test_an_account_that_cannot_pay_is_told_and_not_asked_again(
    adverts: Advertised, state: str
) -> None:
    """The advert waits for a new approval, since somebody has to put it right first."""
    adverts.live()
    [number] = adverts.enrol()
    adverts.make()
    adverts.approve(number)
    adverts.turn(ad_account=state)
    tally = adverts.look_after()
    assert tally.needs_person
    row = adverts.advert(number)
    assert (row.state, row.approved_digest) == (AdvertState.PAUSED, None)
    assert "Facebook" in (row.error or "")
    calls = adverts.network.calls
    assert adverts.look_after().findings == []
    assert adverts.network.calls - calls <= 4
    assert not adverts.there()[0]["on"]


def test_a_token_that_died_costs_a_call_and_no_advert(adverts: Advertised) -> None:
    """A person is told which token; no secret stands in it; the page goes on by itself."""
    row = adverts.running()
    adverts.sandbox.faults.add(
        Fault(
            kind="status",
            path=f"/act_|/{row.remote['campaign']}|^/v26.0/$",
            status=400,
            times=1,
            body={"error": {"code": 190, "message": "Session has expired", "error_subcode": 463}},
        )
    )
    tally = adverts.look_after()
    assert tally.needs_person
    assert "ads_token" in tally.findings[0]
    assert not [each for each in (ADS_TOKEN, APP_SECRET) if each in str(tally.findings)]
    assert adverts.advert(row.id).state is AdvertState.RUNNING


def test_a_number_that_leads_nowhere_is_never_taken_for_stopped(adverts: Advertised) -> None:
    """A token that may not see it gets the same answer as for one that is gone."""
    row = adverts.running()
    with adverts.store.session() as session:
        fresh = session.get_one(type(row), row.id)
        fresh.remote = fresh.remote | {"ad": "120219999999999999"}
        fresh.approved_digest = None
    tally = adverts.look_after()
    assert tally.needs_person
    assert adverts.advert(row.id).state is AdvertState.RUNNING


@pytest.mark.parametrize("after", ["again", ""])
def test_a_list_that_was_cut_proves_nothing(adverts: Advertised, after: str) -> None:
    """Who takes a part for the whole makes an advert a second time, or misses one that runs."""
    page: dict[str, Any] = {
        "data": [{"id": "7", "name": "another", "status": "PAUSED"}],
        "paging": {"cursors": {"after": after}, "next": "https://graph.facebook.com/more"},
    }
    adverts.sandbox.faults.add(Fault("status", method="GET", status=200, body=page, times=9))
    for read in (
        lambda: adverts.account.find("ad", _unaimed(adverts), {}),
        lambda: adverts.account.strays("120210000000000001", ()),
    ):
        with pytest.raises(OutcomeUnknown):
            read()


def test_what_is_wider_than_it_looks_is_refused_before_any_call(adverts: Advertised) -> None:
    """A country beside a circle would be the country: the platform would take it."""
    adverts.live()
    [number] = adverts.enrol()
    with adverts.store.session() as session:
        row = session.get_one(type(adverts.advert(number)), number)
        wide = {**row.targeting["geo_locations"], "countries": ["DE"]}
        row.targeting = row.targeting | {"geo_locations": wide}
    assert adverts.make().refused == [number]
    assert adverts.objects()["AdSet"] == 0


def test_who_may_not_and_what_is_nowhere(adverts: Advertised) -> None:
    """A token that may only read, and an audience without a place."""
    adverts.turn(permissions=["ads_read"])
    with pytest.raises(NotAuthorised) as caught:
        adverts.account.switch({"campaign": "1", "adset": "2", "ad": "3"}, on=True)
    assert "ads_token" in caught.value.why
    with pytest.raises(Rejected):
        adverts.account.make(
            "adset", _unaimed(adverts), {"campaign": "120210000000000001"}
        )  # it names no place


def _unaimed(adverts: Advertised) -> Any:
    from orchestrator.ports import AdvertWish

    return AdvertWish("a", "b", "1_2", {}, "employment", ("DE",), 100, adverts.clock.at)


@pytest.mark.parametrize(
    ("paid", "lacks", "level"),
    [(True, "ads_management", Level.FAIL), (False, "ads_read", Level.WARN)],
)
def test_the_doctor_tells_what_keeps_adverts_from_being_made(
    adverts: Advertised, paid: bool, lacks: str, level: Level
) -> None:
    """Where money is to be spent a person must act; counting people needs one permission only."""
    adverts.configure(paid=paid)
    permissions = {"ads_read", "pages_manage_posts", "pages_read_engagement", "pages_show_list"}
    adverts.turn(permissions=sorted(permissions - {lacks}))
    said = [each for each in accounts(adverts.settings, NOON) if "ads_token lacks" in each.what]
    assert [each.level for each in said] == [level]
    assert lacks in said[0].what
    assert said[0].remedy


@pytest.mark.parametrize(
    ("trouble", "asked"),
    [
        (Rejected("no people there"), 3),
        (RateLimited("too many calls", seconds=60), 1),
        (OutcomeUnknown("the line is dead"), 1),
    ],
)
def test_a_network_that_cannot_count_is_not_asked_for_each_advert(
    adverts: Advertised, monkeypatch: pytest.MonkeyPatch, trouble: Trouble, asked: int
) -> None:
    """Only a refusal is about one of them; our own count stays, and one sentence says why."""
    for number in range(3):
        adverts.live(f"tandem-{number}")
    adverts.enrol()
    calls = []

    def estimate(_network: object, targeting: object) -> None:
        calls.append(targeting)
        raise trouble

    monkeypatch.setattr(type(adverts.network), "estimate", estimate)
    with adverts.store.reading() as session:
        rows = [(row, tandem) for row, _post, tandem in adverts_of(session, adverts.id)]
    people, why = people_around(adverts.shift(), rows)
    assert (len(calls), why) == (asked, trouble.why)
    assert [each.estimate for each in people] == [None] * 3
    assert all(each.living for each in people)
