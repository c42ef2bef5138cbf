"""What only X does when figures and replies are read: marks, searches, versions, bills."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from time import monotonic
from typing import Any

import pytest
from contract_terms import Connect, Expect, given
from hypothesis import given as each
from hypothesis import strategies as st
from test_reach_and_replies import People, send, words

from orchestrator import networks
from orchestrator.networks.wire import x_reading
from orchestrator.networks.wire.x_hearing import LONGEST_QUERY, queries
from orchestrator.networks.wire.x_pages import Page
from orchestrator.networks.wire.x_voices import later_versions, voices
from orchestrator.networks.wire.x_voices import words as words_of
from orchestrator.ports import (
    Draft,
    Listening,
    NotAuthorised,
    OutcomeUnknown,
    RateLimited,
    Readings,
    Trouble,
    Unavailable,
    Unreadable,
)
from orchestrator.sandbox.faults import Fault
from orchestrator.sandbox.http import Request
from orchestrator.sandbox.server import Sandbox
from orchestrator.sandbox.x import OWNER_ID

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MENTIONS, SEARCH, LOOK_UP = "/mentions$", "/search/recent$", "/2/tweets$"
OWN = "/users/[0-9]+/tweets$"


@pytest.fixture(params=["x"])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def people(sandbox: Sandbox) -> People:
    return People(sandbox, "x")


@pytest.fixture
def knobs(sandbox: Sandbox) -> Callable[..., None]:
    return lambda **options: sandbox.configure({"x": options})


@pytest.fixture
def asked(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """Every call that reaches the sandbox from now on."""
    seen: list[Request] = []
    serve = sandbox.serve
    monkeypatch.setattr(sandbox, "serve", lambda call: seen.append(call) or serve(call))
    return seen


def paths(asked: list[Request]) -> list[str]:
    """What was asked, in a word each."""
    return [call.path.rpartition("/")[2] for call in asked]


def listening(
    people: People, *posts: str, held: set[str] | None = None, counted: int | None = 0
) -> list[Listening]:
    since, said = people.sandbox.clock.now() - timedelta(minutes=5), people.said()
    mine = held or set()
    return [
        Listening(p, since, frozenset(h for h in mine if said[h]["post"] == p), counted)
        for p in posts
    ]


# --- the mark -------------------------------------------------------------------------------


def test_a_hearing_goes_on_where_the_last_one_ended(
    network: Any, people: People, asked: list[Request]
) -> None:
    """Nothing is paid for twice: the mark is the newest mention, and what is known is not
    searched for."""
    [post] = send(network)
    [first] = people.say({"post": post, "text": "Eins"})
    asked.clear()
    one = network.replies(listening(people, post, counted=1), None)
    assert (words(one.heard), one.until) == ({first: "Eins"}, first)
    [second] = people.say({"post": post, "text": "Zwei"})
    two = network.replies(listening(people, post, counted=2, held={first}), one.until)
    assert (words(two.heard), two.until) == ({second: "Zwei"}, second)
    three = network.replies(listening(people, post, counted=2, held={first, second}), two.until)
    assert (three.heard, three.until) == ([], second)
    assert paths(asked) == ["mentions"] * 3
    marks = [call.query["since_id"][0] for call in asked]
    assert marks == [post, str(int(first) - 1), str(int(first) - 1)]


def test_a_first_mark_is_set_though_nobody_spoke(network: Any, people: People) -> None:
    """So what comes between this hearing and one that lists only later posts is not lost."""
    early = send(network)[0]
    until = network.replies(listening(people, early), None).until
    [said] = people.say({"post": early, "text": "Früh"})
    late = network.publish(Draft("Noch eine Tür")).remote_id
    hearing = network.replies(listening(people, late), until)
    assert words(hearing.heard) == {said: "Früh"}
    assert [heard.post for heard in hearing.heard] == [early]


def test_without_posts_and_mark_there_is_nothing_to_ask(network: Any) -> None:
    assert network.replies([], None).until is None
    assert network.calls == 0
    assert network.replies([], "12").until == "12"
    assert network.calls == 1


# --- whose it is ----------------------------------------------------------------------------


def test_who_only_names_us_is_a_mention(network: Any, people: People, sandbox: Sandbox) -> None:
    """Also in the threads of others; in ours everything is a reply."""
    post, other = send(network, 2)
    sandbox.configure({"x": {"replies": [{"text": "Sucht ihr noch?", "author": "Ali Demir"}]}})
    [heard] = network.replies(listening(people, post), None).heard
    assert (heard.channel, heard.post, heard.parent) == ("mention", None, None)
    assert (heard.author, heard.text) == ("@ali_demir", "@sandbox_doors Sucht ihr noch?")
    sandbox.configure({"x": {"replies": [{"parent": heard.remote_id, "text": "Ja, beim Bäcker"}]}})
    [_, answer] = sorted(
        network.replies(listening(people, post), None).heard, key=lambda h: h.remote_id
    )
    assert (answer.channel, answer.post, answer.parent) == ("mention", None, heard.remote_id)
    [reply] = people.say({"post": other, "text": "Hier"})
    people.say({"parent": reply, "text": "Und hier"})
    later = network.replies(listening(people, post), answer.remote_id).heard
    assert [(h.channel, h.post) for h in later] == [("reply", other)] * 2


def test_a_thread_that_cannot_be_asked_for_is_heard_next_time(
    network: Any, people: People, sandbox: Sandbox
) -> None:
    """Rather late than under the wrong post for ever."""
    post, other = send(network, 2)
    [reply] = people.say({"post": other, "text": "Hier", "mention": False})
    [deeper] = people.say({"parent": reply, "text": "Und hier"})
    sandbox.faults.add(Fault("status", path=LOOK_UP, status=503))
    hearing = network.replies(listening(people, post), None)
    assert (list(hearing.heard), hearing.until, len(hearing.findings)) == ([], None, 1)
    [heard] = network.replies(listening(people, post), hearing.until).heard
    assert (heard.remote_id, heard.post, heard.parent) == (deeper, other, reply)


def test_what_we_say_ourselves_is_not_heard(network: Any, people: People) -> None:
    [post] = send(network)
    [tip] = people.say({"post": post, "text": "Schaut bei Hut & Co."})
    people.say({"parent": tip, "text": "@sandbox_doors dankt", "author_id": OWNER_ID})
    assert set(words(network.replies(listening(people, post, counted=None), None).heard)) == {tip}


# --- the search -----------------------------------------------------------------------------


def test_who_does_not_name_us_is_searched_for(
    network: Any, people: People, asked: list[Request]
) -> None:
    """Where X counts more than we know, at any depth, and nowhere else."""
    quiet, loud = send(network, 2)
    [open_one] = people.say({"post": quiet, "text": "Mit Namen"})
    [silent] = people.say({"post": loud, "text": "Ohne Namen", "mention": False})
    [deep] = people.say({"parent": open_one, "text": "Tief", "mention": False})
    [private] = people.say({"post": loud, "text": "Nur für mich", "private": True})
    counts = network.reach([quiet, loud]).figures
    assert [counts[post]["reply_count"] for post in (quiet, loud)] == [1, 2]
    asked.clear()
    posts = [
        *listening(people, quiet, counted=1),
        *listening(people, loud, counted=2),
    ]
    assert set(words(network.replies(posts, None).heard)) == {open_one, silent, deep}
    assert paths(asked) == ["mentions", "recent"]
    [search] = asked[1].query["query"]
    assert f"conversation_id:{quiet}" in search
    assert search.endswith(f"-from:{OWNER_ID}")
    asked.clear()
    held = {open_one, deep}
    again = network.replies(listening(people, quiet, counted=1, held=held), deep)
    assert (again.heard, paths(asked)) == ([], ["mentions", "tweets"])
    assert private not in held


def test_nothing_is_searched_for_where_x_did_not_count(
    network: Any, people: People, asked: list[Request]
) -> None:
    """Not said is not more than we hold; each post found would have to be paid for."""
    [post] = send(network)
    [loud] = people.say({"post": post, "text": "Mit Namen"})
    people.say({"post": post, "text": "Ohne Namen", "mention": False})
    asked.clear()
    hearing = network.replies(listening(people, post, counted=None), None)
    assert set(words(hearing.heard)) == {loud}
    assert paths(asked) == ["mentions"]


@pytest.fixture
def week() -> Iterator[Sandbox]:
    """A sandbox whose time only moves when told to."""
    with Sandbox(start=START, speed=0) as sandbox:
        yield sandbox


@pytest.mark.parametrize("told", [True, False], ids=["by the clock", "by what was said last"])
def test_older_posts_are_not_searched(week: Sandbox, told: bool) -> None:
    """X has forgotten them there; asking would be for nothing."""
    adapter: Any = networks.adapter("x")
    clock = week.clock if told else None
    network = adapter.connect(adapter.Options(**given(week, "x")), clock=clock)
    old, said = network.publish(Draft("Alt")).remote_id, People(week, "x")
    said.say({"post": old, "text": "Ohne Namen", "mention": False})
    week.clock.advance(6 * DAY)
    assert len(network.replies([Listening(old, START, counted=1)], None).heard) == 1
    week.clock.advance(2 * DAY)
    new = network.publish(Draft("Neu")).remote_id
    before = network.calls
    posts = [Listening(old, START, counted=1), Listening(new, week.clock.now(), counted=0)]
    assert network.replies(posts, None).heard == []
    assert network.calls == before + 1


@each(st.lists(st.integers(10**18, 10**19 - 1).map(str), unique=True, max_size=80))
def test_searches_are_as_long_as_x_takes_and_miss_nobody(ids: list[str]) -> None:
    asked = list(queries(ids, OWNER_ID))
    assert all(len(query) <= LONGEST_QUERY for query in asked)
    assert re.findall(r"conversation_id:(\d+)", " ".join(asked)) == ids
    assert len(asked) == -(-len(ids) // 12)


# --- what became of what we hold ------------------------------------------------------------


def test_only_what_its_author_withdrew_is_gone(
    network: Any, people: People, sandbox: Sandbox, knobs: Callable[..., None]
) -> None:
    """Deleted, or shown to followers only; not what cannot be fetched just now."""
    [post] = send(network)
    kept, deleted, away = people.say(*({"post": post, "text": t} for t in ("a", "b", "c")))
    [hidden] = people.say({"post": post, "text": "d", "private": True})
    held = {kept, deleted, away, hidden}
    people.change(deleted, deleted=True)
    knobs(unavailable=[away])
    hearing = network.replies(listening(people, post, counted=4, held=held), hidden)
    assert hearing.gone == {deleted, hidden}
    assert not hearing.findings


def test_deletions_are_found_at_the_price_of_mentions(week: Sandbox, asked: list[Request]) -> None:
    """Day after day: whoever still stands among the mentions costs an owned read; whoever deleted
    or hid what they said, and whoever named nobody, is looked up. Nothing is said twice."""
    adapter: Any = networks.adapter("x")
    network = adapter.connect(adapter.Options(**given(week, "x")), clock=week.clock)
    people, [post] = People(week, "x"), send(network)
    said = people.say(*({"post": post, "text": f"Tipp {n}"} for n in range(150)))
    [silent] = people.say({"post": post, "text": "Leise", "mention": False})
    first = network.replies(listening(people, post, counted=151), None)
    assert set(words(first.heard)) == {*said, silent}
    week.clock.advance(DAY)
    people.change(said[3], deleted=True)
    [hidden] = people.say({"post": post, "text": "Für Freunde", "private": True})
    before, calls, held = network.spent, network.calls, {*said, silent, hidden}
    again = network.replies(listening(people, post, counted=150, held=held), first.until)
    assert (again.heard, again.gone, again.findings) == ([], {said[3], hidden}, ())
    assert again.until == first.until
    assert network.spent - before == pytest.approx(149 * 0.001 + 0.005)
    assert network.calls - calls == 3


def test_what_was_let_go_of_is_not_heard_again(network: Any, people: People) -> None:
    """Reading back to a reply that is held passes others that were erased meanwhile."""
    [post] = send(network)
    kept, erased, new = people.say(*({"post": post, "text": t} for t in ("a", "b", "c")))
    hearing = network.replies(listening(people, post, counted=2, held={kept}), erased)
    assert set(words(hearing.heard)) == {new}
    assert (hearing.gone, hearing.until) == (frozenset(), new)


def test_a_look_up_that_fails_deletes_nothing(
    network: Any, people: People, sandbox: Sandbox
) -> None:
    """And costs nobody else: of 150 held replies, 100 are looked up in the next call."""
    [post] = send(network)
    said = people.say(*({"post": post, "text": f"{n}", "mention": False} for n in range(150)))
    for each_one in (said[0], said[-1]):
        people.change(each_one, deleted=True)
    sandbox.faults.add(Fault("status", path=LOOK_UP, status=503))
    posts = listening(people, post, counted=150, held=set(said))
    hearing = network.replies(posts, said[-1])
    assert hearing.gone == {said[-1]}
    assert len(hearing.findings) == 1
    assert network.replies(posts, said[-1]).gone == {said[0], said[-1]}


def test_what_is_heard_is_not_gone(network: Any, people: People, sandbox: Sandbox) -> None:
    """Where X contradicts itself, whoever is heard is there."""
    [post] = send(network)
    [silent] = people.say({"post": post, "text": "Leise", "mention": False})
    error = {"type": "https://api.x.com/2/problems/resource-not-found", "parameter": "ids"}
    body: dict[str, Any] = {"errors": [error | {"resource_id": silent}]}
    sandbox.faults.add(Fault("status", path=LOOK_UP, status=200, body=body))
    hearing = network.replies(listening(people, post, counted=1, held={silent}), post)
    assert (set(words(hearing.heard)), hearing.gone) == ({silent}, frozenset())


@pytest.mark.parametrize("names", ["old", "new", "only new"])
def test_an_edited_reply_stays_one_reply(
    network: Any, people: People, sandbox: Sandbox, knobs: Callable[..., None], names: str
) -> None:
    """X gives each version a number; ours is the first one's, the words are the newest."""
    knobs(names=names)
    [post] = send(network)
    [loud] = people.say({"post": post, "text": "Erst", "author": "Ada"})
    [silent] = people.say({"post": post, "text": "Leise", "mention": False})
    first = network.replies(listening(people, post, counted=2), None)
    assert words(first.heard) == {loud: "Erst", silent: "Leise"}
    began = {heard.remote_id: heard.at for heard in first.heard}
    sandbox.clock.advance(timedelta(minutes=5))
    people.change(loud, text="Dann")
    people.change(silent, text="Lauter")
    people.change(silent, text="Am lautesten")
    hearing = network.replies(listening(people, post, counted=2, held={loud, silent}), first.until)
    assert words(hearing.heard) == {loud: "Dann", silent: "Am lautesten"}
    for heard in hearing.heard:
        assert heard.at == began[heard.remote_id]
        assert heard.edited_at is not None
        assert heard.edited_at - heard.at >= timedelta(minutes=5)
        assert heard.post == post
        assert not heard.permalink.endswith(heard.remote_id)
    assert hearing.gone == frozenset()


