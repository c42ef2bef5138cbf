"""Every refusal of the Graph emulator, provoked by raw HTTP: status, code, subcode and shape."""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from raw_http import FORM, Graph

NOON = 1793620800  # 2026-11-02T12:00:00Z; the sandbox stands at 08:00
LIVE = {"message": "Ich suche Arbeit."}
LATER = {**LIVE, "published": "false"}


def geo(**places: object) -> dict[str, object]:
    return {"geo_locations": places}


def refused(graph: Graph, refusal: tuple[int, int, int | None], *args: Any, **params: Any) -> str:
    reply = graph.call(*args, **params)
    assert reply.refusal == refusal, reply.body
    error = reply.json["error"]
    assert {"message", "type", "code", "fbtrace_id"} <= error.keys()
    assert graph.token not in reply.body.decode()
    return str(error["message"])


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ({}, "message"),
        ({"message": ""}, "message"),
        ({"message": " \n "}, "message"),
        ({"link": ""}, "message"),
        ({"message": "x" * 63_207}, "63206"),
        ({"message": "ä" * 63_207}, "63206"),
        ({"link": "example.org"}, "link"),
        ({"link": "ftp://example.org"}, "link"),
        ({"link": "https://"}, "link"),
        ({"link": "https://example.org", "name": "Title"}, "owners"),
        ({"link": "https://example.org", "description": "Text"}, "owners"),
        ({**LIVE, "colour": "red"}, "colour"),
        ({**LIVE, "Message": "x"}, "Message"),
        ({**LIVE, "text": "x"}, "text"),
        ({**LIVE, "radius": "20"}, "radius"),
        ({**LIVE, "limit": "5"}, "limit"),
        ({**LIVE, "published": "maybe"}, "published"),
        ({**LIVE, "published": "True"}, "published"),
        ({**LIVE, "unpublished_content_type": "SECRET"}, "unpublished_content_type"),
        ({**LIVE, "formatting": "HTML"}, "formatting"),
        ({**LIVE, "backdated_time_granularity": "week"}, "granularity"),
        ({**LIVE, "post_surfaces_blacklist": '["9"]'}, "blacklist"),
        ({**LIVE, "scheduled_publish_time": "tomorrow"}, "scheduled_publish_time"),
        ({**LIVE, "width": "-3"}, "width"),
        ({**LIVE, "width": "wide"}, "width"),
        ({**LIVE, "image_crops": "[]"}, "image_crops"),
        ({**LIVE, "thumbnail": "x"}, "thumbnail"),
        ({**LIVE, "targeting": "{not json"}, "targeting"),
        ({**LIVE, "tags": "[1,"}, "tags"),
        ({**LIVE, "tags": '["anna"]'}, "tags"),
        ({**LIVE, "tags": "[1]"}, "place"),
        ({**LIVE, "place": "Freiburg"}, "place"),
        ({**LIVE, "attached_media": '[{"media_fbid":"1"}]'}, "attached_media"),
        ({**LIVE, "fields": "id,colour"}, "colour"),
        ({**LIVE, "scheduled_publish_time": str(NOON)}, "published post"),
        ({**LIVE, "published": "true", "scheduled_publish_time": str(NOON)}, "published post"),
        ({**LIVE, "unpublished_content_type": "DRAFT"}, "published=false"),
        ({**LATER, "unpublished_content_type": "SCHEDULED"}, "time"),
        ({**LATER, "scheduled_publish_time": str(NOON - 4 * 3600 + 599)}, "time is invalid"),
        ({**LATER, "scheduled_publish_time": str(NOON - 4 * 3600 - 1)}, "time is invalid"),
        ({**LATER, "scheduled_publish_time": str(NOON - 4 * 3600 + 30 * 86400 + 1)}, "invalid"),
        ({**LATER, "scheduled_publish_time": "2026-11-02T09:05:00+01:00"}, "time is invalid"),
    ],
)
def test_posts_with_wrong_parameters(graph: Graph, params: dict[str, str], word: str) -> None:
    message = refused(graph, (400, 100, None), "POST", "/{page}/feed", **params)
    assert word in message
    assert graph.wire.admin("GET", "ledger") == {"ledger": []}


