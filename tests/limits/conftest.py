"""A campaign that posts and reads through the real libraries, against the sandbox."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import select

from orchestrator import networks
from orchestrator.keys import CampaignKey
from orchestrator.model import Account
from orchestrator.sandbox.server import Sandbox
from orchestrator.store import Store
from schedules.clock import FixedClock
from tests.campaign_rows import NOON
from tests.publishing.conftest import NETWORK_SETTINGS, Campaign

if TYPE_CHECKING:
    from tests.conftest import SettingsFactory

# Freiburg, by the sandbox's own number.
TOWN = {"geo_locations": {"cities": [{"key": "2856823"}]}}


def given(sandbox: Sandbox, name: str) -> dict[str, Any]:
    """The settings by which the sandbox is reached."""
    prefix = f"TUEROEFFNER_{name.upper()}__"
    env = sandbox.env().items()
    return {key.removeprefix(prefix).lower(): v for key, v in env if key.startswith(prefix)}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is tested here is the same on both databases."""
    return sqlite_url


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(start=NOON, speed=0) as sandbox:
        yield sandbox


class Live(Campaign):
    """The campaign of the publishing tests, on the sandbox's networks and clock."""

    def __init__(
        self,
        store: Store,
        key: CampaignKey,
        make_settings: "SettingsFactory",
        sandbox: Sandbox,
        timeout: float,
    ) -> None:
        super().__init__(store, key, make_settings)
        self.sandbox = sandbox
        given_ = {name: given(sandbox, name) for name in NETWORK_SETTINGS}
        self.settings = make_settings(**given_)
        self.clock = sandbox.clock  # type: ignore[assignment]  # a clock is what tells the time
        self.machine = FixedClock(NOON)
        for name in NETWORK_SETTINGS:
            options = self.settings.networks[name]
            adapter = networks.adapter(name)
            setattr(self, name, adapter.connect(options, read_timeout=timeout, clock=sandbox.clock))
        with store.session() as session:
            for account in session.exec(select(Account)).all():
                account.remote_id = self.settings.networks[account.network].account

    def later(self, **span: float) -> None:
        """Time goes by, at the networks and here."""
        self.sandbox.clock.advance(timedelta(**span))
        self.machine = FixedClock(self.machine.now() + timedelta(**span))

    def account(self, network: str) -> Account:
        with self.store.reading() as session:
            return session.exec(select(Account).where(Account.network == network)).one()

    def calls(self, network: str) -> int:
        """HTTP calls that the network got so far."""
        return sum(self.sandbox.calls.counts().get(network, {}).values())


@pytest.fixture
def campaign(store: Store, key: CampaignKey, settings: "SettingsFactory", sandbox: Sandbox) -> Live:
    """Facebook and X, with a time-out of a second for whole answers."""
    return Live(store, key, settings, sandbox, 1.0)
