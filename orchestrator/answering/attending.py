"""Answers that nobody confirmed, looked for in every pass where reading costs nothing."""

from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import Session, col, or_, select

from orchestrator.answering.case import case_of
from orchestrator.answering.rules import LEFT_AFTER
from orchestrator.answering.settling import look
from orchestrator.model import Answer
from orchestrator.ports import Answering
from orchestrator.shift import Shift, Tally, about_reply
from orchestrator.visits import Visits
from orchestrator.vocabulary import AnswerWay, Delivery

# What is not to be seen after that, a person has to settle; until then not with every pass.
_FOR, _PAUSE = timedelta(days=1), timedelta(minutes=15)


def attend_answers(shift: Shift, tally: Tally) -> None:
    """Write down as sent what is there after all; what is not to be seen stays as it is."""
    visits = Visits(shift, tally, words=about_reply)
    with shift.store.reading() as session:
        due = [each for each in _unclear(session, shift) if not _was_tried(shift, each.id)]
    for answer in due:
        with shift.store.reading() as session:
            case = case_of(session, shift.key, shift.campaign_id, answer.reply_id)
        name = case.reply.network or ""
        if _is_free(shift, name, answer) and visits.welcome(name):
            shift.world.sought[answer.id] = shift.now
            with visits.to(name, case.reply.id):
                look(shift, case, answer)


def _unclear(session: Session, shift: Shift) -> Sequence[Answer]:
    """Those with words: what was let go of meanwhile cannot be known again."""
    return session.exec(
        select(Answer)
        .where(
            Answer.campaign_id == shift.campaign_id,
            Answer.at >= shift.now - _FOR,
            Answer.text != "",
            or_(
                Answer.state == Delivery.UNKNOWN,
                (col(Answer.state) == Delivery.SENDING)
                & (col(Answer.at) <= shift.now - LEFT_AFTER),
            ),
        )
        .order_by(col(Answer.id))
    ).all()


def _was_tried(shift: Shift, answer_id: int) -> bool:
    at = shift.world.sought.get(answer_id)
    return at is not None and shift.now - at < _PAUSE


def _is_free(shift: Shift, name: str, answer: Answer) -> bool:
    """Where answering is paid for, so is reading: a person decides on it."""
    network = shift.networks.get(name)
    private = answer.way is AnswerWay.PRIVATE
    return isinstance(network, Answering) and not network.answer_price(answer.text, private=private)
