"""What a page's posts do: publish, wait, show in lists, change, go; targeting reads back."""

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from raw_http import Graph

from orchestrator.sandbox.graph_fields import Ask, read_fields
from orchestrator.sandbox.server import Sandbox

EIGHT = 1793606400  # 2026-11-02T08:00:00Z, where the sandbox stands
LISTS = ("feed", "posts", "published_posts", "scheduled_posts", "ads_posts")


def where(graph: Graph, post: str) -> set[str]:
    """The lists a post is in."""
    return {edge for edge in LISTS if post in graph.listed(edge)}


LIVE = {"feed", "posts", "published_posts"}


def test_a_post_answers_its_id_and_reads_back(graph: Graph) -> None:
    text = "Grüße aus Ulm! فارس ist Tischler 🔨\nWer kennt eine Werkstatt?"
    reply = graph.post("/{page}/feed", message=text, link="https://example.org/faris")
    assert reply.json.keys() == {"id"}
    post = reply.json["id"]
    assert post.startswith(graph.page + "_")
    default = graph.get(f"/{post}").json
    assert default == {"created_time": "2026-11-02T08:00:00+0000", "message": text, "id": post}
    fields = "is_published,permalink_url,from{name},scheduled_publish_time,targeting"
    chosen = graph.get(f"/{post}", fields=fields).json
    assert chosen == {
        "is_published": True,
        "permalink_url": f"https://www.facebook.com/{post.replace('_', '/posts/')}",
        "from": {"name": "Türöffner Probe", "id": graph.page},
        "id": post,
    }
    assert where(graph, post) == LIVE


def test_read_after_write(graph: Graph) -> None:
    reply = graph.post("/{page}/feed", message="x", fields="id,message,is_published")
    assert reply.json == {"id": reply.json["id"], "message": "x", "is_published": True}


@pytest.mark.parametrize("length", [1, 63_206])
def test_texts_up_to_the_limit(graph: Graph, length: int) -> None:
    post = graph.publish("ß" * length)
    assert graph.get(f"/{post}").json["message"] == "ß" * length


@pytest.mark.parametrize("name", ["targeting", "feed_targeting"])
def test_targeting_reads_back_with_names(graph: Graph, name: str) -> None:
    city = graph.city("Rosenheim")
    region = graph.get("/search", type="adgeolocation", q="Bayern", location_types=["region"])
    key = region.json["data"][0]["key"]
    spec = {
        "age_min": 18,
        "geo_locations": {
            "cities": [{"key": city["key"]}],
            "regions": [{"key": key}],
            "countries": ["AT", "LI"],
        },
    }
    post = graph.publish("Hallo Rosenheim", **{name: spec})
    stored = graph.get(f"/{post}", fields=name).json[name]
    assert stored == {
        "age_min": 18,
        "geo_locations": {
            "cities": [
                {
                    "key": city["key"],
                    "name": "Rosenheim",
                    "region": "Bayern",
                    "region_id": key,
                    "country": "DE",
                }
            ],
            "regions": [{"key": key, "name": "Bayern", "country": "DE"}],
            "countries": ["AT", "LI"],
        },
    }
    # What was read may be sent again.
    assert graph.post("/{page}/feed", message="again", **{name: stored}).status == 200


def test_soft_targeting_has_more_fields(graph: Graph) -> None:
    spec = {"age_min": 20, "age_max": 65, "genders": [1, 2], "locales": [5], "interests": ["6003"]}
    post = graph.publish("x", feed_targeting=spec)
    assert graph.get(f"/{post}", fields="feed_targeting").json["feed_targeting"] == spec


def test_a_platform_that_forgets_targeting(graph: Graph) -> None:
    graph.turn(drop_targeting=True)
    post = graph.publish("x", targeting={"age_min": 21})
    assert graph.get(f"/{post}", fields="targeting").json == {"id": post}


