"""A letter's two commits: that it is about to be sent, and what became of it.

Between them no transaction is open. Whoever dies there leaves ``sending`` behind, which becomes
``unknown`` when the time of the send is over: nobody knows then whether the server has taken it,
and only a person can tell (see ``settling``).
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from orchestrator import journal
from orchestrator.forwarding.milestones import reach, today
from orchestrator.forwarding.office import Office, locked
from orchestrator.forwarding.papers import Paper, letter_html, letter_text, subject
from orchestrator.forwarding.steps import again_at
from orchestrator.i18n import _
from orchestrator.inbox import hand
from orchestrator.messengers.codes import message_id
from orchestrator.messengers.port import Letter
from orchestrator.model import Referral, Reply
from orchestrator.ports import OutcomeUnknown as Unclear
from orchestrator.ports import RateLimited, Rejected, Trouble
from orchestrator.vocabulary import WAITING, Delivery, OfferState, Way

# Longer than any send may last; on the campaign's clock, as all times of a hand-over.
LEASE = timedelta(minutes=10)


def letter_of(paper: Paper, sender: str) -> Letter:
    """The letter that a paper becomes; the same one each time."""
    return Letter(
        to=paper.to.mail,
        subject=subject(paper),
        text=letter_text(paper),
        language=paper.words.language,
        message_id=message_id(paper.code, sender),
        code=paper.code,
        html=letter_html(paper),
    )


def intend(session: Session, office: Office, row: Referral) -> None:
    """Write down that this letter is about to be sent; the caller commits."""
    row.way, row.state, row.error = Way.MAIL, Delivery.SENDING, None
    row.attempts += 1
    row.not_before = office.now + LEASE
    row.message_id = message_id(row.code, office.settings.mail.sender)
    session.add(row)
    session.flush()


def send(office: Office, row: Referral, letter: Letter) -> Trouble | None:
    """Send a letter whose intent is committed, and write down what became of it."""
    assert office.mails is not None
    office.reached("letter intended")
    trouble: Trouble | None = None
    try:
        office.mails.send(letter)
    except Trouble as error:
        trouble = error
    except Exception as error:
        # A mistake of ours in the middle of a send: nobody knows what the server has.
        trouble = Unclear(_("the send broke off ({kind})").format(kind=type(error).__name__))
        conclude(office, row.id, row.attempts, trouble)
        raise
    office.reached("letter answered")
    conclude(office, row.id, row.attempts, trouble)
    return trouble


def conclude(office: Office, referral_id: int, attempt: int, trouble: Trouble | None) -> None:
    """Write down how a send ended; a success counts however late it comes, being proof."""
    with office.store.session(patient=True) as session:
        locked(session, office.campaign_id)
        row = session.get_one(Referral, referral_id, with_for_update=True)
        reply = session.get_one(Reply, row.reply_id)
        if trouble is None:
            arrived(session, office, reply, row)
        elif row.attempts == attempt and row.state in (Delivery.SENDING, Delivery.UNKNOWN):
            _failed(row, trouble, office.now)
            journal.record(
                session, row.campaign_id, office.now, office.actor, "not forwarded",
                hand.subject(reply), step=row.step.value, state=row.state.value,
            )  # fmt: skip


def arrived(session: Session, office: Office, reply: Reply, row: Referral) -> None:
    """A step is done: whoever looks after the tandem has the offer before them."""
    row.state, row.sent_at = Delivery.SENT, row.sent_at or office.now
    row.not_before = row.error = None
    journal.record(
        session, row.campaign_id, office.now, office.actor, "forwarded", hand.subject(reply),
        step=row.step.value, way=row.way.value,
    )  # fmt: skip
    if reply.status in WAITING:
        day = today(office.now, office.settings.campaign.zone)
        reach(
            session, reply, OfferState.FORWARDED, office.now, office.actor,
            day=day, tandem_id=row.tandem_id,
        )  # fmt: skip


def _failed(row: Referral, trouble: Trouble, now: datetime) -> None:
    row.error = trouble.why
    if isinstance(trouble, Unclear):
        row.state, row.not_before = Delivery.UNKNOWN, None
        return
    row.state = Delivery.FAILED
    again = again_at(row.attempts, now)
    if isinstance(trouble, RateLimited):
        again = max(again, now + timedelta(seconds=trouble.seconds))
    row.not_before = None if isinstance(trouble, Rejected) else again


def overtaken(session: Session, office: Office, note: Callable[[int], object]) -> None:
    """Letters whose sender must have died: nobody knows any more whether they went out."""
    rows = session.exec(
        select(Referral)
        .where(
            Referral.campaign_id == office.campaign_id,
            Referral.state == Delivery.SENDING,
            Referral.way == Way.MAIL,
            col(Referral.not_before) <= office.now,
        )
        .with_for_update()
    ).all()
    for row in rows:
        row.state, row.not_before = Delivery.UNKNOWN, None
        row.error = _("the program ended while it was being sent")
        note(row.reply_id)
