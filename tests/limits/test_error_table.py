"""Every refusal that is known of the Graph API, over HTTP and through the real library.

The list here was written apart from the program's own, from the published meanings.
"""

from collections.abc import Callable
from typing import Any

import pytest

from orchestrator import networks
from orchestrator.networks.wire.graph_codes import TABLE, Reaction
from orchestrator.ports import (
    Draft,
    NotAuthorised,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Trouble,
)
from orchestrator.sandbox.faults import Fault
from orchestrator.sandbox.graph_errors import REFUSALS
from orchestrator.sandbox.server import Sandbox
from orchestrator.vocabulary import Condition
from tests.limits.conftest import given

TOKEN, PERMISSION = Condition.TOKEN, Condition.PERMISSION
# Code, subcode; the trouble; the condition of the account; a word of the sentence's remedy.
ROWS: list[tuple[int, int, type[Trouble], Condition | None, str]] = [
    (1, 0, OutcomeUnknown, None, "looks it up"),
    (2, 0, OutcomeUnknown, None, "looks it up"),
    (3, 0, NotAuthorised, PERMISSION, "dashboard"),
    (4, 0, RateLimited, None, "app"),
    (17, 0, RateLimited, None, "person"),
    (32, 0, RateLimited, None, "page"),
    (341, 0, RateLimited, None, "app"),
    (613, 0, RateLimited, None, "so often"),
    (80000, 0, RateLimited, None, "figures"),
    (80001, 0, RateLimited, None, "page"),
    (80002, 0, RateLimited, None, "for now"),
    (80003, 0, RateLimited, None, "ad account"),
    (80004, 0, RateLimited, None, "ad account"),
    (80005, 0, RateLimited, None, "ad account"),
    (80006, 0, RateLimited, None, "for now"),
    (80008, 0, RateLimited, None, "for now"),
    (80009, 0, RateLimited, None, "ad account"),
    (80014, 0, RateLimited, None, "ad account"),
    (10, 0, NotAuthorised, PERMISSION, "permission"),
    (200, 0, NotAuthorised, PERMISSION, "permission"),
    (299, 0, NotAuthorised, PERMISSION, "permission"),
    (100, 0, Rejected, None, "Change what it names"),
    (100, 1885621, Rejected, None, "budget"),
    (100, 1885364, Rejected, None, "audience build"),
    (100, 2909034, Rejected, None, "ad_category"),
    (10, 2018278, Rejected, None, "24 hours"),
    (100, 2018001, Rejected, None, "in another way"),
    (100, 2018292, Rejected, None, "in another way"),
    (551, 1545041, Rejected, None, "in another way"),
    (10900, 0, Rejected, None, "in public"),
    (10903, 0, Rejected, None, "in public"),
    (102, 0, NotAuthorised, TOKEN, "new token"),
    (190, 0, NotAuthorised, TOKEN, "new token"),
    (190, 458, NotAuthorised, TOKEN, "add it again"),
    (190, 459, NotAuthorised, TOKEN, "log in"),
    (190, 460, NotAuthorised, TOKEN, "password"),
    (190, 463, NotAuthorised, TOKEN, "expired"),
    (190, 464, NotAuthorised, TOKEN, "confirm"),
    (190, 467, NotAuthorised, TOKEN, "ended"),
    (190, 492, NotAuthorised, TOKEN, "tasks"),
    (368, 0, NotAuthorised, Condition.BLOCKED, "support inbox"),
    (506, 1455006, Rejected, None, "same text"),
    (2635, 0, NotAuthorised, Condition.OUTDATED, "api_version"),
    (6000, 1363037, OutcomeUnknown, None, "goes on from there"),
    (1609005, 0, Rejected, None, "link"),
]


@pytest.fixture
def connect(sandbox: Sandbox) -> Callable[[], Any]:
    adapter = networks.adapter("facebook")
    return lambda: adapter.connect(adapter.Options(**given(sandbox, "facebook")))


