"""What others say on the sandbox's X: mentions, search, versions, who is not shown, figures."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import tweepy
from raw_http import Wire
from test_x import Redirected
from x_wire import XWire

from orchestrator.sandbox.server import Sandbox
from orchestrator.sandbox.x_crowd import people_near

DAY = timedelta(days=1)
ALL = (
    "attachments,author_id,conversation_id,created_at,display_text_range,entities,"
    "in_reply_to_user_id,note_tweet,public_metrics,referenced_tweets"
)


@pytest.fixture
def x(sandbox: Sandbox, wire: Wire) -> XWire:
    return XWire(sandbox.env())


@pytest.fixture
def knobs(sandbox: Sandbox, wire: Wire):
    return lambda **options: sandbox.configure({"x": options})


@pytest.fixture
def say(sandbox: Sandbox, knobs):
    """Places replies and answers the ids of those that the ledger has more than before."""

    def there() -> list[str]:
        return [reply["id"] for post in sandbox.ledger() for reply in post.get("replies", [])]

    def place(*replies: dict) -> list[str]:
        before = set(there())
        knobs(replies=list(replies))
        return [each for each in there() if each not in before]

    return place


def ids(reply) -> list[str]:
    return [post["id"] for post in reply.body.get("data", [])]


def search(x: XWire, query: str, **more):
    return x.get("/2/tweets/search/recent", query=query, **more)


def mentions(x: XWire, **query):
    return x.get(f"/2/users/{x.user_id}/mentions", **query)


def test_a_reply_is_mentioned_found_and_looked_up(x: XWire, say) -> None:
    post = x.put("Bäckerin sucht Arbeit in Köln")
    (tip,) = say({"post": post, "text": "Fragt bei Hut & Co.", "author": "Hanna Otto"})
    for reply in (
        mentions(x, tweet__fields=ALL, expansions="author_id"),
        search(
            x, f"conversation_id:{post} to:{x.user_id}", tweet__fields=ALL, expansions="author_id"
        ),
        x.get("/2/tweets", ids=tip, tweet__fields=ALL, expansions="author_id"),
    ):
        (found,) = reply.body["data"]
        assert found["id"] == tip
        assert found["text"] == "@sandbox_doors Fragt bei Hut &amp; Co."
        assert found["conversation_id"] == post
        assert found["in_reply_to_user_id"] == x.user_id
        assert found["referenced_tweets"] == [{"type": "replied_to", "id": post}]
        assert found["display_text_range"] == [15, len(found["text"])]
        (named,) = found["entities"]["mentions"]
        assert (named["start"], named["end"], named["username"]) == (0, 14, "sandbox_doors")
        (author,) = reply.body["includes"]["users"]
        assert (author["id"], author["username"]) == (found["author_id"], "hanna_otto")
        assert author["name"] == "Hanna Otto"


def test_mentions_are_all_that_names_the_account(x: XWire, say, knobs) -> None:
    """Also what answers nobody; not what answers without the name, nor a longer name."""
    post = x.put("Bäckerin sucht Arbeit")
    (named,) = say({"post": post, "text": "Mit"})
    (bare,) = say({"post": post, "text": "Ohne", "mention": False})
    (deep,) = say({"parent": bare, "text": "Darunter", "author": "Ali"})
    knobs(
        replies=[
            {"text": "Sucht ihr noch?"},
            {"text": "@sandbox_doors2 und a@sandbox_doors", "mention": False},
        ]
    )
    told = mentions(x).body["data"]
    assert [each["text"] for each in told] == [
        "@sandbox_doors Sucht ihr noch?",
        "@somebody @sandbox_doors Darunter",
        "@sandbox_doors Mit",
    ]
    assert ids(mentions(x))[1:] == [deep, named]
    assert ids(mentions(x, since_id=named, max_results=5))[1:] == [deep]
    assert ids(mentions(x, until_id=deep)) == [named]


def test_mentions_and_searches_are_paged(sandbox: Sandbox, x: XWire, say) -> None:
    post = x.put("Bäckerin sucht Arbeit")
    said = say(*({"post": post, "text": f"Tipp {n}"} for n in range(23)))[::-1]
    first = search(x, f"conversation_id:{post} -from:{x.user_id}")
    meta = first.body["meta"]
    assert (ids(first), meta["result_count"]) == (said[:10], 10)
    assert "previous_token" not in meta
    for name in ("next_token", "pagination_token"):
        query = f"conversation_id:{post} -from:{x.user_id}"
        assert ids(search(x, query, **{name: meta["next_token"]})) == said[10:20]
    second = mentions(x, pagination_token=mentions(x).body["meta"]["next_token"])
    assert ids(second) == said[10:20]
    assert "previous_token" in second.body["meta"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("backstube", "a"),
        ("BÄCKEREI Köln", "b"),
        ("backerei", "ab"),
        ('"bäckerei in köln"', "b"),
        ('"köln bäckerei"', ""),
        ("bäckerei -köln", "a"),
        ('bäckerei -"in köln"', "a"),
        ("backstube OR köln", "ab"),
        ("backstube köln OR frage", "c"),
        ("(backstube OR köln) bäckerei -is:retweet", "ab"),
        ("bäckerei is:retweet", ""),
        ("from:hanna_otto", "a"),
        ("from:HANNA_OTTO OR frage", "ac"),
        ("to:sandbox_doors -from:hanna_otto", "b"),
        ("to:2244994945000000001 is:reply", "ab"),
        ("frage -is:reply", "c"),
        ("conversation_id:1", ""),
        ("(frage)", "c"),
    ],
)
def test_queries_find_what_they_say(x: XWire, say, knobs, query: str, found: str) -> None:
    post = x.put("Wer hilft?")
    say({"post": post, "author": "Hanna Otto", "text": "a: Backstube, Bäckerei!", "mention": False})
    say({"post": post, "author": "Ali", "text": "b – die Bäckerei in Köln", "mention": False})
    knobs(replies=[{"text": "c, eine Frage", "author": "Vera"}])
    told = [each["text"] for each in search(x, query).body.get("data", [])]
    letters = {text.removeprefix("@sandbox_doors ")[0] for text in told}
    assert letters == set(found)


def test_search_goes_back_seven_days(sandbox: Sandbox, x: XWire, say) -> None:
    post = x.put("Wer hilft?")
    (early,) = say({"post": post, "text": "Früh"})
    sandbox.clock.advance(timedelta(days=3))
    (late,) = say({"post": post, "text": "Spät"})
    query = f"conversation_id:{post} -from:{x.user_id}"
    assert ids(search(x, query)) == [late, early]
    assert ids(search(x, query, start_time="2026-11-03T00:00:00Z")) == [late]
    assert ids(search(x, query, end_time="2026-11-03T00:00:00Z")) == [early]
    assert ids(search(x, query, since_id=early)) == [late]
    sandbox.clock.advance(timedelta(days=4))
    assert ids(search(x, query)) == [late, early]
    sandbox.clock.advance(timedelta(seconds=1))
    assert ids(search(x, query)) == [late]
    assert ids(mentions(x)) == [late, early]


def test_who_is_read_by_followers_only_is_counted_and_not_shown(x: XWire, say) -> None:
    post = x.put("Wer hilft?")
    (private,) = say({"post": post, "text": "Nur für mich", "private": True})
    (answer,) = say({"parent": private, "text": "Ach so"})
    assert ids(mentions(x)) == [answer]
    assert ids(search(x, f"conversation_id:{post} -from:{x.user_id}")) == [answer]
    looked = x.get("/2/tweets", ids=f"{private},{answer}", expansions="referenced_tweets.id")
    errors = {error["parameter"]: error for error in looked.body["errors"]}
    assert errors.keys() == {"ids", "referenced_tweets.id"}
    for error in errors.values():
        assert error["type"].endswith("/not-authorized-for-resource")
        assert error["resource_id"] == private
    assert errors["referenced_tweets.id"]["section"] == "includes"
    figures = x.get(f"/2/tweets/{post}", tweet__fields="public_metrics").body["data"]
    assert figures["public_metrics"]["reply_count"] == 1


def test_what_was_deleted_is_nowhere(sandbox: Sandbox, x: XWire, say) -> None:
    """And what was to be said under a deleted post never is."""
    post = x.put("Wer hilft?")
    later = "2026-11-03T08:00:00+00:00"
    (said,) = say({"post": post, "text": "Weg", "deleted_at": later})
    say({"post": post, "text": "Zu spät", "at": "2026-11-03T09:00:00+00:00"})
    assert ids(mentions(x)) == [said]
    sandbox.clock.advance(DAY)
    assert ids(mentions(x)) == []
    gone = x.get("/2/tweets", ids=said).body["errors"][0]
    assert gone["type"].endswith("/resource-not-found")
    x.call("DELETE", f"/2/tweets/{post}")
    sandbox.clock.advance(DAY)
    assert ids(mentions(x)) == []
    (entry,) = sandbox.ledger()[-1]["replies"]
    assert (entry["id"], entry["deleted_at"]) == (said, "2026-11-03T08:00:00.000Z")


def test_each_version_of_an_edited_post_has_its_number(sandbox: Sandbox, x: XWire, say) -> None:
    post = x.put("Wer hilft?")
    (first,) = say(
        {
            "post": post,
            "text": "Ich",
            "edited_at": "2026-11-02T08:20:00+00:00",
            "edited_text": "Ich nicht",
        }
    )
    assert ids(mentions(x)) == [first]
    sandbox.clock.advance(timedelta(hours=1))
    (listed,) = mentions(x).body["data"]
    second = listed["id"]
    assert (listed["text"], second > first) == ("@sandbox_doors Ich nicht", True)
    assert listed["edit_history_tweet_ids"] == [first, second]
    looked = x.get("/2/tweets", ids=first, expansions="edit_history_tweet_ids").body
    assert looked["data"][0]["text"] == "@sandbox_doors Ich"
    assert [each["id"] for each in looked["includes"]["tweets"]] == [second]
    figures = x.get(f"/2/tweets/{post}", tweet__fields="public_metrics").body["data"]
    assert figures["public_metrics"]["reply_count"] == 1
    (entry,) = sandbox.ledger()[-1]["replies"]
    assert entry["id"] == first
    assert (entry["text"], entry["at"]) == ("Ich nicht", "2026-11-02T08:00:00.000Z")
    assert entry["edited_at"] == "2026-11-02T08:20:00.000Z"
    say({"id": first, "deleted": True})
    assert len(x.get("/2/tweets", ids=f"{first},{second}").body["errors"]) == 2


def test_pictures_and_long_posts_look_as_on_x(x: XWire, say) -> None:
    post = x.put("Wer hilft?")
    (picture,) = say({"post": post, "picture": "photo"})
    (long,) = say({"post": post, "text": "ü" * 900 + " Ende"})
    fields = {"tweet__fields": ALL, "expansions": "attachments.media_keys"}
    shown = x.get(f"/2/tweets/{picture}", **fields).body
    (link,) = shown["data"]["entities"]["urls"]
    assert shown["data"]["text"] == f"@sandbox_doors {link['url']}"
    assert link["expanded_url"].endswith(f"/status/{picture}/photo/1")
    assert shown["data"]["attachments"]["media_keys"] == [link["media_key"]]
    assert shown["includes"]["media"] == [{"media_key": link["media_key"], "type": "photo"}]
    told = x.get(f"/2/tweets/{long}", **fields).body["data"]
    assert len(told["text"]) < 281
    assert "…" in told["text"]
    assert told["note_tweet"]["text"] == "@sandbox_doors " + "ü" * 900 + " Ende"
    assert "note_tweet" not in x.get(f"/2/tweets/{picture}", **fields).body["data"]


def test_both_sets_of_names(x: XWire, say, knobs) -> None:
    post = x.put("Wer hilft?")
    (long,) = say({"post": post, "text": "ü" * 900})
    knobs(names="new")
    (told,) = mentions(x, tweet__fields=ALL, expansions="referenced_tweets.id").body["data"]
    assert {"note_post", "referenced_posts", "edit_history_post_ids"} <= told.keys()
    assert "repost_count" in told["public_metrics"]
    included = mentions(x, expansions="referenced_posts").body["includes"]
    assert [each["id"] for each in included["posts"]] == [post]
    assert long == told["id"]


def test_nobody_reads_what_is_too_new(sandbox: Sandbox, x: XWire, say, knobs) -> None:
    post = x.put("Wer hilft?")
    knobs(visibility_lag=90)
    (said,) = say({"post": post, "text": "Ich"})
    query = f"conversation_id:{post} -from:{x.user_id}"
    assert (ids(mentions(x)), ids(search(x, query))) == ([], [])
    assert "data" not in x.get("/2/tweets", ids=said).body
    sandbox.clock.advance(timedelta(seconds=90))
    assert ids(x.get("/2/tweets", ids=said)) == [said]
    assert (ids(mentions(x)), ids(search(x, query))) == ([said], [said])


def test_what_listening_costs(sandbox: Sandbox, x: XWire, say) -> None:
    """Mentions of the app's owner are cheap, a search is not, and each post is paid once a day."""
    post = x.put("Wer hilft?")
    say(*({"post": post, "text": f"Tipp {n}"} for n in range(3)))
    spent = Decimal(search(x, "404").headers["x-sandbox-cost"])

    def cost(reply) -> Decimal:
        return Decimal(reply.headers["x-sandbox-cost"]) - spent

    assert cost(mentions(x)) == Decimal("0.003")
    assert cost(search(x, "Tipp")) == Decimal("0.003")
    sandbox.clock.advance(DAY)
    assert cost(search(x, "Tipp")) == Decimal("0.018")
    assert cost(mentions(x)) == Decimal("0.018")
    sandbox.clock.advance(DAY)
    bearer = "Bearer sandbox-app-only-bearer"
    path = f"/2/users/{x.user_id}/mentions"
    assert cost(x.call("GET", path, authorization=bearer)) == Decimal("0.033")


