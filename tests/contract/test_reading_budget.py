"""What reading may cost is never exceeded, and what was read for it is kept."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from contract_terms import Connect
from test_reach_and_replies import LISTENING, People, send, words

from orchestrator.ports import Hearing, Listening, Readings
from orchestrator.sandbox.faults import Fault
from orchestrator.sandbox.server import Sandbox

DUST = 1e-8


@pytest.fixture(params=["x"])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def people(sandbox: Sandbox, name: str) -> People:
    return People(sandbox, name)


@pytest.fixture
def knobs(sandbox: Sandbox) -> Callable[..., None]:
    return lambda **options: sandbox.configure({"x": options})


def charged(sandbox: Sandbox) -> float:
    """What the sandbox itself billed for reading."""
    bills = sandbox._emulators[-1].purse.charges  # type: ignore[attr-defined]  # its own account
    return float(sum((bill.usd for bill in bills if "read" in bill.kind), Decimal(0)))


def talk(people: People, post: str, number: int, **how: Any) -> list[str]:
    return people.say(*({"post": post, "text": f"Tipp {n}"} | how for n in range(number)))


def is_one_finding(read: Hearing | Readings) -> None:
    [finding] = read.findings
    assert "kept for the posts" in finding
    assert read.ended is None


@pytest.mark.parametrize("name", LISTENING)
def test_without_a_limit_everything_is_read(network: Any, people: People) -> None:
    """The limit is None until somebody sets it."""
    assert network.allowance is None
    posts = send(network, 2)
    said = talk(people, posts[0], 3)
    readings = network.reach(posts)
    assert set(readings.figures) == set(posts)
    assert not readings.findings
    assert set(words(people.hear(network, posts).heard)) == set(said)


@pytest.mark.parametrize("name", ["facebook"])
def test_what_costs_nothing_is_read_without_money(network: Any, people: People) -> None:
    [post] = send(network)
    said = talk(people, post, 3)
    network.allowance = 0.0
    assert set(network.reach([post]).figures) == {post}
    assert set(words(people.hear(network, [post]).heard)) == set(said)


@pytest.mark.parametrize("allowance", [0.004, 0.1, 0.503, 7.0])
def test_450_answers_cost_no_more_than_was_allowed(
    network: Any, people: People, knobs: Callable[..., None], allowance: float
) -> None:
    """However they are found: by name, by a search, or looked up since we hold them."""
    knobs(limits={"createPosts": {"user": 5000}})
    [post] = send(network)
    silent = talk(people, post, 210, mention=False)
    loud = talk(people, post, 240)
    held = set(silent[:120])
    for pass_number in range(2):
        before, billed = network.spent, charged(people.sandbox)
        network.allowance = allowance
        is_short = [network.reach([post])]
        hearing = network.replies(people.listening([post], held), post)
        is_short.append(hearing)
        assert network.spent - before <= allowance + DUST
        assert charged(people.sandbox) - billed <= allowance + DUST
        assert network.allowance == pytest.approx(allowance - (network.spent - before))
        assert hearing.gone == frozenset()
        assert is_short[0].gone == frozenset()
        if pass_number == 0 and allowance < 7:
            is_one_finding(hearing)
    heard = set(words(hearing.heard))
    assert heard <= {*silent, *loud}
    assert hearing.until in (post, loud[-1])
    if hearing.until == loud[-1]:
        assert heard >= set(loud)


def test_figures_are_read_as_far_as_the_money_goes(
    network: Any, knobs: Callable[..., None]
) -> None:
    """First whole pages, then a part of one; the rest is neither zero nor gone."""
    knobs(limits={"createPosts": {"user": 500}})
    posts = send(network, 150)
    network.allowance = 0.113
    readings = network.reach(posts)
    assert set(readings.figures) == set(posts[37:])
    assert (readings.gone, readings.unavailable) == (frozenset(), {})
    is_one_finding(readings)
    assert network.calls == 150 + 2
    network.allowance = 0.0
    assert set(network.reach(posts).figures) == set(posts[37:])  # paid for today
    network.allowance = 0.04
    assert not network.reach(posts).findings  # 37 are left
    network.allowance = 0.0
    assert set(network.reach(posts).figures) == set(posts)


def test_posts_are_looked_up_as_far_as_the_money_goes(
    connect: Connect, knobs: Callable[..., None]
) -> None:
    """Where the account's own list is no cheaper."""
    knobs(limits={"createPosts": {"user": 500}})
    network: Any = connect(prices={"owned_read": 0.005})  # type: ignore[arg-type]
    posts = send(network, 150)
    network.allowance = 0.613
    readings = network.reach(posts)
    assert set(readings.figures) == set(posts[28:])
    is_one_finding(readings)
    network.allowance = 0.2
    assert not network.reach(posts).findings  # what was paid for today is free, 28 are left


