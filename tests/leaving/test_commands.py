"""The commands on a campaign in the sandbox: what is asked, said, answered, and seen afterwards."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select, update

from orchestrator.leaving import away
from orchestrator.model import Consent, Reply, Tandem, Upload
from orchestrator.sandbox.faults import describe
from orchestrator.store import open_store
from orchestrator.vocabulary import Label
from tests.journeys.conftest import Approved, Manager

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _no_second_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits in a test."""
    monkeypatch.setattr(away, "_PAUSES", ())


@pytest.fixture
def midweek(manager: Manager, approved: Approved) -> Manager:
    """Four tandems, of which some posts are out, some are held, and some only planned."""
    approved(4)
    manager.wait(2 * DAY)
    for _day in range(4):
        manager.wait(DAY)
        manager.ask("run", "--once", "--yes")
    return manager


def of(manager: Manager, slug: str, *states: str) -> list[dict[str, Any]]:
    posts = [post for post in manager.posts() if post["tandem"] == slug]
    return [post for post in posts if not states or post["state"] in states]


def out(manager: Manager) -> str:
    """A tandem with posts that people see, on both networks."""
    networks: dict[str, set[str]] = {}
    for post in manager.posts():
        if post["state"] == "published":
            networks.setdefault(post["tandem"], set()).add(post["network"])
    return next(slug for slug, names in sorted(networks.items()) if len(names) == 2)


def texts_on_networks(manager: Manager) -> set[str]:
    return {str(row["text"]) for row in manager.live()}


def test_a_withdrawal_from_the_question_to_the_proof(midweek: Manager) -> None:
    """Refused without a yes, shown without harm, done with proof, and repeated for nothing."""
    slug = out(midweek)
    before = of(midweek, slug)
    refused = midweek.type("tandem", "withdraw", slug)
    assert (refused.exit, "--yes" in refused.err) == (2, True)
    shown = midweek.type("tandem", "withdraw", slug, "--dry-run")
    assert shown.exit == 0
    assert "search engines" in shown.out
    assert of(midweek, slug) == before
    until = _brought(midweek, next(each for each in before if _waits_for_x(each)))
    answer = midweek.ask("tandem", "withdraw", slug, "--yes")
    assert answer["unseen"] == [{"network": "x", "until": until.isoformat()}]
    published = [post["id"] for post in before if post["state"] == "published"]
    assert (answer["removed"], answer["left"]) == (published, [])
    assert answer["cancelled"] == sum(post["state"] == "planned" for post in before)
    assert texts_on_networks(midweek).isdisjoint(post["text"] for post in before)
    again = midweek.type("tandem", "withdraw", slug)
    assert (again.exit, "nobody can delete it earlier" in again.out) == (0, True)
    midweek.wait(DAY)
    again = midweek.type("tandem", "withdraw", slug)
    assert (again.exit, "anything left" in again.out) == (0, True)
    midweek.ask("backup", "create")
    midweek.ask("tandem", "erase", slug, "--yes")
    assert not [each for each in midweek.ask("plan")["skipped"] if "erased" in each["tandem"]]
    midweek.ask("audience", "build")
    for _day in range(2):
        midweek.wait(DAY)
        midweek.ask("run", "--once", "--yes")
    assert texts_on_networks(midweek).isdisjoint(post["text"] for post in before)


def test_who_withdrew_is_in_no_list_and_no_report(midweek: Manager) -> None:
    """Only numbers are left: no name, no town, no word, no link, in any form."""
    slug = out(midweek)
    midweek.ask("collect")
    entry = midweek.ask("tandem", "show", slug)
    published = of(midweek, slug, "published")
    total = midweek.ask("report", "--format", "json")["totals"]["published"]
    midweek.ask("tandem", "withdraw", slug, "--yes")
    private = [entry["public_name"], entry["appeals"][0]["text"], published[0]["permalink"]]
    private += [post["text"] for post in of(midweek, slug)]
    for said in (_tables(midweek), *_screens(midweek)):
        assert not [word for word in private if word and word in said]
    figures = midweek.type("report", "explain", "by_tandem._withdrawn.published").out
    for said in (_tables(midweek), _page(midweek), figures, _report(midweek)):
        assert slug not in said
        assert entry["town"] not in said
    document = json.loads(_report(midweek))
    assert document["totals"]["published"] == total
    [gone] = [each for each in document["by_tandem"] if each["state"] == "withdrawn"]
    assert (gone["tandem"], gone["public_name"], gone["place"], gone["partner"]) == (
        "_withdrawn", None, None, None,
    )  # fmt: skip
    assert gone["published"] == len(published)
    [row] = [each for each in midweek.ask("tandem", "list")["tandems"] if each["slug"] == slug]
    assert (row["state"], row["town"], row["public_name"]) == ("withdrawn", "", "")


