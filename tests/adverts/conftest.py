"""A campaign with live posts and an ad account, on the real library and the strict sandbox."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import Session, select

from orchestrator import networks
from orchestrator.adverts.approving import approve
from orchestrator.adverts.attending import attend, look_after
from orchestrator.adverts.choosing import Choice, Choosing, enrol
from orchestrator.adverts.making import Made, make_all, unmade
from orchestrator.adverts.rows import adverts_of
from orchestrator.keys import CampaignKey
from orchestrator.model import Advert, Post
from orchestrator.model import Campaign as Row
from orchestrator.ports import Advertising, Draft
from orchestrator.sandbox.graph_tokens import AD_ACCOUNT
from orchestrator.sandbox.server import Sandbox
from orchestrator.section import AdvertTerms
from orchestrator.shift import Shift, Tally
from orchestrator.store import Store
from orchestrator.vocabulary import AdvertState, PostState
from tests.publishing.conftest import NETWORK_SETTINGS, NOON, Campaign, database_url

if TYPE_CHECKING:
    from tests.conftest import SettingsFactory

__all__ = ["database_url"]
DECISIONS = [
    {
        "rule": "social_issue_ads",
        "by": "Heike Vogel",
        "on": NOON.date(),
        "reason": "Die Anzeigen sprechen von Beruf und Wunsch, nicht von Politik.",
    }
]
PAID: dict[str, Any] = {
    "paid": True,
    "ad_budget": 20,
    "ad_total": 50,
    "ad_days": 4,
    "ad_beneficiary": "Verein Offene Tür e.V.",
    "ad_payor": "Verein Offene Tür",
}


class Advertised(Campaign):
    """The campaign of the publishing tests, with the sandbox's page and ad account."""

    sandbox: Sandbox

    def begin(self, sandbox: Sandbox, make_settings: "SettingsFactory", **paid: Any) -> None:
        self.sandbox, self._make_settings = sandbox, make_settings
        self.configure(**paid)

    def configure(self, decisions: Any = DECISIONS, **paid: Any) -> None:
        """The same campaign under another configuration."""
        env = self.sandbox.env().items()
        given = {key.split("__")[1].lower(): value for key, value in env if "_FACEBOOK__" in key}
        self.settings = self._make_settings(
            facebook=given | PAID | paid,
            x=dict(NETWORK_SETTINGS["x"]),
            policy={"decisions": decisions},
        )
        adapter = networks.adapter("facebook")
        self.network = adapter.connect(self.settings.networks["facebook"], read_timeout=5.0)

    @property
    def account(self) -> Advertising:
        found: Advertising = self.network.advertising
        return found

    @property
    def terms(self) -> AdvertTerms:
        terms = self.settings.networks["facebook"].pays
        assert terms is not None
        return terms

    def shift(self, *_given: Any, **changes: Any) -> Shift:
        plain = super().shift()
        shift = replace(plain, settings=self.settings, networks={"facebook": self.network})
        return replace(shift, **changes)

    def live(self, slug: str = "amira-und-jonas", **changes: object) -> int:
        """A tandem with a post that is live on the page; its number."""
        tandem_id = self.tandem(slug, **changes)
        post_id = self.post(tandem_id)
        with self.store.session() as session:
            post = session.get_one(Post, post_id)
            made = self.network.publish(Draft(post.text))
            post.state, post.remote_id = PostState.PUBLISHED, made.remote_id
            post.published_at, post.permalink = NOON - timedelta(hours=1), made.permalink
            post.targeting_kept = True
        return tandem_id

    def choices(self, session: Session, tandems: list[int] | None = None) -> list[Choice]:
        campaign = session.get_one(Row, self.id)
        choosing = Choosing(
            session, campaign, self.settings, "facebook", self.terms, "EUR", self.clock.at
        )
        return choosing.choices(tandems)

    def enrol(self, tandems: list[int] | None = None) -> list[int]:
        with self.store.session() as session:
            return enrol(session, self.choices(session, tandems))

    def make(self, shift: Shift | None = None) -> Made:
        """Make all that is written down."""
        shift = shift or self.shift()
        with self.store.reading() as session:
            waiting = unmade(session, self.id, "facebook", AD_ACCOUNT)
        return make_all(shift, self.account, waiting)

    def approve(self, *numbers: int) -> None:
        with self.store.session() as session:
            shown = {number: session.get_one(Advert, number).digest for number in numbers}
            approve(session, self.id, shown, self.settings, self.clock.at, "heike")

    def running(self, slug: str = "amira-und-jonas") -> Advert:
        """An advert that a person let run."""
        self.live(slug)
        [number] = self.enrol()
        self.make()
        self.approve(number)
        self.attend()
        return self.advert(number)

    def attend(self, **changes: Any) -> Tally:
        tally = Tally()
        attend(self.shift(**changes), tally)
        return tally

    def look_after(self, **changes: Any) -> Tally:
        tally = Tally()
        look_after(self.shift(**changes), tally)
        return tally

    def advert(self, number: int) -> Advert:
        with self.store.reading() as session:
            return session.get_one(Advert, number)

    def states(self) -> list[AdvertState]:
        with self.store.reading() as session:
            return [row.state for row, _post, _tandem in adverts_of(session, self.id)]

    def rows(self) -> list[Advert]:
        with self.store.reading() as session:
            return list(session.exec(select(Advert).order_by(Advert.id)).all())

    def wait(self, span: timedelta) -> None:
        for clock in (self.clock, self.machine):
            clock.advance(span)
        self.sandbox.clock.advance(span)

    def turn(self, **knobs: object) -> None:
        """Change the platform's mood."""
        [graph] = [each for each in self.sandbox._emulators if each.name == "facebook"]
        graph.configure(knobs)

    def there(self) -> list[dict[str, Any]]:
        """All adverts at the platform."""
        return [row for row in self.sandbox.ledger() if row.get("kind") == "advert"]

    def objects(self) -> dict[str, int]:
        """How many of each the platform has."""
        [graph] = [each for each in self.sandbox._emulators if each.name == "facebook"]
        kinds = [type(each).__name__ for each in graph._adverts.things.values()]  # type: ignore[attr-defined]  # Facebook's
        return {kind: kinds.count(kind) for kind in ("Campaign", "AdSet", "Creative", "Ad")}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """The networks at the campaign's noon, on a clock that we move."""
    with Sandbox(port=0, start=NOON, speed=0.0) as running:
        yield running


@pytest.fixture
def adverts(
    store: Store, key: CampaignKey, settings: "SettingsFactory", sandbox: Sandbox
) -> Advertised:
    """An empty campaign that may pay for adverts."""
    made = Advertised(store, key, settings)
    made.begin(sandbox, settings)
    return made
