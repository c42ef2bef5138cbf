"""Odd values in an answer cost only themselves: no other trouble, nothing that cannot be kept."""

import json
from typing import Any

import pytest
from test_reach_and_replies import LISTENING, People, send, words

from orchestrator.networks.wire.answer import Answer, moment, whole
from orchestrator.networks.wire.graph_token import expiry
from orchestrator.ports import Draft, Heard, NotAuthorised, Trouble
from orchestrator.sandbox.faults import Fault

GOOD = "2026-11-02T08:00:00+0000"
ODD_COUNTS = [-1, 2.5, 3.0, True, "7", None, 2**63, 10**400, float("inf"), [], {}]
ODD_TIMES = [
    "0001-01-01T00:00:00+14:00",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59-14:00",
    "9999-12-31T23:59:59Z",
    "1970-01-01T00:00:00Z",
    "2026-11-02T08:00:00",
    "",
    10**30,
    None,
]
HALVES = {
    "first half": "Tipp \ud83d!",
    "second half": "\udc4b Tipp",
    "the wrong way round": "a\udc4b\ud83db",
    "a whole one beside": "👋\ud83d",
}


@pytest.fixture(params=LISTENING)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def people(sandbox: Any, name: str) -> People:
    return People(sandbox, name)


def answers(people: People, post: str, *replies: dict[str, Any]) -> None:
    """Let the next answer hold just these replies, in the words of the network."""
    faults = {"facebook": of_facebook, "x": of_x}[people.name]
    people.sandbox.faults.add(faults(post, replies))


def of_facebook(post: str, replies: tuple[dict[str, Any], ...]) -> Fault:
    comments = [
        {
            "id": f"1_{n}",
            "message": reply.get("text", "a"),
            "created_time": reply.get("at", GOOD),
            "from": {"id": "5", "name": reply.get("author", "Ada")},
            "permalink_url": reply.get("permalink", "https://www.facebook.com/1"),
        }
        for n, reply in enumerate(replies, 1)
    ]
    body: Any = [{"code": 200, "body": json.dumps({"data": comments})}]
    return Fault("status", method="POST", status=200, body=body)


def of_x(post: str, replies: tuple[dict[str, Any], ...]) -> Fault:
    posts = [
        {
            "id": str(int(post) + n),
            "text": reply.get("text", "a"),
            "created_at": reply.get("at", GOOD),
            "conversation_id": post,
            "author_id": "5",
            "username": reply.get("author", "ada"),
            "public_metrics": {"reply_count": reply.get("count", 0)},
        }
        for n, reply in enumerate(replies, 1)
    ]
    body: Any = {"data": posts, "meta": {"result_count": len(posts)}}
    return Fault("status", path="/mentions$", status=200, body=body)


def hear(network: Any, people: People, *replies: dict[str, Any]) -> list[Heard]:
    [post] = send(network)
    answers(people, post, *replies)
    return sorted(people.hear(network, [post]).heard, key=lambda heard: heard.remote_id)


@pytest.mark.parametrize("text", HALVES.values(), ids=HALVES.keys())
def test_halves_of_characters_are_replaced(network: Any, people: People, text: str) -> None:
    """No file and no database takes them; the words around them are kept."""
    link = "https://www.facebook.com/\ud83d"
    [odd, good] = hear(
        network, people, {"text": text, "author": text, "permalink": link}, {"text": "gut 👋"}
    )
    for kept in (odd.text, odd.author, odd.permalink):
        assert kept.encode().decode() == kept
    assert "\N{REPLACEMENT CHARACTER}" in odd.text
    assert odd.text.replace("\N{REPLACEMENT CHARACTER}", "") == "".join(
        letter for letter in text if not "\ud800" <= letter <= "\udfff"
    )
    assert good.text == "gut 👋"


@pytest.mark.parametrize("name", ["facebook"])
@pytest.mark.parametrize("address", ["a\x00b", "a\nb", 7, None, {"a": 1}, "\u202ehttps://e.org"])
def test_an_address_that_is_none_is_left_out(network: Any, people: People, address: Any) -> None:
    [heard] = hear(network, people, {"permalink": address})
    assert (heard.text, heard.permalink) == ("a", "")


@pytest.mark.parametrize("at", ODD_TIMES)
def test_absurd_times_cost_only_their_reply(network: Any, people: People, at: Any) -> None:
    heard = hear(network, people, {"at": at, "text": "Nie"}, {"text": "Heute"})
    assert list(words(heard).values()) == ["Heute"]


@pytest.mark.parametrize("at", ODD_TIMES)
def test_absurd_times_are_none(at: Any) -> None:
    assert moment(at) is None


@pytest.mark.parametrize("ends", [10**30, -5, True, 2.5, "soon", 10**400])
def test_an_absurd_end_of_a_token_is_none(ends: Any) -> None:
    assert expiry({"expires_at": ends, "data_access_expires_at": ends}) is None


