"""Posts that nobody sees are an alarm with its likely cause; what cannot be known is none."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from orchestrator import snapshots
from orchestrator.doctor import Check, Level
from orchestrator.model import Account, Pilot
from orchestrator.pilot import checks
from orchestrator.pilot.live import record
from orchestrator.run import collect_pass
from orchestrator.shift import Tally
from orchestrator.today.alarms import Alarm, Moment, alarms
from orchestrator.today.reached import judged, tell
from orchestrator.vocabulary import PostState
from tests.conftest import on_both
from tests.publishing.conftest import NOON, Campaign

HOUR = timedelta(hours=1)
REACH = "post_total_media_view_unique"


def live(campaign: Campaign, hours: float, **changes: Any) -> int:
    """A post that is live since so many hours."""
    return campaign.published(published_at=NOON - hours * HOUR, **changes)


def read(campaign: Campaign, post_id: int, value: int, at: datetime = NOON) -> None:
    with campaign.session() as session:
        snapshots.keep(session, {post_id: {REACH: value}}, at)


def told(campaign: Campaign) -> dict[str, Alarm]:
    with campaign.store.reading() as session:
        found = alarms(session, campaign.id, campaign.settings, Moment(NOON, NOON))
        return {each.name: each for each in found if each.name in ("nobody_sees", "reach_unknown")}


def check(campaign: Campaign) -> Check | None:
    with campaign.store.reading() as session:
        found = list(checks.reach(session, campaign.id, campaign.settings, NOON))
    return found[0] if found else None


@on_both
def test_zero_on_every_post_is_an_alarm(campaign: Campaign) -> None:
    """In the morning, in the doctor's words, and in what a pass says; the cause and the remedy."""
    posts = [live(campaign, 7), live(campaign, 30)]
    for each in posts:
        read(campaign, each, 0)
    alarm = told(campaign)["nobody_sees"]
    assert (list(alarm.posts), alarm.works) == (posts, False)
    assert "development mode" in alarm.what
    found = check(campaign)
    assert found is not None
    assert found.level is Level.FAIL
    assert "Nobody has said yet" in found.what
    assert "App Mode" in found.remedy
    tally = Tally()
    tell(campaign.shift(), tally)
    assert tally.needs_person
    assert "development mode" in tally.findings[0]


def test_the_passes_that_read_say_so(campaign: Campaign) -> None:
    """So it stands in the scheduler's log."""
    read(campaign, live(campaign, 7), 0)
    assert any("development mode" in each for each in collect_pass(campaign.shift()).findings)


@pytest.mark.parametrize(("live_mode", "words"), [(True, "is in Live mode"), (False, "is not in")])
def test_what_was_said_of_the_mode_is_named(
    campaign: Campaign, live_mode: bool, words: str
) -> None:
    """With who and when: they may have been wrong."""
    read(campaign, live(campaign, 7), 0)
    record(campaign.shift(), "facebook", live_mode)
    found = check(campaign)
    assert found is not None
    assert "tester said on Nov 24, 2026" in found.what
    assert words in found.what


@pytest.mark.parametrize(
    ("hours", "changes", "figure", "at"),
    [
        (5.9, {}, 0, NOON),  # too young
        (7, {"hidden_at": NOON}, 0, NOON),  # hidden, so nobody shall see it
        (7, {"gone_at": NOON}, 0, NOON),
        (7, {}, 1, NOON),  # somebody did
        (7, {}, None, NOON),  # never read
        (7, {}, 0, NOON - 2 * HOUR),  # read too early to mean anything
    ],
)
def test_no_alarm_by_guess(
    campaign: Campaign, hours: float, changes: dict[str, Any], figure: int | None, at: datetime
) -> None:
    post = live(campaign, hours, **changes)
    if figure is not None:
        read(campaign, post, figure, at)
    assert "nobody_sees" not in told(campaign)


def test_one_reader_of_one_post_is_enough(campaign: Campaign) -> None:
    """The app is live, however badly the others do."""
    for figure in (0, 0, 3):
        read(campaign, live(campaign, 9), figure)
    assert told(campaign) == {}
    found = check(campaign)
    assert found is not None
    assert found.level is Level.OK


