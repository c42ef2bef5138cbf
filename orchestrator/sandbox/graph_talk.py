"""All comments: what the public says, and what a test puts there, changes and deletes."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from orchestrator.sandbox.graph_comments import Comment, fallen
from orchestrator.sandbox.graph_echo import Echo
from orchestrator.sandbox.graph_posts import Post, Wall
from orchestrator.sandbox.graph_table import WrongType, moment

FIRST_PLACED = 927_000_000_000_000
TEXTS = ("id", "post", "text", "author", "author_id", "parent", "picture", "at")
FLAGS = ("hidden", "can_hide", "private", "deleted")


class Talk:
    """The comments under every post."""

    def __init__(self, wall: Wall, echo: Echo) -> None:
        self._wall, self._echo = wall, echo
        self._placed: dict[str, Comment] = {}
        self._hidden: dict[str, bool] = {}  # by the page

    def said(self, post: Post, now: datetime) -> list[Comment]:
        """Everything said under a post until now, deleted or not, oldest first."""
        placed = [c for c in self._placed.values() if c.post is post and c.created <= now]
        said = sorted([*self._echo.comments(post, now), *placed], key=lambda c: c.rank)
        return fallen([self._as_seen(comment) for comment in said])

    def hide(self, comment: Comment, hidden: bool) -> None:
        """Take a comment out of sight, or show it again: its author sees it all the same."""
        self._hidden[comment.id] = hidden

    def _as_seen(self, comment: Comment) -> Comment:
        hidden = self._hidden.get(comment.id, comment.hidden)
        return comment if hidden is comment.hidden else replace(comment, hidden=hidden)

    def living(self, post: Post, now: datetime) -> list[Comment]:
        """What stands under a post now."""
        return [comment for comment in self.said(post, now) if not comment.deleted]

    def find(self, comment_id: str, now: datetime) -> Comment | None:
        """A comment that stands somewhere."""
        post = self._wall.numbered(comment_id.partition("_")[0])
        here = self.living(post, now) if post else []
        return next((c for c in here if c.id == comment_id and not c.private), None)

    def answer(
        self, comment: Comment, author: tuple[str, str], text: str, now: datetime
    ) -> Comment:
        """Somebody answers a comment; an answer to an answer stands beside that one.

        That there are two levels and no more is unverified.
        """
        number = FIRST_PLACED + len(self._placed)
        made = Comment(
            id=f"{comment.post.number}_{number}",
            post=comment.post,
            created=now,
            text=text,
            author=author[1],
            author_id=author[0],
            parent=comment.parent or comment.id,
        )
        self._placed[made.id] = made
        return made

    def place(self, entries: object, now: datetime) -> None:
        """Put comments there as told, or change those with a known id; raises ValueError."""
        if not isinstance(entries, list):
            raise ValueError("replies must be a list of objects")
        for entry in entries:
            given = _checked(entry)
            known = self._placed.get(str(given.get("id")))
            comment = self._changed(known, given, now) if known else self._new(given, now)
            self._placed[comment.id] = comment
            if "hidden" in given:
                self._hidden.pop(comment.id, None)

    def _new(self, given: Mapping[str, Any], now: datetime) -> Comment:
        post = self._wall.find(str(given.get("post")))
        if post is None:
            raise ValueError(f"replies: no such post: {given.get('post')}")
        number = FIRST_PLACED + len(self._placed)
        comment_id = str(given.get("id") or f"{post.number}_{number}")
        if not re.fullmatch(rf"{post.number}_[0-9]+", comment_id):
            raise ValueError(f"replies: the id must be {post.number}_ and digits")
        parent = given.get("parent")
        if parent and parent not in {comment.id for comment in self.living(post, now)}:
            raise ValueError(f"replies: no such parent: {parent}")
        comment = Comment(
            id=comment_id,
            post=post,
            created=_moment(given["at"]) if given.get("at") else now,
            text=str(given.get("text", "")),
            author=str(given.get("author", "Jemand")),
            author_id=str(given.get("author_id") or number),
            parent=parent or None,
            picture=given.get("picture") or "",
        )
        return _flagged(comment, given, now)

    def _changed(self, comment: Comment, given: Mapping[str, Any], now: datetime) -> Comment:
        if "text" in given and given["text"] != comment.text:
            comment = replace(comment, text=given["text"], edited=now)
        return _flagged(comment, given, now)


def _flagged(comment: Comment, given: Mapping[str, Any], now: datetime) -> Comment:
    gone = given.get("deleted", comment.deleted is not None)
    return replace(
        comment,
        hidden=given.get("hidden", comment.hidden),
        can_hide=given.get("can_hide", comment.can_hide),
        private=given.get("private", comment.private),
        deleted=(comment.deleted or now) if gone else None,
    )


def _checked(entry: object) -> Mapping[str, Any]:
    if not isinstance(entry, dict) or entry.keys() - {*TEXTS, *FLAGS}:
        raise ValueError(f"replies: each is an object of {', '.join((*TEXTS, *FLAGS))}")
    texts = all(isinstance(entry[name], str) for name in TEXTS if name in entry)
    flags = all(isinstance(entry[name], bool) for name in FLAGS if name in entry)
    if not texts or not flags or entry.get("picture", "") not in ("", "photo", "sticker"):
        raise ValueError("replies: a text, a flag or a picture is not what it should be")
    return cast(Mapping[str, Any], entry)


def _moment(text: str) -> datetime:
    try:
        return moment(text)
    except WrongType as error:
        raise ValueError(f"replies: at must be {error}") from error
