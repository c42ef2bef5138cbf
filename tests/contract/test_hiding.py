"""Networks that hide a live post without deleting it, over HTTP in the sandbox."""

from typing import Any

import pytest
from contract_terms import Expect
from network_stages import Stage

from orchestrator import networks
from orchestrator.ports import (
    Draft,
    Hiding,
    Network,
    NotAuthorised,
    OutcomeUnknown,
    RateLimited,
    Rejected,
)
from orchestrator.sandbox.faults import Fault
from orchestrator.sandbox.server import Sandbox

HIDING = ("facebook",)
DRAFT = Draft("Nour, Altenpflegerin, sucht in Wörth eine Stelle")
LIMIT = {"rate_limit": {"code": 4, "calls": 9, "minutes": 7}}


class Hides(Network, Hiding):
    """Both protocols in one, for the tests' types."""


@pytest.fixture(params=HIDING)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def entry(sandbox: Sandbox, remote_id: str) -> dict[str, Any]:
    [found] = [each for each in sandbox.ledger() if each["id"] == remote_id]
    return found


def test_who_hides_posts() -> None:
    """Exactly those that can: X has no such call."""
    adapters = {name: networks.adapter(name) for name in networks.names()}
    able = {
        name for name, each in adapters.items() if isinstance(each.connect(each.Options()), Hiding)
    }
    said = {name for name, each in adapters.items() if each.LIMITS.hiding}
    assert able == said == set(HIDING)


def test_a_post_is_hidden_and_shown_again(network: Hides, sandbox: Sandbox) -> None:
    """However often it is asked for; the other post stays as it was, and nothing is deleted."""
    mine, other = network.publish(DRAFT), network.publish(Draft("Amira näht in Bautzen"))
    assert network.is_hidden(mine.remote_id) is False
    for hidden in (True, True, False, False, True):
        network.hide(mine.remote_id, hidden)
        assert network.is_hidden(mine.remote_id) is hidden
        seen = entry(sandbox, mine.remote_id)
        assert (seen["hidden"], seen["state"], seen["text"]) == (hidden, "published", DRAFT.text)
    assert network.is_hidden(other.remote_id) is False


def test_a_hidden_post_is_still_ours(network: Hides, sandbox: Sandbox) -> None:
    """It is looked at, found by its text, measured and taken down like any other."""
    mine = network.publish(DRAFT)
    network.hide(mine.remote_id, True)
    since = sandbox.clock.now().replace(hour=0)
    assert [post.remote_id for post in network.find(DRAFT.text, since)] == [mine.remote_id]
    assert [post.remote_id for post in network.own(since)] == [mine.remote_id]
    assert network.look(mine.remote_id) is not None
    assert network.takedown(mine.remote_id)
    assert network.is_hidden(mine.remote_id) is None


def test_a_post_that_is_gone_proves_nothing_when_hidden(network: Hides, expect: Expect) -> None:
    """Reading says that it is gone; the order alone cannot tell."""
    mine = network.publish(DRAFT)
    network.takedown(mine.remote_id)
    with expect(OutcomeUnknown):
        network.hide(mine.remote_id, True)
    assert network.is_hidden(mine.remote_id) is None


def test_only_own_posts(network: Hides, stage: Stage, expect: Expect) -> None:
    """What is no post of ours is refused before it becomes part of an address."""
    for strange in stage.strange_ids:
        with expect(Rejected):
            network.hide(strange, True)
        with expect(Rejected):
            network.is_hidden(strange)
    assert network.calls == 0


@pytest.mark.parametrize(
    ("knobs", "trouble"),
    [
        ({"token": "expired"}, NotAuthorised),
        (LIMIT, RateLimited),
        ({"blocked": True}, NotAuthorised),
    ],
    ids=["token", "limit", "held back"],
)
def test_what_is_refused(
    network: Hides, name: str, sandbox: Sandbox, expect: Expect, knobs: dict[str, Any],
    trouble: type[Exception],
) -> None:  # fmt: skip
    """The trouble says which; the post stays in sight."""
    mine = network.publish(DRAFT)
    sandbox.configure({name: knobs})
    with expect(trouble):  # type: ignore[arg-type]  # one of the five
        network.hide(mine.remote_id, True)
    assert entry(sandbox, mine.remote_id)["hidden"] is False


@pytest.mark.parametrize("kind", ["status", "error_after"])
def test_an_answer_that_is_lost_is_unknown_and_can_be_read_back(
    network: Hides, sandbox: Sandbox, expect: Expect, kind: Any
) -> None:
    mine = network.publish(DRAFT)
    sandbox.faults.add(Fault(kind, method="POST", status=502))
    with expect(OutcomeUnknown):
        network.hide(mine.remote_id, True)
    assert network.is_hidden(mine.remote_id) is (kind == "error_after")


def test_a_post_that_cannot_be_hidden_is_refused(
    network: Hides, sandbox: Sandbox, expect: Expect
) -> None:
    mine = network.publish(DRAFT)
    refusal = {"error": {"code": 100, "message": "This post cannot be hidden.", "type": "x"}}
    sandbox.faults.add(Fault("status", method="POST", status=400, body=refusal))
    with expect(Rejected):
        network.hide(mine.remote_id, True)


def test_an_answer_without_a_word_about_it_is_no_proof(
    network: Hides, sandbox: Sandbox, expect: Expect
) -> None:
    """A platform that leaves the field out has not said that the post is in sight."""
    mine = network.publish(DRAFT)
    body = {"id": mine.remote_id}
    sandbox.faults.add(Fault("status", method="GET", status=200, body=body))
    with expect(OutcomeUnknown):
        network.is_hidden(mine.remote_id)
