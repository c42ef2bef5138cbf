"""Whether an offer was checked, what that means for handing it over."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Session, select

from orchestrator import journal
from orchestrator.errors import PersonNeeded
from orchestrator.i18n import _
from orchestrator.model import Check, Milestone, Reply, Tandem
from orchestrator.vetting.advice import advice_on
from orchestrator.vetting.risks import Risk, risk_words
from orchestrator.vocabulary import Label, OfferState

# Who takes a check back when an author has edited the words.
_MACHINE = "collect"
_EDIT, _TAKEN_BACK = "edited_at", "taken_back_at"


class Standing(StrEnum):
    """How far the check of an offer has come."""

    NONE = "none"
    SECOND = "second"
    CHECKED = "checked"
    DECLINED = "declined"


@dataclass(frozen=True)
class Vetted:
    """How an offer stands. ``check``: what was found, also where an edit took it back
    (``edited``); then the state is ``none``.
    """

    state: Standing
    check: Check | None = None
    edited: bool = False

    @property
    def warnings(self) -> list[Risk]:
        """The warnings of a check that counts."""
        return (
            [Risk(each) for each in self.check.warnings] if self.check and not self.edited else []
        )

    @property
    def wanted(self) -> bool | None:
        """Whether the person wants the offer; None: not asked. No contact before a yes."""
        return self.check.wanted if self.check else None


UNCHECKED = Vetted(Standing.NONE)


def state_of(session: Session, reply: Reply) -> Vetted:
    """How the offer stands at this moment."""
    check = session.exec(select(Check).where(Check.reply_id == reply.id)).one_or_none()
    return UNCHECKED if check is None else _judged(check, reply)


def _judged(check: Check, reply: Reply) -> Vetted:
    if check.wanted is False:
        return Vetted(Standing.DECLINED, check, is_stale(check, reply))
    if is_stale(check, reply):
        return Vetted(Standing.NONE, check, edited=True)
    waits = bool(check.warnings) and check.second_by is None
    return Vetted(Standing.SECOND if waits else Standing.CHECKED, check)


def is_stale(check: Check, reply: Reply) -> bool:
    """Whether the words are no longer those that were checked."""
    return _TAKEN_BACK in check.answers or check.answers.get(_EDIT) != edit_mark(reply)[_EDIT]


def edit_mark(reply: Reply) -> dict[str, str | None]:
    """What tells these words of a reply from later ones; part of a check's answers."""
    return {_EDIT: reply.edited_at.isoformat() if reply.edited_at else None}


def may_forward(session: Session, reply: Reply) -> None:
    """Let pass what may be handed over; else :class:`PersonNeeded` says what is missing.

    Only offers are checked: a tip names a place where anybody may ask.
    """
    if reply.label is not Label.JOB_OFFER:
        return
    vetted, number = state_of(session, reply), reply.id
    if vetted.state is Standing.DECLINED:
        raise PersonNeeded(
            _("The person does not want what reply {number} offers.").format(number=number),
            remedy=_("If they changed their mind: `tueroeffner inbox check {number} --wanted yes`")
            .format(number=number),
        )  # fmt: skip
    if vetted.state is Standing.NONE:
        sentence = (
            _("Reply {number} was edited after it was checked.")
            if vetted.edited
            else _("Reply {number} has not been checked yet.")
        )
        raise PersonNeeded(
            sentence.format(number=number),
            remedy=_("First: `tueroeffner inbox check {number}`").format(number=number),
        )
    if vetted.state is Standing.SECOND:
        raise second_needed(vetted, reply)


def second_needed(vetted: Vetted, reply: Reply) -> PersonNeeded:
    """Why a warned offer waits, and for whom."""
    assert vetted.check is not None
    return PersonNeeded(
        _("Reply {number} has warnings, and a second person has to agree: {warnings}.").format(
            number=reply.id, warnings=", ".join(risk_words(each) for each in vetted.warnings)
        ),
        remedy=_("Somebody other than {who} runs `tueroeffner inbox check {number} --second`.")
        .format(who=vetted.check.by, number=reply.id),
    )  # fmt: skip


def advice(session: Session, reply: Reply, language: str) -> list[str]:
    """What is printed with a warned offer, in a language; empty where there is no warning."""
    vetted = state_of(session, reply)
    if vetted.check is None:
        return []
    country = country_of(session, reply)
    day = vetted.check.at.date()
    return advice_on(vetted.warnings, language, day=day, country=country)


def country_of(session: Session, reply: Reply) -> str:
    """Whose law counts: that of the tandem's country; Germany's where there is no tandem."""
    tandem = session.get(Tandem, reply.tandem_id) if reply.tandem_id else None
    return tandem.country if tandem else "DE"


def take_back(session: Session, reply: Reply, now: datetime) -> None:
    """An author has edited the words: what was checked, agreed to and wanted was something else.

    What a person decided against stays so; whatever was handed over stays where it is.
    """
    check = session.exec(select(Check).where(Check.reply_id == reply.id)).one_or_none()
    if check is None or _TAKEN_BACK in check.answers:
        return
    check.answers = {**check.answers, _TAKEN_BACK: now.isoformat()}
    check.second_by = check.second_at = None
    if check.wanted:
        check.wanted = check.wanted_at = None
    if reply.status == OfferState.CHECKED:
        become(session, reply, OfferState.NEW, now, _MACHINE, day=now.date())
    journal.record(
        session, reply.campaign_id, now, _MACHINE, "check taken back", f"reply {reply.id}"
    )


def become(
    session: Session,
    reply: Reply,
    state: OfferState,
    now: datetime,
    actor: str,
    *,
    day: date,
    tandem_id: int | None = None,
) -> None:
    """An offer stands at ``state`` since ``day``; ``tandem_id`` else its own."""
    reply.status = state.value
    session.add(
        Milestone(
            campaign_id=reply.campaign_id,
            reply_id=reply.id,
            tandem_id=tandem_id or reply.tandem_id,
            state=state,
            day=day,
            at=now,
            by=actor,
        )
    )
    session.flush()


def vetted_offers(session: Session, campaign_id: int) -> dict[int, Vetted]:
    """How each offer stands that somebody has checked, by the reply's number."""
    rows = session.exec(
        select(Check, Reply)
        .where(Check.reply_id == Reply.id, Check.campaign_id == campaign_id)
    ).all()  # fmt: skip
    return {reply.id: _judged(check, reply) for check, reply in rows}
