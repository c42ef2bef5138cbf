"""Planning: who is admitted, what stays, what changes."""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import select

from orchestrator import people as persons
from orchestrator.approve import approve, awaiting, cancel, take_back
from orchestrator.campaign import enrol
from orchestrator.copies import count_as_lost
from orchestrator.keys import CampaignKey
from orchestrator.model import (
    Appeal,
    Attempt,
    Audience,
    CityKey,
    Consent,
    Event,
    Person,
    Post,
    Tandem,
)
from orchestrator.plan import plan
from orchestrator.planned import PlanReport
from orchestrator.ports import OutcomeUnknown, PartlyTold
from orchestrator.store import Store
from orchestrator.vocabulary import MayWork, Outcome, PostState, Show
from tests.conftest import on_both
from tests.fakes import FakeNetwork
from tests.publishing.conftest import NETWORK_SETTINGS

if TYPE_CHECKING:
    from tests.conftest import SettingsFactory

FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TOWNS = {
    "Freiburg": (2925177, "Baden-Württemberg", 47.9959, 7.8522, 230_000),
    "Passau": (2855328, "Bavaria", 48.5665, 13.4312, 52_000),
    "Amberg": (2956656, "Bayern", 49.4429, 11.8627, 44_700),
    "Helgoland": (3208547, "Schleswig-Holstein", 54.1814, 7.8863, 1_300),
    "Husum": (2896736, "Schleswig-Holstein", 54.4858, 9.0524, 23_000),
}


# Says neither a name nor a town.
PLAIN = {"de": "Ich nähe gern und genau."}


class Desk:
    """A campaign before its first day, with two networks that answer from memory."""

    def __init__(self, store: Store, key: CampaignKey, make: "SettingsFactory", **campaign: Any):
        self.store, self.key = store, key
        sections = {name: dict(each) for name, each in NETWORK_SETTINGS.items()}
        self.settings = make(campaign=campaign, **sections)
        self.networks = {
            "facebook": FakeNetwork("facebook"),
            "x": FakeNetwork("x", targets=False, cost=0.015),
        }
        with store.session() as session:
            self.id = enrol(session, self.settings.campaign, key, FRIDAY).id

    def tandem(self, slug: str, town: str = "Freiburg", **changes: Any) -> int:
        place_id, region, lat, lon, people = TOWNS[town]
        purposes = changes.pop("consent", ("facebook", "x"))
        ends_on = changes.pop("ends_on", None)
        appeals = changes.pop("appeals", {"de": f"Ich nähe gern und genau. ({slug})"})
        with self.store.session() as session:
            refugee = persons.add(session, self.key, self.id, {"name": slug.title()})
            volunteer = Person(campaign_id=self.id)
            session.add(volunteer)
            session.flush()
            values = {
                "campaign_id": self.id,
                "slug": slug,
                "refugee_id": refugee.id,
                "volunteer_id": volunteer.id,
                "public_name": slug.title(),
                "show": Show.FULL,
                "adult": True,
                "may_work": MayWork.YES,
                "trade": "Schneiderin",
                "place_id": place_id,
                "town": town,
                "region": region,
                "country": "DE",
                "lat": lat,
                "lon": lon,
                "town_people": people,
                "place_digest": "0",
                "imported_at": FRIDAY,
                "changed_at": FRIDAY,
            } | changes
            tandem = Tandem(**values)
            session.add(tandem)
            session.flush()
            for language, text in appeals.items():
                session.add(Appeal(tandem_id=tandem.id, language=language, text=text))
            for purpose in purposes:
                session.add(
                    Consent(
                        tandem_id=tandem.id,
                        person_id=refugee.id,
                        purpose=purpose,
                        given_on=date(2026, 10, 1),
                        ends_on=ends_on,
                    )
                )
            return tandem.id

    def plan(self, now: datetime = FRIDAY, *, dry_run: bool = False) -> PlanReport:
        return plan(
            self.store, self.settings, self.key, self.networks, now, "tester", dry_run=dry_run
        )

    def posts(self) -> list[Post]:
        with self.store.reading() as session:
            return sorted(session.exec(select(Post)).all(), key=lambda post: post.id)

    def approve_all(self) -> None:
        with self.store.session() as session:
            waiting = [(post.id, post.digest) for post in awaiting(session, self.id, None)]
            assert approve(session, waiting, FRIDAY, "tester") == len(waiting)