@pytest.mark.parametrize(
    ("pages", "texts", "count"),
    [
        ("", [["5", "4", "3", "2", "1"], ["0"]], [5, 1]),
        ("repeat", [["5", "4", "3", "2", "1"], ["2", "1", "0"]], [5, 3]),
        ("reorder", [["1", "2", "3", "4", "5"], ["0"]], [5, 1]),
        ("truncate", [["5", "4", "3"], []], [5, 1]),
        ("miscount", [["5", "4", "3", "2", "1"], ["0"]], [4, 0]),
    ],
)
def test_pages_go_wrong_on_demand(x: XWire, say, knobs, pages, texts, count) -> None:
    post = x.put("Wer hilft?")
    say(*({"post": post, "text": f"{n}"} for n in range(6)))
    knobs(pages=pages)
    first = mentions(x, max_results=5)
    second = mentions(x, max_results=5, pagination_token=first.body["meta"]["next_token"])
    told = [[p["text"][-1] for p in each.body.get("data", [])] for each in (first, second)]
    assert told == texts
    assert [each.body["meta"]["result_count"] for each in (first, second)] == count
    assert "next_token" not in second.body["meta"]


def test_errors_stand_beside_posts_on_demand(x: XWire, say, knobs) -> None:
    post = x.put("Wer hilft?")
    (said,) = say({"post": post, "text": "Ich"})
    knobs(partial_errors=True, unavailable=[said])
    for reply in (mentions(x), search(x, "Ich")):
        assert (ids(reply), len(reply.body["errors"])) == ([said], 1)
    (error,) = x.get("/2/tweets", ids=said).body["errors"]
    assert error["type"].endswith("/resource-unavailable")