@pytest.mark.parametrize("newest_first", [True, False])
def test_of_two_versions_the_newest_counts(
    network: Any, sandbox: Sandbox, newest_first: bool
) -> None:
    """Also when a list that lags behind has the older one as well."""
    versions = [
        {
            "id": number,
            "text": text,
            "created_at": f"2026-11-02T08:{number}:00.000Z",
            "edit_history_tweet_ids": ["21", "22"],
        }
        for number, text in {"21": "Erst", "22": "Dann"}.items()
    ]
    body: dict[str, Any] = {"data": versions[:: -1 if newest_first else 1], "meta": {}}
    sandbox.faults.add(Fault("status", path=MENTIONS, status=200, body=body))
    hearing = network.replies([], "20")
    assert words(hearing.heard) == {"21": "Dann"}
    assert hearing.until == "22"


# --- troubles in the middle -----------------------------------------------------------------


def many(people: People, network: Any) -> tuple[str, list[str]]:
    """A post with more mentions than a page has, and one reply that does not name us."""
    [post] = send(network)
    said = people.say(*({"post": post, "text": f"Tipp {n}"} for n in range(120)))
    return post, said + people.say({"post": post, "text": "Leise", "mention": False})


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        ({"credits": 0.05}, NotAuthorised),
        ({"limits": {"getUsersMentions": {"user": 1}}}, RateLimited),
    ],
    ids=["out of credits", "rate limit"],
)
def test_what_came_before_the_end_is_kept(
    network: Any,
    people: People,
    knobs: Callable[..., None],
    trouble: dict[str, Any],
    kind: type[Trouble],
) -> None:
    """Nothing more is asked, the mark stays, and a person is told; who asks knows to rest."""
    post, said = many(people, network)
    knobs(**trouble)
    before = network.calls
    hearing = network.replies(listening(people, post, counted=121, held={said[3]}), None)
    # A window that is used up is not asked of; money shows only when it is asked for.
    assert network.calls == before + (1 if kind is RateLimited else 2)
    assert set(words(hearing.heard)) == set(said[20:120])
    assert (hearing.until, hearing.gone) == (None, frozenset())
    assert len(hearing.findings) == 1
    assert "planned" not in hearing.findings[0]
    assert type(hearing.ended) is kind


