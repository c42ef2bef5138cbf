"""Answers of which nobody knows whether they were sent: looked for, or told by a person."""

from datetime import timedelta

from orchestrator import bill, journal
from orchestrator.answering.case import Case
from orchestrator.answering.sending import network_of, sent
from orchestrator.inbox.hand import subject
from orchestrator.model import Answer
from orchestrator.redact import redact
from orchestrator.shift import Shift
from orchestrator.vocabulary import AnswerWay, Delivery

# So much earlier than our clock says may a network say that it was.
_SKEW = timedelta(minutes=1)


def look(shift: Shift, case: Case, answer: Answer) -> Answer:
    """Read the thread back; found is sent. Not found proves nothing: it stays as it is."""
    network = network_of(shift, case)
    private = answer.way is AnswerWay.PRIVATE
    said = network.answered(case.to, answer.at - _SKEW, private=private)
    known = {each.remote_id for each in case.answers if each.remote_id}
    plain = shift.networks[str(case.reply.network)].plain
    wanted = redact(plain(answer.text))  # it is kept without contacts
    found = [
        each for each in said if each.remote_id not in known and redact(plain(each.text)) == wanted
    ]
    bill.book(shift)
    if found:
        return sent(shift, case.reply.id, answer.id, found[0].remote_id)
    return answer


def say(shift: Shift, case: Case, answer: Answer, *, was_sent: bool) -> Answer:
    """A person has looked: it is there, or it is not and may be said anew."""
    if was_sent:
        return sent(shift, case.reply.id, answer.id, None)
    with shift.store.session(patient=True) as session:
        row = session.get_one(Answer, answer.id, with_for_update=True)
        if row.state is not Delivery.SENT:
            row.state = Delivery.FAILED
            journal.record(
                session, shift.campaign_id, shift.now, shift.actor, "answer not sent",
                subject(case.reply),
            )  # fmt: skip
        return row
