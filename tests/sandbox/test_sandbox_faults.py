"""Faults on demand: what the client sees, and whether the network acted."""

import http.client
import json
import time

import pytest
from raw_http import Graph, Wire

from orchestrator.sandbox.server import Sandbox

LOST = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)


def fault(graph: Graph, kind: str, **more: object) -> None:
    graph.wire.admin("POST", "faults", {"kind": kind, "method": "POST", "path": "/feed$", **more})


def post(graph: Graph) -> object:
    return graph.post("/{page}/feed", message="Ich suche Arbeit als Tischler.")


def texts(sandbox: Sandbox) -> list[object]:
    return [entry["text"] for entry in sandbox.ledger()]


@pytest.mark.parametrize(
    ("kind", "more", "status", "body", "content_type"),
    [
        ("status", {}, 500, b"{}", "application/json"),
        (
            "status",
            {"status": 503, "body": {"error": {"code": 2}}},
            503,
            b'{"error":{"code":2}}',
            "a",
        ),
        ("status", {"status": 429, "body": "slow down"}, 429, b"slow down", "application/json"),
        ("html", {}, 502, b"<html>", "text/html"),
        ("html", {"status": 200, "body": "<p>hi</p>"}, 200, b"<p>hi</p>", "text/html"),
        ("empty", {}, 200, b"", "application/json"),
        ("empty", {"status": 500}, 500, b"", "application/json"),
    ],
)
def test_false_answers_do_not_perform(
    graph: Graph,
    sandbox: Sandbox,
    kind: str,
    more: dict,
    status: int,
    body: bytes,
    content_type: str,
) -> None:
    fault(graph, kind, **more)
    reply = post(graph)
    assert reply.status == status
    assert reply.body == body or (kind == "html" and reply.body.startswith(body))
    assert reply.headers["content-type"].startswith(content_type)
    assert texts(sandbox) == []
    assert post(graph).status == 200


@pytest.mark.parametrize(("kind", "performed"), [("drop_before", 0), ("drop_after", 1)])
def test_dropped_connections(graph: Graph, sandbox: Sandbox, kind: str, performed: int) -> None:
    fault(graph, kind)
    with pytest.raises(LOST):
        post(graph)
    assert len(texts(sandbox)) == performed
    status = graph.wire.admin("GET", "calls")["calls"][-1]["status"]
    assert status is None


@pytest.mark.parametrize(("kind", "performed"), [("reset_before", 0), ("reset_after", 1)])
def test_reset_connections(graph: Graph, sandbox: Sandbox, kind: str, performed: int) -> None:
    """The client meets a reset, not an end; the next call is served as ever."""
    for number in range(5):
        fault(graph, kind)
        with pytest.raises(ConnectionResetError) as caught:
            graph.post("/{page}/feed", message=f"Nr. {number}")
        assert not isinstance(caught.value, http.client.RemoteDisconnected)
    assert len(texts(sandbox)) == 5 * performed
    status = graph.wire.admin("GET", "calls")["calls"][-1]["status"]
    assert status is None
    assert post(graph).status == 200


@pytest.mark.parametrize(
    ("more", "status", "body"),
    [({}, 500, b"{}"), ({"status": 408, "body": {"title": "late"}}, 408, b'{"title":"late"}')],
)
def test_an_error_after_the_act(
    graph: Graph, sandbox: Sandbox, more: dict, status: int, body: bytes
) -> None:
    """Accepted, and answered with an error all the same: once, then all is as ever."""
    fault(graph, "error_after", **more)
    reply = post(graph)
    assert (reply.status, reply.body) == (status, body)
    assert len(texts(sandbox)) == 1
    assert graph.wire.admin("GET", "calls")["calls"][-1]["status"] == status
    assert post(graph).json["error"]["code"] == 506


def test_hanging_is_bounded_and_does_not_perform(graph: Graph, sandbox: Sandbox) -> None:
    fault(graph, "hang", seconds=0.2)
    started = time.monotonic()
    with pytest.raises(LOST):
        post(graph)
    assert 0.2 <= time.monotonic() - started < 3
    assert texts(sandbox) == []


def test_others_are_served_while_one_call_hangs(graph: Graph) -> None:
    fault(graph, "hang", seconds=20)
    hanging = http.client.HTTPConnection("127.0.0.1", graph.wire.port, timeout=0.2)
    hanging.request("POST", f"/v26.0/{graph.page}/feed", "message=x")
    with pytest.raises(TimeoutError):
        hanging.getresponse()
    assert graph.get("/me").status == 200
    hanging.close()


def test_stopping_releases_what_hangs() -> None:
    with Sandbox() as sandbox:
        wire = Wire(sandbox.port)
        wire.admin("POST", "faults", {"kind": "hang", "seconds": 500})
        hanging = http.client.HTTPConnection("127.0.0.1", sandbox.port)
        hanging.request("GET", "/v26.0/me")
        while wire.admin("GET", "state")["faults"]:
            pass
        wire.close()
        started = time.monotonic()
    assert time.monotonic() - started < 3
    with pytest.raises(LOST):
        hanging.getresponse()
    hanging.close()


def test_slow_answers_come_and_count(graph: Graph, sandbox: Sandbox) -> None:
    fault(graph, "slow", seconds=0.2)
    started = time.monotonic()
    assert post(graph).status == 200
    assert time.monotonic() - started >= 0.2
    assert len(texts(sandbox)) == 1


def test_times_are_counted_down_per_matching_call(graph: Graph) -> None:
    fault(graph, "status", times=2)
    assert graph.get("/{page}/feed").status == 200
    assert [post(graph).status for _ in range(3)] == [500, 500, 200]


def test_faults_pick_network_method_and_path(graph: Graph) -> None:
    graph.wire.admin("POST", "faults", {"kind": "status", "network": "x", "times": 9})
    graph.wire.admin("POST", "faults", {"kind": "status", "method": "delete", "times": 9})
    graph.wire.admin("POST", "faults", {"kind": "status", "path": "/search$", "times": 9})
    assert post(graph).status == 200
    assert graph.get("/search").status == 500
    assert graph.delete("/{page}").status == 500


def test_clearing_faults_ends_them(graph: Graph) -> None:
    fault(graph, "status", times=99)
    graph.wire.admin("DELETE", "faults")
    assert post(graph).status == 200


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"kind": "explode"},
        {"kind": "status", "colour": "red"},
        {"kind": "status", "times": 0},
        {"kind": "status", "times": "3"},
        {"kind": "status", "status": 99},
        {"kind": "status", "status": True},
        {"kind": "hang", "seconds": -1},
        {"kind": "hang", "seconds": 601},
        {"kind": "hang", "seconds": "long"},
        {"kind": "status", "path": "("},
        {"kind": "status", "path": 3},
        ["kind"],
    ],
)
def test_senseless_faults_are_refused(wire: Wire, wish: object) -> None:
    reply = wire.call("POST", "/_sandbox/faults", json.dumps(wish))
    assert reply.status == 400
    assert wire.admin("GET", "state")["faults"] == []