@pytest.mark.parametrize("ahead", [600, 3600, 30 * 86400])
@pytest.mark.parametrize("form", ["unix", "iso"])
def test_scheduled_posts_go_live_when_their_time_comes(graph: Graph, ahead: int, form: str) -> None:
    hours, rest = divmod(ahead, 3600)
    iso = f"2026-11-{2 + hours // 24:02}T{9 + hours % 24:02}:{rest // 60:02}:00+01:00"
    when = EIGHT + ahead if form == "unix" or ahead > 86400 * 20 else iso
    post = graph.publish("later", published=False, scheduled_publish_time=when)
    fields = "is_published,scheduled_publish_time,created_time"
    assert where(graph, post) == {"scheduled_posts"}
    waiting = graph.get(f"/{post}", fields=fields).json
    assert (waiting["is_published"], waiting["scheduled_publish_time"]) == (False, EIGHT + ahead)
    graph.advance(ahead - 1)
    assert where(graph, post) == {"scheduled_posts"}
    graph.advance(86400)
    assert where(graph, post) == LIVE
    live = graph.get(f"/{post}", fields=fields).json
    assert live["is_published"] is True
    assert "scheduled_publish_time" not in live
    assert live["created_time"] != waiting["created_time"]


def test_unpublished_posts_are_only_for_ads(graph: Graph) -> None:
    post = graph.publish("dark", published=False)
    graph.advance(86400 * 40)
    assert where(graph, post) == {"ads_posts"}
    assert graph.post(f"/{post}", is_published=True).json == {"success": True}
    assert where(graph, post) == LIVE


def test_scheduled_posts_may_be_moved_and_sent_at_once(graph: Graph) -> None:
    post = graph.publish("later", published=False, scheduled_publish_time=EIGHT + 3600)
    assert graph.post(f"/{post}", scheduled_publish_time=EIGHT + 7200).status == 200
    graph.advance(3600)
    assert where(graph, post) == {"scheduled_posts"}
    assert graph.post(f"/{post}", is_published=True).status == 200
    assert where(graph, post) == LIVE
    created = graph.get(f"/{post}").json["created_time"]
    assert created == "2026-11-02T09:00:00+0000"
    graph.advance(7200)
    assert graph.get(f"/{post}").json["created_time"] == created


def test_texts_can_be_changed_and_posts_hidden(graph: Graph) -> None:
    post = graph.publish("befor")
    graph.post(f"/{post}", message="before", is_hidden=True)
    assert graph.get(f"/{post}").json["message"] == "before"
    assert graph.listed("feed") == []
    assert graph.listed("feed", include_hidden=True) == [post]


@pytest.mark.parametrize("slash", ["", "/"])
def test_deleted_posts_are_gone(graph: Graph, sandbox: Sandbox, slash: str) -> None:
    post = graph.publish("wrong town")
    assert graph.delete(f"/{post}{slash}").json == {"success": True}
    assert where(graph, post) == set()
    assert graph.get(f"/{post}").refusal == (400, 100, 33)
    assert graph.delete(f"/{post}").refusal == (400, 100, 33)
    assert sandbox.ledger()[0]["state"] == "deleted"


def test_a_cancelled_post_never_goes_live(graph: Graph) -> None:
    post = graph.publish("later", published=False, scheduled_publish_time=EIGHT + 3600)
    graph.delete(f"/{post}")
    graph.advance(7200)
    assert where(graph, post) == set()


def test_the_method_may_be_a_parameter(graph: Graph) -> None:
    post = graph.publish("x")
    assert graph.post(f"/{post}", method="delete").json == {"success": True}
    assert graph.listed("feed") == []


def test_new_posts_can_be_read_after_the_lag(graph: Graph) -> None:
    """Read back too early, a post that exists is missing from the lists and not found by its id;
    to be deleted it is there."""
    graph.turn(lag_seconds=120)
    now, later = (
        graph.publish("now"),
        graph.publish("later", published=False, scheduled_publish_time=EIGHT + 3600),
    )
    deleted = graph.publish("deleted")
    assert graph.delete(f"/{deleted}").json == {"success": True}
    assert graph.listed("feed") == []
    graph.advance(119)
    for path in (f"/{now}", f"/{now}/comments", f"/{now}/insights"):
        error = graph.get(path).json["error"]
        assert (error["code"], error["error_subcode"]) == (100, 33)
    assert graph.listed("published_posts") == []
    graph.advance(1)
    assert graph.get(f"/{now}").status == 200
    assert graph.listed("feed") == [now]
    graph.advance(3600)
    assert set(graph.listed("feed")) == {now, later}