def test_without_money_nothing_is_asked(network: Any, people: People) -> None:
    posts = send(network, 2)
    talk(people, posts[0], 3)
    network.allowance = 0.0
    before = network.calls
    readings = network.reach(posts)
    assert (readings.figures, readings.unavailable) == ({}, {})
    is_one_finding(readings)
    hearing = people.hear(network, posts)
    assert (list(hearing.heard), hearing.until) == ([], None)
    is_one_finding(hearing)
    assert network.calls == before


def test_a_page_is_as_large_as_the_money(network: Any, people: People) -> None:
    """37 mentions of 120, the newest; the mark stays before those that were not read."""
    [post] = send(network)
    said = talk(people, post, 120)
    network.allowance = 0.037
    hearing = people.hear(network, [post])
    assert set(words(hearing.heard)) == set(said[-37:])
    assert hearing.until is None
    is_one_finding(hearing)
    network.allowance = 0.1
    hearing = people.hear(network, [post])
    assert set(words(hearing.heard)) == set(said)
    assert hearing.until == said[-1]


def test_a_search_is_as_large_as_the_money(network: Any, people: People) -> None:
    """It finds the newest 19 of 45, among them five mentions that are paid for; all mentions were
    read, so that the mark moves on."""
    [post] = send(network)
    talk(people, post, 40, mention=False)
    loud = talk(people, post, 5)
    network.allowance = 0.103
    hearing = people.hear(network, [post])
    assert len(hearing.heard) == 19
    assert set(words(hearing.heard)) > set(loud)
    assert network.spent == pytest.approx(5 * 0.001 + 14 * 0.005)
    assert hearing.until == loud[-1]
    is_one_finding(hearing)


def test_held_replies_are_looked_up_as_far_as_the_money_goes(network: Any, people: People) -> None:
    """Those that were asked for may be gone; those that were not stay."""
    [post] = send(network)
    said = talk(people, post, 30, mention=False)
    for each in (said[0], said[-1]):
        people.change(each, deleted=True)
    # A page of mentions may cost ten cents, of which it takes none.
    network.allowance = 0.101
    hearing = network.replies(people.listening([post], said), said[-1])
    assert hearing.gone == {said[0]}
    is_one_finding(hearing)
    network.allowance = 0.2
    assert network.replies(people.listening([post], said), said[-1]).gone == {said[0], said[-1]}


def test_looking_for_own_posts_is_not_held_up(network: Any, people: People) -> None:
    """Whether a post is live must be found out whatever reading may cost."""
    [post] = send(network)
    network.allowance = 0.0
    since = people.sandbox.clock.now().replace(year=2026, month=1)
    [found] = network.find(people.posts()[post]["text"], since)
    assert found.remote_id == post


def test_other_prices_allow_more_or_less(connect: Connect, people: People) -> None:
    network: Any = connect(prices={"read": 0.5, "owned_read": 0.0})  # type: ignore[arg-type]
    posts = send(network, 3)
    said = talk(people, posts[0], 3)
    network.allowance = 1.2
    assert set(network.reach(posts).figures) == set(posts)
    assert network.spent == 0
    network.allowance = 0.0
    listening = [Listening(each.remote_id, each.published_at) for each in people.listening(posts)]
    hearing = network.replies(listening, None)
    assert set(words(hearing.heard)) == set(said)
    assert not hearing.findings


def test_a_trouble_without_money_is_still_a_trouble(network: Any, people: People) -> None:
    """What X refused is told beside what was saved."""
    [post] = send(network)
    said = talk(people, post, 30)
    network.allowance = 0.05
    people.sandbox.faults.add(Fault("status", path="/mentions$", status=503))
    hearing = network.replies(people.listening([post], said), said[-1])
    assert len(hearing.findings) == 2
    assert hearing.gone == frozenset()
