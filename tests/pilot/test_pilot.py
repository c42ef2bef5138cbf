"""A pilot posts twice and never more, learns what the page can do, and leaves nothing behind."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlmodel import select

from orchestrator import capabilities, snapshots
from orchestrator.doctor import Level
from orchestrator.elsewhere.knows import knows
from orchestrator.elsewhere.pages import compare
from orchestrator.model import Account, Event
from orchestrator.pause import pause
from orchestrator.pilot.checks import pilots
from orchestrator.pilot.result import effect
from orchestrator.pilot.told import told
from orchestrator.ports import (
    NotAuthorised,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Readings,
    Rejected,
    Unavailable,
)
from orchestrator.shift import Shift, Tally
from orchestrator.vocabulary import Scope
from tests.conftest import on_both
from tests.fakes import FakeNetwork
from tests.pilot.conftest import DAY, PLANNED, Page

TEXTS = [each.text for each in PLANNED]
HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)


class Killed(BaseException):
    """The program ends here."""


def stop(page: Page, scope: Scope = Scope.ALL, name: str = "") -> None:
    with page.campaign.session() as session:
        now = page.campaign.clock.now()
        pause(session, page.campaign.id, [(scope, name)], now, "tester", hide=False)


def known(page: Page) -> dict[str, Any]:
    with page.campaign.store.reading() as session:
        account = session.exec(select(Account).where(Account.network == "facebook")).one()
        found = capabilities.known(session, account.id)
    return {name: row.value for name, row in found.items()}


@on_both
def test_a_pilot_from_its_first_post_to_what_it_showed(page: Page) -> None:
    """Posted, read back, compared after a day, deleted, and what was learned is on record."""
    page.type()
    gated, unlimited = page.posts().values()
    assert (gated.live, gated.kept, unlimited.live, unlimited.kept) == (True, True, True, None)
    assert known(page) == {"gate_stored": {"stored": True}}
    page.wait(timedelta(hours=23))
    page.look()
    assert page.live() == TEXTS  # the day is not over
    page.wait(2 * HOUR)
    page.look()
    assert page.live() == []
    assert page.sent() == TEXTS
    found = page.pilot()
    assert found.ended_at is not None
    assert found.result == {
        "outcome": "compared",
        "gate_stored": True,
        "gate_effect": "narrows",
        "reach": {"gated": 12, "open": 180},
        "unavailable": None,
        "taken_down": 2,
        "refused": None,
    }
    assert known(page)["gate_effect"] == {"effect": "narrows", "gated": 12, "open": 180}
    with page.campaign.store.reading() as session:
        events = [each.what for each in session.exec(select(Event)).all()]
    assert events == ["pilot begun", "pilot ended"]


POINTS = [
    "pilot begun",
    "pilot intended",
    "pilot sent",
    "pilot read back",
    "pilot looked for",
    "pilot counted",
    "pilot deleted",
    "pilot ended",
]


@pytest.mark.parametrize("answered", [True, False])
@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("point", POINTS)
def test_a_kill_anywhere_neither_doubles_nor_forgets(
    page: Page, point: str, nth: int, answered: bool
) -> None:
    """The program dies there, and whoever comes next goes on; at last nothing of it is left."""
    if not answered:  # it is there, and the answer gets lost
        page.network.script = [(True, OutcomeUnknown("no answer"))]
    passed = 0

    def dies(here: str) -> None:
        nonlocal passed
        passed += here == point
        if here == point and passed == nth:
            raise Killed

    doomed = replace(page.shift(), reached=dies)
    try:
        page.try_it(doomed)
        page.wait(DAY)
        page.look(doomed)
    except Killed:
        if page.pilot().ended_at is None:
            page.try_it()  # the same command again
    for _pass in range(4):
        page.wait(DAY)
        page.look()
    assert len(page.sent()) == len(set(page.sent())), "nothing was posted twice"
    assert page.live() == []
    assert page.pilot().ended_at is not None
    assert all(each.deleted for each in page.posts().values())


def test_no_pass_sends_what_the_command_left_unsent(page: Page) -> None:
    """Only who types the command posts; after an hour the passes break it off."""
    page.network.script = [None, NotSent("no line")]
    assert isinstance(page.try_it(), NotSent)
    page.look()
    assert page.live() == TEXTS[:1]
    page.wait(HOUR)
    page.look()
    assert (page.live(), page.sent()) == ([], TEXTS[:1])
    assert (page.pilot().result or {})["outcome"] == "broken_off"


@pytest.mark.parametrize(
    "trouble", [RateLimited("wait", seconds=60), NotAuthorised("no"), NotSent("no line")]
)
def test_what_was_provably_not_sent_is_sent_by_the_next_call(page: Page, trouble: Any) -> None:
    page.network.script = [trouble]
    assert page.try_it() is trouble
    assert page.try_it() is None
    assert page.sent() == TEXTS


def test_a_post_that_never_arrived_is_looked_for_for_a_day(page: Page) -> None:
    """Not sent again, and not given up before a slow platform would show it."""
    page.network.script = [OutcomeUnknown("no answer")]
    page.type()
    page.wait(timedelta(hours=23))
    page.look()
    assert page.posts()["gated"].is_unclear
    looks = len(page.network.looked_since)
    page.look()
    assert len(page.network.looked_since) == looks  # not at every pass
    page.wait(2 * HOUR)
    page.look()
    assert page.sent() == TEXTS[1:]
    assert (page.pilot().result or {})["gate_effect"] == "unknown"
    assert page.live() == []


def test_a_post_that_shows_late_is_taken_down_as_well(page: Page) -> None:
    """Also where the pilot was stopped meanwhile."""
    page.network.script = [OutcomeUnknown("no answer")]
    page.type()
    stop(page)
    page.look()
    assert page.live() == []
    assert page.pilot().ended_at is None  # one may still show
    page.network.live.append(("facebook-99", TEXTS[0], None))
    page.wait(HOUR)
    page.look()
    assert page.live() == []
    assert page.pilot().ended_at is not None


@on_both
@pytest.mark.parametrize(("scope", "name"), [(Scope.ALL, ""), (Scope.NETWORK, "facebook")])
def test_a_stop_stops_a_pilot(page: Page, scope: Scope, name: str) -> None:
    """Its posts come down with the next pass, long before the day is over."""
    page.type()
    stop(page, scope, name)
    page.look()
    assert page.live() == []
    assert (page.pilot().result or {})["outcome"] == "stopped"


def test_nothing_is_posted_after_a_stop(page: Page) -> None:
    """Also one that comes between the two posts."""

    def pausing(_draft: object) -> None:
        stop(page)

    page.network.script = [pausing]
    page.type()
    assert page.sent() == TEXTS[:1]
    assert page.live() == []


def test_a_page_that_forgets_the_audience_is_known_for_it(page: Page) -> None:
    page.network.keeps_targeting = False
    page.type()
    assert page.posts()["gated"].kept is False
    assert known(page)["gate_stored"] == {"stored": False}


def test_a_refused_limit_is_a_result(page: Page) -> None:
    """The open post comes down, too: there is nothing to compare it with."""
    page.network.script = [Rejected("no such targeting")]
    page.type()
    assert page.live() == []
    assert (page.pilot().result or {})["outcome"] == "broken_off"
    assert known(page)["gate_stored"] == {"stored": False}


def test_figures_that_are_late_are_waited_for_and_those_that_never_come_are_not(
    page: Page,
) -> None:
    """Not available is not 0."""
    page.network.figures = {}
    page.network.unavailable = {"viewers": Unavailable.NOT_YET}
    page.type()
    page.wait(DAY)
    page.look()
    assert page.live() == TEXTS
    page.network.unavailable = {"viewers": Unavailable.FEW_LIKES}
    page.wait(QUARTER)
    page.look()
    assert page.live() == []
    result = page.pilot().result or {}
    assert (result["gate_effect"], result["unavailable"]) == ("unknown", "few_likes")
    assert known(page)["insights"] == {"available": False, "why": "few_likes"}


@pytest.mark.parametrize(("others", "alarms"), [(0, True), (500, False)])
def test_a_pilot_that_nobody_saw_blames_the_app_unless_another_post_was_seen(
    page: Page, others: int, alarms: bool
) -> None:
    page.network.figures = {"facebook-1": {"viewers": 0}, "facebook-2": {"viewers": 0}}
    page.type()
    page.wait(DAY)
    post, now = page.campaign.published(), page.campaign.clock.now()
    with page.campaign.session() as session:
        snapshots.keep(session, {post: {"post_total_media_view_unique": others}}, now)
    tally = page.look()
    assert tally.needs_person is alarms
    assert any("development mode" in each for each in tally.findings) is alarms
    with page.campaign.store.reading() as session:
        levels = [each.level for each in pilots(session, page.campaign.id, page.campaign.settings)]
    assert (Level.FAIL in levels) is alarms


def test_a_network_in_trouble_costs_a_pass_and_says_so(page: Page) -> None:
    page.type()
    page.wait(DAY)
    page.network.reading = OutcomeUnknown("no sense")
    tally = page.look()
    assert ["no sense" in each for each in tally.findings] == [True]
    assert page.pilot().ended_at is None
    page.network.reading = None
    page.wait(QUARTER)
    page.look()
    assert page.live() == []


def half_an_hour_of_passes(page: Page, shift: Shift | None = None) -> None:
    """As a scheduler makes them; without ``shift`` each by a program of its own."""
    for _pass in range(60):
        page.look(shift)
        page.wait(timedelta(seconds=30))


@on_both
@pytest.mark.parametrize("stopped", [False, True])
def test_what_is_waited_for_is_asked_for_now_and_then(page: Page, stopped: bool) -> None:
    """A figure that is not there yet, or a post that does not go: never twice a minute."""
    page.network.figures = {}
    page.type()
    page.wait(DAY)
    asked = counted(page.network, "takedown" if stopped else "reach", returns=False)
    if stopped:
        stop(page)
        page.wait(timedelta(minutes=1))
    half_an_hour_of_passes(page)
    assert len(asked) == 2 * (len(TEXTS) if stopped else 1)
    assert page.live() == TEXTS


def counted(
    network: FakeNetwork, name: str, *, returns: object = None, raises: Exception | None = None
) -> list[object]:
    """Let a call be of no avail, and see how often it is made."""
    asked: list[object] = []
    given = Readings({}) if name == "reach" else returns

    def call(*of: object) -> object:
        asked.append(of)
        if raises:
            raise raises
        return given

    setattr(network, name, call)
    return asked


@pytest.mark.parametrize(
    ("call", "stopped"), [("reach", False), ("takedown", False), ("takedown", True)]
)
def test_a_network_that_asks_to_wait_is_left_alone_for_so_long(
    page: Page, call: str, stopped: bool
) -> None:
    """Also by the deletion, and by all other reading."""
    page.type()
    if stopped:
        stop(page)
    page.wait(DAY)
    limited = RateLimited("slow down", seconds=HOUR.total_seconds())
    asked = counted(page.network, call, raises=limited)
    shift, began = page.shift(), page.campaign.clock.now()
    half_an_hour_of_passes(page, shift)
    assert len(asked) == 1
    with page.campaign.store.reading() as session:
        account = session.exec(select(Account).where(Account.network == "facebook")).one()
    assert account.read_not_before == began + HOUR
    vars(page.network).pop(call)
    page.wait(HOUR)
    page.look(shift)
    assert page.pilot().ended_at is not None


def test_a_stop_does_not_wait_for_the_next_look(page: Page) -> None:
    """It comes a minute after one, and while reading rests."""
    page.type()
    page.wait(timedelta(minutes=1))
    with page.campaign.session() as session:
        account = session.exec(select(Account).where(Account.network == "facebook")).one()
        account.read_not_before = page.campaign.clock.now() + HOUR
    page.wait(timedelta(minutes=1))
    stop(page)
    page.look()
    assert page.live() == []


def test_a_surprise_ends_no_pass(page: Page) -> None:
    """It is told, as far as it may be, and the pilot goes on when it is over."""
    page.type()
    page.wait(DAY)
    counted(page.network, "reach", raises=KeyError("anna@example.org"))
    tally = page.look()
    assert tally.needs_person
    assert tally.findings == ["the pilot on Facebook: something unexpected at facebook: KeyError"]
    vars(page.network).pop("reach")
    page.wait(QUARTER)
    page.look()
    assert page.pilot().ended_at is not None


@on_both
def test_its_posts_are_no_strangers(page: Page) -> None:
    """A database that was moved compares itself with the pages: they explain a pilot's posts."""
    page.network.script = [(True, OutcomeUnknown("no answer"))]  # known by its words only
    shift = page.shift()
    page.type(shift)
    page.wait(HOUR)
    with page.campaign.store.reading() as session:
        told = knows(session, page.campaign.id)
    assert told is not None
    moved = replace(told, home="another place")
    assert compare(page.shift(), Tally(), moved, "here") == {}
    page.network.live.append(("facebook-77", "Somebody else's words", None))
    assert compare(page.shift(), Tally(), moved, "here") != {}