@pytest.mark.parametrize("count", ODD_COUNTS)
def test_what_is_no_figure_is_none(count: Any) -> None:
    assert whole(count) is None


def test_the_largest_and_the_smallest_figure_count() -> None:
    assert (whole(0), whole(2**63 - 1)) == (0, 2**63 - 1)


@pytest.mark.parametrize("name", ["x"])
@pytest.mark.parametrize("count", [each for each in ODD_COUNTS if each != 10**400])
def test_odd_figures_of_x_are_left_out(network: Any, people: People, count: Any) -> None:
    """The others come; what cannot be a number of answers makes nobody search for them."""
    told = {"impression_count": count, "reply_count": count, "like_count": 3}
    body: Any = {"data": [{"id": "1", "text": "a", "public_metrics": told}]}
    people.sandbox.faults.add(Fault("status", status=200, body=body))
    assert network.reach(["1"]).figures == {"1": {"like_count": 3}}
    [post] = send(network)
    before = network.calls
    answers(people, post, {"count": count})
    assert len(people.hear(network, [post]).heard) == 1
    assert network.calls == before + 1


@pytest.mark.parametrize("name", ["facebook"])
@pytest.mark.parametrize("count", [each for each in ODD_COUNTS if each != 10**400])
def test_odd_figures_of_facebook_are_left_out(network: Any, people: People, count: Any) -> None:
    [post] = send(network)
    total = {"summary": {"total_count": count}}
    counters = {"id": post, "reactions": total, "comments": {"summary": {"total_count": 4}}}
    insights = {"data": [{"name": "post_media_view", "values": [{"value": count}]}]}
    for told in (counters | {"shares": {"count": count}}, insights):
        body: Any = [{"code": 200, "body": json.dumps(told)}]
        people.sandbox.faults.add(Fault("status", method="POST", status=200, body=body))
    assert network.reach([post]).figures == {post: {"comments": 4}}


def test_a_number_without_an_end_is_no_answer() -> None:
    assert Answer(200, {}, '{"a": ' + "9" * 5000 + "}").document() is None


# --- what a permission takes away ------------------------------------------------------------


FORBIDDEN = {
    "title": "Client Forbidden",
    "detail": "This app is not permitted to perform this request.",
    "type": "https://api.x.com/2/problems/client-forbidden",
}


@pytest.mark.parametrize("name", ["x"])
def test_a_search_that_is_not_permitted_costs_only_itself(network: Any, people: People) -> None:
    """What names us is heard; the refusal is told, not raised, and is about reading."""
    [post] = send(network)
    [loud] = people.say({"post": post, "text": "Mit Namen"})
    people.say({"post": post, "text": "Ohne Namen", "mention": False})
    people.sandbox.faults.add(Fault("status", path="/recent$", status=403, body=FORBIDDEN))
    hearing = people.hear(network, [post])
    assert (set(words(hearing.heard)), hearing.until) == ({loud}, loud)
    assert isinstance(hearing.ended, NotAuthorised)
    assert "posts on X wait" not in hearing.ended.why
    assert network.publish(Draft("Danke für alle Hinweise!")).remote_id


@pytest.mark.parametrize("name", ["facebook"])
def test_a_token_that_may_read_only_a_part_reads_it_and_posts(network: Any, people: People) -> None:
    """Without insights or without comments the counters come; only who may read no comment at
    all is not authorised to, and posts go out meanwhile."""
    [post] = send(network)
    [said] = people.say({"post": post, "text": "Tipp"})
    permissions = ["pages_manage_posts", "pages_read_engagement", "pages_read_user_content"]
    people.sandbox.configure({"facebook": {"permissions": permissions}})
    assert network.reach([post]).figures[post]["comments"] == 1
    assert set(words(people.hear(network, [post]).heard)) == {said}
    people.sandbox.configure({"facebook": {"permissions": permissions[:2]}})
    readings = network.reach([post])
    assert (readings.figures, readings.ended) == ({post: {"shares": 0}}, None)
    with pytest.raises(NotAuthorised, match="posts go out meanwhile"):
        people.hear(network, [post])
    assert network.publish(Draft("Danke für alle Hinweise!")).remote_id


@pytest.mark.parametrize("name", ["facebook"])
def test_troubles_of_reading_do_not_speak_of_sending(network: Any, people: People) -> None:
    [post] = send(network)
    kinds: list[dict[str, Any]] = [
        {"permissions": ["pages_manage_posts"]},
        {"permissions": [], "rate_limit": {"code": 32, "calls": 9, "minutes": 5}},
    ]
    for knobs in kinds:
        people.sandbox.configure({"facebook": knobs})
        for read in (network.reach, lambda posts: people.hear(network, posts)):
            with pytest.raises(Trouble) as caught:
                read([post])
            assert "planned" not in caught.value.why
            assert "posts of this page wait" not in caught.value.why
