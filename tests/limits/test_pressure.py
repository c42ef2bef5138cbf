"""Slowing down before the wall: what networks tell of their limits, and what sending keeps."""

import json
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given as each
from hypothesis import strategies as st

from orchestrator.networks.wire.graph_usage import Usage, uses
from orchestrator.networks.wire.pressure import rest
from orchestrator.networks.wire.x_windows import Windows
from orchestrator.run import collect_pass, publish_pass, run_pass
from orchestrator.vocabulary import PostState
from tests.limits.conftest import Live

TOLD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["call_count", "type", "estimated_time_to_regain_access", "1"]), inner
        )
    ),
    max_leaves=8,
)
HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)


class Seconds:
    """A clock that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def published(campaign: Live, network: str, count: int = 1) -> None:
    """Posts that are out for a while and due for reading."""
    for number in range(count):
        tandem = campaign.tandem(f"{network}-{number}-{len(campaign.posts())}")
        campaign.post(tandem, network, targeting=None, mode="")
    assert publish_pass(campaign.shift()).published == count
    campaign.later(minutes=30)


def test_reading_rests_longer_and_longer_and_then_until_the_window_is_over() -> None:
    shares = [0.0, 0.5, 0.74, 0.75, 0.8, 0.85, 0.9, 0.94, 0.95, 1.0]
    rests = [rest(share, HOUR) for share in shares]
    assert rests[:3] == [timedelta()] * 3
    assert rests[3] == timedelta(minutes=5)
    assert all(one < other for one, other in pairwise(rests[3:8]))
    assert rests[-2:] == [HOUR, HOUR]
    assert max(rest(share, QUARTER) for share in shares) == QUARTER


def test_every_header_of_facebook_counts_for_its_time() -> None:
    """The largest share is what counts; the minutes that are told are the time to wait."""
    clock = Seconds()
    usage = Usage(clock)
    usage.read("GET", "/", {"x-app-usage": '{"call_count":12,"total_time":81,"total_cputime":3}'})
    assert usage.pressure.used == 0.81
    usage.read("GET", "/", {"x-ad-account-usage": '{"acc_id_util_pct":96.5}'})
    assert (usage.pressure.used, usage.pressure.rest) == (0.965, HOUR)
    told = '{"1":[{"type":"pages","call_count":100,"estimated_time_to_regain_access":93}]}'
    usage.read("GET", "/", {"x-business-use-case-usage": told})
    assert usage.pressure.rest == timedelta(minutes=93)
    clock.now = 92 * 60
    assert usage.pressure.rest == timedelta(minutes=1)
    clock.now = 94 * 60
    assert usage.pressure.used == 0
    assert usage.refuse("POST", "/1/feed") is None


def test_the_minutes_of_one_limit_say_nothing_of_another() -> None:
    """Ten hours for adverts do not keep what was told of the page once, an hour ago."""
    clock = Seconds()
    usage = Usage(clock)
    told = '{"1":[{"type":"ads_insights","call_count":100,"estimated_time_to_regain_access":%d}]}'
    usage.read("GET", "/", {"x-app-usage": '{"call_count":90}'})
    usage.read("GET", "/", {"x-business-use-case-usage": told % 600})
    assert usage.pressure.rest == timedelta(hours=10)
    clock.now = 30 * 60
    usage.read("GET", "/", {"x-business-use-case-usage": told.replace("100", "1") % 0})
    assert (usage.pressure.used, usage.pressure.rest < HOUR) == (0.9, True)
    clock.now = 2 * HOUR.total_seconds()
    assert usage.pressure.used == 0


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("x-app-usage", '{"call_count":"97","total_time":" 12.5 ","new_share":{"of":["9"]}}'),
        ("x-app-usage", '{"104":{"call_count":97.0}}'),
        ("x-ad-account-usage", '{"acc_id_util_pct":"97.0","tier":null}'),
        ("x-business-use-case-usage", '{"1":{"type":"pages","call_count":"97"}}'),
        ("x-business-use-case-usage", '{"1":[{"type":["new"],"call_count":97,"later":{}}]}'),
    ],
)
def test_a_share_is_read_however_it_is_written(header: str, told: str) -> None:
    """As a text, under one more name; what nobody knows yet breaks nothing."""
    usage = Usage(Seconds())
    usage.read("GET", "/", {header: told})
    assert usage.pressure.used == 0.97


def test_minutes_in_a_text_are_waited() -> None:
    usage = Usage(Seconds())
    told = '{"1":[{"type":"pages","estimated_time_to_regain_access":"40"}]}'
    usage.read("GET", "/", {"x-business-use-case-usage": told})
    assert usage.pressure.rest == timedelta(minutes=40)


@each(
    st.dictionaries(
        st.sampled_from(["x-app-usage", "x-business-use-case-usage"]),
        st.text() | TOLD.map(json.dumps),
    )
)
def test_no_header_breaks_the_meter(headers: dict[str, str]) -> None:
    for _name, use in uses(headers):
        assert 0 <= use.used <= 1
        assert 0 <= use.minutes <= 1440


@pytest.mark.parametrize(
    ("start", "reads"),
    [({"page": 60}, True), ({"page": 80}, True), ({"page": 96}, False), ({"ads": 97}, False)],
    ids=str,
)
def test_a_page_near_its_limit_still_sends_but_reads_less(
    campaign: Live, start: dict[str, int], reads: bool
) -> None:
    """From 95 % on the next reading makes no call, while a post goes out."""
    published(campaign, "facebook")
    campaign.sandbox.configure({"facebook": {"usage": start}})
    campaign.post(campaign.tandem("neu"), targeting=None, mode="", due_at=campaign.clock.now())
    tally = publish_pass(campaign.shift())
    assert tally.published == 1
    before = campaign.calls("facebook")
    assert bool(collect_pass(campaign.shift()).snapshots) is (start == {"page": 60})
    assert (campaign.calls("facebook") > before) is (start == {"page": 60})
    rests = campaign.account("facebook").read_not_before
    assert (rests is not None) is (start != {"page": 60})
    if rests is not None:
        longest = rests - campaign.clock.now()
        assert (longest < timedelta(minutes=59)) is reads
        campaign.later(hours=1, minutes=1)
        campaign.sandbox.configure({"facebook": {"usage": {}}})
        campaign.facebook._graph.usage._told.clear()  # as after an hour in real time
        assert collect_pass(campaign.shift()).snapshots


def test_reading_ends_in_the_middle_when_little_is_left(campaign: Live) -> None:
    """Each item of a batch counts: the first lot uses up what the page has left."""
    published(campaign, "facebook", 5)
    spent = campaign.calls("facebook")
    campaign.sandbox.configure({"facebook": {"calls_a_day": spent + 6}})
    tally = collect_pass(campaign.shift())
    assert "facebook" in tally.closed
    assert tally.snapshots
    before = campaign.calls("facebook")
    campaign.later(minutes=30)
    assert run_pass(campaign.shift()).calls["facebook"] == 0
    assert campaign.calls("facebook") == before


def test_the_minutes_that_are_named_are_waited(campaign: Live) -> None:
    """80001 with 40 minutes: nothing is sent before they are over, and the post is not lost."""
    campaign.sandbox.configure(
        {"facebook": {"rate_limit": {"code": 80001, "calls": 1, "minutes": 40}}}
    )
    post = campaign.post(campaign.tandem(), targeting=None, mode="")
    assert publish_pass(campaign.shift()).published == 0
    before = campaign.calls("facebook")
    campaign.later(minutes=39)
    publish_pass(campaign.shift())
    assert campaign.calls("facebook") == before
    assert campaign.read(post).state is PostState.PLANNED
    campaign.later(minutes=6)
    assert publish_pass(campaign.shift()).published == 1


def test_x_is_not_called_before_its_window_is_over(campaign: Live) -> None:
    """Told that none is left, the second post waits without a call, and goes out afterwards."""
    campaign.sandbox.configure({"x": {"limits": {"createPosts": {"user": 1}}}})
    for number in range(2):
        campaign.post(campaign.tandem(f"tandem-{number}"), "x")
    tally = publish_pass(campaign.shift())
    assert (tally.published, tally.waiting) == (1, 1)
    assert campaign.calls("x") == 1
    campaign.later(minutes=16)
    campaign.x._api.windows._told.clear()  # as after a quarter of an hour in real time
    assert publish_pass(campaign.shift()).published == 1


def test_each_kind_of_call_on_x_has_its_own_window() -> None:
    """Posts of a day count too; the platform's own clock tells how long."""
    clock = Seconds()
    windows = Windows(clock)
    date = "Tue, 24 Nov 2026 11:00:00 GMT"  # 1795518000
    told = {
        "date": date,
        "x-rate-limit-limit": "300",
        "x-rate-limit-remaining": "30",
        "x-rate-limit-reset": str(1795518000 + 900),
    }
    windows.read("GET", "/2/users/77/mentions", told)
    assert windows.pressure.used == pytest.approx(0.9)
    assert timedelta(minutes=5) < windows.pressure.rest <= QUARTER
    windows.read("GET", "/2/users/77/mentions", told | {"x-rate-limit-remaining": "0"})
    refusal = windows.refuse("GET", "/2/users/78/mentions")
    assert refusal
    assert 899 <= refusal.seconds <= 900
    assert windows.refuse("GET", "/2/tweets") is None
    day = {"x-app-limit-24hour-remaining": "0", "x-app-limit-24hour-reset": str(1795518000 + 7200)}
    windows.read("POST", "/2/tweets", told | day)
    clock.now = 1000
    assert windows.refuse("GET", "/2/users/77/mentions") is None
    daily = windows.refuse("POST", "/2/tweets")
    assert daily
    assert 6100 < daily.seconds <= 6200
