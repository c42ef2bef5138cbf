"""Comments under a page's posts: what is stored, and what reads back."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from orchestrator.sandbox.graph_posts import Post, graph_time

Ranking = Callable[["Comment"], tuple[int, int]]
Picture = Literal["", "photo", "sticker"]
REPLY_WINDOW = timedelta(days=7)


@dataclass(frozen=True)
class Comment:
    """One comment as it stands now. `private`: it is counted, but the page cannot read it.

    `can_hide`: whether the page may take it out of sight; never what the page itself wrote.
    `label` and `language` are what it truly is, where the sandbox's own public said it.
    """

    id: str
    post: Post
    created: datetime
    text: str
    author: str
    author_id: str
    parent: str | None = None
    picture: Picture = ""
    hidden: bool = False
    can_hide: bool = True
    private: bool = False
    edited: datetime | None = None
    deleted: datetime | None = None
    label: str | None = None
    language: str | None = None

    @property
    def number(self) -> int:
        """The comment's own part of the id."""
        return int(self.id.partition("_")[2])

    @property
    def rank(self) -> tuple[int, int]:
        """Position in time."""
        return int(self.created.timestamp()), self.number

    @property
    def shuffled(self) -> tuple[int, int]:
        """Position in a list without order."""
        digest = hashlib.sha256(self.id.encode()).digest()
        return int.from_bytes(digest[:6]), self.number

    def node(
        self, now: datetime, parent: "Comment | None", answers: int, authors: bool
    ) -> dict[str, object]:
        """The fields that read back; None has no value. `authors`: whether they are told."""
        return {
            "id": self.id,
            # A picture has an empty text, a sticker has none.
            "message": None if self.picture == "sticker" and not self.text else self.text,
            "created_time": graph_time(self.created),
            "from": {"name": self.author, "id": self.author_id} if authors else None,
            "parent": parent and _short(parent, authors),
            "attachment": self._attachment(),
            "permalink_url": self._address(),
            "object": {"id": self.post.id, "created_time": graph_time(self.post.created)},
            "like_count": 0,
            "comment_count": answers,
            "is_hidden": self.hidden,
            "is_private": False,
            "user_likes": False,
            "can_comment": True,
            "can_hide": self.can_hide and self.author_id != self.post.page_id,
            "can_like": True,
            "can_remove": True,
            "can_reply_privately": now - self.created <= REPLY_WINDOW,
        }

    def _address(self) -> str:
        page, post = self.post.page_id, self.post.number
        return f"https://www.facebook.com/{page}/posts/{post}?comment_id={self.number}"

    def _attachment(self) -> dict[str, object] | None:
        if not self.picture:
            return None
        address = f"https://www.facebook.com/photo.php?fbid={self.number}"
        image = {"height": 320, "width": 320, "src": address}
        target = {"id": str(self.number), "url": address} if self.picture == "photo" else {}
        return {"type": self.picture, "media": {"image": image}, "target": target, "url": address}

    def record(self) -> dict[str, object]:
        """The comment as the sandbox's ledger shows it."""
        return {
            "id": self.id,
            "text": self.text,
            "label": self.label,
            "language": self.language,
            "at": self.created.isoformat(),
            "edited_at": self.edited.isoformat() if self.edited else None,
            "deleted_at": self.deleted.isoformat() if self.deleted else None,
            "hidden": self.hidden,
            "readable": not self.private,
        }


def _short(parent: Comment, authors: bool) -> dict[str, object]:
    who = {"from": {"name": parent.author, "id": parent.author_id}} if authors else {}
    text = {"message": parent.text, "created_time": graph_time(parent.created)}
    return {"id": parent.id, **text, **who}


def fallen(comments: Sequence[Comment]) -> list[Comment]:
    """The same comments; with one that was deleted go the answers to it."""
    known = {comment.id: comment for comment in comments}

    def end(comment: Comment) -> datetime | None:
        parent = known.get(comment.parent or "")
        ends = [comment.deleted, end(parent) if parent else None]
        return min((when for when in ends if when), default=None)

    return [replace(comment, deleted=end(comment)) for comment in comments]
