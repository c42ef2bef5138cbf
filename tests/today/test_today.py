"""One look in the morning: what goes out, who waits, what happened, what is wrong."""

import base64
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len
from rich.console import Console

from orchestrator.commands.desk import Desk
from orchestrator.config import Settings
from orchestrator.model import (
    Attempt,
    Campaign,
    Consent,
    Event,
    Pause,
    Pilot,
    Post,
    Snapshot,
    Tandem,
)
from orchestrator.today.morning import morning_of
from orchestrator.vocabulary import Label, Outcome, PostState, Scope
from tests.conftest import on_both
from tests.inbox.conftest import NOON, Manager, Rows

HOUR = timedelta(hours=1)
EVENING = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)  # 21:00 in Berlin, when quiet hours begin
REACH = "post_total_media_view_unique"


def test_an_empty_campaign_is_led_to_its_first_step(rows: Rows, manager: Manager) -> None:
    """No tandems, then no plan, then no approval: always the next command."""
    assert "tandem import" in manager.type("today").out
    tandem = rows.tandem()
    said = manager.type("today").out
    assert "tueroeffner plan" in said
    assert "No job offer waits." in said
    assert "nothing new" in said
    rows.post(tandem, approved_digest=None)
    said = manager.type("today").out
    assert "Nothing goes out today." in said
    assert "1 post awaits your approval: `tueroeffner approve`" in said


@pytest.mark.parametrize(
    ("on", "words"),
    [
        ("2026-11-20", "starts in 3 days"),
        ("2026-11-22", "starts in 1 day"),
        ("2026-11-23", "day 1 of 7"),
        ("2026-11-29", "day 7 of 7"),
        ("2026-11-30", "has ended"),
    ],
)
def test_the_day_of_the_campaign(on: str, words: str, manager: Manager) -> None:
    """In words and numbers, on the campaign's wall: 23:30 UTC is tomorrow in Berlin."""
    manager.now = datetime.fromisoformat(f"{on}T23:30:00+00:00") - timedelta(days=1)
    assert words in manager.type("today").out.splitlines()[0]
    assert manager.ask("today")["date"] == on


@on_both
def test_what_goes_out_today(rows: Rows, manager: Manager) -> None:
    """By network, what is out already, when the next is due; neither tomorrow's nor unapproved."""
    tandem = rows.tandem()
    out = {"state": PostState.PUBLISHED, "published_at": NOON - 2 * HOUR}
    rows.post(tandem, **out)
    rows.post(tandem, state=PostState.PUBLISHED, published_at=EVENING)
    rows.post(tandem, "x", due_at=NOON + HOUR)
    rows.post(tandem, due_at=NOON + 3 * HOUR)
    rows.post(tandem, due_at=datetime(2026, 11, 24, 23, 0, tzinfo=UTC))  # midnight in Berlin
    rows.post(tandem, due_at=NOON + HOUR, approved_digest=None)
    rows.post(tandem, due_at=NOON + HOUR, approved_digest="of an older text")
    rows.post(tandem, due_at=NOON + HOUR, state=PostState.CANCELLED)
    document = manager.ask("today")["out"]
    assert document["by_network"] == {"facebook": 2, "x": 1}
    assert (document["published"], document["to_go"]) == (1, 2)
    assert document["next_at"] == "2026-11-24T13:00:00+01:00"
    assert document["awaiting_approval"] == 2
    said = manager.type("today").out
    assert "Today: Facebook 2, X 1 · already out: 1 · next at 13:00" in said
    manager.now = NOON + 2 * HOUR
    assert "the next is due now" in manager.type("today").out


