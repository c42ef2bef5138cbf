"""Keeping what somebody found out about an offer, who agreed to it, and whether it is wanted.

The caller holds the campaign's row (see ``campaign.enrol``): of two managers one comes first, and
the other one sees it.
"""

from datetime import date, datetime

from sqlmodel import Session, col, select

from orchestrator import journal, people
from orchestrator.errors import PersonNeeded, UsageProblem
from orchestrator.i18n import _
from orchestrator.keys import CampaignKey
from orchestrator.model import Check, Milestone, Person, Reply
from orchestrator.replies import EMPLOYER, EMPLOYER_CONTACT, Sender, digests_in, opened
from orchestrator.vetting.answers import Answers, answers_from
from orchestrator.vetting.judging import Judged
from orchestrator.vetting.standing import Standing, become, edit_mark, state_of
from orchestrator.vocabulary import Label, OfferState

_OVER = frozenset(
    {
        OfferState.NO_FIT,
        OfferState.FILLED,
        OfferState.PERMIT_REFUSED,
        OfferState.UNSAFE,
        OfferState.WITHDRAWN,
    }
)


def refuse(reply: Reply) -> None:
    """Refuse what is no offer, tells one again, or has come to its end."""
    if reply.label is not Label.JOB_OFFER:
        raise UsageProblem(
            _("Reply {number} is no job offer: only offers are checked.").format(number=reply.id),
            remedy=_("If it is one: `tueroeffner inbox label {number} job_offer`").format(
                number=reply.id
            ),
        )
    if reply.duplicate_of is not None:
        raise UsageProblem(
            _("Reply {number} tells the same as reply {first}.").format(
                number=reply.id, first=reply.duplicate_of
            ),
            remedy=_("Check that one: `tueroeffner inbox check {number}`").format(
                number=reply.duplicate_of
            ),
        )
    if reply.status in _OVER:
        raise UsageProblem(
            _("Reply {number} has come to its end: {state}.").format(
                number=reply.id, state=reply.status
            ),
            remedy=_("`tueroeffner inbox show {number}` tells how.").format(number=reply.id),
        )


def known(session: Session, reply: Reply) -> Answers:
    """What was answered before; where an edit took the check back, too."""
    check = state_of(session, reply).check
    return answers_from(check.answers) if check else Answers()


def keep(
    session: Session,
    reply: Reply,
    answers: Answers,
    judged: Judged,
    now: datetime,
    day: date,
    actor: str,
    *,
    other_employer: bool = False,
) -> Check:
    """Keep a check. Whatever it changes, a second person has to agree anew."""
    check = state_of(session, reply).check
    content = {**answers.document(), **edit_mark(reply)}
    warnings = [each.value for each in judged.risks]
    same = check and (check.answers, check.warnings) == (content, warnings)
    if check and same and not other_employer:
        return check
    if check is None:
        check = Check(campaign_id=reply.campaign_id, reply_id=reply.id, by=actor, at=now)
        session.add(check)
    check.answers, check.warnings, check.by, check.at = content, warnings, actor, now
    check.second_by = check.second_at = None
    if reply.status == OfferState.NEW:
        become(session, reply, OfferState.CHECKED, now, actor, day=day)
    _record(session, reply, now, actor, "check", warnings=warnings)
    session.flush()
    return check


def seal_employer(session: Session, key: CampaignKey, reply: Reply, employer: Sender) -> bool:
    """Seal name and contact with the reply; what is empty leaves what was there.

    Whether another employer, or another contact, is named now.
    """
    told = {EMPLOYER: employer.name, EMPLOYER_CONTACT: employer.contact}
    fresh = {name: each for name, each in told.items() if each}
    was = opened(session, key, reply)
    if not fresh or fresh.items() <= was.items():
        return False
    person = session.get(Person, reply.person_id) if reply.person_id else None
    if person is None:
        reply.person_id = people.add(session, key, reply.campaign_id, fresh).id
    elif people.is_shut(session, person):
        raise UsageProblem(
            _("What was sealed with reply {number} cannot be opened here, nor added to.").format(
                number=reply.id
            ),
            remedy=_("Put back the keyring that lies beside the backups; see the runbook."),
        )
    else:
        people.put(session, key, person, was | fresh)
    if employer.contact:
        mine = digests_in(key, employer.contact)
        reply.contact_digests = sorted({*reply.contact_digests, *mine})
    return True


def may_agree(session: Session, reply: Reply, actor: str) -> Check:
    """The check to which somebody may agree.

    Refused for whoever made it, and where there is nothing to agree to.
    """
    vetted = state_of(session, reply)
    check = vetted.check
    if check is None or vetted.state is Standing.NONE:
        raise _unchecked(reply)
    if not check.warnings:
        raise UsageProblem(
            _("Reply {number} has no warning: nobody has to agree.").format(number=reply.id),
            remedy=_("Next: `tueroeffner inbox forward {number}`").format(number=reply.id),
        )
    if check.by == actor:
        raise PersonNeeded(
            _("You checked reply {number} yourself: somebody else has to agree.").format(
                number=reply.id
            ),
            remedy=_("Ask a colleague to run the same command from their own account."),
        )
    return check


def agree(session: Session, reply: Reply, now: datetime, actor: str) -> bool:
    """A second person agrees to hand a warned offer over with its advice; False when one has."""
    check = may_agree(session, reply, actor)
    if check.second_by is not None:
        return False
    check.second_by, check.second_at = actor, now
    _record(session, reply, now, actor, "second look", warnings=check.warnings)
    return True


def _unchecked(reply: Reply) -> PersonNeeded:
    return PersonNeeded(
        _("Reply {number} has not been checked yet.").format(number=reply.id),
        remedy=_("First: `tueroeffner inbox check {number}`").format(number=reply.id),
    )


def wish(
    session: Session, reply: Reply, wanted: bool, now: datetime, day: date, actor: str
) -> bool:
    """What the person of the tandem says, on a ``day``; False when it is known already.

    A no ends the offer as declined; a yes after it brings it back to where it was.
    """
    check = state_of(session, reply).check
    if check is None:
        raise _unchecked(reply)
    if check.wanted is wanted:
        return False
    check.wanted, check.wanted_at = wanted, now
    if not wanted:
        become(session, reply, OfferState.DECLINED, now, actor, day=day)
    elif reply.status == OfferState.DECLINED:
        become(session, reply, _before(session, reply), now, actor, day=day)
    _record(session, reply, now, actor, "wanted", wanted=wanted)
    return True


def _before(session: Session, reply: Reply) -> OfferState:
    """How far it had come when the person said no."""
    said = session.exec(
        select(Milestone.state)
        .where(Milestone.reply_id == reply.id, Milestone.state != OfferState.DECLINED)
        .order_by(col(Milestone.id).desc())
        .limit(1)
    ).first()
    was = OfferState(said or OfferState.CHECKED)
    unread = was is OfferState.CHECKED and state_of(session, reply).edited
    return OfferState.NEW if unread else was


def _record(
    session: Session, reply: Reply, now: datetime, actor: str, what: str, **detail: object
) -> None:
    journal.record(session, reply.campaign_id, now, actor, what, f"reply {reply.id}", **detail)
