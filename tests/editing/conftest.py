"""A campaign on a page whose posts can get other words, and whose films are worked on."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from orchestrator.keys import CampaignKey
from orchestrator.ports import Draft, Rejected
from orchestrator.publish import hand_over, publish
from orchestrator.shift import Tally
from orchestrator.store import Store
from tests.fakes import HoldingNetwork
from tests.publishing.conftest import Campaign, database_url

if TYPE_CHECKING:
    from tests.conftest import SettingsFactory

__all__ = ["database_url"]


@dataclass
class EditableNetwork(HoldingNetwork):
    """``edits`` holds what the next edits do: a Trouble, or a pair (True, Trouble) when done.

    ``films``: what is said of films, one answer after the other; the last one stays.
    """

    edits: list[Any] = field(default_factory=list)
    films: list[Any] = field(default_factory=list)
    edited: int = 0
    watched: int = 0

    def edit(self, remote_id: str, draft: Draft) -> None:
        self.calls += 1
        step = self.edits.pop(0) if self.edits else None
        done, trouble = step if isinstance(step, tuple) else (step is None, step)
        if done:
            self.reword(remote_id, draft.text)
        if trouble is not None:
            raise trouble

    def reword(self, remote_id: str, text: str) -> None:
        self.edited += 1
        if remote_id in self.kept:
            old = self.kept[remote_id]
            self.kept[remote_id] = Draft(text, old.link, old.mode, old.targeting, at=old.at)
        elif remote_id not in self._ids():
            raise Rejected(f"there is no post {remote_id}")
        self.live = [
            (own, text if own == remote_id else said, towns) for own, said, towns in self.live
        ]

    def plays(self, remote_id: str) -> bool | None:
        self.watched += 1
        told = self.films.pop(0) if len(self.films) > 1 else self.films[0]
        if isinstance(told, Exception):
            raise told
        return told if told is None else bool(told)


class Page(Campaign):
    """A campaign with such a page."""

    facebook: EditableNetwork

    def live(self, **changes: object) -> int:
        """A post that went out just now."""
        post_id = self.post(self.tandem(f"tandem-{len(self.posts())}"), **changes)
        publish(self.shift(), Tally())
        return post_id

    def held(self, due_at: object) -> int:
        """A post that the page holds."""
        post_id = self.post(self.tandem(f"tandem-{len(self.posts())}"), due_at=due_at)
        hand_over(self.shift(), Tally())
        return post_id


@pytest.fixture
def page(store: Store, key: CampaignKey, settings: "SettingsFactory") -> Page:
    campaign = Page(store, key, settings)
    campaign.facebook = EditableNetwork("facebook")
    return campaign
