"""A stop at a random moment: of no call was the intent committed after it, in 100 of 100 trials
with one worker, with two, and with eight (`make soak`; `make test` makes 24 of each).

What came first is told by the audit chain: the database numbers its events at the commit, one
after the other, whatever the clocks of the workers say. Each intent leaves an event here, in the
transaction that commits it, and so does the stop; a call needs its intent.
"""

import random
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlmodel import Session, col, delete, select, update

from orchestrator import claim, journal, publish
from orchestrator.campaign import enrol
from orchestrator.decide.recall import call_back
from orchestrator.model import Attempt, Event, Pause, Post
from orchestrator.pause import overtake, pause
from orchestrator.ports import Draft, Receipt
from orchestrator.publish import hand_over, send
from orchestrator.shift import Shift, Tally
from orchestrator.vocabulary import PostState, Scope
from tests.at_once import together
from tests.conftest import SOAK, on_both
from tests.fakes import FakeNetwork, HoldingNetwork
from tests.publishing.conftest import NOON, Campaign

SLUGS = ("amira-und-jonas", "saida-und-uwe")
TRIALS = 50 if SOAK else 12  # on each database
STOPS = [(Scope.ALL, ""), (Scope.NETWORK, "facebook"), (Scope.TANDEM, SLUGS[0])]
pytestmark = on_both


@pytest.fixture(autouse=True)
def _noted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every intent is an event of the audit chain, in its own transaction."""
    as_always = claim.note_attempt

    def noted(session: Session, shift: Shift, post: Post) -> Attempt:
        subject = f"post {post.id}"
        journal.record(session, shift.campaign_id, shift.now, shift.actor, "intent", subject)
        return as_always(session, shift, post)

    monkeypatch.setattr(claim, "note_attempt", noted)


@pytest.fixture
def _begun_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """What became of a call that began is written down by others' tests; here it only costs."""
    monkeypatch.setattr(publish, "delivered", lambda *_sent: True)
    monkeypatch.setattr(publish, "_count", lambda *_sent: None)


