"""Insights of posts: which metrics are alive, who may read them, and what refuses everything."""

from collections.abc import Iterator

import pytest
from raw_http import Graph, Wire

from orchestrator.sandbox.graph_table import table
from orchestrator.sandbox.server import Sandbox

VIEWERS, VIEWS = "post_total_media_view_unique", "post_media_view"
INVALID = "(#100) The value must be a valid insights metric"


@pytest.mark.parametrize("metric", [[VIEWERS, VIEWS], f"{VIEWERS},{VIEWS}"])
def test_metrics_as_a_list_or_with_commas(graph: Graph, metric: object) -> None:
    post = graph.publish("Wer braucht einen Koch?")
    told = graph.get(f"/{post}/insights", metric=metric, period="lifetime").json
    assert [entry["name"] for entry in told["data"]] == [VIEWERS, VIEWS]
    for entry in told["data"]:
        assert entry["id"] == f"{post}/insights/{entry['name']}/lifetime"
        assert entry["values"] == [{"value": 1}]  # the page's own, as long as the app is live
        assert entry["period"] == "lifetime"
        assert entry["title"]
        assert entry["description"]


def test_every_living_metric_answers_alone(graph: Graph) -> None:
    post = graph.publish("Wer braucht einen Koch?")
    for name in table()["insights"]["alive"]:
        data = graph.get(f"/{post}/insights", metric=name).json["data"]
        assert [entry["name"] for entry in data] == [name]


@pytest.mark.parametrize(
    "dead",
    [
        "post_impressions",
        "post_impressions_unique",
        "post_impressions_organic",
        "post_impressions_paid_unique",
        "post_engaged_users",
        "page_impressions",
        "page_fans",
        "reach",
        "Post_Media_View",
    ],
)
def test_one_dead_metric_refuses_all(graph: Graph, dead: str) -> None:
    post = graph.publish("Wer braucht einen Koch?")
    reply = graph.get(f"/{post}/insights", metric=[VIEWS, dead])
    assert reply.refusal == (400, 100, None)
    assert reply.json["error"]["message"] == INVALID


def test_a_metric_may_vanish(graph: Graph) -> None:
    post = graph.publish("Wer braucht einen Koch?")
    graph.turn(dead_metrics=[VIEWERS])
    assert graph.get(f"/{post}/insights", metric=[VIEWERS, VIEWS]).refusal == (400, 100, None)
    assert graph.get(f"/{post}/insights", metric=[VIEWS]).json["data"]


@pytest.mark.parametrize(("fans", "told"), [(0, 0), (99, 0), (100, 1), (None, 1)])
def test_a_page_needs_likes(graph: Graph, fans: int | None, told: int) -> None:
    """Below a hundred there is nothing to tell: an empty list, and no refusal."""
    post = graph.publish("Wer braucht einen Koch?")
    graph.turn(fans=fans)
    reply = graph.get(f"/{post}/insights", metric=VIEWS)
    assert (reply.status, len(reply.json["data"])) == (200, told)
    assert graph.get("/{page}", fields="fan_count").json["fan_count"] == (
        11890 if fans is None else fans
    )
    assert (VIEWS in graph.wire.admin("GET", "ledger")["ledger"][0]["seen"]) is bool(told)


@pytest.mark.parametrize("lacking", ["read_insights", "pages_read_engagement"])
def test_insights_need_permissions(graph: Graph, lacking: str) -> None:
    post = graph.publish("Wer braucht einen Koch?")
    both = {"read_insights", "pages_read_engagement"}
    graph.turn(permissions=sorted(both - {lacking}))
    reply = graph.get(f"/{post}/insights", metric=VIEWS)
    assert reply.refusal == (403, 10, None)
    assert lacking in reply.json["error"]["message"]


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"metric": ""},
        {"metric": "[]"},
        {"metric": "[1"},
        {"metric": VIEWS, "period": "ever"},
        {"metric": VIEWS, "date_preset": "soon"},
        {"metric": VIEWS, "since": "gestern"},
        {"metric": VIEWS, "limit": "3"},
    ],
)
def test_insights_with_wrong_parameters(graph: Graph, params: dict[str, str]) -> None:
    post = graph.publish("Wer braucht einen Koch?")
    assert graph.get(f"/{post}/insights", **params).refusal == (400, 100, None)


