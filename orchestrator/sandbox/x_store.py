"""The accounts and posts of the sandbox's X."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from orchestrator.sandbox.clock import SandboxClock

EPOCH_MS = 1_288_834_974_657  # where the platform's ids begin to count
SHORTEST_19 = 10**18  # keeps ids at 19 digits, also when a rehearsal plays before 2018
PUBLIC = (
    "retweet_count",
    "reply_count",
    "like_count",
    "quote_count",
    "bookmark_count",
    "impression_count",
)
PRIVATE = "impression_count", "url_link_clicks", "user_profile_clicks", "engagements"


@dataclass
class Account:
    """Someone on X, with the access token the app holds for them."""

    id: str
    username: str
    name: str
    token: str
    secret: str
    permission: str = "read-write"
    suspended: bool = False


@dataclass
class Post:
    """One post; `wishes` is the request that made it."""

    id: str
    author: Account
    text: str
    created_at: datetime
    wishes: dict[str, object]
    parent: "Post | None" = None
    deleted_at: datetime | None = None
    words: str = field(init=False)
    metrics: dict[str, int] = field(default_factory=lambda: dict.fromkeys((*PUBLIC, *PRIVATE), 0))

    def __post_init__(self) -> None:
        self.words = words(self.text)

    @property
    def conversation(self) -> str:
        """The id of the first post of its thread."""
        return self.parent.conversation if self.parent else self.id


class Store:
    """Everything that is there; the first account owns the developer app."""

    def __init__(self, clock: SandboxClock, owner: Account) -> None:
        self._clock = clock
        self.owner = owner
        self.accounts: dict[str, Account] = {owner.id: owner}
        self.posts: dict[str, Post] = {}
        self._last_id = 0

    def add(
        self, author: Account, text: str, wishes: dict[str, object], parent: Post | None
    ) -> Post:
        """Put a post live."""
        now = self._clock.now()
        post = Post(self._next_id(now), author, text, now, wishes, parent)
        self.posts[post.id] = post
        return post

    def _next_id(self, now: datetime) -> str:
        # A snowflake: milliseconds, then 22 bits. Strictly increasing, also within one.
        snowflake = (int(now.timestamp() * 1000) - EPOCH_MS) << 22
        self._last_id = max(self._last_id + 1, snowflake, SHORTEST_19)
        return str(self._last_id)

    def live(self, post: str) -> Post | None:
        """The post of this id, unless it never was or is deleted."""
        found = self.posts.get(post)
        return found if found and not found.deleted_at else None

    def timeline(self, account: str) -> Iterator[Post]:
        """The live posts of an account, newest first."""
        return (
            post
            for post in reversed(self.posts.values())
            if post.author.id == account and not post.deleted_at
        )

    def has_duplicate(self, author: Account, text: str) -> bool:
        """Whether the same text of the same account is still live.

        For how long the platform remembers is unverified; here as long as the post exists.
        """
        wanted = words(text)
        return any(post.words == wanted for post in self.timeline(author.id))

    def account_of(self, token: str) -> Account:
        """Whose access token this is."""
        return next(account for account in self.accounts.values() if account.token == token)


def words(text: str) -> str:
    """A text without its line breaks and runs of spaces, which make no other text of it."""
    return " ".join(text.split())


def stamp(moment: datetime) -> str:
    """A time as the API writes it. tweepy cannot read one without the fraction."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
