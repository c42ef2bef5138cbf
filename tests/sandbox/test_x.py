"""What the sandbox's X answers when all is well, told by raw HTTP and by the real tweepy."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import urlencode

import pytest
import requests
import tweepy
from hypothesis import given, settings
from hypothesis import strategies as st
from oauthlib.oauth1 import Client
from raw_http import Wire
from x_wire import XWire

from orchestrator.sandbox.clock import SandboxClock
from orchestrator.sandbox.http import Request
from orchestrator.sandbox.server import Sandbox
from orchestrator.sandbox.x import XEmulator
from orchestrator.sandbox.x_oauth import base_string, parse_header, signature
from orchestrator.sandbox.x_problems import ProblemError
from orchestrator.sandbox.x_schema import operations

FIELDS = "author_id,conversation_id,created_at,entities,geo,public_metrics,referenced_tweets"


@pytest.fixture
def x(sandbox: Sandbox, wire: Wire) -> XWire:
    return XWire(sandbox.env())


@pytest.fixture
def knobs(sandbox: Sandbox, wire: Wire):
    return lambda **options: sandbox.configure({"x": options})


def ids(reply) -> list[str]:
    return [post["id"] for post in reply.body.get("data", [])]


def test_a_post_goes_live_and_is_read_back(sandbox: Sandbox, x: XWire) -> None:
    created = x.post(
        "Bäckerin sucht Arbeit in Köln #türöffner", geo={"place_id": "9f659d51e5c5deae"}
    )
    data = created.body["data"]
    assert (created.status, data["text"]) == (201, "Bäckerin sucht Arbeit in Köln #türöffner")
    assert data["edit_history_tweet_ids"] == [data["id"]]
    shown = x.get(f"/2/tweets/{data['id']}", tweet__fields=FIELDS, expansions="author_id")
    post = shown.body["data"]
    assert post["created_at"] == "2026-11-02T08:00:00.000Z"
    assert post["author_id"] == x.user_id
    assert post["geo"] == {"place_id": "9f659d51e5c5deae"}
    assert [tag["tag"] for tag in post["entities"]["hashtags"]] == ["türöffner"]
    assert set(post["public_metrics"].values()) == {0}
    assert shown.body["includes"]["users"][0]["id"] == x.user_id
    assert x.timeline().body["data"][0]["id"] == data["id"]
    (entry,) = sandbox.ledger()
    assert (entry["network"], entry["id"], entry["deleted"]) == ("x", data["id"], False)


def test_without_wishes_a_post_has_only_its_default_fields(x: XWire) -> None:
    post = x.put("Guten Tag")
    assert x.get(f"/2/tweets/{post}").body["data"].keys() == {
        "id",
        "text",
        "edit_history_tweet_ids",
    }


def test_ids_have_19_digits_and_rise(x: XWire) -> None:
    made = [x.put(f"Nummer {number}") for number in range(5)]
    assert made == sorted(set(made))
    assert all(re.fullmatch(r"[1-9]\d{18}", post) for post in made)


def test_the_text_comes_back_with_short_links_and_escaped(sandbox: Sandbox, x: XWire) -> None:
    """As on X: whoever compares texts after posting must undo this, by the entities."""
    text = "Suppe & Brot <3 auf caritas.de und https://www.example.org/a?b=1&c=2 !"
    post = x.put(text)
    data = x.get(f"/2/tweets/{post}", tweet__fields="entities").body["data"]
    assert "&amp;" in data["text"]
    assert "&lt;3" in data["text"]
    urls = data["entities"]["urls"]
    assert [url["expanded_url"] for url in urls] == [
        "http://caritas.de",
        "https://www.example.org/a?b=1&c=2",
    ]
    for url in urls:
        assert data["text"][url["start"] : url["end"]] == url["url"]
        assert re.fullmatch(r"https://t\.co/\w{10}", url["url"])
    assert sandbox.ledger()[0]["text"] == text


def test_a_deleted_post_is_an_error_in_a_list_and_alone(sandbox: Sandbox, x: XWire) -> None:
    kept, gone = x.put("bleibt"), x.put("geht")
    deleted = x.call("DELETE", f"/2/tweets/{gone}")
    assert (deleted.status, deleted.body) == (200, {"data": {"deleted": True}})
    listed = x.get("/2/tweets", ids=f"{gone},{kept},{gone}")
    assert (listed.status, ids(listed)) == (200, [kept])
    (error,) = listed.body["errors"]
    assert error["type"].endswith("/resource-not-found")
    assert (error["resource_id"], error["parameter"]) == (gone, "ids")
    alone = x.get(f"/2/tweets/{gone}")
    assert (alone.status, alone.body.keys()) == (200, {"errors"})
    assert ids(x.timeline()) == [kept]
    assert [entry["deleted"] for entry in sandbox.ledger()] == [False, True]
    again = x.call("DELETE", f"/2/tweets/{gone}")
    assert again.body["errors"][0]["type"].endswith("/resource-not-found")


def test_up_to_100_ids_are_looked_up(x: XWire) -> None:
    assert len(x.get("/2/tweets", ids=",".join(map(str, range(1, 101)))).body["errors"]) == 100


def test_the_timeline_is_paged_both_ways(x: XWire) -> None:
    made = [x.put(f"Nummer {number}") for number in range(12)][::-1]
    seen, token = [], {}
    for _ in range(3):
        reply = x.timeline(max_results=5, **token)
        seen.append(ids(reply))
        meta = reply.body["meta"]
        assert meta["result_count"] == len(seen[-1])
        assert (meta["newest_id"], meta["oldest_id"]) == (seen[-1][0], seen[-1][-1])
        token = {"pagination_token": meta.get("next_token")}
    assert seen == [made[:5], made[5:10], made[10:]]
    assert "next_token" not in meta
    back = x.timeline(max_results=5, pagination_token=meta["previous_token"])
    assert ids(back) == made[5:10]
    assert len(ids(x.timeline())) == 10


def test_the_timeline_is_cut_by_ids_times_and_replies(sandbox: Sandbox, x: XWire) -> None:
    first = x.put("eins")
    sandbox.clock.advance(timedelta(hours=1))
    second = x.put("zwei")
    sandbox.clock.advance(timedelta(hours=1))
    answer = x.put("Antwort", reply={"in_reply_to_tweet_id": first})
    assert ids(x.timeline(since_id=first)) == [answer, second]
    assert ids(x.timeline(until_id=answer)) == [second, first]
    assert ids(x.timeline(start_time="2026-11-02T09:00:00Z")) == [answer, second]
    assert ids(x.timeline(end_time="2026-11-02T10:00:00+01:00")) == [first]
    assert ids(x.timeline(exclude="replies,retweets")) == [second, first]
    empty = x.timeline(since_id=answer)
    assert empty.body == {"meta": {"result_count": 0}}
    shown = x.get(f"/2/tweets/{answer}", tweet__fields=FIELDS, expansions="referenced_tweets.id")
    assert shown.body["data"]["conversation_id"] == first
    assert shown.body["data"]["referenced_tweets"] == [{"type": "replied_to", "id": first}]
    assert [post["id"] for post in shown.body["includes"]["tweets"]] == [first]


def test_an_unknown_users_timeline_is_an_error(x: XWire) -> None:
    reply = x.get("/2/users/404/tweets")
    assert (reply.status, reply.body["errors"][0]["resource_type"]) == (200, "user")


def test_the_timeline_may_lag_behind(sandbox: Sandbox, x: XWire, knobs) -> None:
    """For the settling of unknown outcomes: not to be seen is not the same as not to be there."""
    knobs(visibility_lag=90)
    post = x.put("Guten Tag")
    sandbox.clock.advance(timedelta(seconds=89))
    assert ids(x.timeline()) == []
    for early in (x.get("/2/tweets", ids=post), x.get(f"/2/tweets/{post}")):
        (error,) = early.body["errors"]
        assert error["type"].endswith("/resource-not-found")
        assert "data" not in early.body
    sandbox.clock.advance(timedelta(seconds=1))
    assert ids(x.timeline()) == [post]
    assert ids(x.get("/2/tweets", ids=post)) == [post]
    assert x.get(f"/2/tweets/{post}").body["data"]["id"] == post


def test_what_is_too_new_to_be_read_can_be_deleted(x: XWire, knobs) -> None:
    """The lag is one of reading; what was written is there."""
    knobs(visibility_lag=90)
    post = x.put("Guten Tag")
    assert x.call("DELETE", f"/2/tweets/{post}").body["data"] == {"deleted": True}


def test_who_am_i(x: XWire) -> None:
    me = x.get("/2/users/me", user__fields="public_metrics,created_at").body["data"]
    assert me["id"] == x.user_id
    assert me["created_at"].endswith(".000Z")
    assert "followers_count" in me["public_metrics"]


def test_the_newer_descriptions_names_are_spoken_on_demand(x: XWire, knobs) -> None:
    post = x.put("Guten Tag")
    answer = x.put("Antwort", reply={"in_reply_to_tweet_id": post})
    knobs(names="new", problem_host="api.x.com")
    reply = x.get("/2/tweets", ids=f"{answer},1", post__fields="public_metrics,created_at")
    (data,) = reply.body["data"]
    assert data["edit_history_post_ids"] == [answer]
    assert "repost_count" in data["public_metrics"]
    assert reply.body["errors"][0]["type"] == "https://api.x.com/2/problems/resource-not-found"
    old = x.get("/2/tweets", ids=answer, tweet__fields="referenced_tweets")
    assert old.body["data"][0]["referenced_posts"] == [{"type": "replied_to", "id": post}]


def test_private_figures_are_for_the_author_and_for_thirty_days(sandbox, x, knobs) -> None:
    post = x.put("Guten Tag")
    knobs(metrics={post: {"impression_count": 40, "url_link_clicks": 3}})
    wish = {"tweet__fields": "non_public_metrics,promoted_metrics"}
    own = x.get(f"/2/tweets/{post}", **wish).body
    assert own["data"]["non_public_metrics"]["url_link_clicks"] == 3
    assert [error["field"] for error in own["errors"]] == ["promoted_metrics"]
    path, query = "/2/tweets", {"ids": post, "tweet.fields": "non_public_metrics"}
    foreign = x.call("GET", path, query, authorization="Bearer sandbox-app-only-bearer").body
    assert foreign["errors"][0]["type"].endswith("/not-authorized-for-field")
    sandbox.clock.advance(timedelta(days=30))
    assert "non_public_metrics" not in x.get(f"/2/tweets/{post}", **wish).body["data"]


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("Guten Tag", "0.015"),
        ("Mehr auf https://example.org/a", "0.200"),
        ("Mehr auf caritas.de", "0.200"),
        ("Mail an hilfe@caritas.de", "0.015"),
        ("Mehr auf tueroeffner.example", "0.015"),
    ],
)
def test_a_post_costs_by_its_links(sandbox: Sandbox, x: XWire, text: str, price: str) -> None:
    reply = x.post(text)
    assert reply.headers["x-sandbox-cost"] == price
    assert sandbox.ledger()[0]["cost"] == price


def test_reads_cost_once_a_day_and_refusals_nothing(sandbox: Sandbox, x: XWire) -> None:
    post = x.put("Guten Tag")
    x.post("Guten Tag")
    x.post("x" * 281)
    assert Decimal(x.timeline().headers["x-sandbox-cost"]) == Decimal("0.016")
    assert Decimal(x.timeline().headers["x-sandbox-cost"]) == Decimal("0.016")
    sandbox.clock.advance(timedelta(days=1))
    x.get("/2/tweets", ids=f"{post},404")
    x.call("DELETE", f"/2/tweets/{post}")
    (entry,) = sandbox.ledger()
    kinds = [charge["kind"] for charge in entry["charges"]]
    assert kinds == ["post", "owned read", "read", "delete"]
    assert entry["cost"] == "0.031"


def test_a_limit_ends_by_real_time_or_when_the_rehearsal_jumps() -> None:
    """A week of passes that takes seconds must not run into the limit of a quarter hour."""
    real = [1_000_000.0]
    clock = SandboxClock(datetime(2026, 11, 2, tzinfo=UTC), speed=0)
    emulator = XEmulator(clock, real=lambda: real[0])
    emulator.configure({"limits": {"getUsersMe": {"user": 1}}})
    (me,) = (operation for operation in operations() if operation.name == "getUsersMe")

    def remaining() -> str:
        return emulator.limits.count(me, "token")["x-rate-limit-remaining"]

    def refused() -> bool:
        try:
            remaining()
        except ProblemError as problem:
            return problem.answer.status == 429
        return False

    assert remaining() == "0"
    real[0] += 899
    assert refused()
    real[0] += 1
    assert not refused()
    assert refused()
    clock.advance(timedelta(minutes=15))
    assert not refused()


@settings(max_examples=40, deadline=None)
@given(
    query=st.lists(st.tuples(st.text(min_size=1, max_size=6), st.text(max_size=8)), max_size=4),
    secret=st.text(max_size=8),
)
def test_any_query_is_signed_as_oauthlib_signs_it(query: list, secret: str) -> None:
    """Umlauts, blanks, repeated names, reserved signs: the same base string, so no false 401."""
    url = f"http://127.0.0.1:8080/2/tweets?{urlencode(query)}" if query else "http://127.0.0.1/2/x"
    client = Client("key", client_secret=secret, resource_owner_key="t", resource_owner_secret="ß")
    header = client.sign(url)[1]["Authorization"]
    sent = parse_header(header)
    made = base_string(Request.of("GET", url, {}), sent)
    assert signature(made, secret, "ß") == sent["oauth_signature"]


class Redirected(requests.Session):
    """What an adapter does too: tweepy's fixed host is swapped before the call is signed."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base

    def request(self, method, url, **options):
        options.setdefault("timeout", 5)
        return super().request(method, url.replace("https://api.twitter.com", self.base), **options)


