"""What may be handed over at all, and to which tandem: every refusal with its way out."""

from sqlmodel import Session

from orchestrator.eligible import why_left
from orchestrator.errors import PersonNeeded, UsageProblem
from orchestrator.forwarding.names import state_word
from orchestrator.forwarding.path import UNDER_WAY
from orchestrator.i18n import _
from orchestrator.inbox.hand import deleted, forgotten
from orchestrator.inbox.words import label_word
from orchestrator.model import Referral, Reply, Tandem
from orchestrator.vocabulary import Label, OfferState

_PASSED_ON = (Label.JOB_OFFER, Label.TIP)


def is_passed_on(reply: Reply) -> bool:
    """Whether it is still an offer or a tip of its own that somebody waits for."""
    told_before = reply.duplicate_of is not None
    return reply.label in _PASSED_ON and reply.status in UNDER_WAY and not told_before


def refuse(reply: Reply, actor: str) -> None:
    """Refuse what nobody hands over: no offer, told before, gone, ended, or in other hands."""
    if reply.deleted_at is not None:
        raise deleted(reply)
    if reply.forgotten_at is not None:
        raise forgotten(reply)
    if reply.duplicate_of is not None:
        raise UsageProblem(
            _("Reply {number} tells again what reply {first} told.").format(
                number=reply.id, first=reply.duplicate_of
            ),
            remedy=_("Run `tueroeffner inbox forward {first}`.").format(first=reply.duplicate_of),
        )
    if reply.label not in _PASSED_ON:
        raise UsageProblem(
            _("Reply {number} is no offer and no tip, but: {label}.").format(
                number=reply.id, label=label_word(reply.label)
            ),
            remedy=_("If it is one, `tueroeffner inbox label {number} job_offer` says so.").format(
                number=reply.id
            ),
        )
    if reply.status not in UNDER_WAY:
        raise UsageProblem(
            _("Reply {number} stands at: {state}. Nobody has to be told of it again.").format(
                number=reply.id, state=state_word(OfferState(reply.status))
            ),
            remedy=_("If that is wrong, `tueroeffner inbox outcome {number} checked --correct`.")
            .format(number=reply.id),
        )  # fmt: skip
    if reply.taken_by not in (None, actor):
        raise PersonNeeded(
            _("{who} has reply {number} in hand.").format(who=reply.taken_by, number=reply.id),
            remedy=_("Ask them; `tueroeffner inbox release {number}` gives it back.").format(
                number=reply.id
            ),
        )


def tandem_for(session: Session, reply: Reply, wanted: int | None) -> Tandem:
    """The tandem that gets it: its own, or ``wanted`` where it has none that takes part."""
    own = session.get(Tandem, reply.tandem_id) if reply.tandem_id else None
    left = why_left(own) if own else ""
    if own and not left:
        if wanted not in (None, own.id):
            raise UsageProblem(
                _("Reply {number} is for {slug}.").format(number=reply.id, slug=own.slug),
                remedy=_("Leave out --tandem."),
            )
        return own
    if wanted is None:
        raise _nobody(reply, own, left)
    other = session.get_one(Tandem, wanted)
    if why := why_left(other):
        raise UsageProblem(
            _("Nothing can be handed to {slug}: {why}.").format(slug=other.slug, why=why),
            remedy=_("Name another tandem; `tueroeffner tandem list` shows them all."),
        )
    return other


def refuse_another(session: Session, row: Referral, wanted: int | None) -> None:
    """Refuse another tandem than the one to which it was handed over."""
    if wanted not in (None, row.tandem_id):
        first = session.get_one(Tandem, row.tandem_id).slug
        raise UsageProblem(
            _("Reply {number} was handed over for {slug} already.").format(
                number=row.reply_id, slug=first
            ),
            remedy=_(
                "Leave out --tandem. What is for somebody else as well is noted once more:"
                " `tueroeffner inbox add`"
            ),
        )


def _nobody(reply: Reply, own: Tandem | None, left: str) -> UsageProblem:
    sentence = (
        _("Reply {number} is for {slug}, but {why}.").format(
            number=reply.id, slug=own.slug, why=left
        )
        if own
        else _("Reply {number} is for no tandem in particular.").format(number=reply.id)
    )
    return UsageProblem(
        sentence,
        remedy=_(
            "Say for whom it is: --tandem SLUG. If for nobody, `tueroeffner inbox outcome {number}"
            " no_fit` says so."
        ).format(number=reply.id),
    )
