"""What the account says to people on X: below their posts, or in the conversation they began."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from orchestrator.i18n import _
from orchestrator.networks.wire.answer import as_object, mark, moment
from orchestrator.networks.wire.said import answering, quoted, unclear_answer
from orchestrator.networks.wire.x_messages import words_of
from orchestrator.networks.wire.x_posts import is_id, no_number
from orchestrator.networks.wire.x_reading import Reading
from orchestrator.networks.wire.x_troubles import NETWORK, uninvited
from orchestrator.networks.wire.x_voices import parent_of, words
from orchestrator.ports import Answerable, NotAuthorised, NotPermitted, Rejected, Said
from orchestrator.vocabulary import Condition

if TYPE_CHECKING:
    from orchestrator.networks.wire.x_api import XApi

_CONVERSATION = re.compile("[0-9]{1,19}(-[0-9]{1,19})?", re.ASCII)
_FIELDS = ("display_text_range", "note_tweet", "referenced_tweets")
_WISHES = {
    "event_types": ["MessageCreate"],
    "dm_event_fields": ["created_at", "entities", "sender_id", "text"],
}
_LONGEST_LIST = 100  # pages


class Answers:
    """Answers of one account."""

    def __init__(self, api: "XApi", reading: Reading, user_id: str) -> None:
        self._api, self._reading, self._user_id = api, reading, user_id

    def say(self, to: Answerable, text: str, *, private: bool) -> str:
        """Say it once; the number of the post or message."""
        with answering(NETWORK):
            return self._write(to, text) if private else self._reply(to, text)

    def _reply(self, to: Answerable, text: str) -> str:
        if not is_id(to.remote_id):
            raise no_number(to.remote_id)
        if not (to.summons or self._is_summoned(to.remote_id)):
            raise Rejected(uninvited())
        answer, raw = self._api.reply(to.remote_id, text)
        made = as_object(answer.get("data")).get("id")
        if not is_id(made):
            raise unclear_answer(NETWORK, raw.status, write=True)
        return str(made)

    def _is_summoned(self, remote_id: str) -> bool:
        """Whether a post names us or answers us, as X tells it; at the price of a read."""
        fields = ["author_id", "entities", "in_reply_to_user_id"]
        page = self._reading.look_up([remote_id], tweet_fields=fields)
        post = next((each for each in page.posts if str(each["id"]) == remote_id), None)
        if post is None:
            raise Rejected(_("X has no such post any more, or does not show it to us."))
        named = as_object(post.get("entities")).get("mentions")
        ids = [as_object(each).get("id") for each in named] if isinstance(named, list) else []
        return self._user_id in (*map(str, ids), str(post.get("in_reply_to_user_id")))

    def _write(self, to: Answerable, text: str) -> str:
        try:
            answer, raw = self._api.write_to(_conversation(to), text)
        except NotAuthorised as refusal:
            if refusal.condition is not Condition.PERMISSION:
                raise
            raise NotPermitted(_no_messages()) from None
        made = mark(as_object(answer.get("data")).get("dm_event_id"))
        if not made:
            raise unclear_answer(NETWORK, raw.status, write=True)
        return made

    def said(self, to: Answerable, since: datetime, *, private: bool) -> list[Said]:
        """What the account said there since a time."""
        return list(self._written(to, since) if private else self._replied(to, since))

    def _replied(self, to: Answerable, since: datetime) -> Iterator[Said]:
        for page in self._reading.posts(since, *_FIELDS):
            if page.errors or not page.whole:
                raise unclear_answer(NETWORK, 200, write=False)
            for post in page.posts:
                if parent_of(post) == to.remote_id:
                    yield Said(str(post["id"]), words(post), moment(post.get("created_at")))

    def _written(self, to: Answerable, since: datetime) -> Iterator[Said]:
        for event in self._events(_conversation(to)):
            at = moment(event.get("created_at"))
            if at and at < since:
                return  # the newest stand first
            if str(event.get("sender_id")) == self._user_id:
                yield Said(mark(event.get("id")), words_of(event), at)

    def _events(self, conversation: str) -> Iterator[Mapping[str, Any]]:
        following: dict[str, object] = {}
        for _page in range(_LONGEST_LIST):
            answer, _raw = self._api.conversation(conversation, **_WISHES, **following)
            listed, meta = answer.get("data", []), answer.get("meta")
            if not isinstance(listed, list) or not isinstance(meta, dict):
                break
            events = [as_object(each) for each in listed]
            self._reading.charge_messages(mark(each.get("id")) for each in events)
            yield from events
            if not (after := mark(meta.get("next_token"))):
                return
            following = {"pagination_token": after}
        raise unclear_answer(NETWORK, 200, write=False)


def _no_messages() -> str:
    return _(
        "X does not let this app write messages. Give the app the permission for direct messages,"
        " and make new keys; posts go out meanwhile."
    )


def _conversation(to: Answerable) -> str:
    if not _CONVERSATION.fullmatch(to.conversation or ""):
        raise Rejected(
            _("{remote_id} is no number of a conversation.").format(
                remote_id=quoted(to.conversation)
            )
        )
    return str(to.conversation)
