"""Comments under a post: who may read them, in which order and pages, and how lists go wrong."""

from typing import Any

import pytest
from raw_http import Graph

ALL = ["pages_manage_posts", "pages_read_engagement", "pages_read_user_content", "read_insights"]
DEEP = {"filter": "stream", "limit": 100}


class Thread:
    """A post, and the comments that a test puts under it."""

    def __init__(self, graph: Graph) -> None:
        self.graph, self.post = graph, graph.publish("Wer braucht eine Schneiderin?")
        self.number = self.post.partition("_")[2]

    def id(self, number: int) -> str:
        return f"{self.number}_{number}"

    def say(self, number: int, text: str = "", **more: Any) -> str:
        entry = {"post": self.post, "id": self.id(number), "text": text or f"Nr. {number}"}
        self.graph.turn(replies=[entry | more])
        return self.id(number)

    def change(self, number: int, **more: Any) -> None:
        self.graph.turn(replies=[{"id": self.id(number)} | more])

    def page(self, **params: object) -> dict[str, Any]:
        reply = self.graph.get(f"/{self.post}/comments", **params)
        assert reply.status == 200, reply.body
        return dict(reply.json)

    def ids(self, **params: object) -> list[str]:
        return [entry["id"] for entry in self.page(**params)["data"]]


@pytest.fixture
def thread(graph: Graph) -> Thread:
    return Thread(graph)


def numbers(ids: list[str]) -> list[int]:
    return [int(each.partition("_")[2]) for each in ids]


def test_a_comment_reads_back(graph: Graph, thread: Thread) -> None:
    first = thread.say(7, "Ruft an! 👋🏽", author="Hanna Otto", author_id="777")
    thread.say(8, "Mache ich", parent=first, author="Ali", author_id="888")
    who = {"name": "Hanna Otto", "id": "777"}
    told = {"created_time": "2026-11-02T08:00:00+0000", "message": "Ruft an! 👋🏽"}
    assert thread.page()["data"] == [told | {"from": who, "id": first}]
    assert graph.get(f"/{first}").json == told | {"from": who, "id": first}
    fields = "id,parent,attachment,permalink_url,like_count,comment_count,is_hidden,can_hide"
    assert graph.get(f"/{first}", fields=fields + ",can_reply_privately").json == {
        "id": first,
        "permalink_url": f"https://www.facebook.com/{graph.page}/posts/{thread.number}?comment_id=7",
        "like_count": 0,
        "comment_count": 1,
        "is_hidden": False,
        "can_hide": True,
        "can_reply_privately": True,
    }
    answer = graph.get(f"/{thread.id(8)}", fields="parent").json
    assert answer["parent"] == told | {"id": first, "from": who}
    assert graph.get(f"/{thread.id(8)}", fields="parent{id}").json["parent"] == {"id": first}
    graph.advance(8 * 86400)
    assert graph.get(f"/{first}", fields="can_reply_privately").json["can_reply_privately"] is False


def test_levels_and_orders(graph: Graph, thread: Thread) -> None:
    """Only the first level by default; `stream` has every level."""
    for number in (1, 2):
        thread.say(number)
        graph.advance(60)
    thread.say(3, parent=thread.id(1))
    thread.say(4, parent=thread.id(3))
    assert numbers(thread.ids()) == numbers(thread.ids(filter="toplevel")) == [1, 2]
    assert numbers(thread.ids(order="reverse_chronological")) == [2, 1]
    assert numbers(thread.ids(**DEEP)) == [1, 2, 3, 4]
    assert numbers(thread.ids(**DEEP, order="reverse_chronological")) == [4, 3, 2, 1]
    assert numbers(thread.ids(**DEEP, since="2026-11-02T08:01:30Z")) == [3, 4]
    answers = graph.get(f"/{thread.id(1)}/comments").json["data"]
    assert [entry["id"] for entry in answers] == [thread.id(3)]


