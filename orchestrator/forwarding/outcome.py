"""What came of an offer, as somebody tells it: the way on, an end, or a correction."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from orchestrator.errors import UsageProblem
from orchestrator.formats import day as shown
from orchestrator.forwarding.milestones import began_on, reach
from orchestrator.forwarding.names import state_word
from orchestrator.forwarding.office import referrals_of
from orchestrator.forwarding.path import ARROWS, ASKED_AFTER, ask_on, asked_next, may_follow
from orchestrator.i18n import _
from orchestrator.inbox.hand import subject
from orchestrator.inbox.words import label_word
from orchestrator.model import Reply
from orchestrator.vocabulary import Delivery, Label, OfferState


@dataclass(frozen=True)
class Word:
    """What somebody says. ``on`` None: today; ``correct``: what was said before was wrong."""

    state: OfferState
    on: date | None = None
    correct: bool = False


@dataclass(frozen=True)
class Noted:
    """How the offer stands now. ``tell``: somebody was handed what turned out to be unsafe.

    ``ask_on``: the day on which people are asked about ``ask``.
    """

    before: OfferState
    day: date
    changed: bool
    tell: bool
    ask: OfferState | None = None
    ask_on: date | None = None


def note(
    session: Session, reply: Reply, word: Word, now: datetime, today: date, actor: str
) -> Noted:
    """Write it down; refused where it cannot be so. The caller holds the campaign's row."""
    before = OfferState(reply.status)
    _refuse_no_offer(reply)
    day = _day(session, reply, word, today)
    if before is word.state and not word.correct and not _starts_anew(session, reply, word, day):
        return _noted(session, reply, before, day, changed=False)
    _refuse_wrong_way(reply, before, word)
    handed = referrals_of(session, reply.id)
    whose = handed[0].tandem_id if handed else None
    reach(session, reply, word.state, now, actor, day=day, tandem_id=whose)
    return _noted(session, reply, before, day, changed=True)


def _starts_anew(session: Session, reply: Reply, word: Word, day: date) -> bool:
    """Whether only the day of the beginning changes."""
    return word.state is OfferState.STARTED and began_on(session, reply.id) != day


def _refuse_no_offer(reply: Reply) -> None:
    if reply.label not in (Label.JOB_OFFER, Label.TIP):
        raise UsageProblem(
            _("Reply {number} is no offer and no tip, but: {label}.").format(
                number=reply.id, label=label_word(reply.label)
            ),
            remedy=_("If it is one, `tueroeffner inbox label {number} job_offer` says so.").format(
                number=reply.id
            ),
        )
    if reply.duplicate_of is not None:
        raise UsageProblem(
            _("Reply {number} tells again what reply {first} told.").format(
                number=reply.id, first=reply.duplicate_of
            ),
            remedy=_("Say it of reply {first}.").format(first=reply.duplicate_of),
        )


def _day(session: Session, reply: Reply, word: Word, today: date) -> date:
    if word.on is None and word.state is OfferState.STARTED:
        raise UsageProblem(
            _("The day on which the work began is missing."),
            subject=subject(reply),
            remedy=_("Add --on DAY, such as --on 2026-11-23."),
        )
    day = word.on or today
    if day > today:
        raise UsageProblem(
            _("{day} is yet to come.").format(day=shown(day)),
            subject=subject(reply),
            remedy=_("Say it when it has happened; until then `offer` says that it is agreed."),
        )
    _refuse_too_early(session, reply, word.state, day)
    return day


def _refuse_too_early(session: Session, reply: Reply, state: OfferState, day: date) -> None:
    if state not in ASKED_AFTER:
        return
    began = began_on(session, reply.id)
    if began is None:
        raise UsageProblem(
            _("Nobody has said when the work began."),
            subject=subject(reply),
            remedy=_("First `tueroeffner inbox outcome {number} started --on DAY`.").format(
                number=reply.id
            ),
        )
    if day < ask_on(began, state):
        raise UsageProblem(
            _("The work began on {began}: that can be said from {day} on.").format(
                began=shown(began), day=shown(ask_on(began, state))
            ),
            subject=subject(reply),
            remedy=_("`tueroeffner today` asks for it then."),
        )


def _refuse_wrong_way(reply: Reply, before: OfferState, word: Word) -> None:
    if word.correct or before is word.state or may_follow(before, word.state):
        return
    possible = [each.value for each in OfferState if each in ARROWS[before]]
    raise UsageProblem(
        _("Reply {number} stands at “{before}”; “{state}” does not follow from that.").format(
            number=reply.id, before=state_word(before), state=state_word(word.state)
        ),
        remedy=_("What may follow: {names}. To correct what was said, add --correct.").format(
            names=", ".join(possible) or "–"
        ),
    )


def _noted(
    session: Session, reply: Reply, before: OfferState, day: date, *, changed: bool
) -> Noted:
    state = OfferState(reply.status)
    ask, began = asked_next(state), began_on(session, reply.id)
    told = [e for e in referrals_of(session, reply.id) if e.state is not Delivery.FAILED]
    return Noted(
        before=before,
        day=day,
        changed=changed,
        tell=state is OfferState.UNSAFE and bool(told),
        ask=ask if began else None,
        ask_on=ask_on(began, ask) if began and ask else None,
    )