def test_the_public_is_heard_and_its_figures_grow() -> None:
    """One seed, one world: what the ledger has is what the API tells, day after day."""
    start = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
    with Sandbox(start=start, speed=0, public=3) as lively:
        x = XWire(lively.env())
        posts = [x.put(f"Wer kennt in Kassel eine Werkstatt? {n}") for n in range(12)]
        seen, told = [], {}
        for _day in range(3):
            lively.clock.advance(DAY)
            wish = {"ids": ",".join(posts), "tweet__fields": "public_metrics"}
            figures = {
                p["id"]: p["public_metrics"] for p in x.get("/2/tweets", **wish).body["data"]
            }
            ledger = {p["id"]: p for p in lively.ledger() if p["network"] == "x"}
            assert figures == {post: ledger[post]["seen"] for post in posts}
            seen.append(figures)
            told |= {reply["id"]: reply for p in ledger.values() for reply in p["replies"]}
        for name in seen[0][posts[0]]:
            sums = [sum(figures[post][name] for post in posts) for figures in seen]
            assert sums == sorted(sums)
        assert seen[-1][posts[0]]["impression_count"] > 0
        stand = {each for each, reply in told.items() if reply["readable"]}
        found = set()
        for each in sorted(stand):
            body = x.get("/2/tweets", ids=each).body
            found |= {post["id"] for post in body.get("data", [])}
        deleted = {each for each in stand if told[each]["deleted_at"]}
        assert found == stand - deleted
        assert len(found) > 5
        assert {reply["label"] for reply in told.values()} > {"tip"}


@pytest.mark.parametrize(
    ("text", "people"),
    [("Amira näht in Kassel", 190_000), ("Koch, wohnt in Halle (Saale)", 200_000), ("Koch", 0)],
)
def test_a_post_meets_the_people_of_the_town_it_names(text: str, people: int) -> None:
    assert (people_near(text) > people * 0.8) if people else people_near(text) == 0


def test_the_real_tweepy_listens(x: XWire, say) -> None:
    names = "consumer_key", "consumer_secret", "access_token", "access_token_secret"
    client = tweepy.Client(**{name: x.keys[name] for name in names})
    client.session = Redirected(x.base)
    post = x.put("Wer hilft?")
    (said,) = say({"post": post, "text": "Ich", "author": "Hanna Otto"})
    found = client.get_users_mentions(
        x.user_id, since_id=post, max_results=5, expansions=["author_id"], user_auth=True
    )
    assert [each.id for each in found.data] == [int(said)]
    assert [user.username for user in found.includes["users"]] == ["hanna_otto"]
    query = f"conversation_id:{post} -from:{x.user_id}"
    found = client.search_recent_tweets(query, max_results=10, user_auth=True)
    assert [each.id for each in found.data] == [int(said)]
    client.session.close()
