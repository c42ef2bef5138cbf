"""A campaign with approved posts, and a shift to send them.

What is decided in Python is proved on SQLite; what a database decides, and one walk through every
use case, ``on_both``.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, func, select

from orchestrator.approve import content_digest
from orchestrator.campaign import enrol
from orchestrator.keys import CampaignKey
from orchestrator.model import Account, Consent, Post
from orchestrator.shift import Shift
from orchestrator.store import Store
from orchestrator.vocabulary import MayWork, PostState
from schedules.clock import FixedClock
from tests.campaign_rows import NOON, add_tandem
from tests.fakes import FakeNetwork

if TYPE_CHECKING:
    from tests.conftest import SettingsFactory

TARGETING = {"geo_locations": {"cities": [{"key": "k-Freiburg"}]}}
NETWORK_SETTINGS = {
    "facebook": {"page_id": "10", "page_token": "EAAsecretpagetoken0001"},
    "x": {
        "consumer_key": "consumer-key-1",
        "consumer_secret": "consumer-secret-1",
        "access_token": "access-token-1",
        "access_token_secret": "access-secret-1",
        "user_id": "20",
    },
}


class Campaign:
    """What a test needs of a small campaign that is being sent."""

    def __init__(self, store: Store, key: CampaignKey, make_settings: "SettingsFactory") -> None:
        self.store, self.key = store, key
        self.clock = FixedClock(NOON)
        self.machine = FixedClock(NOON)
        self.facebook = FakeNetwork("facebook")
        self.x = FakeNetwork("x", targets=False, cost=0.015)
        self.settings = make_settings(
            **{name: dict(each) for name, each in NETWORK_SETTINGS.items()}
        )
        with store.session() as session:
            campaign = enrol(session, self.settings.campaign, key, NOON)
            self.id = campaign.id
            self.accounts = {}
            for name in NETWORK_SETTINGS:
                account = Account(
                    campaign_id=self.id,
                    network=name,
                    remote_id=self.settings.networks[name].account,
                )
                session.add(account)
                session.flush()
                self.accounts[name] = account.id

    def tandem(self, slug: str = "amira-und-jonas", **changes: object) -> int:
        with self.store.session() as session:
            values = {"may_work": MayWork.YES, "trade": "Schneiderin"} | changes
            tandem = add_tandem(session, self.id, slug, **values)
            for network in NETWORK_SETTINGS:
                session.add(
                    Consent(
                        tandem_id=tandem.id,
                        person_id=tandem.refugee_id,
                        purpose=network,
                        given_on=date(2026, 10, 1),
                    )
                )
            return tandem.id

    def post(self, tandem_id: int, network: str = "facebook", **changes: object) -> int:
        with self.store.session() as session:
            number = session.exec(select(func.count()).select_from(Post)).one() + 1
            values = {
                "campaign_id": self.id,
                "tandem_id": tandem_id,
                "network": network,
                "account_id": self.accounts[network],
                "number": number,
                "language": "de",
                "text": f"Wer kennt in Freiburg eine Schneiderei? Nr. {number}",
                "targeting": TARGETING if network == "facebook" else None,
                "mode": "soft" if network == "facebook" else "",
                "price_usd": 0.015 if network == "x" else 0.0,
                "due_at": NOON - timedelta(minutes=5),
                "due_wall": "2026-11-24T11:55",
                "zone": "Europe/Berlin",
                "digest": "",
            } | changes
            post = Post(**values)
            post.digest = content_digest(post)
            if "approved_digest" not in changes:
                post.approved_digest = post.digest
            session.add(post)
            session.flush()
            return post.id

    def published(self, network: str = "facebook", **changes: object) -> int:
        """A post that went out an hour ago; its number at the network is ``facebook-3``."""
        tandem_id = self.tandem(f"tandem-{len(self.posts()) + 1}")
        post_id = self.post(tandem_id, network)
        with self.store.session() as session:
            post = session.get_one(Post, post_id)
            post.state = PostState.PUBLISHED
            post.remote_id = f"{network}-{post_id}"
            post.published_at = self.clock.now() - timedelta(hours=1)
            post.targeting_kept = True
            for name, value in changes.items():
                setattr(post, name, value)
        return post_id

    def posts(self) -> list[int]:
        with self.store.reading() as session:
            return list(session.exec(select(Post.id).order_by(Post.id)).all())

    def shift(self, worker: str = "worker-1", stopped: Callable[[], bool] = lambda: False) -> Shift:
        return Shift(
            store=self.store,
            settings=self.settings,
            key=self.key,
            campaign_id=self.id,
            networks={"facebook": self.facebook, "x": self.x},
            clock=self.clock,
            machine=self.machine,
            worker=worker,
            actor="tester",
            stopped=stopped,
        )

    def read(self, post_id: int) -> Post:
        with self.store.reading() as session:
            return session.get_one(Post, post_id)

    def session(self) -> "Session":
        return self.store.session()


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """Address of a fresh, migrated database; of SQLite, where a test is not ``on_both``."""
    url: str = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    return url


@pytest.fixture
def campaign(store: Store, key: CampaignKey, settings: "SettingsFactory") -> Campaign:
    """An empty campaign at noon of its second day."""
    return Campaign(store, key, settings)