class Trials:
    """A campaign that is sent, stopped, and put back to where it was."""

    def __init__(self, campaign: Campaign, workers: int, spare: int = 2) -> None:
        self.campaign, self.chance, self.workers = campaign, random.Random(workers), workers
        count = workers + spare
        self.tandems = [campaign.tandem(slug) for slug in SLUGS]
        networks = [("facebook", "x")[number // 2 % 2] for number in range(count)]
        self.posts = [
            campaign.post(self.tandems[number % 2], network)
            for number, network in enumerate(networks)
        ]
        self.networks = dict(zip(self.posts, networks, strict=True))

    def again(self) -> None:
        """All posts are due once more, and nothing is stopped."""
        self.campaign.facebook, self.campaign.x = FakeNetwork("facebook"), FakeNetwork("x")
        with self.campaign.session() as session:
            session.exec(delete(Pause))
            session.exec(delete(Attempt))
            cleared = {"remote_id": None, "permalink": None, "published_at": None, "held_at": None}
            cleared |= {"handed_digest": None, "handed_for": None, "claimed_by": None}
            session.exec(update(Post).values(state=PostState.PLANNED, **cleared))

    def stop_midway(self, scope: Scope, name: str) -> int:
        """Send with all workers, and stop at some moment; the stop's number in the chain.

        They send without the turn on an account, which would line them up: it is no guard here.
        """
        begun, moment = threading.Event(), self.chance.randrange(2)
        sent: list[str] = []

        def told(draft: Draft) -> None:
            sent.append(draft.text)
            if len(sent) > moment:
                begun.set()
            threading.Event().wait(0.002)  # a call takes some time

        for network in (self.campaign.facebook, self.campaign.x):
            network.script = [told] * len(self.posts)
        left = deque(self.chance.sample(self.posts, len(self.posts)))

        def work(number: int) -> None:
            if number:
                self.send_all(self.campaign.shift(f"worker-{number}"), left)
                begun.set()
            else:
                begun.wait(10)
                self.stop(scope, name)

        assert together(self.workers + 1, work) == []
        return self.last("pause")

    def send_all(self, shift: Shift, left: deque[int]) -> None:
        with suppress(IndexError):
            while post := left.pop():
                send(shift, Tally(), shift.networks[self.networks[post]], post)

    def stop(self, scope: Scope, name: str) -> None:
        """As the command does it."""
        campaign = self.campaign
        with campaign.store.session(patient=True) as session:
            overtake(session)
            enrol(session, campaign.settings.campaign, campaign.key, NOON)
            pause(session, campaign.id, [(scope, name)], NOON, "tester")

    def last(self, what: str) -> int:
        with self.campaign.store.reading() as session:
            found = session.exec(select(Event.seq).where(Event.what == what)).all()
        return max(each or 0 for each in found)

    def begun_after(self, stopped: int, scope: Scope, name: str) -> list[int]:
        """Posts under the stop whose intent was committed after it."""
        with self.campaign.store.reading() as session:
            later = session.exec(
                select(Event.subject).where(Event.what == "intent", col(Event.seq) > stopped)
            ).all()
            posts = [session.get_one(Post, int(each.split()[1])) for each in later]
        return [post.id for post in posts if self.is_under(post, scope, name)]

    def is_under(self, post: Post, scope: Scope, name: str) -> bool:
        slug = SLUGS[self.tandems.index(post.tandem_id)]
        return {Scope.ALL: True, Scope.NETWORK: post.network == name}.get(scope, slug == name)

    def live(self) -> int:
        return len(self.campaign.facebook.live) + len(self.campaign.x.live)


def after_stops(play: Trials, stops: list[tuple[Scope, str]]) -> int:
    """Stop again and again; in how many trials it cut in midway. After no stop a call begins.

    The workers go on trying until every post was offered, the last ones after the stop.
    """
    cut = 0
    for number, (scope, name) in enumerate(stops):
        play.again()
        stopped = play.stop_midway(scope, name)
        assert play.begun_after(stopped, scope, name) == [], (number, scope)
        cut += 0 < play.live() < len(play.posts)
    return cut


@pytest.mark.usefixtures("_begun_is_enough")
@pytest.mark.parametrize("workers", [1, 2, 8])
def test_after_pause_all_no_call_begins(campaign: Campaign, workers: int) -> None:
    """For each number of workers, in every trial; most of the stops cut in midway."""
    play = Trials(campaign, workers)
    cut, sent = after_stops(play, STOPS[:1] * TRIALS), play.live()
    play.send_all(campaign.shift("afterwards"), deque(play.posts))
    assert play.live() == sent
    kind = campaign.store.engine.dialect.name
    told = f"0 sends after it in {TRIALS} of {TRIALS}, {cut} midway"
    print(f"\npause --all, {workers} workers, {kind}: {told}")
    assert cut >= TRIALS / 2


@pytest.mark.usefixtures("_begun_is_enough")
@pytest.mark.parametrize("stop", STOPS[1:], ids=lambda each: str(each[0]))
def test_after_a_narrower_stop_no_call_of_it_begins(
    campaign: Campaign, stop: tuple[Scope, str]
) -> None:
    assert after_stops(Trials(campaign, 2, spare=8), [stop] * 6) >= 3


@pytest.mark.parametrize("scope", STOPS, ids=lambda each: str(each[0]))
def test_what_a_platform_holds_does_not_go_out_either(
    campaign: Campaign, scope: tuple[Scope, str]
) -> None:
    """Handed over for tomorrow by two workers, stopped midway: its time comes, and nobody sees it.

    What is not under the stop goes out all the same.
    """
    tomorrow = NOON + timedelta(days=1)
    network = campaign.facebook = HoldingNetwork("facebook")
    tandems = [campaign.tandem(slug) for slug in SLUGS]
    posts = {campaign.post(each, due_at=tomorrow): each for each in tandems * 5}
    enough, counted = threading.Event(), []

    def told(draft: Draft) -> Receipt | None:
        counted.append(draft)
        if len(counted) == 4:
            enough.set()
        return None

    network.script = [told] * len(posts)

    def work(number: int) -> None:
        if number:
            hand_over(campaign.shift(f"worker-{number}"), Tally())
            enough.set()
            return
        enough.wait(10)
        with campaign.store.session(patient=True) as session:
            overtake(session)
            enrol(session, campaign.settings.campaign, campaign.key, NOON)
            pause(session, campaign.id, [scope], NOON, "tester")

    assert together(3, work) == []
    recall = call_back(campaign.shift(), Tally(), _no_time(campaign))
    assert recall.left == []
    campaign.clock.at = campaign.machine.at = tomorrow
    network.turn(tomorrow)
    live = {text for _id, text, _targeting in network.live}
    stopped = [
        post for post, tandem in posts.items()
        if scope[0] is not Scope.TANDEM or tandem == tandems[0]
    ]  # fmt: skip
    assert not live & {campaign.read(post).text for post in stopped}
    assert {campaign.read(post).state for post in stopped} == {PostState.PLANNED}


def _no_time(campaign: Campaign) -> Callable[[float], object]:
    return lambda seconds: campaign.machine.advance(timedelta(seconds=seconds))
