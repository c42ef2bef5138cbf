"""Everything that X refuses is refused here too, provoked by raw HTTP with oauthlib's signature."""

import re
import time

import pytest
from raw_http import Wire
from x_wire import XWire

from orchestrator.sandbox.server import Sandbox

DUPLICATE = {
    "detail": "You are not allowed to create a Tweet with duplicate content.",
    "type": "about:blank",
    "title": "Forbidden",
    "status": 403,
}
READS = ["/2/tweets?ids=1", "/2/tweets/1", "/2/users/2244994945000000001/tweets"]


@pytest.fixture
def x(sandbox: Sandbox, wire: Wire) -> XWire:
    return XWire(sandbox.env())


@pytest.fixture
def knobs(sandbox: Sandbox, wire: Wire):
    return lambda **options: sandbox.configure({"x": options})


def second_account(sandbox: Sandbox) -> XWire:
    account = {"id": "77", "username": "nachbarin", "name": "Nachbarin"}
    keys = {"access_token": "77-token", "access_token_secret": "77-secret"}
    sandbox.configure({"x": {"accounts": [account | keys]}})
    return XWire(sandbox.env(), user_id="77", **keys)


# --- who is calling -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"consumer_key": "someone-else"},
        {"consumer_secret": "guessed"},
        {"access_token": "someone-else"},
        {"access_token_secret": "guessed"},
    ],
)
def test_a_wrong_key_is_unauthorized(sandbox: Sandbox, x: XWire, wrong: dict) -> None:
    reply = XWire(sandbox.env(), **wrong).post("Guten Tag")
    assert (reply.status, reply.body["title"]) == (401, "Unauthorized")
    assert sandbox.ledger() == []


@pytest.mark.parametrize(
    "header",
    ["", "OAuth", "Basic YTpi", "Bearer None", 'OAuth oauth_token="x"', "OAuth nonsense, more"],
)
def test_a_missing_or_broken_header_is_unauthorized(x: XWire, header: str) -> None:
    assert x.call("POST", "/2/tweets", json_body={"text": "a"}, authorization=header).status == 401


@pytest.mark.parametrize("seconds", [-301, 302, -86_400])
def test_a_stamp_more_than_five_minutes_off_is_refused(x: XWire, seconds: int) -> None:
    """By real time, although the sandbox's own clock stands in another month."""
    stamp = str(int(time.time()) + seconds)
    header = x.sign("GET", x.base + "/2/users/me", timestamp=stamp)
    reply = x.call("GET", "/2/users/me", authorization=header)
    assert (reply.status, "five minutes" in reply.headers["x-sandbox-reason"]) == (401, True)


@pytest.mark.parametrize("seconds", [-290, 290])
def test_a_stamp_within_five_minutes_is_taken(x: XWire, seconds: int) -> None:
    stamp = str(int(time.time()) + seconds)
    header = x.sign("GET", x.base + "/2/users/me", timestamp=stamp)
    assert x.call("GET", "/2/users/me", authorization=header).status == 200


def test_a_nonce_works_once(x: XWire) -> None:
    header = x.sign("GET", x.base + "/2/users/me")
    replies = [x.call("GET", "/2/users/me", authorization=header) for _ in range(2)]
    assert [reply.status for reply in replies] == [200, 401]


def test_a_signature_holds_for_its_own_call_only(x: XWire) -> None:
    """Method, path and every query parameter are signed; so is what is added later."""
    header = x.sign("GET", x.base + "/2/tweets?ids=1")
    for method, path, query in [
        ("DELETE", "/2/tweets/1", None),
        ("GET", "/2/tweets/1", None),
        ("GET", "/2/tweets", {"ids": "2"}),
        ("GET", "/2/tweets", {"ids": "1", "expansions": "author_id"}),
    ]:
        assert x.call(method, path, query, authorization=header).status == 401
    assert x.call("GET", "/2/tweets", {"ids": "1"}, authorization=header).status == 200


