"""The accounts and posts of the sandbox's X: ours, and those of the people who answer."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from orchestrator.sandbox.clock import SandboxClock
from orchestrator.sandbox.public import Response

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
    """Someone on X; `token` is what the app holds for them, empty for everybody else.

    `protected`: only followers read them, and nobody here follows anybody.
    """

    id: str
    username: str
    name: str
    token: str = ""
    secret: str = ""
    permission: str = "read-write"
    suspended: bool = False
    protected: bool = False


@dataclass(frozen=True)
class Truth:
    """What a reply really is, and its words as they were typed."""

    label: str
    language: str
    words: str


class Shown(Protocol):
    """A picture or film that goes with a post."""

    id: str

    @property
    def key(self) -> str:
        """The platform's key of it."""

    @property
    def kind(self) -> str:
        """What `includes.media` calls it."""

    def record(self) -> dict[str, object]:
        """It as the ledger shows it."""


@dataclass(eq=False)
class Post:
    """One version of a post; `wishes` is the request that made it.

    `named` are the names that X itself puts before a reply, as they stand in `text`. `history`
    has all versions, the first one first. `hidden`: by whoever began the conversation. `response`
    is what the public makes of an own post.
    """

    id: str
    author: Account
    text: str
    created_at: datetime
    wishes: dict[str, object]
    parent: "Post | None" = None
    deleted_at: datetime | None = None
    hidden: bool = False
    named: str = ""
    picture: bool = False
    media: "tuple[Shown, ...]" = ()
    truth: Truth | None = None
    response: Response | None = None
    words: str = field(init=False)
    metrics: dict[str, int] = field(default_factory=lambda: dict.fromkeys((*PUBLIC, *PRIVATE), 0))
    history: list["Post"] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.words = words(self.text)
        self.history = [self]

    @property
    def first(self) -> "Post":
        """The version that was there first; what the platform counts as one post has its id."""
        return self.history[0]

    @property
    def conversation(self) -> str:
        """The id of the first post of its thread."""
        return self.parent.conversation if self.parent else self.first.id

    def was_there(self, at: datetime) -> bool:
        """Whether it was written by then and not deleted yet. Nobody answers what is gone."""
        if self.created_at > at or (self.first.deleted_at and self.first.deleted_at <= at):
            return False
        return self.was_written

    @property
    def was_written(self) -> bool:
        """Whether what it answers was there when it was written."""
        return self.parent is None or self.parent.was_there(self.first.created_at)

    def newest(self, at: datetime) -> "Post":
        """The version that reads at a time."""
        return [version for version in self.history if version.created_at <= at][-1]

    def edit(self, later: "Post") -> None:
        """Take over: from its time on, `later` is how this post reads."""
        self.history.append(later)
        later.history = self.history


class Store:
    """Everything that is there, or will be; the first account owns the developer app."""

    def __init__(self, clock: SandboxClock, owner: Account) -> None:
        self._clock = clock
        self.owner = owner
        self.accounts: dict[str, Account] = {owner.id: owner}
        self.posts: dict[str, Post] = {}
        self._taken: dict[int, int] = {}
        self._alike: dict[str, list[Post]] = {}
        self._children: dict[str, list[Post]] = {}

    def add(
        self,
        author: Account,
        text: str,
        wishes: dict[str, object],
        parent: Post | None,
        at: datetime | None = None,
    ) -> Post:
        """Put a post live, now or at another time."""
        moment = at or self._clock.now()
        post = Post(self.number(moment), author, text, moment, wishes, parent)
        self.posts[post.id] = post
        self._alike.setdefault(post.words, []).append(post)
        if parent:
            self._children.setdefault(parent.id, []).append(post)
        return post

    def number(self, at: datetime) -> str:
        """A number that nothing has yet."""
        # A snowflake: milliseconds, then 22 bits. Rising with the time, also within one of them.
        snowflake = max((int(at.timestamp() * 1000) - EPOCH_MS) << 22, SHORTEST_19)
        self._taken[snowflake] = self._taken.get(snowflake, -1) + 1
        return str(snowflake + self._taken[snowflake])

    def live(self, post: str) -> Post | None:
        """The post of this id, unless it never was, is not yet, or is deleted."""
        found = self.posts.get(post)
        return found if found and found.was_there(self._clock.now()) else None

    def own(self) -> Iterator[Post]:
        """The posts of the accounts that have a token, oldest first, deleted ones too."""
        return (post for post in self.posts.values() if post.author.token)

    def listed(self) -> list[Post]:
        """All live posts as they read now, newest first; an edited one stands once."""
        now = self._clock.now()
        there = [post for post in self.posts.values() if post.was_there(now)]
        return sorted(
            (post for post in there if post.newest(now) is post),
            key=lambda post: int(post.id),
            reverse=True,
        )

    def timeline(self, account: str) -> list[Post]:
        """The live posts of an account, newest first."""
        return [post for post in self.listed() if post.author.id == account]

    def answers(self, post: Post) -> list[Post]:
        """The first versions of everything that was answered to a post, or to an answer."""
        return [
            each
            for each in self.posts.values()
            if each is each.first and each.parent and each.conversation == post.id
        ]

    def figures(self, post: Post) -> dict[str, int]:
        """A post's metrics now: what was set by hand, and what the public did since."""
        now, figures = self._clock.now(), dict(post.metrics)
        figures["reply_count"] += sum(
            each is each.first and each.was_there(now)
            for each in self._children.get(post.first.id, ())
        )
        for name, count in _reactions(post.response, now).items():
            figures[name] += count
        return figures

    def has_duplicate(self, author: Account, text: str) -> bool:
        """Whether the same text of the same account is still live.

        For how long the platform remembers is unverified; here as long as the post exists.
        """
        now = self._clock.now()
        return any(
            post.author is author and post.was_there(now)
            for post in self._alike.get(words(text), ())
        )

    def account_of(self, token: str) -> Account:
        """Whose access token this is."""
        return next(account for account in self.accounts.values() if account.token == token)


def _reactions(response: Response | None, now: datetime) -> dict[str, int]:
    if response is None:
        return {}
    views, clicks = response.views(now), response.clicks(now)
    likes, shares, quotes = response.likes(now), response.shares(now), response.quotes(now)
    return {
        "impression_count": views,
        "like_count": likes,
        "retweet_count": shares,
        "quote_count": quotes,
        "bookmark_count": response.bookmarks(now),
        "url_link_clicks": clicks,
        "engagements": likes + shares + quotes + clicks,
    }


def words(text: str) -> str:
    """A text without its line breaks and runs of spaces, which make no other text of it."""
    return " ".join(text.split())


def stamp(moment: datetime) -> str:
    """A time as the API writes it. tweepy cannot read one without the fraction."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