@pytest.mark.parametrize(
    ("name", "spec"),
    [
        ("targeting", {"age_min": 16}),
        ("targeting", {"age_min": "old"}),
        ("targeting", {"age_min": True}),
        ("targeting", {"age_max": 40}),
        ("targeting", {"genders": [1]}),
        ("targeting", {"locales": [5]}),
        ("targeting", {"interests": [{"id": "1"}]}),
        ("targeting", [1]),
        ("targeting", "DE"),
        ("targeting", {"countries": ["DE"]}),
        ("targeting", {"excluded_geo_locations": {"countries": ["DE"]}}),
        ("targeting", {"custom_locations": []}),
        ("feed_targeting", {"age_max": 66}),
        ("feed_targeting", {"age_min": 12}),
        ("feed_targeting", {"age_min": 40, "age_max": 30}),
        ("feed_targeting", {"genders": [3]}),
        ("feed_targeting", {"genders": 1}),
        ("feed_targeting", {"flexible_spec": []}),
        ("feed_targeting", {"behaviors": []}),
        *[
            (name, spec)
            for name in ("targeting", "feed_targeting")
            for spec in (
                geo(),
                geo(cities=[]),
                geo(cities={"key": "1"}),
                geo(cities=["1"]),
                geo(cities=[{"name": "Freiburg"}]),
                geo(cities=[{"key": "0"}]),
                geo(cities=[{"key": "Freiburg"}]),
                geo(regions=[{"key": "1"}]),
                geo(countries=["Germany"]),
                geo(countries=["XX"]),
                geo(countries=["de"]),
                geo(countries=[{"key": "DE"}]),
                geo(countries="DE"),
                geo(countries=["DE"] * 26),
                geo(regions=[{"key": "4001"}] * 201),
                geo(countries=["DE"], zips=[{"key": "DE:79098"}]),
                geo(zips=[{"key": "DE:79098"}]),
                geo(places=[{"key": "1"}]),
                geo(geo_markets=[{"key": "DMA:501"}]),
                geo(countries=["DE"], location_types=["home"]),
                geo(
                    custom_locations=[
                        {"latitude": 48, "longitude": 8, "radius": 20, "distance_unit": "kilometer"}
                    ]
                ),
                {"geo_locations": ["DE"]},
            )
        ],
    ],
)
def test_audiences_that_organic_posts_do_not_have(graph: Graph, name: str, spec: object) -> None:
    params = {**LIVE, name: json.dumps(spec)}
    refused(graph, (400, 100, None), "POST", "/{page}/feed", **params)
    assert graph.wire.admin("GET", "ledger") == {"ledger": []}


@pytest.mark.parametrize("name", ["targeting", "feed_targeting"])
@pytest.mark.parametrize(
    "extra",
    [{"radius": 20}, {"radius": 20, "distance_unit": "kilometer"}, {"distance_unit": "mile"}],
)
def test_no_radius_around_a_city(graph: Graph, name: str, extra: dict[str, object]) -> None:
    """The same city without the radius is taken, so it is the radius that is refused."""
    key = {"key": graph.city("Ulm")["key"]}
    wrong, right = ({**LIVE, name: geo(cities=[c])} for c in ({**key, **extra}, key))
    message = refused(graph, (400, 100, None), "POST", "/{page}/feed", **wrong)
    assert any(name in message for name in extra)
    assert graph.post("/{page}/feed", **right).status == 200


def test_at_most_250_cities(graph: Graph) -> None:
    found = graph.get("/search", type="adgeolocation", q="B", location_types=["city"], limit=100)
    cities = [{"key": c["key"]} for c in found.json["data"]] * 3
    spec = geo(cities=cities[:251])
    refused(graph, (400, 100, None), "POST", "/{page}/feed", **LIVE, targeting=spec)
    assert graph.post("/{page}/feed", **LIVE, targeting=geo(cities=cities[:250])).status == 200


