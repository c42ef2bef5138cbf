"""What the server and the networks' emulators say to each other: request, answer, emulator."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

JSON = "application/json; charset=UTF-8"
HTML = "text/html; charset=utf-8"
LARGEST_SKEW = 10 * 366 * 86_400  # seconds; more is no time any more


class BadJson(ValueError):
    """The body of a request is not JSON."""


def pairs(encoded: str) -> dict[str, list[str]]:
    """Decode `a=1&a=2&b=` into lists by name; blank values are kept."""
    return parse_qs(encoded, keep_blank_values=True)


@dataclass(frozen=True)
class Request:
    """One call as it arrived. `url` is absolute, as the client addressed it (its Host header)."""

    method: str
    url: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes = b""

    @classmethod
    def of(cls, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> "Request":
        """Take an absolute URL apart; header names are lower-cased."""
        parts = urlsplit(url)
        lowered = {name.lower(): value for name, value in headers.items()}
        return cls(method, url, parts.path or "/", pairs(parts.query), lowered, body)

    def form(self) -> dict[str, list[str]]:
        """The urlencoded fields of the body; empty when the body is of another kind."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/x-www-form-urlencoded":
            return {}
        return pairs(self.body.decode("utf-8", "replace"))

    def json(self) -> object:
        """The body as JSON; raises BadJson."""
        try:
            parsed: object = json.loads(self.body)
        except ValueError as error:
            raise BadJson(str(error)) from error
        return parsed


@dataclass(frozen=True)
class Answer:
    """One answer: a dict, list or null body becomes JSON; str and bytes go out as they are."""

    status: int
    body: object = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = JSON

    def payload(self) -> bytes:
        """The bytes of the body."""
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, str):
            return self.body.encode()
        return json.dumps(self.body, separators=(",", ":")).encode()


# Instead of an answer: the connection is broken off, as by a machine that lost its memory.
RESET = Answer(0)


def dated(skew: float) -> dict[str, str]:
    """The header by which an answer tells another time than this machine's; none without skew."""
    return {"Date": formatdate(time.time() + skew, usegmt=True)} if skew else {}


class Emulator(Protocol):
    """One network. `orchestrator/sandbox/<network>.py` offers `create(clock, public) -> Emulator`;
    without a public, nobody reacts.

    The server calls every method under its own lock, one at a time. A reset drops the emulator
    and creates a new one, so all state belongs to the instance, and `env` must be repeatable.
    """

    name: str

    def owns(self, path: str) -> bool:
        """Whether calls to this path are for this network."""

    def answer(self, request: Request) -> Answer:
        """Play the network."""

    def env(self, base_url: str) -> dict[str, str]:
        """The product's settings for this emulator, as TUEROEFFNER_… variables."""

    def ledger(self) -> list[dict[str, object]]:
        """Everything that is or was live, also what has been deleted."""

    def messages(self) -> list[dict[str, object]]:
        """What the sandbox's public wrote to us alone until now, with its true labels."""

    def configure(self, options: dict[str, object]) -> None:
        """Turn the knobs of a rehearsal or test; raises ValueError on an unknown one."""