def test_only_hmac_sha1_is_taken(x: XWire) -> None:
    header = x.sign("GET", x.base + "/2/users/me", signature_method="PLAINTEXT")
    assert x.call("GET", "/2/users/me", authorization=header).status == 401


def test_a_form_body_is_signed_and_then_refused_as_no_json(x: XWire) -> None:
    """The platform takes JSON; the signature check must see the form all the same."""
    target, form = "/2/tweets", "text=Guten+Tag"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    unsigned = headers | {"Authorization": x.sign("POST", x.base + target)}
    assert x.send("POST", target, unsigned, form.encode()).status == 401
    signed = headers | {"Authorization": x.sign("POST", x.base + target, body=form)}
    assert x.send("POST", target, signed, form.encode()).status == 400


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/2/tweets", {"text": "a"}),
        ("DELETE", "/2/tweets/1", None),
        ("GET", "/2/users/me", None),
    ],
)
def test_an_app_only_bearer_may_not_act_as_a_user(x, method, path, body) -> None:
    header = "Bearer sandbox-app-only-bearer"
    reply = x.call(method, path, json_body=body, authorization=header)
    assert (reply.status, reply.problem) == (403, "unsupported-authentication")


@pytest.mark.parametrize("path", READS)
def test_an_app_only_bearer_may_read(x: XWire, path: str) -> None:
    assert x.call("GET", path, authorization="Bearer sandbox-app-only-bearer").status == 200


def test_a_revoked_token_is_unauthorized_until_restored(x: XWire, knobs) -> None:
    knobs(token="revoked")
    assert x.post("Guten Tag").status == 401
    knobs(token="ok")
    assert x.post("Guten Tag").status == 201


def test_a_read_only_token_reads_and_does_not_write(x: XWire, knobs) -> None:
    post = x.put("Guten Tag")
    knobs(token="read-only")
    for reply in (x.post("Noch einer"), x.call("DELETE", f"/2/tweets/{post}")):
        assert (reply.status, reply.problem) == (403, "oauth1-permissions")
    assert x.timeline().status == 200


def test_a_forbidden_client_and_a_suspended_account(x: XWire, knobs) -> None:
    knobs(client_forbidden=True)
    reply = x.get("/2/users/me")
    assert (reply.status, reply.problem) == (403, "client-forbidden")
    assert reply.body["reason"] == "client-not-enrolled"
    knobs(client_forbidden=False, suspended=True)
    assert (x.get("/2/users/me").status, "suspended" in x.get("/2/users/me").text) == (403, True)


# --- what is posted -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({}, "minimum|at least"),
        ({"text": ""}, "at least"),
        ({"text": " \n\t "}, "at least"),
        ({"text": None}, "null found, string expected"),
        ({"text": 7}, "integer found, string expected"),
        ([], "array found, object expected"),
        ("Guten Tag", "string found, object expected"),
        ({"text": "a", "status": "b"}, r"\$\.status: is not defined"),
        ({"text": "a", "place_id": "b"}, r"\$\.place_id: is not defined"),
        ({"text": "a", "geo": {"lat": 1}}, r"\$\.geo\.lat: is not defined"),
        ({"text": "a", "geo": {}}, r"\$\.geo\.place_id: is missing"),
        ({"text": "a", "reply_settings": "everyone"}, "enumeration"),
        ({"text": "a", "made_with_ai": "yes"}, "boolean expected"),
        ({"text": "a", "made_with_ai": 1}, "integer found, boolean expected"),
        ({"text": "a", "media": {"media_ids": []}}, "minimum of 1"),
        ({"text": "a", "media": {"media_ids": [1]}}, "string expected"),
        ({"text": "a", "media": {"media_ids": ["1"] * 5}}, "maximum of 4"),
        ({"text": "a", "media": {"media_ids": ["x1"]}}, "regex"),
        ({"text": "a", "media": {"media_ids": ["12345"]}}, "media IDs are invalid"),
        ({"text": "a", "reply": {}}, "in_reply_to_tweet_id: is missing"),
        ({"text": "a", "community_id": 1}, "string expected"),
        ({"text": "a", "poll": {"options": ["ja"], "duration_minutes": 60}}, "minimum of 2"),
        ({"text": "a", "poll": {"options": ["j", "n"], "duration_minutes": 4}}, "minimum value"),
        ({"text": "a", "poll": {"options": ["j", "n" * 26], "duration_minutes": 5}}, "may only be"),
        ({"text": "a\ufffe"}, "invalid characters"),
        ({"text": "x" * 281}, "too long"),
        ({"text": "漢" * 141}, "too long"),
        ({"text": "👨‍👩‍👧" * 141}, "too long"),
        ({"text": "x" * 258 + " caritas.de"}, "too long"),
        ({"text": "„" + "ü" * 277 + "…" + "“"}, "too long"),
    ],
)
def test_an_invalid_post_is_a_problem_with_its_complaint(sandbox, x, body, complaint) -> None:
    reply = x.call("POST", "/2/tweets", json_body=body)
    assert (reply.status, reply.problem) == (400, "invalid-request")
    assert re.search(complaint, " ".join(error["message"] for error in reply.body["errors"]))
    assert sandbox.ledger() == []