@on_both
def test_offers_that_wait_with_their_age_and_holder(rows: Rows, manager: Manager) -> None:
    """Oldest first; finished, deleted and repeated ones do not wait."""
    tandem = rows.tandem()
    young = rows.reply(received_at=NOON - timedelta(minutes=10), network=None, channel="phone")
    old = rows.reply(received_at=NOON - 50 * HOUR, tandem_id=tandem)
    rows.reply(status="filled")
    rows.reply(duplicate_of=old)
    rows.reply("", deleted_at=NOON)
    manager.ask("inbox", "take", str(old))
    waiting = manager.ask("today")["offers_waiting"]
    unchecked = {"check": "none", "warned": False}
    assert waiting == [
        {"id": old, "tandem": "amira-und-jonas", "alternative": False, "age_hours": 50,
         "taken_by": "heike", "answered": False, "network": "facebook", "channel": "comment",
         **unchecked},
        {"id": young, "tandem": None, "alternative": False, "age_hours": 0, "taken_by": None,
         "answered": False, "network": None, "channel": "phone", **unchecked},
    ]  # fmt: skip
    said = manager.type("today").out
    assert "2 job offers wait for a call: `tueroeffner inbox show ID --contact`" in said
    assert re.search(rf"{old}  2 days +Facebook +amira-und-jonas +taken by heike", said)
    assert re.search(rf"{young}  1 h +by phone", said)


def test_offerers_without_an_answer(rows: Rows, manager: Manager) -> None:
    """Whoever offers something should hear that it arrived, also once it is handed over."""
    handed, waiting = rows.reply(status="forwarded"), rows.reply()
    assert manager.ask("today")["unacknowledged"] == [handed, waiting]
    said = manager.type("today").out
    assert f"2 offerers have had no answer yet: `tueroeffner inbox reply {handed}`" in said
    for each in (handed, waiting):
        manager.ask("inbox", "reply", str(each), "--way", "noted", "--yes")
    assert manager.ask("today")["unacknowledged"] == []
    assert all(each["answered"] for each in manager.ask("today")["offers_waiting"])


def test_what_else_is_to_be_read_is_counted(rows: Rows, manager: Manager) -> None:
    """Tips, questions, and what the sorting is unsure about; not what somebody has."""
    rows.reply("Fragt beim Amt", Label.TIP)
    rows.reply("Wann?", Label.QUESTION)
    rows.reply("Wo?", Label.QUESTION)
    rows.reply("Wer?", Label.QUESTION, taken_by="heike", taken_at=NOON)
    rows.reply("Hm", Label.OTHER, queue=True)
    rows.reply("Toll", Label.ENCOURAGEMENT)
    assert manager.ask("today")["also_to_read"] == {"tip": 1, "question": 2, "other": 1}
    assert (
        "Also to read: 1 tip, 2 questions, 1 other: `tueroeffner inbox`"
        in manager.type("today").out
    )


