"""Adverts around a point: how they are aimed, and how many people the network counts there.

Over HTTP, through the library, against an ad account that is as strict as the platform's.
"""

from typing import Any

import pytest
from contract_terms import Connect, Expect, given
from hypothesis import given as each
from hypothesis import strategies as st

from orchestrator import networks
from orchestrator.ports import (
    Estimate,
    Network,
    NotAuthorised,
    NotSent,
    OutcomeUnknown,
    RadiusAudience,
    RateLimited,
    Rejected,
)
from orchestrator.sandbox.faults import Fault
from orchestrator.sandbox.server import Sandbox

COUNTING = [
    name
    for name in networks.names()
    if networks.adapter(name).Options().advert(50.0, 8.0, 10) is not None
]
FREIBURG, DRESDEN, BREMEN = (47.9959, 7.8522), (51.0509, 13.7383), (53.0752, 8.8078)


@pytest.fixture(params=COUNTING)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def network(connect: Connect) -> Network:
    network = connect()
    assert isinstance(network, RadiusAudience)
    assert network.counts
    return network


def aimed(sandbox: Sandbox, name: str, *circle: Any, **changed: str) -> dict[str, Any]:
    """The advert's audience for a point and a radius, by the network's options."""
    options = networks.adapter(name).Options(**(given(sandbox, name) | changed))
    advert = options.advert(*circle)
    assert advert is not None
    return advert.targeting


def test_every_circle_of_ours_is_counted(network: Any, sandbox: Sandbox, name: str) -> None:
    """From the smallest to the widest; what is wider holds at least as many people."""
    for point in (FREIBURG, DRESDEN, BREMEN):
        told = [network.estimate(aimed(sandbox, name, *point, km)) for km in (1, 25, 26, 60, 80)]
        assert all(isinstance(each, Estimate) and each.ready for each in told)
        assert all(0 < each.lower <= each.upper for each in told)
        assert [each.lower for each in told] == sorted(each.lower for each in told)
        assert told[0] == told[1], "adverts for work are 25 km wide at least"
        assert told[1].upper < told[-1].lower


def test_an_advert_for_work_is_never_narrower_than_25_km(sandbox: Sandbox, name: str) -> None:
    """Unless the manager says that it is none for work; never below 1 km, never above 80."""
    for km, work, other in ((1, 25, 1), (12, 25, 12), (40, 40, 40), (400, 80, 80)):
        for category, wide in (("employment", work), ("none", other)):
            targeting = aimed(sandbox, name, *FREIBURG, km, ad_category=category)
            [pin] = targeting["geo_locations"]["custom_locations"]
            assert (pin["radius"], pin["distance_unit"]) == (wide, "kilometer")


def test_an_advert_is_one_pin_and_says_that_nothing_may_widen_it(
    sandbox: Sandbox, name: str
) -> None:
    """One ad set for each tandem; the platform's own widening is off in so many words."""
    targeting = aimed(sandbox, name, *BREMEN, 30)
    assert list(targeting["geo_locations"]) == ["custom_locations"]
    assert targeting["targeting_automation"] == {"advantage_audience": 0}
    assert (targeting["age_min"], targeting["age_max"]) == (18, 65)
    assert "location_types" not in str(targeting)


@pytest.mark.parametrize(
    ("places", "word"),
    [
        ({"countries": ["DE"]}, "adds places up"),
        ({"regions": [{"key": "4001"}]}, "adds places up"),
        ({"zips": [{"key": "DE:79098"}]}, "postcodes"),
    ],
)
def test_what_would_widen_a_circle_is_refused_before_it_is_asked(
    network: Any, sandbox: Sandbox, name: str, expect: Expect, places: dict[str, Any], word: str
) -> None:
    """A country beside a pin would be the whole country; there is no call at all."""
    targeting = aimed(sandbox, name, *FREIBURG, 30)
    with expect(Rejected) as caught:
        network.estimate(targeting | {"geo_locations": targeting["geo_locations"] | places})
    assert word in caught.value.why
    with expect(Rejected):
        network.estimate({"geo_locations": {}})
    with expect(Rejected):
        network.estimate(targeting | {"excluded_geo_locations": {"countries": ["FR"]}})
    assert sandbox.calls.entries() == []


@pytest.mark.parametrize("narrow", ["cities", "zips", "custom_locations"])
@pytest.mark.parametrize("wide", ["countries", "country_groups", "regions", "geo_markets"])
def test_nothing_wide_stands_beside_something_narrow(
    connect: Connect, sandbox: Sandbox, expect: Expect, wide: str, narrow: str
) -> None:
    """Whatever the advert is for; what nobody here knows yet is taken to be wide."""
    for category in ("employment", "none"):
        network: Any = connect(ad_category=category)
        with expect(Rejected) as caught:
            network.estimate({"geo_locations": {wide: ["DE"], narrow: [{"key": "1"}]}})
        assert "adds places up" in caught.value.why
    assert sandbox.calls.entries() == []


def test_other_adverts_than_for_work_may_leave_places_out(
    connect: Connect, sandbox: Sandbox, name: str
) -> None:
    targeting = aimed(sandbox, name, *FREIBURG, 30, ad_category="none")
    excluded = {"excluded_geo_locations": {"countries": ["FR"]}}
    assert connect(ad_category="none").estimate(targeting | excluded).ready  # type: ignore[attr-defined]


def test_a_country_alone_is_what_it_says(network: Any) -> None:
    """It is refused beside a pin because of this: 45 million people, not some thousands."""
    whole = network.estimate({"geo_locations": {"countries": ["DE"]}})
    assert whole.lower > 30_000_000


