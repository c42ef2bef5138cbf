"""A worker's shift: what one pass over the due posts works with, and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from orchestrator.config import Settings
from orchestrator.i18n import _
from orchestrator.keys import CampaignKey
from orchestrator.ports import Charges, Network
from orchestrator.store import Store
from schedules.clock import Clock


@dataclass
class World:
    """What this process knows of the world around its database, so that it need not ask each time.

    ``played``: a copy that is played through, which must leave no trace on this machine.
    ``dated``: when a network's clock was last found to agree. ``told``: alarms that were given.
    ``unseen_to``: posts that could not be hidden, or shown again, and when that was tried last.
    ``knocked``: when an account that is to be left alone was last asked all the same. ``films``:
    when it was last asked whether a post's film can be seen. ``veiled``: replies that could not be
    hidden, or shown again, and when that was tried last; ``rung``: alerts, and when their mail was;
    ``sought``: unclear answers, and when they were looked for.
    ``mailbox_mark``: how far the mailbox was read for receipts; ``mailbox_at``: when, in real time.
    """

    played: bool = False
    dated: dict[str, datetime] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    unseen_to: dict[int, datetime] = field(default_factory=dict)
    knocked: dict[str, datetime] = field(default_factory=dict)
    films: dict[int, datetime] = field(default_factory=dict)
    messages: dict[str, datetime] = field(default_factory=dict)
    veiled: dict[int, datetime] = field(default_factory=dict)
    rung: dict[int, datetime] = field(default_factory=dict)
    sought: dict[int, datetime] = field(default_factory=dict)
    mailbox_mark: str = ""
    mailbox_at: datetime | None = None


@dataclass(frozen=True)
class Shift:
    """Everything a pass needs. ``clock`` is the campaign's, ``machine`` tells real time.

    ``benched``: networks whose token was refused, and until when this process leaves them alone.
    ``booked``: what of the networks' charges is written down already. ``reached`` is told at every
    named point of the way of a post, so that a test can let the program die there.
    ``pace``: of a scheduler, which makes a pass every half minute: for how long a burst of late
    posts counts.
    """

    store: Store
    settings: Settings
    key: CampaignKey
    campaign_id: int
    networks: dict[str, Network]
    clock: Clock
    machine: Clock
    worker: str
    actor: str
    stopped: Callable[[], bool] = lambda: False
    benched: dict[str, datetime] = field(default_factory=dict)
    booked: dict[str, Charges] = field(default_factory=dict)
    reached: Callable[[str], None] = lambda _point: None
    world: World = field(default_factory=World)
    pace: timedelta | None = None

    @property
    def now(self) -> datetime:
        """The campaign's time, UTC."""
        return self.clock.now()


def about(post_id: int, why: str) -> str:
    """A finding about one post."""
    return _("post {number}: {why}").format(number=post_id, why=why)


def about_reply(reply_id: int, why: str) -> str:
    """A finding about one reply."""
    return _("reply {number}: {why}").format(number=reply_id, why=why)


@dataclass
class Tally:
    """What a pass did; ``closed`` says why a network was left alone for the rest of it.

    ``busy``: another program had the turn on an account. ``still_unknown``: how many posts of
    earlier passes nobody has found out about yet. ``troubles``: by network, its last one.
    ``aside``: due posts, with their network, that wait only for their pictures and films;
    ``uploaded``: how many of these a network has now. ``replies_hidden``, ``replies_shown``: other
    people's that went out of sight, or came back into it. ``alerts``: bursts of abuse that somebody
    has to know of. ``pilots``: by network, the result of one
    that ended. ``forwarded``: mails about offers that went out; ``receipts``: those that came back.
    """

    published: int = 0
    scheduled: int = 0
    rejected: int = 0
    unknown: int = 0
    still_unknown: int = 0
    expired: int = 0
    waiting: int = 0
    waiting_because: dict[str, int] = field(default_factory=dict)
    held: int = 0
    aside: dict[int, str] = field(default_factory=dict)
    uploaded: int = 0
    busy: bool = False
    cancelled: int = 0
    removed: int = 0
    hidden: int = 0
    shown_again: int = 0
    replies_hidden: int = 0
    replies_shown: int = 0
    alerts: int = 0
    forwarded: int = 0
    receipts: int = 0
    closed: dict[str, str] = field(default_factory=dict)
    snapshots: int = 0
    replies: int = 0
    findings: list[str] = field(default_factory=list)
    troubles: dict[str, str] = field(default_factory=dict)
    pilots: dict[str, dict[str, Any]] = field(default_factory=dict)
    needs_person: bool = False
    calls: dict[str, int] = field(default_factory=dict)

    def wait(self, reason: str) -> None:
        """Count one due post that waits, and why."""
        self.waiting_because[reason] = self.waiting_because.get(reason, 0) + 1

    def alarm(self, finding: str) -> None:
        """Note something that only a person can put right."""
        self.findings.append(finding)
        self.needs_person = True

    def add(self, other: "Tally") -> None:
        """Add what was done beside this in the same pass."""
        for name, theirs in vars(other).items():
            mine = getattr(self, name)
            if isinstance(theirs, dict):
                for key, value in theirs.items():
                    mine[key] = mine.get(key, 0) + value if isinstance(value, int) else value
            else:
                setattr(self, name, mine or theirs if isinstance(theirs, bool) else mine + theirs)

    @property
    def reasons(self) -> dict[str, int]:
        """Why posts wait; what went out after all within the pass waits for nothing any more."""
        return {reason: count for reason, count in self.waiting_because.items() if count}

    @property
    def eventful(self) -> bool:
        """Whether anything happened that is worth a line."""
        happened = (
            *(self.published, self.scheduled, self.unknown, self.expired),
            *(self.replies, self.removed, self.hidden, self.shown_again, self.uploaded),
            *(self.replies_hidden, self.replies_shown, self.alerts),
            *(self.forwarded, self.receipts),
        )
        return any(happened) or bool(self.findings or self.closed or self.pilots)

    def document(self) -> dict[str, object]:
        """The JSON document of the contract."""
        return {
            "published": self.published,
            "scheduled": self.scheduled,
            "rejected": self.rejected,
            "unknown": self.unknown,
            "still_unknown": self.still_unknown,
            "expired": self.expired,
            "waiting": self.waiting,
            "waiting_because": self.reasons,
            "cancelled": self.cancelled,
            "uploaded": self.uploaded,
            "removed": self.removed,
            "hidden": self.hidden,
            "shown_again": self.shown_again,
            "replies_hidden": self.replies_hidden,
            "replies_shown": self.replies_shown,
            "alerts": self.alerts,
            "forwarded": self.forwarded,
            "receipts": self.receipts,
            "collected": {"snapshots": self.snapshots, "replies": self.replies},
            "calls": self.calls,
            "pilots": self.pilots,
            "findings": self.findings,
            "closed": self.closed,
        }
