"""The knob `replies`: exact words of exact people, placed where a rehearsal or test wants them.

Each is an object: `author` (a user name, or an object with `username` and perhaps `id`, `name`,
`private`), `text`, and perhaps `post` (what it answers; nothing: it only mentions us), `at`
(default: now), `mention` (default true), `picture`, `edited_at` with `edited_text`, `deleted_at`,
`label`, `language`. Times are ISO 8601 with an offset and may lie ahead. X itself does not let
answers be edited any more; other posts yes, and older answers were.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import cast

from orchestrator.sandbox.x_crowd import Utterance
from orchestrator.sandbox.x_store import Account, Post, Store

KINDS: Mapping[str, tuple[type, ...]] = {
    "author": (str, dict),
    "text": (str,),
    "post": (str, type(None)),
    "at": (str,),
    "mention": (bool,),
    "picture": (bool,),
    "edited_at": (str,),
    "edited_text": (str,),
    "deleted_at": (str,),
    "label": (str,),
    "language": (str,),
}


def placed(store: Store, wish: object, now: datetime) -> Utterance:
    """Read one wish; raises ValueError with the reason."""
    if not isinstance(wish, dict) or not {"author", "text"} <= wish.keys() <= KINDS.keys():
        raise ValueError(f"x: a reply has author, text, and of {', '.join(KINDS)} what is wanted")
    for name, value in wish.items():
        if not isinstance(value, KINDS[name]):
            raise ValueError(f"x: the {name} of a reply cannot be {value!r}")
    if ("edited_at" in wish) != ("edited_text" in wish):
        raise ValueError("x: edited_at and edited_text go together")
    return Utterance(
        author=_author(store, wish["author"]),
        at=_time(wish, "at") or now,
        words=wish["text"],
        parent=_parent(store, wish.get("post")),
        names=wish.get("mention", True),
        picture=wish.get("picture", False),
        label=wish.get("label", "other"),
        language=wish.get("language", "und"),
        edited_at=_time(wish, "edited_at"),
        edited_words=wish.get("edited_text", ""),
        deleted_at=_time(wish, "deleted_at"),
    )


def _parent(store: Store, post: str | None) -> Post | None:
    if post is None:
        return None
    if post not in store.posts:
        raise ValueError(f"x: there is no post {post} to answer")
    return store.posts[post].first


def _author(store: Store, wish: str | dict[str, object]) -> Account:
    given = {"username": wish} if isinstance(wish, str) else wish
    username = str(given.get("username", ""))
    if not username or not given.keys() <= {"id", "username", "name", "private"}:
        raise ValueError("x: an author has a username, and perhaps id, name, private")
    number = str(given.get("id") or _number(username))
    known = store.accounts.get(number)
    if known is None:
        name = str(given.get("name", username))
        known = Account(number, username, name, protected=given.get("private") is True)
    return known


def _number(username: str) -> str:
    return str(10**17 + int(sha256(username.encode()).hexdigest()[:12], 16))


def _time(wish: Mapping[str, object], name: str) -> datetime | None:
    if name not in wish:
        return None
    moment = datetime.fromisoformat(cast(str, wish[name]))
    if moment.tzinfo is None:
        raise ValueError(f"x: the {name} of a reply needs an offset")
    return moment
