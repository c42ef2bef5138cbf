"""Networks that keep other people's replies out of sight, over HTTP in the sandbox."""

from typing import Any

import pytest
from contract_terms import Connect, Expect
from network_stages import Stage

from orchestrator import networks
from orchestrator.ports import (
    Draft,
    Moderating,
    Network,
    NotAuthorised,
    NotPermitted,
    OutcomeUnknown,
    RateLimited,
    Rejected,
)
from orchestrator.sandbox.faults import Fault
from orchestrator.sandbox.server import Sandbox

WORDS = "Haut ab, niemand will euch hier"
WRITES = {"facebook": "POST", "x": "PUT"}


class Moderates(Network, Moderating):
    """Both protocols in one, for the tests' types."""


class People:
    """What somebody says under a post of ours, and how it is seen."""

    def __init__(self, network: Network, name: str, sandbox: Sandbox) -> None:
        self.name, self.sandbox = name, sandbox
        self.post = network.publish(Draft("Nour, Altenpflegerin, sucht in Wörth")).remote_id

    def say(self, text: str = WORDS, **more: Any) -> str:
        before = set(self.said())
        entry = {"post": self.post, "text": text, "author": "Jemand"} | more
        self.sandbox.configure({self.name: {"replies": [entry]}})
        [new] = set(self.said()) - before
        return new

    def said(self) -> dict[str, dict[str, Any]]:
        rows = [row for row in self.sandbox.ledger() if row["network"] == self.name]
        return {each["id"]: each for row in rows for each in row["replies"]}

    def is_hidden(self, reply: str) -> bool:
        return bool(self.said()[reply]["hidden"])


@pytest.fixture
def people(network: Network, name: str, sandbox: Sandbox) -> People:
    return People(network, name, sandbox)


def test_who_moderates() -> None:
    """Both networks that people answer on."""
    adapters = {name: networks.adapter(name) for name in networks.names()}
    able = {
        n for n, each in adapters.items() if isinstance(each.connect(each.Options()), Moderating)
    }
    assert able == set(WRITES)


def test_a_reply_is_hidden_and_shown_again(network: Moderates, people: People) -> None:
    """However often; the one beside it stays in sight, and nothing is deleted."""
    mine, other = people.say(), people.say("Viel Glück!")
    for hidden in (True, True, False, False, True):
        assert network.hide_reply(mine, hidden) is hidden
        assert people.is_hidden(mine) is hidden
        assert people.said()[mine]["deleted_at"] is None
    assert people.is_hidden(other) is False


def test_a_reply_that_its_author_deleted_is_gone(network: Moderates, people: People) -> None:
    mine = people.say()
    people.sandbox.configure({people.name: {"replies": [{"id": mine, "deleted": True}]}})
    assert network.hide_reply(mine, True) is None


def test_only_numbers_become_part_of_an_address(
    network: Moderates, stage: Stage, expect: Expect
) -> None:
    for strange in ("", "me", "1/../me", *stage.strange_ids[1:2]):
        with expect(Rejected):
            network.hide_reply(strange, True)
    assert network.calls == 0


def test_our_own_words_are_not_hidden(
    network: Moderates, name: str, people: People, expect: Expect
) -> None:
    """A refusal with the network's words: nobody hides their own."""
    owner = {"facebook": people.post.partition("_")[0], "x": people.sandbox.env().get(
        "TUEROEFFNER_X__USER_ID", "")}[name]  # fmt: skip
    mine = people.say("Danke euch allen", author_id=owner)
    with expect(Rejected):
        network.hide_reply(mine, True)
    assert people.is_hidden(mine) is False


@pytest.mark.parametrize("name", ["facebook"])
def test_a_comment_that_the_page_may_not_hide(
    network: Moderates, people: People, expect: Expect
) -> None:
    """Known before anything is ordered; what is hidden already may be shown all the same."""
    mine = people.say(can_hide=False)
    before = network.calls
    with expect(Rejected) as caught:
        network.hide_reply(mine, True)
    assert "does not let the page hide" in caught.value.why
    assert network.calls == before + 1, "it was only looked at"


@pytest.mark.parametrize("name", ["x"])
def test_what_only_names_us_is_not_ours_to_hide(
    network: Moderates, people: People, expect: Expect
) -> None:
    """X hides answers in a conversation that we began, and no others."""
    elsewhere = network.publish(Draft("Ein anderer Beitrag")).remote_id
    theirs = people.say("So ein Unsinn", post=elsewhere)
    assert network.hide_reply(theirs, True) is True
    people.sandbox.configure({"x": {"replies": [{"author": "Somebody", "text": "Unsinn"}]}})
    x: Any = next(each for each in people.sandbox._emulators if each.name == "x")
    mention = next(p.id for p in x.store.posts.values() if p.parent is None and not p.author.token)
    with expect(Rejected):
        network.hide_reply(mention, True)


@pytest.mark.parametrize("name", ["facebook"])
def test_a_token_without_that_permission(
    network: Moderates, sandbox: Sandbox, people: People, expect: Expect
) -> None:
    """Refuses this one call, with what is lacking; posting goes on."""
    mine = people.say()
    rest = ["pages_manage_posts", "pages_read_engagement", "pages_read_user_content"]
    sandbox.configure({"facebook": {"permissions": rest}})
    with expect(NotPermitted) as caught:
        network.hide_reply(mine, True)
    assert "pages_manage_engagement" in caught.value.why
    assert any("hide nor answer comments" in each.what for each in network.standing().remarks)
    assert network.publish(Draft("Amira näht in Bautzen")).remote_id


def test_what_refuses_the_whole_account(
    network: Moderates, stage: Stage, sandbox: Sandbox, people: People, expect: Expect
) -> None:
    mine = people.say()
    for label, knobs in stage.refusing.items():
        if label == "no permission at all":
            continue
        sandbox.configure({people.name: knobs})
        with expect(NotAuthorised):
            network.hide_reply(mine, True)
        sandbox.configure({people.name: {"token": "valid" if people.name == "facebook" else "ok"}})
        if people.name == "x":
            break
    assert people.is_hidden(mine) is False


def test_a_limit_is_a_wait(
    network: Moderates, stage: Stage, sandbox: Sandbox, people: People, expect: Expect
) -> None:
    mine = people.say()
    sandbox.configure({people.name: next(iter(stage.busy.values()))[0]})
    with expect(RateLimited):
        network.hide_reply(mine, True)


@pytest.mark.parametrize("kind", ["status", "error_after"])
def test_a_lost_answer_is_settled_by_looking_or_by_asking_again(
    network: Moderates, name: str, sandbox: Sandbox, people: People, expect: Expect, kind: Any
) -> None:
    """Facebook is read back at once; X tells only in its answer, so the order is given again."""
    mine = people.say()
    sandbox.faults.add(Fault(kind, method=WRITES[name], status=502))
    if name == "facebook" and kind == "error_after":
        assert network.hide_reply(mine, True) is True
        return
    with expect(OutcomeUnknown) as caught:
        network.hide_reply(mine, True)
    assert caught.value.repeatable
    assert network.hide_reply(mine, True) is True
    assert people.is_hidden(mine)


@pytest.mark.parametrize("name", ["x"])
def test_what_x_charges_is_counted(connect: Connect, people: People) -> None:
    network = connect()
    assert isinstance(network, Moderating)
    before = network.spent
    network.hide_reply(people.say(), True)
    assert network.spent - before == pytest.approx(0.005)