@pytest.mark.parametrize("first", [{}, LATER, {**LATER, "scheduled_publish_time": str(NOON)}])
@pytest.mark.parametrize("spaces", ["", " ", "\n"])
def test_a_text_of_an_existing_post_is_a_duplicate(
    graph: Graph, first: dict[str, str], spaces: str
) -> None:
    post = graph.post("/{page}/feed", **{**LIVE, **first}).json["id"]
    same = {"message": LIVE["message"] + spaces}
    refused(graph, (400, 506, 1455006), "POST", "/{page}/feed", **same)
    assert graph.post("/{page}/feed", message=LIVE["message"] + "!").status == 200
    assert graph.delete(f"/{post}").json == {"success": True}
    assert graph.post("/{page}/feed", **same).status == 200


def test_the_same_link_twice_is_no_duplicate(graph: Graph) -> None:
    for _ in range(2):
        assert graph.post("/{page}/feed", link="https://example.org/anna").status == 200


@pytest.mark.parametrize(
    ("token", "refusal"),
    [
        (None, (400, 190, None)),
        ("", (400, 190, None)),
        ("EAAnotoneofours", (400, 190, None)),
    ],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/me"),
        ("GET", "/{page}/feed"),
        ("POST", "/{page}/feed"),
        ("DELETE", "/1_2"),
        ("GET", "/search"),
        ("GET", "/debug_token"),
    ],
)
def test_missing_and_wrong_tokens(
    graph: Graph, token: str | None, refusal: tuple[int, int, int | None], method: str, path: str
) -> None:
    refused(graph, refusal, method, path, access_token=token)
    reply = graph.call(method, path, access_token=token)
    assert reply.headers["www-authenticate"].startswith("OAuth")


@pytest.mark.parametrize(
    ("state", "subcode"),
    [("expired", 463), ("invalid", None), ("app_removed", 458), ("password_changed", 460)],
)
def test_tokens_that_have_ended(graph: Graph, state: str, subcode: int | None) -> None:
    graph.turn(token=state)
    refused(graph, (400, 190, subcode), "GET", "/me")
    refused(graph, (400, 190, subcode), "POST", "/{page}/feed", **LIVE)
    graph.turn(token="valid")
    assert graph.get("/me").status == 200


WRITES: list[tuple[str, str, dict[str, str]]] = [
    ("POST", "/{page}/feed", LIVE),
    ("POST", "/{post}", {"message": "new"}),
    ("DELETE", "/{post}", {}),
]
READS: list[tuple[str, str, dict[str, str]]] = [
    ("GET", "/{page}/feed", {}),
    ("GET", "/{page}/scheduled_posts", {}),
    ("GET", "/{post}", {}),
    ("GET", "/{page}", {"fields": "followers_count"}),
]


@pytest.mark.parametrize(("method", "path", "params"), WRITES)
@pytest.mark.parametrize("granted", [[], ["pages_read_engagement"], ["pages_manage_posts"]])
def test_under_permitted_writes(
    graph: Graph, method: str, path: str, params: dict[str, str], granted: list[str]
) -> None:
    post = graph.publish("before")
    graph.turn(permissions=granted)
    path = path.replace("{post}", post)
    assert "pages_manage_posts" in refused(graph, (403, 200, None), method, path, **params)


@pytest.mark.parametrize(("method", "path", "params"), READS)
def test_under_permitted_reads(
    graph: Graph, method: str, path: str, params: dict[str, str]
) -> None:
    post = graph.publish("before")
    graph.turn(permissions=["pages_manage_posts"])
    path = path.replace("{post}", post)
    assert "pages_read_engagement" in refused(graph, (403, 10, None), method, path, **params)


@pytest.mark.parametrize(("method", "path", "params"), [*WRITES, *READS[:3]])
def test_a_users_token_cannot_act_as_the_page(
    graph: Graph, user_token: str, method: str, path: str, params: dict[str, str]
) -> None:
    path = path.replace("{post}", graph.publish("before"))
    refused(graph, (400, 190, 2069032), method, path, access_token=user_token, **params)


@pytest.mark.parametrize(
    ("method", "path", "params", "refusal"),
    [
        ("GET", "/{other}", {}, (403, 10, None)),
        ("GET", "/{other}/feed", {}, (403, 10, None)),
        ("POST", "/{other}/feed", LIVE, (403, 200, None)),
    ],
)
def test_another_page_of_the_platform(
    graph: Graph,
    other_page: Callable[[], str],
    method: str,
    path: str,
    params: dict[str, str],
    refusal: tuple[int, int, int | None],
) -> None:
    refused(graph, refusal, method, path.replace("{other}", other_page()), **params)


