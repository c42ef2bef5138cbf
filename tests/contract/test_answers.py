"""What strange, rare and hostile answers of the platforms mean, through the real libraries."""

import ast
import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from contract_terms import Expect, given
from hypothesis import given as each
from hypothesis import strategies as st

from orchestrator import networks
from orchestrator.networks.wire import graph_troubles, x_troubles
from orchestrator.networks.wire.answer import Answer, moment
from orchestrator.networks.wire.said import LONGEST, quoted
from orchestrator.networks.wire.x_text import has_url, length, received, sent
from orchestrator.ports import (
    Draft,
    Network,
    NotAuthorised,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Trouble,
)
from orchestrator.sandbox.faults import Fault
from orchestrator.sandbox.graph_tokens import PAGES
from orchestrator.sandbox.server import Sandbox
from orchestrator.sandbox.x_text import given_back, taken
from orchestrator.vocabulary import Condition


def graph(code: int, message: str = "Nein.", status: int = 400, **more: Any) -> tuple[int, Any]:
    return status, {"error": {"message": message, "type": "OAuthException", "code": code, **more}}


def problem(status: int, kind: str = "about:blank", detail: str = "Nein.") -> tuple[int, Any]:
    return status, {"type": kind, "title": "Titel", "detail": detail, "status": status}


