"""What comes of a page's post: how many saw it, and what they say; from the sandbox's public."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from orchestrator.sandbox.graph_cities import atlas
from orchestrator.sandbox.graph_comments import Comment
from orchestrator.sandbox.graph_posts import Post
from orchestrator.sandbox.graph_tokens import PAGES
from orchestrator.sandbox.public import Public, Response, Said, Shown, Written

FIRST_SAID = 918_000_000_000_000


@dataclass
class Echo:
    """The public's response to each post, from the moment it is live until it is deleted.

    `unheard`: nobody outside sees any post.
    """

    public: Public | None
    unheard: bool = False
    _shown: dict[str, Shown] = field(default_factory=dict)

    def figures(self, post: Post, now: datetime) -> dict[str, int]:
        """Viewers, views, likes, shares and clicks."""
        response, now = self._response(post), min(now, post.deleted or now)
        if response is None:
            # Without a public somebody comes by all the same, as long as the app lets anybody see.
            seen = int(self.public is None and not self.unheard and post.published)
            return {"viewers": seen, "views": seen, "likes": 0, "shares": 0, "clicks": 0}
        return {
            "viewers": response.viewers(now),
            "views": response.views(now),
            "likes": response.likes(now),
            "shares": response.shares(now),
            "clicks": response.clicks(now),
        }

    def comments(self, post: Post, now: datetime) -> Iterator[Comment]:
        """Everything said until now, or until the post went; also what was deleted since."""
        response, until = self._response(post), min(now, post.deleted or now)
        for said in response.said if response else ():
            if said.at <= until:
                yield _comment(post, said, until)

    def letters(self, post: Post) -> tuple[Written, ...]:
        """What people write to the page alone because of a post; also what is still to come."""
        if self.public is None or self._response(post) is None:
            return ()
        written = self.public.letters(self._shown[post.id])
        return tuple(each for each in written if not post.deleted or each.at < post.deleted)

    def _response(self, post: Post) -> Response | None:
        if self.public is None or self.unheard or not post.published:
            return None
        # What people make of a post is decided by how it first appeared, not by later changes.
        if post.id not in self._shown:
            self._shown[post.id] = _shown(post)
        return self.public.response(self._shown[post.id])


def _shown(post: Post) -> Shown:
    people = audience(post.targeting or post.feed_targeting or {})
    if not people:
        people = next(page.followers for page in PAGES if page.id == post.page_id)
    return Shown("facebook", str(post.count), post.message or "", post.created, people)


def audience(targeting: Mapping[str, object]) -> int:
    """How many people live in the towns of a targeting; 0 where it names none."""
    places = cast(Mapping[str, Any], targeting.get("geo_locations", {}))
    return atlas().people(city["key"] for city in places.get("cities", []))


def _comment(post: Post, said: Said, until: datetime) -> Comment:
    edited = said.edited_at if said.edited_at and said.edited_at <= until else None
    return Comment(
        id=f"{post.number}_{FIRST_SAID + said.key}",
        post=post,
        created=said.at,
        text=said.edited_text if edited else said.text,
        author=said.author.name,
        author_id=said.author.id,
        parent=None if said.parent is None else f"{post.number}_{FIRST_SAID + said.parent}",
        picture="photo" if said.picture else "",
        edited=edited,
        deleted=said.deleted_at if said.deleted_at and said.deleted_at <= until else None,
        label=said.label,
        language=said.language,
    )