@on_both
def test_what_happened_since_the_evening(rows: Rows, manager: Manager) -> None:
    """Posts, replies and new reach since quiet hours began; what was before is not told again."""
    tandem = rows.tandem()
    live = {"state": PostState.PUBLISHED}
    fresh = rows.post(tandem, **live, published_at=EVENING + HOUR, collected_at=NOON - HOUR)
    older = rows.post(tandem, **live, published_at=EVENING - 9 * HOUR, collected_at=NOON - HOUR)
    rows.post(tandem, **live, published_at=EVENING - HOUR, collected_at=EVENING - HOUR)
    refused = rows.post(tandem, state=PostState.REJECTED)
    before = rows.post(tandem, state=PostState.REJECTED)
    young = NOON - timedelta(minutes=20)  # not yet an alarm
    unclear = rows.post(tandem, "x", state=PostState.UNKNOWN, due_at=young)
    rows.add(
        *[_attempt(post, at) for post, at in [(refused, EVENING), (before, EVENING - HOUR)]],
        Snapshot(post_id=older, metric=REACH, taken_at=EVENING - 3 * HOUR, value=300),
        Snapshot(post_id=older, metric=REACH, taken_at=EVENING - 2 * HOUR, value=400),
        Snapshot(post_id=older, metric=REACH, taken_at=EVENING + HOUR, value=450),
        Snapshot(post_id=older, metric=REACH, taken_at=NOON - HOUR, value=1_000),
        Snapshot(post_id=older, metric="comments", taken_at=NOON - HOUR, value=77),
        Snapshot(post_id=fresh, metric=REACH, taken_at=NOON - HOUR, value=700),
        *[
            Event(campaign_id=rows.id, at=at, actor="job", what="expired", subject="post 1")
            for at in (EVENING, EVENING - HOUR)
        ],
    )
    with rows.store.reading() as session:
        page = session.get_one(Post, fresh).account_id
    stopped = {"outcome": "stopped", "gate_stored": True, "taken_down": 2}
    rows.add(
        *[
            Pilot(account_id=page, started_at=at, due_at=at, posts=[], ended_at=at, result=stopped)
            for at in (EVENING, EVENING - HOUR)
        ]
    )
    offer = rows.reply()
    rows.reply(duplicate_of=offer)
    rows.reply("Toll", Label.ENCOURAGEMENT)
    rows.reply(collected_at=EVENING - HOUR)
    rows.reply("", deleted_at=NOON)
    night = manager.ask("today")["overnight"]
    assert night == {
        "since": "2026-11-23T21:00:00+01:00", "published": 1, "rejected": 1, "unknown": 1,
        "expired": 1, "offers": 1, "replies": {"job_offer": 1, "encouragement": 1},
        "reach": [{"network": "facebook", "metric": REACH, "value": 1_300, "people": True}],
        "pilots": [{"network": "facebook", **stopped}],
    }  # fmt: skip
    said = manager.type("today").out
    assert "Since Mon 23 Nov 21:00:" in said
    assert "Posts: published 1, refused 1, unclear 1, too late 1" in said
    assert "Newly read reach: Facebook +1,300 people" in said
    assert "Replies: 1 job offer, 1 other" in said
    assert said.count("The pilot on Facebook was stopped. 2 posts of it were taken down.") == 1
    assert f"! 1 post is unclear: `tueroeffner post show {unclear}`" in said
    assert "! 2 posts were refused: `tueroeffner post list`" in said, "nobody saw to the older one"
    assert "! 1 post came too late and was not sent: `tueroeffner post list`" in said


@on_both
def test_what_came_to_nothing_stays_on_the_screen(rows: Rows, manager: Manager) -> None:
    """Refused or given up, days ago: it is told until somebody acted, but not as last night's."""
    tandem = rows.tandem()
    refused = rows.post(tandem, state=PostState.REJECTED)
    lost = rows.post(tandem, state=PostState.REJECTED)
    late = NOON - HOUR
    lost_try = {"digest": "0", "sent_at": EVENING - 30 * HOUR, "outcome": Outcome.NOT_SENT}
    rows.add(
        _attempt(refused, EVENING - 50 * HOUR),
        Attempt(post_id=lost, number=1, **lost_try, reads=3, read_at=EVENING - 20 * HOUR),
        Attempt(post_id=lost, number=2, **lost_try, reads=3, read_at=late),
    )
    assert trouble(manager) == [
        ("1 post was lost again and again and was given up", f"tueroeffner post show {lost}"),
        ("1 post was refused", f"tueroeffner post show {refused}"),
    ]
    assert manager.ask("today")["overnight"]["rejected"] == 1
    with rows.store.session() as session:
        for post in (refused, lost):
            session.get_one(Post, post).state = PostState.CANCELLED
    assert trouble(manager) == []


def test_an_offer_that_was_checked_still_waits(rows: Rows, manager: Manager) -> None:
    """In the list, on this screen and in the report it is one and the same."""
    rows.reply(status="forwarded")
    checked = rows.reply(status="checked")
    assert [each["id"] for each in manager.ask("inbox", "--waiting")["replies"]] == [checked]
    assert [each["id"] for each in manager.ask("today")["offers_waiting"]] == [checked]
    assert manager.ask("report")["totals"]["waiting"] == 1


def _attempt(post: int, at: datetime) -> Attempt:
    return Attempt(
        post_id=post, number=1, digest="0", sent_at=at, ended_at=at, outcome=Outcome.REJECTED
    )


def test_no_figure_is_not_zero(rows: Rows, manager: Manager) -> None:
    """Where nothing was read there is no reach, not even a 0; views are not called people."""
    tandem = rows.tandem()
    post = rows.post(
        tandem, "x", state=PostState.PUBLISHED, published_at=EVENING, collected_at=NOON
    )
    assert manager.ask("today")["overnight"]["reach"] == []
    rows.add(Snapshot(post_id=post, metric="impression_count", taken_at=NOON, value=5))
    (figure,) = manager.ask("today")["overnight"]["reach"]
    assert figure["people"] is False
    assert "X +5 views" in manager.type("today").out


