"""The real facebook_business SDK talks to the sandbox, redirected without any patching."""

import json
from collections.abc import Iterator

import pytest
from facebook_business.adobjects.page import Page
from facebook_business.adobjects.pagepost import PagePost
from facebook_business.adobjects.user import User
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession
from raw_http import Graph

from orchestrator.sandbox.server import Sandbox


class LoopbackSession(FacebookSession):
    def __init__(self, base_url: str, secret: str | None, token: str) -> None:
        super().__init__(app_secret=secret, access_token=token, timeout=(5, 5))
        self.GRAPH = base_url


@pytest.fixture
def api(sandbox: Sandbox, graph: Graph) -> Iterator[FacebookAdsApi]:
    graph.turn(require_appsecret_proof=True)
    session = LoopbackSession(sandbox.base_url, graph.secret, graph.token)
    yield FacebookAdsApi(session, api_version="v26.0")
    session.requests.close()


def test_a_post_from_search_to_deletion(api: FacebookAdsApi, graph: Graph) -> None:
    search = {"type": "adgeolocation", "q": "Ulm", "location_types": ["city"], "country_code": "DE"}
    key = api.call("GET", ("search",), search).json()["data"][0]["key"]
    audience = {"geo_locations": {"cities": [{"key": key}]}}
    wish = {"message": "Wer braucht eine Schneiderin?", "feed_targeting": audience}
    made = api.call("POST", (graph.page, "feed"), {**wish, "fields": "id,permalink_url"}).json()
    post = PagePost(made["id"], api=api)
    stored = post.api_get(fields=["message", "feed_targeting", "is_published"])
    assert stored["message"] == wish["message"]
    assert stored["feed_targeting"]["geo_locations"]["cities"][0]["name"] == "Ulm"
    assert [one["id"] for one in Page(graph.page, api=api).get_published_posts()] == [made["id"]]
    post.api_delete()
    assert list(Page(graph.page, api=api).get_published_posts()) == []


def test_cursors_of_the_sdk_walk_all_pages(api: FacebookAdsApi, graph: Graph) -> None:
    graph.turn(require_appsecret_proof=False)
    ids = [graph.publish(f"post {number}") for number in range(7)]
    walked = Page(graph.page, api=api).get_published_posts(params={"limit": 3})
    assert [post["id"] for post in walked] == ids[::-1]


def test_errors_of_the_sdk_carry_all_parts(api: FacebookAdsApi, graph: Graph) -> None:
    wish = {"message": "twice"}
    api.call("POST", (graph.page, "feed"), wish)
    with pytest.raises(FacebookRequestError) as caught:
        api.call("POST", (graph.page, "feed"), wish)
    error = caught.value
    assert (error.http_status(), error.api_error_code(), error.api_error_subcode()) == (
        400,
        506,
        1455006,
    )
    assert error.api_error_type() == "OAuthException"
    assert error.api_transient_error() is False
    assert error.body()["error"]["error_user_msg"]
    assert json.loads(error.http_headers()["X-App-Usage"])


def test_a_batch_of_the_sdk(api: FacebookAdsApi, graph: Graph) -> None:
    answers: list[tuple[str, int]] = []
    batch = api.new_batch()
    for text in ("a", "b", "a"):
        batch.add(
            "POST",
            (graph.page, "feed"),
            params={"message": text},
            success=lambda answer: answers.append(("done", answer.status())),
            failure=lambda answer: answers.append(("failed", answer.status())),
        )
    assert batch.execute() is None
    assert answers == [("done", 200), ("done", 200), ("failed", 400)]


def test_null_entries_come_back_as_a_new_batch(api: FacebookAdsApi, graph: Graph) -> None:
    graph.turn(batch_null=1)
    batch = api.new_batch()
    for text in "ab":
        batch.add("POST", (graph.page, "feed"), params={"message": text})
    again = batch.execute()
    assert len(again) == 1
    again.execute()
    graph.turn(require_appsecret_proof=False)
    assert len(graph.listed("feed")) == 2


def test_accounts_of_a_user(sandbox: Sandbox, graph: Graph, user_token: str) -> None:
    session = LoopbackSession(sandbox.base_url, None, user_token)
    user = User("me", api=FacebookAdsApi(session, api_version="v26.0"))
    pages = user.get_accounts(fields=["id", "name", "access_token"])
    assert [(page["id"], page["access_token"]) for page in pages] == [(graph.page, graph.token)]
    session.requests.close()