def _report(manager: Manager) -> str:
    return manager.type("report", "--format", "json").out


def _page(manager: Manager) -> str:
    manager.ask("report", "--format", "html", "--out", "page.html")
    return (manager.folder / "page.html").read_text("utf-8")


def _tables(manager: Manager) -> str:
    manager.ask("report", "--format", "csv", "--out", "tables")
    files = sorted((manager.folder / "tables").glob("*.csv"))
    return "\n".join(each.read_text("utf-8-sig") for each in files)


def _screens(manager: Manager) -> Iterator[str]:
    yield from (_report(manager), _page(manager))
    for words in (
        ["tandem", "list"], ["tandem", "list", "--json"], ["today", "--json"], ["today"],
        ["post", "list", "--json"], ["post", "list"], ["schedule", "show", "--json"], ["preview"],
    ):  # fmt: skip
        yield manager.type(*words).out
    manager.ask("schedule", "ics", "--out", "week.ics")
    yield (manager.folder / "week.ics").read_text("utf-8").replace("\r\n ", "")


def test_a_network_that_is_down_needs_a_person_until_it_confirmed(midweek: Manager) -> None:
    """Exit 4 with a sentence for each post; doctor and today say so; the next pass ends it."""
    slug = out(midweek)
    posts = of(midweek, slug, "published")
    there = next(post for post in posts if post["network"] == "x")
    midweek.sandbox.faults.add(
        describe({"network": "x", "method": "DELETE", "kind": "drop_before", "times": 1000})
    )
    answer = midweek.type("tandem", "withdraw", slug, "--yes", "--json")
    assert answer.exit == 4
    left = answer.document["left"]
    assert {each["network"] for each in left} == {"x"}
    assert left[0] | {"why": ""} == {
        "post": there["id"], "network": "x", "state": "published",
        "permalink": there["permalink"], "why": "",
    }  # fmt: skip
    said = midweek.type("tandem", "withdraw", slug)
    assert (said.exit, there["permalink"] in said.err) == (4, True)
    checks = midweek.type("doctor", "--json")
    [down] = [each for each in checks.document["checks"] if each["level"] == "fail"]
    assert checks.exit == 4
    assert f"Post {there['id']} must be down by now" in down["what"]
    assert any("must be down" in each["what"] for each in midweek.ask("today")["trouble"])
    midweek.sandbox.faults.clear()
    midweek.wait(timedelta(hours=1))
    run = midweek.type("run", "--once", "--yes")
    assert (run.exit, "taken down and" in run.out) == (0, True)
    assert midweek.ask("tandem", "withdraw", slug)["left"] == []
    assert midweek.type("doctor").exit == 0


def test_each_post_that_is_left_tells_what_its_network_said(midweek: Manager) -> None:
    """A refusal and a dead line read differently; both name the link, and none says to wait."""
    slug, may_not = out(midweek), "You may not delete this post"
    refusal = {"title": "Forbidden", "type": "about:blank", "detail": may_not, "status": 403}
    for fault in (
        {"network": "x", "kind": "status", "status": 403, "body": refusal},
        {"network": "facebook", "kind": "drop_before"},
    ):
        midweek.sandbox.faults.add(describe({"method": "DELETE", "times": 1000, **fault}))
    said = midweek.type("tandem", "withdraw", slug, "--yes")
    assert said.exit == 4
    up = [line for line in said.err.splitlines() if "is not confirmed to be gone" in line]
    for network, why in (
        ("X", f"X refused it: “{may_not}” (HTTP status 403"),
        ("Facebook", "Facebook did not confirm it (the connection broke); repeating it is safe."),
    ):
        lines = [line for line in up if f" on {network} is" in line]
        assert lines, said
        assert all(why in line for line in lines)
    published = of(midweek, slug, "published")
    for post in published:
        assert f"To have it gone at once, delete it there: {post['permalink']}" in said.err
    assert not any(word in said.err for word in ("by hand", "Change what", "Or delete"))


