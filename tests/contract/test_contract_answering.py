"""Answering people, over HTTP in the sandbox: said once, within the rules, and read back."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from contract_terms import Connect, Expect

from orchestrator.ports import (
    Answerable,
    Answering,
    Draft,
    Listening,
    Network,
    NotAuthorised,
    NotPermitted,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Replies,
    Trouble,
)
from orchestrator.sandbox.faults import Fault
from orchestrator.sandbox.server import Sandbox

THANKS = "Danke für Ihr Angebot! Wir melden uns."
BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)


class Answers(Network, Answering, Replies):
    """All protocols in one, for the tests' types."""


@dataclass
class Talk:
    """What people say to us at one network, and what we find to answer."""

    name: str
    network: Answers
    sandbox: Sandbox

    def comment(self, text: str = "Wir suchen Hilfe", **more: Any) -> Answerable:
        """Somebody answers a new post of ours."""
        post = self.network.publish(Draft(f"Amira näht in Bautzen. {text}"))
        said = {"post": post.remote_id, "text": text, "author": "Hanna Otto"} | more
        self.sandbox.configure({self.name: {"replies": [said]}})
        heard = self.network.replies([Listening(post.remote_id, BEGINNING)], None).heard
        [found] = [each for each in heard if each.text == text]
        return Answerable(found.remote_id, parent=found.parent)

    def message(self, text: str = "Guten Tag", **more: Any) -> Answerable:
        """Somebody writes to us alone."""
        said = {"author_id": "7001", "author": "Ali", "text": text} | more
        self.sandbox.configure({self.name: {"messages": [said]}})
        ours = self.sandbox.env().get("TUEROEFFNER_X__USER_ID")
        conversation = {"facebook": "t_7001", "x": f"7001-{ours}"}[self.name]
        return Answerable("m_1", is_message=True, conversation=conversation)

    def texts(self, to: Answerable, *, private: bool) -> list[str]:
        said = self.network.answered(to, BEGINNING, private=private)
        assert all(each.remote_id and each.at for each in said)
        return [self.network.plain(each.text) for each in said]


@pytest.fixture
def talk(connect: Connect, name: str, sandbox: Sandbox) -> Talk:
    network = connect()
    assert isinstance(network, Answering)
    return Talk(name, network, sandbox)  # type: ignore[arg-type]  # both protocols


@pytest.fixture(params=["public", "message"])
def way(request: pytest.FixtureRequest, talk: Talk) -> tuple[Answerable, bool]:
    """Both ways that every network has: below a public reply, and to who wrote to us alone."""
    if request.param == "public":
        return talk.comment(), False
    return talk.message(), True


def test_what_is_said_is_read_back(talk: Talk, way: tuple[Answerable, bool]) -> None:
    """Once, in these words; the other people's words are not ours."""
    to, private = way
    assert talk.texts(to, private=private) == []
    number = talk.network.answer(to, THANKS, private=private)
    [said] = talk.network.answered(to, BEGINNING, private=private)
    assert said.remote_id == number
    assert talk.network.plain(said.text) == talk.network.plain(THANKS)
    later = talk.sandbox.clock.now() + timedelta(minutes=1)
    assert talk.network.answered(to, later, private=private) == []


def test_a_link_and_odd_signs_read_back(talk: Talk, way: tuple[Answerable, bool]) -> None:
    to, private = way
    text = "Mehr auf https://example.org/hilfe?a=1&b=2 – „danke“ & bis bald 👋🏽"
    talk.network.answer(to, text, private=private)
    assert talk.texts(to, private=private) == [talk.network.plain(text)]


def test_a_second_comment_is_another_thread(talk: Talk) -> None:
    """What was said to one is not taken for what was said to the other."""
    first, second = talk.comment("Eins"), talk.comment("Zwei")
    talk.network.answer(first, THANKS, private=False)
    assert talk.texts(second, private=False) == []


@pytest.mark.parametrize("kind", ["status", "error_after", "reset_after"])
def test_an_answer_that_is_lost_is_unknown_and_can_be_read_back(
    talk: Talk, way: tuple[Answerable, bool], expect: Expect, kind: Any
) -> None:
    to, private = way
    talk.sandbox.faults.add(Fault(kind, method="POST", status=502))
    with expect(OutcomeUnknown):
        talk.network.answer(to, THANKS, private=private)
    assert len(talk.texts(to, private=private)) == (kind != "status")