def test_pages_of_comments(thread: Thread) -> None:
    for number in range(1, 8):
        thread.say(number)
    assert len(thread.ids()) == 7
    first = thread.page(limit=3)
    assert numbers([c["id"] for c in first["data"]]) == [1, 2, 3]
    assert "access_token=" in first["paging"]["next"]
    second = thread.page(limit=3, after=first["paging"]["cursors"]["after"])
    assert numbers([c["id"] for c in second["data"]]) == [4, 5, 6]
    last = thread.page(limit=3, after=second["paging"]["cursors"]["after"])
    assert numbers([c["id"] for c in last["data"]]) == [7]
    assert "next" not in last["paging"]
    back = thread.page(limit=3, before=last["paging"]["cursors"]["before"])
    assert back["data"] == second["data"]
    # A comment that goes between two calls moves none of the others.
    thread.change(3, deleted=True)
    again = thread.page(limit=3, after=first["paging"]["cursors"]["after"])
    assert again["data"] == second["data"]


def test_summaries_count_what_the_filter_lists(graph: Graph, thread: Thread) -> None:
    """And what nobody may read: a total may be more than a list ever has."""
    thread.say(1)
    thread.say(2, parent=thread.id(1))
    thread.say(3, private=True)
    assert "summary" not in thread.page(summary="false")
    assert thread.page(summary="true")["summary"]["total_count"] == 2
    deep = thread.page(**DEEP, summary="true")
    assert deep["summary"] == {"order": "chronological", "total_count": 3, "can_comment": True}
    assert numbers([c["id"] for c in deep["data"]]) == [1, 2]
    assert graph.get(f"/{thread.id(3)}").refusal == (400, 100, 33)
    fields = (
        "comments.filter(stream).limit(0).summary(true),reactions.limit(0).summary(true),shares"
    )
    told = graph.get(f"/{thread.post}", fields=fields).json
    assert told["comments"]["summary"]["total_count"] == 3
    assert told["reactions"] == {
        "data": [],
        "summary": {"total_count": 0, "viewer_reaction": "NONE"},
    }
    assert told.keys() == {"id", "comments", "reactions"}
    inner = graph.get(f"/{thread.post}", fields="comments.limit(1){message}").json["comments"]
    assert inner["data"] == [{"id": thread.id(1), "message": "Nr. 1"}]
    more = graph.get(f"/{thread.post}", fields="comments.filter(stream).limit(1)").json
    assert f"/{thread.post}/comments?" in more["comments"]["paging"]["next"]
    listed = graph.get("/{page}/feed", fields="comments.limit(0).summary(true)").json["data"]
    assert listed[0]["comments"]["summary"]["total_count"] == 2


def test_pictures_and_stickers(thread: Thread) -> None:
    """A picture has an empty text or one beside it, a sticker none at all."""
    thread.graph.turn(
        replies=[
            {"post": thread.post, "id": thread.id(1), "picture": "photo"},
            {"post": thread.post, "id": thread.id(2), "picture": "sticker"},
            {"post": thread.post, "id": thread.id(3), "picture": "photo", "text": "So eine"},
        ]
    )
    photo, sticker, both = thread.page(fields="message,attachment")["data"]
    assert (photo["message"], photo["attachment"]["type"]) == ("", "photo")
    assert "message" not in sticker
    assert sticker["attachment"]["type"] == "sticker"
    assert (both["message"], both["attachment"]["type"]) == ("So eine", "photo")


def test_authors_may_be_untold(graph: Graph, thread: Thread) -> None:
    thread.say(1)
    thread.say(2, parent=thread.id(1))
    graph.turn(hide_authors=True)
    for comment in thread.page(**DEEP, fields="from,parent,message")["data"]:
        assert "from" not in comment
        assert "from" not in comment.get("parent", {})


