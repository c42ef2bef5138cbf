"""Direct messages on the sandbox's X: who wrote to whom, and what may be written back.

Knob `messages`: each is an object of some of `author` (a name) or `author_id`, `text`, `at`
(ISO 8601 with an offset, default: now), `closed` (they take no answers), `picture`. With the `id`
of a message it changes that one: `deleted`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from orchestrator.sandbox.public import Written
from orchestrator.sandbox.x_placing import known_author
from orchestrator.sandbox.x_store import Account, Store, stamp
from orchestrator.sandbox.x_text import given_back, taken
from orchestrator.sandbox.x_words import entities

DEFAULT = "id", "event_type", "text"
_TEXTS = "id", "author", "author_id", "text", "at"
_FLAGS = "closed", "deleted", "picture"


@dataclass(frozen=True)
class Letter:
    """One message between us and somebody."""

    id: str
    sender: Account
    to: Account
    text: str
    created_at: datetime
    picture: bool = False
    parent: None = None

    @property
    def conversation(self) -> str:
        """The number of what two people write to each other."""
        return "-".join(sorted((self.sender.id, self.to.id), key=int))

    def body(self, fields: Iterable[str]) -> dict[str, object]:
        """As it is told."""
        shown, links = given_back(self.text, self.id)
        told: dict[str, object] = {
            "id": self.id,
            "event_type": "MessageCreate",
            "text": shown,
            "sender_id": self.sender.id,
            "created_at": stamp(self.created_at),
            "dm_conversation_id": self.conversation,
        }
        if found := entities(shown, links):
            told["entities"] = found
        if self.picture:
            told["attachments"] = {"media_keys": [f"3_{self.id}"]}
        return {name: told[name] for name in (*DEFAULT, *fields) if name in told}


@dataclass
class Letters:
    """All messages; ``written``: those of the public; ``closed``: who takes none from us."""

    all: dict[str, Letter] = field(default_factory=dict)
    written: dict[str, Written] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)

    def add(
        self,
        store: Store,
        sender: Account,
        to: Account,
        text: str,
        at: datetime,
        picture: bool = False,
    ) -> Letter:
        """Put a message there."""
        letter = Letter(store.number(at), sender, to, taken(text), at, picture)
        self.all[letter.id] = letter
        return letter

    def receive(self, store: Store, sender: Account, letter: Written) -> None:
        """Let somebody of the public write, at their time."""
        added = self.add(store, sender, store.owner, letter.text, letter.at, letter.picture)
        self.written[added.id] = letter

    def between(self, account: Account, now: datetime, conversation: str = "") -> list[Letter]:
        """What an account sent and got until now, the newest first."""
        there = [
            each
            for each in self.all.values()
            if account.id in (each.sender.id, each.to.id)
            and conversation in ("", each.conversation)
            and each.created_at <= now
        ]
        return sorted(there, key=lambda each: int(each.id), reverse=True)

    def place(self, store: Store, wishes: Iterable[Mapping[str, object]], now: datetime) -> None:
        """Let people write, as `checked` let through."""
        for given in wishes:
            if "id" in given:
                self.all.pop(str(given["id"]), None)
                continue
            sender = known_author(store, given)
            store.accounts.setdefault(sender.id, sender)
            at = datetime.fromisoformat(str(given["at"])) if "at" in given else now
            text, picture = str(given.get("text", "")), bool(given.get("picture"))
            self.add(store, sender, store.owner, text, at, picture)
            (self.closed.add if given.get("closed") else self.closed.discard)(sender.id)


def checked(letters: Letters, value: object) -> list[Mapping[str, object]]:
    """The wishes of the knob; raises ValueError."""
    if not isinstance(value, list):
        raise ValueError("x: messages must be a list of objects")
    for wish in value:
        if not isinstance(wish, dict) or not wish.keys() <= {*_TEXTS, *_FLAGS}:
            raise ValueError(f"x: a message is an object of {', '.join((*_TEXTS, *_FLAGS))}")
        texts = all(isinstance(wish[name], str) for name in _TEXTS if name in wish)
        if not texts or not all(isinstance(wish[name], bool) for name in _FLAGS if name in wish):
            raise ValueError("x: a text or a flag of a message is not what it should be")
        if "id" in wish and (wish["id"] not in letters.all or wish.get("deleted") is not True):
            raise ValueError("x: a message that is there can only be deleted")
        if "at" in wish and datetime.fromisoformat(wish["at"]).tzinfo is None:
            raise ValueError("x: the at of a message needs an offset")
    return cast(list[Mapping[str, object]], value)