@on_both
@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("few_likes", "fewer than 100 likes"),
        ("not_permitted", "may not read"),
        ("vanished", "no longer tells"),
        ("not_yet", "not known yet"),
        (None, "1 of 1"),
    ],
)
def test_what_cannot_be_known_is_said_and_is_no_alarm(
    campaign: Campaign, why: str | None, words: str
) -> None:
    """Not available is not 0: each reason has its own sentence."""
    live(campaign, 7)
    if why:
        with campaign.session() as session:
            account = session.get_one(Account, campaign.accounts["facebook"])
            account.unavailable = {REACH: why}
    [alarm] = told(campaign).values()
    assert (alarm.name, alarm.works, alarm.soon) == ("reach_unknown", True, False)
    assert words in alarm.what
    found = check(campaign)
    assert found is not None
    assert (found.level, bool(found.remedy)) == (Level.WARN, True)


@on_both
@pytest.mark.parametrize(
    "changes",
    [
        {"published_at": NOON - 3 * HOUR},  # too young to be judged
        {"state": PostState.WITHDRAWN},
        {"published_at": NOON - 30 * HOUR, "hidden_at": NOON},
        {"published_at": NOON - 30 * HOUR, "gone_at": NOON},
    ],
)
def test_whoever_saw_one_of_our_posts_proves_that_the_app_is_live(
    campaign: Campaign, changes: dict[str, Any]
) -> None:
    """Also one that is too young, or not there any more: an old post that nobody sees is usual."""
    read(campaign, campaign.published(**changes), 500)
    read(campaign, live(campaign, 7), 0)
    assert told(campaign) == {}


@on_both
@pytest.mark.parametrize(("reach", "alarms"), [(180, False), (0, True), (None, True)])
def test_a_pilot_that_was_seen_proves_it_as_well(
    campaign: Campaign, reach: int | None, alarms: bool
) -> None:
    read(campaign, live(campaign, 7), 0)
    with campaign.session() as session:
        on = campaign.accounts["facebook"]
        post = {"kind": "open", "text": "", "language": "de", "reach": reach}
        session.add(Pilot(account_id=on, started_at=NOON, due_at=NOON, posts=[post]))
    assert ("nobody_sees" in told(campaign)) is alarms


def test_nothing_is_said_of_posts_that_were_not_read(campaign: Campaign) -> None:
    """One zero among twenty posts tells nothing of the others; when all are read, it does."""
    posts = [live(campaign, 7 + hours) for hours in range(20)]
    read(campaign, posts[0], 0)
    [unknown] = told(campaign).values()
    assert (unknown.name, "19 of 20" in unknown.what) == ("reach_unknown", True)
    for each in posts:
        read(campaign, each, 0)
    assert list(told(campaign)) == ["nobody_sees"]


def test_limited_posts_alone_are_no_ground(campaign: Campaign) -> None:
    """Of a town's people one or two see such a post; an open one beside them is a ground."""
    read(campaign, live(campaign, 7, mode="hard"), 0)
    [unknown] = told(campaign).values()
    assert (unknown.name, "limited" in unknown.what) == ("reach_unknown", True)
    found = check(campaign)
    assert found is not None
    assert "--pilot" in found.remedy
    read(campaign, live(campaign, 7), 0)
    assert list(told(campaign)) == ["nobody_sees"]


def test_x_has_no_such_mode(campaign: Campaign) -> None:
    """Its posts are not asked about."""
    campaign.published("x", published_at=NOON - 9 * HOUR)
    assert told(campaign) == {}


@given(some.lists(some.one_of(some.none(), some.integers(0, 5))))
def test_only_figures_count(figures: list[int | None]) -> None:
    """Somebody is enough; that nobody saw them is known when it is known of all."""
    known = [each for each in figures if each is not None]
    complete = bool(known) and len(known) == len(figures)
    assert judged(figures) is (True if sum(known) else False if complete else None)
