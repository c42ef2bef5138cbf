"""Reading a page's figures and comments, whatever the Graph API answers, and what that costs."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from contract_terms import Connect, Expect
from hypothesis import given as each
from hypothesis import settings
from hypothesis import strategies as st

from orchestrator.networks.wire.answer import Answer
from orchestrator.networks.wire.graph_asking import Asking
from orchestrator.networks.wire.graph_metrics import COUNTERS, INSIGHTS
from orchestrator.networks.wire.graph_reach import Counting
from orchestrator.networks.wire.graph_replies import hear
from orchestrator.networks.wire.graph_usage import Usage
from orchestrator.ports import Draft, Listening, NotAuthorised, OutcomeUnknown, Trouble
from orchestrator.sandbox.faults import Fault
from orchestrator.sandbox.server import Sandbox

PAGE = "104"
POSTS = ("104_1", "104_2", "104_3")
HELD = frozenset({"1_77", "1_78"})
GONE = {"error": {"code": 100, "error_subcode": 33, "message": "does not exist"}}
Read = tuple[str, dict[str, Any]]


class Scripted:
    """A Graph API that answers each read by a function; counts its calls."""

    overflowed = False

    def __init__(self, answer: Callable[[str, dict[str, Any]], object]) -> None:
        self._answer = answer
        self.calls = 0
        self.usage = Usage()

    def lot(self, reads: Sequence[Read]) -> list[Answer | None]:
        self.calls += 1
        answers = [self._answer(path, params) for path, params in reads]
        return [
            None if told is None else Answer(400 if "error" in str(told) else 200, {}, dumped(told))
            for told in answers
        ]


def dumped(told: object) -> str:
    return json.dumps(told)


def asking(answer: Callable[[str, dict[str, Any]], object]) -> Any:
    return Asking(Scripted(answer))  # type: ignore[arg-type]  # plays the part that is asked


def listen(answer: Callable[[str, dict[str, Any]], object]) -> Any:
    now = datetime(2026, 11, 2, tzinfo=UTC)
    return hear(asking(answer), [Listening(POSTS[0], now, HELD)], PAGE)


def comment(number: int) -> dict[str, Any]:
    return {"id": f"1_{number}", "message": "Tipp", "created_time": "2026-11-02T08:00:00+0000"}


def more(after: str) -> dict[str, Any]:
    return {"cursors": {"after": after}, "next": "https://graph.facebook.com/more"}


WORDS = st.sampled_from(
    [
        *("id", "data", "error", "code", "error_subcode", "message", "paging", "cursors", "after"),
        *("next", "summary", "total_count", "reactions", "comments", "shares", "count", "values"),
        *("value", "name", "from", "parent", "attachment", "created_time", "fan_count"),
    ]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-5, 200)
    | st.text(max_size=6)
    | st.sampled_from(["104_1", "1_77", "2026-11-02T08:00:00+0000", *INSIGHTS])
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=14,
)
ANSWERS = st.lists(JSON | st.just(GONE) | st.none(), min_size=1, max_size=12)


@settings(max_examples=150)
@each(ANSWERS)
def test_no_answer_breaks_the_reading_of_figures(answers: list[object]) -> None:
    """Whatever comes, a figure is a whole number that the answer holds, and names are ours."""
    told = iter(answers * 20)
    counting = Counting(asking(lambda *_: next(told)), PAGE, set())
    counting.read(POSTS)
    for figures in counting.figures.values():
        assert figures
        assert all(type(value) is int and value >= 0 for value in figures.values())
    assert set(counting.unavailable()) <= {*INSIGHTS, *COUNTERS}
    assert set(counting.gone) <= set(POSTS)
    if GONE not in answers:
        assert counting.gone == []


@settings(max_examples=150)
@each(ANSWERS)
def test_no_answer_breaks_the_hearing(answers: list[object]) -> None:
    """Whatever comes, only what the platform denies by its number is gone."""
    told = iter(answers * 500)
    try:
        hearing = listen(lambda *_: next(told))
    except Trouble as trouble:
        assert trouble.why  # noqa: PT017  # either way
        return
    assert len({heard.remote_id for heard in hearing.heard}) == len(hearing.heard)
    assert hearing.gone <= HELD
    if GONE not in answers:
        assert hearing.gone == frozenset()


def test_a_list_without_end_is_left_and_deletes_nothing() -> None:
    """A cursor that is always new, with comments or without, does not hold a pass for ever."""
    asked: list[str] = []

    def endless(path: str, params: dict[str, Any]) -> object:
        asked.append(path)
        return {"data": [comment(len(asked) + 100)], "paging": more(str(len(asked)))}

    hearing = listen(endless)
    assert len(asked) == len(hearing.heard) == 1000
    assert hearing.gone == frozenset()
    assert len(hearing.findings) == 1
    asked.clear()
    hearing = listen(lambda path, _: asked.append(path) or {"data": [], "paging": more(asked[-1])})
    assert len(asked) <= 3
    assert hearing.gone == frozenset()
    assert len(hearing.findings) == 1


def test_the_same_cursor_again_ends_a_list() -> None:
    hearing = listen(lambda *_: {"data": [comment(77)], "paging": more("same")})
    assert [heard.remote_id for heard in hearing.heard] == ["1_77"]
    assert hearing.gone == frozenset()
    assert len(hearing.findings) == 1


def test_a_page_without_entries_hides_no_later_ones() -> None:
    """Comments of people who cannot be read leave empty pages; behind them are others."""

    def gappy(path: str, params: dict[str, Any]) -> object:
        page = int(params.get("after", 0))
        entries = [comment(77), comment(78)] if page == 2 else []
        return {"data": entries, "paging": more(str(page + 1)) if page < 2 else {}}

    assert {heard.remote_id for heard in listen(gappy).heard} == HELD


def test_a_platform_that_finds_every_page_too_large_is_left() -> None:
    """Smaller pages are tried, but not for ever; the other reads of a call are not asked again."""
    limits: list[int] = []
    why = "Please reduce the amount of data you're asking for, then retry your request"

    def refused(path: str, params: dict[str, Any]) -> object:
        limits.append(params["limit"])
        return {"error": {"code": 1, "message": why}}

    with pytest.raises(OutcomeUnknown):
        listen(refused)
    assert limits == [100, 50, 25, 12, 6, 3]


@pytest.mark.parametrize("lost", ["id", "created_time"])
def test_a_comment_without_id_or_time_makes_its_list_incomplete(lost: str) -> None:
    """It may be the one that is missed: the others are kept, and a person is told."""
    odd = {name: value for name, value in comment(78).items() if name != lost}
    hearing = listen(lambda *_: {"data": [comment(77), odd]})
    assert [heard.remote_id for heard in hearing.heard] == ["1_77"]
    assert hearing.gone == frozenset()
    assert len(hearing.findings) == 1


def test_a_limit_on_one_read_of_a_lot_ends_the_asking() -> None:
    """The platform counts each read of a call; to go on would only make the wait longer."""
    posts = [f"104_{number}" for number in range(120)]
    limit = {"error": {"code": 32, "message": "Page request limit reached"}}
    counters = {"reactions": {"summary": {"total_count": 2}}}

    def told(path: str, params: dict[str, Any]) -> object:
        return limit if path == posts[7] else {"id": path, **counters}

    graph = Scripted(told)
    counting = Counting(Asking(graph), PAGE, set())  # type: ignore[arg-type]  # plays the part
    counting.read(posts)
    assert graph.calls == 1
    assert set(counting.figures) == set(posts[:50]) - {posts[7]}
    assert not counting.gone


def test_the_answer_about_another_post_is_no_figure() -> None:
    """A post that nobody shared has no such field; an answer without the post is not that."""
    for other in ({"id": "104_9"}, {}, {"data": {"shares": {"count": 3}}}):
        counting = Counting(asking(lambda *_, other=other: other), PAGE, set())
        counting.read(POSTS)
        assert counting.figures == {}
    counting = Counting(asking(lambda path, _: {"id": path}), PAGE, set())
    counting.read(POSTS)
    assert counting.figures == {post: {"shares": 0} for post in POSTS}


@pytest.mark.parametrize("answer", [None, {"error": {"code": 2}}, {"id": "1_99"}, {"data": []}])
def test_what_is_not_denied_is_not_gone(answer: object) -> None:
    """The list came to its end without them; only the answer 100/33 says that they went."""

    def told(path: str, params: dict[str, Any]) -> object:
        return {"data": []} if path.endswith("/comments") else answer

    assert listen(told).gone == frozenset()
    assert listen(lambda p, _: {"data": []} if p.endswith("/comments") else GONE).gone == HELD


def test_a_held_id_that_is_none_becomes_no_address() -> None:
    asked: list[str] = []
    now = datetime(2026, 11, 2, tzinfo=UTC)
    strange = frozenset({"../me", "1_2?fields=x", "١_٢", ""})
    answer = asking(lambda path, _: asked.append(path) or {"data": []})
    assert hear(answer, [Listening(POSTS[0], now, strange)], PAGE).gone == frozenset()
    assert asked == [f"{POSTS[0]}/comments"]


@pytest.mark.parametrize("name", ["facebook"])
def test_standing_tells_what_collecting_will_lack(
    connect: Connect, sandbox: Sandbox, expect: Expect
) -> None:
    """Before the first reply is missed; a post can be taken down without."""
    network: Any = connect()
    post, live = (network.publish(Draft(f"Tür {n}")).remote_id for n in "ab")
    posting = ["pages_manage_posts", "pages_read_engagement"]
    sandbox.configure({"facebook": {"permissions": posting}})
    assert network.standing().missing == ("pages_read_user_content", "read_insights")
    network.takedown(post)
    network.takedown(post)
    with expect(NotAuthorised) as caught:
        network.replies([Listening(live, datetime.now(UTC))], None)
    assert "pages_read_user_content" in caught.value.why


@pytest.mark.parametrize("name", ["facebook"])
def test_posts_that_are_gone_are_no_trouble_of_the_network(connect: Connect) -> None:
    """A person is told, and the account goes on."""
    network: Any = connect()
    post = network.publish(Draft("Eine Tür")).remote_id
    network.takedown(post)
    hearing = network.replies([Listening(post, datetime.now(UTC), HELD)], None)
    assert (hearing.heard, hearing.gone) == ([], frozenset())
    assert "no such post" in hearing.findings[0]


@pytest.mark.parametrize("name", ["facebook"])
def test_a_token_that_may_not_look_never_says_gone(connect: Connect, sandbox: Sandbox) -> None:
    """The answer for a post that is gone is the one for a post that may not be seen; with figures
    of others in hand, the doubt costs nothing but the doubtful."""
    network: Any = connect()
    gone, kept = (network.publish(Draft(f"Tür {n}")).remote_id for n in "ab")
    network.takedown(gone)
    reading = ["pages_read_engagement", "pages_read_user_content", "read_insights"]
    sandbox.configure({"facebook": {"permissions": reading}})
    readings = network.reach([gone, kept])
    assert set(readings.figures) == {kept}
    assert readings.gone == frozenset()


@pytest.mark.parametrize("name", ["facebook"])
def test_reading_back_never_finds_a_post_of_another_page(
    connect: Connect, sandbox: Sandbox, expect: Expect
) -> None:
    """Ours could not be reached under its number; and whoever left it out would post again."""
    network = connect()
    told = {"id": "999_7", "message": "Eine Tür", "is_published": True}
    sandbox.faults.add(Fault("status", path="/published_posts$", status=200, body={"data": [told]}))
    with expect(OutcomeUnknown):
        network.find("Eine Tür", sandbox.clock.now())
