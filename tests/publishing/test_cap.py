"""Money at X: the cap holds whatever happens, and an account without credits stops only X."""

import random
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from orchestrator.approve import content_digest
from orchestrator.doubt import doubt_one
from orchestrator.model import Account, Attempt, Post
from orchestrator.money import left_for_reading, spent_at
from orchestrator.ports import (
    Draft,
    NotAuthorised,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Receipt,
    Rejected,
)
from orchestrator.publish import publish
from orchestrator.settle import settle
from orchestrator.shift import Tally
from orchestrator.vocabulary import Outcome, PostState
from tests.conftest import on_both
from tests.fakes import FakeNetwork
from tests.journeys.conftest import (
    Approved,
    Manager,
    approved,
    manager,
    sandbox,
    tandems,
    typed_once,
)
from tests.publishing.conftest import NOON, Campaign

__all__ = ["approved", "manager", "sandbox", "tandems", "typed_once"]

PLAIN, WITH_URL = 0.015, 0.2
DUST = 1e-6
MINUTES = timedelta(minutes=10)
RUNS = 6
STEPS: list[Any] = [
    None,
    None,
    None,
    Rejected("no"),
    RateLimited("later", seconds=1),
    NotSent("no line"),
    NotAuthorised("no credits"),
    OutcomeUnknown("no answer"),
    (True, OutcomeUnknown("no answer")),
]


@dataclass
class Charging(FakeNetwork):
    """Writes down by itself what it would charge: every post that it took, at its own price."""

    bill: float = 0.0

    def price(self, text: str, alts: int = 0, on: date | None = None) -> float:
        return WITH_URL if "https://" in text else PLAIN

    def publish(self, draft: Draft) -> Receipt:
        taken = len(self.drafts)
        try:
            return super().publish(draft)
        finally:
            self.bill += self.price(draft.text) * (len(self.drafts) - taken)


class Run:
    """One campaign of a few posts on X, with a cap that may or may not suffice."""

    def __init__(self, campaign: Campaign, seed: int, cap: float | None = None) -> None:
        self.campaign, self.dice = campaign, random.Random(seed)
        self.x = Charging("x", targets=False)
        campaign.x = self.x
        self.cap = round(self.dice.uniform(0.0, 1.0), 3) if cap is None else cap
        options = campaign.settings.networks["x"].model_copy(update={"cap": self.cap})
        networks = dict(campaign.settings.networks) | {"x": options}
        campaign.settings = replace(campaign.settings, networks=networks)
        for number in range(6):
            self.post(campaign.tandem(f"tandem-{seed}-{number}"))

    def post(self, tandem_id: int) -> None:
        number = len(self.campaign.posts()) + 1
        text = self.words(number)
        self.campaign.post(tandem_id, "x", text=text, price_usd=self.x.price(text))

    def words(self, number: int) -> str:
        link = self.dice.choice(["", " https://example.org/a"])
        mark = "".join(self.dice.choices("abcdefghik", k=6))
        return f"Wer kennt eine Schneiderei? {number} {mark}{link}"

    def turn(self) -> None:
        """Somebody's pass, a while later, on a network that has its moods."""
        campaign = self.campaign
        for clock in (campaign.clock, campaign.machine):
            clock.advance(timedelta(minutes=20))
        self.x.script = [self.dice.choice(STEPS) for _ in range(6)]
        shift = campaign.shift(worker=self.dice.choice(["worker-1", "worker-2", "worker-3"]))
        settle(shift, Tally())
        publish(shift, Tally())
        self.dice.choice([self.replan, self.read, lambda: None])()

    def replan(self) -> None:
        """Other words at another price, for all that waits; they are approved again."""
        with self.campaign.session() as session:
            for post in session.exec(select(Post).where(Post.state == PostState.PLANNED)).all():
                post.text = self.words(post.number)
                post.price_usd = self.x.price(post.text)
                post.digest = post.approved_digest = content_digest(post)

    def read(self) -> None:
        """Figures, for as much as the cap leaves beside what waits."""
        with self.campaign.session() as session:
            left = left_for_reading(session, self.campaign.id, "x", self.cap) or 0.0
            cost = min(self.dice.choice([0.001, 0.05, 0.5]), left)
            account = session.exec(select(Account).where(Account.network == "x")).one()
            account.read_usd += cost
            self.x.bill += cost

    def spent(self) -> float:
        with self.campaign.store.reading() as session:
            return spent_at(session, self.campaign.id, "x")


