"""The public around each town: who sees a post, who answers, and when. One seed, one world.

What comes of a post depends on the seed and the post alone, never on the order of questions,
the process or the machine; a network asks with the time on its clock and shows what is there.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from orchestrator.sandbox.public_deck import Deck
from orchestrator.sandbox.public_letters import Postbag, Written, record
from orchestrator.sandbox.public_reach import Reach, reach_of
from orchestrator.sandbox.public_reading import reading
from orchestrator.sandbox.public_replies import SHIPPED, read
from orchestrator.sandbox.public_said import Member, Said, Shown
from orchestrator.sandbox.public_talk import Talk

__all__ = ["Member", "Public", "Response", "Said", "Shown", "Written", "record"]


@dataclass(frozen=True)
class Response:
    """What comes of one post. No figure ever falls."""

    said: tuple[Said, ...]
    reach: Reach

    def viewers(self, now: datetime) -> int:
        """People who have seen it."""
        return self.reach.count("viewers", now)

    def views(self, now: datetime) -> int:
        """How often it was seen; more than people."""
        seen = self.viewers(now)
        return seen and seen + 1 + self.reach.count("again", now)

    def likes(self, now: datetime) -> int:
        """Reactions of any kind."""
        return self.reach.count("likes", now)

    def shares(self, now: datetime) -> int:
        """Passed on as it is."""
        return self.reach.count("shares", now)

    def quotes(self, now: datetime) -> int:
        """Passed on with words of one's own."""
        return self.reach.count("quotes", now)

    def bookmarks(self, now: datetime) -> int:
        """Kept for later."""
        return self.reach.count("bookmarks", now)

    def clicks(self, now: datetime) -> int:
        """Opened: the text, the link, the account."""
        return self.reach.count("clicks", now)


class Public:
    """Everybody who may come across a post."""

    def __init__(self, seed: int, replies: Path | None = None) -> None:
        self.seed = seed
        self._deck = Deck(seed, read(replies or SHIPPED))
        self._postbag = Postbag(seed)
        self._talks: dict[str, Talk] = {}
        self._responses: dict[Shown, Response] = {}

    def response(self, post: Shown) -> Response:
        """What comes of this post, from the first view to the last word."""
        if post not in self._responses:
            self._responses[post] = self._came_of(post)
        return self._responses[post]

    def letters(self, post: Shown) -> tuple[Written, ...]:
        """What people write to us alone because of this post."""
        reach, read_as = reach_of(self.seed, post), reading(post.text, self._deck.stems)
        return self._postbag.because_of(post, reach.totals["viewers"], reach.course, read_as)

    def _came_of(self, post: Shown) -> Response:
        if post.network not in self._talks:
            self._talks[post.network] = Talk(self.seed, post.network, self._deck)
        reach = reach_of(self.seed, post)
        talk = self._talks[post.network]
        return Response(talk.under(post, reach.totals["viewers"], reach.course), reach)