def test_what_is_gone_is_refused(talk: Talk, expect: Expect) -> None:
    """Nothing was sent; nobody need look for it."""
    to = talk.comment()
    talk.sandbox.configure({talk.name: {"replies": [{"id": to.remote_id, "deleted": True}]}})
    with expect(Rejected):
        talk.network.answer(to, THANKS, private=False)


def test_a_strange_number_never_becomes_part_of_an_address(talk: Talk, expect: Expect) -> None:
    calls = talk.network.calls
    for strange in ("", "me", "../users/me", "12 34", "1/comments"):
        for to in (Answerable(strange), Answerable("1", True, strange), Answerable("1", True)):
            with expect(Rejected):
                talk.network.answer(to, THANKS, private=to.is_message)
    assert talk.network.calls == calls


REFUSING: dict[str, list[tuple[dict[str, Any], type[Trouble]]]] = {
    "facebook": [
        ({"token": "expired"}, NotAuthorised),
        ({"token": "checkpoint"}, NotAuthorised),
        ({"blocked": True}, NotAuthorised),
        ({"rate_limit": {"code": 80006, "calls": 9, "minutes": 7}}, RateLimited),
    ],
    "x": [
        ({"token": "revoked"}, NotAuthorised),
        ({"suspended": True}, NotAuthorised),
        ({"credits": 0}, NotAuthorised),
        ({"rate_limit_next": 9}, RateLimited),
    ],
}


@pytest.mark.parametrize("number", range(4))
def test_what_concerns_the_whole_account(
    talk: Talk, way: tuple[Answerable, bool], expect: Expect, number: int
) -> None:
    """As with posts; but nothing is said of posts that wait for a limit."""
    to, private = way
    knobs, kind = REFUSING[talk.name][number]
    talk.sandbox.configure({talk.name: knobs})
    with expect(kind) as caught:
        talk.network.answer(to, THANKS, private=private)
    assert "stay planned" not in caught.value.why


def test_a_length_and_a_price_before_anything_is_sent(talk: Talk) -> None:
    network, rules = talk.network, talk.network.answers
    assert network.answer_length("Ja 👋", private=True) == 4
    assert 0 < network.answer_length(THANKS, private=False) < rules.public <= 10_000
    assert rules.private >= 2000
    plain = network.answer_price(THANKS, private=False)
    assert network.answer_price(f"{THANKS} https://example.org", private=False) >= plain
    assert (plain > 0) == (talk.name == "x")


class TestFacebook:
    """What only Facebook has: private answers to comments."""

    @pytest.fixture
    def name(self) -> str:
        return "facebook"

    def test_a_comment_is_answered_privately_once(self, talk: Talk, expect: Expect) -> None:
        """It reads back by the comment; a second one is refused, and said so."""
        to = talk.comment()
        assert talk.texts(to, private=True) == []
        talk.network.answer(to, THANKS, private=True)
        assert talk.texts(to, private=True) == [THANKS]
        assert talk.texts(to, private=False) == []
        with expect(Rejected) as caught:
            talk.network.answer(to, "Noch etwas", private=True)
        assert "once" in caught.value.why

    def test_after_seven_days_none(self, talk: Talk, expect: Expect) -> None:
        to = talk.comment()
        talk.sandbox.clock.advance(timedelta(days=7, minutes=1))
        with expect(Rejected):
            talk.network.answer(to, THANKS, private=True)
        with expect(OutcomeUnknown):  # nobody tells whether there ever was one
            talk.network.answered(to, BEGINNING, private=True)

    def test_after_a_day_no_message(self, talk: Talk, expect: Expect) -> None:
        to = talk.message()
        talk.sandbox.clock.advance(timedelta(hours=24, minutes=1))
        with expect(Rejected) as caught:
            talk.network.answer(to, THANKS, private=True)
        assert "24 hours" in caught.value.why

    @pytest.mark.parametrize(
        ("lacking", "private"), [("pages_manage_engagement", False), ("pages_messaging", True)]
    )
    def test_a_permission_for_answers_only(
        self, talk: Talk, expect: Expect, lacking: str, private: bool
    ) -> None:
        """It is named, and stops no post."""
        to = talk.comment()
        every = ["pages_manage_posts", "pages_read_engagement", "pages_read_user_content",
                 "pages_manage_engagement", "pages_messaging"]  # fmt: skip
        talk.sandbox.configure({"facebook": {"permissions": [p for p in every if p != lacking]}})
        with expect(NotPermitted) as caught:
            talk.network.answer(to, THANKS, private=private)
        assert lacking in caught.value.why

    def test_an_answer_to_an_answer_reads_back(self, talk: Talk) -> None:
        """Wherever in the thread the platform puts it."""
        first = talk.comment("Eins")
        post = first.remote_id.partition("_")[0]
        page = talk.sandbox.env()["TUEROEFFNER_FACEBOOK__PAGE_ID"]
        talk.sandbox.configure(
            {"facebook": {"replies": [{"post": f"{page}_{post}", "id": f"{post}_9", "text": "Zwei",
                                       "parent": first.remote_id}]}}
        )  # fmt: skip
        second = Answerable(f"{post}_9", parent=first.remote_id)
        talk.network.answer(second, THANKS, private=False)
        assert talk.texts(second, private=False) == [THANKS]

    def test_who_said_it_must_be_told(self, talk: Talk, expect: Expect) -> None:
        """The same words of somebody else are not ours."""
        to = talk.comment()
        talk.network.answer(to, THANKS, private=False)
        talk.sandbox.configure({"facebook": {"hide_authors": True}})
        with expect(OutcomeUnknown):
            talk.network.answered(to, BEGINNING, private=False)