@pytest.mark.parametrize(
    ("method", "path", "refusal"),
    [
        ("GET", "/999999999999", (400, 100, 33)),
        ("GET", "/999999999999/feed", (400, 100, 33)),
        ("POST", "/999999999999/feed", (400, 100, 33)),
        ("GET", "/{page}_1", (400, 100, 33)),
        ("POST", "/{page}_1", (400, 100, 33)),
        ("DELETE", "/{page}_1", (400, 100, 33)),
        ("GET", "/tueroeffner", (404, 803, None)),
        ("GET", "/tueroeffner/feed", (404, 803, None)),
        ("GET", "/{page}/fans", (400, 100, None)),
        ("GET", "/{page}/feeds", (400, 100, None)),
        ("POST", "/{page}/feeds", (400, 100, None)),
        ("DELETE", "/{page}/feed", (400, 100, None)),
        ("DELETE", "/{page}", (400, 100, None)),
        ("GET", "/me/accounts", (400, 100, None)),
        ("GET", "/{page}/feed/1", (400, 2500, None)),
        ("GET", "/{page}/photos", (400, 3, None)),
        ("POST", "/{page}/photos", (400, 3, None)),
        ("POST", "/{page}", (400, 3, None)),
        ("GET", "", (400, 100, None)),
        ("GET", "/", (400, 100, None)),
        ("POST", "/", (400, 100, None)),
        ("DELETE", "/search", (400, 100, None)),
    ],
)
def test_what_is_not_there(
    graph: Graph, method: str, path: str, refusal: tuple[int, int, int | None]
) -> None:
    refused(graph, refusal, method, path)


@pytest.mark.parametrize(("path", "code"), [("likes", 3), ("sharedposts", 3), ("colours", 100)])
def test_edges_of_posts_that_are_not_played(graph: Graph, path: str, code: int) -> None:
    """The platform knows the first two; the sandbox says so instead of inventing people."""
    refused(graph, (400, code, None), "GET", f"/{graph.publish('x')}/{path}")


def test_ids_at_the_root_are_gone(graph: Graph) -> None:
    post = graph.publish("one")
    assert "ids" in refused(graph, (400, 100, None), "GET", "/", ids=f"{graph.page},{post}")


@pytest.mark.parametrize(
    ("version", "refusal"),
    [
        ("v25.0", None),
        ("v26.0", None),
        ("v24.0", (400, 2635, None)),
        ("v9.0", (400, 2635, None)),
        ("v27.0", (400, 2500, None)),
        ("v26.1", (400, 2500, None)),
    ],
)
def test_versions(graph: Graph, version: str, refusal: tuple[int, int, int | None] | None) -> None:
    reply = graph.call("GET", "/me", version)
    if refusal:
        assert reply.refusal == refusal
    else:
        assert reply.status == 200
        assert reply.headers["facebook-api-version"] == version


@pytest.mark.parametrize("method", ["PUT", "PATCH", "OPTIONS"])
def test_methods_that_the_api_does_not_have(graph: Graph, method: str) -> None:
    refused(graph, (400, 100, None), method, "/me")


@pytest.mark.parametrize(
    ("edge", "params", "word"),
    [
        ("feed", {"limit": "101"}, "limit"),
        ("feed", {"limit": "-1"}, "limit"),
        ("feed", {"limit": "many"}, "limit"),
        ("feed", {"after": "%%%"}, "cursors"),
        ("feed", {"after": "QUJD"}, "cursors"),
        ("feed", {"since": "last week"}, "since"),
        ("feed", {"fields": "id,reach"}, "reach"),
        ("feed", {"message": "x"}, "message"),
        ("feed", {"with": "FRIENDS"}, "with"),
        ("scheduled_posts", {"include_hidden": "true"}, "include_hidden"),
        ("published_posts", {"is_published": "true"}, "is_published"),
        ("ads_posts", {"q": "x"}, "q"),
    ],
)
def test_wrong_list_parameters(graph: Graph, edge: str, params: dict[str, str], word: str) -> None:
    assert word in refused(graph, (400, 100, None), "GET", f"/{{page}}/{edge}", **params)