@given(some.integers(0, 10**6), some.integers(0, 10**6))
def test_a_verdict_needs_enough_people_and_a_clear_difference(gated: int, unlimited: int) -> None:
    found = effect(gated, unlimited)
    if unlimited < 30:
        assert found == "unclear"
    elif found == "narrows":
        assert gated <= unlimited / 2
    elif found == "none":
        assert gated >= 0.8 * unlimited
    assert effect(None, unlimited) == effect(gated, None) == "unknown"


@pytest.mark.parametrize(
    ("gated", "unlimited", "words"),
    [
        (12, 180, "so the limit probably works; two posts are a small sample"),
        (170, 180, "so the limit probably makes no difference; two posts are a small sample"),
        (2486, 525, "seen by 2,486, the open one by 525: not by fewer, so the limit probably"),
        (1, 2, "seen by 1, the open one by 2; that tells nothing"),
        (None, 180, "seen by an unknown number, the open one by 180; that tells nothing"),
    ],
)
def test_two_posts_give_a_hint_and_their_figures(
    page: Page, gated: int | None, unlimited: int, words: str
) -> None:
    """In what the pass says and in the doctor's words alike."""
    seen = {"facebook-1": gated, "facebook-2": unlimited}
    page.network.figures = {on: {"viewers": n} for on, n in seen.items() if n is not None}
    page.network.unavailable = {"viewers": Unavailable.FEW_LIKES}
    page.type()
    page.wait(DAY)
    assert words in told("facebook", page.look().pilots["facebook"])
    with page.campaign.store.reading() as session:
        found = [each.what for each in pilots(session, page.campaign.id, page.campaign.settings)]
    assert any(words in each for each in found)


@pytest.mark.parametrize(
    ("script", "posts", "learnt"),
    [
        ([None, NotSent("no line")], "1 post of it was taken down.", "Nothing was learnt"),
        ([Rejected("no {such} limit")], "1 post of it was taken down.", "refused: no {such} limit"),
        ([NotSent("no line")], "Nothing of it was there", "Nothing was learnt"),
    ],
)
def test_a_pilot_that_was_broken_off_says_what_came_down_and_what_was_learnt(
    page: Page, script: list[Any], posts: str, learnt: str
) -> None:
    page.network.script = script
    page.try_it()
    page.wait(HOUR)
    page.look()
    words = told("facebook", page.pilot().result or {})
    assert words.startswith("The pilot on Facebook was broken off.")
    assert posts in words
    assert learnt in words