def test_what_is_not_counted_is_not_zero(
    network: Any, sandbox: Sandbox, name: str, connect: Connect
) -> None:
    """Not yet ready, or too few people: then there is no figure."""
    targeting = aimed(sandbox, name, *FREIBURG, 30)
    sandbox.configure({name: {"estimates_ready": False}})
    assert network.estimate(targeting) == Estimate(None, None, ready=False)
    sandbox.configure({name: {"estimates_ready": True}})
    at_sea = aimed(sandbox, name, 54.8, 4.0, 1, ad_category="none")
    assert connect(ad_category="none").estimate(at_sea) == Estimate(None, None)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("knobs", "trouble"),
    [
        ({"permissions": ["pages_manage_posts", "pages_read_engagement"]}, NotAuthorised),
        ({"token": "expired"}, NotAuthorised),
        ({"rate_limit": {"code": 80004, "calls": 1, "minutes": 9}}, RateLimited),
        ({"rate_limit": {"code": 613, "calls": 1, "minutes": 9}}, RateLimited),
    ],
)
def test_refusals_are_told_of_the_ad_account(
    network: Any,
    sandbox: Sandbox,
    name: str,
    expect: Expect,
    knobs: dict[str, Any],
    trouble: Any,
) -> None:
    sandbox.configure({name: knobs})
    with expect(trouble) as caught:
        network.estimate(aimed(sandbox, name, *FREIBURG, 30))
    if trouble is NotAuthorised:
        assert "ads_token" in caught.value.why
        assert "page token" not in caught.value.why


@pytest.mark.parametrize(
    ("changed", "remedy"),
    [
        ({"ad_account_id": "123"}, "Check ad_account_id"),
        ({"ads_token": "EAAWrong" + "0" * 30}, "Make a new token"),
    ],
)
def test_another_account_or_token_is_refused(
    connect: Connect,
    sandbox: Sandbox,
    name: str,
    expect: Expect,
    changed: dict[str, str],
    remedy: str,
) -> None:
    """Each with its own remedy, in the words in which making adverts says it."""
    wrong: Any = connect(**changed)
    with expect(NotAuthorised) as caught:
        wrong.estimate(aimed(sandbox, name, *FREIBURG, 30))
    assert remedy in caught.value.why


def test_the_pages_own_token_is_not_used_for_it(
    connect: Connect, sandbox: Sandbox, name: str, expect: Expect
) -> None:
    """Each token has its own work: the page's may not count people."""
    page: Any = connect(ads_token=given(sandbox, name)["page_token"])
    with expect(NotAuthorised):
        page.estimate(aimed(sandbox, name, *FREIBURG, 30))


@pytest.mark.parametrize("lacking", ["ad_account_id", "ads_token"])
def test_without_account_or_token_nothing_is_counted(connect: Connect, lacking: str) -> None:
    """Adverts are optional; the page works without."""
    network: Any = connect(**{lacking: ""})
    assert not network.counts
    assert network.standing().followers


@pytest.mark.parametrize(
    "fault",
    [
        Fault("drop_after"),
        Fault("html"),
        Fault("empty"),
        Fault("status", status=200, body={"data": []}),
        Fault("status", status=200, body={"data": [{"estimate_ready": True}, {}]}),
        Fault("status", status=200, body={"data": "many"}),
        Fault("status", status=200, body=[1]),
        Fault("status", status=500, body={"error": {"code": 2, "is_transient": True}}),
        Fault("status", status=500, body={"error": {"code": 100, "error_subcode": 33}}),
        Fault("status", status=500, body={"error": {"code": 190}}),
    ],
)
def test_a_broken_answer_is_a_trouble_and_no_figure(
    network: Any, sandbox: Sandbox, name: str, expect: Expect, fault: Fault
) -> None:
    sandbox.faults.add(fault)
    with expect(OutcomeUnknown):
        network.estimate(aimed(sandbox, name, *FREIBURG, 30))


@pytest.mark.parametrize(
    ("lower", "upper"), [(-1, -1), (None, 5), (900, 100), ("1000", "2000"), (1.5, 2.5)]
)
def test_an_odd_figure_is_none(
    network: Any, sandbox: Sandbox, name: str, lower: object, upper: object
) -> None:
    """Whoever plans with it must not plan with nonsense."""
    told = {
        "estimate_ready": True,
        "estimate_mau_lower_bound": lower,
        "estimate_mau_upper_bound": upper,
    }
    sandbox.faults.add(Fault("status", status=200, body={"data": [told]}))
    assert network.estimate(aimed(sandbox, name, *FREIBURG, 30)) == Estimate(None, None)


def test_an_answer_that_never_comes_ends_in_time(
    connect: Connect, sandbox: Sandbox, name: str, expect: Expect
) -> None:
    sandbox.faults.add(Fault("hang", seconds=3.0))
    slow: Any = connect(read_timeout=0.3)
    with expect(OutcomeUnknown):
        slow.estimate(aimed(sandbox, name, *FREIBURG, 30))


def test_nobody_at_home(connect: Connect, sandbox: Sandbox, name: str, expect: Expect) -> None:
    away: Any = connect(api_base="http://127.0.0.1:9")
    with expect(NotSent):
        away.estimate(aimed(sandbox, name, *FREIBURG, 30))


@each(st.lists(st.text(min_size=1, max_size=8), max_size=300))
def test_an_organic_audience_is_towns_and_nothing_wider(keys: list[str]) -> None:
    """Whatever the keys are called ("DE", a state): a country beside towns would undo them."""
    for name in COUNTING:
        adapter: Any = networks.adapter(name)
        fitted = adapter.connect(adapter.Options()).fit(keys)
        assert list(fitted) == ["geo_locations"]
        assert list(fitted["geo_locations"]) == ["cities"]
        assert fitted["geo_locations"]["cities"] == [{"key": key} for key in keys[:250]]
