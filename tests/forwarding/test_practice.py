"""What is only played never reaches anybody, and forgets what was handed over for real."""

from sqlmodel import select

from orchestrator.model import Correction, Milestone, Referral, Reply
from orchestrator.rehearsal.copy import move_in
from orchestrator.vocabulary import Label
from tests.campaign_rows import NOON
from tests.conftest import on_both
from tests.forwarding.conftest import House


@on_both
def test_a_rehearsal_s_copy_forgets_what_hangs_on_replies(house: House) -> None:
    """Whatever was checked, handed over or said of them goes with them."""
    reply = house.offer(house.tandem())
    house.hand(reply)
    house.rows.add(
        Correction(
            campaign_id=house.rows.id, reply_id=reply, was=Label.TIP, label=Label.JOB_OFFER,
            by="heike", at=NOON, shape=b"",
        )
    )  # fmt: skip
    with house.rows.store.session() as session:
        move_in(session, house.rows.id, house.settings, house.settings)
    with house.rows.store.reading() as session:
        for kind in (Reply, Referral, Milestone, Correction):
            assert session.exec(select(kind)).all() == []