@pytest.mark.parametrize("raw", [b"", b"{", b"text=a", b"\xff\xfe"])
def test_a_body_that_is_no_json_is_refused(x: XWire, raw: bytes) -> None:
    reply = x.call("POST", "/2/tweets", raw_body=raw)
    assert (reply.status, reply.problem) == (400, "invalid-request")


@pytest.mark.parametrize(
    "text",
    [
        "x" * 280,
        "ü" * 279 + "ß",
        "漢字" * 70,
        "👨‍👩‍👧" * 140,
        "x" * 256 + " caritas.de",
        "e\u0301" * 280,
        "„" + "ü" * 276 + "…" + "“",
    ],
)
def test_the_longest_text_is_taken(x: XWire, text: str) -> None:
    """Latin counts 1, others 2, an emoji 2, a URL 23, and composed before it is counted."""
    assert x.post(text).status == 201


def test_a_duplicate_is_refused_until_the_first_is_deleted(sandbox: Sandbox, x: XWire) -> None:
    first = x.put("Tischler sucht Werkstatt in Kassel")
    for again in ("Tischler sucht Werkstatt in Kassel", " Tischler  sucht\nWerkstatt in Kassel"):
        reply = x.post(again)
        assert (reply.status, reply.body) == (403, DUPLICATE)
        assert reply.headers["content-type"].startswith("application/json")
        assert "x-rate-limit-remaining" in reply.headers
    assert second_account(sandbox).post("Tischler sucht Werkstatt in Kassel").status == 201
    x.call("DELETE", f"/2/tweets/{first}")
    assert x.post("Tischler sucht Werkstatt in Kassel").status == 201


def test_self_serve_apps_reply_only_when_summoned(sandbox: Sandbox, x: XWire) -> None:
    other = second_account(sandbox)
    uninvited = other.put("Wir suchen Leute")
    summons = other.put("@Sandbox_Doors hier gibt es Arbeit")
    own = x.put("Schneiderin sucht Arbeit")
    reply = {parent: {"in_reply_to_tweet_id": parent} for parent in (uninvited, summons, own)}
    refused = x.post("Danke 1", reply=reply[uninvited])
    assert (refused.status, "not allowed" in refused.body["detail"]) == (403, True)
    assert x.post("Danke 2", reply=reply[summons]).status == 201
    assert x.post("Danke 3", reply=reply[own]).status == 201
    assert x.post("Danke 4", reply={"in_reply_to_tweet_id": "404"}).status == 403


@pytest.mark.parametrize("feature", ["quote_tweet_id", "community_id"])
def test_what_is_closed_to_self_serve_apps_is_forbidden(x: XWire, feature: str) -> None:
    assert x.post("Guten Tag", **{feature: "123"}).status == 403


