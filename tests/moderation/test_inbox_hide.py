"""``inbox hide|unhide``, over HTTP against the sandbox, as a manager types them."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from orchestrator import networks
from orchestrator.model import Account, Consent, Tandem
from orchestrator.ports import Draft
from orchestrator.sandbox.server import Sandbox
from orchestrator.vocabulary import Label, PostState
from tests.conftest import on_both
from tests.inbox.conftest import NOON, Manager, Rows, manager, rows

__all__ = ["manager", "rows"]
WORDS = "Haut ab, ihr Ratten"


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


class Wall:
    """A live post on a network, and what people say below it, there and in our rows."""

    def __init__(
        self, sandbox: Sandbox, rows: Rows, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        self.sandbox, self.rows, self.name = sandbox, rows, name
        sandbox.reset()
        for key, value in sandbox.env().items():
            monkeypatch.setenv(key, value)
        prefix = f"TUEROEFFNER_{name.upper()}__"
        env = sandbox.env().items()
        options = {k.removeprefix(prefix).lower(): v for k, v in env if k.startswith(prefix)}
        adapter = networks.adapter(name)
        network = adapter.connect(adapter.Options(**options))
        self.remote = network.publish(Draft("Nour, Altenpflegerin, sucht in Wörth")).remote_id
        tandem = rows.tandem()
        self.post = rows.post(
            tandem, name, state=PostState.PUBLISHED, remote_id=self.remote, published_at=NOON
        )
        with rows.store.session() as session:
            who = session.get_one(Tandem, tandem).refugee_id
            session.add(
                Consent(tandem_id=tandem, person_id=who, purpose=name, given_on=date(2026, 10, 1))
            )
            for account in session.exec(_accounts()).all():
                account.remote_id = options.get("page_id") or options["user_id"]

    def say(self, label: Label = Label.ABUSE, **more: Any) -> int:
        placed = {"post": self.remote, "text": WORDS, "author": "Jemand"} | more.pop("there", {})
        before = set(self.said())
        self.sandbox.configure({self.name: {"replies": [placed]}})
        [remote_id] = set(self.said()) - before
        return self.rows.reply(
            WORDS, label, network=self.name, remote_id=remote_id, post_id=self.post,
            permalink=f"https://example.org/{remote_id}", **more,
        )  # fmt: skip

    def said(self) -> dict[str, dict[str, Any]]:
        rows = [row for row in self.sandbox.ledger() if row["network"] == self.name]
        return {each["id"]: each for row in rows for each in row["replies"]}

    def is_hidden(self, reply_id: int) -> bool:
        return bool(self.said()[self.rows.read(reply_id).remote_id or ""]["hidden"])


def _accounts() -> Any:
    from sqlmodel import select

    return select(Account)


@pytest.fixture
def name() -> str:
    return "facebook"


@pytest.fixture
def wall(running: Sandbox, rows: Rows, monkeypatch: pytest.MonkeyPatch, name: str) -> Wall:
    return Wall(running, rows, monkeypatch, name)


@on_both
@pytest.mark.parametrize("name", ["facebook", "x"])
def test_hidden_and_shown_again(wall: Wall, manager: Manager, name: str) -> None:
    """It acts at once, reads back, says who still sees it, and how to undo it."""
    mine = wall.say()
    said = manager.type("inbox", "hide", str(mine), "--yes")
    assert said.exit == 0, said
    assert "still see" in said.out
    assert f"inbox unhide {mine}" in said.out
    assert f"inbox evidence {mine}" in said.out
    assert wall.is_hidden(mine)
    again = manager.ask("inbox", "hide", str(mine), "--yes")
    assert (again["changed"], again["confirmed"], again["hidden_by"]) == (False, True, "heike")
    assert again["hidden_at"] == "2026-11-24T12:00:00+01:00"
    shown = manager.ask("inbox", "show", str(mine))["reply"]
    assert shown["hidden_by"] == "heike"
    assert [each["what"] for each in shown["history"]] == ["hide", "reply hidden"]
    assert "Hidden: since" in manager.type("inbox", "show", str(mine)).out
    back = manager.ask("inbox", "unhide", str(mine), "--yes")
    assert (back["hidden_at"], back["hidden_by"], back["confirmed"]) == (None, None, True)
    assert not wall.is_hidden(mine)
    twice = manager.type("inbox", "unhide", str(mine))
    assert (twice.exit, "was not hidden" in twice.out) == (0, True), "nothing is to be asked"


def test_it_asks_first_and_may_be_tried_dry(wall: Wall, manager: Manager) -> None:
    """Without a terminal it is refused; a no does nothing; a dry run writes nothing."""
    mine = wall.say()
    refused = manager.type("inbox", "hide", str(mine))
    assert (refused.exit, "--yes" in refused.err) == (2, True)
    asked = manager.type("inbox", "hide", str(mine), keys="n\n")
    assert (asked.exit, f"Näherei Beispiel: {WORDS}" in asked.out) == (2, True)
    dry = manager.ask("inbox", "hide", str(mine), "--dry-run")
    assert (dry["changed"], dry["hidden_at"]) == (False, None)
    assert wall.rows.read(mine).hidden_by is None
    assert not wall.is_hidden(mine)
    assert manager.type("inbox", "hide", str(mine), keys="y\n").exit == 0
    assert wall.is_hidden(mine)


def test_what_the_network_never_hides_needs_a_person(wall: Wall, manager: Manager) -> None:
    """With a sentence and the link; nothing is tried again behind their back."""
    mine = wall.say(there={"can_hide": False})
    said = manager.type("inbox", "hide", str(mine), "--yes")
    assert said.exit == 4
    assert "does not let the page hide this comment" in said.err
    assert "https://example.org/" in said.err
    assert wall.rows.read(mine).hidden_by is None


def test_a_network_that_does_not_answer_is_tried_again_by_a_pass(
    wall: Wall, manager: Manager
) -> None:
    mine = wall.say()
    wall.sandbox.configure({"facebook": {"rate_limit": {"code": 4, "calls": 9, "minutes": 7}}})
    said = manager.type("inbox", "hide", str(mine), "--yes")
    assert said.exit == 3
    assert "tries it again" in said.err
    assert wall.rows.read(mine).hidden_by == "heike"


def test_only_what_others_see_is_hidden(wall: Wall, manager: Manager) -> None:
    """A note, a private message, what was deleted, and no reply at all."""
    note = wall.rows.reply(network=None, remote_id=None, channel="phone")
    letter = wall.rows.reply(conversation="t_1")
    gone = wall.rows.reply(deleted_at=NOON)
    for reply, why in ((note, "stands on no network"), (letter, "private message"),
                       (gone, "deleted by its author"), (999, "no reply 999")):  # fmt: skip
        said = manager.type("inbox", "hide", str(reply), "--yes")
        assert (said.exit, why in said.err) == (2, True), said


def test_an_offer_is_not_hidden_without_a_word(wall: Wall, manager: Manager) -> None:
    offer = wall.say(Label.JOB_OFFER)
    said = manager.type("inbox", "hide", str(offer), "--dry-run")
    assert "somebody should read it first" in said.out


def test_evidence_keeps_text_link_and_time(wall: Wall, manager: Manager) -> None:
    """Also of what is hidden, edited and deleted after that."""
    from orchestrator.heard import Ledger
    from orchestrator.ports import Heard

    mine = wall.say()
    kept = manager.ask("inbox", "evidence", str(mine))
    manager.ask("inbox", "hide", str(mine), "--yes")
    reply = wall.rows.read(mine)
    heard = Heard(reply.remote_id or "", wall.remote, "comment", "7", "Anders", "Anders", NOON)
    with wall.rows.store.session() as session:
        ledger = Ledger(session, wall.rows.key, wall.rows.id, "facebook", NOON)
        ledger.keep([heard])
        ledger.end(frozenset({reply.remote_id or ""}))
    again = manager.ask("inbox", "evidence", str(mine))
    for key in ("text", "author", "permalink", "received_at"):
        assert again[key] == kept[key]
    assert again["text"] == WORDS
    assert again["hidden_at"]
    assert again["deleted_at"]
    out = manager.type("inbox", "evidence", str(mine)).out
    for word in (WORDS, again["permalink"], "Deleted by its author"):
        assert word in out


def test_abuse_beside_a_reply_is_folded_and_counted(wall: Wall, manager: Manager) -> None:
    """Whoever reads an offer does not have to read what stands around it."""
    offer = wall.say(Label.JOB_OFFER)
    parent = wall.rows.read(offer).remote_id
    wall.rows.reply("Schönes Angebot", Label.ENCOURAGEMENT, parent_remote_id=parent)
    for label in (Label.ABUSE, Label.ABUSE, Label.SPAM):
        wall.rows.reply("Gesindel", label, parent_remote_id=parent)
    page = manager.type("inbox", "show", str(offer)).out
    assert "Schönes Angebot" in page
    assert "Gesindel" not in page
    assert "Folded away: 2 abuse, 1 spam" in page


@on_both
@pytest.mark.parametrize("name", ["facebook", "x"])
def test_the_daily_job_hides_clear_abuse_where_the_campaign_chose_so(
    wall: Wall, manager: Manager, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Over HTTP, and it is told; what is only likely, and an offer, stay in sight."""
    clear = wall.say(confidence=0.97)
    likely, offer = wall.say(confidence=0.6), wall.say(Label.JOB_OFFER, confidence=0.97)
    before = manager.type("run", "--once", "--yes", "--json").document
    assert before["replies_hidden"] == 0
    monkeypatch.setenv("TUEROEFFNER_INBOX__HIDE_ABUSE", "always")
    told = manager.type("run", "--once", "--yes", "--json").document
    assert told["replies_hidden"] == 1
    assert [wall.is_hidden(each) for each in (clear, likely, offer)] == [True, False, False]
    assert [each["id"] for each in manager.ask("today")["hidden"]] == [clear]
    assert manager.type("inbox", "unhide", str(clear), "--yes").exit == 0
    manager.type("run", "--once", "--yes")
    assert not wall.is_hidden(clear)