X_TYPES = "https://api.x.com/2/problems/"
CASES: dict[str, list[tuple[tuple[int, Any], type[Trouble]]]] = {
    "facebook": [
        (graph(1, status=500), OutcomeUnknown),
        (graph(2, status=503, is_transient=True), OutcomeUnknown),
        (graph(1), OutcomeUnknown),
        (graph(1, status=200), OutcomeUnknown),
        (graph(-3), Rejected),
        (graph(100, is_transient=True), OutcomeUnknown),
        (graph(100, status=500), OutcomeUnknown),
        (graph(100), Rejected),
        (graph(100, error_data="no JSON at all"), Rejected),
        (graph(190, error_data="no JSON at all", status=401), NotAuthorised),
        (graph(506, error_data={"blame_field_specs": [["message"]]}), Rejected),
        (graph(190, error_subcode=463, status=401), NotAuthorised),
        (graph(102), NotAuthorised),
        (graph(104, "An access token is required to request this resource."), NotAuthorised),
        (graph(2500, "An active access token must be used to query this."), NotAuthorised),
        (graph(2500, "Unknown path components: /feed"), Rejected),
        (graph(100, "The link of this access token game is not valid."), Rejected),
        (graph(506, is_transient=True), OutcomeUnknown),
        (graph(190, "Error validating access token", status=500), OutcomeUnknown),
        (graph(190, "Error validating access token", is_transient=True), OutcomeUnknown),
        (graph(1, "An unknown error occurred with this access token"), OutcomeUnknown),
        (graph(2, "Please retry with a valid access token", status=503), OutcomeUnknown),
        (graph(100, "Invalid appsecret_proof", status=502), OutcomeUnknown),
        (graph(200, status=500), OutcomeUnknown),
        (graph(4, status=500), OutcomeUnknown),
        (graph(100, error_subcode=33, status=500), OutcomeUnknown),
        (graph(10, status=403), NotAuthorised),
        (graph(200, status=403), NotAuthorised),
        (graph(299, status=403), NotAuthorised),
        (graph(3), NotAuthorised),
        (graph(368), NotAuthorised),
        (graph(2635), NotAuthorised),
        (graph(100, error_subcode=33), NotAuthorised),
        (graph(100, "Invalid appsecret_proof provided in the API argument"), NotAuthorised),
        (graph(1609005, "The url could not be scraped"), Rejected),
        (graph(4, status=403, is_transient=True), RateLimited),
        (graph(32, status=200), RateLimited),
        (graph(80004), RateLimited),
        ((429, {"message": "slow down"}), RateLimited),
        ((400, {"error": "only words"}), OutcomeUnknown),
        ((400, {"error": ["a list"]}), OutcomeUnknown),
        ((400, {"error": {}}), OutcomeUnknown),
        ((400, {"error": {"code": "two", "message": 7}}), OutcomeUnknown),
        ((200, {"success": False}), OutcomeUnknown),
        ((200, {"success": "false"}), OutcomeUnknown),
        ((200, {"id": ""}), OutcomeUnknown),
        ((200, {"id": None}), OutcomeUnknown),
        ((200, {"id": "999_12345"}), OutcomeUnknown),  # of another page
        ((200, {"id": "12345"}), OutcomeUnknown),
        ((200, {"id": f"{PAGES[0].id}_"}), OutcomeUnknown),
        ((200, {"id": f"{PAGES[0].id}_1/../me"}), OutcomeUnknown),
        ((200, {"id": f"{PAGES[0].id}_²"}), OutcomeUnknown),
        ((200, {"id": [PAGES[0].id]}), OutcomeUnknown),
        ((200, {"success": True}), OutcomeUnknown),
        ((404, {"id": "1"}), OutcomeUnknown),
    ],
    "x": [
        (problem(400, X_TYPES + "invalid-request"), Rejected),
        ((400, {"errors": [{"message": "m", "parameters": {}}], "title": "t"}), Rejected),
        ((400, {"errors": "words"}), Rejected),
        ((400, {"errors": [7, None]}), Rejected),
        ((413, {"detail": "Too large"}), Rejected),
        ((422, {"detail": "Unprocessable"}), Rejected),
        (problem(408), OutcomeUnknown),
        ((409, {"detail": "Conflict"}), OutcomeUnknown),
        (problem(410), OutcomeUnknown),
        (problem(425), OutcomeUnknown),
        (problem(451), OutcomeUnknown),
        (problem(499), OutcomeUnknown),
        ((401, {"title": "Unauthorized"}), NotAuthorised),
        ((401, "<html>"), NotAuthorised),
        ((402, {"title": "CreditsDepleted"}), NotAuthorised),
        ((402, ""), NotAuthorised),
        (problem(403, X_TYPES + "client-forbidden"), NotAuthorised),
        (problem(403, "https://api.twitter.com/2/problems/client-forbidden"), NotAuthorised),
        (problem(403, X_TYPES + "unsupported-authentication"), NotAuthorised),
        (problem(403, detail="Your account is temporarily locked."), NotAuthorised),
        (problem(403, detail="Reply to this conversation is not allowed"), Rejected),
        (problem(404), NotAuthorised),
        (problem(404, X_TYPES + "resource-not-found"), NotAuthorised),
        (problem(405), NotAuthorised),
        ((429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}), RateLimited),
        ((429, "<html>"), RateLimited),
        ((403, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}), RateLimited),
        ((400, {"code": 88, "message": "Rate limit exceeded"}), RateLimited),
        ((503, {"title": "Too Many Requests", "detail": "Too Many Requests"}), RateLimited),
        (problem(403, X_TYPES + "too-many-requests"), RateLimited),
        (problem(400, "https://api.twitter.com/2/problems/rate-limit-exceeded"), RateLimited),
        (problem(403, X_TYPES + "usage-capped"), NotAuthorised),
        (problem(503, X_TYPES + "usage-capped"), NotAuthorised),
        ((403, {"errors": [{"code": 187, "message": "Status is a duplicate."}]}), Rejected),
        (problem(500, X_TYPES + "internal-error"), OutcomeUnknown),
        (problem(503), OutcomeUnknown),
        ((403, [1]), OutcomeUnknown),
        ((201, {"errors": [{"title": "Not Found Error"}]}), OutcomeUnknown),
        ((201, {"data": {"id": "abc"}}), OutcomeUnknown),
        ((201, {"data": []}), OutcomeUnknown),
        ((204, ""), OutcomeUnknown),
    ],
}


@pytest.mark.parametrize(
    ("name", "case"), [(name, case) for name, cases in CASES.items() for case in cases], ids=str
)
def test_a_refused_post_ends_in_the_right_trouble(
    network: Network, name: str, sandbox: Sandbox, expect: Expect, case: Any
) -> None:
    (status, body), kind = case
    sandbox.faults.add(Fault("status", status=status, body=body))
    with expect(kind) as caught:
        network.publish(Draft("Eine Tür"))
    assert network.calls == 1
    if kind is Rejected:
        assert caught.value.duplicate is any(code in json.dumps(body) for code in ("506", "187"))


HOSTILE = "Bad \x1b[31m token \u202e{secret} of +49 151 23456789, anna@example.org\r\n" * 30


