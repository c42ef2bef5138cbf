"""``inbox reply`` at the keyboard: the real command line, against the networks of the sandbox."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from orchestrator import networks
from orchestrator.model import Account
from orchestrator.ports import Answerable, Draft
from orchestrator.sandbox.faults import Fault
from orchestrator.sandbox.server import Sandbox
from orchestrator.vocabulary import Label
from tests.campaign_rows import NOON
from tests.conftest import on_sqlite
from tests.inbox.conftest import Manager, Rows, manager, rows

__all__ = ["manager", "rows"]
pytestmark = on_sqlite
OFFER = "Wir suchen ab sofort eine Hilfe in der Näherei, ruft uns an"


@dataclass
class Stage:
    """A campaign whose posts stand in the sandbox, with people below them."""

    rows: Rows
    manager: Manager
    sandbox: Sandbox
    networks: dict[str, Any]

    def comment(self, name: str = "facebook", text: str = OFFER, **more: Any) -> int:
        """Somebody replies below a post of ours; the reply's number here."""
        tandem = self.rows.tandem(f"tandem-{len(self.sandbox.ledger())}")
        post = self.networks[name].publish(Draft(f"Wer braucht eine Schneiderin? {name} {text}"))
        before = self.ids(post.remote_id)
        self.sandbox.configure(
            {name: {"replies": [{"post": post.remote_id, "text": text, "author": "Jana"} | more]}}
        )
        [remote_id] = self.ids(post.remote_id) - before
        return self.rows.reply(
            text,
            network=name,
            channel="comment" if name == "facebook" else "reply",
            remote_id=remote_id,
            author="@jana" if name == "x" else "Jana",
            tandem_id=tandem,
            received_at=self.sandbox.clock.now(),
        )

    def ids(self, post: str) -> set[str]:
        [entry] = [each for each in self.sandbox.ledger() if each["id"] == post]
        return {reply["id"] for reply in entry["replies"]}

    def said(self, reply_id: int, *, private: bool = False) -> list[str]:
        reply = self.rows.read(reply_id)
        assert reply.network
        to = Answerable(str(reply.remote_id), parent=reply.parent_remote_id)
        network, since = self.networks[reply.network], NOON - timedelta(days=9)
        return [each.text for each in network.answered(to, since, private=private)]