def test_a_foreign_post_cannot_be_deleted(sandbox: Sandbox, x: XWire) -> None:
    post = second_account(sandbox).put("Fremd")
    assert x.call("DELETE", f"/2/tweets/{post}").status == 403
    assert [entry["deleted"] for entry in sandbox.ledger()] == [False]


# --- what is read ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "query", "complaint"),
    [
        ("/2/tweets", {}, "can not be empty"),
        ("/2/tweets", {"ids": ""}, "not valid"),
        ("/2/tweets", {"ids": "1,x"}, "not valid"),
        ("/2/tweets", {"ids": "1,"}, "not valid"),
        ("/2/tweets", {"ids": "1" * 20}, "not valid"),
        ("/2/tweets", {"ids": "１"}, "not valid"),
        ("/2/tweets", {"ids": ",".join("1" * 101)}, r"\[101\] is not between 1 and 100"),
        ("/2/tweets", [("ids", "1"), ("ids", "2")], "only once"),
        ("/2/tweets", {"ids": "1", "id": "2"}, r"\[id\] is not one of"),
        ("/2/tweets", {"ids": "1", "fields": "text"}, r"\[fields\] is not one of"),
        ("/2/tweets", {"ids": "1", "tweet.fields": "reach"}, r"\[reach\] is not one of"),
        ("/2/tweets", {"ids": "1", "tweet.fields": "repost_count"}, "is not one of"),
        ("/2/tweets", {"ids": "1", "post.fields": "referenced_tweets"}, "is not one of"),
        ("/2/tweets", {"ids": "1", "tweet.fields": "text,text"}, "duplicates"),
        ("/2/tweets", {"ids": "1", "expansions": "author"}, "is not one of"),
        ("/2/tweets", {"ids": "1", "max_results": "10"}, r"\[max_results\] is not one of"),
        ("/2/tweets/abc", {}, r"\[abc\] is not valid"),
        ("/2/tweets/1", {"ids": "1"}, r"\[ids\] is not one of"),
        ("/2/users/me", {"user.fields": "email"}, "is not one of"),
        ("/2/users/me", {"max_results": "5"}, "is not one of"),
        ("/2/users/x/tweets", {}, r"\[x\] is not valid"),
        ("/2/users/1/tweets", {"max_results": "4"}, "between 5 and 100"),
        ("/2/users/1/tweets", {"max_results": "101"}, "between 5 and 100"),
        ("/2/users/1/tweets", {"max_results": "ten"}, "not valid"),
        ("/2/users/1/tweets", {"since_id": "-1"}, "not valid"),
        ("/2/users/1/tweets", {"exclude": "quotes"}, "is not one of"),
        ("/2/users/1/tweets", {"start_time": "2026-11-02"}, "not valid"),
        ("/2/users/1/tweets", {"start_time": "2026-11-02T08:00:00"}, "not valid"),
        ("/2/users/1/tweets", {"end_time": "2026-13-02T08:00:00Z"}, "not valid"),
        ("/2/users/2244994945000000001/tweets", {"pagination_token": "zz"}, "not valid"),
        ("/2/users/2244994945000000001/tweets", {"pagination_token": "ü"}, "not valid"),
    ],
)
def test_an_invalid_query_is_a_problem_with_its_complaint(x, path, query, complaint) -> None:
    reply = x.call("GET", path, query)
    assert (reply.status, reply.problem) == (400, "invalid-request"), reply
    (error,) = reply.body["errors"]
    assert re.search(complaint, error["message"])
    assert error["parameters"]


def test_every_complaint_is_told_at_once(x: XWire) -> None:
    reply = x.get("/2/users/1/tweets", max_results=1, exclude="quotes", nonsense=1)
    assert len(reply.body["errors"]) == 3


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/2/nonsense", 404),
        ("GET", "/2/tweets/", 404),
        ("POST", "/2/statuses/update", 404),
        ("PUT", "/2/tweets", 405),
        ("POST", "/2/users/me", 405),
        ("DELETE", "/2/tweets", 405),
    ],
)
def test_an_unknown_path_or_method_is_a_problem(x, method, path, status) -> None:
    reply = x.call(method, path)
    assert (reply.status, reply.body["status"]) == (status, status)


