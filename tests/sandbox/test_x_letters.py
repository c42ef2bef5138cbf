"""Direct messages on the sandbox's X: read, answered, priced; nobody is written to unasked."""

from decimal import Decimal
from typing import Any

import pytest
from raw_http import Wire
from x_wire import XWire

from orchestrator.sandbox.server import Sandbox

FIELDS = {"dm_event.fields": "created_at,sender_id,dm_conversation_id"}


@pytest.fixture
def x(sandbox: Sandbox, wire: Wire) -> XWire:
    return XWire(sandbox.env())


@pytest.fixture
def written(sandbox: Sandbox, wire: Wire) -> Any:
    """Lets people write."""
    return lambda *messages: sandbox.configure({"x": {"messages": list(messages)}})


def send(x: XWire, conversation: str, **body: object) -> Any:
    return x.call("POST", f"/2/dm_conversations/{conversation}/messages", json_body=body)


def test_a_message_is_read_and_answered(x: XWire, written: Any) -> None:
    """The newest first, with who said it; the answer stands in the same conversation."""
    written(
        {"author_id": "7001", "author": "Ali", "text": "Guten Tag"},
        {"author_id": "7002", "author": "Eva", "text": "Hallo"},
    )
    told = x.get("/2/dm_events", **FIELDS).body["data"]
    assert [(each["text"], each["sender_id"]) for each in told] == [
        ("Hallo", "7002"),
        ("Guten Tag", "7001"),
    ]
    there = told[1]["dm_conversation_id"]
    assert there == f"7001-{x.user_id}"
    answer = send(x, there, text="Danke!")
    assert answer.status == 201
    assert answer.body["data"]["dm_conversation_id"] == there
    page = x.get(f"/2/dm_conversations/{there}/dm_events", max_results=1, **FIELDS).body
    assert [each["sender_id"] for each in page["data"]] == [x.user_id]
    rest = x.get(
        f"/2/dm_conversations/{there}/dm_events", pagination_token=page["meta"]["next_token"]
    )
    assert [each["text"] for each in rest.body["data"]] == ["Guten Tag"]
    assert Decimal(rest.headers["x-sandbox-cost"]) == Decimal("0.045")


def test_nobody_is_written_to_unasked(x: XWire, written: Any) -> None:
    """Neither a stranger nor who takes no messages."""
    assert send(x, f"7001-{x.user_id}", text="Guten Tag").status == 403
    written({"author_id": "7001", "text": "Und tschüss", "closed": True})
    refused = send(x, f"7001-{x.user_id}", text="Guten Tag")
    assert (refused.status, "permission to DM" in refused.body["detail"]) == (403, True)


@pytest.mark.parametrize(
    "body", [{}, {"text": ""}, {"text": "a" * 10_001}, {"text": "a", "colour": "red"}]
)
def test_wrong_messages(x: XWire, written: Any, body: dict[str, object]) -> None:
    written({"author_id": "7001", "text": "Guten Tag"})
    assert send(x, f"7001-{x.user_id}", **body).status == 400


def test_a_number_that_is_none(x: XWire) -> None:
    assert send(x, "me", text="a").status == 400


def test_a_message_that_was_taken_back(x: XWire, written: Any) -> None:
    written({"author_id": "7001", "text": "Guten Tag"})
    [event] = x.get("/2/dm_events").body["data"]
    written({"id": event["id"], "deleted": True})
    assert "data" not in x.get("/2/dm_events").body


@pytest.mark.parametrize(
    "wish",
    [
        {"messages": "x"},
        {"messages": [{"colour": "red"}]},
        {"messages": [{"text": 7}]},
        {"messages": [{"at": "2026-11-01T08:00:00"}]},
        {"messages": [{"id": "7"}]},
    ],
)
def test_a_knob_that_does_not_fit(sandbox: Sandbox, wire: Wire, wish: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="x:"):
        sandbox.configure({"x": wish})