@pytest.mark.parametrize(
    ("quiet", "now", "since"),
    [
        ("21:00-07:00", "2026-11-24T08:00", "2026-11-23T21:00"),
        ("21:00-07:00", "2026-11-24T22:00", "2026-11-23T21:00"),
        ("21:00-07:00", "2026-11-24T00:10", "2026-11-23T21:00"),
        ("00:30-06:00", "2026-11-24T08:00", "2026-11-24T00:30"),
        ("00:30-06:00", "2026-11-24T00:10", "2026-11-23T00:30"),
        ("", "2026-11-24T08:00", "2026-11-23T08:00"),
    ],
)
def test_the_evening_before(
    quiet: str, now: str, since: str, settings: Callable[..., Settings]
) -> None:
    """Whenever quiet hours begin, one looks back to the start of the last whole night."""
    campaign = settings(campaign={"quiet_hours": quiet}).campaign
    zone = ZoneInfo("Europe/Berlin")
    at = datetime.fromisoformat(now).replace(tzinfo=zone)
    morning = morning_of(campaign, at.astimezone(UTC))
    assert morning.since == datetime.fromisoformat(since).replace(tzinfo=zone)
    assert morning.start <= morning.now < morning.end


def trouble(manager: Manager) -> list[tuple[str, str]]:
    return [(each["what"], each["remedy"]) for each in manager.ask("today")["trouble"]]


@on_both
def test_whatever_stops_the_campaign_has_its_command(rows: Rows, manager: Manager) -> None:
    """Frozen, paused in three ways, a network without access, gone posts, ending consent."""
    tandem = rows.tandem()
    ended = rows.tandem("tandem-07", state="closed")
    left = rows.tandem("tandem-08", state="withdrawn")
    rows.post(left, "x", state=PostState.PUBLISHED, published_at=NOON, remote_id="99")
    rows.post(tandem, "x", due_at=NOON + HOUR)
    gone = rows.post(tandem, state=PostState.PUBLISHED, published_at=NOON, gone_at=NOON)
    with rows.store.session() as session:
        session.get_one(Campaign, rows.id).frozen_since = NOON - HOUR
        people = [session.get_one(Tandem, each).refugee_id for each in (tandem, ended)]
    rows.add(
        Pause(campaign_id=rows.id, scope=Scope.ALL, since=NOON, actor="heike"),
        Pause(campaign_id=rows.id, scope=Scope.NETWORK, name="x", since=NOON, actor="heike"),
        Pause(campaign_id=rows.id, scope=Scope.TANDEM, name="a", since=NOON, actor="heike"),
        Pause(campaign_id=rows.id, scope=Scope.TANDEM, name="b", since=NOON, actor="heike"),
        Pause(
            campaign_id=rows.id,
            scope=Scope.TANDEM,
            name="tandem-08",
            since=NOON,
            actor="heike",
            hide=True,
        ),
        _consent(tandem, people[0], "facebook", date(2026, 12, 8)),
        _consent(tandem, people[0], "x", date(2026, 12, 8)),
        _consent(tandem, people[0], "site", date(2026, 12, 9)),
        _consent(ended, people[1], "facebook", date(2026, 12, 1)),
    )
    found = trouble(manager)
    assert [what for what, _remedy in found if "be hidden" in what] == []
    assert [what for what, _remedy in found if "must be down" in what]
    assert [each for each in found if "must be down" not in each[0]] == [
        ("Frozen: the database is a copy of Tue 24 Nov 11:00", "tueroeffner run --release"),
        ("Everything is stopped since Tue 24 Nov 12:00", "tueroeffner resume --all"),
        ("X is stopped", "tueroeffner resume --network x"),
        ("2 tandems are stopped", "tueroeffner resume a …"),
        ("X is off, and 1 post waits for it", "tueroeffner doctor"),
        ("1 post is gone from its network", f"tueroeffner post show {gone}"),
        (
            "Consent of amira-und-jonas for Facebook ends on Dec 8, 2026: 1 published post comes"
            " down; extending needs a new consent",
            "tueroeffner tandem consent amira-und-jonas",
        ),
    ]