@pytest.mark.parametrize("row", ROWS, ids=[f"{code}/{subcode}" for code, subcode, *_ in ROWS])
def test_every_refusal_has_its_trouble_and_its_remedy(
    sandbox: Sandbox, connect: Callable[[], Any], row: Any
) -> None:
    """What it means for the post, for the account, and what a person is told to do."""
    code, subcode, kind, condition, word = row
    network = connect()
    data = {"start_offset": "7340032"} if subcode == 1363037 else None
    refusal = {"code": code, "subcode": subcode, "calls": 1, "data": data}
    sandbox.configure({"facebook": {"refusal": refusal}})
    with pytest.raises(Trouble) as caught:
        network.publish(Draft("Eine Tür"))
    trouble = caught.value
    assert isinstance(trouble, kind)
    assert word in trouble.why
    assert getattr(trouble, "condition", None) is condition
    assert getattr(trouble, "duplicate", False) is (code == 506)
    assert getattr(trouble, "offset", 7340032) == 7340032
    assert network.calls == 1
    assert network.publish(Draft("Danach")).remote_id


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"code": 190.0, "error_subcode": 463.0}, NotAuthorised),
        ({"code": "190", "error_subcode": "463"}, NotAuthorised),
        ({"code": "190.0", "is_transient": "false"}, NotAuthorised),
        ({"code": 506, "is_transient": "False"}, Rejected),
        ({"code": "80001", "is_transient": "0"}, RateLimited),
        ({"code": 506, "is_transient": "true"}, OutcomeUnknown),
        ({"code": 190.5}, OutcomeUnknown),
        ({"code": "1e999"}, OutcomeUnknown),
        ({"code": [190]}, OutcomeUnknown),
    ],
    ids=str,
)
def test_numbers_and_truth_are_read_however_they_are_written(
    sandbox: Sandbox, connect: Callable[[], Any], error: dict[str, Any], kind: type[Trouble]
) -> None:
    """A refusal that is taken for doubt is looked for in vain, and its remedy told to nobody."""
    told = {"error": {"message": "Nein.", **error}}
    sandbox.faults.add(Fault("status", status=400, body=told))
    with pytest.raises(Trouble) as caught:
        connect().publish(Draft("Eine Tür"))
    assert type(caught.value) is kind
    assert "error_subcode" not in error or "has expired" in caught.value.why


def test_the_sandbox_plays_nothing_else() -> None:
    """So no row of its table goes untested."""
    assert {(code, subcode) for code, subcode, *_ in ROWS} == set(REFUSALS)


def test_no_two_troubles_of_a_token_say_the_same() -> None:
    """Whoever reads it knows what happened: a password, a removed app, a lost role …"""
    sentences = [row.says() for row in TABLE]
    assert len(set(sentences)) == len(sentences)
    assert all("{said}" in each and each.endswith(".") for each in sentences if each)


def test_every_reaction_is_used() -> None:
    assert {row.reaction for row in TABLE} == set(Reaction)


def test_a_wait_without_a_hint_grows_from_five_minutes(
    sandbox: Sandbox, connect: Callable[[], Any]
) -> None:
    """Twice as long after each time in a row, with up to a tenth more; then it begins anew."""
    network = connect()
    sandbox.configure({"facebook": {"refusal": {"code": 613, "calls": 4}}})
    waits = []
    for _try in range(4):
        with pytest.raises(RateLimited) as caught:
            network.publish(Draft("Eine Tür"))
        waits.append(caught.value.seconds)
    for wait, least in zip(waits, (300, 600, 1200, 2400), strict=True):
        assert least <= wait <= least * 1.1
    assert network.publish(Draft("Eine Tür")).remote_id
    sandbox.configure({"facebook": {"refusal": {"code": 613, "calls": 1}}})
    with pytest.raises(RateLimited) as caught:
        network.publish(Draft("Noch eine Tür"))
    assert caught.value.seconds <= 330
