"""Batches: at most 50, each entry on its own, through the same rules as single calls."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from raw_http import Graph


def batch(graph: Graph, *entries: object, **params: object) -> list[Any]:
    reply = graph.post("/", batch=list(entries), **params)
    assert reply.status == 200, reply.body
    return reply.json


def read(path: str) -> dict[str, str]:
    return {"method": "GET", "relative_url": path}


def post(graph: Graph, text: str) -> dict[str, str]:
    return {
        "method": "POST",
        "relative_url": f"{graph.page}/feed",
        "body": urlencode({"message": text}),
    }


def test_each_entry_has_its_own_answer(graph: Graph) -> None:
    first, again, page, wrong = batch(
        graph,
        post(graph, "Grüße & Küsse"),
        post(graph, "Grüße & Küsse"),
        read("me?fields=name"),
        read("nobody"),
    )
    assert [one["code"] for one in (first, again, page, wrong)] == [200, 400, 200, 404]
    assert json.loads(again["body"])["error"]["code"] == 506
    assert json.loads(page["body"])["id"] == graph.page
    assert graph.listed("feed") == [json.loads(first["body"])["id"]]
    names = {header["name"] for header in first["headers"]}
    assert {"Content-Type", "X-App-Usage", "facebook-api-version"} <= names


@pytest.mark.parametrize("prefix", ["", "/", "v26.0/", "/v25.0/"])
def test_relative_addresses(graph: Graph, prefix: str) -> None:
    (answer,) = batch(graph, read(f"{prefix}{graph.page}/feed?limit=3"))
    assert json.loads(answer["body"]) == {"data": []}


def test_fifty_are_taken_and_more_refused_as_a_whole(graph: Graph) -> None:
    entries = [post(graph, f"text {number}") for number in range(51)]
    reply = graph.post("/", batch=entries)
    assert reply.refusal == (400, 100, None)
    assert "50" in reply.json["error"]["message"]
    assert graph.listed("feed", limit=100) == []
    assert {one["code"] for one in batch(graph, *entries[:50])} == {200}
    assert len(graph.listed("feed", limit=100)) == 50


@pytest.mark.parametrize("given", ["", "[", "{}", "[]", '"x"', "3"])
def test_what_is_no_batch(graph: Graph, given: str) -> None:
    assert graph.post("/", batch=given).refusal == (400, 100, None)


def test_unknown_parameters_of_a_batch(graph: Graph) -> None:
    assert graph.post("/", batch=[read("me")], message="x").refusal == (400, 100, None)


@pytest.mark.parametrize(
    "entry",
    [
        "me",
        {},
        {"method": "GET"},
        {"method": "GET", "relative_url": 3},
        {"method": "PUT", "relative_url": "me"},
        {"method": "GET", "relative_url": "me", "attached_files": "file1"},
        {"method": "GET", "relative_url": "me", "depends_on": "first"},
        {"method": "POST", "relative_url": "/", "body": "batch=[]"},
        {"method": "GET", "relative_url": "?ids=1,2"},
        {"method": "GET", "relative_url": "v24.0/me"},
    ],
)
def test_a_wrong_entry_does_not_stop_the_others(graph: Graph, entry: object) -> None:
    wrong, right = batch(graph, entry, read("me"))
    assert wrong["code"] == 400
    assert "error" in json.loads(wrong["body"])
    assert right["code"] == 200


def test_entries_that_time_out_are_null_and_not_done(graph: Graph) -> None:
    """What the platform did not get to is answered by null; it must be asked again."""
    graph.turn(batch_null=2)
    answers = batch(graph, *[post(graph, text) for text in "abc"])
    assert answers[:2] == [None, None]
    assert graph.listed("feed") == [json.loads(answers[2]["body"])["id"]]


def test_quiet_successes_are_null(graph: Graph) -> None:
    quiet = {"omit_response_on_success": True}
    done, failed = batch(graph, post(graph, "a") | quiet, read("nobody") | quiet)
    assert done is None
    assert failed["code"] == 404
    assert len(graph.listed("feed")) == 1


def test_headers_may_be_left_out(graph: Graph) -> None:
    (answer,) = batch(graph, read("me"), include_headers=False)
    assert answer.keys() == {"code", "body"}


def test_an_entry_may_bring_its_own_token(graph: Graph, user_token: str) -> None:
    page, user, wrong = batch(
        graph, read("me"), read(f"me?access_token={user_token}"), read("me?access_token=x")
    )
    assert json.loads(page["body"])["id"] != json.loads(user["body"])["id"]
    assert json.loads(wrong["body"])["error"]["code"] == 190
    alone = graph.post(
        "/", access_token=None, batch=[read("me"), read(f"me?access_token={graph.token}")]
    )
    assert [one["code"] for one in alone.json] == [400, 200]


def test_every_entry_counts_for_the_rate_limit(graph: Graph) -> None:
    graph.turn(rate_limit={"code": 32, "calls": 2})
    assert [one["code"] for one in batch(graph, *[read("me")] * 3)] == [403, 403, 200]
