"""The X API v2 through tweepy: one account, signed with OAuth 1.0a, one call at a time."""

from collections.abc import Callable, Sequence

import tweepy

from orchestrator.networks.wire.answer import Answer
from orchestrator.networks.wire.transport import Wire, attempt
from orchestrator.networks.wire.x_troubles import NETWORK, Json, judge
from orchestrator.ports import Trouble
from orchestrator.redact import remember

# tweepy knows no other host; our session puts the configured one in its place.
TWEEPY_HOST = "https://api.twitter.com"


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
        self._wire = Wire(base, read_timeout, instead_of=TWEEPY_HOST)
        self._client = tweepy.Client(
            consumer_key=consumer[0],
            consumer_secret=consumer[1],
            access_token=access[0],
            access_token_secret=access[1],
            return_type=dict,
            wait_on_rate_limit=False,
        )
        self._client.session = self._wire

    @property
    def calls(self) -> int:
        """HTTP requests made so far."""
        return self._wire.calls

    @property
    def overflowed(self) -> bool:
        """Whether the last answer was longer than we take."""
        return self._wire.overflowed

    def create(self, text: str) -> tuple[Json, Answer]:
        """Post, once."""
        return self._call(lambda: self._client.create_tweet(text=text), write=True)

    def delete(self, remote_id: str) -> tuple[Json, Answer]:
        """Delete; raises Gone where there is no such post."""
        return self._call(lambda: self._client.delete_tweet(remote_id), deletes=True)

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
