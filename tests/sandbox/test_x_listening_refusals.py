"""What X refuses about mentions and searches, and what the knob for replies does."""

import re

import pytest
from raw_http import Wire
from x_wire import XWire

from orchestrator.sandbox.server import Sandbox

OWN = "/2/users/2244994945000000001/mentions"
RECENT = "/2/tweets/search/recent"
WORD = {"query": "arbeit"}
NOW = "2026-11-02T08:00:00Z"


@pytest.fixture
def x(sandbox: Sandbox, wire: Wire) -> XWire:
    return XWire(sandbox.env())


@pytest.fixture
def knobs(sandbox: Sandbox, wire: Wire):
    return lambda **options: sandbox.configure({"x": options})


@pytest.mark.parametrize(
    ("path", "query", "complaint"),
    [
        (OWN, {"max_results": "4"}, "between 5 and 100"),
        (OWN, {"max_results": "101"}, "between 5 and 100"),
        (OWN, {"since_id": "abc"}, "not valid"),
        (OWN, {"next_token": "a"}, r"\[next_token\] is not one of"),
        (OWN, {"exclude": "replies"}, r"\[exclude\] is not one of"),
        (OWN, {"query": "a"}, r"\[query\] is not one of"),
        (OWN, {"pagination_token": "zz"}, "not valid"),
        (OWN, {"start_time": "gestern"}, "not valid"),
        (OWN, {"since_id": "9", "until_id": "9"}, "must be less than"),
        (OWN, {"start_time": NOW, "end_time": NOW}, "must be earlier than"),
        (OWN, {"tweet.fields": "reach"}, "is not one of"),
        ("/2/users/me/mentions", {}, r"\[me\] is not valid"),
        (RECENT, {}, "can not be empty"),
        (RECENT, {"query": ""}, "not valid"),
        (RECENT, WORD | {"max_results": "9"}, "between 10 and 100"),
        (RECENT, WORD | {"max_results": "101"}, "between 10 and 100"),
        (RECENT, WORD | {"sort_order": "newest"}, "not valid"),
        (RECENT, WORD | {"ids": "1"}, r"\[ids\] is not one of"),
        (RECENT, WORD | {"next_token": "zz"}, "`next_token`.*not valid"),
        (RECENT, WORD | {"next_token": "zz", "pagination_token": "zz"}, "Only one of"),
        (RECENT, WORD | {"since_id": "1" * 19, "start_time": NOW}, "in conjunction with"),
        (RECENT, WORD | {"until_id": "1" * 19, "end_time": NOW}, "in conjunction with"),
        (RECENT, WORD | {"start_time": "2026-10-26T07:59:59Z"}, "must be on or after 2026-10-26T"),
        (RECENT, WORD | {"end_time": "2026-11-02T07:59:51Z"}, "minimum of 10 seconds prior"),
        (RECENT, WORD | {"since_id": "2082000000000000000"}, "created after 2026-10-26T08:00Z"),
        (RECENT, {"query": "a" * 513}, "longer than 512"),
        (RECENT, {"query": "a" * 4097}, "not valid"),
        (RECENT, {"query": "-from:anna"}, "non-negation term"),
        (RECENT, {"query": "-a -b"}, "non-negation term"),
        (RECENT, {"query": "a OR -b"}, "non-negation term"),
        (RECENT, {"query": "is:retweet"}, "standalone operator"),
        (RECENT, {"query": "-is:retweet -a"}, "non-negation term"),
        (RECENT, {"query": "is:reply -a"}, "standalone operator"),
        (RECENT, {"query": "-(a OR b) c"}, "no viable alternative"),
        (RECENT, {"query": "(a OR b"}, r"missing '\)'"),
        (RECENT, {"query": "a)"}, "missing EOF"),
        (RECENT, {"query": "()"}, "no viable alternative"),
        (RECENT, {"query": "a OR"}, "no viable alternative"),
        (RECENT, {"query": "OR a"}, "no viable alternative"),
        (RECENT, {"query": '"a'}, "no viable alternative"),
        (RECENT, {"query": "a and b"}, "Ambiguous use of and"),
        (RECENT, {"query": "a or b"}, "Ambiguous use of or"),
        (RECENT, {"query": "since:2026-11-01 a"}, "invalid operator 'since'"),
        (RECENT, {"query": "conversation_id:abc"}, "invalid operator 'conversation_id'"),
        (RECENT, {"query": "from:@anna"}, "invalid operator 'from'"),
        (RECENT, {"query": "is:verified a"}, "invalid operator 'is'"),
    ],
)
def test_an_invalid_query_is_a_problem_with_its_complaint(x, path, query, complaint) -> None:
    reply = x.call("GET", path, query)
    assert (reply.status, reply.problem) == (400, "invalid-request"), reply
    (error,) = reply.body["errors"]
    assert re.search(complaint, error["message"])
    assert error["parameters"]


