"""A campaign with a bit of everything, and places to keep it."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from orchestrator.backup.create import Made, create
from orchestrator.backup.places import Place
from orchestrator.keys import CampaignKey
from orchestrator.model import Person, Reply, Snapshot
from orchestrator.store import Store
from orchestrator.vocabulary import PostState
from schedules.clock import FixedClock, SystemClock
from tests.publishing.conftest import NOON, Campaign

if TYPE_CHECKING:
    from tests.conftest import SettingsFactory

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture
def campaign(store: Store, key: CampaignKey, settings: "SettingsFactory") -> Campaign:
    """A campaign with people, posts, figures and replies."""
    made = Campaign(store, key, settings)
    fill(made)
    return made


def fill(campaign: Campaign) -> None:
    """Rows with every kind of value: sealed bytes, JSON, floats, times, umlauts, Arabic, none."""
    amira = campaign.tandem()
    posts = [campaign.post(amira, network) for network in ("facebook", "x", "facebook")]
    live = campaign.post(
        amira, text="Ich suche Arbeit · أبحث عن عمل", state=PostState.PUBLISHED,
        remote_id="facebook-0", published_at=NOON - timedelta(hours=3),
    )  # fmt: skip
    some = random.Random(38)
    with campaign.store.session() as session:
        session.add(Person(campaign_id=campaign.id, sealed=b"sealed\x00\xff"))
        for hour in range(50):
            at = NOON + timedelta(hours=hour, microseconds=hour)
            value = some.randrange(2**40)
            session.add(Snapshot(post_id=live, metric="reach", taken_at=at, value=value))
        first = Reply(
            campaign_id=campaign.id, post_id=posts[0], channel="comment", network="facebook",
            remote_id="c1", text="Unser Betrieb sucht! 🧵", received_at=NOON, collected_at=NOON,
            confidence=0.1 + 0.2, why=["sucht", "Betrieb \\ “ö”"],
        )  # fmt: skip
        session.add(first)
        session.flush()
        session.add(
            Reply(
                campaign_id=campaign.id,
                channel="mail",
                text="",
                received_at=NOON,
                collected_at=NOON,
                confidence=-0.0,
                duplicate_of=first.id,
            )
        )


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A folder that is not there yet."""
    return Place(tmp_path / "backups")


@pytest.fixture
def back_up(campaign: Campaign, place: Place) -> Callable[..., Made]:
    """Make a backup in ``place``, or in those that are given."""

    def make(*places: Place) -> Made:
        return create(
            campaign.store, "woche", list(places) or [place], FixedClock(NOON), SystemClock()
        )

    return make