# --- how much is asked ----------------------------------------------------------------------


def test_the_101st_post_in_a_quarter_of_an_hour_is_too_many(sandbox: Sandbox, x: XWire) -> None:
    replies = [x.post(f"Beitrag {number}") for number in range(101)]
    assert [reply.status for reply in replies] == [201] * 100 + [429]
    remaining = [int(reply.headers["x-rate-limit-remaining"]) for reply in replies]
    assert remaining == [*range(99, -1, -1), 0]
    reset = int(replies[-1].headers["x-rate-limit-reset"])
    assert 0 < reset - time.time() <= 901
    assert len(sandbox.ledger()) == 100


def test_posts_tell_the_daily_limits_too(x: XWire) -> None:
    headers = x.post("Guten Tag").headers
    assert headers["x-rate-limit-limit"] == "100"
    assert headers["x-app-limit-24hour-limit"] == "10000"
    assert headers["x-app-limit-24hour-remaining"] == "9999"
    assert "x-user-limit-24hour-reset" in headers
    assert "x-app-limit-24hour-limit" not in x.get("/2/users/me").headers


@pytest.mark.parametrize(
    ("limits", "call"),
    [
        ({"createPosts": {"user": 0}}, ("POST", "/2/tweets")),
        ({"createPosts": {"app": 0}}, ("POST", "/2/tweets")),
        ({"deletePosts": {"user": 0}}, ("DELETE", "/2/tweets/1")),
        ({"getPostsById": {"app": 0}}, ("GET", "/2/tweets/1")),
    ],
)
def test_a_limit_can_be_shrunk(x: XWire, knobs, limits: dict, call: tuple) -> None:
    knobs(limits=limits)
    reply = x.call(*call)
    assert (reply.status, reply.headers["x-rate-limit-remaining"]) == (429, "0")
    assert "x-rate-limit-reset" in reply.headers
    knobs(limits={})
    assert x.call(*call).status != 429


def test_the_next_calls_can_be_refused(x: XWire, knobs) -> None:
    knobs(rate_limit_next=2)
    assert [x.get("/2/users/me").status for _ in range(3)] == [429, 429, 200]


def test_unsigned_calls_do_not_eat_the_users_limit(sandbox: Sandbox, x: XWire) -> None:
    for _ in range(3):
        XWire(sandbox.env(), consumer_secret="guessed").get("/2/users/me")
    assert x.get("/2/users/me").headers["x-rate-limit-remaining"] == "74"


def test_without_credits_nothing_works_and_nothing_is_posted(sandbox, x, knobs) -> None:
    knobs(credits=0.02)
    assert [x.post(text).status for text in ("eins", "zwei", "drei")] == [201, 201, 402]
    reply = x.timeline()
    assert (reply.status, reply.body["title"]) == (402, "CreditsDepleted")
    assert len(sandbox.ledger()) == 2
    knobs(credits=None)
    assert x.post("drei").status == 201


@pytest.mark.parametrize(
    "options",
    [
        {"nonsense": 1},
        {"token": "lost"},
        {"token": {"404": "revoked"}},
        {"suspended": "yes"},
        {"credits": "much"},
        {"credits": True},
        {"rate_limit_next": -1},
        {"limits": {"createPosts": {"everyone": 1}}},
        {"limits": {"nonsense": {"user": 1}}},
        {"visibility_lag": "inf"},
        {"date_skew_seconds": 1e300},
        {"date_skew_seconds": "late"},
        {"names": "newer"},
        {"problem_host": "example.org"},
        {"accounts": [{"id": "1"}]},
        {"metrics": {"404": {"like_count": 1}}},
    ],
)
def test_a_wrong_knob_is_refused_and_none_is_turned(x: XWire, knobs, options: dict) -> None:
    with pytest.raises(ValueError, match="x"):
        knobs(**{"client_forbidden": True} | options)
    assert x.get("/2/users/me").status == 200