@pytest.mark.parametrize("seed", range(RUNS))
def test_the_bill_never_exceeds_the_cap(campaign: Campaign, seed: int) -> None:
    """Prices, moods of the network, replans, reads and workers are drawn; the seed replays it."""
    run = Run(campaign, seed)
    for _turn in range(8):
        run.turn()
        assert run.x.bill <= run.cap + DUST
        assert run.x.bill <= run.spent() + DUST


@pytest.mark.parametrize("seed", range(2))
@on_both
def test_without_trouble_the_bill_is_what_was_counted(campaign: Campaign, seed: int) -> None:
    """With and without an address in the text: what planning added up is what is charged."""
    run = Run(campaign, seed, cap=10.0)
    with campaign.store.reading() as session:
        estimate = sum(session.exec(select(Post.price_usd)).all())
    publish(campaign.shift(), Tally())
    assert len(run.x.drafts) == 6
    assert run.x.bill == pytest.approx(estimate, rel=0.01)
    assert run.x.bill == pytest.approx(run.spent(), rel=0.01)


@pytest.mark.parametrize("cap", [0.0, 0.014, 0.015, 0.05, 0.21])
def test_the_cap_lets_out_what_it_covers_and_no_more(campaign: Campaign, cap: float) -> None:
    """So that the promise is not kept by sending nothing: the post at the cap itself goes out."""
    run = Run(campaign, 1, cap=cap)
    run.x.price = lambda text, alts=0, on=None: PLAIN  # type: ignore[method-assign]
    with campaign.session() as session:
        for post in session.exec(select(Post)).all():
            post.price_usd = PLAIN
    tally = Tally()
    publish(campaign.shift(), tally)
    assert len(run.x.drafts) == min(6, int(cap / PLAIN + DUST))
    assert ("x" in tally.closed) == (len(run.x.drafts) < 6)


@on_both
def test_a_try_counts_at_its_own_price_if_the_network_may_have_taken_it(campaign: Campaign) -> None:
    """Done, unclear and open ones cost, a refusal does not; the post's price may change."""
    post_id = campaign.post(campaign.tandem(), "x", price_usd=PLAIN)
    with campaign.session() as session:
        attempt = Attempt(post_id=post_id, number=1, digest="d", sent_at=NOON, price_usd=WITH_URL)
        session.add(attempt)
    for outcome in (None, *Outcome):
        with campaign.session() as session:
            session.get_one(Attempt, attempt.id).outcome = outcome
        with campaign.store.reading() as session:
            spent = spent_at(session, campaign.id, "x")
        charged = outcome in (None, Outcome.DONE, Outcome.UNKNOWN)
        assert spent == pytest.approx(WITH_URL if charged else 0.0), outcome


def test_a_doubted_try_costs_what_the_post_costs(campaign: Campaign) -> None:
    """After a restore nobody knows whether it went out: until then it counts as if it had."""
    post_id = campaign.post(campaign.tandem(), "x", price_usd=WITH_URL)
    with campaign.session() as session:
        doubt_one(session, session.get_one(Post, post_id), NOON)
    with campaign.store.reading() as session:
        assert spent_at(session, campaign.id, "x") == pytest.approx(WITH_URL)


def test_an_account_without_credits_stops_x_and_nothing_else(
    manager: Manager, approved: Approved
) -> None:
    """X's 402: exit 4, Facebook goes on; nothing is charged, and nothing more is asked of X.

    What waited goes out once somebody bought credits and said so.
    """
    approved(2)
    manager.sandbox.configure({"x": {"credits": 0}})
    first = min(post["due_at"] for post in manager.posts() if post["network"] == "x")
    manager.wait(datetime.fromisoformat(first) + MINUTES - manager.sandbox.clock.now())
    answer = manager.type("run", "--once", "--yes", "--json")
    assert answer.exit == 4
    assert list(answer.document["closed"]) == ["x"]
    assert {row["network"] for row in manager.live()} == {"facebook"}
    posts = [post for post in manager.posts() if post["network"] == "x"]
    assert {post["state"] for post in posts} == {"planned"}
    assert [post["attempts"] for post in posts].count(1) == 1
    assert manager.ask("costs")["charged_usd"] == 0
    manager.sandbox.configure({"x": {"credits": None}})
    manager.wait(MINUTES)
    calls = len([each for each in manager.sandbox.calls.entries() if each["network"] == "x"])
    assert manager.type("run", "--once", "--yes").exit == 4
    assert (
        len([each for each in manager.sandbox.calls.entries() if each["network"] == "x"]) == calls
    )
    manager.ask("resume", "--network", "x")
    assert manager.type("run", "--once", "--yes").exit == 0
    assert [row["network"] for row in manager.live()].count("x") == 1
    assert manager.ask("post", "show", str(posts[0]["id"]))["posts"][0]["state"] == "published"
