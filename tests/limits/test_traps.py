"""What the vendors' libraries do wrong, each seen over HTTP; and that our calls do not fall for it.

What an HTML page, an answer that never ends or a refusal without sense comes to is proved for both
networks in ``tests/contract``.
"""

import ast
import contextlib
import io
import json
import logging
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from orchestrator import networks
from orchestrator.networks.wire.graph import BATCH_SIZE
from orchestrator.ports import Draft, NotAuthorised, OutcomeUnknown, RateLimited, Rejected, Trouble
from orchestrator.redact import redact
from orchestrator.sandbox.faults import Fault
from orchestrator.sandbox.server import Sandbox
from tests.limits.conftest import given

WIRE = Path(networks.__file__).parent
Connect = Callable[..., Any]


@pytest.fixture
def connect(sandbox: Sandbox) -> Connect:
    def to(name: str, read_timeout: float = 5.0, **changed: str) -> Any:
        adapter = networks.adapter(name)
        options = adapter.Options(**(given(sandbox, name) | changed))
        return adapter.connect(options, read_timeout=read_timeout)

    return to


# --- Meta's library ------------------------------------------------------------------------


def test_metas_library_takes_a_page_for_success(sandbox: Sandbox, connect: Connect) -> None:
    """The trap is real: its own judgement of an HTML 502 is success. Ours is not."""
    graph = connect("facebook")._graph
    sandbox.faults.add(Fault("html", times=2))
    told = graph._api.call("GET", ("me",), {})
    assert told.is_success()
    assert isinstance(told.json(), str)
    with pytest.raises(OutcomeUnknown):
        graph.get("me")


def test_error_data_that_is_no_json_breaks_metas_library_only(
    sandbox: Sandbox, connect: Connect
) -> None:
    network = connect("facebook")
    body = {"error": {"code": 190, "error_subcode": 460, "message": "m", "error_data": "{half"}}
    sandbox.faults.add(Fault("status", status=400, body=body, times=2))
    with pytest.raises(json.JSONDecodeError):
        network._graph._api.call("GET", ("me",), {})
    with pytest.raises(NotAuthorised, match="password"):
        network.standing()


def test_the_library_is_used_without_traces(connect: Connect) -> None:
    """No default account, no class changed, no reporter that posts our crashes to Meta."""
    from facebook_business.api import FacebookAdsApi
    from facebook_business.session import FacebookSession

    hook = sys.excepthook
    connect("facebook").standing()
    assert FacebookAdsApi.get_default_api() is None
    assert FacebookSession.GRAPH == "https://graph.facebook.com"
    assert sys.excepthook is hook
    assert "facebook_business.crashreporter" not in [
        getattr(sys.excepthook, "__module__", ""),
        type(sys.excepthook).__module__,
    ]


def test_no_call_of_ours_gives_the_library_a_path_to_send() -> None:
    """It would send a film's path as text; and some of its calls leave the configured server."""
    forbidden = {
        *("create_video", "create_photo", "create_ad_video", "add_request", "new_batch"),
        *("init", "set_default_api", "TargetingSearch", "VideoUploader", "CrashReporter"),
    }
    for file in WIRE.rglob("*.py"):
        names = {
            node.attr if isinstance(node, ast.Attribute) else node.id
            for node in ast.walk(ast.parse(file.read_text("utf-8")))
            if isinstance(node, ast.Attribute | ast.Name)
        }
        assert not names & forbidden, file.name


def test_a_batch_of_sixty_goes_in_two(sandbox: Sandbox, connect: Connect) -> None:
    """The library would send all sixty; the platform refuses more than fifty."""
    network = connect("facebook")
    page = given(sandbox, "facebook")["page_id"]
    sixty = [(page, {"fields": "id"})] * 60
    assert [each["id"] for each in network._graph.batch(sixty)] == [page] * 60
    assert network.calls == 2
    with pytest.raises(Rejected):
        network._graph.lot(sixty)
    assert BATCH_SIZE == 50


def test_a_fraction_in_a_batch_is_a_number(connect: Connect) -> None:
    """The library raises ValueError for one; we write what a batch asks ourselves."""
    [answer] = connect("facebook")._graph.lot([("search", {"type": "adgeolocation", "q": 48.5})])
    assert answer.status == 200
    assert json.loads(answer.text) == {"data": []}


def test_many_at_once_by_ids_is_asked_nowhere(sandbox: Sandbox, connect: Connect) -> None:
    """The root's ``ids`` is gone; nothing of ours uses it, and the sandbox refuses it."""
    page = given(sandbox, "facebook")["page_id"]
    with pytest.raises(Rejected, match="ids"):
        connect("facebook")._graph.get("", ids=page)
    found = [file.name for file in WIRE.rglob("graph*.py") if '"ids"' in file.read_text("utf-8")]
    assert found == []


