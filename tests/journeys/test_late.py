"""Whenever the computer is awake: nothing expires, nothing goes out at night or twice."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

import pytest

from schedules.calendar import localise
from tests.journeys.conftest import Approved, Manager

BERLIN = "Europe/Berlin"
# The day before the campaign, its three days, and two days more.
DAYS = [date(2026, 11, 29) + timedelta(days=n) for n in range(6)]


def every_day_at(*walls: time, days: Iterable[date] = DAYS) -> list[datetime]:
    """The passes of a daily job, by the clock on the wall."""
    return [localise(day, wall, BERLIN) for day in days for wall in walls]


@dataclass
class Week:
    """Passes one after another, and what they did."""

    manager: Manager
    expired: int = 0
    exits: list[int] = field(default_factory=list)

    def passes(self, times: Iterable[datetime]) -> None:
        for at in times:
            self.manager.wait(at - self.manager.sandbox.clock.now())
            answer = self.manager.type("run", "--once", "--yes", "--json")
            self.exits.append(answer.exit)
            self.expired += answer.document["expired"]

    def check(self, planned: int) -> None:
        """Every post live once, by day; nothing expired; no pass needed anybody."""
        posts, live = self.manager.posts(), self.manager.live()
        assert Counter(post["state"] for post in posts) == {"published": planned}
        assert Counter(row["text"] for row in live) == Counter(post["text"] for post in posts)
        assert (self.expired, set(self.exits)) == (0, {0})
        assert list(at_night(live)) == []


def at_night(live: list[dict[str, Any]]) -> Iterator[str]:
    """What people saw first between 21:00 and 07:00, by UTC+1, which is Berlin's in winter."""
    for row in live:
        times = ("scheduled_publish_time", "created_time", "created_at")
        seen = next(str(row[name]) for name in times if row.get(name))
        at = datetime.fromisoformat(seen).astimezone(timezone(timedelta(hours=1)))
        if not 7 <= at.hour < 21:
            yield f"{row['network']} {at:%a %H:%M}"


@pytest.fixture
def manager(manager: Manager) -> Manager:
    """A campaign of three days: long enough to be late."""
    manager.monkeypatch.setenv("TUEROEFFNER_CAMPAIGN__END", "2026-12-02")
    return manager


def planned(manager: Manager, approved: Approved, tandems: int) -> int:
    """How many approved posts wait: of each tandem, on each network."""
    approved(tandems)
    waiting = manager.posts()
    assert {(post["tandem"], post["network"]) for post in waiting} == {
        (f"tandem-{number:02}", network)
        for number in range(tandems)
        for network in ("facebook", "x")
    }
    return len(waiting)


@pytest.mark.parametrize("held", [True, False])
def test_one_pass_a_day_is_enough(manager: Manager, approved: Approved, held: bool) -> None:
    """At seven in the morning, with or without a platform that holds posts for their time."""
    if not held:
        turn_off_handing_over(manager)
    waiting = planned(manager, approved, 2)
    week = Week(manager)
    week.passes(every_day_at(time(7)))
    week.check(waiting)


def test_a_pass_every_three_hours_all_around_the_clock(
    manager: Manager, approved: Approved
) -> None:
    """Those of the night send nothing and are no step of the rhythm."""
    waiting = planned(manager, approved, 1)
    week = Week(manager)
    week.passes(every_day_at(*(time(hour) for hour in range(0, 24, 3)), days=DAYS[1:4]))
    week.check(waiting)


def test_slots_that_are_planned_on_the_passes_go_out_at_their_time(
    manager: Manager, approved: Approved, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``passes = ["07:00"]``: no post waits for a pass of another day."""
    monkeypatch.setenv("TUEROEFFNER_CAMPAIGN__PASSES", "07:00")
    waiting = planned(manager, approved, 2)
    assert {post["due_at"][11:16] for post in manager.posts()} == {"07:00"}
    week = Week(manager)
    week.passes(every_day_at(time(7), days=DAYS[1:4]))
    week.check(waiting)
    for post in manager.posts():
        late = datetime.fromisoformat(post["published_at"]) - datetime.fromisoformat(post["due_at"])
        assert timedelta(0) <= late < timedelta(minutes=10)


def test_a_laptop_that_sleeps_at_night_and_misses_days(
    manager: Manager, approved: Approved
) -> None:
    """Opened at odd hours, once not for two days: late, a few at a time, but all of it."""
    turn_off_handing_over(manager)
    waiting = planned(manager, approved, 2)
    awake = [day for day in DAYS if day not in (date(2026, 12, 1), date(2026, 12, 2))]
    odd = [
        localise(day, time(8 + (number * 5) % 11, (number * 17) % 60), BERLIN)
        for number, day in enumerate(awake)
    ]
    evenings = [localise(day, time(21, 30), BERLIN) for day in awake[1:3]]
    week = Week(manager)
    week.passes(sorted([*odd, *evenings]))
    week.check(waiting)


def turn_off_handing_over(manager: Manager) -> None:
    """Every post has to go out from here."""
    manager.monkeypatch.setenv("TUEROEFFNER_FACEBOOK__AHEAD", "0h")