def test_the_ledger_tells_when_each_post_went_live(graph: Graph, sandbox: Sandbox) -> None:
    """At once, at its time although nobody called, when it was shown, or never."""
    graph.publish("now")
    graph.publish("later", published=False, scheduled_publish_time=EIGHT + 3600)
    draft = graph.publish("draft", published=False)
    gone = graph.publish("gone", published=False, scheduled_publish_time=EIGHT + 3600)
    graph.delete(f"/{gone}")
    graph.advance(7200)
    graph.post(f"/{draft}", is_published=True)
    graph.delete(f"/{draft}")
    told = {post["text"]: (post["state"], post["published_at"]) for post in sandbox.ledger()}
    day = "2026-11-02T"
    assert told == {
        "now": ("published", f"{day}08:00:00+00:00"),
        "later": ("published", f"{day}09:00:00+00:00"),
        "draft": ("deleted", f"{day}10:00:00+00:00"),
        "gone": ("deleted", None),
    }


def test_a_platform_may_let_the_time_pass(graph: Graph, sandbox: Sandbox) -> None:
    """What it let pass stays scheduled, also when it works again, until it is moved or shown."""
    graph.turn(keeps_scheduled=True)
    posts = [
        graph.publish(text, published=False, scheduled_publish_time=EIGHT + 3600)
        for text in ("moved", "shown", "left")
    ]
    graph.advance(7200)
    assert set(graph.listed("scheduled_posts")) == set(posts)
    graph.turn(keeps_scheduled=False)
    graph.advance(60)
    assert set(graph.listed("scheduled_posts")) == set(posts)
    assert graph.post(f"/{posts[0]}", scheduled_publish_time=EIGHT + 9000).status == 200
    assert graph.post(f"/{posts[1]}", is_published=True).status == 200
    graph.advance(3600)
    assert [post["state"] for post in sandbox.ledger()] == ["published", "published", "scheduled"]
    moved, shown, _left = (post["published_at"] for post in sandbox.ledger())
    assert (moved, shown) == ("2026-11-02T10:30:00+00:00", "2026-11-02T10:01:00+00:00")


def test_a_publication_shows_after_the_lag(graph: Graph) -> None:
    """Until then the post reads as it did before, by its id and in the lists; an end shows at
    once."""
    held = graph.publish("held", published=False, scheduled_publish_time=EIGHT + 3600)
    draft = graph.publish("draft", published=False)
    graph.turn(lag_seconds=120)
    graph.post(f"/{draft}", is_published=True)
    graph.advance(3600 + 119)
    assert where(graph, draft) == LIVE
    assert where(graph, held) == {"scheduled_posts"}
    fields = "is_published,scheduled_publish_time"
    told = graph.get(f"/{held}", fields=fields).json
    assert told == {"id": held, "is_published": False, "scheduled_publish_time": EIGHT + 3600}
    graph.advance(1)
    assert where(graph, held) == LIVE
    again = graph.publish("again", published=False)
    graph.advance(120)
    graph.post(f"/{again}", is_published=True)
    assert where(graph, again) == {"ads_posts"}
    graph.delete(f"/{again}")
    assert where(graph, again) == set()


@pytest.mark.parametrize("skew", [3600, -3600, 0])
def test_answers_may_tell_another_time(graph: Graph, skew: float) -> None:
    graph.turn(date_skew_seconds=skew)
    for path in ("/{page}", "/nothing"):
        told = parsedate_to_datetime(graph.get(path).headers["date"]).timestamp()
        assert abs(told - time.time() - skew) < 5


def many(graph: Graph, number: int) -> list[str]:
    """Posts a minute apart, but the last two at the same time; newest first."""
    ids = []
    for index in range(number):
        ids.append(graph.publish(f"post {index}"))
        graph.advance(60 if index < number - 2 else 0)
    return ids[::-1]


