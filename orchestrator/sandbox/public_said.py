"""A post as people meet it, the people, and what they say about it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Shown:
    """A post of ours. `key` counts the posts of a network: "1", "2" …, so that a repeated run
    is the same; `people` is how many it can reach, 0 where that is not known.
    """

    network: str
    key: str
    text: str
    at: datetime
    people: int


@dataclass(frozen=True)
class Member:
    """A person with an account; `private`: only followers may read."""

    id: str
    name: str
    handle: str
    private: bool


@dataclass(frozen=True)
class Said:
    """One reply. `label` is what it truly is; `mentions`: it names our account."""

    key: int
    author: Member
    at: datetime
    text: str
    label: str
    language: str
    parent: int | None = None
    picture: bool = False
    mentions: bool = True
    edited_at: datetime | None = None
    edited_text: str = ""
    deleted_at: datetime | None = None

    def words(self, now: datetime) -> str | None:
        """As it reads at this time; None before it is there and when it is deleted."""
        if now < self.at or (self.deleted_at and now >= self.deleted_at):
            return None
        return self.edited_text if self.edited_at and now >= self.edited_at else self.text
