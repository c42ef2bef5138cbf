"""Whoever may only be shown in the region: the towns around, or the whole state and no town."""

from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import select

from orchestrator.aiming.view import View, view
from orchestrator.circle import circle_of
from orchestrator.keys import CampaignKey
from orchestrator.model import Audience, CityKey, Post, Tandem
from orchestrator.official import gazetteer
from orchestrator.plan import build_audiences
from orchestrator.preview import cards, reached, wording
from orchestrator.store import Store
from orchestrator.unkept import difference, names_of
from orchestrator.vocabulary import PostState, Show
from tests.conftest import on_both
from tests.fakes import FakeNetwork
from tests.planning.test_plan import FRIDAY, PLAIN, Desk

if TYPE_CHECKING:
    from tests.conftest import SettingsFactory

STATE = {
    "page_id": "10",
    "page_token": "EAAsecretpagetoken0001",
    "region_only": "state",
}
TOWNS = STATE | {"region_only": "circle"}
HIDDEN = {"show": Show.REGION, "public_name": "Sam", "appeals": PLAIN}
NETWORK = {"geo_locations": {"regions": [{"key": "r-Bayern"}]}}


class Wide(Desk):
    """The same campaign, where the region means the whole state."""

    def configure(self, facebook: dict[str, Any]) -> None:
        self.settings = self.make(facebook=dict(facebook))
        self.networks = {"facebook": self.networks["facebook"]}

    def __init__(self, store: Store, key: CampaignKey, make: "SettingsFactory") -> None:
        super().__init__(store, key, make)
        self.make = make
        self.configure(STATE)

    @property
    def facebook(self) -> FakeNetwork:
        return self.networks["facebook"]

    def audience(self, tandem_id: int) -> Audience:
        with self.store.reading() as session:
            return session.exec(select(Audience).where(Audience.tandem_id == tandem_id)).one()

    def view(self, tandem_id: int) -> View:
        with self.store.reading() as session:
            return view(session, session.get_one(Tandem, tandem_id), self.settings, FRIDAY)

    def planned(self) -> list[Post]:
        return [post for post in self.posts() if post.state is PostState.PLANNED]


@pytest.fixture
def desk(store: Store, key: CampaignKey, settings: "SettingsFactory") -> Wide:
    return Wide(store, key, settings)


@on_both
def test_the_network_is_told_the_state_and_no_town(desk: Wide) -> None:
    """Asked once, remembered, and nobody else's towns are lost by it."""
    hidden = desk.tandem("alias", "Passau", **HIDDEN)
    desk.plan()
    assert desk.facebook.asked == ["all of Bayern"]
    assert {(post.mode, str(post.targeting)) for post in desk.posts()} == {("hard", str(NETWORK))}
    row = desk.audience(hidden)
    assert row.cities == [{"name": "Bayern", "key": "r-Bayern", "type": "region"}]
    assert row.people > 12_000_000
    with desk.store.reading() as session:
        [kept] = session.exec(select(CityKey)).all()
    assert (kept.country, kept.region, kept.name, kept.key) == ("DE", "Bayern", "", "r-Bayern")
    open_one = desk.tandem("amira", "Amberg")
    desk.plan()
    assert desk.facebook.asked.count("all of Bayern") == 1
    assert "Amberg" in desk.facebook.asked
    assert desk.audience(open_one).targeting["geo_locations"].keys() == {"cities"}


def test_the_towns_of_the_circle_are_what_is_told_otherwise(desk: Wide) -> None:
    """The default, and without a question about any state."""
    desk.configure(TOWNS)
    hidden = desk.tandem("alias", "Passau", **HIDDEN)
    desk.plan()
    assert desk.audience(hidden).targeting["geo_locations"].keys() == {"cities"}
    assert not [name for name in desk.facebook.asked if name.startswith("all of")]


@pytest.mark.parametrize("before", ["unknown", "towns"])
def test_a_state_that_the_network_does_not_know_is_a_gap(desk: Wide, before: str) -> None:
    """Nothing is planned there, the reason is told, and towns planned before are called off."""
    if before == "towns":
        desk.configure(TOWNS)
    desk.facebook.unknown_towns = {"Bayern"}
    hidden = desk.tandem("alias", "Passau", **HIDDEN)
    if before == "towns":
        desk.plan()
        assert desk.planned()
        desk.configure(STATE)
    report = desk.plan()
    assert desk.planned() == []
    assert [each.finding.rule for each in report.policy] == ["hard_gate"]
    assert "limited to Bayern" in report.skipped[0].reason
    assert desk.audience(hidden).targeting is None
    shown = desk.view(hidden)
    assert {each.rule for each in shown.policy if each.level != "ok"} >= {"keys", "hard_gate"}
    assert shown.document()["organic"]["regions"] == [{"name": "Bayern", "key": None}]