def _consent(tandem: int, person: int, purpose: str, ends: date) -> Consent:
    return Consent(
        tandem_id=tandem, person_id=person, purpose=purpose, given_on=date(2026, 11, 1),
        ends_on=ends,
    )  # fmt: skip


@pytest.mark.parametrize("found", [None, "", "another campaign's"])
def test_a_lost_key_is_said_in_the_morning(rows: Rows, manager: Manager, found: str | None) -> None:
    """Missing, empty or of another campaign; by `today` and by `run --status`."""
    rows.tandem("amira-und-jonas")
    [path] = (manager.folder / "keys").iterdir()
    path.unlink()
    if found is not None:
        path.touch(0o600)
        path.write_text(base64.b64encode(bytes(32)).decode() if found else "")
    status = manager.type("run", "--status", "--json")
    assert (status.exit, status.document["alarms"][0]["name"]) == (4, "key_lost")
    assert any("key" in each["what"] for each in manager.ask("today")["trouble"])


@on_both
def test_what_waits_for_a_person_to_approve_or_to_plan(
    rows: Rows, manager: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within a day it asks for somebody; days ahead it is only said, and `plan` ends it."""
    tandem = rows.tandem("anna", changed_at=NOON - HOUR)
    closed = rows.tandem("bela", changed_at=NOON - HOUR, state="closed")
    rows.post(tandem, due_at=NOON + 25 * HOUR, approved_digest=None)  # time enough
    rows.post(tandem, "x", due_at=NOON + HOUR, approved_digest=None)  # the network is off
    for each, due in ((tandem, 30), (tandem, -1), (closed, 30)):
        rows.post(each, due_at=NOON + due * HOUR, state=PostState.CANCELLED)
    rows.add(Event(campaign_id=rows.id, at=NOON - 2 * HOUR, actor="heike", what="plan"))
    later = manager.type("run", "--status", "--json")
    [alarm] = later.document["alarms"]
    assert (later.exit, alarm["name"], alarm["remedy"]) == (0, "called_off", "tueroeffner plan")
    assert "1 post was called off by a change" in alarm["what"]
    checks = manager.type("doctor", "--json").document["checks"]
    assert [each["level"] for each in checks if each["name"] == "posts"] == ["warn"]

    monkeypatch.setenv("TUEROEFFNER_FACEBOOK__PAGE_ID", "1001")
    monkeypatch.setenv("TUEROEFFNER_FACEBOOK__PAGE_TOKEN", "a-token-of-the-test")
    soon = rows.post(tandem, due_at=NOON + 24 * HOUR, approved_digest=None)
    rows.add(Event(campaign_id=rows.id, at=NOON, actor="heike", what="plan"))
    now = manager.type("run", "--status", "--json")
    [alarm] = now.document["alarms"]
    assert (now.exit, alarm["name"], alarm["posts"]) == (4, "not_approved", [soon])
    assert trouble(manager)[0] == (
        "1 post waits for your yes, due Wed 25 Nov 12:00",
        "tueroeffner preview; tueroeffner approve --all",
    )


def test_what_was_called_off_for_today_needs_somebody_today(rows: Rows, manager: Manager) -> None:
    """The morning before it was to go out, the status ends with exit 4."""
    tandem = rows.tandem("anna", changed_at=NOON - HOUR)
    rows.add(Event(campaign_id=rows.id, at=NOON - 2 * HOUR, actor="heike", what="plan"))
    rows.post(tandem, due_at=NOON + HOUR, state=PostState.CANCELLED)
    assert manager.type("run", "--status").exit == 4


def test_all_is_well_without_a_word(rows: Rows, manager: Manager) -> None:
    """Nothing wrong: no section, no line."""
    rows.tandem()
    assert trouble(manager) == []
    assert "!" not in manager.type("today").out


def test_the_worst_morning_fits_one_screen(
    rows: Rows, manager: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """24 lines of 80 columns hold it, the prompt included; what does not fit is counted."""
    slug = "lina-und-das-sehr-lange-paar-aus-bad-homburg-vor-der-hoehe"
    tandem = rows.tandem(slug)
    for network in ("facebook", "x"):
        for state in (PostState.UNKNOWN, PostState.REJECTED, PostState.PLANNED):
            rows.post(tandem, network, state=state)
        rows.post(tandem, network, approved_digest=None)
        post = rows.post(
            tandem, network, state=PostState.PUBLISHED, published_at=NOON, collected_at=NOON,
            gone_at=NOON,
        )  # fmt: skip
        metric = REACH if network == "facebook" else "impression_count"
        rows.add(Snapshot(post_id=post, metric=metric, taken_at=NOON, value=12_345_678))
        rows.add(
            Pause(campaign_id=rows.id, scope=Scope.NETWORK, name=network, since=NOON, actor="h")
        )
    rows.add(
        Event(campaign_id=rows.id, at=NOON, actor="job", what="expired", subject="post 1"),
        Pause(campaign_id=rows.id, scope=Scope.ALL, since=NOON, actor="heike"),
    )
    for label in Label:
        rows.reply(label=label, queue=True, tandem_id=tandem)
    for _offer in range(9):
        rows.reply(tandem_id=tandem, taken_by="maximiliane-henriette", taken_at=NOON)
    monkeypatch.setattr(Desk, "console", property(lambda _desk: Console(width=80)))
    lines = manager.type("today").out.splitlines()
    assert sum(max(-(-cell_len(line) // 80), 1) for line in lines) <= 23, "\n".join(lines)
    assert any("and 7 more: `tueroeffner inbox list --label job_offer`" in line for line in lines)
    assert any("more: `tueroeffner today --json`" in line for line in lines)
    assert len(manager.ask("today")["offers_waiting"]) == 10


def test_it_can_be_looked_at_before_there_is_a_campaign(
    rows: Rows, manager: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Right after `init`, without any row, it leads to the first step."""
    monkeypatch.setenv("TUEROEFFNER_CAMPAIGN__SLUG", "another-campaign")
    document: dict[str, Any] = manager.ask("today")
    assert document["offers_waiting"] == document["trouble"] == []
    assert "tandem import" in manager.type("today").out


def test_looking_writes_nothing(rows: Rows, manager: Manager) -> None:
    """Neither `today` nor the lists leave a trace in the log."""
    reply = rows.reply()
    for command in (["today"], ["inbox"], ["inbox", "show", str(reply)]):
        assert manager.type(*command).exit == 0
    assert rows.events(reply) == []


@on_both
def test_a_lost_audience_is_named_until_the_post_is_gone(rows: Rows, manager: Manager) -> None:
    """However long ago it was found out; the worst first, which is an alarm that needs somebody."""
    tandem = rows.tandem()
    lost = {"targeting_kept": False, "published_at": NOON - 30 * HOUR}
    soft = rows.post(tandem, state=PostState.PUBLISHED, mode="soft", **lost)
    rows.post(tandem, state=PostState.WITHDRAWN, mode="hard", **lost)
    rows.post(tandem, state=PostState.PUBLISHED, mode="hard", **lost | {"targeting_kept": True})
    said = manager.type("today").out
    assert f"1 post is there although its network did not keep its audience: {soft}" in said
    assert _level(manager, "did not keep its audience") == "warn"
    held = rows.post(tandem, state=PostState.SCHEDULED, mode="hard", targeting_kept=False)
    (alarm,) = [
        each
        for each in manager.type("run", "--status", "--json").document["alarms"]
        if each["name"] == "audience_lost"
    ]
    assert alarm["posts"] == [held, soft]
    assert f"audience: {held}, {soft}" in alarm["what"]
    assert _level(manager, alarm["what"]) == "fail"


def _level(manager: Manager, words: str) -> str | None:
    """How bad the doctor finds it."""
    checks = manager.type("doctor", "--json").document["checks"]
    return next((each["level"] for each in checks if words in each["what"]), None)
