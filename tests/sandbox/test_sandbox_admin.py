"""The operator's calls, and who is kept away from them."""

import json
from datetime import timedelta

import pytest
from raw_http import Graph, Wire

from orchestrator.sandbox.server import Sandbox


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
        {"Host": "sandbox.example.org"},
        {"Host": "127.0.0.1.example.org:80"},
        {"Host": "127.0.0.1:1"},
    ],
)
@pytest.mark.parametrize(("method", "name"), [("GET", "state"), ("POST", "reset")])
def test_web_pages_are_kept_away(
    graph: Graph, sandbox: Sandbox, headers: dict[str, str], method: str, name: str
) -> None:
    """Neither a cross-site call nor a rebound name reads tokens or changes anything."""
    graph.publish("still here")
    reply = graph.wire.call(method, f"/_sandbox/{name}", **headers)
    assert reply.status == 403
    assert graph.token.encode() not in reply.body
    assert len(sandbox.ledger()) == 1


def test_localhost_by_name_is_ours(wire: Wire) -> None:
    assert wire.call("GET", "/_sandbox/state", Host=f"localhost:{wire.port}").status == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/_sandbox/", None, 404),
        ("GET", "/_sandbox/advance", None, 404),
        ("POST", "/_sandbox/nothing", "{}", 404),
        ("POST", "/_sandbox/advance", "{}", 400),
        ("POST", "/_sandbox/advance", '{"seconds": "10"}', 400),
        ("POST", "/_sandbox/advance", '{"seconds": -10}', 400),
        ("POST", "/_sandbox/advance", '{"seconds": 1e300}', 400),
        ("POST", "/_sandbox/advance", "not json", 400),
        ("POST", "/_sandbox/advance", "[]", 400),
        ("POST", "/_sandbox/configure", '{"myspace": {}}', 400),
        ("POST", "/_sandbox/configure", '{"facebook": 3}', 400),
        ("POST", "/_sandbox/configure", '{"facebook": {"no_such_knob": 1}}', 400),
        ("POST", "/_sandbox/configure", '{"facebook": {"token": "lost"}}', 400),
        ("POST", "/_sandbox/configure", '{"facebook": {"lag_seconds": "9"}}', 400),
        ("POST", "/_sandbox/configure", '{"facebook": {"date_skew_seconds": 1e300}}', 400),
        ("POST", "/_sandbox/configure", '{"facebook": {"date_skew_seconds": true}}', 400),
        ("POST", "/_sandbox/configure", '{"facebook": {"keeps_scheduled": 1}}', 400),
        ("POST", "/_sandbox/configure", '{"facebook": {"permissions": ["fly"]}}', 400),
        ("POST", "/_sandbox/configure", '{"facebook": {"permissions": [["fly"]]}}', 400),
        ("POST", "/_sandbox/configure", '{"facebook": {"rate_limit": {"code": 1}}}', 400),
    ],
)
def test_wrong_calls_are_refused(
    wire: Wire, method: str, path: str, body: str | None, status: int
) -> None:
    reply = wire.call(method, path, body)
    assert reply.status == status
    assert reply.json["error"]


def test_state_tells_time_settings_and_counts(graph: Graph, sandbox: Sandbox) -> None:
    graph.get("/me")
    graph.publish("one")
    graph.get("/{page}/feed")
    graph.get("/{page}/feed")
    state = graph.wire.admin("GET", "state")
    assert state["now"] == "2026-11-02T08:00:00+00:00"
    assert state["env"] == sandbox.env()
    assert state["counts"]["facebook"] == {
        "GET /v26.0/me": 1,
        "GET /v26.0/{id}/feed": 2,
        "POST /v26.0/{id}/feed": 1,
    }


def test_advance_moves_the_clock(wire: Wire, sandbox: Sandbox) -> None:
    before = sandbox.clock.now()
    answer = wire.admin("POST", "advance", {"seconds": 90.5})
    assert sandbox.clock.now() - before == timedelta(seconds=90.5)
    assert answer["now"] == sandbox.clock.now().isoformat()


def test_the_call_log_names_no_secret_and_no_identifier(graph: Graph) -> None:
    post = graph.publish("one")
    graph.call("GET", f"/{post}", appsecret_proof="0" * 64)
    calls = graph.wire.admin("GET", "calls")
    assert [(c["method"], c["path"], c["status"]) for c in calls["calls"]] == [
        ("POST", "/v26.0/{id}/feed", 200),
        ("GET", "/v26.0/{id}", 400),
    ]
    text = json.dumps(calls)
    assert not any(secret in text for secret in (graph.token, graph.secret, "0" * 64, post))


def test_reset_forgets_everything(graph: Graph, sandbox: Sandbox) -> None:
    env = sandbox.env()
    graph.publish("one")
    graph.turn(token="expired")
    graph.advance(3600)
    graph.wire.admin("POST", "faults", {"kind": "status", "times": 9})
    graph.wire.admin("POST", "reset")
    state = graph.wire.admin("GET", "state")
    assert (state["now"], state["counts"], state["faults"], state["env"]) == (
        "2026-11-02T08:00:00+00:00",
        {},
        [],
        env,
    )
    assert graph.wire.admin("GET", "ledger") == {"ledger": []}
    assert graph.publish("one")


def test_the_ledger_keeps_what_was_deleted(graph: Graph) -> None:
    kept, gone = graph.publish("stays"), graph.publish("goes")
    graph.advance(60)
    graph.delete(f"/{gone}")
    entries = {e["id"]: e for e in graph.wire.admin("GET", "ledger")["ledger"]}
    assert entries[kept]["deleted"] is None
    assert entries[gone]["deleted"] == "2026-11-02T08:01:00+00:00"
    assert entries[gone]["network"] == "facebook"
    assert (entries[gone]["text"], entries[gone]["state"]) == ("goes", "deleted")