def test_closing_asks_what_becomes_of_the_posts(midweek: Manager) -> None:
    """Kept or down is somebody's decision; down cannot be taken back; withdrawing is the end."""
    slug = out(midweek)
    published = {post["text"] for post in of(midweek, slug, "published")}
    for words, named in (
        ([], "--reason"), (["--reason", "tired"], "--reason"),
        (["--reason", "hired", "--yes"], "--posts"),
        (["--reason", "hired", "--posts", "some"], "--posts"),
        (["--reason", "hired", "--posts", "keep"], "--yes"),
    ):  # fmt: skip
        refused = midweek.type("tandem", "close", slug, *words)
        assert (refused.exit, named in refused.err) == (2, True), words
    close = ("tandem", "close", slug, "--reason", "hired", "--yes")
    assert midweek.ask(*close, "--posts", "keep")["removed"] == []
    assert published <= texts_on_networks(midweek)
    twice = midweek.type("tandem", "close", slug, "--reason", "hired")
    assert (twice.exit, "closed already" in twice.out) == (0, True)
    assert len(midweek.ask(*close, "--posts", "down")["removed"]) == len(published)
    assert published.isdisjoint(texts_on_networks(midweek))
    assert midweek.type(*close, "--posts", "keep").exit == 2
    midweek.ask("tandem", "withdraw", slug, "--yes")
    assert midweek.type(*close).exit == 2


def test_an_offer_to_a_closed_tandem_is_one_for_another(midweek: Manager) -> None:
    """It is kept, shown as such, and counted among what waits."""
    slug = out(midweek)
    midweek.ask("tandem", "close", slug, "--reason", "hired", "--posts", "keep", "--yes")
    store = open_store(f"sqlite:///{midweek.folder}/campaign.db")
    with store.session() as session:
        tandem = session.exec(select(Tandem).where(Tandem.slug == slug)).one()
        now = midweek.sandbox.clock.now()
        reply = Reply(
            campaign_id=tandem.campaign_id, tandem_id=tandem.id, channel="phone",
            text="Wir suchen noch jemanden in der Backstube.", label=Label.JOB_OFFER,
            received_at=now, collected_at=now,
        )  # fmt: skip
        session.add(reply)
        session.flush()
        number = reply.id
    store.close()
    listed = {each["id"]: each for each in midweek.ask("inbox")["replies"]}
    assert (listed[number]["alternative"], listed[number]["tandem_state"]) == (True, "closed")
    assert (
        "another tandem or to an advice service" in midweek.type("inbox", "show", str(number)).out
    )
    waiting = {each["id"]: each for each in midweek.ask("today")["offers_waiting"]}
    assert waiting[number]["alternative"]
    assert not any(each["alternative"] for each in waiting.values() if each["tandem"] != slug)


def test_the_end_of_consents_is_told_before_it_comes(midweek: Manager) -> None:
    """Any time by the doctor, two weeks ahead in the morning; then a pass takes the posts down."""
    slug, soon = out(midweek), "extending needs a new consent"
    texts = {post["text"] for post in of(midweek, slug, "published")}
    [later] = [each for each in midweek.ask("doctor")["checks"] if each["name"] == "endings"]
    assert (later["level"], "posts_until is Jan 31, 2027" in later["what"]) == ("ok", True)
    _end_consents(midweek, slug, midweek.sandbox.clock.now().date() + 10 * DAY)
    [told] = [each for each in midweek.ask("today")["trouble"] if soon in each["what"]]
    assert told["what"].startswith(f"Consent of {slug} for Facebook, X ends on")
    assert told["remedy"] == f"tueroeffner tandem consent {slug}"
    checks = [each for each in midweek.ask("doctor")["checks"] if each["name"] == "endings"]
    assert [each["level"] for each in checks] == ["warn", "ok"]
    midweek.wait(10 * DAY)
    midweek.type("run", "--once", "--yes")
    assert texts <= texts_on_networks(midweek)
    midweek.wait(DAY)
    overdue = midweek.type("doctor", "--json")
    assert overdue.exit == 4
    assert "consent has ended" in str(overdue.document["checks"])
    midweek.type("run", "--once", "--yes")
    assert texts.isdisjoint(texts_on_networks(midweek))


def _waits_for_x(post: dict[str, Any]) -> bool:
    return (post["network"], post["state"]) == ("x", "planned")


def _brought(manager: Manager, post: dict[str, Any]) -> datetime:
    """A file for a planned post is on X already; until when X has it."""
    store = open_store(f"sqlite:///{manager.folder}/campaign.db")
    now = manager.sandbox.clock.now()
    until = now + timedelta(hours=20)
    with store.session() as session:
        of_it = {"post_id": post["id"], "position": 0, "digest": "d"}
        session.add(Upload(**of_it, mark="7", updated_at=now, expires_at=until))
    store.close()
    return until


def _end_consents(manager: Manager, slug: str, on: date) -> None:
    store = open_store(f"sqlite:///{manager.folder}/campaign.db")
    with store.session() as session:
        tandem = session.exec(select(Tandem).where(Tandem.slug == slug)).one()
        ours = update(Consent).where(Consent.tandem_id == tandem.id)
        session.exec(ours.values(ends_on=on))
    store.close()
