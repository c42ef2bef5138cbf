"""Whatever is sent, the emulator answers like the platform, never with a failure of its own."""

import json
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.sandbox.clock import SandboxClock
from orchestrator.sandbox.facebook import create
from orchestrator.sandbox.graph_knobs import TRUNCATED
from orchestrator.sandbox.graph_table import table
from orchestrator.sandbox.graph_tokens import PAGES
from orchestrator.sandbox.http import Answer, Request

PAGE = PAGES[0]
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
NESTED = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["geo_locations", "cities", "key", "age_min", "genders", "countries"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
TEXTS = (
    NESTED.map(json.dumps)
    | st.text(max_size=20)
    | st.integers(-(10**20), 10**20).map(str)
    | st.sampled_from(["true", "false", "2026-11-02T12:00:00Z", "adgeolocation", '["city"]'])
    | st.sampled_from(
        ["stream", "lifetime", "post_media_view,post_clicks", "reverse_chronological"]
    )
    | st.sampled_from(["comments.limit(1).summary(true){id,from{name}}", "reactions.limit(0)"])
)
NAMES = sorted(
    {
        name
        for call in ("POST /feed", "GET /feed")
        for name in table()["nodes"]["Page"]["calls"][call]
    }
    | set(table()["nodes"]["PagePost"]["calls"]["POST /"])
    | {"fields", "limit", "after", "since", "ids", "batch", "type", "q", "location_types"}
    | set(table()["nodes"]["PagePost"]["calls"]["GET /comments"])
    | set(table()["nodes"]["PagePost"]["calls"]["GET /insights"])
    | {"country_code", "region_id", "input_token", "appsecret_proof", "method", "no_such"}
)
LIKELY = ["message", "targeting", "feed_targeting", "published", "scheduled_publish_time", "fields"]
PARAMS = st.dictionaries(st.sampled_from(NAMES) | st.sampled_from(LIKELY), TEXTS, max_size=4)
PATHS = st.sampled_from(
    [
        "",
        "/me",
        "/me/accounts",
        "/search",
        "/debug_token",
        "/{page}",
        "/{page}/feed",
        "/{post}",
        "/{page}/scheduled_posts",
        "/{post}/comments",
        "/{post}/insights",
        "/{comment}",
        "/{comment}/comments",
        "/x/y/z",
        "/{page}/photos",
    ]
) | st.text(max_size=8).map("/".__add__)

TROUBLES = st.fixed_dictionaries(
    {},
    optional={
        "shuffle": st.booleans(),
        "repeat_pages": st.booleans(),
        "truncate": st.sampled_from(TRUNCATED),
        "hide_authors": st.booleans(),
        "most_comments": st.none() | st.integers(0, 50),
        "fans": st.none() | st.integers(0, 200),
        "dead_metrics": st.just(["post_clicks"]),
    },
)


@settings(max_examples=150)
@given(st.sampled_from(["GET", "POST", "DELETE"]), PATHS, PARAMS, TROUBLES)
def test_every_answer_is_data_or_a_well_formed_refusal(
    method: str, path: str, params: dict[str, str], trouble: dict[str, object]
) -> None:
    emulator = create(SandboxClock(datetime(2026, 11, 2, 8, 0, tzinfo=UTC), 0))

    def call(how: str, where: str, given: dict[str, str]) -> Answer:
        body = json.dumps({**given, "access_token": PAGE.token}).encode()
        kind = {"content-type": "application/json"}
        full = f"/v26.0{where}"
        return emulator.answer(Request(how, f"http://127.0.0.1:1{full}", full, {}, kind, body))

    first = call("POST", f"/{PAGE.id}/feed", {"message": "first"}).body
    assert isinstance(first, dict)
    post, comment = str(first["id"]), f"{str(first['id']).partition('_')[2]}_17"
    parent = {"post": post, "id": comment, "text": "Wie heißt er?", "picture": "photo"}
    answer_to_it = {"post": post, "text": "Yusuf", "parent": comment}
    emulator.configure({"replies": [parent]} | trouble)
    emulator.configure({"replies": [answer_to_it]})
    where = path.replace("{page}", PAGE.id).replace("{post}", post).replace("{comment}", comment)
    answer = call(method, where, params)
    json.loads(answer.payload())
    assert answer.status in (200, 400, 403, 404, 500)
    if answer.status != 200:
        assert isinstance(answer.body, dict)
        assert (answer.status == 500) is (answer.body["error"]["code"] == 1)
        assert isinstance(answer.body["error"]["code"], int)
    assert len(emulator.ledger()) in (1, 2)
