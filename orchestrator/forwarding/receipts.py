"""Receipts: somebody says that they have it, by a code that is typed in or came by mail.

A letter that comes back is the opposite: it reached nobody, and whoever is next is told at once.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from orchestrator import journal
from orchestrator.errors import UsageProblem
from orchestrator.forwarding.milestones import reach, today
from orchestrator.forwarding.office import Office, locked, referrals_of
from orchestrator.forwarding.path import UNDER_WAY
from orchestrator.i18n import _
from orchestrator.inbox.hand import subject
from orchestrator.messengers.codes import typed_code
from orchestrator.messengers.port import Incoming, Kind, Mailbox, Mark
from orchestrator.model import Referral, Reply
from orchestrator.vocabulary import Delivery, OfferState

# Who wrote a receipt that came by mail, in rows and in the audit log.
BY_MAIL = "mail"
# Nobody confirms after so long; what is older is not read again and again.
_OLDEST = timedelta(days=30)
_MOST_LOTS = 20


def type_in(office: Office, text: str) -> tuple[Referral, Reply, bool]:
    """A code that somebody read out or wrote down; False: it was confirmed before."""
    code = typed_code(text)
    with office.store.session(patient=True) as session:
        locked(session, office.campaign_id)
        row = _row_of(session, office.campaign_id, code) if code else None
        if row is None:
            raise UsageProblem(
                _("No offer has the code “{code}”.").format(code=text),
                remedy=_("Compare it with the mail or the sheet: eight signs, such as {example}.")
                .format(example="K7RM-2FQ3"),
            )  # fmt: skip
        reply = session.get_one(Reply, row.reply_id)
        return row, reply, confirm(session, office, row, reply, office.now, office.actor)


def _row_of(session: Session, campaign_id: int, code: str) -> Referral | None:
    return session.exec(
        select(Referral).where(Referral.campaign_id == campaign_id, Referral.code == code)
    ).one_or_none()


def confirm(
    session: Session, office: Office, row: Referral, reply: Reply, at: datetime, who: str
) -> bool:
    """Somebody has it: so it went out, whatever was known of that; False: known already."""
    if row.received_at is not None:
        return False
    row.received_at, row.received_by = at, who
    row.state, row.sent_at = Delivery.SENT, row.sent_at or at
    row.not_before = row.error = None
    journal.record(
        session, row.campaign_id, office.now, office.actor, "received", subject(reply),
        step=row.step.value, told=who,
    )  # fmt: skip
    if reply.status in UNDER_WAY:
        day = today(at, office.settings.campaign.zone)
        reach(
            session, reply, OfferState.RECEIVED, office.now, office.actor,
            day=day, tandem_id=row.tandem_id,
        )  # fmt: skip
    return True


def came_back(session: Session, office: Office, row: Referral, reply: Reply, why: str) -> bool:
    """A letter could not be delivered; where nobody else has it, the offer waits again."""
    if row.received_at is not None or row.state is Delivery.FAILED:
        return False
    row.state, row.not_before = Delivery.FAILED, None
    row.error = why or _("it could not be delivered")
    journal.record(
        session, row.campaign_id, office.now, office.actor, "came back", subject(reply),
        step=row.step.value,
    )  # fmt: skip
    rows = referrals_of(session, reply.id)
    if reply.status == OfferState.FORWARDED and not any(e.state is Delivery.SENT for e in rows):
        reach(
            session, reply, OfferState.CHECKED, office.now, office.actor,
            day=today(office.now, office.settings.campaign.zone), tandem_id=row.tandem_id,
        )  # fmt: skip
    return True


def awaited_since(office: Office) -> datetime | None:
    """When the oldest letter was made of which nobody has confirmed anything; None: there is none.

    The mailbox is read from there on.
    """
    with office.store.reading() as session:
        return session.exec(
            select(func.min(Referral.made_at))
            .join(Reply, col(Reply.id) == Referral.reply_id)
            .where(
                Referral.campaign_id == office.campaign_id,
                col(Referral.message_id).is_not(None),
                col(Referral.received_at).is_(None),
                Referral.made_at >= office.now - _OLDEST,
                col(Reply.status).in_(UNDER_WAY),
            )
        ).one()


def read(
    office: Office, mailbox: Mailbox, mark: Mark | None, since: datetime
) -> tuple[int, Mark | None]:
    """Take in what came; how many receipts there were, and how far the mailbox was read.

    Raises a Trouble when it cannot be read; nothing is lost then.
    """
    count, day = 0, today(since, office.settings.campaign.zone)
    for _lot in range(_MOST_LOTS):
        delivery = mailbox.read(mark, day)
        count += sum(_take_in(office, each) for each in delivery.messages)
        mark = delivery.mark
        if not delivery.more:
            break
    return count, mark


def _take_in(office: Office, message: Incoming) -> int:
    if message.kind is Kind.AUTOMATIC:
        return 0
    count = 0
    with office.store.session(patient=True) as session:
        locked(session, office.campaign_id)
        for code in message.codes:
            row = _row_of(session, office.campaign_id, code)
            if row is None:
                continue
            reply = session.get_one(Reply, row.reply_id)
            if message.kind is Kind.BOUNCE:
                came_back(session, office, row, reply, message.why)
            else:
                at = message.received_at or office.now
                count += confirm(session, office, row, reply, at, BY_MAIL)
    return count