@pytest.fixture
def client(x: XWire):
    names = "consumer_key", "consumer_secret", "access_token", "access_token_secret"
    client = tweepy.Client(**{name: x.keys[name] for name in names})
    client.session = Redirected(x.base)
    yield client
    client.session.close()


def test_the_real_tweepy_works_against_it(client: tweepy.Client, x: XWire) -> None:
    """Its own models are built from the answers, so that missing fields would warn or fail."""
    post = client.create_tweet(text="Köchin sucht Arbeit: „gern“ & bald …").data["id"]
    fields = ["created_at", "public_metrics"]
    assert client.get_me(user_fields=["created_at"]).data.id == int(x.user_id)
    (found,) = client.get_tweets([post, 404], tweet_fields=fields, user_auth=True).data
    assert found.created_at == datetime(2026, 11, 2, 8, tzinfo=UTC)
    start = datetime(2026, 11, 1, tzinfo=UTC)
    listed = client.get_users_tweets(x.user_id, start_time=start, max_results=5, user_auth=True)
    assert [tweet.id for tweet in listed.data] == [int(post)]
    assert client.get_tweet(post, user_auth=True).data.text.startswith("Köchin")
    with pytest.raises(tweepy.Forbidden, match="duplicate content"):
        client.create_tweet(text="Köchin sucht Arbeit: „gern“ & bald …")
    assert client.delete_tweet(post).data == {"deleted": True}
    (error,) = client.get_tweets([post], user_auth=True).errors
    assert error["resource_id"] == post


def test_tweepy_raises_its_own_errors(client: tweepy.Client, knobs) -> None:
    with pytest.raises(tweepy.BadRequest, match="too long"):
        client.create_tweet(text="x" * 281)
    with pytest.raises(tweepy.Unauthorized):
        client.get_tweets([1])  # without user_auth it sends "Bearer None"
    knobs(rate_limit_next=1)
    with pytest.raises(tweepy.TooManyRequests) as limited:
        client.create_tweet(text="a")
    assert limited.value.reset_time
    knobs(credits=0)
    with pytest.raises(tweepy.HTTPException, match="does not have any credits"):
        client.create_tweet(text="a")
