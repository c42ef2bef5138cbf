"""The whole way: from a file of tandems to posts on the networks, through the command line."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.journeys.conftest import (
    Approved,
    Manager,
    WriteTandems,
    ready,
    tandem_row,
    write_xlsx,
)

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.mark.parametrize(
    ("database_url", "count"), [("sqlite", 38), ("postgresql", 10)], indirect=["database_url"]
)
def test_a_week_of_daily_jobs_puts_every_approved_post_live_once(
    manager: Manager, tandems: WriteTandems, database_url: str, count: int
) -> None:
    """38 tandems, a pass a day, both databases: nothing twice, nothing lost, audiences kept."""
    manager.monkeypatch.setenv("TUEROEFFNER_DATABASE__URL", database_url)
    imported = manager.ask("tandem", "import", str(tandems(count)))
    assert imported["imported"] == count
    plan = manager.ask("plan")
    on_x = count - count // 5  # every fifth is shown in the region only
    assert plan["created"] == count * 2 + on_x * 2
    assert {each["network"] for each in plan["skipped"]} == {"x"}
    assert manager.ask("approve", "--all", "--yes")["approved"] == plan["created"]

    published = 0
    for _day in range(11):
        published += manager.ask("run", "--once", "--yes")["published"]
        manager.wait(DAY)

    posts = manager.posts()
    assert published == len(posts) == plan["created"]
    assert Counter(post["state"] for post in posts) == {"published": len(posts)}
    assert Counter(row["text"] for row in manager.live()) == Counter(p["text"] for p in posts)
    assert {post["targeting_kept"] for post in posts if post["network"] == "facebook"} == {True}
    spent = sum(
        float(charge["usd"])
        for row in manager.live()
        for charge in row.get("charges", [])
        if charge["kind"].startswith("post")
    )
    assert spent == pytest.approx(plan["cost"]["estimate"])


def test_bad_rows_are_named_and_the_good_ones_go_in(manager: Manager) -> None:
    """Exit 3, each bad row with its reason, the others imported."""
    rows = [
        tandem_row(0),
        tandem_row(1, place="Neustadt"),
        tandem_row(2, place="Hauptstraße 5, Kiel"),
        tandem_row(3, consent_on=None),
        tandem_row(0),
    ]
    answer = manager.type(
        "tandem", "import", str(write_xlsx(manager.folder / "bad.xlsx", rows)), "--json"
    )
    assert answer.exit == 3
    assert answer.document["imported"] == 1
    assert [each["row"] for each in answer.document["rejected"]] == [3, 4, 5, 6]


def test_pause_all_stops_at_once_and_resume_goes_on(manager: Manager, approved: Approved) -> None:
    """While everything is stopped no call is made, however much is due."""
    approved(3)
    manager.wait(5 * DAY)
    manager.ask("pause", "--all")
    before = len(manager.sandbox.calls.entries())
    result = manager.ask("run", "--once", "--yes")
    assert result["published"] == 0
    assert result["waiting"] > 0
    assert len(manager.sandbox.calls.entries()) == before
    assert manager.live() == []
    manager.ask("resume", "--all")
    assert manager.ask("run", "--once", "--yes")["published"] > 0


# What happens to one post after another, and how often each has to be sent then.
UNCLEAR = [
    ({"kind": "status", "status": 500}, 2),
    ({"kind": "html"}, 2),
    ({"kind": "drop_after"}, 1),
    ({"kind": "drop_before"}, 2),
]


@pytest.mark.parametrize("network", ["facebook", "x"])
def test_unclear_answers_are_settled_by_reading_back(
    manager: Manager, approved: Approved, network: str
) -> None:
    """Whatever the platform did with each post, in the end it is live exactly once."""
    manager.monkeypatch.setenv("TUEROEFFNER_FACEBOOK__AHEAD", "0h")
    approved(2)
    posts = [post for post in manager.posts() if post["network"] == network]
    wish = {"network": network, "method": "POST", "times": 1}
    wish["path"] = "/feed" if network == "facebook" else "/2/tweets"
    for post, (fault, tries) in zip(sorted(posts, key=_due), UNCLEAR, strict=True):
        manager.wait(_due(post) + MINUTE - manager.sandbox.clock.now())
        manager.sandbox.faults.add(_fault(wish | fault))
        answer = manager.type("run", "--once", "--yes", "--json")
        assert (answer.exit, answer.document["unknown"]) == (3, 1)
        for _look in range(4):
            manager.wait(15 * MINUTE)
            manager.type("run", "--once", "--yes")
        [settled] = manager.ask("post", "show", str(post["id"]))["posts"]
        assert (settled["state"], settled["attempts"]) == ("published", tries)

    for _day in range(5):
        manager.wait(DAY)
        manager.ask("run", "--once", "--yes")
    posts = manager.posts()
    assert Counter(post["state"] for post in posts) == {"published": len(posts)}
    assert Counter(row["text"] for row in manager.live()) == Counter(p["text"] for p in posts)


def _due(post: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(post["due_at"])


def _fault(wish: dict[str, Any]) -> Any:
    from orchestrator.sandbox.faults import describe

    return describe(wish)


def test_a_dead_token_stops_its_network_only_and_asks_for_a_person(
    manager: Manager, approved: Approved
) -> None:
    """Exit 4, the network named, the other one goes on; nothing is lost afterwards."""
    approved(3)
    manager.sandbox.configure({"facebook": {"token": "expired"}})
    manager.wait(5 * DAY)
    answer = manager.type("run", "--once", "--yes", "--json")
    assert answer.exit == 4
    assert list(answer.document["closed"]) == ["facebook"]
    assert answer.document["published"] > 0
    manager.sandbox.configure({"facebook": {"token": "valid"}})
    for _day in range(6):
        assert manager.type("run", "--once", "--yes").exit == 0
        manager.wait(DAY)
    assert {post["state"] for post in manager.posts()} == {"published"}


def test_a_network_without_credentials_is_off_and_the_rest_goes_on(
    manager: Manager, tandems: WriteTandems, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said once, and the campaign runs without it."""
    for name in (
        "CONSUMER_KEY",
        "CONSUMER_SECRET",
        "ACCESS_TOKEN",
        "ACCESS_TOKEN_SECRET",
        "USER_ID",
    ):
        monkeypatch.delenv(f"TUEROEFFNER_X__{name}")
    manager.ask("tandem", "import", str(tandems(2)))
    answer = manager.type("plan")
    assert answer.exit == 0
    assert answer.err.count("x is off") == 1
    assert {post["network"] for post in manager.posts()} == {"facebook"}