@pytest.fixture
def desk(store: Store, key: CampaignKey, settings: "SettingsFactory") -> Desk:
    return Desk(store, key, settings)


def shape(posts: list[Post]) -> list[tuple[Any, ...]]:
    return [(p.id, p.text, p.due_at, p.digest, p.approved_digest, p.state) for p in posts]


@on_both
def test_every_tandem_gets_its_posts_inside_the_campaign(desk: Desk) -> None:
    """Two posts a network and week, on different days, in windows, with different words."""
    for slug, town in (("amira", "Freiburg"), ("dawit", "Passau"), ("olena", "Husum")):
        desk.tandem(slug, town)
    report = desk.plan()

    posts = desk.posts()
    assert report.created == len(posts) == 3 * 2 * 2
    assert len({post.text for post in posts}) == len(posts)
    zone = desk.settings.campaign.zone
    for post in posts:
        local = post.due_at.astimezone(zone)
        assert date(2026, 11, 23) <= local.date() <= date(2026, 11, 29)
        assert 7 <= local.hour < 21
    days = {(p.tandem_id, p.network, p.due_at.astimezone(zone).date()) for p in posts}
    assert len(days) == len(posts)


@on_both
def test_planning_again_changes_nothing(desk: Desk) -> None:
    """Same tandems, same plan: approved or not, a day later or not."""
    desk.tandem("amira")
    desk.plan()
    before = shape(desk.posts())
    again = desk.plan(FRIDAY + timedelta(days=1))
    assert (again.created, again.updated, again.unchanged) == (0, 0, 4)
    assert shape(desk.posts()) == before


@on_both
def test_two_databases_get_the_same_plan(
    desk: Desk, key: CampaignKey, settings: "SettingsFactory", tmp_path: Any
) -> None:
    """The plan depends on the input alone."""
    from orchestrator.store import open_store

    other = open_store(f"sqlite:///{tmp_path}/second.db")
    twin = Desk(other, key, settings)
    for each in (desk, twin):
        for slug in ("amira", "dawit"):
            each.tandem(slug)
        each.plan()
    assert [p.text for p in desk.posts()] == [p.text for p in twin.posts()]
    assert [p.due_at for p in desk.posts()] == [p.due_at for p in twin.posts()]
    other.close()


def test_a_new_tandem_never_moves_an_approved_post(desk: Desk) -> None:
    """What a person approved stays to the letter and to the minute."""
    desk.tandem("olena")
    desk.plan()
    desk.approve_all()
    before = shape(desk.posts())
    for slug in ("amira", "dawit", "zahra"):
        desk.tandem(slug)
    desk.plan()
    assert shape(desk.posts())[: len(before)] == before


@on_both
def test_a_changed_appeal_takes_the_approval_back_and_is_written_anew(desk: Desk) -> None:
    """After the importer took the approval back, planning puts the new words in."""
    tandem_id = desk.tandem("amira")
    desk.plan()
    desk.approve_all()
    with desk.store.session() as session:
        appeal = session.exec(select(Appeal)).one()
        appeal.text = "Ich repariere auch Reißverschlüsse."
        assert take_back(session, tandem_id) == 4
    report = desk.plan()
    assert report.updated == 4
    for post in desk.posts():
        assert "Reißverschlüsse" in post.text
        assert post.approved_digest is None


@pytest.mark.parametrize(
    "changes",
    [
        {"show": None},
        {"adult": False},
        {"may_work": MayWork.NO},
        {"consent": ()},
        {"ends_on": date(2026, 11, 1)},
        {"appeals": {"en": "I sew."}},
    ],
)
def test_whoever_may_not_be_posted_is_skipped_with_a_reason(
    desk: Desk, changes: dict[str, Any]
) -> None:
    """No post and a sentence for each network."""
    desk.tandem("amira", **changes)
    report = desk.plan()
    assert desk.posts() == []
    assert {each.network for each in report.skipped} == {"facebook", "x"}
    assert all(each.reason for each in report.skipped)


