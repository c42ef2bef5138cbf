"""The X API v2 through tweepy: one account, signed with OAuth 1.0a, one call at a time."""

from collections.abc import Callable, Sequence
from typing import Any

import tweepy

from orchestrator.networks.wire.answer import Answer
from orchestrator.networks.wire.transport import Wire, attempt
from orchestrator.networks.wire.x_posts import creation
from orchestrator.networks.wire.x_troubles import NETWORK, Json, judge
from orchestrator.networks.wire.x_windows import Windows
from orchestrator.ports import Draft, Trouble
from orchestrator.redact import remember

# tweepy knows no other host; our session puts the configured one in its place.
TWEEPY_HOST = "https://api.twitter.com"
UPLOAD = "/2/media/upload"


class _Client(tweepy.Client):  # type: ignore[misc]  # the library has no types
    """tweepy's client, which also knows the parameter that X renamed."""

    def _process_params(self, params: dict[str, Any], endpoint_parameters: tuple[str, ...]) -> Any:
        return super()._process_params(params, (*endpoint_parameters, "post.fields"))


class XApi:
    """Calls to the X API; each returns the answer's object or raises a Trouble."""

    def __init__(
        self,
        base: str,
        consumer: tuple[str, str],
        access: tuple[str, str],
        read_timeout: float,
    ) -> None:
        for secret in (*consumer, *access):
            remember(secret)
        self.windows = Windows()
        self._wire = Wire(base, read_timeout, self.windows, instead_of=TWEEPY_HOST)
        self._client = _Client(
            consumer_key=consumer[0],
            consumer_secret=consumer[1],
            access_token=access[0],
            access_token_secret=access[1],
            return_type=dict,
            wait_on_rate_limit=False,
        )
        self._client.session = self._wire
        self._keys = (*consumer, *access)

    @property
    def calls(self) -> int:
        """HTTP requests made so far."""
        return self._wire.calls

    @property
    def overflowed(self) -> bool:
        """Whether the last answer was longer than we take."""
        return self._wire.overflowed

    def create(self, draft: Draft) -> tuple[Json, Answer]:
        """Post, once."""
        return self._call(lambda: self._create(draft), write=True)

    def _create(self, draft: Draft) -> object:
        if draft.made_with_ai:  # tweepy's own method has no word for it
            return self._ask("POST", "/2/tweets", json=creation(draft))
        media = [each.remote_id for each in draft.media]
        return self._client.create_tweet(
            text=draft.text, media_ids=media or None, place_id=draft.place_id or None
        )

    def reply(self, to: str, text: str) -> tuple[Json, Answer]:
        """Answer a post in public, once."""
        return self._call(
            lambda: self._client.create_tweet(text=text, in_reply_to_tweet_id=to), write=True
        )

    def write_to(self, conversation: str, text: str) -> tuple[Json, Answer]:
        """Write a message into a conversation that we are part of, once."""
        return self._call(
            lambda: self._client.create_direct_message(
                dm_conversation_id=conversation, text=text, user_auth=True
            ),
            write=True,
        )

    def conversation(self, conversation: str, **params: object) -> tuple[Json, Answer]:
        """One page of what was said in a conversation, newest first."""
        return self._call(
            lambda: self._client.get_direct_message_events(
                dm_conversation_id=conversation, user_auth=True, **params
            )
        )

    def messages(self, **params: object) -> tuple[Json, Answer]:
        """One page of what was said in all conversations, newest first."""
        return self._call(lambda: self._client.get_direct_message_events(user_auth=True, **params))

    def begin_upload(self, mime: str, size: int, category: str) -> tuple[Json, Answer]:
        """Open an upload."""
        wishes = {"media_type": mime, "total_bytes": size, "media_category": category}
        return self._upload(lambda: self._ask("POST", f"{UPLOAD}/initialize", json=wishes))

    def append_upload(self, upload: str, number: int, part: bytes) -> tuple[Json, Answer]:
        """Bring one part, as a form: tweepy itself sends JSON only."""
        signed = tweepy.OAuth1UserHandler(*self._keys).apply_auth()
        return self._upload(
            lambda: self._wire.post(
                f"{TWEEPY_HOST}{UPLOAD}/{upload}/append",
                data={"segment_index": str(number)},
                files={"media": ("media", part, "application/octet-stream")},
                auth=signed,
            )
        )

    def finish_upload(self, upload: str) -> tuple[Json, Answer]:
        """Let X put the parts together; it wants a JSON object for a body, if an empty one."""
        return self._upload(lambda: self._ask("POST", f"{UPLOAD}/{upload}/finalize", json={}))

    def upload_status(self, upload: str) -> tuple[Json, Answer]:
        """How far X is with looking at it."""
        asked = {"media_id": upload, "command": "STATUS"}
        return self._upload(
            lambda: self._ask("GET", UPLOAD, params=asked, endpoint_parameters=tuple(asked))
        )

    def describe(self, upload: str, alt: str) -> tuple[Json, Answer]:
        """Say in words what it shows."""
        wishes = {"id": upload, "metadata": {"alt_text": {"text": alt}}}
        return self._upload(lambda: self._ask("POST", "/2/media/metadata", json=wishes))

    def _ask(self, method: str, route: str, **more: Any) -> object:
        return self._client._make_request(method, route, user_auth=True, **more)

    def _upload(self, send: Callable[[], object]) -> tuple[Json, Answer]:
        """A part of an upload; raises Gone where there is no such upload."""
        return self._call(send, deletes=True)

    def delete(self, remote_id: str) -> tuple[Json, Answer]:
        """Delete; raises Gone where there is no such post."""
        return self._call(lambda: self._client.delete_tweet(remote_id), deletes=True)

    def hide(self, remote_id: str, hidden: bool) -> tuple[Json, Answer]:
        """Hide an answer in a conversation of ours, or show it again; Gone where there is none."""
        order = self._client.hide_reply if hidden else self._client.unhide_reply
        return self._call(lambda: order(remote_id), deletes=True)

    def posts(self, user_id: str, **params: object) -> tuple[Json, Answer]:
        """One page of an account's posts."""
        # Reads sign as the user only when told so.
        return self._call(lambda: self._client.get_users_tweets(user_id, user_auth=True, **params))

    def mentions(self, user_id: str, **params: object) -> tuple[Json, Answer]:
        """One page of what names an account."""
        return self._call(
            lambda: self._client.get_users_mentions(user_id, user_auth=True, **params)
        )

    def search(self, query: str, **params: object) -> tuple[Json, Answer]:
        """One page of the posts of the last seven days that a query finds."""
        return self._call(
            lambda: self._client.search_recent_tweets(query, user_auth=True, **params)
        )

    def look_up(self, ids: Sequence[str], **params: object) -> tuple[Json, Answer]:
        """Up to 100 posts by their numbers."""
        return self._call(lambda: self._client.get_tweets(list(ids), user_auth=True, **params))

    def me(self) -> tuple[Json, Answer]:
        """The account that signs."""
        return self._call(lambda: self._client.get_me(user_fields=["public_metrics"]))

    def _call(
        self, send: Callable[[], object], *, write: bool = False, deletes: bool = False
    ) -> tuple[Json, Answer]:
        complaints, write = (tweepy.TweepyException,), write or deletes
        outcome = attempt(NETWORK, self._wire, send, complaints, write=write)
        if isinstance(outcome, Trouble):
            raise outcome
        return judge(outcome, write=write, deletes=deletes), outcome