@pytest.mark.parametrize(
    "fields", ["id{", "id}", "[id", "[1", "[]x", "id,{x}", "id;name", "from{name"]
)
def test_broken_fields_are_a_syntax_error(graph: Graph, fields: str) -> None:
    refused(graph, (400, 2500, None), "GET", "/{page}/feed", fields=fields)


@pytest.mark.parametrize(
    "params",
    [
        {"colour": "red"},
        {"message": ""},
        {"message": "x" * 63_207},
        {"is_published": "false"},
        {"is_published": "perhaps"},
        {"scheduled_publish_time": str(NOON)},
        {"targeting": "{}"},
        {"published": "true"},
        {"timeline_visibility": "bright"},
    ],
)
def test_wrong_changes_of_a_published_post(graph: Graph, params: dict[str, str]) -> None:
    post = graph.publish("before")
    refused(graph, (400, 100, None), "POST", f"/{post}", **params)
    assert graph.get(f"/{post}").json["message"] == "before"


@pytest.mark.parametrize(
    "params",
    [
        {"scheduled_publish_time": str(NOON - 4 * 3600 + 599)},
        {"scheduled_publish_time": str(NOON + 31 * 86400)},
        {"scheduled_publish_time": "2026-11-02T12:00:00Z"},
        {"scheduled_publish_time": "9" * 18},
        {"scheduled_publish_time": str(NOON), "is_published": "true"},
    ],
)
def test_wrong_changes_of_a_scheduled_post(graph: Graph, params: dict[str, str]) -> None:
    post = graph.publish("before", published=False, scheduled_publish_time=NOON + 3600)
    refused(graph, (400, 100, None), "POST", f"/{post}", **params)
    assert graph.get(f"/{post}", fields="scheduled_publish_time").json[
        "scheduled_publish_time"
    ] == (NOON + 3600)


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"type": "adgeolocation"},
        {"type": "adgeolocation", "q": "  "},
        {"type": "page", "q": "Ulm"},
        {"q": "Ulm"},
        {"type": "adgeolocation", "q": "Ulm", "location_types": '["town"]'},
        {"type": "adgeolocation", "q": "Ulm", "country_code": "Germany"},
        {"type": "adgeolocation", "q": "Ulm", "limit": "1000"},
        {"type": "adgeolocation", "q": "Ulm", "radius": "20"},
        {"type": "adgeolocation", "q": "Ulm", "match_country_code": "sure"},
    ],
)
def test_wrong_searches(graph: Graph, params: dict[str, str]) -> None:
    refused(graph, (400, 100, None), "GET", "/search", **params)


def test_searches_that_are_not_played(graph: Graph) -> None:
    refused(graph, (400, 3, None), "GET", "/search", type="adinterest", q="Holz")


@pytest.mark.parametrize("proof", ["", "0" * 64, "ä", "right but for another token"])
def test_a_wrong_proof_is_refused_even_when_none_is_needed(graph: Graph, proof: str) -> None:
    if " " in proof:
        proof = hmac.new(graph.secret.encode(), b"other", hashlib.sha256).hexdigest()
    message = refused(graph, (400, 100, None), "GET", "/me", appsecret_proof=proof)
    assert message == "Invalid appsecret_proof provided in the API argument"


def test_a_required_proof(graph: Graph) -> None:
    graph.turn(require_appsecret_proof=True)
    assert "appsecret_proof" in refused(graph, (400, 100, None), "GET", "/me")
    proof = hmac.new(graph.secret.encode(), graph.token.encode(), hashlib.sha256).hexdigest()
    assert graph.get("/me", appsecret_proof=proof).status == 200


