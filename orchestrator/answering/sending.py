"""An answer on its way: written down, sent once, and what became of it. Three transactions.

The campaign's row is held while it is written down, so that two people who answer the same reply
come one after the other, and a stop is seen. Nothing is locked while the network is called.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from orchestrator import bill, conditions, journal
from orchestrator.answering import rules
from orchestrator.answering.case import Case, case_of
from orchestrator.answering.paying import charge, refund
from orchestrator.answering.stopping import refuse_stopped
from orchestrator.elsewhere import may_send
from orchestrator.errors import PartlyDone, PersonNeeded, TueroeffnerError, UsageProblem
from orchestrator.i18n import _
from orchestrator.inbox.hand import subject
from orchestrator.inbox.words import source_word
from orchestrator.model import Answer, Campaign
from orchestrator.ports import (
    Answering,
    NotAuthorised,
    NotSent,
    RateLimited,
    Rejected,
    Trouble,
)
from orchestrator.shift import Shift, Tally
from orchestrator.visits import bench, own_account
from orchestrator.vocabulary import AnswerKind, AnswerWay, Condition, Delivery


@dataclass(frozen=True)
class Wish:
    """What a person wants to be said, and how; they have seen these words."""

    kind: AnswerKind
    way: AnswerWay
    language: str
    text: str
    reason: str = ""

    @property
    def private(self) -> bool:
        """Whether only one person reads it."""
        return self.way is AnswerWay.PRIVATE

    def price(self, network: Answering) -> float:
        """What it costs there today, in US dollars."""
        return network.answer_price(self.text, private=self.private)


def note(
    session: Session, case: Case, wish: Wish, contact: str, now: datetime, actor: str
) -> Answer:
    """Write down that somebody answered by other means; the caller holds the campaign's row."""
    if rules.open_answer(case, now) is not None:
        raise unsettled(case)
    rules.refuse(case, wish.kind, AnswerWay.NOTED, now)
    row = _row(case, wish, contact, now, actor, Delivery.SENT)
    row.sent_at = now
    session.add(row)
    case.reply.answered_at = case.reply.answered_at or now
    _record(session, case, wish, now, actor, "answered")
    return row


def unsettled(case: Case) -> PersonNeeded:
    """Nobody knows of an earlier answer whether it was sent: nothing more is, before that."""
    return PersonNeeded(
        _("Nobody knows whether an earlier answer to reply {number} was sent.").format(
            number=case.reply.id
        ),
        remedy=_("`tueroeffner inbox reply {number}` looks for it.").format(number=case.reply.id),
    )


def network_of(shift: Shift, case: Case) -> Answering:
    """The network that a reply came from; refused where it is off, or answers nobody."""
    found = shift.networks.get(case.reply.network or "")
    if not isinstance(found, Answering):
        raise is_off(case)
    return found


def is_off(case: Case) -> UsageProblem:
    """Why nothing can be said where a reply came from."""
    return UsageProblem(
        _("{source} is off here: nothing can be answered there.").format(
            source=source_word(case.reply.network, case.reply.channel)
        ),
        remedy=_("Answer them by yourself, then note it: --way noted."),
    )


def check(shift: Shift, case: Case, wish: Wish) -> None:
    """Everything that can be said against it before anything is written down."""
    if rules.open_answer(case, shift.now) is not None:
        raise unsettled(case)
    rules.refuse(case, wish.kind, wish.way, shift.now)
    network = network_of(shift, case)
    rules.refuse_by_network(case, wish.way, network.answers, shift.now)
    campaign = shift.settings.campaign
    rules.refuse_words(case, wish.way, wish.text, campaign)
    rules.refuse_repetition(case, wish.way, rules.masked(wish.text, campaign.contact))
    rules.refuse_length(network, wish.way, wish.text)


def send(shift: Shift, reply_id: int, wish: Wish) -> Answer:
    """Say it, once; raises what a person has to know where it was not said for certain."""
    tally = Tally()
    with shift.store.reading() as session:
        case = case_of(session, shift.key, shift.campaign_id, reply_id)
    check(shift, case, wish)
    network, name = network_of(shift, case), str(case.reply.network)
    if why := may_send(shift, tally)(name):
        raise PersonNeeded(why, remedy=_("Run `tueroeffner doctor`; it says what to do."))
    case, answer_id = _intend(shift, reply_id, wish, network)
    shift.reached("answer intended")
    try:
        remote_id = network.answer(case.to, wish.text, private=wish.private)
    except Trouble as trouble:
        shift.reached("answer answered")
        row = _failed(shift, case, answer_id, wish, trouble)
        raise _told(case, row, trouble) from None
    except BaseException:
        # A bug, or Ctrl-C, in the middle of the call: nobody knows what became of it.
        _conclude(shift, case, answer_id, Delivery.UNKNOWN, _("interrupted while sending"))
        raise
    shift.reached("answer answered")
    return sent(shift, reply_id, answer_id, remote_id)


