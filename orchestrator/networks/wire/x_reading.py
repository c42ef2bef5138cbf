"""An account's calls that read posts, with what they cost."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from time import monotonic

from orchestrator.networks.wire.answer import Answer
from orchestrator.networks.wire.x_api import XApi
from orchestrator.networks.wire.x_bill import Bill, Read, Spared
from orchestrator.networks.wire.x_names import Wishes, in_new, is_about_names
from orchestrator.networks.wire.x_pages import Page, page, pages
from orchestrator.networks.wire.x_troubles import Json
from orchestrator.ports import OutcomeUnknown, Unreadable

LOOK_UP = 100
PAGE_SIZE = 100
# Fewer X does not give on a page.
FEWEST_LISTED, FEWEST_MENTIONS, FEWEST_FOUND = 5, 5, 10
LARGEST_ID = 10**19 - 1
WHOLE = "note_tweet"
# For so long it is not asked again for what it refused to be asked for; seconds.
REFUSED_FOR = 20 * 3600.0
Ask = Callable[..., tuple[Json, Answer]]


class Kind(StrEnum):
    """What X may refuse by itself, and go on telling the rest."""

    FIGURES = "figures"
    PRIVATE = "private figures"
    MENTIONS = "mentions"
    LOOK_UP = "look up"
    SEARCH = "search"
    MESSAGES = "messages"


class Reading:
    """Reads for one account.

    ``owned_read`` is what X sells cheaper to the account that owns the app, its posts and mentions.
    Spared is raised before a page or look-up that could cost more than reading may.
    """

    def __init__(self, api: XApi, user_id: str, bill: Bill) -> None:
        self._api, self._bill = api, bill
        self.user_id = user_id
        self._newer = False
        self._refused: dict[Kind, float] = {}  # until when, of the monotonic clock

    def is_refused(self, kind: Kind) -> bool:
        """Whether X refused this not long ago, so that it is not asked for."""
        return monotonic() < self._refused.get(kind, 0.0)

    def refuse(self, kind: Kind) -> None:
        """Note that X refuses this."""
        self._refused[kind] = monotonic() + REFUSED_FOR

    def count_again(self) -> None:
        """Note that X tells figures; if it refused them before, somebody has mended the access."""
        if Kind.FIGURES in self._refused:
            self._refused.clear()

    def posts(self, since: datetime, *more: str) -> Iterator[Page]:
        """The account's posts since a time, to the second; ``more`` fields of each."""
        return self._charged(
            pages(
                lambda **following: self._api.posts(
                    self.user_id,
                    max_results=PAGE_SIZE,
                    start_time=since.astimezone(UTC).replace(microsecond=0),
                    exclude=["retweets"],
                    tweet_fields=["created_at", "entities", *more],
                    **following,
                ),
                "pagination_token",
            ),
            "owned_read",
        )

    @property
    def saves(self) -> bool:
        """Whether an own post is cheaper in the account's list than looked up."""
        return self._bill.price("owned_read") < self._bill.price("read")

    def worth(self, posts: int) -> int:
        """How many owned reads cost as much as looking up so many posts."""
        owned = self._bill.price("owned_read")
        return int(posts * self._bill.price("read") / owned) if owned else PAGE_SIZE

    def listed(self, posts: Collection[str], **wishes: list[str]) -> Page:
        """One page of the account's own list, from the newest of these posts towards the oldest.

        It may hold others that lie between them, but never so many that looking up is cheaper.
        """
        size = max(FEWEST_LISTED, min(PAGE_SIZE, self.worth(len(posts))))
        size = self._size("owned_read", FEWEST_LISTED, size)
        ids = [int(post) for post in posts]
        window = {"since_id": max(0, min(ids) - 1), "until_id": min(LARGEST_ID, max(ids) + 1)}
        answer = self._fitting(
            lambda **fields: self._api.posts(
                self.user_id, max_results=size, exclude=["retweets", "replies"], **window, **fields
            ),
            wishes,
        )
        [found] = self._charged([page(*answer)], "owned_read")
        return found

    def mentions(self, since: str, **wishes: list[str]) -> Iterator[Page]:
        """What names the account since a post, newest first."""
        return self._charged(
            pages(
                lambda **following: self._fitting(
                    lambda **fields: self._api.mentions(
                        self.user_id,
                        max_results=self._size("owned_read", FEWEST_MENTIONS),
                        since_id=since,
                        **following,
                        **fields,
                    ),
                    wishes,
                ),
                "pagination_token",
            ),
            "owned_read",
        )

    def search(self, query: str, **wishes: list[str]) -> Iterator[Page]:
        """What a query finds in the last seven days."""
        return self._charged(
            pages(
                lambda **following: self._fitting(
                    lambda **fields: self._api.search(
                        query,
                        max_results=self._size("read", FEWEST_FOUND),
                        **following,
                        **fields,
                    ),
                    wishes,
                ),
                "next_token",
            ),
            "read",
        )

    def look_up(self, ids: Sequence[str], **wishes: list[str]) -> Page:
        """These posts, at most LOOK_UP of them."""
        if self._bill.covers(ids, "read") < len(ids):
            raise Spared
        answer = self._fitting(lambda **fields: self._api.look_up(ids, **fields), wishes)
        [found] = self._charged([page(*answer)], "read")
        return found

    def look(self, post: str) -> Page:
        """An own post, whatever is left of the money: what happens to an appeal hangs on it."""
        fields = ["author_id", "created_at", "entities"]
        answer = self._named(
            lambda **wishes: self._api.look_up([post], **wishes), {"tweet_fields": fields}
        )
        [found] = self._charged([page(*answer)], "read")
        return found

    def lots(self, ids: Iterable[str]) -> Iterator[list[str]]:
        """As many at a time as one look-up takes and the money suffices for, at last too many."""
        left = list(ids)
        while left:
            some = left[:LOOK_UP]
            size = self._bill.covers(some, "read") or len(some)
            yield some[:size]
            left = left[size:]

    def messages(self, size: int, **wishes: object) -> Json:
        """One page of the private messages of the last thirty days, newest first."""
        if self._bill.room("message_read", size) < size:
            raise Spared
        answer, _raw = self._api.messages(max_results=size, **wishes)
        return answer

    def charge_messages(self, messages: Iterable[str]) -> None:
        """Note what was told of messages."""
        self._bill.add("message_read", messages)

    def _size(self, what: Read, fewest: int, wanted: int = PAGE_SIZE) -> int:
        """How large a page may be."""
        size = self._bill.room(what, wanted)
        if size < fewest:
            raise Spared
        return size

    def _fitting(self, ask: Ask, wishes: dict[str, list[str]]) -> tuple[Json, Answer]:
        """Where an answer is longer than we take, ask again for the beginnings of long posts.

        So nobody can silence an account by writing a lot to it.
        """
        try:
            return self._named(ask, wishes)
        except OutcomeUnknown:
            if not (self._api.overflowed and WHOLE in wishes["tweet_fields"]):
                raise
        shorter = [field for field in wishes["tweet_fields"] if field != WHOLE]
        return self._named(ask, wishes | {"tweet_fields": shorter})

    def _named(self, ask: Ask, wishes: dict[str, list[str]]) -> tuple[Json, Answer]:
        """Ask in the names that X takes: the older ones, until it refuses them."""
        if self._newer:
            return ask(**in_new(wishes))
        try:
            return ask(**wishes)
        except Unreadable as refusal:
            if not is_about_names(refusal):
                raise
            answer = self._in_new(ask, wishes, refusal)
        self._newer = True
        return answer

    def _in_new(self, ask: Ask, wishes: Wishes, refusal: Unreadable) -> tuple[Json, Answer]:
        try:
            return ask(**in_new(wishes))
        except Unreadable:
            raise refusal from None

    def _charged(self, told: Iterable[Page], what: Read) -> Iterator[Page]:
        for each in told:
            self._bill.add(what, (str(post["id"]) for post in each.posts))
            yield each