@pytest.mark.parametrize("limit", [1, 3, 7, 8, 100])
def test_cursors_walk_through_all_posts_both_ways(graph: Graph, limit: int) -> None:
    ids = many(graph, 8)
    seen, params = [], {}
    while True:
        page = graph.get("/{page}/feed", limit=limit, **params).json
        seen += [entry["id"] for entry in page["data"]]
        assert len(seen) <= len(ids)
        if "next" not in page["paging"]:
            break
        params = {"after": page["paging"]["cursors"]["after"]}
    assert seen == ids
    back = graph.get("/{page}/feed", limit=limit, before=page["paging"]["cursors"]["before"]).json
    start = len(ids) - len(page["data"])
    assert [entry["id"] for entry in back["data"]] == ids[max(start - limit, 0) : start]


def test_cursors_survive_new_and_deleted_posts(graph: Graph) -> None:
    ids = many(graph, 5)
    after = graph.get("/{page}/feed", limit=2).json["paging"]["cursors"]["after"]
    graph.delete(f"/{ids[1]}")
    graph.publish("newest")
    assert graph.listed("feed", after=after) == ids[2:]


def test_the_next_link_can_be_followed_as_it_is(graph: Graph) -> None:
    ids = many(graph, 3)
    link = graph.get("/{page}/feed", limit=2, fields="id").json["paging"]["next"]
    path = link.removeprefix(f"http://127.0.0.1:{graph.wire.port}")
    assert [entry["id"] for entry in graph.wire.call("GET", path).json["data"]] == ids[2:]


@pytest.mark.parametrize("iso", [False, True])
def test_since_and_until(graph: Graph, iso: bool) -> None:
    ids = many(graph, 6)
    since = "2026-11-02T08:01:00Z" if iso else str(EIGHT + 60)
    until = "2026-11-02T09:03:00+01:00" if iso else str(EIGHT + 180)
    assert graph.listed("feed", since=since, until=until) == ids[2:5]


def test_lists_have_25_entries_by_default(graph: Graph) -> None:
    many(graph, 27)
    assert len(graph.listed("feed")) == 25
    assert len(graph.listed("feed", limit=0)) == 0


def test_empty_lists_have_no_paging(graph: Graph) -> None:
    assert graph.get("/{page}/feed").json == {"data": []}


def test_the_page_and_who_i_am(graph: Graph) -> None:
    fields = "name,followers_count,fan_count,link"
    page = graph.get("/{page}", fields=fields).json
    assert page["id"] == graph.page
    assert page["name"]
    assert page["followers_count"] > page["fan_count"] > 0
    assert graph.get("/me", fields=fields).json == page
    assert graph.get("/{page}").json == {"name": page["name"], "id": graph.page}
    assert graph.get("/me/feed").json == {"data": []}


def test_the_token_may_come_in_the_header(graph: Graph) -> None:
    path = f"/v26.0/{graph.page}"
    reply = graph.wire.call("GET", path, Authorization=f"Bearer {graph.token}")
    assert reply.json["id"] == graph.page
    assert graph.wire.call("GET", path, Authorization="Bearer x").status == 400


def test_json_bodies_are_taken(graph: Graph) -> None:
    path = f"/v26.0/{graph.page}/feed?access_token={graph.token}"
    body = '{"message": "as JSON", "published": false, "targeting": {"age_min": 18}}'
    reply = graph.wire.call("POST", path, body, Content_Type="application/json")
    assert reply.status == 200
    assert graph.listed("ads_posts") == [reply.json["id"]]


def test_accounts_give_the_pages_and_their_tokens(
    graph: Graph, user_token: str, other_page: Callable[[], str]
) -> None:
    assert graph.get("/me", access_token=user_token).json["name"]
    accounts = graph.get("/me/accounts", access_token=user_token).json["data"]
    assert [(a["id"], a["access_token"]) for a in accounts] == [(graph.page, graph.token)]
    assert "CREATE_CONTENT" in accounts[0]["tasks"]
    other_page()
    second = graph.get("/me/accounts", access_token=user_token, fields="id,access_token").json
    token = second["data"][1]["access_token"]
    post = graph.post("/me/feed", access_token=token, message="from the north").json["id"]
    assert post.startswith(second["data"][1]["id"])
    assert graph.listed("feed") == []
    graph.turn(permissions=[])
    assert graph.get("/me/accounts", access_token=user_token).json == {"data": []}