def test_edited_hidden_deleted(graph: Graph, thread: Thread) -> None:
    """An edit leaves no trace but the text; with a comment go the answers to it."""
    thread.say(1)
    thread.say(2, parent=thread.id(1))
    thread.say(3)
    thread.change(3, text="Neu", hidden=True)
    edited = graph.get(f"/{thread.id(3)}", fields="message,is_hidden").json
    assert edited == {"id": thread.id(3), "message": "Neu", "is_hidden": True}
    assert numbers(thread.ids()) == [1, 3]
    thread.change(1, deleted=True)
    assert numbers(thread.ids(**DEEP)) == [3]
    for number in (1, 2):
        assert graph.get(f"/{thread.id(number)}").refusal == (400, 100, 33)
    ledger = graph.wire.admin("GET", "ledger")["ledger"][0]
    assert ledger["seen"]["comments"] == 1
    assert {r["id"]: (r["text"], bool(r["deleted_at"])) for r in ledger["replies"]} == {
        thread.id(1): ("Nr. 1", True),
        thread.id(2): ("Nr. 2", True),
        thread.id(3): ("Neu", False),
    }
    assert [bool(reply["edited_at"]) for reply in ledger["replies"]] == [False, False, True]
    graph.delete(f"/{thread.post}")
    for path in (thread.id(3), thread.post, f"{thread.post}/comments", f"{thread.post}/insights"):
        assert graph.get(f"/{path}").refusal == (400, 100, 33)


@pytest.mark.parametrize("lacking", ["pages_read_user_content", "pages_read_engagement"])
def test_reading_people_needs_permissions(graph: Graph, thread: Thread, lacking: str) -> None:
    thread.say(1)
    graph.turn(permissions=[each for each in ALL if each != lacking])
    counters = "comments.limit(0).summary(true)"
    for path, params in (
        (f"/{thread.post}/comments", {}),
        (f"/{thread.id(1)}", {}),
        (f"/{thread.id(1)}/comments", {}),
        (f"/{thread.post}", {"fields": f"shares,{counters}"}),
        (f"/{thread.post}", {"fields": "reactions.limit(0)"}),
        ("/{page}/feed", {"fields": counters}),
    ):
        reply = graph.get(path, **params)
        assert reply.refusal == (403, 10, None)
        assert lacking in reply.json["error"]["message"]


def test_a_persons_token_reads_no_comments(
    graph: Graph, thread: Thread, user_token: str, app_token: str
) -> None:
    assert graph.get(f"/{thread.post}/comments", access_token=user_token).code == 190
    assert graph.get(f"/{thread.post}/comments", access_token=app_token).code == 10


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"filter": "deep"}, (400, 100, None)),
        ({"order": "ranked"}, (400, 100, None)),
        ({"limit": "101"}, (400, 100, None)),
        ({"limit": "-1"}, (400, 100, None)),
        ({"since": "gestern"}, (400, 100, None)),
        ({"after": "x"}, (400, 100, None)),
        ({"colour": "red"}, (400, 100, None)),
        ({"fields": "text"}, (400, 100, None)),
        ({"fields": "from{email_address}"}, (400, 100, None)),
        ({"fields": "likes"}, (400, 3, None)),
        ({"fields": "message.limit(1)"}, (400, 2500, None)),
        ({"live_filter": "all"}, (400, 100, None)),
    ],
)
def test_comments_with_wrong_parameters(
    thread: Thread, params: dict[str, str], refusal: tuple[int, int, int | None]
) -> None:
    assert thread.graph.get(f"/{thread.post}/comments", **params).refusal == refusal


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ("comments.limit(101)", 100),
        ("comments.first(3)", 100),
        ("comments.filter(deep)", 100),
        ("comments.limit(0", 2500),
        ("comments{text}", 100),
        ("reactions", 3),
        ("reactions.limit(5)", 3),
        ("reactions.limit(0).type(LIKE)", 100),
        ("insights", 3),
        ("likes.limit(0).summary(true)", 3),
    ],
)
def test_wrong_lists_inside_fields(thread: Thread, fields: str, code: int) -> None:
    assert thread.graph.get(f"/{thread.post}", fields=fields).code == code