@pytest.mark.parametrize(
    ("query", "more"),
    [
        ("a" * 512, {}),
        ("arbeit", {"start_time": "2026-10-26T08:00:00Z"}),
        ("arbeit", {"end_time": "2026-11-02T07:59:50Z", "sort_order": "recency"}),
        (" OR ".join(f"conversation_id:{10**18 + n}" for n in range(13)), {"max_results": 100}),
        ('(arbeit OR "offene Stelle") -from:anna -is:retweet', {}),
    ],
)
def test_what_just_fits_is_searched_for(x: XWire, query: str, more: dict) -> None:
    assert x.get(RECENT, query=query, **more).body == {"meta": {"result_count": 0}}


def test_mentions_of_nobody_are_an_error_in_a_200(x: XWire) -> None:
    reply = x.get("/2/users/404/mentions")
    assert (reply.status, reply.body["errors"][0]["resource_type"]) == (200, "user")
    assert "data" not in reply.body


@pytest.mark.parametrize(("path", "query"), [(OWN, {}), (RECENT, WORD)])
def test_reading_needs_no_user_but_a_key(x: XWire, path: str, query: dict) -> None:
    assert x.call("GET", path, query, authorization="Bearer sandbox-app-only-bearer").status == 200
    assert x.call("GET", path, query, authorization="Bearer guessed").status == 401
    assert x.call("GET", path, query, authorization="").status == 401
    assert x.call("POST", path, query).status == 405


@pytest.mark.parametrize(
    ("operation", "path", "query"),
    [("getUsersMentions", OWN, {}), ("searchPostsRecent", RECENT, WORD)],
)
def test_the_301st_call_in_a_quarter_of_an_hour_is_too_many(
    x, knobs, operation, path, query
) -> None:
    first = x.call("GET", path, query)
    assert (first.headers["x-rate-limit-limit"], first.headers["x-rate-limit-remaining"]) == (
        "300",
        "299",
    )
    knobs(limits={operation: {"user": 1}})
    reply = x.call("GET", path, query)
    assert (reply.status, reply.headers["x-rate-limit-remaining"]) == (429, "0")


def test_without_credits_nobody_listens(x: XWire, knobs) -> None:
    knobs(credits=0)
    assert [x.call("GET", OWN).status, x.call("GET", RECENT, WORD).status] == [402, 402]


@pytest.mark.parametrize(
    "reply",
    [
        7,
        {"nonsense": 1},
        {"post": "404", "text": "a"},
        {"parent": "404", "text": "a"},
        {"id": "404", "text": "a"},
        {"text": "a", "deleted": True},
        {"text": 7},
        {"text": "a", "private": "yes"},
        {"text": "a", "picture": 1},
        {"text": "a", "at": "gestern"},
        {"text": "a", "at": "2026-11-02T08:00:00"},
        {"text": "a", "edited_at": "2026-11-02T08:00:00Z"},
        {"text": "a", "author_id": "anna"},
    ],
)
def test_a_reply_that_makes_no_sense_is_refused_and_nobody_speaks(x, knobs, reply) -> None:
    with pytest.raises(ValueError, match=r"x:|isoformat"):
        knobs(replies=[{"text": "gut"}, reply])
    assert x.get(OWN).body == {"meta": {"result_count": 0}}


@pytest.mark.parametrize(
    "options",
    [{"pages": "odd"}, {"partial_errors": 1}, {"unavailable": ["404"]}, {"replies": {}}],
)
def test_a_wrong_knob_is_refused(knobs, options: dict) -> None:
    with pytest.raises(ValueError, match="x:"):
        knobs(**options)
