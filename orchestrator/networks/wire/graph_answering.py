"""What the page says to people: below their comments for all to see, or to them alone.

Unverified live: what the platform answers where a comment is older than seven days, that an answer
to an answer stands below the first comment of its thread, and that ``private_reply_conversation``
leads to what the page said to the comment's author alone.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from orchestrator.i18n import _
from orchestrator.networks.wire.answer import Gone, as_object, mark, moment
from orchestrator.networks.wire.graph_page import Page
from orchestrator.networks.wire.graph_troubles import NETWORK, Json
from orchestrator.networks.wire.said import answering, quoted, unclear_answer
from orchestrator.ports import Answerable, AnswerRules, NotAuthorised, NotPermitted, Rejected, Said
from orchestrator.vocabulary import Condition

# The platform's own: a comment has 8000 characters (unverified live), a message 2000. Times are the
# platform's less what a call takes and clocks differ.
_MARGIN = timedelta(minutes=15)
ANSWERS = AnswerRules(
    public=8000,
    private=2000,
    comment_for=timedelta(days=7) - _MARGIN,
    message_for=timedelta(hours=24) - _MARGIN,
)
IN_PUBLIC, IN_PRIVATE = "pages_manage_engagement", "pages_messaging"
_COMMENT = re.compile("[0-9]{1,20}(_[0-9]{1,20})?")
_CONVERSATION = re.compile(r"t_[\w.:$=-]{1,199}", re.ASCII)
FIELDS = "id,message,created_time,from"


def answer(page: Page, to: Answerable, text: str, *, private: bool) -> str:
    """Say it once; the number of the comment or message."""
    with _permitted(IN_PRIVATE if private else IN_PUBLIC), answering(NETWORK):
        if not private:
            return _comment(page, to, text)
        if to.is_message:
            return _message(page, {"id": _partner(page, to)}, text)
        return _message(page, {"comment_id": _number(to)}, text)


def answered(page: Page, to: Answerable, since: datetime, *, private: bool) -> list[Said]:
    """What the page said there since a time."""
    if not private:
        threads = [each for each in (_number(to), to.parent) if each and _COMMENT.fullmatch(each)]
        lists = [(thread, "comments", {"filter": "stream"}) for thread in threads]
    else:
        found = _conversation(to) if to.is_message else _begun(page, _number(to))
        lists = [(found, "messages", {})] if found else []
    told = [
        entry
        for path, edge, params in lists
        for entry in page.graph.pages(path, edge, fields=FIELDS, **params)
    ]
    said = [_said(each) for each in told if _is_ours(page, each)]
    return [each for each in said if each.at is None or each.at >= since]


def _comment(page: Page, to: Answerable, text: str) -> str:
    return _write(page, (_number(to), "comments"), "id", message=text)


def _message(page: Page, recipient: dict[str, str], text: str) -> str:
    words = {"message": {"text": text}, "messaging_type": "RESPONSE"}
    return _write(page, (page.id, "messages"), "message_id", recipient=recipient, **words)


def _write(page: Page, path: tuple[str, str], key: str, **params: object) -> str:
    try:
        made = page.graph.post(*path, of_media=True, **params)
    except Gone as gone:
        raise _gone(gone) from None
    number = mark(made.get(key))
    if not number:
        raise unclear_answer(NETWORK, 200, write=True)
    return number


def _partner(page: Page, to: Answerable) -> str:
    """Who wrote to us, by the number that they have for this page alone."""
    try:
        told = page.graph.look(_conversation(to), "participants")
    except Gone as gone:
        raise _gone(gone) from None
    people = as_object(told.get("participants")).get("data")
    listed = people if isinstance(people, list) else []
    numbers = [mark(as_object(each).get("id")) for each in listed]
    others = [each for each in numbers if each and each != page.id]
    if len(others) != 1:
        raise Rejected(_("Facebook does not tell who wrote to the page there."))
    return others[0]


def _gone(gone: Gone) -> Rejected:
    sentence = _("Facebook has no such reply any more, or does not show it to the page: {said}.")
    return Rejected(sentence.format(said=gone.why), reason=gone.why)


def _begun(page: Page, comment: str) -> str:
    """The conversation in which the author of a comment was answered; empty where there is none."""
    try:
        told = page.graph.look(comment, "id,can_reply_privately,private_reply_conversation")
    except Gone:
        page.check_reading()
        raise unclear_answer(NETWORK, 200, write=False) from None
    found = mark(as_object(told.get("private_reply_conversation")).get("id"))
    if not found and told.get("can_reply_privately") is not True:
        # Somebody answered it, or its time is over: whether we did, nobody tells.
        raise unclear_answer(NETWORK, 200, write=False)
    return found


def _is_ours(page: Page, entry: Json) -> bool:
    """Who wrote it, the platform must tell: somebody else may say the same."""
    author = mark(as_object(entry.get("from")).get("id"))
    if not author:
        raise unclear_answer(NETWORK, 200, write=False)
    return author == page.id


def _said(entry: Json) -> Said:
    number, text = mark(entry.get("id")), entry.get("message")
    if not number or not isinstance(text, str | None):
        raise unclear_answer(NETWORK, 200, write=False)
    return Said(number, text or "", moment(entry.get("created_time")))


def _number(to: Answerable) -> str:
    if not _COMMENT.fullmatch(to.remote_id):
        raise Rejected(
            _("{remote_id} is no number of a comment.").format(remote_id=quoted(to.remote_id))
        )
    return to.remote_id


def _conversation(to: Answerable) -> str:
    if not _CONVERSATION.fullmatch(to.conversation or ""):
        raise Rejected(
            _("{remote_id} is no number of a conversation.").format(
                remote_id=quoted(to.conversation)
            )
        )
    return str(to.conversation)


@contextmanager
def _permitted(permission: str) -> Iterator[None]:
    """A missing permission to answer is none to post: only this is refused."""
    try:
        yield
    except NotAuthorised as refusal:
        if refusal.condition is not Condition.PERMISSION:
            raise
        raise NotPermitted(
            _(
                "The page token lacks {permission}, without which nothing can be answered there."
                " Make a new page token with it; posts go out meanwhile."
            ).format(permission=permission)
        ) from None
