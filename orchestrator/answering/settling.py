"""Answers of which nobody knows whether they were sent: looked for, or told by a person."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sqlmodel import col, select

from orchestrator import bill, journal
from orchestrator.answering.case import Case
from orchestrator.answering.sending import Wish, network_of, sent
from orchestrator.errors import PersonNeeded
from orchestrator.i18n import _
from orchestrator.inbox.hand import subject
from orchestrator.model import Answer
from orchestrator.ports import Said, Trouble
from orchestrator.redact import redact
from orchestrator.shift import Shift
from orchestrator.vocabulary import AnswerWay, Delivery

# So much earlier than our clock says may a network say that it was.
_SKEW = timedelta(minutes=1)


def refuse_said(shift: Shift, case: Case, wish: Wish) -> None:
    """Refuse (exit 4) words that stand there already although nothing here says so.

    Somebody typed them there, or this database is older than they are. Only asked where looking
    costs nothing; what cannot be read is no reason to be silent.
    """
    network = network_of(shift, case)
    if wish.price(network):
        return
    with suppress(Trouble):
        if _found(shift, case, wish.text, case.reply.received_at - _SKEW, private=wish.private):
            raise PersonNeeded(
                _("These very words stand there already, and nobody here has noted them."),
                remedy=_("Note it: --way noted; or change the words."),
            )


def look(shift: Shift, case: Case, answer: Answer) -> Answer:
    """Read the thread back; found is sent. Not found proves nothing: it stays as it is."""
    private = answer.way is AnswerWay.PRIVATE
    found = _found(shift, case, answer.text, answer.at - _SKEW, private=private)
    bill.book(shift)
    if found:
        return sent(shift, case.reply.id, answer.id, found[0].remote_id)
    return answer


def _found(
    shift: Shift, case: Case, text: str, since: datetime, *, private: bool
) -> Sequence[Said]:
    """What we said there since then in these words, and is on record for no other answer."""
    said = network_of(shift, case).answered(case.to, since, private=private)
    known = _on_record(shift, {each.remote_id for each in said})
    plain = shift.networks[str(case.reply.network)].plain
    wanted = redact(plain(text))  # it is kept without contacts
    there = [each for each in said if each.remote_id not in known]
    return [each for each in there if redact(plain(each.text)) == wanted]


def _on_record(shift: Shift, remote_ids: set[str]) -> set[str | None]:
    """Which of these are answers that we know of, also to others in the same thread."""
    known = select(Answer.remote_id).where(
        Answer.campaign_id == shift.campaign_id, col(Answer.remote_id).in_(remote_ids)
    )
    with shift.store.reading() as session:
        return {*session.exec(known)}


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