def test_a_list_is_followed_by_its_cursor_and_never_by_its_address(
    sandbox: Sandbox, connect: Connect
) -> None:
    """What stands in ``next`` is another server, with a token in its address."""
    page = given(sandbox, "facebook")["page_id"]
    first = {
        "data": [{"id": "1"}],
        "paging": {"cursors": {"after": "abc"}, "next": "https://elsewhere.invalid/x"},
    }
    # An empty page in the middle ends the library's own list; it does not end ours.
    hollow = {"data": [], "paging": {"cursors": {"after": "abd"}, "next": "x"}}
    last = {"data": [{"id": "2"}]}
    for body in (first, hollow, last):
        sandbox.faults.add(Fault("status", method="GET", status=200, body=body))
    graph = connect("facebook")._graph
    assert [each["id"] for each in graph.pages(page, "published_posts")] == ["1", "2"]
    assert graph.calls == 3


# --- X's library ---------------------------------------------------------------------------


@pytest.mark.parametrize("status", [402, 409, 422])
def test_tweepy_has_no_class_for_some_refusals(
    sandbox: Sandbox, connect: Connect, status: int
) -> None:
    """They come as a plain HTTPException; we go by the status."""
    import tweepy

    network = connect("x")
    sandbox.faults.add(Fault("status", status=status, body={"detail": "no"}, times=2))
    with pytest.raises(tweepy.HTTPException) as caught:
        network._api._client.get_me()
    assert type(caught.value) is tweepy.HTTPException
    kinds = {402: NotAuthorised, 409: OutcomeUnknown, 422: Rejected}
    with pytest.raises(kinds[status]):
        network.publish(Draft("Eine Tür"))


def test_tweepy_stumbles_over_lists_and_empty_answers(sandbox: Sandbox, connect: Connect) -> None:
    """A list as a body, and 204 without one: neither is an error of the program."""
    network = connect("x")
    sandbox.faults.add(Fault("status", status=403, body=["no"], times=2))
    with pytest.raises(AttributeError):
        network._api._client.get_me()
    with pytest.raises(OutcomeUnknown):
        network.standing()
    made = network.publish(Draft("Eine Tür"))
    sandbox.faults.add(Fault("empty", method="DELETE", status=204))
    assert network.takedown(made.remote_id)


def test_a_time_without_fraction_is_read(sandbox: Sandbox, connect: Connect) -> None:
    """tweepy's own posts raise ValueError for it; nothing of ours is one of these."""
    import tweepy

    post = {
        "id": "7",
        "text": "Eine Tür",
        "created_at": "2026-11-24T10:00:00Z",
        "edit_history_tweet_ids": ["7"],
    }
    with pytest.raises(ValueError, match="does not match"):
        tweepy.Tweet(post)
    sandbox.faults.add(Fault("status", status=200, body={"data": [post], "meta": {}}))
    [told] = connect("x").own(sandbox.clock.now())
    assert told.created_at
    assert told.created_at.hour == 10


def test_a_limit_is_never_waited_for_in_a_call(sandbox: Sandbox, connect: Connect) -> None:
    """Without the header tweepy would call again at once, and again."""
    network = connect("x")
    assert network._api._client.wait_on_rate_limit is False
    sandbox.faults.add(Fault("status", status=429, body={"title": "Too Many"}, times=9))
    with pytest.raises(RateLimited) as caught:
        network.publish(Draft("Eine Tür"))
    assert caught.value.seconds == 900
    assert network.calls == 1


# --- both ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["facebook", "x"])
@pytest.mark.parametrize("fault", ["hang", "drop_before", "refused"])
def test_no_token_in_what_a_broken_line_leaves_behind(
    sandbox: Sandbox,
    connect: Connect,
    caplog: pytest.LogCaptureFixture,
    name: str,
    fault: str,
) -> None:
    """Neither in the trouble, nor its traceback, nor a log at its most talkative."""
    caplog.set_level(logging.DEBUG)
    if fault == "refused":
        network = connect(name, api_base="http://127.0.0.1:9")
    else:
        network = connect(name, read_timeout=0.2)
        sandbox.faults.add(Fault(fault, seconds=1))  # type: ignore[arg-type]  # two kinds
    with pytest.raises(Trouble) as caught:
        network.publish(Draft("Eine Tür"))
    told = "".join(traceback.format_exception(caught.value)) + caplog.text
    hidden = [v for key, v in given(sandbox, name).items() if "token" in key or "secret" in key]
    assert hidden
    assert not [secret for secret in hidden if secret in told]
    assert not [secret for secret in hidden if secret in redact(" ".join(hidden))]


def test_even_the_librarys_own_curl_line_would_be_masked(connect: Connect) -> None:
    """Told to debug it prints a line with the token; we never tell it, and ours is redacted."""
    from facebook_business.api import FacebookAdsApi

    network = connect("facebook")
    assert network._graph._api._enable_debug_logger is False
    session = network._graph._api._session
    api = FacebookAdsApi(session, api_version="v26.0", enable_debug_logger=True)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        api.call("GET", ("me",), {})
    token = network._options.page_token.get_secret_value()
    assert token in said.getvalue()
    assert token not in redact(said.getvalue())