def test_a_dry_run_sends_and_writes_nothing(manager: Manager, approved: Approved) -> None:
    """The same posts are still due afterwards."""
    approved(2)
    manager.wait(8 * DAY)
    due = manager.ask("run", "--once", "--dry-run")["posts"]
    assert due
    assert manager.live() == []
    assert manager.ask("publish", "--dry-run")["posts"] == due


def test_a_dry_run_names_what_would_be_handed_over(manager: Manager, approved: Approved) -> None:
    """What Facebook is to hold from now on, with its time; `publish` hands over nothing."""
    approved(4)
    manager.wait(3 * DAY)
    rows = manager.ask("run", "--once", "--dry-run")["handed_over"]
    ahead = [post["id"] for post in rows]
    said = manager.type("run", "--once", "--dry-run").out
    assert "2 posts would be handed over" in said
    assert all(f"{datetime.fromisoformat(post['due_at']):%H:%M}" in said for post in rows)
    assert manager.ask("publish", "--dry-run")["handed_over"] == []
    assert {post["state"] for post in manager.posts()} == {"planned"}
    assert manager.sandbox.ledger() == []
    manager.ask("run", "--once", "--yes")
    assert [post["id"] for post in manager.posts() if post["state"] == "scheduled"] == ahead


def test_sending_and_approving_ask_first(manager: Manager, tandems: WriteTandems) -> None:
    """Without ``--yes`` and without a terminal: exit 2, the flag is named, nothing happened."""
    manager.ask("tandem", "import", str(tandems(2)))
    manager.ask("plan")

    def refused(*command: str) -> None:
        before = [(post["state"], post["approved"]) for post in manager.posts()]
        answer = manager.type(*command)
        assert answer.exit == 2
        assert "--yes" in answer.err
        assert manager.live() == []
        assert [(post["state"], post["approved"]) for post in manager.posts()] == before

    refused("approve", "--all")
    manager.ask("approve", "--all", "--yes")
    manager.wait(5 * DAY)
    refused("publish")
    refused("run", "--once")