def test_a_limit_on_searching_costs_only_the_search(
    network: Any, people: People, knobs: Callable[..., None]
) -> None:
    post, said = many(people, network)
    knobs(limits={"searchPostsRecent": {"user": 0}})
    people.change(said[0], deleted=True)
    hearing = network.replies(listening(people, post, counted=121, held={said[0]}), said[1])
    assert set(words(hearing.heard)) == set(said[2:120])
    assert (hearing.until, hearing.gone) == (said[119], {said[0]})
    assert len(hearing.findings) == 1
    assert isinstance(hearing.ended, RateLimited)


@pytest.mark.parametrize(
    "fault",
    [
        Fault("html", path=MENTIONS),
        Fault("status", path=MENTIONS, status=403, body={"detail": "No."}),
    ],
    ids=["no answer", "refused"],
)
def test_mentions_that_fail_cost_only_themselves(
    network: Any, people: People, sandbox: Sandbox, fault: Fault
) -> None:
    post, said = many(people, network)
    sandbox.faults.add(fault)
    hearing = network.replies(listening(people, post, counted=121), said[5])
    assert set(words(hearing.heard)) == set(said)
    assert hearing.until == said[5]
    assert (len(hearing.findings), hearing.ended) == (1, None)


def test_what_is_refused_is_not_asked_for_every_post(
    network: Any,
    people: People,
    sandbox: Sandbox,
    asked: list[Request],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One search instead of three, and the next one after most of a day; the rest is heard."""
    posts = send(network, 30)
    [said] = people.say({"post": posts[0], "text": "Tipp"})
    fault = Fault("status", path=SEARCH, status=403, body={"detail": "No."}, times=9)
    sandbox.faults.add(fault)
    asked.clear()
    hearing = network.replies(listening(people, *posts, counted=2), None)
    assert (set(words(hearing.heard)), hearing.ended) == ({said}, None)
    assert ["“No”" in finding for finding in hearing.findings] == [True]
    assert not network.replies(listening(people, *posts, counted=2), hearing.until).findings
    assert paths(asked).count("recent") == 1
    later = monotonic() + x_reading.REFUSED_FOR
    monkeypatch.setattr(x_reading, "monotonic", lambda: later)
    network.replies(listening(people, *posts, counted=2), hearing.until)
    assert paths(asked).count("recent") == 2


def test_a_refusal_of_all_is_told_to_who_asks(network: Any, sandbox: Sandbox) -> None:
    """So that it is not asked again at once."""
    [post] = send(network)
    sandbox.faults.add(Fault("status", path=MENTIONS, status=403, body={"detail": "No."}))
    hearing = network.replies([Listening(post, START)], None)
    assert (type(hearing.ended), hearing.until) == (Unreadable, None)


def test_a_page_with_gaps_moves_no_mark(
    network: Any, people: People, knobs: Callable[..., None]
) -> None:
    """What it left out is asked for again."""
    post, said = many(people, network)
    knobs(pages="truncate")
    hearing = network.replies(listening(people, post, counted=121), None)
    missing = set(said) - set(words(hearing.heard))
    assert missing
    assert hearing.until is None
    assert len(hearing.findings) == 1
    knobs(pages="")
    hearing = network.replies(listening(people, post, counted=121), hearing.until)
    assert set(words(hearing.heard)) == set(said)
    assert hearing.until == said[119]


@pytest.mark.parametrize(
    "body",
    [
        {"data": [{"id": "1"}, {"text": "a"}, 7], "meta": {"result_count": 3}},
        {"meta": {"result_count": 0}, "errors": [{"type": "https://x.com/problems/internal"}]},
        {"meta": {"result_count": 0, "next_token": "again"}},
        {"data": [], "includes": []},
        {"errors": [{"type": "https://api.x.com/2/problems/resource-not-found"}]},
        {"data": {}, "meta": {}},
    ],
    ids=["no posts", "another error", "a circle", "no meta", "no account", "no list"],
)
def test_a_list_that_makes_no_sense_moves_no_mark(
    network: Any, people: People, sandbox: Sandbox, body: Any
) -> None:
    [post] = send(network)
    said = people.say({"post": post, "text": "Tipp"})
    sandbox.faults.add(Fault("status", path=MENTIONS, status=200, body=body, times=2))
    before = network.calls
    hearing = network.replies(listening(people, post, counted=1), "17")
    assert (set(words(hearing.heard)), hearing.until) == (set(said), "17")
    assert len(hearing.findings) == 1
    assert network.calls - before <= 3


def test_when_nothing_can_be_read_there_is_no_silence(
    network: Any, people: People, sandbox: Sandbox, expect: Expect
) -> None:
    post, said = many(people, network)
    for kind, fault in {
        OutcomeUnknown: Fault("status", status=503, times=9),
        NotAuthorised: Fault("status", status=402, times=9),
        RateLimited: Fault("status", status=429, times=9),
    }.items():
        sandbox.faults.add(fault)
        with expect(kind):
            network.replies(listening(people, post, counted=121, held=set(said)), None)
        with expect(kind):
            network.reach([post])
        sandbox.faults.clear()


# --- figures --------------------------------------------------------------------------------


@pytest.mark.parametrize("names", ["old", "new", "only new"])
def test_figures_have_the_same_names_whatever_x_calls_them(
    network: Any, knobs: Callable[..., None], names: str
) -> None:
    [post] = send(network)
    seen = dict.fromkeys(("retweet_count", "reply_count", "like_count", "quote_count"), 2)
    seen |= {"bookmark_count": 1, "impression_count": 400}
    knobs(names=names, metrics={post: seen})
    assert network.reach([post]) == Readings({post: seen})


def test_a_metric_that_x_no_longer_tells_is_not_zero(network: Any, sandbox: Sandbox) -> None:
    told = {"like_count": 3, "impression_count": "many"}
    body: dict[str, Any] = {"data": [{"id": "1", "text": "a", "public_metrics": told}]}
    sandbox.faults.add(Fault("status", status=200, body=body))
    readings = network.reach(["1", "2"])
    assert readings.figures == {"1": {"like_count": 3}}
    assert set(readings.unavailable.values()) == {Unavailable.VANISHED}
    assert set(readings.unavailable) >= {"impression_count", "retweet_count"}
    denied = {"type": "https://api.x.com/2/problems/not-authorized-for-field", "resource_id": "1"}
    body = {"data": [{"id": "1", "text": "a"}], "errors": [denied]}
    sandbox.faults.add(Fault("status", status=200, body=body))
    readings = network.reach(["1"])
    assert readings.figures == {}
    assert set(readings.unavailable.values()) == {Unavailable.NOT_PERMITTED}


def test_figures_come_100_a_call_and_what_failed_is_left_out(
    network: Any, sandbox: Sandbox, knobs: Callable[..., None]
) -> None:
    knobs(limits={"createPosts": {"user": 500}})
    posts = send(network, 201)
    before = network.calls
    assert set(network.reach(posts).figures) == set(posts)
    assert network.calls == before + 3
    sandbox.faults.add(Fault("slow", path=OWN, seconds=0))
    sandbox.faults.add(Fault("status", path=OWN, status=503))
    assert network.reach(posts) == Readings(network.reach(posts).figures)
    sandbox.faults.add(Fault("status", path=OWN, status=503))
    sandbox.faults.add(Fault("slow", path=LOOK_UP, seconds=0))
    sandbox.faults.add(Fault("status", path=LOOK_UP, status=503))
    readings = network.reach(posts)
    assert set(readings.figures) == {*posts[101:], posts[0]}
    assert readings.gone == frozenset()
    sandbox.faults.add(Fault("slow", seconds=0))
    sandbox.faults.add(Fault("status", status=429))
    before = network.calls
    readings = network.reach(posts)
    assert set(readings.figures) == set(posts[101:])
    assert isinstance(readings.ended, RateLimited)
    assert network.calls == before + 2


def test_only_not_found_is_gone(network: Any, sandbox: Sandbox) -> None:
    problems = "https://api.twitter.com/2/problems/"
    kinds = {"1": "resource-not-found", "2": "not-authorized-for-resource", "3": "internal-error"}
    errors: list[Any] = [
        {"type": problems + kind, "resource_id": post, "parameter": "ids"}
        for post, kind in kinds.items()
    ]
    errors += [{"type": problems + "resource-not-found", "resource_id": "4", "parameter": "x.id"}]
    sandbox.faults.add(Fault("status", path=LOOK_UP, status=200, body={"errors": errors}))
    assert network.reach(["1", "2", "3", "4", "5"]) == Readings({}, gone=frozenset({"1"}))


def test_the_names_of_requests_are_learnt_once(
    network: Any, people: People, knobs: Callable[..., None], asked: list[Request]
) -> None:
    """A refusal that is about them costs one call; where the newer ones are refused as well, the
    first refusal counts."""
    [post] = send(network)
    knobs(names="only new")
    asked.clear()
    [said] = people.say({"post": post, "text": "Tipp"})
    hearing = network.replies(listening(people, post, counted=1), None)
    assert set(words(hearing.heard)) == {said}
    assert network.look(post) is not None
    assert network.reach([post]).figures
    assert ["tweet.fields" in call.query for call in asked] == [True, False, False, False]
    knobs(names="old")


def test_a_refusal_that_is_not_about_names_stays_one(
    network: Any, sandbox: Sandbox, expect: Expect
) -> None:
    """And so does one that the newer names do not help."""
    [post] = send(network)
    for said in ("Something else", "tweet.fields"):
        for _call in range(2):
            problem = {"title": "Invalid Request", "detail": f"{said} is wrong", "status": 400}
            sandbox.faults.add(Fault("status", path=LOOK_UP, status=400, body=problem))
        with expect(Unreadable) as caught:
            network.look(post)
        assert said in caught.value.why
        sandbox.faults.clear()


# --- figures that only we are told ---------------------------------------------------------

SEEN = {"impression_count": 400, "like_count": 3, "user_profile_clicks": 4}
MINE = {"url_link_clicks": 12, "user_profile_clicks": 4, "engagements": 31}


def counted(sandbox: Sandbox, posts: list[str]) -> None:
    """Figures of which the public is told only a part."""
    sandbox.configure({"x": {"metrics": dict.fromkeys(posts, SEEN | MINE)}})


@pytest.mark.parametrize("names", ["old", "new", "only new"])
def test_private_figures_come_in_the_same_call(
    network: Any, sandbox: Sandbox, knobs: Callable[..., None], names: str
) -> None:
    """Under their own names; what X counts twice under the name of its group."""
    posts = send(network, 3)
    counted(sandbox, posts)
    knobs(names=names)
    before = network.calls
    readings = network.reach(posts, posts)
    assert network.calls == before + 1 + (names == "only new")
    assert readings.unavailable == {}
    for post in posts:
        told = dict(readings.figures[post])
        assert MINE.items() <= told.items()
        assert (told["impression_count"], told["organic_metrics.impression_count"]) == (400, 400)
    assert set(network.metrics.private) <= set(readings.figures[posts[0]])
    public = network.reach(posts)
    assert not set(network.metrics.private) & set(public.figures[posts[0]])
    assert public.unavailable == {}


def test_private_figures_end_after_a_month(week: Sandbox) -> None:
    """X keeps them back from then on: the public ones stay, of young and old, and none is 0."""
    adapter: Any = networks.adapter("x")
    network = adapter.connect(adapter.Options(**given(week, "x")), clock=week.clock)
    old = send(network, 2)
    week.clock.advance(timedelta(days=29, hours=22))
    counted(week, old)
    assert network.metrics.private_for > timedelta(days=29, hours=22)
    assert network.reach(old, old).figures[old[0]]["url_link_clicks"] == 12
    week.clock.advance(timedelta(hours=3))
    young = [network.publish(Draft(f"Jung {n}")).remote_id for n in range(2)]
    counted(week, young)
    readings = network.reach([*old, *young], [*old, *young])
    assert {post for post, told in readings.figures.items() if "engagements" in told} == {*young}
    assert {told["impression_count"] for told in readings.figures.values()} == {400}
    assert readings.unavailable == {}
    alone = network.reach(old, old)
    assert set(alone.unavailable) == set(network.metrics.private)
    assert set(alone.unavailable.values()) == {Unavailable.NOT_PERMITTED}
    assert alone.figures[old[0]]["like_count"] == 3


def test_who_may_not_ask_for_private_figures_gets_the_public_ones(
    network: Any, sandbox: Sandbox
) -> None:
    """Refused as a whole, they are not asked for again, not even by the next readings."""
    posts = send(network, 3)
    counted(sandbox, posts)
    problem = {"title": "Invalid Request", "detail": "non_public_metrics", "status": 400}
    sandbox.faults.add(Fault("status", path=OWN, status=400, body=problem))
    for _reading in range(2):
        readings = network.reach(posts, posts)
        assert {told["impression_count"] for told in readings.figures.values()} == {400}
        assert set(readings.unavailable) == set(network.metrics.private)
        assert set(readings.unavailable.values()) == {Unavailable.NOT_PERMITTED}


def test_a_post_that_a_private_figure_takes_along_is_read_without_it(
    network: Any, sandbox: Sandbox
) -> None:
    """Also where X leaves out the post of which it keeps back something."""
    posts = send(network, 2)
    counted(sandbox, posts)
    error = {
        "type": "https://api.x.com/2/problems/not-authorized-for-field",
        "resource_id": posts[0],
        "parameter": "ids",
        "field": "non_public_metrics",
    }
    empty: dict[str, Any] = {"meta": {"result_count": 0}}
    sandbox.faults.add(Fault("status", path=OWN, status=200, body=empty))
    sandbox.faults.add(Fault("status", path=LOOK_UP, status=200, body={"errors": [error]}))
    readings = network.reach(posts, posts)
    assert readings.figures[posts[0]]["impression_count"] == 400
    assert "engagements" not in readings.figures[posts[0]]


# --- the bill -------------------------------------------------------------------------------


def test_reading_costs_what_x_charges(week: Sandbox) -> None:
    """Each post once a day, mentions cheaper, also when it is looked up or found again."""
    adapter: Any = networks.adapter("x")
    network = adapter.connect(adapter.Options(**given(week, "x")), clock=week.clock)
    people, posts = People(week, "x"), send(network, 3)
    said = people.say(
        *({"post": p, "text": "Tipp", "mention": n % 2 > 0} for n in range(4) for p in posts)
    )
    held: set[str] = set()

    def charged() -> Decimal:
        bills = week._emulators[-1].purse.charges  # type: ignore[attr-defined]  # its own account
        return sum((charge.usd for charge in bills if "read" in charge.kind), Decimal(0))

    costs = []
    for _pass in range(4):
        network.find("Tipp", START)
        network.reach(posts)
        hearing = network.replies(listening(people, *posts, held=held, counted=4), None)
        held |= set(words(hearing.heard))
        assert network.spent == pytest.approx(float(charged()))
        costs.append(round(network.spent, 3))
        week.clock.advance(timedelta(hours=15))
    assert held == set(said)
    # At 8 and 23 o'clock of the first day, at 14 of the second, at 5 of the third.
    assert costs[0] == costs[1] == 3 * 0.001 + 6 * 0.001 + 6 * 0.005
    assert costs[0] < costs[2] < costs[3]


def test_reading_costs_by_configuration(connect: Connect, people: People) -> None:
    network: Any = connect(prices={"read": 0.5, "owned_read": 0.25})  # type: ignore[arg-type]
    [post] = send(network)
    people.say({"post": post, "text": "Tipp"})
    network.replies(listening(people, post, counted=1), None)
    assert network.spent == 0.25
    network.reach([post])
    assert network.spent == 0.5


def test_who_does_not_own_the_app_looks_posts_up(connect: Connect, asked: list[Request]) -> None:
    """An account's list is no cheaper then, and may hold more than ours."""
    network: Any = connect(prices={"read": 0.005, "owned_read": 0.005})  # type: ignore[arg-type]
    posts = send(network, 3)
    asked.clear()
    assert set(network.reach(posts).figures) == set(posts)
    assert [call.path for call in asked] == ["/2/tweets"]
    assert network.spent == pytest.approx(0.015)


def test_a_list_full_of_other_posts_is_left(week: Sandbox, asked: list[Request]) -> None:
    """Where an account posts much besides, its list is dearer than looking ours up."""
    adapter: Any = networks.adapter("x")
    network = adapter.connect(adapter.Options(**given(week, "x")), clock=week.clock)
    week.configure({"x": {"limits": {"createPosts": {"user": 5000}}}})
    posts = send(network, 120)
    ours = posts[::30]
    before, calls = network.spent, network.calls
    assert set(network.reach(ours).figures) == set(ours)
    assert network.spent - before <= len(ours) * 0.005 + 20 * 0.001
    assert network.calls - calls == 2
    close = posts[1:9:2]
    before = network.spent
    assert set(network.reach(close).figures) == set(close)
    assert network.spent - before == pytest.approx(7 * 0.001)


# --- how much is asked ----------------------------------------------------------------------


def test_75_posts_with_200_replies_are_collected_in_ten_calls(
    network: Any, people: People, knobs: Callable[..., None]
) -> None:
    """Every tenth reply does not name us, every twentieth cannot be read; then once more."""
    knobs(limits={"createPosts": {"user": 500}})
    posts = send(network, 75)
    people.say(
        *(
            {"post": posts[n % 75], "text": f"Tipp {n}", "mention": n % 10 > 0}
            | ({"private": True} if n % 20 == 7 else {})
            for n in range(200)
        )
    )
    held: set[str] = set()
    until = None
    for _pass in range(2):
        before = network.calls
        counts = network.reach(posts).figures
        listed = [
            listening(people, post, held=held, counted=counts[post]["reply_count"])[0]
            for post in posts
        ]
        hearing = network.replies(listed, until)
        assert network.calls - before <= 10
        assert not hearing.findings
        held |= set(words(hearing.heard))
        until = hearing.until
        assert held == set(people.stand())


# --- words ----------------------------------------------------------------------------------

LINK = "https://t.co/abcdefghij"


def url(**more: Any) -> dict[str, Any]:
    return {"urls": [{"start": 0, "end": 23, "url": LINK} | more]}


@pytest.mark.parametrize(
    ("post", "expected"),
    [
        ({"text": "@us @baecker sucht", "display_text_range": [4, 18]}, "@baecker sucht"),
        ({"text": "@us schreibt man so", "display_text_range": [0, 19]}, "@us schreibt man so"),
        ({"text": "Nicht nur Namen", "display_text_range": [6, 15]}, "Nicht nur Namen"),
        ({"text": "@us ja", "display_text_range": [99, 100]}, "@us ja"),
        ({"text": "@us ja", "display_text_range": "oops"}, "@us ja"),
        ({"text": "3 &lt; 5 &amp;amp; so"}, "3 < 5 &amp; so"),
        (
            {
                "text": f"Hier: {LINK} !",
                "entities": url(expanded_url="https://example.org/a?b=1&c=2"),
            },
            "Hier: https://example.org/a?b=1&c=2 !",
        ),
        (
            {
                "text": f"bei {LINK}",
                "entities": url(expanded_url="http://caritas.de", display_url="caritas.de"),
            },
            "bei caritas.de",
        ),
        ({"text": f"Unbekannt {LINK}"}, f"Unbekannt {LINK}"),
        (
            {
                "text": f"@us {LINK}",
                "display_text_range": [4, 27],
                "entities": url(media_key="3_1"),
            },
            "",
        ),
        (
            {
                "text": f"Schaut {LINK}",
                "entities": url(expanded_url="https://x.com/a/status/1/video/1"),
            },
            "Schaut",
        ),
        ({"text": "Anfang…", "note_tweet": {"text": "Anfang und Ende"}}, "Anfang und Ende"),
        (
            {
                "text": "@us An…",
                "display_text_range": [4, 7],
                "note_post": {
                    "text": f"@us An {LINK}",
                    "entities": url(expanded_url="https://e.org"),
                },
            },
            "An https://e.org",
        ),
    ],
)
def test_words_are_what_was_typed(post: dict[str, Any], expected: str) -> None:
    assert words_of(post) == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "type", "text", "urls", "url", "users", "tweets", "media_keys"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
FIELDS = ["attachments", "author_id", "conversation_id", "created_at", "display_text_range"]
FIELDS += ["edit_history_tweet_ids", "entities", "in_reply_to_user_id", "note_tweet", "text"]
FIELDS += ["public_metrics", "referenced_tweets", "username"]


@each(
    strange=st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=6),
    includes=st.dictionaries(st.sampled_from(["users", "tweets"]), JSON),
)
def test_no_field_of_a_post_can_trip_us(strange: dict[str, Any], includes: dict[str, Any]) -> None:
    """Whatever X changes, the other posts of a page are read."""
    good = {"id": "8", "text": "gut", "created_at": "2026-11-02T08:00:00.000Z"}
    odd = {"id": "9", "text": "a", "created_at": good["created_at"]} | strange
    page = Page([odd, good], includes, [], True)
    assert voices(page)[-1].text == "gut"
    later_versions(page)