class TestX:
    """What only X has: summons, duplicates, prices."""

    @pytest.fixture
    def name(self) -> str:
        return "x"

    @pytest.mark.parametrize("asked", [True, False], ids=["by the network", "by us"])
    def test_only_who_speaks_to_us(self, talk: Talk, expect: Expect, asked: bool) -> None:
        """Refused with a sentence, by X or by what X tells of the post; nothing is charged."""
        to = talk.comment()
        post = next(each for each in talk.sandbox.ledger() if each.get("replies"))
        said = {"parent": to.remote_id, "text": "Meine Tante vielleicht", "mention": False}
        talk.sandbox.configure({"x": {"replies": [said | {"author": "Eva"}]}})
        entry = next(each for each in talk.sandbox.ledger() if each["id"] == post["id"])
        [number] = [r["id"] for r in entry["replies"] if r["text"] == said["text"]]
        with expect(Rejected) as caught:
            talk.network.answer(Answerable(number, summons=asked), THANKS, private=False)
        assert "names us or answers us" in caught.value.why
        assert sum(each["in_reply_to"] is not None for each in talk.sandbox.ledger()) == 0

    def test_whoever_surely_speaks_to_us_is_found(self, talk: Talk) -> None:
        """Also where we cannot tell by ourselves; the look costs a read."""
        to = talk.comment()
        before = talk.network.spent
        talk.network.answer(Answerable(to.remote_id, summons=False), THANKS, private=False)
        assert talk.network.spent == pytest.approx(before + 0.005, abs=0.0051)
        assert talk.texts(to, private=False) == [THANKS]

    def test_the_same_words_twice(self, talk: Talk, expect: Expect) -> None:
        first, second = talk.comment("Eins"), talk.comment("Zwei")
        talk.network.answer(first, THANKS, private=False)
        with expect(Rejected) as caught:
            talk.network.answer(second, THANKS, private=False)
        assert caught.value.duplicate
        assert talk.texts(second, private=False) == []

    def test_what_it_costs_is_what_was_said(self, talk: Talk) -> None:
        """Cheaper than a post, unless there is a link in it."""
        for text, private in ((THANKS, False), (f"{THANKS} example.org", False), (THANKS, True)):
            to = talk.message() if private else talk.comment(text)
            before = self.charged(talk)
            talk.network.answer(to, text, private=private)
            cost = self.charged(talk) - before
            assert talk.network.answer_price(text, private=private) == pytest.approx(cost)

    def charged(self, talk: Talk) -> float:
        base = urlsplit(talk.sandbox.env()["TUEROEFFNER_X__API_BASE"])
        connection = HTTPConnection(str(base.netloc), timeout=5)
        connection.request("GET", "/2/users/me")
        cost = float(connection.getresponse().headers["x-sandbox-cost"])
        connection.close()
        return cost

    def test_who_takes_no_messages(self, talk: Talk, expect: Expect) -> None:
        """It concerns this person, not the account."""
        to = talk.message(closed=True)
        with expect(Rejected) as caught:
            talk.network.answer(to, THANKS, private=True)
        assert "in another way" in caught.value.why

    def test_without_the_permission_to_write(self, talk: Talk, expect: Expect) -> None:
        """A message is refused; in public the account may not write at all."""
        comment, message = talk.comment(), talk.message()
        talk.sandbox.configure({"x": {"token": "read-only"}})
        with expect(NotPermitted):
            talk.network.answer(message, THANKS, private=True)
        with expect(NotAuthorised):
            talk.network.answer(comment, THANKS, private=False)
