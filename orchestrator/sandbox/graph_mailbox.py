"""A page's conversations: what people wrote to it alone, and what it said to them.

Knob `messages`: each is an object of some of `author`, `author_id` (a number that the person has
for this page alone), `text`, `at` (ISO 8601, default: now), `page`, `sticker`; with the `id` of a
message it changes that one: another `text`, or `deleted`.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from orchestrator.sandbox.graph_posts import graph_time
from orchestrator.sandbox.graph_table import WrongType, moment
from orchestrator.sandbox.graph_tokens import PAGES
from orchestrator.sandbox.public import Written

# Of so many messages of each conversation, the newest, the platform tells more than their number.
TOLD = 20
_TEXTS = ("id", "author", "author_id", "text", "at", "page")
_FLAGS = ("deleted", "sticker")


@dataclass(frozen=True)
class Message:
    """One message; ``number`` orders those of one second."""

    id: str
    number: int
    author_id: str
    author: str
    to_id: str
    to: str
    text: str
    created: datetime
    sticker: bool = False

    @property
    def rank(self) -> tuple[int, int]:
        """Position in a list: the newest stand first."""
        return -int(self.created.timestamp()), -self.number

    def bare(self) -> dict[str, object]:
        """What is left of it to be told once many came after it."""
        return {"id": self.id, "created_time": graph_time(self.created)}

    def node(self) -> dict[str, object]:
        """The fields that read back."""
        return {
            "id": self.id,
            "message": self.text,
            "created_time": graph_time(self.created),
            "from": _somebody(self.author_id, self.author),
            "to": {"data": [_somebody(self.to_id, self.to)]},
            "sticker": f"https://scontent.example/{self.number}.png" if self.sticker else None,
        }


def _somebody(number: str, name: str) -> dict[str, object]:
    return {"name": name, "email": f"{number}@facebook.com", "id": number}


@dataclass
class Conversation:
    """What one person and the page said to each other, oldest first."""

    page_id: str
    person_id: str
    person: str
    messages: list[Message] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Its number, as the platform writes it."""
        return f"t_{self.person_id}"

    @property
    def created(self) -> datetime:
        """When something was said last, by which lists of conversations go."""
        return self.messages[-1].created

    @property
    def rank(self) -> tuple[int, int]:
        """Position in a list: what was written last stands first."""
        return -int(self.created.timestamp()), -self.messages[-1].number

    def heard_last(self) -> datetime | None:
        """When the person wrote last."""
        theirs = [each.created for each in self.messages if each.author_id == self.person_id]
        return max(theirs, default=None)

    def node(self, now: datetime) -> dict[str, object]:
        """The fields that read back."""
        page = next(each for each in PAGES if each.id == self.page_id)
        people = [_somebody(self.person_id, self.person), _somebody(page.id, page.name)]
        return {
            "id": self.id,
            "updated_time": graph_time(self.created),
            "message_count": len(self.messages),
            "snippet": self.messages[-1].text[:100],
            "participants": {"data": people},
            "senders": {"data": people},
            "can_reply": True,
            "link": f"/{self.page_id}/inbox/{self.person_id}/",
        }