@on_both
def test_lost_consent_cancels_what_waits(desk: Desk) -> None:
    """A purpose that is no longer agreed to leaves no planned post behind."""
    tandem_id = desk.tandem("amira")
    desk.plan()
    desk.approve_all()
    with desk.store.session() as session:
        for consent in session.exec(select(Consent).where(Consent.tandem_id == tandem_id)).all():
            if consent.purpose == "x":
                session.delete(consent)
    desk.plan()
    states = {post.network: post.state for post in desk.posts()}
    assert states == {"facebook": PostState.PLANNED, "x": PostState.CANCELLED}


@on_both
def test_what_is_still_looked_for_keeps_its_words(desk: Desk) -> None:
    """A post is known by its words: one whose answer was lost is not written anew."""
    desk.tandem("amira")
    desk.plan()
    desk.approve_all()
    lost = desk.posts()[0]
    with desk.store.session() as session:
        post = session.get_one(Post, lost.id)
        cancel(post, "called off")
        attempt = Attempt(
            post_id=post.id, number=1, digest=post.digest, sent_at=FRIDAY, outcome=Outcome.NOT_SENT
        )
        session.add(attempt)
        count_as_lost(attempt, FRIDAY)
        for appeal in session.exec(select(Appeal)).all():
            appeal.text = "Ganz andere Worte, und trotzdem meine."
    desk.plan()
    by_id = {post.id: post for post in desk.posts()}
    assert (by_id[lost.id].text, by_id[lost.id].state) == (lost.text, PostState.CANCELLED)


def test_consent_that_ends_in_the_week_leaves_only_the_days_before(desk: Desk) -> None:
    """No slot after the last day of consent, and it is said."""
    desk.tandem("amira", ends_on=date(2026, 11, 25))
    report = desk.plan()
    zone = desk.settings.campaign.zone
    assert all(p.due_at.astimezone(zone).date() <= date(2026, 11, 25) for p in desk.posts())
    assert len(desk.posts()) < 4
    assert report.skipped


def test_a_person_shown_in_the_region_only_is_gated_and_not_on_x(desk: Desk) -> None:
    """Hard targeting on Facebook, nothing on a network that cannot limit who sees it."""
    desk.tandem("alias", show=Show.REGION, public_name="Sam", appeals=PLAIN)
    desk.plan()
    posts = desk.posts()
    assert {post.network for post in posts} == {"facebook"}
    assert {post.mode for post in posts} == {"hard"}
    assert not any("Freiburg" in post.text for post in posts)


def test_without_any_key_a_gated_person_is_not_posted(desk: Desk) -> None:
    """No gate, no post: else everyone would see it."""
    desk.tandem("alias", show=Show.REGION, public_name="Sam", appeals=PLAIN)
    desk.networks["facebook"].city_keys = lambda cities: [None for _city in cities]
    report = desk.plan()
    assert desk.posts() == []
    assert "facebook" in {each.network for each in report.skipped}


def test_the_audience_holds_the_towns_and_shows_the_gaps(desk: Desk) -> None:
    """A town that the network does not know stays in the list, without a key."""
    desk.tandem("amira", radius_km=15)
    desk.networks["facebook"].unknown_towns = {"Emmendingen"}
    desk.plan()
    with desk.store.reading() as session:
        audience = session.exec(select(Audience).where(Audience.network == "facebook")).one()
    names = {city["name"]: city["key"] for city in audience.cities}
    assert any(name.startswith("Freiburg") for name in names)
    assert names["Emmendingen"] is None
    keys = [city["key"] for city in audience.targeting["geo_locations"]["cities"]]
    assert None not in keys
    assert len(keys) == len(names) - 1