def test_there_is_nothing_for_other_periods_or_before_a_post_is_live(graph: Graph) -> None:
    post = graph.publish("Wer braucht einen Koch?")
    assert graph.get(f"/{post}/insights", metric=VIEWS, period="day").json["data"] == []
    dark = graph.publish("Später", published=False)
    assert graph.get(f"/{dark}/insights", metric=VIEWS).json["data"] == []


@pytest.fixture
def lively() -> Iterator[Graph]:
    """A sandbox with a public."""
    with Sandbox(start=None, speed=0, public=7) as sandbox:
        wire = Wire(sandbox.port)
        yield Graph(wire, sandbox.env())
        wire.close()


def test_the_public_reacts(lively: Graph) -> None:
    """Figures and comments grow with time, and the ledger tells what a reader could have."""
    city = lively.city("Bautzen")
    where = {"geo_locations": {"cities": [{"key": city["key"]}]}}
    text = "Samuel ist Koch und sucht in Bautzen eine Stelle."
    post = lively.publish(text, feed_targeting=where)
    before = 0
    for hours in (1, 23, 150):
        lively.advance(hours * 3600)
        told = lively.get(f"/{post}/insights", metric=[VIEWERS, VIEWS]).json["data"]
        seen = {entry["name"]: entry["values"][0]["value"] for entry in told}
        assert seen[VIEWS] >= seen[VIEWERS] > before
        before = seen[VIEWERS]
        fields = "comments.filter(stream).limit(0).summary(true),reactions.limit(0).summary(true)"
        node = lively.get(f"/{post}", fields=f"{fields},shares").json
        seen |= {name: node[name]["summary"]["total_count"] for name in ("comments", "reactions")}
        seen["shares"] = node.get("shares", {"count": 0})["count"]
        assert lively.wire.admin("GET", "ledger")["ledger"][0]["seen"] == seen
    assert before < 42_000
    lively.delete(f"/{post}")
    kept = lively.wire.admin("GET", "ledger")["ledger"][0]
    lively.advance(86400)
    assert lively.wire.admin("GET", "ledger")["ledger"][0] == kept


def test_a_post_is_seen_by_the_people_it_is_for(lively: Graph) -> None:
    """A village cannot see what a city can, whether it is asked softly or firmly."""
    village, city = lively.city("Berlingerode"), lively.city("Berlin")
    for name in ("targeting", "feed_targeting"):
        for place in (village, city):
            where = {"geo_locations": {"cities": [{"key": place["key"]}]}}
            text = f"Samuel, Koch, sucht eine Stelle ({name}, {place['name']})"
            lively.publish(text, **{name: where})
    lively.publish("Samuel, Koch, sucht eine Stelle")
    lively.advance(7 * 86400)
    ledger = lively.wire.admin("GET", "ledger")["ledger"]
    viewers = [entry["seen"][VIEWERS] for entry in ledger]
    assert max(viewers[0], viewers[2]) <= 1248 / 4
    assert min(viewers[1], viewers[3]) > 10_000
    assert 0 < viewers[4] < 12_640


def test_what_the_public_says_can_be_read(lively: Graph) -> None:
    """Everything in the ledger that stands is in the lists, with the same words."""
    for number in range(12):
        lively.publish(f"Amira, Schneiderin, sucht Arbeit. Wer hilft ihr weiter? ({number})")
    lively.advance(3 * 86400)
    read = 0
    for entry in lively.wire.admin("GET", "ledger")["ledger"]:
        params = {"filter": "stream", "limit": 100, "fields": "message"}
        page = lively.get(f"/{entry['id']}/comments", **params).json["data"]
        stands = [r for r in entry["replies"] if r["readable"] and not r["deleted_at"]]
        assert {c["id"]: c.get("message", "") for c in page} == {r["id"]: r["text"] for r in stands}
        assert all(reply["label"] and reply["language"] for reply in entry["replies"])
        read += len(page)
    assert read > 5


def test_nobody_sees_what_an_app_in_development_mode_posts(graph: Graph) -> None:
    """It reads back well, and its figures are there: they are zero."""
    post = graph.publish("Wer braucht einen Koch?")
    graph.turn(app_mode="development")
    assert graph.get(f"/{post}", fields="id,is_published").json["is_published"] is True
    told = graph.get(f"/{post}/insights", metric=f"{VIEWERS},{VIEWS}").json["data"]
    assert [entry["values"] for entry in told] == [[{"value": 0}], [{"value": 0}]]
