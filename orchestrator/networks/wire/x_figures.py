"""The figures that X counts for posts, under its older names.

Own posts are read from the account's own list, which X sells cheaper than looking them up. What
only their owner is told comes in the same answers. Unverified live: both the price of a list that
is read with private figures, and that they are withheld as a complaint beside the post.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

from orchestrator.networks.wire.answer import as_object, whole
from orchestrator.networks.wire.x_bill import Spared, spared
from orchestrator.networks.wire.x_pages import Page
from orchestrator.networks.wire.x_posts import numbered, refused
from orchestrator.networks.wire.x_reading import Kind, Reading
from orchestrator.networks.wire.x_troubles import ENDING, problem_type
from orchestrator.ports import Metrics, Readings, Trouble, Unavailable, Unreadable

# Renamed in version 2.167 of X's description.
OLD_NAMES = {"repost_count": "retweet_count"}
PUBLIC = ["public_metrics"]
MINE, ORGANIC = "non_public_metrics", "organic_metrics"
WITHHELD = ("not-authorized-for-field", "field-unauthorized")


def figures(
    reading: Reading, posts: Sequence[str], private: Collection[str], metrics: Metrics
) -> Readings:
    """The figures of posts; a Trouble when X answered nothing at all.

    Posts with private figures are asked for apart from those without: an answer about older ones
    would be full of complaints.
    """
    told, ours = _Telling(reading, metrics), numbered(posts)
    owned = [post for post in ours if post in private]
    told.read(owned, [*PUBLIC, MINE, ORGANIC])
    told.read([post for post in ours if post not in private], PUBLIC)
    if told.answered:
        reading.count_again()
    elif told.trouble:
        if isinstance(told.trouble, Unreadable):
            reading.refuse(Kind.FIGURES)
        raise told.trouble
    return Readings(
        {post: counts for post in ours if (counts := told.counted.get(post))},
        told.unavailable(owned),
        frozenset(told.gone & set(posts)),
        told.ended,
        (spared(),) if told.spared else (),
    )


class _Telling:
    """What X told in one reading, and what it did not.

    ``counted`` has every post that was told, also one between ours. ``withheld``: which group of
    figures X keeps back, and of which post.
    """

    def __init__(self, reading: Reading, metrics: Metrics) -> None:
        self._reading, self._metrics = reading, metrics
        self.counted: dict[str, dict[str, int]] = {}
        self.gone: set[str] = set()
        self.withheld: dict[str, set[str | None]] = {}
        self.trouble: Trouble | None = None
        self.ended: Trouble | None = None
        self.answered = self.spared = False

    def read(self, posts: Sequence[str], fields: list[str]) -> None:
        """Read the account's list as far as that is cheaper, and look up what is not in it."""
        left = self._listed(posts, fields)
        self._looked_up(left, fields)
        # Where a figure that is withheld took its post along.
        without = self.withheld.keys() - self.counted.keys()
        self._looked_up([post for post in left if post in without], PUBLIC)

    def _listed(self, posts: Sequence[str], fields: list[str]) -> list[str]:
        """The posts that are not in the list, as far as it was read, newest first as it is."""
        left, missed = set(posts), set[str]()
        while left and self._reading.saves and not self.ended:
            page = self._asked(partial(self._reading.listed, left), fields)
            there = {str(post["id"]) for post in page.posts} if page else set()
            found, oldest = left & there, min(map(int, there), default=0)
            if not found:
                break
            missed |= {post for post in left - there if int(post) > oldest}
            left = {post for post in left if int(post) < oldest}
            if self._reading.worth(len(found)) < len(there):
                break
        self.spared = False  # what was paid for today may still be looked up
        return sorted(left | missed, key=int, reverse=True)

    def _looked_up(self, posts: Sequence[str], fields: list[str]) -> None:
        for some in self._reading.lots(posts):
            if self.ended or self.spared:
                return
            self._asked(partial(self._reading.look_up, some), fields)

    def _asked(self, ask: Callable[..., Page], fields: list[str]) -> Page | None:
        try:
            page = self._fitting(ask, fields)
        except Spared:
            self.spared = True
            return None
        except Trouble as trouble:
            self.trouble = self.trouble or trouble
            self.ended = trouble if isinstance(trouble, (*ENDING, Unreadable)) else None
            return None
        self._keep(page)
        return page

    def _fitting(self, ask: Callable[..., Page], fields: list[str]) -> Page:
        """Where X refuses the whole call for what is private, the public figures alone."""
        if self._kept_back or fields == PUBLIC:
            return ask(tweet_fields=PUBLIC)
        try:
            return ask(tweet_fields=fields)
        except Unreadable:
            page = ask(tweet_fields=PUBLIC)
            self._reading.refuse(Kind.PRIVATE)
            return page

    @property
    def _kept_back(self) -> bool:
        """Whether X refused, not long ago, to be asked for what is private."""
        return self._reading.is_refused(Kind.PRIVATE)

    def _keep(self, page: Page) -> None:
        self.answered = True
        self.gone |= refused(page.errors, ("resource-not-found",))
        self.counted |= {str(post["id"]): _counts(post, self._metrics) for post in page.posts}
        for error in page.errors:
            if problem_type(error) in WITHHELD:
                post = str(error.get("resource_id") or error.get("value"))
                self.withheld.setdefault(post, set()).add(error.get("field"))

    def unavailable(self, owned: Collection[str]) -> dict[str, Unavailable]:
        """The metrics that no post has; the private ones only where they were asked for."""
        names = self._metrics
        given = {name for counts in self.counted.values() for name in counts}
        asked = [names.reach, names.replies, *names.counters] if self.counted else []
        asked += names.private if self.counted.keys() & set(owned) else ()
        return {name: self._why(name) for name in asked if name not in given}

    def _why(self, name: str) -> Unavailable:
        group = PUBLIC[0]
        if name in self._metrics.private:
            group = ORGANIC if name.startswith(ORGANIC) else MINE
        denied = any({None, group} & groups for groups in self.withheld.values())
        refused = self._kept_back and group not in PUBLIC
        return Unavailable.NOT_PERMITTED if denied or refused else Unavailable.VANISHED


def _counts(post: Mapping[str, Any], metrics: Metrics) -> dict[str, int]:
    public, organic = _renamed(post, *PUBLIC), _renamed(post, ORGANIC)
    # What X has twice stands under the name of its group; a click is a click in both.
    private = organic | _renamed(post, MINE)
    private |= {f"{ORGANIC}.{name}": count for name, count in organic.items()}
    told = {name: public.get(name) for name in (metrics.reach, metrics.replies, *metrics.counters)}
    told |= {name: private.get(name) for name in metrics.private}
    figures = {name: whole(count) for name, count in told.items()}
    return {name: count for name, count in figures.items() if count is not None}


def _renamed(post: Mapping[str, Any], group: str) -> dict[str, Any]:
    told = as_object(post.get(group))
    return {OLD_NAMES.get(name, name): count for name, count in told.items()}
