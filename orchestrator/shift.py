"""A worker's shift: what one pass over the due posts works with, and what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from orchestrator.config import Settings
from orchestrator.ports import Network
from orchestrator.store import Store
from schedules.clock import Clock


@dataclass(frozen=True)
class Shift:
    """Everything a pass needs. ``clock`` is the campaign's, ``machine`` tells real time."""

    store: Store
    settings: Settings
    campaign_id: int
    networks: Mapping[str, Network]
    clock: Clock
    machine: Clock
    worker: str
    actor: str
    stopped: Callable[[], bool] = lambda: False

    @property
    def now(self) -> datetime:
        """The campaign's time, UTC."""
        return self.clock.now()


@dataclass
class Tally:
    """What a pass did; ``closed`` says why a network was left alone for the rest of it."""

    published: int = 0
    rejected: int = 0
    unknown: int = 0
    expired: int = 0
    waiting: int = 0
    waiting_because: dict[str, int] = field(default_factory=dict)
    cancelled: int = 0
    closed: dict[str, str] = field(default_factory=dict)
    not_authorised: set[str] = field(default_factory=set)
    findings: list[str] = field(default_factory=list)
    calls: dict[str, int] = field(default_factory=dict)

    def wait(self, reason: str) -> None:
        """Count one due post that waits, and why."""
        self.waiting_because[reason] = self.waiting_because.get(reason, 0) + 1

    def document(self) -> dict[str, object]:
        """The JSON document of the contract."""
        return {
            "published": self.published,
            "rejected": self.rejected,
            "unknown": self.unknown,
            "expired": self.expired,
            "waiting": self.waiting,
            "waiting_because": self.waiting_because,
            "collected": None,
            "calls": self.calls,
            "findings": self.findings,
            "closed": self.closed,
        }