def test_an_import_after_the_approval_takes_it_back(manager: Manager, approved: Approved) -> None:
    """A person who must no longer be named is not posted with the old words by any way."""
    approved(1)
    row = tandem_row(0, show="region", public_name="Sam")
    manager.ask("tandem", "import", str(write_xlsx(manager.folder / "changed.xlsx", [row])))
    manager.type("approve", "--all", "--yes")
    manager.wait(9 * DAY)
    manager.type("run", "--once", "--yes")
    assert manager.live() == []


def test_a_dry_run_before_the_first_import_makes_no_database(manager: Manager) -> None:
    """Nothing at all is written, whatever is tried dry."""
    for command in (("plan",), ("approve", "--all"), ("publish",), ("run", "--once")):
        assert manager.type(*command, "--dry-run").exit == 0
    assert not (manager.folder / "campaign.db").exists()


def test_a_set_time_never_sends_to_a_live_network(
    manager: Manager, approved: Approved, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With TUEROEFFNER_NOW only the sandbox may be reached, and ``run`` needs ``--once``."""
    approved(1)
    assert manager.type("run", "--yes").exit == 2
    assert manager.type("run", "--json", "--yes").exit == 2
    monkeypatch.setenv("TUEROEFFNER_X__API_BASE", "https://api.x.com")
    answer = manager.type("run", "--once", "--yes")
    assert answer.exit == 2
    assert "TUEROEFFNER_NOW" in answer.err


def test_no_secret_and_no_contact_is_ever_printed(manager: Manager, tandems: WriteTandems) -> None:
    """Tokens, phones and mails of people appear in no answer of any command, verbose or not."""
    ready(manager, tandems(3))
    manager.sandbox.configure({"facebook": {"token": "expired"}})
    manager.wait(2 * DAY)
    for command in (
        ("config", "show"), ("doctor", "--verbose"), ("tandem", "list"),
        ("tandem", "show", "tandem-01"),
        ("run", "--once", "--yes", "--verbose"), ("post", "list"), ("schedule", "show"),
        ("audience", "show", "tandem-00"), ("preview",),
    ):  # fmt: skip
        manager.type(*command)
        manager.type(*command, "--json")
    said = "\n".join(manager.said)
    secrets = [
        value
        for name, value in manager.sandbox.env().items()
        if name.endswith(("TOKEN", "SECRET", "KEY"))
    ]
    for secret in [*secrets, "heike.1@", "888 0001", "8880001", "+4976188"]:
        assert secret not in said


def test_the_timetable_as_a_list_and_as_a_calendar(manager: Manager, approved: Approved) -> None:
    """One day is that local day only; the calendar holds every post at its time, without slugs."""
    from icalendar import Calendar

    approved(4)
    posts = manager.posts()
    day = str(posts[0]["due_at"])[:10]
    shown = manager.ask("schedule", "show", "--day", day)["posts"]
    assert shown == [post for post in posts if str(post["due_at"]).startswith(day)]
    assert 0 < len(shown) < len(posts)
    manager.ask("schedule", "ics", "--out", "week.ics")
    book = Calendar.from_ical((manager.folder / "week.ics").read_bytes())
    starts = {event.decoded("dtstart").isoformat() for event in book.walk("VEVENT")}
    assert starts == {post["due_at"] for post in posts}
    assert "tandem-0" not in "".join(str(event["summary"]) for event in book.walk("VEVENT"))
    assert manager.type("schedule", "show", "--day", "morgen").exit == 2


def test_a_post_shows_what_was_tried(manager: Manager, approved: Approved) -> None:
    """Every try with its time and what the network said."""
    approved(1)
    manager.sandbox.configure({"facebook": {"token": "expired"}})
    manager.wait(5 * DAY)
    manager.type("run", "--once", "--yes")
    number = next(str(p["id"]) for p in manager.posts() if p["network"] == "facebook")
    shown = manager.ask("post", "show", number)
    assert [each["outcome"] for each in shown["tries"]] == ["not_authorised"]
    assert manager.type("post", "show", "9999").exit == 2