@on_both
def test_city_keys_are_asked_once_and_remembered(desk: Desk) -> None:
    """A second plan asks nothing; after the time a key keeps, it is asked again."""
    desk.tandem("amira")
    desk.plan()
    asked = len(desk.networks["facebook"].asked)
    desk.plan()
    assert (
        asked == len(set(desk.networks["facebook"].asked)) == len(desk.networks["facebook"].asked)
    )
    with desk.store.session() as session:
        for row in session.exec(select(CityKey)).all():
            row.checked_at = FRIDAY - timedelta(days=91)
    desk.plan()
    assert len(desk.networks["facebook"].asked) == 2 * asked


def test_a_network_that_cannot_be_reached_is_left_out_and_named(desk: Desk) -> None:
    """The other network is planned all the same; nothing of the first is cancelled."""
    desk.tandem("amira")
    desk.plan()

    def down(_cities: object) -> list[str | None]:
        raise OutcomeUnknown("502")

    desk.tandem("dawit", "Passau")
    desk.networks["facebook"].city_keys = down
    report = desk.plan()
    assert report.unreachable == {"facebook": "502"}
    assert {post.state for post in desk.posts()} == {PostState.PLANNED}
    assert len([post for post in desk.posts() if post.network == "x"]) == 4


def test_a_town_that_could_not_be_looked_up_is_asked_again(desk: Desk) -> None:
    """The others' are planned, and nobody takes it for a town that is not known there."""
    desk.tandem("amira", "Passau")
    desk.tandem("dawit", "Freiburg")
    ask = desk.networks["facebook"].city_keys

    def partly(cities: Any) -> list[str | None]:
        keys = enumerate(ask(cities))
        lost = next(number for number, each in enumerate(cities) if each.name != "Passau")
        raise PartlyTold("500", told={number: key for number, key in keys if number != lost})

    desk.networks["facebook"].city_keys = partly
    report = desk.plan()
    assert report.unreachable == {}
    assert {post.network for post in desk.posts()} == {"facebook", "x"}
    desk.networks["facebook"].city_keys = ask
    desk.networks["facebook"].asked.clear()
    desk.plan()
    assert len(desk.networks["facebook"].asked) == 1


def test_the_cap_on_spending_is_kept(
    store: Store, key: CampaignKey, settings: "SettingsFactory"
) -> None:
    """Posts beyond the cap are not planned, and the estimate stays below it."""
    desk = Desk(store, key, settings)
    desk.settings.networks["x"].__dict__["cap"] = 0.05
    for number in range(3):
        desk.tandem(f"tandem-{number}")
    report = desk.plan()
    assert len([post for post in desk.posts() if post.network == "x"]) == 3
    assert report.document()["cost"]["estimate"] == 0.045
    assert report.skipped


@on_both
def test_a_dry_run_writes_nothing_at_all(desk: Desk) -> None:
    """Not a post, not a key, not an event; and it says the same as the real run."""
    desk.tandem("amira")
    dry = desk.plan(dry_run=True)
    with desk.store.reading() as session:
        for table in (Post, CityKey, Audience, Event):
            assert session.exec(select(table)).all() == []
    assert desk.plan().document() == dry.document()


def test_in_the_middle_of_the_week_nothing_is_planned_in_the_past(desk: Desk) -> None:
    """A tandem that comes late gets only days that are still ahead."""
    desk.tandem("amira")
    wednesday = datetime(2026, 11, 25, 12, tzinfo=UTC)
    desk.plan(wednesday)
    assert desk.posts()
    assert all(post.due_at > wednesday for post in desk.posts())


def region_only(desk: Desk, tandem_id: int) -> None:
    with desk.store.session() as session:
        tandem = session.get_one(Tandem, tandem_id)
        tandem.show, tandem.public_name = Show.REGION, "Sam"
        take_back(session, tandem_id)


def planned(desk: Desk) -> list[Post]:
    return [post for post in desk.posts() if post.state is PostState.PLANNED]


def test_what_cannot_be_written_anew_is_called_off(desk: Desk) -> None:
    """Words that may not be published leave no old words behind that could be approved."""
    tandem_id = desk.tandem("amira")
    desk.plan()
    desk.approve_all()
    with desk.store.session() as session:
        session.exec(select(Appeal)).one().text = "Ruft mich an: 0171 2345678."
        take_back(session, tandem_id)
    desk.plan()
    assert planned(desk) == []


