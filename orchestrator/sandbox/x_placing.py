"""The knob `replies`: exact words of exact people, placed where a rehearsal or test wants them.

Each is an object of some of: `post` or `parent` (what it answers; neither: it only mentions us),
`author` (a name) or `author_id`, `text`, `at` (default: now), `mention` (default true), `picture`,
`private` (its author is read by followers only), `edited_at` with `edited_text`, `deleted_at`,
`label`, `language`. Times are ISO 8601 with an offset and may lie ahead. With the `id` of a reply
it changes that one: a new `text`, or `deleted`. The platform lets nobody edit answers to others
any more; other posts can be, and older answers were.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from orchestrator.sandbox.graph_cities import fold
from orchestrator.sandbox.x_crowd import Crowd, Utterance
from orchestrator.sandbox.x_store import Account, Post, Store

_SAID = ("id", "post", "parent", "author", "author_id", "text", "label", "language")
_HISTORY = ("at", "edited_at", "edited_text", "deleted_at")
TEXTS = (*_SAID, *_HISTORY)
FLAGS = "mention", "private", "deleted"
SOMEBODY = "Somebody"


@dataclass(frozen=True)
class Change:
    """What happens to a reply: other words, or its end."""

    post: Post
    at: datetime
    text: str | None
    deleted: bool

    def apply(self, crowd: Crowd) -> None:
        """Let it happen."""
        if self.text is not None:
            crowd.edit(self.post, self.at, self.text)
        if self.deleted:
            self.post.deleted_at = self.at


def wished(store: Store, wish: object, now: datetime) -> Utterance | Change:
    """Read one wish; raises ValueError with the reason."""
    given = _checked(wish)
    if known := store.posts.get(given.get("id", "")):
        return Change(known.first, now, given.get("text"), bool(given.get("deleted")))
    if "id" in given or "deleted" in given:
        raise ValueError(f"x: there is no reply {given.get('id')} to change")
    return Utterance(
        author=known_author(store, given),
        at=_time(given, "at") or now,
        words=given.get("text", ""),
        parent=_parent(store, given.get("parent") or given.get("post")),
        names=bool(given.get("mention", True)),
        picture=bool(given.get("picture")),
        label=given.get("label", "other"),
        language=given.get("language", "und"),
        edited_at=_time(given, "edited_at"),
        edited_words=given.get("edited_text", ""),
        deleted_at=_time(given, "deleted_at"),
    )


def _checked(wish: object) -> dict[str, str]:
    if not isinstance(wish, dict) or not wish.keys() <= {*TEXTS, *FLAGS, "picture"}:
        raise ValueError(f"x: a reply is an object of {', '.join((*TEXTS, *FLAGS, 'picture'))}")
    for name, value in wish.items():
        kinds = (str,) if name in TEXTS else (bool,) if name in FLAGS else (str, bool)
        if not isinstance(value, kinds):
            raise ValueError(f"x: the {name} of a reply cannot be {value!r}")
    if ("edited_at" in wish) != ("edited_text" in wish):
        raise ValueError("x: edited_at and edited_text go together")
    return wish


def _parent(store: Store, post: str | None) -> Post | None:
    if post is None:
        return None
    if post not in store.posts:
        raise ValueError(f"x: there is no post {post} to answer")
    return store.posts[post].first


def known_author(store: Store, given: Mapping[str, object]) -> Account:
    """Who says it; the same name is the same person, and another one where it is private."""
    name, private = str(given.get("author", SOMEBODY)), given.get("private") is True
    number = str(given.get("author_id") or _number(f"{name} {private}"))
    if not number.isdecimal():
        raise ValueError(f"x: an author_id is a number, not {number!r}")
    return store.accounts.get(number) or Account(number, handle(name), name, protected=private)


def handle(name: str) -> str:
    """A user name made of a name."""
    letters = "".join(letter if letter.isalnum() else "_" for letter in fold(name))
    return (letters.encode("ascii", "ignore").decode() or "anon")[:15]


def _number(name: str) -> str:
    return str(10**17 + int(sha256(name.encode()).hexdigest()[:12], 16))


def _time(given: Mapping[str, str], name: str) -> datetime | None:
    if name not in given:
        return None
    moment = datetime.fromisoformat(given[name])
    if moment.tzinfo is None:
        raise ValueError(f"x: the {name} of a reply needs an offset")
    return moment