@pytest.fixture
def stage(rows: Rows, manager: Manager, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with Sandbox(port=0, start=NOON, speed=0.0) as sandbox:
        for key, value in sandbox.env().items():
            monkeypatch.setenv(key, value)
        opened = {}
        for name in ("facebook", "x"):
            prefix = f"TUEROEFFNER_{name.upper()}__"
            given = {k.removeprefix(prefix).lower(): v for k, v in sandbox.env().items()
                     if k.startswith(prefix)}  # fmt: skip
            adapter = networks.adapter(name)
            opened[name] = adapter.connect(adapter.Options(**given))
            rows.add(
                Account(
                    campaign_id=rows.id,
                    network=name,
                    remote_id=given.get("page_id") or given["user_id"],
                )
            )
        yield Stage(rows, manager, sandbox, opened)


@pytest.mark.parametrize("name", ["facebook", "x"])
def test_an_offerer_gets_a_first_and_a_last_word(stage: Stage, name: str) -> None:
    """Shown in full, confirmed, said in public, and found there."""
    reply = stage.comment(name)
    shown = stage.manager.type("inbox", "reply", str(reply), keys="y\n")
    assert shown.exit == 0, shown
    [said] = stage.said(reply)
    assert said.startswith("Danke, ")
    assert "Amira" in said
    assert "030 555 0100" in said
    assert said.partition("030")[0].strip() in shown.out
    assert ("It costs 0.010 US dollars." in shown.out) == (name == "x")
    closing = stage.manager.ask("inbox", "reply", str(reply), "--reason", "hired", "--yes")
    assert (closing["kind"], closing["way"], closing["state"]) == ("closing", "public", "sent")
    assert len(stage.said(reply)) == 2
    page = stage.manager.type("inbox", "show", str(reply))
    assert page.out.count(": answered them") == 2
    assert "first word, in public, there:" in page.out
    assert "last word, in public, there:" in page.out


@pytest.mark.parametrize("label", [Label.QUESTION, Label.ENCOURAGEMENT, Label.ABUSE])
def test_only_who_has_something_to_offer_is_told_what_becomes_of_it(
    stage: Stage, label: Label
) -> None:
    """To all others nothing is promised: they get somebody's own words."""
    reply = stage.rows.reply("Was für Papiere braucht man als Betrieb?", label)
    nothing = stage.manager.type("inbox", "reply", str(reply), "--yes")
    assert (nothing.exit, "--text" in nothing.err) == (2, True)
    own = stage.manager.ask("inbox", "reply", str(reply), "--text", "Keine.", "--dry-run")
    assert own["kind"] == "answer"


def test_whoever_was_answered_before_is_said_to_be(stage: Stage) -> None:
    """Before somebody says yes to a second answer, and also where nobody is asked."""
    reply = stage.comment()
    assert not stage.manager.type("inbox", "reply", str(reply), "--yes").err
    again = stage.manager.type("inbox", "reply", str(reply), "--text", "Bis bald", "--yes")
    assert "Answered before:" in again.err
    assert "first word, in public, there" in again.err


def test_a_network_that_is_off_leaves_the_telephone(stage: Stage) -> None:
    reply = stage.comment()
    stage.manager.monkeypatch.delenv("TUEROEFFNER_FACEBOOK__PAGE_TOKEN")
    refused = stage.manager.type("inbox", "reply", str(reply), "--yes")
    assert (refused.exit, "--way noted" in refused.err) == (2, True)


def test_nothing_goes_without_a_yes(stage: Stage) -> None:
    reply = stage.comment()
    for answer in (
        stage.manager.type("inbox", "reply", str(reply), keys="n\n"),
        stage.manager.type("inbox", "reply", str(reply), "--json"),
        stage.manager.type("inbox", "reply", str(reply), "--no-input"),
    ):
        assert answer.exit == 2
    tried = stage.manager.ask("inbox", "reply", str(reply), "--dry-run")
    assert (tried["answer"], tried["state"], tried["dry_run"]) == (None, None, True)
    assert tried["text"].startswith("Danke, Jana!")
    assert stage.said(reply) == []


def test_somebody_else_has_it_in_hand(stage: Stage) -> None:
    """It is said before the question; a person decides."""
    reply = stage.comment()
    stage.manager.name = "jonas"
    stage.manager.ask("inbox", "take", str(reply))
    stage.manager.name = "heike"
    asked = stage.manager.type("inbox", "reply", str(reply), keys="n\n")
    assert (asked.exit, "jonas has reply" in asked.err) == (2, True)
    assert stage.said(reply) == []


def test_a_comment_is_answered_alone_once(stage: Stage) -> None:
    reply = stage.comment()
    stage.manager.ask("inbox", "reply", str(reply), "--way", "private", "--yes")
    assert len(stage.said(reply, private=True)) == 1
    again = stage.manager.type(
        "inbox", "reply", str(reply), "--way", "private", "--text", "Noch etwas", "--yes"
    )
    assert (again.exit, "once" in again.err) == (2, True)


def test_the_language_is_theirs_or_as_asked(stage: Stage) -> None:
    english = stage.comment(text="We are looking for a tailor, please call us")
    assert stage.manager.ask("inbox", "reply", str(english), "--dry-run")["language"] == "en"
    arabic = stage.manager.ask("inbox", "reply", str(english), "--language", "ar", "--dry-run")
    assert "شكرًا" in arabic["text"]


def test_a_lost_answer_is_looked_for(stage: Stage) -> None:
    """The next call of the same command finds it, and says nothing twice."""
    reply = stage.comment()
    stage.sandbox.faults.add(Fault("error_after", method="POST", status=502))
    lost = stage.manager.type("inbox", "reply", str(reply), "--yes")
    assert (lost.exit, f"inbox reply {reply}" in lost.err) == (3, True)
    found = stage.manager.type("inbox", "reply", str(reply), "--yes")
    assert (found.exit, "It is there" in found.out) == (0, True)
    assert len(stage.said(reply)) == 1


def test_what_is_not_found_a_person_settles(stage: Stage) -> None:
    reply = stage.comment()
    stage.sandbox.faults.add(Fault("status", method="POST", status=502))
    assert stage.manager.type("inbox", "reply", str(reply), "--yes").exit == 3
    asked = stage.manager.type("inbox", "reply", str(reply), "--yes")
    assert (asked.exit, "--not-sent" in asked.err) == (4, True)
    for option, state in (("--not-sent", "failed"), ("--yes", "sent")):
        told = stage.manager.ask("inbox", "reply", str(reply), option, "--yes")
        assert told["state"] == state
    assert len(stage.said(reply)) == 1
    none = stage.manager.type("inbox", "reply", str(reply), "--was-sent", "--yes")
    assert (none.exit, "unclear" in none.err) == (2, True)


def test_a_stranger_on_x_is_not_answered(stage: Stage) -> None:
    """Whoever speaks to somebody else did not summon us."""
    first = stage.rows.read(stage.comment("x"))
    stage.sandbox.configure(
        {"x": {"replies": [{"parent": first.remote_id, "text": "Na sowas", "mention": False,
                            "author": "Eva"}]}}
    )  # fmt: skip
    replies = [each for post in stage.sandbox.ledger() for each in post.get("replies", [])]
    [number] = [each["id"] for each in replies if each["text"] == "Na sowas"]
    reply = stage.rows.reply("Na sowas", network="x", channel="reply", remote_id=number,
                             parent_remote_id=first.remote_id)  # fmt: skip
    refused = stage.manager.type("inbox", "reply", str(reply), "--yes")
    assert (refused.exit, "names us or answers us" in refused.err) == (4, True)


def test_a_pause_holds_answers_too(stage: Stage) -> None:
    reply = stage.comment()
    stage.manager.ask("pause", "--all")
    held = stage.manager.type("inbox", "reply", str(reply), "--yes")
    assert (held.exit, "pause" in held.err) == (4, True)
    assert stage.said(reply) == []


def test_a_call_is_noted(stage: Stage) -> None:
    """No network is needed, and nothing is sent; the words may be kept."""
    reply = stage.rows.reply(network=None, channel="phone", label=Label.JOB_OFFER, remote_id=None)
    stage.manager.now += timedelta(minutes=30)
    noted = stage.manager.ask("inbox", "reply", str(reply), "--yes")
    assert (noted["way"], noted["state"]) == ("noted", "sent")
    assert stage.rows.read(reply).answered_at == stage.manager.now
    assert [each.what for each in stage.rows.events(reply)] == ["answered"]
    public = stage.manager.type("inbox", "reply", str(reply), "--way", "public", "--kind", "answer",
                                "--text", "Hallo", "--yes")  # fmt: skip
    assert public.exit == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--kind", "letter"], "acknowledgement, closing, answer"),
        (["--way", "pigeon"], "public, private, noted"),
        (["--reason", "hired"], "closing word only"),
        (["--kind", "closing"], "--reason"),
        (["--kind", "closing", "--reason", "x"], "hired, filled, thanks"),
        (["--language", "uk"], "no text"),
        (["--text", "Ruft an: 0761 555 0199"], "--text -"),
        (["--kind", "answer"], "missing"),
    ],
)
def test_wrong_options(stage: Stage, options: list[str], words: str) -> None:
    reply = stage.comment()
    answer = stage.manager.type("inbox", "reply", str(reply), *options, "--yes")
    assert (answer.exit, words in answer.err) == (2, True), answer
    assert stage.said(reply) == []


def test_own_words_come_by_standard_input(stage: Stage) -> None:
    reply = stage.comment()
    typed = ("inbox", "reply", str(reply), "--text", "-", "--yes")
    told = stage.manager.ask(*typed, pipe="Guten Tag!\n")
    assert (told["text"], stage.said(reply)) == ("Guten Tag!", ["Guten Tag!"])


def test_an_unknown_reply(stage: Stage) -> None:
    assert stage.manager.type("inbox", "reply", "99", "--yes").exit == 2
