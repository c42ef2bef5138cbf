"""Answers below comments and messages of a page: who may be written to, when, and how often."""

import json
from typing import Any

import pytest
from raw_http import Graph, Wire

NO_MESSAGES = ["pages_manage_posts", "pages_read_engagement", "pages_read_user_content"]


def comment(graph: Graph, text: str = "Wir suchen Hilfe", **more: Any) -> str:
    """A comment of Hanna below a new post."""
    post = graph.publish(f"Wer braucht eine Schneiderin? {text}")
    number = f"{post.partition('_')[2]}_7"
    entry = {"post": post, "id": number, "text": text, "author": "Hanna", "author_id": "777"}
    graph.turn(replies=[entry | more])
    return number


def write(graph: Graph, recipient: dict[str, str], text: str = "Danke!", **more: str) -> Any:
    given = {"recipient": json.dumps(recipient), "message": json.dumps({"text": text})}
    return graph.call("POST", f"/{graph.page}/messages", **given, **more)


def test_the_page_answers_a_comment(graph: Graph) -> None:
    """Below it, as the page; an answer to an answer stands beside it."""
    first = comment(graph)
    made = graph.call("POST", f"/{first}/comments", message=" Danke! ").json["id"]
    again = graph.call("POST", f"/{made}/comments", message="Und noch etwas").json["id"]
    told = graph.get(f"/{first}/comments", fields="id,message,from").json["data"]
    assert [(each["id"], each["message"], each["from"]["id"]) for each in told] == [
        (made, "Danke!", graph.page),
        (again, "Und noch etwas", graph.page),
    ]
    assert graph.call("POST", f"/{first}/comments").code == 100
    assert graph.call("POST", f"/{first}/comments", message="a" * 8001).code == 100
    assert graph.call("POST", f"/{first}/comments", message="a", attachment_id="1").code == 3
    assert graph.call("POST", "/123456_99/comments", message="a").refusal[:2] == (400, 100)
    graph.turn(permissions=NO_MESSAGES)
    assert graph.call("POST", f"/{first}/comments", message="a").refusal[:2] == (403, 200)


def test_a_private_answer_is_given_once(graph: Graph) -> None:
    """It opens a conversation, to which the comment leads from then on."""
    number = comment(graph)
    fields = "can_reply_privately,private_reply_conversation"
    assert graph.get(f"/{number}", fields=fields).json == {
        "id": number,
        "can_reply_privately": True,
    }
    sent = write(graph, {"comment_id": number}).json
    assert sent["recipient_id"] == "777"
    assert graph.get(f"/{number}", fields=fields).json == {
        "id": number,
        "can_reply_privately": False,
        "private_reply_conversation": {"id": "t_777"},
    }
    told = graph.get("/t_777/messages", fields="id,message,from").json["data"]
    assert [(each["id"], each["message"], each["from"]["id"]) for each in told] == [
        (sent["message_id"], "Danke!", graph.page)
    ]
    assert write(graph, {"comment_id": number}, "Noch einmal").code == 10900
    # Whoever has not answered is not written to again.
    assert write(graph, {"id": "777"}).refusal[:2] == (400, 10)


def test_an_old_comment_and_a_foreign_one(graph: Graph) -> None:
    """After seven days no more; what is no comment of the page is none."""
    number = comment(graph)
    graph.advance(7 * 86_400 + 60)
    assert write(graph, {"comment_id": number}).code == 10903
    assert write(graph, {"comment_id": "1_1"}).code == 100


def test_a_window_of_a_day(graph: Graph) -> None:
    """Whoever wrote is answered within 24 hours, and again after their next message."""
    graph.turn(messages=[{"author": "Ali", "author_id": "888", "text": "Guten Tag"}])
    assert write(graph, {"id": "888"}, messaging_type="RESPONSE").status == 200
    graph.advance(86_460)
    late = write(graph, {"id": "888"})
    assert late.json["error"]["error_subcode"] == 2018278
    graph.turn(messages=[{"author": "Ali", "author_id": "888", "text": "Noch da?"}])
    assert write(graph, {"id": "888"}).status == 200
    assert write(graph, {"id": "889"}).json["error"]["error_subcode"] == 2018001


def test_conversations_read_back(graph: Graph) -> None:
    """The newest first, with their messages inside, by people; changed and deleted ones too."""
    graph.turn(
        messages=[
            {"author": "Ali", "author_id": "888", "text": "Eins", "at": "2026-11-01T08:00:00Z"},
            {"author": "Eva", "author_id": "999", "text": "Zwei", "at": "2026-11-01T09:00:00Z"},
            {"author": "Ali", "author_id": "888", "text": "Drei", "at": "2026-11-01T10:00:00Z"},
        ]
    )
    fields = "id,updated_time,participants,messages.limit(1){id,message}"
    told = graph.get(f"/{graph.page}/conversations", fields=fields, platform="messenger").json
    assert [each["id"] for each in told["data"]] == ["t_888", "t_999"]
    assert {each["id"] for each in told["data"][0]["participants"]["data"]} == {"888", graph.page}
    [newest] = told["data"][0]["messages"]["data"]
    assert newest["message"] == "Drei"
    assert graph.get(f"/{newest['id']}", fields="message").json["message"] == "Drei"
    graph.turn(messages=[{"id": newest["id"], "text": "Drei!"}])
    assert graph.get(f"/{newest['id']}", fields="message").json["message"] == "Drei!"
    graph.turn(messages=[{"id": newest["id"], "deleted": True}])
    assert [e["message"] for e in graph.get("/t_888/messages", fields="message").json["data"]] == [
        "Eins"
    ]
    later = graph.get(f"/{graph.page}/conversations", updated_after_ms=1793523600001)
    assert later.json["data"] == []


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, 100),
        ({"recipient": '{"id": "888"}'}, 100),
        ({"recipient": '{"id": "888", "comment_id": "1"}', "message": '{"text": "a"}'}, 100),
        ({"recipient": "[]", "message": '{"text": "a"}'}, 100),
        ({"recipient": '{"id": "888"}', "message": '{"text": " "}'}, 100),
        ({"recipient": '{"id": "888"}', "message": json.dumps({"text": "a" * 2001})}, 100),
        ({"recipient": '{"id": "888"}', "message": '{"attachment": {}}'}, 3),
        (
            {
                "recipient": '{"id": "888"}',
                "message": '{"text": "a"}',
                "messaging_type": "MESSAGE_TAG",
            },
            3,
        ),
        ({"recipient": '{"id": "888"}', "message": '{"text": "a"}', "messaging_type": "X"}, 100),
        ({"colour": "red"}, 100),
    ],
)
def test_wrong_messages(graph: Graph, given: dict[str, str], code: int) -> None:
    graph.turn(messages=[{"author_id": "888", "text": "Guten Tag"}])
    assert graph.call("POST", f"/{graph.page}/messages", **given).code == code


def test_without_the_permission(graph: Graph) -> None:
    graph.turn(messages=[{"author_id": "888", "text": "Guten Tag"}], permissions=NO_MESSAGES)
    for answer in (
        write(graph, {"id": "888"}),
        graph.get(f"/{graph.page}/conversations"),
        graph.get("/t_888/messages"),
    ):
        assert answer.refusal[:2] == (403, 230)


@pytest.mark.parametrize("entry", ["x", [{"colour": "red"}], [{"text": 7}], [{"at": "soon"}]])
def test_a_knob_that_does_not_fit(wire: Wire, entry: Any) -> None:
    wish = json.dumps({"facebook": {"messages": entry}})
    assert wire.call("POST", "/_sandbox/configure", wish).status == 400
