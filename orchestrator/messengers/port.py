"""What the campaign asks of a messenger: bring one letter, once, or say what became of it.

It stands beside the messengers and not among the networks' ports: a network posts for everybody and
is read back, a messenger writes to one person and hears from them. The ways in which it can fail
are the networks' (``orchestrator.ports``), so that whoever sends decides by the same words:

- it returns: done, whoever carries letters has taken it over;
- ``Rejected``: refused for good, because of this letter or its address;
- ``RateLimited``: refused for now (also greylisting); nothing was taken over, try in ``seconds``;
- ``NotAuthorised``: our account or sender as a whole is refused, a person has to act;
- ``NotSent``: provably nothing was taken over, sending again is safe;
- ``OutcomeUnknown``: it may or may not have been taken over, and is never sent again blindly.

All calls are bounded in time and repeat nothing by themselves. Times are aware UTC.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from orchestrator.vocabulary import Way


@dataclass(frozen=True)
class Letter:
    """One letter, ready to go. ``to``: where to, in the messenger's terms, such as an address.

    ``text`` is always there and says everything; ``html``: the same as the inside of a page's body,
    already escaped. ``language``: of the words, as in ``de``, also for the direction of writing.
    ``message_id``: by which it is known for ever (``codes.message_id``). ``code``: what a receipt
    repeats; it has to stand in subject or text. The subject is open to many: no names in it.
    """

    to: str
    subject: str
    text: str
    language: str
    message_id: str
    code: str
    html: str = ""


@dataclass(frozen=True)
class Sent:
    """A letter was taken over. ``remark``: what whoever took it said, or where it lies now."""

    remark: str = ""


class Messenger(Protocol):
    """A way by which letters go."""

    way: Way

    def send(self, letter: Letter) -> Sent:
        """Bring one letter, at most once; return only when it was taken over, else a Trouble.

        Called at most once per committed intent.
        """

    def check(self) -> str:
        """Try whether letters could go, sending none: what answered, or a Trouble."""


class Kind(StrEnum):
    """What came back. Only an ``ANSWER`` may be a receipt: it is the one that a person wrote."""

    ANSWER = "answer"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"


@dataclass(frozen=True)
class Incoming:
    """A message that has to do with our letters, and nothing of what a person said in it.

    ``codes``: those that stand in it, or belong to the letters that it answers; ``about``: the
    Message-IDs of those. ``why``: of a bounce, what the servers said, without addresses.
    ``received_at``: when the mailbox got it.
    """

    uid: int
    kind: Kind
    codes: tuple[str, ...]
    about: tuple[str, ...]
    received_at: datetime | None = None
    why: str = ""


@dataclass(frozen=True)
class Mark:
    """How far a mailbox has been read: messages up to ``uid``, while it counts by ``validity``."""

    validity: int
    uid: int

    def __str__(self) -> str:
        return f"{self.validity}/{self.uid}"

    @classmethod
    def of(cls, text: str) -> "Mark | None":
        """Read what ``str`` wrote; None for anything else, so that reading begins anew."""
        validity, _, uid = text.partition("/")
        if not (_is_number(validity) and _is_number(uid)):
            return None
        return cls(int(validity), int(uid))


@dataclass(frozen=True)
class Delivery:
    """What was new in a mailbox, oldest first; what is none of ours is not in it.

    ``mark``: from which the next reading goes on, to be kept together with what was learnt.
    ``more``: there is more than is read in one go.
    """

    messages: Sequence[Incoming]
    mark: Mark
    more: bool = False


class Mailbox(Protocol):
    """Where answers arrive."""

    def read(self, mark: Mark | None, since: date) -> Delivery:
        """What came after the mark, at most some hundred messages; a Trouble rather than a part.

        Without a mark, or when the mailbox counts anew: what came on ``since`` or later. Changes
        nothing in the mailbox.
        """

    def check(self) -> str:
        """Try whether it could be read: what answered, or a Trouble."""


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10