def test_a_comment_is_hidden(graph: Graph, thread: Thread) -> None:
    """Only that may be changed, by a page that may moderate, where the comment lets it."""
    mine, fixed = thread.say(1), thread.say(2, can_hide=False)
    assert graph.call("POST", f"/{mine}", is_hidden="true").json == {"success": True}
    assert graph.get(f"/{mine}", fields="is_hidden").json == {"id": mine, "is_hidden": True}
    thread.change(1, hidden=False)
    assert graph.get(f"/{mine}", fields="is_hidden").json["is_hidden"] is False
    assert graph.call("POST", f"/{fixed}", is_hidden="true").code == 100
    assert graph.call("POST", f"/{mine}").code == 100
    assert graph.call("POST", f"/{mine}", is_hidden="perhaps").code == 100
    assert graph.call("POST", f"/{mine}", colour="red").code == 100
    assert graph.call("POST", f"/{mine}", message="Anders").code == 3
    graph.turn(permissions=ALL)
    assert graph.call("POST", f"/{mine}", is_hidden="true").refusal[:2] == (403, 200)
    assert graph.get(f"/{mine}", fields="is_hidden").json["is_hidden"] is False


@pytest.mark.parametrize(("method", "edge"), [("DELETE", ""), ("POST", "likes")])
def test_calls_on_comments_that_are_not_played(thread: Thread, method: str, edge: str) -> None:
    comment = thread.say(1)
    assert thread.graph.call(method, f"/{comment}/{edge}".rstrip("/")).code == 3
    assert thread.graph.get(f"/{comment}/colours").code == 100


def walked(thread: Thread, size: int) -> list[list[int]]:
    """The pages that somebody gets who follows `next`."""
    pages, after = [], None
    for _page in range(9):
        page = thread.page(filter="stream", limit=size, **({"after": after} if after else {}))
        pages.append(numbers([entry["id"] for entry in page["data"]]))
        if "next" not in page.get("paging", {}):
            return pages
        after = page["paging"]["cursors"]["after"]
    raise AssertionError("the list does not end")


def test_pages_may_be_too_large_for_the_platform(graph: Graph, thread: Thread) -> None:
    thread.say(1)
    graph.turn(most_comments=30)
    for params in ({"limit": 31}, {"limit": 100, "filter": "stream"}):
        assert graph.get(f"/{thread.post}/comments", **params).refusal == (500, 1, None)
    assert numbers(thread.ids(limit=30)) == [1]
    assert graph.get(f"/{thread.post}", fields="comments.limit(31)").refusal == (500, 1, None)


def test_lists_that_go_wrong(graph: Graph, thread: Thread) -> None:
    for number in range(1, 11):
        thread.say(number)
    assert walked(thread, 4) == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10]]
    graph.turn(repeat_pages=True)
    assert walked(thread, 4) == [[1, 2, 3, 4], [2, 3, 4, 5, 6, 7, 8], [6, 7, 8, 9, 10]]
    graph.turn(repeat_pages=False, shuffle=True)
    mixed = [number for page in walked(thread, 4) for number in page]
    assert mixed != sorted(mixed)
    assert sorted(mixed) == list(range(1, 11))
    graph.turn(shuffle=False, truncate="cut")
    assert walked(thread, 4) == [[1, 2]]
    graph.turn(truncate="broken_promise")
    assert walked(thread, 4) == [[1, 2, 3, 4], []]
    graph.turn(truncate="hollow")
    assert walked(thread, 4) == [[], [5, 6, 7, 8], [9, 10]]


@pytest.mark.parametrize(
    "entry",
    [
        "text",
        {"post": "nowhere", "text": "x"},
        {"text": "x"},
        {"post": "{post}", "colour": "red"},
        {"post": "{post}", "text": 3},
        {"post": "{post}", "deleted": "yes"},
        {"post": "{post}", "picture": "film"},
        {"post": "{post}", "id": "17"},
        {"post": "{post}", "parent": "1_2"},
        {"post": "{post}", "at": "gestern"},
    ],
)
def test_comments_that_cannot_be_put_there(thread: Thread, entry: Any) -> None:
    if isinstance(entry, dict) and entry.get("post") == "{post}":
        entry = entry | {"post": thread.post}
    with pytest.raises(AssertionError, match="replies"):
        thread.graph.turn(replies=[entry])
    assert thread.ids(**DEEP) == []
