"""Looking at one post: where it stands, and that it is gone only when the network says so."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from contract_terms import Connect, Expect
from network_stages import STAGES, Stage

from orchestrator.networks.wire.answer import dated
from orchestrator.ports import (
    Draft,
    Network,
    NotAuthorised,
    NotSent,
    OutcomeUnknown,
    Place,
    RateLimited,
    Rejected,
)
from orchestrator.sandbox.faults import Fault
from orchestrator.sandbox.server import Sandbox

TEXT = "Mehmet, Kfz-Mechaniker – „ich fange morgen an“, https://caritas.de/türen"


def test_a_live_post_is_seen_as_it_is(network: Network, sandbox: Sandbox) -> None:
    """Its number, its words in the plain form, its time; and one call suffices."""
    sent = network.publish(Draft(TEXT))
    before = network.calls
    seen = network.look(sent.remote_id)
    assert network.calls == before + 1
    assert seen is not None
    assert (seen.remote_id, seen.permalink) == (sent.remote_id, sent.permalink)
    assert (seen.text, seen.place, seen.due_at) == (network.plain(TEXT), Place.LIVE, None)
    assert seen.created_at is not None
    assert abs(seen.created_at - sandbox.clock.now()) < timedelta(minutes=1)


def test_only_what_is_gone_is_gone(network: Network) -> None:
    """Among several posts, just the deleted one is no longer there."""
    ids = [network.publish(Draft(f"Eine Tür, Nummer {number}")).remote_id for number in range(3)]
    assert network.takedown(ids[1]) is True
    assert [network.look(each) is None for each in ids] == [False, True, False]
    assert network.takedown(ids[1]) is False


def test_what_is_too_new_is_told_as_not_there(
    network: Network, name: str, stage: Stage, sandbox: Sandbox
) -> None:
    """The network itself says so: who believes an absence has to wait for the quiet period."""
    sandbox.configure({name: stage.late})
    sent = network.publish(Draft("Noch nicht zu lesen"))
    assert network.look(sent.remote_id) is None
    sandbox.clock.advance(timedelta(seconds=61))
    assert network.look(sent.remote_id) is not None


@pytest.mark.parametrize(
    ("name", "label"), [(name, label) for name in STAGES for label in STAGES[name].refusing]
)
@pytest.mark.parametrize("deleted", [False, True])
def test_a_refused_account_sees_no_absence(
    network: Network,
    name: str,
    stage: Stage,
    sandbox: Sandbox,
    expect: Expect,
    label: str,
    deleted: bool,
) -> None:
    """Expired, suspended, out of credits …: never None, also where the post is indeed gone."""
    remote_id = network.publish(Draft("Vorher")).remote_id
    if deleted:
        network.takedown(remote_id)
    sandbox.configure({name: stage.refusing[label]})
    with expect(NotAuthorised):
        network.look(remote_id)


@pytest.mark.parametrize(
    ("name", "label"), [(name, label) for name in STAGES for label in STAGES[name].busy]
)
def test_a_busy_network_sees_no_absence(
    network: Network, name: str, stage: Stage, sandbox: Sandbox, expect: Expect, label: str
) -> None:
    remote_id = network.publish(Draft("Vorher")).remote_id
    network.takedown(remote_id)
    knobs = stage.busy[label][0]
    if name == "x" and "limits" in knobs:
        knobs = {"limits": {"getPostsByIds": {"user": 0}}}
    sandbox.configure({name: knobs})
    with expect(RateLimited):
        network.look(remote_id)


FAULTS: dict[str, Callable[[], Fault]] = {
    "a page of HTML": lambda: Fault("html"),
    "a page of HTML that says all is well": lambda: Fault("html", status=200),
    "a page of HTML that says not found": lambda: Fault("html", status=404),
    "nothing": lambda: Fault("empty"),
    "an error of the server": lambda: Fault("status", status=500),
    "an empty object": lambda: Fault("status", status=200, body={}),
    "a list": lambda: Fault("status", status=200, body=[{"id": "1"}]),
    "data without a post": lambda: Fault("status", status=200, body={"data": []}),
    "null": lambda: Fault("status", status=200, body="null"),
    "no answer": lambda: Fault("drop_before"),
    "a broken connection": lambda: Fault("reset_before"),
    "an answer that is lost": lambda: Fault("reset_after"),
}


@pytest.mark.parametrize("label", FAULTS)
@pytest.mark.parametrize("deleted", [False, True])
def test_an_answer_without_meaning_is_no_absence(
    network: Network, sandbox: Sandbox, expect: Expect, label: str, deleted: bool
) -> None:
    """Whatever the way to the network answers: the post may be there."""
    remote_id = network.publish(Draft("Vielleicht noch da")).remote_id
    if deleted:
        network.takedown(remote_id)
    sandbox.faults.add(FAULTS[label]())
    with expect(OutcomeUnknown):
        network.look(remote_id)
    assert (network.look(remote_id) is None) is deleted


ANOTHER = {
    "facebook": lambda mine, other: {"id": other, "is_published": True, "message": "x"},
    "x": lambda mine, other: {"data": [{"id": other, "text": "x", "author_id": "1"}]},
}
ODD: dict[str, dict[str, Callable[[str, str], dict[str, Any]]]] = {
    "facebook": {
        "another post": ANOTHER["facebook"],
        "no number": lambda mine, other: {"is_published": True, "message": "x"},
        "not said whether it is live": lambda mine, other: {"id": mine, "message": "x"},
        "a word for live": lambda mine, other: {"id": mine, "is_published": "yes"},
    },
    "x": {
        "another post": ANOTHER["x"],
        "two posts": lambda mine, other: {
            "data": [{"id": each, "text": "x", "author_id": "1"} for each in (mine, other)]
        },
        "another post is gone": lambda mine, other: {
            "errors": [{"type": "…/resource-not-found", "parameter": "ids", "resource_id": other}]
        },
        "it may not be seen": lambda mine, other: {
            "errors": [
                {
                    "type": "…/not-authorized-for-resource",
                    "parameter": "ids",
                    "resource_id": mine,
                }
            ]
        },
        "something else is gone": lambda mine, other: {
            "errors": [
                {"type": "…/resource-not-found", "parameter": "author_id", "resource_id": mine}
            ]
        },
    },
}


@pytest.mark.parametrize(("name", "label"), [(name, label) for name in ODD for label in ODD[name]])
def test_an_answer_about_something_else_is_no_absence(
    network: Network, name: str, sandbox: Sandbox, expect: Expect, label: str
) -> None:
    mine, other = (network.publish(Draft(text)).remote_id for text in ("Meine", "Die andere"))
    sandbox.faults.add(Fault("status", status=200, body=ODD[name][label](mine, other)))
    with expect(OutcomeUnknown):
        network.look(mine)


@pytest.mark.parametrize(
    ("name", "strange"), [(name, each) for name in STAGES for each in STAGES[name].strange_ids]
)
def test_what_is_no_post_of_ours_is_refused_unasked(
    network: Network, expect: Expect, strange: str
) -> None:
    with expect(Rejected):
        network.look(strange)
    assert network.calls == 0


@pytest.mark.parametrize("name", ["x"])
def test_somebody_elses_post_is_not_ours(
    network: Network, sandbox: Sandbox, expect: Expect
) -> None:
    own = network.publish(Draft("Unser Aufruf")).remote_id
    reply = {"post": own, "author": "Jonas", "text": "Ich frage einmal herum!"}
    sandbox.configure({"x": {"replies": [reply]}})
    [told] = sandbox.ledger()[0]["replies"]  # type: ignore[misc]  # a list of objects
    with expect(Rejected):
        network.look(told["id"])


@pytest.mark.parametrize("name", ["facebook"])
def test_a_token_that_may_not_read_sees_no_absence(
    network: Network, sandbox: Sandbox, expect: Expect
) -> None:
    """The page hides its posts from such a token by the same answer as for a deleted one."""
    remote_id = network.publish(Draft("Vorher")).remote_id
    network.takedown(remote_id)
    sandbox.configure({"facebook": {"permissions": ["pages_manage_posts"]}})
    with expect(NotAuthorised):
        network.look(remote_id)
    sandbox.configure({"facebook": {"permissions": ["pages_read_engagement"]}})
    with expect(NotAuthorised):
        network.look(remote_id)


def test_a_network_out_of_reach_sees_no_absence(connect: Connect, expect: Expect) -> None:
    network = connect(api_base="http://127.0.0.1:9")
    with expect(NotSent):
        network.look(f"{network_account(network)}1")


def network_account(network: Network) -> str:
    return "104729188301557_" if network.name == "facebook" else ""


def test_a_look_costs_a_read_once_a_day(network: Network, stage: Stage) -> None:
    """It is charged like other reads, but never held up: an appeal hangs on it."""
    remote_id = network.publish(Draft("Was kostet das?")).remote_id
    network.allowance = 0.0
    for _time in range(3):
        assert network.look(remote_id) is not None
    assert network.spent == pytest.approx(stage.read_price)


@pytest.mark.parametrize(
    "date",
    [
        "",
        "now",
        "Mon, 99 Nov 2026 07:00:00 GMT",
        "Mon, 23 Nov 9999 07:00:00 GMT",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Mon, 23 Nov 2026 07:00:00 +99999999999999999999",
        "\x00",
        ",,,",
        "23",
        "9" * 5000,
    ],
)
def test_a_senseless_time_is_none(date: str) -> None:
    assert dated({"date": date}) is None


@pytest.mark.parametrize("zone", ["GMT", "-0000", "+0000"])
def test_a_time_is_greenwich_time(zone: str) -> None:
    told = dated({"date": f"Mon, 23 Nov 2026 07:00:00 {zone}"})
    assert told == datetime(2026, 11, 23, 7, tzinfo=UTC)
