"""The posts of the pages: what is stored, what reads back, what shows in which list."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from orchestrator.sandbox.graph_media import Photo, Photos
from orchestrator.sandbox.graph_videos import Film, Films

FIRST_NUMBER = 122_104_000_000_000_001


@dataclass
class Post:
    """One post. `visible` is when it can be read; `created` moves to the publication.

    `live` is when it was published. `before` is the post as it was until then, as it reads while
    the publication does not show yet. `missed`: its time came, and the platform let it pass.
    `media`: its photos, or its film.
    """

    number: int
    page_id: str
    page_name: str
    created: datetime
    updated: datetime
    published: bool
    visible: datetime
    message: str | None = None
    link: str | None = None
    scheduled: datetime | None = None
    targeting: dict[str, object] | None = None
    feed_targeting: dict[str, object] | None = None
    place: str | None = None
    hidden: bool = False
    deleted: datetime | None = None
    live: datetime | None = None
    before: "Post | None" = None
    missed: bool = False
    media: tuple[Photo | Film, ...] = ()

    @property
    def id(self) -> str:
        """The id by which the API knows the post: page and post."""
        return f"{self.page_id}_{self.number}"

    @property
    def state(self) -> str:
        """One of deleted, published, scheduled, unpublished."""
        if self.deleted:
            return "deleted"
        if self.published:
            return "published"
        return "scheduled" if self.scheduled else "unpublished"

    @property
    def rank(self) -> tuple[int, int]:
        """Position in lists: the newest first, then by number."""
        return -int(self.created.timestamp()), -self.number

    @property
    def count(self) -> int:
        """Which post of all pages this is, from 1."""
        return self.number - FIRST_NUMBER + 1

    def publish(self, when: datetime, lag: timedelta) -> None:
        """Go live."""
        self.before = replace(self)
        self.published, self.scheduled = True, None
        self.created = self.updated = self.live = when
        self.visible = when + lag

    def face(self, now: datetime) -> "Post":
        """The post as it reads: a publication shows only after the lag, an end at once."""
        if self.before and not self.deleted and now < self.visible:
            return self.before
        return self

    def node(self) -> dict[str, object]:
        """The fields that read back; None has no value."""
        return {
            "id": self.id,
            "message": self.message,
            "created_time": graph_time(self.created),
            "updated_time": graph_time(self.updated),
            "permalink_url": f"https://www.facebook.com/{self.page_id}/posts/{self.number}",
            "is_published": self.published,
            "is_hidden": self.hidden,
            "is_expired": False,
            "scheduled_publish_time": int(self.scheduled.timestamp()) if self.scheduled else None,
            "targeting": self.targeting,
            "feed_targeting": self.feed_targeting,
            "promotable_id": self.id,
            "is_eligible_for_promotion": self.published,
            "from": {"name": self.page_name, "id": self.page_id},
            "status_type": self._kind,
            "timeline_visibility": "hidden" if self.hidden else "normal",
            "place": {"id": self.place} if self.place else None,
        }

    @property
    def _kind(self) -> str:
        if self.media:
            return "added_video" if isinstance(self.media[0], Film) else "added_photos"
        return "shared_story" if self.link else "mobile_status_update"

    def delete(self, when: datetime) -> None:
        """Take it down, with what it shows."""
        self.deleted = when
        for each in self.media:
            each.deleted = True

    def record(self) -> dict[str, object]:
        """The post as the sandbox's ledger shows it."""
        return {
            "id": self.id,
            "page": self.page_id,
            "text": self.message,
            "link": self.link,
            "state": self.state,
            "targeting": self.targeting,
            "feed_targeting": self.feed_targeting,
            "created_time": self.created.isoformat(),
            "published_at": self.live.isoformat() if self.live else None,
            "scheduled_publish_time": self.scheduled.isoformat() if self.scheduled else None,
            "hidden": self.hidden,
            "media": [each.record() for each in self.media],
            "deleted": self.deleted.isoformat() if self.deleted else None,
        }


def graph_time(when: datetime) -> str:
    """A time as the API writes it."""
    return when.strftime("%Y-%m-%dT%H:%M:%S+0000")


class Wall:
    """All posts, also the deleted ones, and what they show or may show."""

    def __init__(self) -> None:
        self._posts: dict[str, Post] = {}
        self.photos = Photos()
        self.films = Films()

    def __iter__(self) -> Iterator[Post]:
        return iter(self._posts.values())

    def next_number(self) -> int:
        """The number of the next post."""
        return FIRST_NUMBER + len(self._posts)

    def add(self, post: Post) -> None:
        """Keep a new post."""
        self._posts[post.id] = post

    def find(self, post_id: str) -> Post | None:
        """A post that has not been deleted."""
        post = self._posts.get(post_id)
        return post if post and not post.deleted else None

    def numbered(self, number: str) -> Post | None:
        """A post that has not been deleted, by its number alone."""
        return next((p for p in self if str(p.number) == number and not p.deleted), None)

    def settle(self, now: datetime, lag: timedelta, keeps: bool = False) -> None:
        """Publish what was scheduled for now or before, each at its time; or let it pass."""
        for post in self:
            if post.scheduled and post.scheduled <= now and not post.deleted:
                post.missed = post.missed or keeps
                if not post.missed:
                    post.publish(post.scheduled, lag)

    def has_text(self, page_id: str, message: str, but: Post | None = None) -> bool:
        """Whether a post of the page (other than `but`), published or not, has just this text."""
        return any(
            post.page_id == page_id and post.message == message
            for post in self
            if not post.deleted and post is not but
        )

    def listed(self, page_id: str, edge: str, now: datetime, hidden: bool) -> list[Post]:
        """What an edge of a page lists, newest first."""
        state = {"scheduled_posts": "scheduled", "ads_posts": "unpublished"}.get(edge, "published")
        return newest_first(
            post
            for post in (each.face(now) for each in self)
            if post.page_id == page_id
            and post.state == state
            and post.visible <= now
            and (hidden or not post.hidden)
        )


def newest_first(posts: Iterable[Post]) -> list[Post]:
    """Posts in the order of lists."""
    return sorted(posts, key=lambda post: post.rank)