def test_debug_token(graph: Graph, app_token: str) -> None:
    def told(token: str) -> dict:
        return graph.get("/debug_token", access_token=app_token, input_token=token).json["data"]

    good = told(graph.token)
    assert (good["type"], good["is_valid"], good["profile_id"]) == ("PAGE", True, graph.page)
    assert "pages_manage_posts" in good["scopes"]
    assert told("EAAwrong")["is_valid"] is False
    graph.turn(token="expired", permissions=["pages_show_list"])
    bad = told(graph.token)
    assert (bad["is_valid"], bad["error"]["subcode"]) == (False, 463)
    assert bad["scopes"] == ["pages_show_list"]


@pytest.mark.parametrize(
    ("q", "params", "first"),
    [
        ("Ulm", {}, ("Ulm", "DE")),
        ("ULM", {}, ("Ulm", "DE")),
        ("ulm", {"country_code": "DE"}, ("Ulm", "DE")),
        ("Münch", {}, ("München", "DE")),
        ("munchen", {}, ("München", "DE")),
        ("Wien", {"country_code": "AT"}, ("Wien", "AT")),
        ("Winterthur", {}, ("Winterthur", "CH")),
    ],
)
def test_search_by_the_start_of_a_name(
    graph: Graph, q: str, params: dict[str, str], first: tuple[str, str]
) -> None:
    city = graph.city(q, **params)
    assert (city["name"], city["country_code"]) == first
    assert city.keys() == {
        "key",
        "name",
        "type",
        "country_code",
        "country_name",
        "region",
        "region_id",
        "supports_region",
        "supports_city",
    }


def test_search_finds_all_of_a_name_and_only_its_start(graph: Graph) -> None:
    found = graph.get(
        "/search",
        type="adgeolocation",
        q="Neustadt",
        location_types=["city"],
        country_code="DE",
        limit=100,
    ).json["data"]
    assert len(found) > 8
    assert len({(city["name"], city["region"], city["key"]) for city in found}) == len(found)
    assert all(city["name"].startswith("Neustadt") for city in found)
    assert {city["country_code"] for city in found} == {"DE"}
    one_region = graph.get(
        "/search", type="adgeolocation", q="Neustadt", region_id=found[0]["region_id"], limit=100
    ).json["data"]
    assert {city["region"] for city in one_region} == {found[0]["region"]}


def test_search_covers_kinds_of_places(graph: Graph) -> None:
    def kinds(q: str, *wanted: str) -> set[str]:
        found = graph.get("/search", type="adgeolocation", q=q, location_types=list(wanted))
        return {place["type"] for place in found.json["data"]}

    assert kinds("Austria", "country") == {"country"}
    assert kinds("Hessen", "region", "city") >= {"region"}
    assert kinds("Hamburg", "country", "region", "city") == {"region", "city"}
    assert kinds("79098", "zip") == set()
    assert graph.get("/search", type="adgeolocation", q="Qqqqq").json == {"data": []}


def test_region_keys_of_a_search_target_posts(graph: Graph) -> None:
    key = str(graph.city("Kassel")["region_id"])
    post = graph.publish("x", targeting={"geo_locations": {"regions": [{"key": key}]}})
    stored = graph.get(f"/{post}", fields="targeting").json["targeting"]
    assert stored["geo_locations"]["regions"][0]["name"] == "Hessen"


FLAT = st.builds(Ask, st.sampled_from(["id", "message", "from", "targeting", "created_time"]))
PAGES = st.recursive(
    st.builds(Ask, st.sampled_from(["id", "name", "category"])),
    lambda inner: st.builds(
        Ask, st.just("best_page"), st.lists(inner, min_size=1, max_size=3).map(tuple)
    ),
    max_leaves=8,
)
ASKS = FLAT | st.builds(Ask, st.just("from"), st.lists(PAGES, min_size=1, max_size=3).map(tuple))


def written(ask: Ask) -> str:
    inner = ",".join(map(written, ask.inner))
    return f"{ask.name}{{{inner}}}" if inner else ask.name


@given(st.lists(ASKS, min_size=1, max_size=5), st.sampled_from([",", ", ", " ,\n"]))
def test_fields_read_as_they_are_written(asks: list[Ask], comma: str) -> None:
    """Any nesting that the nodes allow survives being written out and read back."""
    assert read_fields(comma.join(map(written, asks)), "PagePost") == asks
