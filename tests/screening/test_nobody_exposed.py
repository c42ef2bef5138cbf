"""Random people, and twelve chosen ones: nothing goes out that the safety check forbids.

The property asks in its own words who may be posted; it knows nothing of ``eligible``.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlmodel import select

from orchestrator import people as persons
from orchestrator.approve import approve, awaiting
from orchestrator.campaign import enrol
from orchestrator.config import Settings
from orchestrator.keys import CampaignKey
from orchestrator.model import Appeal, Consent, Pause, Person, Post, Tandem
from orchestrator.plan import plan
from orchestrator.run import publish_pass, watch_pass
from orchestrator.screening.keeping import keep
from orchestrator.shift import Shift
from orchestrator.store import Store, open_store
from orchestrator.unsaid import says_name, says_town
from orchestrator.vocabulary import MayWork, PostState, Scope, Show, TandemState
from schedules.clock import FixedClock
from tests.fakes import FakeNetwork, HoldingNetwork
from tests.planning.test_plan import FRIDAY, TOWNS
from tests.publishing.conftest import NETWORK_SETTINGS

NETWORKS = ("facebook", "x")
NAMES = ["Yusuf", "Olena", "Selam", "Farhad", "Mirjana", "Tesfay"]
APPEALS = [
    "Ich arbeite gern mit den Händen und lerne schnell.",
    "Seit zehn Jahren nähe ich. Ich bin {name}.",
    "Am liebsten bleibe ich in {town}, dort kenne ich viele.",
    "Ich habe eine Duldung und suche eine Ausbildung.",
]
DAYS = st.integers(-20, 12).map(lambda days: date(2026, 11, 20) + timedelta(days))


@dataclass(frozen=True)
class Consented:
    """What a person agreed to for one network."""

    given_on: date
    ends_on: date | None
    withdrawn: bool
    current_text: bool


@dataclass(frozen=True)
class Human:
    """A random person, with what changes during the campaign.

    ``again``: the second result of the check; ``ends``: consents that are taken back (None) or get
    a last day.
    """

    show: Show | None
    screened: bool
    again: Show | None
    adult: bool
    may_work: MayWork
    state: TandemState
    town: str
    appeal: str
    paused: bool
    consents: dict[str, Consented]
    ends: dict[str, date | None]


AGREED = Consented(date(2026, 10, 1), None, withdrawn=False, current_text=True)
GOOD = Human(
    Show.FULL, False, Show.FULL, True, MayWork.YES, TandemState.ACTIVE, "Freiburg", APPEALS[0],
    False, dict.fromkeys(NETWORKS, AGREED), {},
)  # fmt: skip
consented = st.builds(
    Consented, DAYS, st.one_of(st.none(), DAYS), st.booleans(), st.sampled_from([True, True, False])
)
WHATEVER = {
    "screened": st.booleans(),
    "adult": st.just(False),
    "may_work": st.sampled_from(MayWork),
    "state": st.sampled_from(TandemState),
    "appeal": st.sampled_from(APPEALS),
    "paused": st.just(True),
    "consents": st.dictionaries(st.sampled_from(NETWORKS), consented),
}
ENDS = st.one_of(st.none(), st.integers(23, 28).map(lambda day: date(2026, 11, day)))


@st.composite
def humans(draw: st.DrawFn) -> Human:
    """Somebody who may be posted but for at most two things, with any result of the check."""
    odd = draw(st.lists(st.sampled_from(sorted(WHATEVER)), max_size=2, unique=True))
    always = {
        "show": draw(st.sampled_from([*Show, *Show, None])),
        "again": draw(st.sampled_from([*Show, None])),
        "town": draw(st.sampled_from(sorted(TOWNS))),
        "ends": draw(st.dictionaries(st.sampled_from(NETWORKS), ENDS, max_size=1)),
    }
    return replace(GOOD, **always, **{name: draw(WHATEVER[name]) for name in odd})


def may_be_seen(human: Human, show: Show | None, network: str, on: date) -> bool:
    """Whether anything of the person may be on this network on that day."""
    agreed = human.consents.get(network)
    return (
        show is not None
        and human.adult
        and human.may_work is not MayWork.NO
        and human.state is TandemState.ACTIVE
        and not (show is Show.REGION and network == "x")
        and agreed is not None
        and not agreed.withdrawn
        and agreed.current_text
        and agreed.given_on <= on
        and (agreed.ends_on is None or on <= agreed.ends_on)
    )


class World:
    """A campaign of these people, on fakes, from its planning to its last day."""

    def __init__(self, store: Store, key: CampaignKey, configured: Settings) -> None:
        self.store, self.key, self.settings = store, key, configured
        self.version = configured.consent_versions["de"]
        self.clock = FixedClock(FRIDAY)
        self.facebook = HoldingNetwork("facebook")
        self.x = FakeNetwork("x", targets=False, cost=0.015)
        self.networks = {"facebook": self.facebook, "x": self.x}
        with store.session() as session:
            self.id = enrol(session, configured.campaign, key, FRIDAY).id

    def add(self, number: int, human: Human) -> int:
        with self.store.session() as session:
            real = {"name": NAMES[number]}
            refugee = persons.add(session, self.key, self.id, real)
            volunteer = Person(campaign_id=self.id)
            session.add(volunteer)
            session.flush()
            place_id, region, lat, lon, people = TOWNS[human.town]
            tandem = Tandem(
                campaign_id=self.id, slug=f"tandem-{number}", refugee_id=refugee.id,
                volunteer_id=volunteer.id, public_name=f"Robin{number}", show=human.show,
                screened_at=FRIDAY if human.screened else None, adult=human.adult,
                may_work=human.may_work, state=human.state, trade="Tischlern",
                place_id=place_id, town=human.town, region=region, country="DE", lat=lat, lon=lon,
                town_people=people, place_digest=str(number), imported_at=FRIDAY,
                changed_at=FRIDAY,
            )  # fmt: skip
            session.add(tandem)
            session.flush()
            self._say(session, tandem, number, human)
            return tandem.id

    def _say(self, session: Any, tandem: Tandem, number: int, human: Human) -> None:
        text = human.appeal.format(name=NAMES[number], town=human.town) + f" Nr. {number}."
        session.add(Appeal(tandem_id=tandem.id, language="de", text=text))
        for network, agreed in human.consents.items():
            session.add(
                Consent(
                    tandem_id=tandem.id, person_id=tandem.refugee_id, purpose=network,
                    given_on=agreed.given_on, ends_on=agreed.ends_on,
                    version=self.version if agreed.current_text else "0",
                    withdrawn_at=FRIDAY if agreed.withdrawn else None,
                )
            )  # fmt: skip
        if human.paused:
            session.add(
                Pause(
                    campaign_id=self.id, scope=Scope.TANDEM, name=tandem.slug, since=FRIDAY,
                    actor="tester",
                )
            )  # fmt: skip

    def plan_and_approve(self) -> None:
        now = self.clock.now()
        plan(self.store, self.settings, self.key, self.networks, now, "tester")
        with self.store.session() as session:
            waiting = [(post.id, post.digest) for post in awaiting(session, self.id, None)]
            approve(session, waiting, now, "tester")

    def end_consents(self, tandem_id: int, ends: dict[str, date | None]) -> None:
        with self.store.session() as session:
            for each in session.exec(select(Consent).where(Consent.tandem_id == tandem_id)):
                if each.purpose in ends:
                    each.ends_on = ends[each.purpose] or each.ends_on
                    each.withdrawn_at = each.withdrawn_at or (
                        None if ends[each.purpose] else self.clock.now()
                    )

    def screen_again(self, tandem_id: int, show: Show | None) -> None:
        with self.store.session() as session:
            alias = session.get_one(Tandem, tandem_id).public_name
            keep(session, tandem_id, show, alias, self.clock.now(), "tester")

    def pass_by(self, days: int) -> None:
        """So many days, and the passes of the daily job."""
        self.clock.advance(timedelta(days))
        self.facebook.turn(self.clock.now())
        watch_pass(self._shift())
        publish_pass(self._shift())

    def _shift(self) -> Shift:
        return Shift(
            store=self.store, settings=self.settings, key=self.key, campaign_id=self.id,
            networks=self.networks, clock=self.clock, machine=self.clock, worker="worker-1",
            actor="tester",
        )  # fmt: skip

    def posts(self) -> list[Post]:
        with self.store.reading() as session:
            return list(session.exec(select(Post)).all())

    def day(self, at: datetime) -> date:
        return at.astimezone(self.settings.campaign.zone).date()


def look(world: World, people: list[Human], ids: list[int], shown: list[Show | None]) -> None:
    """Everything that waits, is held or is live belongs to somebody who may be seen like that."""
    posts = {post.text: post for post in world.posts()}
    for post in posts.values():
        if post.state is PostState.PLANNED:
            number = ids.index(post.tandem_id)
            day = world.day(post.due_at)
            assert may_be_seen(people[number], shown[number], post.network, day), post
    today = world.day(world.clock.now())
    for network in world.networks.values():
        for text in [*(each[1] for each in network.live), *(d.text for d in network.kept.values())]:
            number = ids.index(posts[text].tandem_id)
            human, show = people[number], shown[number]
            day = max(today, world.day(posts[text].due_at))
            assert may_be_seen(human, show, network.name, day), (human, posts[text])
            assert not human.paused
            tells(human, number, show, text)
    for draft in [*world.facebook.drafts, *world.x.drafts]:
        assert "Duldung" not in draft.text


def tells(human: Human, number: int, show: Show | None, text: str) -> None:
    """Whether a text says only what this result allows."""
    if show in (Show.ALIAS, Show.REGION):
        assert not says_name(text, NAMES[number])
    if show is Show.REGION:
        assert not says_town(text, human.town)


def ended(human: Human) -> Human:
    """The same person, some of whose consents have ended or got a last day."""
    later = {
        network: replace(agreed, withdrawn=True)
        if (on := human.ends[network]) is None
        else replace(agreed, ends_on=on)
        for network, agreed in human.consents.items()
        if network in human.ends
    }
    return replace(human, consents=human.consents | later)


MakeWorld = Callable[[str], World]


@pytest.fixture
def make_world(
    sqlite_template: Path,
    tmp_path: Path,
    key: CampaignKey,
    settings: Callable[..., Settings],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[MakeWorld]:
    """Empty campaigns, one for each example, with Facebook in this mode."""
    sections = {name: dict(each) for name, each in NETWORK_SETTINGS.items()}
    configured = {
        mode: settings(**sections | {"facebook": sections["facebook"] | {"targeting": mode}})
        for mode in ("soft", "hard")
    }
    opened: list[Store] = []

    def make(mode: str) -> World:
        path = tmp_path / f"{len(opened)}.db"
        shutil.copyfile(sqlite_template, path)
        # A machine remembers what it sent, and would take the next example for an older copy.
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / f"state-{len(opened)}"))
        opened.append(open_store(f"sqlite:///{path}"))
        return World(opened[-1], key, configured[mode])

    yield make
    for store in opened:
        store.close()


@dataclass
class Told:
    """How much was sent, and taken down, over all examples."""

    examples: int = 0
    sent: int = 0
    taken: int = 0


def live_through(world: World, people: list[Human], told: Told) -> None:
    """Planned, approved, handed over and published, with a second check and consents that end."""
    ids = [world.add(number, human) for number, human in enumerate(people)]
    shown = [human.show for human in people]
    world.plan_and_approve()
    look(world, people, ids, shown)
    for days in (3, 1, 1):
        world.pass_by(days)
        look(world, people, ids, shown)
    for tandem_id, human in zip(ids, people, strict=True):
        world.end_consents(tandem_id, human.ends)
        world.screen_again(tandem_id, human.again)
    people, shown = [ended(human) for human in people], [human.again for human in people]
    world.plan_and_approve()
    for days in (1, 1, 1):
        world.pass_by(days)
        look(world, people, ids, shown)
    told.examples += 1
    told.sent += len([*world.facebook.drafts, *world.x.drafts])
    told.taken += len([*world.facebook.taken, *world.x.taken])


def test_nobody_is_seen_who_must_not_be(make_world: MakeWorld) -> None:
    """Random people, and two of whom one stays and one takes a consent back: most are posted."""
    told = Told()

    @hypothesis_settings(max_examples=15)
    @example(people=[GOOD, replace(GOOD, ends=dict.fromkeys(NETWORKS))], mode="soft")
    @example(
        people=[
            GOOD,
            replace(GOOD, town="Husum"),
            replace(GOOD, ends={"facebook": date(2026, 11, 25)}),
        ],
        mode="soft",
    )
    @given(
        people=st.lists(humans(), min_size=2, max_size=5), mode=st.sampled_from(["soft", "hard"])
    )
    def posted(people: list[Human], mode: str) -> None:
        live_through(make_world(mode), people, told)

    posted()
    print(f"\n{told}: 0 of them of anybody who must not be seen")
    assert told.sent > told.examples
    assert told.taken > 0
