"""Messages of a page: its conversations, read, and what it may write to whom, and when.

Codes and words of refusals are those that people report; that a comment older than seven days gets
10903, and that the permission's absence gets 230 everywhere, is unverified.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import cast

from orchestrator.sandbox import graph_paging
from orchestrator.sandbox.graph_call import Call
from orchestrator.sandbox.graph_comments import REPLY_WINDOW, Comment
from orchestrator.sandbox.graph_errors import (
    bad_parameter,
    blocked,
    no_such_object,
    not_played,
    refused,
)
from orchestrator.sandbox.graph_fields import Ask, expanded, project, read_fields
from orchestrator.sandbox.graph_knobs import Knobs
from orchestrator.sandbox.graph_mailbox import TOLD, Conversation, Mailbox, Message
from orchestrator.sandbox.graph_reading import Reading
from orchestrator.sandbox.graph_table import parameters, read, table
from orchestrator.sandbox.graph_tokens import Page, Token, may_message

LONGEST = 2000
WINDOW = timedelta(hours=24)
_THREAD_FIELDS, _FIELDS = "id,link,updated_time", "created_time,id"
Body = dict[str, object]


@dataclass(frozen=True)
class MessageDesk:
    """Answers the calls about messages at a given moment."""

    mailbox: Mailbox
    reading: Reading
    knobs: Knobs
    now: datetime

    def conversations(self, call: Call, page: Page, token: Token) -> Body:
        """GET /{page}/conversations, the newest first."""
        may_message(token, page.id, self.knobs)
        values = read(call.params, parameters("Page", "GET", "conversations"), table()["lists"])
        asks = read_fields(call.params.get("fields", _THREAD_FIELDS), "UnifiedThread")
        there = [
            each
            for each in self.mailbox.of(page.id, self.now)
            if _between(each.created, values) and values.get("user_id") in (None, each.person_id)
        ]
        shown, paging = graph_paging.cut(there, lambda each: each.rank, values, call)
        return {"data": [self._node(each, asks, call) for each in shown], **paging}

    def conversation(self, call: Call, talk: Conversation, edge: str, token: Token) -> Body:
        """GET /{conversation}, or its messages, the newest first."""
        may_message(token, talk.page_id, self.knobs)
        known = parameters("UnifiedThread", call.method, edge)
        if edge:
            values = read(call.params, known, table()["lists"])
            asks = read_fields(call.params.get("fields", _FIELDS), "Message")
            return self._messages(talk, asks, values, call)
        read(call.params, known)
        asks = read_fields(call.params.get("fields", _THREAD_FIELDS), "UnifiedThread")
        return self._node(talk, asks, call)

    def message(self, call: Call, message: Message, token: Token) -> Body:
        """GET /{message}."""
        may_message(token, token.profile, self.knobs)
        if not self.mailbox.is_told(message, self.now):
            raise no_such_object(call.method, message.id)
        read(call.params, parameters("Message", call.method))
        asks = read_fields(call.params.get("fields", _FIELDS), "Message")
        return project(message.node(), asks)

    def _node(self, talk: Conversation, asks: list[Ask], call: Call) -> Body:
        node = talk.node(self.now)
        for ask in expanded(asks, "UnifiedThread"):
            given = dict(ask.modifiers)
            values = read(given, parameters("UnifiedThread", "GET", "messages"), table()["lists"])
            inside = replace(call, segments=(talk.id, "messages"), params=given)
            wanted = list(ask.inner) or read_fields(_FIELDS, "Message")
            node["messages"] = self._messages(talk, wanted, values, inside)
        return project(node, asks)

    def _messages(
        self, talk: Conversation, asks: list[Ask], values: dict[str, object], call: Call
    ) -> Body:
        there = sorted(talk.messages, key=lambda each: each.rank)
        said = [each for each in there if each.created <= self.now]
        shown, paging = graph_paging.cut(said, lambda each: each.rank, values, call)
        told = [each.node() if each in said[:TOLD] else each.bare() for each in shown]
        return {"data": [project(node, asks) for node in told], **paging}

    def send(self, call: Call, page: Page, token: Token) -> Body:
        """POST /{page}/messages: an answer to somebody, within the platform's times."""
        may_message(token, page.id, self.knobs)
        if self.knobs.blocked:
            raise blocked()
        values = read(call.params, parameters("Page", "POST", "messages"))
        text, recipient = _text(values), _object(values, "recipient")
        if values.get("messaging_type") == "MESSAGE_TAG" or "tag" in values:
            raise not_played()
        if recipient.keys() == {"comment_id"}:
            talk = self._of_comment(page, str(recipient["comment_id"]))
        elif recipient.keys() == {"id"}:
            talk = self._of_person(page, str(recipient["id"]))
        else:
            raise bad_parameter("Param recipient must have exactly one of id or comment_id.")
        message = self.mailbox.write(talk, text, self.now)
        return {"recipient_id": talk.person_id, "message_id": message.id}

    def _of_person(self, page: Page, person: str) -> Conversation:
        talk = self.mailbox.find(f"t_{person}")
        if talk is None or talk.page_id != page.id:
            raise refused(100, 2018001)
        heard = talk.heard_last()
        if heard is None or heard + WINDOW < self.now:
            raise refused(10, 2018278)
        return talk

    def _of_comment(self, page: Page, number: str) -> Conversation:
        comment = self.reading.find(number)
        if comment is None or comment.post.page_id != page.id:
            raise refused(100, 2018292)
        if comment.id in self.mailbox.answered:
            raise refused(10900, 0)
        if not may_reply(comment, self.now):
            raise refused(10903, 0)
        talk = self.mailbox.with_person(page.id, comment.author_id, comment.author)
        self.mailbox.answered[comment.id] = talk.id
        return talk


def may_reply(comment: Comment, now: datetime) -> bool:
    """Whether its author may still be written to because of it."""
    return comment.author_id != comment.post.page_id and now - comment.created <= REPLY_WINDOW


def _text(values: Mapping[str, object]) -> str:
    message = _object(values, "message")
    if message.keys() - {"text"}:
        raise not_played()  # pictures, templates, quick answers
    text = str(message.get("text", "")).strip()
    if not text:
        raise bad_parameter("Message cannot be empty, must provide valid attachment or text")
    if len(text) > LONGEST:
        raise bad_parameter(
            f"Length of param message[text] must be less than or equal to {LONGEST}"
        )
    return text


def _object(values: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = values.get(name)
    if isinstance(found, str):
        try:
            found = json.loads(found)
        except ValueError:
            found = None
    if not isinstance(found, dict):
        raise bad_parameter(f"The parameter {name} is required")
    return cast(Mapping[str, object], found)


def _between(when: datetime, values: Mapping[str, object]) -> bool:
    after, before = values.get("updated_after_ms"), values.get("updated_before_ms")
    first = datetime.fromtimestamp(cast(int, after) / 1000, UTC) if after else None
    last = datetime.fromtimestamp(cast(int, before) / 1000, UTC) if before else None
    return (first is None or when >= first) and (last is None or when <= last)
