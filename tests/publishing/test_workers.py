"""Several workers on one database: every post once, no worker waits for another for ever."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from orchestrator.model import PostState, Scope
from orchestrator.pause import pause
from orchestrator.publish import publish
from orchestrator.shift import Tally
from tests.publishing.conftest import NOON, Campaign


def together(count: int, work: Callable[[int], None]) -> list[BaseException]:
    """Run ``work(number)`` in so many threads at the same moment; what they raised."""
    start = threading.Barrier(count)

    def one(number: int) -> None:
        start.wait(10)
        work(number)

    with ThreadPoolExecutor(count) as pool:
        ended = [pool.submit(one, number) for number in range(count)]
    return [error for each in ended if (error := each.exception(60))]


@pytest.mark.parametrize("workers", [2, 8])
def test_workers_at_the_same_moment_send_every_post_once(campaign: Campaign, workers: int) -> None:
    """All see the same due posts; the claim lets only one of them through."""
    tandem = campaign.tandem()
    posts = [campaign.post(tandem, network) for network in ("facebook", "x") for _n in range(8)]

    raised = together(workers, lambda n: publish(campaign.shift(f"worker-{n}"), Tally()))

    assert raised == []
    # A post that another worker held while we looked is sent by the next pass.
    publish(campaign.shift(), Tally())
    live = [text for network in (campaign.facebook, campaign.x) for _id, text, _t in network.live]
    assert set(Counter(live).values()) == {1}
    assert [campaign.read(each).state for each in posts] == [PostState.PUBLISHED] * len(posts)


def test_after_a_pause_no_worker_begins_another_send(campaign: Campaign) -> None:
    """What is live when the pause is in force, and what is in flight, is all there will be."""
    tandem = campaign.tandem()
    for _number in range(20):
        campaign.post(tandem)
    paused, sent_later = threading.Event(), []

    def watch(_draft: object) -> None:
        if paused.is_set():
            sent_later.append(1)

    campaign.facebook.script = [watch] * 20

    def work(number: int) -> None:
        if number:
            publish(campaign.shift(f"worker-{number}"), Tally())
        else:
            with campaign.store.session() as session:
                pause(session, campaign.id, [(Scope.ALL, "")], NOON, "tester")
            paused.set()

    assert together(5, work) == []
    # At most the sends whose intent stood before the pause: one for each worker.
    assert len(sent_later) <= 4
    before = len(campaign.facebook.live)
    publish(campaign.shift(), Tally())
    assert len(campaign.facebook.live) == before
