"""The sandbox's post office: what was sent, and the mailbox in which answers arrive.

Knobs (`configure`, under `mail`), one rehearsal of trouble each:
`login`: "ok" | "refused" · `refuse`: [address] (550) · `greylist`: seconds of the sandbox's clock
for which a pair of sender and recipient is put off (451) · `bounce`: [address] (taken, then given
back) · `volunteers`: "seeded" | "all" | "none" · `validity`: UIDVALIDITY of the mailbox, which
also counts its messages anew · `put`: [message as text] into the mailbox.
Faults: network `mail` (methods CONNECT, EHLO, AUTH, MAIL, RCPT, DATA, and DOT for its end) and
`mailbox` (CONNECT, LOGIN, SELECT, SEARCH, FETCH, STORE).
"""

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import Message
from random import Random

from orchestrator.sandbox.clock import SandboxClock
from orchestrator.sandbox.mail_people import Reaction, answer, bounce, reactions

USER = "offers@sandbox.example"
PASSWORD = "sandbox-mailbox-password"
FOLDER = "INBOX"
VOLUNTEERS = ("seeded", "all", "none")


@dataclass
class Stored:
    """A message in the mailbox."""

    uid: int
    at: datetime
    raw: bytes
    flags: set[str] = field(default_factory=set)


class PostOffice:
    """Takes letters, and lets people react to them. Safe to share between threads.

    Everybody answers as the `seed` wants it; None: nobody does.
    """

    def __init__(self, clock: SandboxClock, seed: int | None) -> None:
        self._clock = clock
        self._seed = seed
        self._lock = threading.Lock()
        self._letters: list[dict[str, object]] = []
        self._had: Counter[str] = Counter()
        self._coming: list[Reaction] = []
        self._mailbox: list[Stored] = []
        self._next_uid = 1
        self._met: dict[tuple[str, str], datetime] = {}
        self.validity = 1
        self._login = "ok"
        self._refuse: frozenset[str] = frozenset()
        self._bounce: frozenset[str] = frozenset()
        self._greylist = timedelta()
        self._volunteers = "none" if seed is None else "seeded"

    def lets_in(self, user: str, password: str) -> bool:
        """Whether somebody may log in."""
        return self._login == "ok" and (user, password) == (USER, PASSWORD)

    def refusal(self, sender: str, to: str) -> str | None:
        """What is answered to a recipient instead of taking it."""
        with self._lock:
            if to.lower() in self._refuse:
                return f"550 5.1.1 <{to}>: Recipient address rejected: User unknown"
            now = self._clock.now()
            met = self._met.setdefault((sender, to.lower()), now)
            left = met + self._greylist - now
            if left > timedelta():
                return f"451 4.7.1 Greylisted, try again in {left.total_seconds():.0f} seconds"
        return None

    def take(self, sender: str, to: list[str], raw: bytes) -> None:
        """Take a letter over."""
        with self._lock:
            now = self._clock.now()
            letter = message_from_bytes(raw, policy=policy.default)
            self._letters.append(_entry(letter, sender, to, raw, now))
            for each in to:
                self._coming += self._reactions(letter, each, now)
                self._had[each.lower()] += 1

    def _reactions(self, letter: Message, to: str, now: datetime) -> list[Reaction]:
        if to.lower() in self._bounce:
            return [bounce(letter, to, now + timedelta(minutes=3))]
        if self._volunteers == "none":
            return []
        seed, before = self._seed or 0, self._had[to.lower()]
        if self._volunteers == "all":
            luck = Random(f"{seed} {to.lower()} {before}")
            return [answer(letter, to, now + timedelta(hours=1), luck)]
        return reactions(seed, letter, to, before, now)

    def letters(self) -> list[dict[str, object]]:
        """Every letter that was taken over, the oldest first."""
        with self._lock:
            return list(self._letters)

    def messages(self) -> list[Stored]:
        """What lies in the mailbox by now, by its numbers."""
        with self._lock:
            now = self._clock.now()
            due = sorted((each for each in self._coming if each.at <= now), key=lambda r: r.at)
            self._coming = [each for each in self._coming if each.at > now]
            for each in due:
                self._store(each.raw, each.at)
            return list(self._mailbox)

    def put(self, raw: bytes) -> int:
        """Lay a message into the mailbox, from wherever; its number."""
        with self._lock:
            return self._store(raw, self._clock.now())

    def _store(self, raw: bytes, at: datetime) -> int:
        uid, self._next_uid = self._next_uid, self._next_uid + 1
        self._mailbox.append(Stored(uid, at, raw))
        return uid

    @property
    def next_uid(self) -> int:
        """The number of the next message."""
        return self._next_uid

    def configure(self, options: Mapping[str, object]) -> None:
        """Turn knobs; raises ValueError on an unknown one, and then turns none."""
        unknown = options.keys() - KNOBS
        if unknown:
            raise ValueError(f"mail has no knob {', '.join(sorted(unknown))}")
        for name, value in options.items():
            _check(name, value)
        for name, value in options.items():
            self._turn(name, value)

    def _turn(self, name: str, value: object) -> None:
        if name == "put" and isinstance(value, list):
            for text in value:
                self.put(str(text).encode())
            return
        with self._lock:
            if name in ("refuse", "bounce") and isinstance(value, list):
                setattr(self, f"_{name}", frozenset(str(each).lower() for each in value))
            elif name == "greylist" and isinstance(value, int | float):
                self._greylist = timedelta(seconds=value)
            elif name == "validity" and isinstance(value, int):
                self._count_anew(value)
            else:
                setattr(self, f"_{name}", value)

    def _count_anew(self, validity: int) -> None:
        self.validity = validity
        for number, each in enumerate(self._mailbox, 1):
            each.uid = number
        self._next_uid = len(self._mailbox) + 1


KNOBS = {"login", "refuse", "greylist", "bounce", "volunteers", "validity", "put"}


def _check(name: str, value: object) -> None:
    words = isinstance(value, list) and all(isinstance(each, str) for each in value)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    good = {
        "login": value in ("ok", "refused"),
        "volunteers": value in VOLUNTEERS,
        "greylist": number and 0 <= float(str(value)) <= 86_400,
        "validity": number and isinstance(value, int) and 0 < value < 2**32,
    }.get(name, words)
    if not good:
        raise ValueError(f"mail cannot have {name} = {value!r}")


def _entry(
    letter: Message, sender: str, to: list[str], raw: bytes, now: datetime
) -> dict[str, object]:
    return {
        "at": now.isoformat(),
        "from": sender,
        "to": to,
        "subject": str(letter["Subject"] or ""),
        "message_id": str(letter["Message-ID"] or ""),
        "raw": raw.decode("utf-8", "replace"),
    }