def test_a_platforms_words_are_shown_tamed(
    network: Network, name: str, sandbox: Sandbox, expect: Expect
) -> None:
    """A token, number or escape sequence in a platform's sentence never reaches the terminal."""
    secret = max(given(sandbox, name).values(), key=len)
    words = HOSTILE.format(secret=secret)
    body = {"error": {"code": 100, "message": words, "fbtrace_id": words}, "detail": words}
    sandbox.faults.add(Fault("status", status=400, body=body))
    with expect(Rejected) as caught:
        network.publish(Draft("Eine Tür"))
    why = caught.value.why
    assert "Bad" in why
    assert not [bad for bad in ("\x1b", "\u202e", "\r", "23456789", "anna@") if bad in why]


def test_the_code_and_the_trace_are_told(sandbox: Sandbox) -> None:
    """Whoever asks the platform's support needs both."""
    adapter = networks.adapter("facebook")
    network = adapter.connect(adapter.Options(**given(sandbox, "facebook")))
    body = graph(100, "Kaputt", error_subcode=1234, fbtrace_id="AbC123", error_user_msg="Bitte")
    sandbox.faults.add(Fault("status", status=400, body=body[1]))
    with pytest.raises(Rejected, match=r"“Bitte – Kaputt” \(code 100/1234, trace AbC123\)"):
        network.publish(Draft("Eine Tür"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["error", "code", "message", "errors", "detail", "type", "data", "id", "title"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
HEADERS = st.dictionaries(
    st.sampled_from(
        [
            "x-business-use-case-usage",
            "retry-after",
            "x-rate-limit-reset",
            "x-rate-limit-remaining",
            "date",
        ]
    ),
    st.text(max_size=12) | JSON.map(json.dumps),
)


@each(status=st.integers(100, 599), body=JSON, headers=HEADERS, write=st.booleans())
def test_no_answer_breaks_the_judge(
    status: int, body: object, headers: dict[str, str], write: bool
) -> None:
    """Whatever comes, it is an answer or one of the troubles; a refusal never passes as success."""
    answer = Answer(status, headers, json.dumps(body))
    for judge in (graph_troubles.judge, x_troubles.judge):
        judged = outcome(judge, answer, write)
        if isinstance(judged, Trouble):
            assert judged.why
            assert 0 < getattr(judged, "seconds", 1) <= 86_400
        else:
            assert 200 <= status < 300
            assert json.dumps(judged) == (json.dumps(body) if status != 204 else "{}")


def outcome(judge: Callable[..., object], answer: Answer, write: bool) -> object:
    try:
        return judge(answer, write=write)
    except Trouble as trouble:
        return trouble


@each(parts=st.lists(st.text(max_size=400), max_size=3))
def test_quoted_words_are_one_short_line(parts: list[str]) -> None:
    line = quoted(*parts)
    assert 0 < len(line) <= LONGEST
    assert line == " ".join(line.split())


WORDS = st.sampled_from(
    [
        "Yusuf",
        "sucht",
        "„Arbeit“",
        "&",
        "<3",
        "&amp;",
        "Köln,",
        "👋🏽",
        "#Türöffner",
        "\n",
        " ",
        "عمل",
        "Caritas.de",
        "http://example.org",
        "https://example.com/a?b=1&c=2",
        "(example.de/x/).",
    ]
)


def answered(text: str, *urls: tuple[str, str, str]) -> dict[str, Any]:
    """A post as X's API answers it; each URL is the short, the expanded and the shown one."""
    listed = [{"url": s, "expanded_url": e, "display_url": d} for s, e, d in urls]
    return {"id": "1228393702244134912", "text": text, "entities": {"urls": listed}}


BLOG = "https://blog.twitter.com/developer/en_us/topics/tips/2020/how-to-analyze-the-sentiment"
GIVEN_BACK = {
    "line breaks": (
        "What did the developer write in the card?\n  \nwhile(true) {\n    I = Love;\n}",
        answered("What did the developer write in the card?\n  \nwhile(true) {\n    I = Love;\n}"),
    ),
    "three signs escaped": (
        "Früh- & Spätschicht, 3 < 5 > 2, \"gern\" 'auch' so",
        answered("Früh- &amp; Spätschicht, 3 &lt; 5 &gt; 2, \"gern\" 'auch' so"),
    ),
    "an entity as typed": ("so: &amp; und &lt;", answered("so: &amp;amp; und &amp;lt;")),
    "a long address": (
        f"Learn how to create a sentiment score for your Tweets.\n{BLOG}",
        answered(
            "Learn how to create a sentiment score for your Tweets.\nhttps://t.co/IKM3zo6ngu",
            ("https://t.co/IKM3zo6ngu", BLOG, "blog.twitter.com/developer/en_u…"),
        ),
    ),
    "a bare domain": (
        "Mehr auf Caritas.de, bitte",
        answered(
            "Mehr auf https://t.co/a1B2c3D4e5, bitte",
            ("https://t.co/a1B2c3D4e5", "http://Caritas.de", "Caritas.de"),
        ),
    ),
    "a slash added": (
        "Siehe https://example.org!",
        answered(
            "Siehe https://t.co/a1B2c3D4e5!",
            ("https://t.co/a1B2c3D4e5", "https://example.org/", "example.org"),
        ),
    ),
    "a query": (
        "https://example.com/a?b=1&c=2 & mehr",
        answered(
            "https://t.co/a1B2c3D4e5 &amp; mehr",
            ("https://t.co/a1B2c3D4e5", "https://example.com/a?b=1&c=2", "example.com/a?b=1&c=2"),
        ),
    ),
    "letters escaped": (
        "https://example.org/tür jetzt",
        answered(
            "https://t.co/a1B2c3D4e5 jetzt",
            ("https://t.co/a1B2c3D4e5", "https://example.org/t%C3%BCr", "example.org/tür"),
        ),
    ),
    "the same twice": (
        "caritas.de oder caritas.de",
        answered(
            "https://t.co/a1B2c3D4e5 oder https://t.co/a1B2c3D4e5",
            ("https://t.co/a1B2c3D4e5", "http://caritas.de", "caritas.de"),
        ),
    ),
}


@pytest.mark.parametrize(
    ("words", "condition"),
    [
        ("Your account is suspended and is not permitted to access this feature.", "suspended"),
        ("To protect our users from spam, this account is temporarily locked.", "suspended"),
        ("You have been permanently suspended.", "suspended"),
        ("App suspended.", "suspended"),
        ("You are not permitted to perform this action.", "permission"),
        ("You have been blocked from replying to this conversation.", None),
        ("You cannot reply: the author of that post has been suspended.", None),
        ("The conversation is locked.", None),
        ("Your account cannot quote a post that is locked.", None),
    ],
    ids=str,
)
def test_what_x_says_of_one_post_is_not_said_of_the_account(
    words: str, condition: str | None
) -> None:
    """Whoever mistakes the one for the other lets all of X rest, or sends on and on."""
    status, body = problem(403, detail=words)
    with pytest.raises((Rejected, NotAuthorised)) as caught:
        x_troubles.judge(Answer(status, {}, json.dumps(body)), write=True)
    assert getattr(caught.value, "condition", None) == condition


@pytest.mark.parametrize(("text", "post"), GIVEN_BACK.values(), ids=GIVEN_BACK.keys())
def test_a_post_as_x_writes_it_is_recognised(text: str, post: dict[str, Any]) -> None:
    """By literal answers, in the shape of X's published ones, not by a library of ours."""
    assert received(post) == sent(text)
    others = [each for each, _post in GIVEN_BACK.values() if each != text]
    assert received(post) not in map(sent, others)


def test_another_address_behind_the_same_words_is_another_post() -> None:
    short = "https://t.co/a1B2c3D4e5"
    post = answered(f"Mehr auf {short}", (short, "http://diakonie.de", "diakonie.de"))
    assert received(post) != sent("Mehr auf caritas.de")
    assert received({"text": f"Mehr auf {short}"}) != sent("Mehr auf caritas.de")


@each(words=st.lists(WORDS, min_size=1, max_size=12))
def test_what_x_gives_back_is_recognised(words: list[str]) -> None:
    """X's own rules for giving a text back, played by the sandbox, are undone."""
    text = " ".join(words)
    shown, links = given_back(taken(text), "1234567890123456789")
    post = {"text": shown, "entities": {"urls": [link.as_entity() for link in links]}}
    assert received(post) == sent(text)
    assert received(post | {"text": shown + " x"}) != sent(text)


def test_x_counts_and_charges_by_its_own_rules() -> None:
    """Weights by X's published examples; a bare domain is a link, a mail address is not."""
    assert length("Hello, world! 👋") == 16
    assert (length("ü" * 280), length("漢字" * 70), length("👨‍👩‍👧")) == (280, 280, 2)
    assert length("Mehr auf caritas.de") == len("Mehr auf ") + 23
    assert has_url("Mehr auf caritas.de")
    assert not has_url("Türen öffnen. Wer hilft?")
    assert not has_url("anna@example.org")


def test_the_price_on_x_is_by_configuration(sandbox: Sandbox) -> None:
    adapter = networks.adapter("x")
    prices = {"post": 0.02, "post_with_url": 0.3}
    options = adapter.Options.model_validate(given(sandbox, "x") | {"prices": prices})
    x = adapter.connect(options)
    assert (x.price("Türen auf"), x.price("Türen auf: caritas.de")) == (0.02, 0.3)


def test_waiting_on_x_counts_by_the_platforms_clock(sandbox: Sandbox) -> None:
    """A clock that is a day off must not turn five minutes into a day, or into nothing."""
    for off in (timedelta(), timedelta(days=1), timedelta(days=-1)):
        theirs = sandbox.clock.now() + off
        headers = {
            "date": format_datetime(theirs),
            "x-rate-limit-reset": str(int(theirs.timestamp()) + 300),
            "x-rate-limit-remaining": "0",
            "x-app-limit-24hour-reset": str(int(theirs.timestamp()) + 80_000),
            "x-app-limit-24hour-remaining": "17",
        }
        assert 298 <= x_troubles.wait(headers) <= 301
        headers["x-app-limit-24hour-remaining"] = "0"
        assert 79_998 <= x_troubles.wait(headers) <= 80_001


@pytest.mark.parametrize("status", [400, 403, 429, 503])
def test_x_may_tell_a_limit_with_any_status(status: int) -> None:
    """It ends when X says so; what is used up for the month is for a person to end."""
    headers = {"x-rate-limit-reset": str(int(time.time()) + 300), "x-rate-limit-remaining": "0"}
    body = json.dumps({"title": "Too Many Requests", "detail": "Slow down."})
    with pytest.raises(RateLimited) as limit:
        x_troubles.judge(Answer(status, headers, body), write=True)
    assert 290 <= limit.value.seconds <= 301
    body = json.dumps({"type": X_TYPES + "usage-capped", "detail": "Usage cap exceeded: Monthly"})
    with pytest.raises(NotAuthorised, match="Usage cap exceeded") as cap:
        x_troubles.judge(Answer(status, headers, body), write=True)
    assert cap.value.condition is Condition.CREDITS


def test_waiting_without_a_hint_is_some_minutes() -> None:
    assert 60 <= graph_troubles.wait({}) <= 900
    assert 60 <= x_troubles.wait({}) <= 900
    assert x_troubles.wait({"retry-after": "33"}) == 33


def test_times_are_read_as_both_platforms_write_them() -> None:
    assert moment("2026-11-23T09:00:00+0000") == moment("2026-11-23T09:00:00.000Z")
    assert moment("2026-11-23T09:00:00Z") == moment("2026-11-23T10:00:00+01:00")
    assert moment("2026-11-23T09:00:00") is None
    assert moment(None) is None


def test_reading_the_configuration_imports_no_vendors_library() -> None:
    """The command line starts quickly: the libraries come with the credentials."""
    code = (
        "import sys; from orchestrator import networks\n"
        "for name in networks.names():\n"
        "    adapter = networks.adapter(name); adapter.connect(adapter.Options()).calls\n"
        "print([m for m in ('requests', 'facebook_business', 'tweepy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_nothing_is_loaded_between_the_intent_and_the_call(name: str, sandbox: Sandbox) -> None:
    """Once connected, a call imports nothing that takes its time."""
    code = (
        "import sys\n"
        "from orchestrator import networks; from orchestrator.ports import Draft\n"
        f"adapter = networks.adapter({name!r})\n"
        f"network = adapter.connect(adapter.Options(**{given(sandbox, name)!r}))\n"
        "before = set(sys.modules)\n"
        "network.publish(Draft('Eine Tür'))\n"
        "print(sorted({m.partition('.')[0] for m in set(sys.modules) - before}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(ast.literal_eval(done.stdout)) <= set(sys.stdlib_module_names)


def test_metas_library_is_left_alone(network: Network) -> None:
    """No process-wide account, and no reporter that posts our crashes to Meta."""
    from facebook_business.api import FacebookAdsApi

    hook = sys.excepthook
    network.standing()
    assert FacebookAdsApi.get_default_api() is None
    assert sys.excepthook is hook
