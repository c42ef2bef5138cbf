"""A correction that somebody makes while replies are being written down."""

import threading

import pytest
from sqlmodel import Session, col, select

from orchestrator import collect, replies
from orchestrator.campaign import enrol
from orchestrator.heard import Ledger
from orchestrator.inbox import hand
from orchestrator.model import Reply
from orchestrator.ports import Heard
from orchestrator.shift import Tally
from orchestrator.vocabulary import Label
from tests.conftest import on_both
from tests.publishing.conftest import Campaign

SAID = "Schickt sie alle dahin zurück, wo sie hergekommen sind"


def heard(number: int, campaign: Campaign) -> Heard:
    """The same words, of somebody else each time."""
    at = campaign.clock.now()
    return Heard(f"c{number}", None, "comment", f"47{number}", "Jemand", SAID, at)


@on_both
def test_a_correction_misses_nothing_that_is_being_collected(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever corrects waits until it is written; else the same words stay as they were."""
    with campaign.session() as session:
        Ledger(session, campaign.key, campaign.id, "facebook", campaign.clock.now()).keep(
            [heard(1, campaign)]
        )
        first = session.exec(select(Reply.id)).one()

    def correct() -> None:
        with campaign.session() as session:
            enrol(session, campaign.settings.campaign, campaign.key, campaign.clock.now())
            reply = session.get_one(Reply, first)
            hand.correct(session, campaign.key, reply, Label.SPAM, campaign.clock.now(), "heike")

    somebody = threading.Thread(target=correct)
    put = replies.insert_all

    def interrupted(session: Session, fresh: list[replies.Fresh]) -> None:
        # Sorted already, not written yet.
        somebody.start()
        somebody.join(0.5)
        put(session, fresh)

    monkeypatch.setattr("orchestrator.heard.insert_all", interrupted)
    collect._write_down(campaign.shift(), Tally(), "facebook", [heard(2, campaign)])
    somebody.join(30)
    with campaign.session() as session:
        labels = session.exec(select(Reply.label).order_by(col(Reply.id))).all()
    assert labels == [Label.SPAM, Label.SPAM]