def test_a_person_without_a_gate_keeps_no_old_words(desk: Desk) -> None:
    """Not on the network without town keys, and not on the last evening without a slot."""
    tandem_id = desk.tandem("amira")
    desk.plan()
    region_only(desk, tandem_id)
    with desk.store.session() as session:
        for row in session.exec(select(CityKey)).all():
            session.delete(row)
    desk.networks["facebook"].city_keys = lambda cities: [None for _city in cities]
    desk.plan(datetime(2026, 11, 29, 19, 30, tzinfo=UTC))
    assert planned(desk) == []


@on_both
def test_an_import_while_the_networks_are_asked_is_seen(desk: Desk) -> None:
    """People are read again before anything is written."""
    tandem_id = desk.tandem("amira")
    ask = desk.networks["facebook"].city_keys

    def slow(cities: Any) -> Any:
        region_only(desk, tandem_id)
        with desk.store.session() as session:
            session.get_one(Tandem, tandem_id).adult = False
        return ask(cities)

    desk.networks["facebook"].city_keys = slow
    desk.plan()
    assert desk.posts() == []


def test_a_lower_cap_calls_off_what_it_no_longer_pays(desk: Desk) -> None:
    """Unapproved posts beyond the cap go; an approved one would stay."""
    for number in range(3):
        desk.tandem(f"tandem-{number}")
    desk.plan()
    desk.settings.networks["x"].__dict__["cap"] = 0.03
    report = desk.plan()
    assert len([post for post in planned(desk) if post.network == "x"]) == 2
    assert report.document()["cost"]["cap"] == 0.03


def test_overlapping_circles_are_kept_on_different_days(desk: Desk) -> None:
    """Neighbours of two tandems should not see both on one day, where the days allow it."""
    for slug in ("amira", "dawit", "olena"):
        desk.tandem(slug)
    report = desk.plan()
    assert report.document()["same_day_overlap_people"] == 0
    zone = desk.settings.campaign.zone
    days = [(p.network, p.due_at.astimezone(zone).date()) for p in desk.posts()]
    assert len(set(days)) == len(days)


def test_a_gate_needs_the_home_town_s_own_key(desk: Desk) -> None:
    """Else the post would be shown to the neighbours only; the reason does not name the town."""
    desk.tandem("alias", show=Show.REGION, public_name="Sam", radius_km=20, appeals=PLAIN)
    desk.networks["facebook"].unknown_towns = {"Freiburg im Breisgau"}
    report = desk.plan()
    assert desk.posts() == []
    assert any("the tandem's own town" in each.reason for each in report.skipped)
    assert not any("Freiburg" in each.reason for each in report.skipped)


def test_a_gate_opens_for_a_namesake_that_the_network_tells_apart(desk: Desk) -> None:
    """Amberg in Bayern has another one beside it: planned only where the key is its own."""
    desk.tandem("alias", "Amberg", show=Show.REGION, public_name="Sam", appeals=PLAIN)
    desk.plan()
    assert desk.posts() == []
    desk.networks["facebook"].tells_where = True
    desk.plan(FRIDAY + timedelta(days=8))
    [targeting] = {str(post.targeting) for post in desk.posts()}
    assert "k-Amberg-49.4" in targeting


def test_a_gate_needs_enough_people_behind_it(desk: Desk) -> None:
    """On Helgoland live 1,300: who sees the post there only is soon told apart, else it may go."""
    hidden = {"show": Show.REGION, "public_name": "Sam", "appeals": PLAIN}
    desk.tandem("alias", "Helgoland", radius_km=20, **hidden)
    desk.tandem("amira", "Helgoland", radius_km=20)
    report = desk.plan()
    assert {post.mode for post in desk.posts() if post.network == "facebook"} == {"soft"}
    [reason] = [each.reason for each in report.skipped if "5,000 are needed" in each.reason]
    assert "Helgoland" not in reason
