"""Posts that draw replies, on networks that can hide these."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest
from sqlmodel import col, select

from orchestrator.model import Alert, Event, Reply
from orchestrator.ports import Trouble
from orchestrator.vocabulary import Label
from tests.fakes import FakeNetwork
from tests.publishing.conftest import Campaign, campaign, database_url

__all__ = ["campaign", "database_url"]
_Step = Trouble | tuple[bool, Trouble] | Callable[[], Trouble | None] | None


@dataclass
class ModeratingNetwork(FakeNetwork):
    """One that hides replies; ``steps`` holds what the next orders do.

    An entry is a Trouble to raise, a pair (True, Trouble) when it is done nevertheless, or a
    function that is called first. ``absent``: replies that it does not have.
    """

    veiled: set[str] = field(default_factory=set)
    steps: list[_Step] = field(default_factory=list)
    orders: list[tuple[str, bool]] = field(default_factory=list)
    absent: set[str] = field(default_factory=set)
    deaf_ears: bool = False

    def hide_reply(self, remote_id: str, hidden: bool) -> bool | None:
        self.calls += 1
        self.orders.append((remote_id, hidden))
        step = self.steps.pop(0) if self.steps else None
        if callable(step):
            step = step()
        done, trouble = step if isinstance(step, tuple) else (step is None, step)
        if remote_id in self.absent:
            return None
        if done and not self.deaf_ears:
            (self.veiled.add if hidden else self.veiled.discard)(remote_id)
        if trouble is not None:
            raise trouble
        return remote_id in self.veiled


class Inbox:
    """Puts replies below posts, and reads back what became of them."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        self.network = ModeratingNetwork("facebook")
        campaign.facebook = self.network
        self.post = campaign.published()

    def say(self, label: Label = Label.ABUSE, **changes: Any) -> int:
        with self.campaign.session() as session:
            number = len(session.exec(select(Reply.id)).all()) + 1
            values = {
                "campaign_id": self.campaign.id,
                "post_id": self.post,
                "network": "facebook",
                "channel": "comment",
                "remote_id": f"7_{number}",
                "permalink": f"https://www.facebook.com/10/posts/7?comment_id={number}",
                "received_at": self.campaign.clock.now(),
                "collected_at": self.campaign.clock.now(),
                "label": label,
                "confidence": 0.97,
                "queue": False,
                "text": "Haut ab",
            } | changes
            reply = Reply(**values)
            session.add(reply)
            session.flush()
            return reply.id

    def read(self, reply_id: int) -> Reply:
        with self.campaign.store.reading() as session:
            return session.get_one(Reply, reply_id)

    def change(self, reply_id: int, **changes: Any) -> None:
        with self.campaign.session() as session:
            reply = session.get_one(Reply, reply_id)
            for name, value in changes.items():
                setattr(reply, name, value)

    def choose(self, **how: Any) -> None:
        """Set keys of [inbox]."""
        settings = self.campaign.settings
        self.campaign.settings = replace(settings, inbox=settings.inbox.model_copy(update=how))

    def alerts(self) -> list[Alert]:
        with self.campaign.store.reading() as session:
            return list(session.exec(select(Alert).order_by(col(Alert.id))).all())

    def events(self, reply_id: int) -> list[tuple[str, str]]:
        with self.campaign.store.reading() as session:
            rows = session.exec(
                select(Event.actor, Event.what)
                .where(Event.subject == f"reply {reply_id}")
                .order_by(col(Event.id))
            ).all()
            return [(actor, what) for actor, what in rows]

    def hidden(self) -> set[str]:
        return self.network.veiled

    @property
    def now(self) -> datetime:
        return self.campaign.clock.now()


@pytest.fixture
def inbox(campaign: Campaign) -> Inbox:
    """A published post whose network can hide replies."""
    return Inbox(campaign)