@pytest.mark.parametrize("known", [True, False])
def test_approved_posts_for_towns_do_not_go_out_any_more(desk: Wide, known: bool) -> None:
    """They are written anew for the state, to be approved again; without its key, called off."""
    desk.configure(TOWNS)
    desk.tandem("alias", "Passau", **HIDDEN)
    desk.plan()
    desk.approve_all()
    before = {post.due_at for post in desk.planned()}
    desk.configure(STATE)
    desk.facebook.unknown_towns = set() if known else {"Bayern"}
    desk.plan()
    assert {post.due_at for post in desk.planned()} == (before if known else set())
    assert all(post.targeting == NETWORK for post in desk.planned())
    assert not any(post.approved_digest for post in desk.posts())


@on_both
def test_who_came_into_the_region_while_the_network_was_asked_waits(desk: Wide) -> None:
    """Their state was not asked for, and their towns must not be told."""
    tandem_id = desk.tandem("alias", "Passau", appeals=PLAIN)
    ask = desk.facebook.city_keys

    def slow(cities: Any) -> Any:
        with desk.store.session() as session:
            tandem = session.get_one(Tandem, tandem_id)
            tandem.show, tandem.public_name = Show.REGION, "Sam"
        return ask(cities)

    desk.facebook.city_keys = slow
    report = desk.plan()
    assert desk.posts() == []
    assert [each.reason for each in report.skipped] == ["changed while planning; plan again"]
    desk.plan()
    assert {str(post.targeting) for post in desk.planned()} == {str(NETWORK)}


@on_both
def test_it_is_shown_before_and_after_it_is_built(desk: Wide) -> None:
    """As one state with its people: no town, no rule about the circle, no wider one proposed."""
    hidden = desk.tandem("alias", "Passau", **HIDDEN)
    before = desk.view(hidden)
    assert before.document()["organic"]["regions"] == [{"name": "Bayern", "key": None}]
    assert [each.rule for each in before.policy] == [
        "reachable_followers",
        "keys",
        "insights_likes",
    ]
    build_audiences(desk.store, desk.settings, desk.key, desk.networks, FRIDAY, None)
    organic = desk.view(hidden).document()["organic"]
    assert organic["cities"] == []
    assert organic["regions"] == [{"name": "Bayern", "key": "r-Bayern"}]
    assert organic["targeting"] == NETWORK
    assert 0 < organic["precision"] < 0.05
    rules = {each.rule: each for each in desk.view(hidden).policy}
    assert rules.keys() == {
        "reachable_followers",
        "keys",
        "hard_gate",
        "few_people",
        "insights_likes",
    }
    assert rules["few_people"].reason == "About 12,000,000 people live in Bayern."


def test_a_preview_and_a_lost_audience_name_the_state(desk: Wide) -> None:
    """Not the number of towns, and never one of them."""
    hidden = desk.tandem("alias", "Passau", **HIDDEN)
    desk.plan()
    with desk.store.reading() as session:
        all_reached = reached.reached(session, desk.id, desk.settings)
        card = cards.cards(session, desk.id, [], all_reached)[0]
        post = session.exec(select(Post)).first()
        names = names_of(session, post, session.get_one(Tandem, hidden))
        atlas = gazetteer(session)
        around = circle_of(session.get_one(Tandem, hidden), desk.settings.audience, atlas)
    assert wording.audience(card) == "only people in all of Bayern"
    assert card.document()["regions"] == ["Bayern"]
    assert (card.cities, card.radius_km) == ((), None)
    assert card.people > 50 * around.people
    assert "asked was only all of Bayern, kept is nothing" in difference(post, None, names)


def test_of_many_followers_those_of_the_state_are_counted(desk: Wide) -> None:
    """More than live in the circle, and never more than there are."""
    hidden = desk.tandem("alias", "Passau", **HIDDEN)
    with desk.store.reading() as session:
        tandem = session.get_one(Tandem, hidden)
        atlas = gazetteer(session)
        known = reached.Reached(desk.settings, atlas, {"facebook": 10_000}, {})
        in_state = known.followers(tandem, "facebook")
        desk.configure(TOWNS)
        known = reached.Reached(desk.settings, atlas, {"facebook": 10_000}, {})
        in_circle = known.followers(tandem, "facebook")
    assert 0 < in_circle < 100 < in_state < 10_000