@pytest.mark.parametrize(
    ("code", "status", "subcode"),
    [
        (4, 403, None),
        (17, 400, None),
        (32, 403, None),
        (341, 403, None),
        (613, 400, None),
        (80001, 400, 2494055),
    ],
)
def test_rate_limits(graph: Graph, code: int, status: int, subcode: int | None) -> None:
    """The next two calls are limited, and the headers tell for how many minutes."""
    graph.turn(rate_limit={"code": code, "calls": 2, "minutes": 7})
    for _ in range(2):
        reply = graph.post("/{page}/feed", **LIVE)
        assert reply.refusal == (status, code, subcode)
        assert reply.json["error"]["is_transient"] is True
        usage = json.loads(reply.headers["x-business-use-case-usage"])[graph.page][0]
        assert (usage["type"], usage["estimated_time_to_regain_access"]) == ("pages", 7)
        told = json.loads(reply.headers["x-app-usage"])["call_count"]
        assert told == (0 if code in (341, 613) else 100)
    free = graph.post("/{page}/feed", **LIVE)
    assert free.status == 200
    usage = json.loads(free.headers["x-business-use-case-usage"])[graph.page][0]
    assert usage["estimated_time_to_regain_access"] == 0


def test_a_blocked_page_can_be_read_and_taken_down_but_not_written(graph: Graph) -> None:
    post = graph.publish("before")
    graph.turn(blocked=True)
    refused(graph, (400, 368, None), "POST", "/{page}/feed", **LIVE)
    refused(graph, (400, 368, None), "POST", f"/{post}", message="new")
    assert graph.listed("feed") == [post]
    assert graph.delete(f"/{post}").status == 200


@pytest.mark.parametrize(
    ("body", "kind"),
    [("{", "application/json"), ("[1]", "application/json"), ("message=x", "text/plain")],
)
def test_bodies_that_say_nothing(graph: Graph, body: str, kind: str) -> None:
    path = f"/v26.0/{graph.page}/feed?access_token={quote(graph.token)}"
    reply = graph.wire.call("POST", path, body, Content_Type=kind)
    assert reply.refusal == (400, 100, None)


def test_app_tokens_have_no_me_and_no_page(graph: Graph, app_token: str) -> None:
    refused(graph, (400, 2500, None), "GET", "/me", access_token=app_token)
    refused(graph, (403, 10, None), "GET", "/{page}/feed", access_token=app_token)
    refused(graph, (403, 200, None), "POST", "/{page}/feed", access_token=app_token, **LIVE)


def test_a_form_body_is_read_like_a_query(graph: Graph) -> None:
    path = f"/v26.0/{graph.page}/feed?access_token={quote(graph.token)}&colour=red"
    reply = graph.wire.call("POST", path, "message=x", Content_Type=FORM)
    assert reply.refusal == (400, 100, None)


@pytest.mark.parametrize(
    ("fields", "code", "word"),
    [
        ("id,from{foo}", 100, "foo"),
        ("from{name,best_page{foo}}", 100, "foo"),
        ("created_time{x}", 2500, "created_time"),
        ("message{id}", 2500, "message"),
        ("targeting{geo_locations}", 2500, "targeting"),
        ("message.foo(1)", 2500, "message"),
        ("id,from.limit(1){name}", 2500, "from"),
        ("from{name.limit(1)}", 2500, "name"),
        ("likes.limit(1){name}", 3, "capability"),
    ],
)
def test_what_a_field_does_not_hold_cannot_be_asked_of_it(
    graph: Graph, fields: str, code: int, word: str
) -> None:
    """Names inside braces are the inner node's, limits and the like are for lists only."""
    post = graph.publish("Ich suche Arbeit.")
    for path in (f"/{post}", "/{page}/feed"):
        reply = graph.get(path, fields=fields)
        assert reply.json["error"]["code"] == code
        assert word in reply.json["error"]["message"]


def test_a_post_cannot_take_another_ones_text(graph: Graph) -> None:
    graph.publish("Ich suche Arbeit.")
    other = graph.publish("Ich suche eine Stelle.")
    assert graph.post(f"/{other}", message="Ich suche Arbeit.").refusal[1] == 506
    assert graph.get(f"/{other}").json["message"] == "Ich suche eine Stelle."
    assert graph.post(f"/{other}", message="Ich suche eine Stelle.", is_hidden="true").status == 200
    assert graph.post(f"/{other}", message="Ich suche Arbeit in Ulm.").status == 200


@pytest.mark.parametrize("name", ["targeting", "feed_targeting"])
def test_an_empty_audience_is_none(graph: Graph, name: str) -> None:
    """It must not pass for one that is kept."""
    post = graph.publish("Für alle", **{name: {}})
    assert name not in graph.get(f"/{post}", fields="id,targeting,feed_targeting").json
