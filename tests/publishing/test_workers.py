"""Several workers on one database: every post once, no worker waits for another for ever."""

import errno
import fcntl
from collections import Counter
from pathlib import Path

import pytest
from sqlmodel import select

from orchestrator.campaign import enrol
from orchestrator.model import Attempt
from orchestrator.pause import pause
from orchestrator.publish import publish
from orchestrator.shift import Tally
from orchestrator.vocabulary import PostState, Scope
from tests.at_once import together
from tests.conftest import on_both
from tests.publishing.conftest import NOON, Campaign

pytestmark = on_both


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


def test_two_workers_together_stay_below_the_cap(campaign: Campaign) -> None:
    """Money is counted by one after the other."""
    tandem = campaign.tandem()
    campaign.settings.networks["x"].__dict__["cap"] = 0.03
    for _number in range(8):
        campaign.post(tandem, "x")
    assert together(8, lambda n: publish(campaign.shift(f"worker-{n}"), Tally())) == []
    assert len(campaign.x.live) == 2


@pytest.mark.parametrize("lacking", ["locks", "rights"])
def test_a_disk_without_locks_keeps_no_post_waiting(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch, lacking: str
) -> None:
    """Such as a network drive, or a lock file of another user: the claim decides alone."""

    def refuse(*_arguments: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    def not_yours(*_arguments: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    if lacking == "locks":
        monkeypatch.setattr(fcntl, "flock", refuse)
    else:
        monkeypatch.setattr(Path, "chmod", not_yours)
    post = campaign.post(campaign.tandem())
    publish(campaign.shift(), Tally())
    assert campaign.read(post).state is PostState.PUBLISHED


def test_after_a_pause_no_worker_begins_another_send(campaign: Campaign) -> None:
    """What is live when the pause is in force, and what is in flight, is all there will be."""
    tandem = campaign.tandem()
    for _number in range(20):
        campaign.post(tandem)
    in_force: list[int] = []

    def work(number: int) -> None:
        if number:
            publish(campaign.shift(f"worker-{number}"), Tally())
            return
        with campaign.store.session(patient=True) as session:
            enrol(session, campaign.settings.campaign, campaign.key, NOON)
            pause(session, campaign.id, [(Scope.ALL, "")], NOON, "tester")
            with_intent = session.exec(select(Attempt)).all()
        in_force.append(len(with_intent))

    assert together(5, work) == []
    # Every send had its intent before the pause was in force.
    assert len(campaign.facebook.live) <= in_force[0]
    before = len(campaign.facebook.live)
    publish(campaign.shift(), Tally())
    assert len(campaign.facebook.live) == before