class Mailbox:
    """All conversations of all pages."""

    def __init__(self) -> None:
        self._conversations: dict[str, Conversation] = {}
        self._count = 0
        # Comments that were answered privately: which conversation came of it.
        self.answered: dict[str, str] = {}
        self._known: dict[str, tuple[str, Written]] = {}

    def find(self, name: str) -> Conversation | None:
        """A conversation by its number."""
        return self._conversations.get(name)

    def message(self, name: str) -> Message | None:
        """A message by its number."""
        said = (m for each in self._conversations.values() for m in each.messages)
        return next((each for each in said if each.id == name), None)

    def is_told(self, message: Message, now: datetime) -> bool:
        """Whether it is one of the newest of its conversation; of all others the platform says
        that they were deleted.
        """
        talk = next(each for each in self._conversations.values() if message in each.messages)
        said = sorted((m for m in talk.messages if m.created <= now), key=lambda each: each.rank)
        return message in said[:TOLD]

    def of(self, page_id: str, now: datetime) -> list[Conversation]:
        """Those of a page, the newest first."""
        there = [each for each in self._conversations.values() if each.page_id == page_id]
        spoken = [each for each in there if each.messages and each.messages[0].created <= now]
        return sorted(spoken, key=lambda each: each.rank)

    def with_person(self, page_id: str, person_id: str, person: str = "") -> Conversation:
        """The one with this person, begun if there is none."""
        fresh = Conversation(page_id, person_id, person)
        return self._conversations.setdefault(fresh.id, fresh)

    def write(self, talk: Conversation, text: str, now: datetime) -> Message:
        """The page says something."""
        page = next(each for each in PAGES if each.id == talk.page_id)
        return self._add(talk, (page.id, page.name), (talk.person_id, talk.person), text, now)

    def receive(self, page_id: str, letter: Written) -> None:
        """Let somebody of the public write; once, however often it is brought."""
        if letter.key in self._known:
            return
        page = next(each for each in PAGES if each.id == page_id)
        # For each page a person has another number than in public.
        person, name = _number(f"{page_id} {letter.author.id}"), letter.author.name
        talk = self.with_person(page_id, person, name)
        message = self._add(
            talk, (person, name), (page.id, page.name), letter.text, letter.at, letter.key
        )
        if letter.picture:
            self._put(talk, replace(message, sticker=True))
        self._known[letter.key] = (message.id, letter)

    def truths(self) -> Iterator[tuple[str, Written]]:
        """The numbers of what the public wrote and did not take back, and what it truly is."""
        return (each for each in self._known.values() if self.message(each[0]))

    def place(self, entries: object, now: datetime) -> None:
        """Let people write as told, or change what they wrote; raises ValueError."""
        if not isinstance(entries, list):
            raise ValueError("messages must be a list of objects")
        for entry in entries:
            given = _checked(entry)
            if known := self.message(str(given.get("id"))):
                self._change(known, given)
            else:
                self._receive(given, now)

    def _receive(self, given: Mapping[str, Any], now: datetime) -> None:
        page = next((each for each in PAGES if each.id == given.get("page", PAGES[0].id)), PAGES[0])
        name = str(given.get("author", "Jemand"))
        person = str(given.get("author_id") or _number(name))
        talk = self.with_person(page.id, person, name)
        at, text = _moment(given["at"]) if "at" in given else now, str(given.get("text", ""))
        message = self._add(talk, (person, name), (page.id, page.name), text, at)
        if given.get("sticker"):
            self._put(talk, replace(message, sticker=True))

    def _change(self, message: Message, given: Mapping[str, Any]) -> None:
        talk = next(each for each in self._conversations.values() if message in each.messages)
        if given.get("deleted"):
            talk.messages.remove(message)
            if not talk.messages:
                del self._conversations[talk.id]
        elif "text" in given:
            self._put(talk, replace(message, text=given["text"]))

    def _put(self, talk: Conversation, message: Message) -> None:
        talk.messages = [message if each.id == message.id else each for each in talk.messages]

    def _add(
        self,
        talk: Conversation,
        author: tuple[str, str],
        to: tuple[str, str],
        text: str,
        at: datetime,
        key: str = "",
    ) -> Message:
        self._count += 1
        digest = hashlib.sha256(f"{talk.id} {key or self._count}".encode()).hexdigest()[:24]
        message = Message(f"m_{digest}", self._count, *author, *to, text, at)
        talk.messages = sorted([*talk.messages, message], key=lambda each: each.rank, reverse=True)
        return message


def _number(name: str) -> str:
    return str(24 * 10**15 + int(hashlib.sha256(name.encode()).hexdigest()[:12], 16))


def _checked(entry: object) -> Mapping[str, Any]:
    if not isinstance(entry, dict) or entry.keys() - {*_TEXTS, *_FLAGS}:
        raise ValueError(f"messages: each is an object of {', '.join((*_TEXTS, *_FLAGS))}")
    texts = all(isinstance(entry[name], str) for name in _TEXTS if name in entry)
    if not texts or not all(isinstance(entry[name], bool) for name in _FLAGS if name in entry):
        raise ValueError("messages: a text or a flag is not what it should be")
    return entry


def _moment(text: str) -> datetime:
    try:
        return moment(text)
    except WrongType as error:
        raise ValueError(f"messages: at must be {error}") from error