def _intend(shift: Shift, reply_id: int, wish: Wish, network: Answering) -> tuple[Case, int]:
    """The first commit: from here on it counts as perhaps sent."""
    with shift.store.session() as session:
        campaign = session.get_one(Campaign, shift.campaign_id, with_for_update={"key_share": True})
        case = case_of(session, shift.key, shift.campaign_id, reply_id)
        check(shift, case, wish)
        account = own_account(session, shift, str(case.reply.network))
        refuse_stopped(session, shift, campaign, case, account)
        row = _row(case, wish, shift.settings.campaign.contact, shift.now, shift.actor)
        session.add(row)
        charge(session, shift, case, account, wish.price(network), wish.private)
        session.flush()
        _record(session, case, wish, shift.now, shift.actor, "answer")
        return case, row.id


def _row(
    case: Case,
    wish: Wish,
    contact: str,
    now: datetime,
    actor: str,
    state: Delivery = Delivery.SENDING,
) -> Answer:
    return Answer(
        campaign_id=case.reply.campaign_id,
        reply_id=case.reply.id,
        kind=wish.kind,
        way=wish.way,
        language=wish.language,
        text=rules.masked(wish.text, contact),
        state=state,
        by=actor,
        at=now,
    )


def _failed(shift: Shift, case: Case, answer_id: int, wish: Wish, trouble: Trouble) -> Answer:
    """The last commit of a try that is not confirmed."""
    certain = isinstance(trouble, Rejected | RateLimited | NotAuthorised | NotSent)
    row = _conclude(
        shift, case, answer_id, Delivery.FAILED if certain else Delivery.UNKNOWN, trouble.why
    )
    name, price = str(case.reply.network), wish.price(network_of(shift, case))
    with shift.store.session(patient=True) as session:
        account = own_account(session, shift, name)
        if certain:
            refund(session, account, row.at.date(), price, wish.private)
        if account and isinstance(trouble, NotAuthorised):
            if trouble.condition is not Condition.PERMISSION:
                conditions.note(session, account, trouble, shift.now)
            bench(shift, name, trouble)
    bill.book(shift)
    return row


def _conclude(shift: Shift, case: Case, answer_id: int, state: Delivery, why: str) -> Answer:
    with shift.store.session(patient=True) as session:
        row = session.get_one(Answer, answer_id, with_for_update=True)
        if row.state is Delivery.SENDING:
            row.state, row.error = state, why or None
            journal.record(
                session, case.reply.campaign_id, shift.now, shift.actor,
                f"answer {state.value}", subject(case.reply),
            )  # fmt: skip
        return row


def sent(shift: Shift, reply_id: int, answer_id: int, remote_id: str | None) -> Answer:
    """Write down that it is there; patient, since a busy database must not lose the proof."""
    with shift.store.session(patient=True) as session:
        case = case_of(session, shift.key, shift.campaign_id, reply_id)
        row = session.get_one(Answer, answer_id, with_for_update=True)
        if row.state is not Delivery.SENT:
            row.state, row.error = Delivery.SENT, None
            row.remote_id, row.sent_at = remote_id, shift.now
            case.reply.answered_at = min(case.reply.answered_at or row.at, row.at)
            journal.record(
                session, shift.campaign_id, shift.now, shift.actor, "answered",
                subject(case.reply), kind=row.kind.value, way=row.way.value,
            )  # fmt: skip
    bill.book(shift)
    return row


def _record(session: Session, case: Case, wish: Wish, now: datetime, actor: str, what: str) -> None:
    detail = {"kind": wish.kind.value, "way": wish.way.value}
    detail |= {"reason": wish.reason} if wish.reason else {}
    journal.record(session, case.reply.campaign_id, now, actor, what, subject(case.reply), **detail)


def _told(case: Case, row: Answer, trouble: Trouble) -> TueroeffnerError:
    again = _("`tueroeffner inbox reply {number}`").format(number=case.reply.id)
    if row.state is Delivery.UNKNOWN:
        return PartlyDone(
            trouble.why,
            remedy=_("{command} looks for it; nothing is sent twice.").format(command=again),
        )
    if isinstance(trouble, RateLimited | NotSent):
        return PartlyDone(trouble.why, remedy=_("Nothing was sent. Run the same command later."))
    if isinstance(trouble, NotAuthorised):
        return PersonNeeded(
            trouble.why, remedy=_("Run `tueroeffner doctor`: it tells which token, and what to do.")
        )
    return PersonNeeded(
        trouble.why, remedy=_("Nothing was sent. Answer in another way, or note it: --way noted.")
    )
