"""``tandem consent`` as somebody types it, down to what is live on the networks."""

import shutil
import sqlite3
import stat
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from orchestrator.consent.texts import FOLDER
from orchestrator.leaving import away
from orchestrator.model import Attempt, Post
from orchestrator.sandbox.faults import describe
from orchestrator.store import open_store
from orchestrator.vocabulary import Outcome, PostState
from orchestrator.worker import my_name
from tests.consent.conftest import Bring
from tests.journeys.conftest import Approved, Manager

SLUG = "tandem-00"
CONSENT = ("tandem", "consent", SLUG)
PAPER = ("--method", "paper", "--text", "de")
ON = ("--on", "2026-11-20", *PAPER)


@pytest.fixture(autouse=True)
def _no_second_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits in a test."""
    monkeypatch.setattr(away, "_PAUSES", ())


def standing(manager: Manager, person: str = "refugee") -> dict[str, dict[str, Any]]:
    """Purpose → how it stands."""
    found = {each["person"]: each["consents"] for each in manager.ask(*CONSENT)["persons"]}
    return {row["purpose"]: row for row in found[person]}


def live(manager: Manager, network: str) -> int:
    """How many posts everybody can see there; X knows no others."""
    rows = [row for row in manager.live() if row["network"] == network]
    return sum(row.get("state", "published") == "published" for row in rows)


def published(manager: Manager, approved: Approved) -> None:
    """One tandem, live on both networks, more of it held by Facebook and planned."""
    approved(1)
    for _day in range(5):
        manager.wait(timedelta(days=1))
        manager.type("run", "--once", "--yes")
    assert live(manager, "facebook")
    assert live(manager, "x")


def unsettled(manager: Manager, state: PostState) -> int:
    """A post that is live on X, and of which no answer has come; its number."""
    store = open_store(f"sqlite:///{manager.folder}/campaign.db")
    with store.session() as session:
        live = select(Post).where(Post.network == "x", Post.state == PostState.PUBLISHED)
        post = session.exec(live.order_by(col(Post.id))).first()
        assert post
        post.state, post.remote_id, post.permalink = state, None, None
        last = session.exec(select(Attempt).where(Attempt.post_id == post.id)).one()
        last.outcome = Outcome.UNKNOWN if state is PostState.UNKNOWN else None
        if state is PostState.SENDING:
            post.claimed_by, post.lease_until = my_name(), datetime.now(UTC) + timedelta(hours=1)
        number = post.id
    store.close()
    return number


@pytest.mark.parametrize("state", [PostState.UNKNOWN, PostState.SENDING])
def test_what_may_be_live_keeps_a_person_busy_until_it_is_seen_to_be_gone(
    manager: Manager,
    approved: Approved,
    monkeypatch: pytest.MonkeyPatch,
    state: PostState,
) -> None:
    """Exit 4 names the post while nobody knows of it; once it is found, it comes down as well."""
    published(manager, approved)
    number = unsettled(manager, state)
    manager.sandbox.faults.add(
        describe({"network": "x", "method": "GET", "kind": "drop_before", "times": 1000})
    )
    answer = manager.type(*CONSENT, "--withdraw", "x", "--yes", "--json")
    assert answer.exit == 4, answer
    left = {each["post"]: each for each in answer.document["left"]}
    assert (left[number]["state"], left[number]["network"]) == (state, "x")
    assert f"Post {number} on X is not confirmed to be gone" in answer.err
    manager.sandbox.faults.clear()
    monkeypatch.setattr("orchestrator.due.is_dead", bool)  # whoever was sending it
    gone = manager.ask(*CONSENT, "--withdraw", "x", "--yes")
    assert (number in gone["removed"], gone["left"]) == (True, [])
    assert live(manager, "x") == 0
    assert live(manager, "facebook")


def test_one_network_taken_back_leaves_the_other_as_it_is(
    manager: Manager, approved: Approved
) -> None:
    """Its posts are gone at once and none is planned; repeating it says that it was done."""
    published(manager, approved)
    on_x, on_facebook = live(manager, "x"), live(manager, "facebook")
    document = manager.ask(*CONSENT, "--withdraw", "x", "--yes")
    assert document["withdrawn"] == ["x"]
    assert (len(document["removed"]), document["left"]) == (on_x, [])
    assert (live(manager, "x"), live(manager, "facebook")) == (0, on_facebook)
    states = {(post["network"], post["state"]) for post in manager.posts()}
    assert not {("x", "planned"), ("x", "published")} & states
    assert ("facebook", "published") in states
    again = manager.ask(*CONSENT, "--withdraw", "x", "--yes")
    assert (again["withdrawn"], again["removed"]) == ([], [])
    (skipped,) = manager.ask("plan")["skipped"]
    assert (skipped["network"], "ask with `tandem consent`" in skipped["reason"]) == ("x", True)


def test_a_network_that_refuses_keeps_a_person_busy_until_a_pass_gets_through(
    manager: Manager, approved: Approved
) -> None:
    """Exit 4 while something is still live; the consent is taken back all the same."""
    published(manager, approved)
    manager.sandbox.faults.add(
        describe({"network": "x", "method": "DELETE", "path": "/2/tweets", "kind": "empty"})
    )
    answer = manager.type(*CONSENT, "--withdraw", "x", "--yes")
    assert answer.exit == 4, answer
    assert "not confirmed to be gone" in answer.err
    assert standing(manager)["x"]["state"] == "withdrawn"
    manager.sandbox.faults.clear()
    assert manager.ask(*CONSENT, "--withdraw", "x", "--yes")["left"] == []
    assert live(manager, "x") == 0


def test_what_a_person_says_is_recorded_with_its_proof(manager: Manager, bring: Bring) -> None:
    """Yes and no from one sheet; the proof comes back as it was, for the owner alone."""
    bring(consent="facebook")
    (manager.folder / "Amal Formular.pdf").write_bytes(b"%PDF-1.4 unterschrieben")
    manager.ask(
        *CONSENT, "--give", "x", "--give", "story", "--refuse", "press", "--on", "20.11.2026",
        "--until", "24. 12. 2026", "--method", "paper", "--text", "ar",
        "--evidence", "Amal Formular.pdf",
    )  # fmt: skip
    rows = standing(manager)
    assert [rows[each]["state"] for each in ("facebook", "x", "story")] == ["holds"] * 3
    assert rows["press"]["state"] == "no_consent"
    assert (rows["x"]["language"], rows["x"]["ends_on"]) == ("ar", "2026-12-24")
    assert (rows["x"]["method"], rows["facebook"]["method"]) == ("paper", "file")
    assert manager.ask(*CONSENT, "--evidence-out", "proof.pdf")["kind"] == "pdf"
    proof = manager.folder / "proof.pdf"
    assert proof.read_bytes() == b"%PDF-1.4 unterschrieben"
    assert stat.S_IMODE(proof.stat().st_mode) == 0o600
    assert manager.type(*CONSENT, "--evidence-out", "proof.pdf").exit == 2
    assert not [said for said in manager.said if "Amal Formular" in said]
    assert b"Formular" not in (manager.folder / "campaign.db").read_bytes()


def test_another_text_in_use_stops_what_is_new_and_is_said(manager: Manager, bring: Bring) -> None:
    """A new version: `plan` skips the old consents with what to do; a new consent holds again."""
    bring(consent="facebook x", consent_on="01.11.2026")
    own = manager.folder / "consent"
    own.mkdir()
    text = (FOLDER / "de.toml").read_text("utf-8").replace('version = "1"', 'version = "2"', 1)
    (own / "de.toml").write_text(f"since = 2026-11-15\n{text}", "utf-8")
    skipped = manager.ask("plan")["skipped"]
    assert {each["network"] for each in skipped} == {"facebook", "x"}
    assert all("another text than the one in use" in each["reason"] for each in skipped)
    assert "was to another text: ask for a new one" in manager.type("today").out
    answer = manager.type(*CONSENT, "--give", "x", "--on", "2026-11-10", *PAPER)
    assert (answer.exit, "the text in use did not exist" in answer.err) == (2, True)
    manager.ask(*CONSENT, "--give", "x", *ON)
    manager.ask(*CONSENT, "--withdraw", "facebook", "--yes")
    assert "another text" not in manager.type("today").out
    assert {each["network"] for each in manager.ask("plan")["skipped"]} == {"facebook"}
    found = standing(manager)["x"]
    assert (found["version"], found["ends_on"]) == ("2", "2027-01-31")


def test_a_broken_text_is_found_by_the_doctor_and_said_by_plan(
    manager: Manager, bring: Bring
) -> None:
    """A person must act; nothing new goes out by it, and a stop still works."""
    bring()
    own = manager.folder / "consent"
    own.mkdir()
    (own / "de.toml").write_text('version = "2"', "utf-8")
    checks = {each["name"]: each for each in manager.type("doctor", "--json").document["checks"]}
    assert checks["consent"]["level"] == "fail"
    assert "consent/de.toml cannot be used: name is missing" in checks["consent"]["what"]
    planned = manager.type("plan", "--json")
    assert planned.document["created"] == 0
    assert "consent/de.toml cannot be used" in planned.err
    assert manager.type("pause", "--all").exit == 0


def test_form_and_message_are_written_in_the_language_asked_for(
    manager: Manager, bring: Bring
) -> None:
    """The volunteer's by default theirs; what lies there already is never overwritten."""
    bring(volunteer_lang="en")
    (form, message) = manager.ask(*CONSENT, "--form", "--text", "ar")["files"]
    assert 'dir="rtl"' in (manager.folder / form).read_text("utf-8")
    assert "0761 555 0100" in (manager.folder / message).read_text("utf-8")
    assert "Person0" not in (manager.folder / form).read_text("utf-8")
    assert manager.ask(*CONSENT, "--form", "--person", "volunteer")["language"] == "en"
    assert manager.ask(*CONSENT, "--form")["language"] == "de"
    (manager.folder / form).write_text("edited", "utf-8")
    refused = manager.type(*CONSENT, "--form", "--text", "ar")
    assert (refused.exit, "with another text" in refused.err) == (2, True)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--form", "--text", "uk"), "There are: ar, de, en."),
        (("--form", "--text", "../de"), "no consent text in “../de”"),
        (("--give", "fax", *ON), "The purposes are: facebook"),
        (("--give", "x", *PAPER), "needs its day"),
        (("--give", "x", *PAPER), "Add --on DAY"),
        (("--give", "x", *ON[:2], "--method", "telepathy"), "“telepathy” is no way to give"),
        (("--give", "x", "--method", "telepathy"), "one of: paper, message"),
        (("--give", "x", "--on", "2026-11-20"), "how it was given"),
        (("--give", "x", *ON[:4]), "Add --text with one of: ar, de, en."),
        (("--give", "x", *ON[:4], "--text", "uk"), "There are: ar, de, en."),
        (("--give", "x", "--on", "20.11.", *PAPER), "is not a day"),
        (("--give", "x", "--on", "2026-11-28", *PAPER), "has not come yet"),
        (("--give", "x", "--refuse", "x", *ON), "Yes and no to x at once"),
        (("--give", "facebook", "--person", "volunteer", *ON), "nothing that this person is asked"),
        (("--person", "mother"), "--person volunteer"),
        (("--withdraw", "x"), "add --yes"),
        (("--withdraw", "story", "--yes"), "There is no consent for story"),
        (("--refuse", "facebook"), "Use --withdraw facebook"),
        (("--until", "2026-12-01"), "Add --give"),
        (("--withdraw", "facebook", "--text", "ar"), "--lang is the language of this program"),
        (("--form", "--withdraw", "x"), "do not go together"),
        (("--evidence-out", "proof.pdf"), "There is no such file"),
        (("--give", "x", *ON, "--evidence", "nothing.pdf"), "There is no file"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_changes_nothing(
    manager: Manager, bring: Bring, options: tuple[str, ...], why: str
) -> None:
    """Exit 2 with what to do; the database is as it was."""
    bring(consent="facebook")
    before = _dump(manager)
    answer = manager.type(*CONSENT, *options)
    assert answer.exit == 2, answer
    assert why in answer.err
    assert _dump(manager) == before


def test_a_lost_key_is_found_before_anything_is_written(manager: Manager, bring: Bring) -> None:
    """A consent is not recorded halfway, without the proof that cannot be sealed."""
    bring(consent="facebook")
    before = _dump(manager)
    shutil.move(manager.folder / "keys", manager.folder / "away")
    answer = manager.type(*CONSENT, "--give", "x", *ON)
    assert (answer.exit, "Put it back from your safe copy" in answer.err) == (2, True)
    assert _dump(manager) == before


def test_a_dry_run_writes_nothing(manager: Manager, bring: Bring) -> None:
    """Neither rows nor files, and both the document and the sentences say so."""
    bring(consent="facebook x")
    (manager.folder / "form.pdf").write_bytes(b"%PDF-1.4")
    manager.ask(*CONSENT, "--give", "press", *ON, "--evidence", "form.pdf")
    before = _dump(manager)
    for options in (
        ("--give", "story", *ON), ("--refuse", "face"), ("--withdraw", "x"), ("--form",),
        ("--evidence-out", "proof.pdf"),
    ):  # fmt: skip
        assert manager.ask(*CONSENT, *options, "--dry-run")["dry_run"] is True
        said = manager.type(*CONSENT, *options, "--dry-run").out
        assert ("Would write" in said or "dry run" in said, "Wrote" in said) == (True, False)
    assert _dump(manager) == before
    assert not (manager.folder / "forms").exists()
    assert not (manager.folder / "proof.pdf").exists()


def _dump(manager: Manager) -> list[str]:
    with sqlite3.connect(manager.folder / "campaign.db") as connection:
        return list(connection.iterdump())
