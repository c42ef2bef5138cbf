"""What a pass does for offers that were handed over: send what waits, read receipts, remind.

Only what a person has begun is gone on with. Where no mail server is set up nothing is asked of
any network: what the program would mail becomes a call for a person to make.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from itertools import groupby

from sqlmodel import Session, col, select

from orchestrator.eligible import why_left
from orchestrator.errors import PersonNeeded
from orchestrator.forwarding import gate
from orchestrator.forwarding.handing import new_row, paper_for
from orchestrator.forwarding.letters import intend, letter_of, overtaken, send
from orchestrator.forwarding.office import (
    Office,
    locked,
    messenger_of,
    referrals_of,
    taken,
    was_perhaps_done,
)
from orchestrator.forwarding.path import UNDER_WAY
from orchestrator.forwarding.receipts import awaited_since, read
from orchestrator.forwarding.recipients import is_away, possible, recipients, way_to
from orchestrator.forwarding.steps import may_be_due, next_step
from orchestrator.i18n import _
from orchestrator.messengers.codes import new_code
from orchestrator.messengers.mailbox import open_mailbox
from orchestrator.messengers.port import Letter, Mailbox, Mark
from orchestrator.model import Campaign, Referral, Reply, Tandem
from orchestrator.pause import pauses
from orchestrator.ports import NotAuthorised, OutcomeUnknown, Rejected, Trouble
from orchestrator.shift import Shift, Tally
from orchestrator.vetting import may_forward
from orchestrator.vocabulary import Delivery, Scope, Step, Way

# So many letters in one pass: a mail server that is slow must not hold up everything else.
_MOST = 20
# A mailbox is read again after so long: its owner counts the logins.
_MAILBOX_AGAIN = timedelta(minutes=2)


def attend(shift: Shift, tally: Tally) -> None:
    """Send, read and remind, as far as the campaign may; safe to repeat at any time."""
    if shift.world.played:
        return  # a rehearsal has the real volunteers' addresses
    office = office_of(shift)
    if _must_rest(office):
        return
    if shift.settings.mail.reads:
        _read_mailbox(shift, office, open_mailbox(shift.settings.mail), tally)
    go_on(office, tally, shift.stopped)


def office_of(shift: Shift) -> Office:
    """The office at which a pass works."""
    return Office(
        store=shift.store,
        settings=shift.settings,
        key=shift.key,
        campaign_id=shift.campaign_id,
        clock=shift.clock,
        actor=shift.actor,
        mails=messenger_of(shift.settings, shift.clock),
        reached=shift.reached,
    )


def _must_rest(office: Office) -> bool:
    """While everything is stopped, and while the database may be older than what was sent."""
    with office.store.reading() as session:
        campaign = session.get(Campaign, office.campaign_id)
        frozen = campaign is None or campaign.frozen_since is not None
        return frozen or any(e.scope is Scope.ALL for e in pauses(session, office.campaign_id))


def _read_mailbox(shift: Shift, office: Office, mailbox: Mailbox, tally: Tally) -> None:
    """Receipts, as far as any are awaited; a mailbox that does not answer costs a sentence."""
    world, now = shift.world, shift.machine.now()
    since = awaited_since(office)
    if since is None or (world.mailbox_at and now - world.mailbox_at < _MAILBOX_AGAIN):
        return
    world.mailbox_at = now
    try:
        count, mark = read(office, mailbox, Mark.of(world.mailbox_mark), since)
    except Trouble as trouble:
        tally.findings.append(trouble.why)
        tally.needs_person |= isinstance(trouble, NotAuthorised)
        return
    tally.receipts += count
    world.mailbox_mark = str(mark or "")


def go_on(office: Office, tally: Tally, stopped: Callable[[], bool] = lambda: False) -> None:
    """Send what waits and is due, and turn to whoever is next where nobody has confirmed."""
    with office.store.session(patient=True) as session:
        locked(session, office.campaign_id)
        overtaken(session, office, lambda reply_id: tally.alarm(_lost(reply_id)))
    sent = 0
    for reply_id in _due(office):
        if stopped() or sent == _MOST:
            return
        try:
            begun = _begun(office, reply_id)
        except PersonNeeded as needed:  # edited since it was checked, say
            tally.findings.append(needed.what)
            continue
        if begun:
            sent += 1
            if isinstance(_send(office, reply_id, *begun, tally), NotAuthorised):
                return  # the others would be refused as well


def _lost(reply_id: int) -> str:
    return _("reply {number}: nobody knows whether its mail went out").format(number=reply_id)


def _due(office: Office) -> list[int]:
    """Replies that were handed over, that nobody has confirmed, and where something may be due."""
    with office.store.reading() as session:
        rows = session.exec(
            select(Referral)
            .join(Reply, col(Reply.id) == Referral.reply_id)
            .where(
                Referral.campaign_id == office.campaign_id,
                col(Reply.status).in_(UNDER_WAY),
                col(Reply.deleted_at).is_(None),
                col(Reply.forgotten_at).is_(None),
            )
            .order_by(col(Referral.reply_id), col(Referral.id))
        ).all()
    steps = {
        reply_id: [taken(each) for each in group]
        for reply_id, group in groupby(rows, key=lambda each: each.reply_id)
    }
    return [reply_id for reply_id, each in steps.items() if may_be_due(each, office.now)]


def _begun(office: Office, reply_id: int) -> tuple[Referral, Letter] | None:
    with office.store.session(patient=True) as session:
        locked(session, office.campaign_id)
        return _begin(session, office, reply_id)


def _send(
    office: Office, reply_id: int, row: Referral, letter: Letter, tally: Tally
) -> Trouble | None:
    trouble = send(office, row, letter)
    if trouble is None:
        tally.forwarded += 1
        return None
    tally.findings.append(_("reply {number}: {why}").format(number=reply_id, why=trouble.why))
    tally.needs_person |= isinstance(trouble, OutcomeUnknown | NotAuthorised | Rejected)
    return trouble


def _begin(session: Session, office: Office, reply_id: int) -> tuple[Referral, Letter] | None:
    """Commit what is to be done next for a reply; a letter, if it is one, is sent after that.

    Where nobody can be mailed the new row is a call, for a person to make.
    """
    reply, rows = session.get_one(Reply, reply_id), referrals_of(session, reply_id)
    tandem = session.get_one(Tandem, rows[0].tandem_id)
    if why_left(tandem) or not gate.is_passed_on(reply):
        return None
    may_forward(session, reply)
    known = recipients(session, office.key, office.settings, tandem)
    here = possible(known, away=is_away(tandem, office.today))
    row = _next_row(session, office, reply, rows, here) or _again(session, office, rows[-1])
    if row is None or row.state is Delivery.UNKNOWN:
        return None
    if way_to(known[row.step], mails=office.mails is not None) is Way.CALL:
        return None
    handed_at = next((each.sent_at for each in rows if each.sent_at), None)
    to = known[row.step]
    paper = paper_for(
        session, office, reply, tandem, to, row.code, way=Way.MAIL, handed_at=handed_at
    )
    intend(session, office, row)
    return row, letter_of(paper, office.settings.mail.sender)


def _next_row(
    session: Session,
    office: Office,
    reply: Reply,
    rows: Sequence[Referral],
    possible_now: Collection[Step],
) -> Referral | None:
    """The row of the step that is due now; whoever waited before it has had their time."""
    following = next_step([taken(each) for each in rows], possible_now)
    if following is None or following.due_at > office.now:
        return None
    for each in rows:
        if taken(each).is_waiting:
            each.not_before = None
    row = new_row(session, office, reply, rows[0].tandem_id, following.step, new_code())
    if was_perhaps_done(session, office, following.due_at):
        row.way, row.state = Way.MAIL, Delivery.UNKNOWN
        row.error = _("perhaps sent after this state of the database")
    return row


def _again(session: Session, office: Office, row: Referral) -> Referral | None:
    """The newest step, where nothing was sent and it is time to try it again."""
    if not taken(row).is_waiting or row.not_before is None or row.not_before > office.now:
        return None
    if was_perhaps_done(session, office, row.not_before):
        row.state, row.not_before = Delivery.UNKNOWN, None
        row.error = _("perhaps sent after this state of the database")
    return row
