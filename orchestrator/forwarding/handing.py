"""Handing an offer over by a person's decision: looked at first, then done, never twice."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, select

from orchestrator import freeze, journal
from orchestrator.errors import PersonNeeded, UsageProblem
from orchestrator.formats import day, moment
from orchestrator.forwarding import gate
from orchestrator.forwarding.findings import found
from orchestrator.forwarding.letters import arrived, intend, letter_of, overtaken, send
from orchestrator.forwarding.names import step_word, way_word
from orchestrator.forwarding.office import Office, locked, referrals_of, taken
from orchestrator.forwarding.papers import Paper
from orchestrator.forwarding.recipients import Recipient, is_away, recipients
from orchestrator.forwarding.telling import offer_of
from orchestrator.forwarding.wording import FALLBACK, words_in
from orchestrator.i18n import _
from orchestrator.inbox import hand
from orchestrator.inbox.entry import log_look
from orchestrator.messengers.codes import new_code
from orchestrator.model import Referral, Reply, Tandem
from orchestrator.ports import Trouble
from orchestrator.vetting import advice, may_forward
from orchestrator.vocabulary import Delivery, Step, Way

# Done, or for a person to do: with a call that the program could not make, say.
_BEGUN = (Delivery.SENT, Delivery.SENDING)


@dataclass(frozen=True)
class Wish:
    """What somebody asks for. ``by`` None: by mail; ``tandem_id``: for an offer without one."""

    reply_id: int
    by: Way | None = None
    tandem_id: int | None = None


@dataclass(frozen=True)
class Handing:
    """A hand-over as it would be made. ``again``: only another copy of what they have."""

    reply_id: int
    tandem_id: int
    slug: str
    step: Step
    way: Way
    paper: Paper
    again: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def is_letter(self) -> bool:
        """Whether a mail is sent."""
        return self.way is Way.MAIL and not self.again


@dataclass(frozen=True)
class Handed:
    """What came of it: the step's row, what was made, and why it is not done yet."""

    row: Referral
    status: str
    paper: Paper
    trouble: Trouble | None = None


def look(session: Session, office: Office, wish: Wish, code: str = "") -> Handing:
    """What would be handed over to whom, and how; refused where nothing may be."""
    reply = hand.reply_of(session, office.campaign_id, wish.reply_id)
    gate.refuse(reply, office.actor)
    may_forward(session, reply)
    rows = referrals_of(session, reply.id)
    if rows:
        gate.refuse_another(session, rows[0], wish.tandem_id)
    tandem = gate.tandem_for(session, reply, rows[0].tandem_id if rows else wish.tandem_id)
    known = recipients(session, office.key, office.settings, tandem)
    row = _row_to_go_on_with(rows, wish, office)
    notes: list[str] = []
    to = known[row.step] if row else _first(known, tandem, office, notes)
    again = row is not None and row.state is Delivery.SENT
    if row and again:
        notes.append(already(row, office))
    way = wish.by or (row.way if row and row.state in _BEGUN else Way.MAIL)
    if not (way is Way.MAIL and again):
        _refuse_no_way(way, to, reply, office, notes)
    if row is None and (gap := _forgotten_since(session, office, reply)):
        notes.append(gap)
    if row and not taken(row).is_refused:
        code = (
            row.code
        )  # else: should the refused one be given back once more, it is known by its own
    code = code or new_code()
    handed_at = next((each.sent_at for each in rows if each.sent_at), None)
    paper = paper_for(session, office, reply, tandem, to, code, way=way, handed_at=handed_at)
    if paper.words.language != language_for(to, tandem, office):
        notes.append(
            _("There are no words in “{language}” yet: they read it in German.").format(
                language=tandem.volunteer_lang
            )
        )
    return Handing(reply.id, tandem.id, tandem.slug, to.step, way, paper, again, notes)


def _row_to_go_on_with(rows: list[Referral], wish: Wish, office: Office) -> Referral | None:
    """The step that is under way, where it may be gone on with; None: nothing was done yet."""
    if not rows:
        return None
    row = rows[-1]
    if row.state is Delivery.UNKNOWN:
        raise unclear(row)
    if row.state is Delivery.SENDING and row.way is Way.MAIL:
        raise PersonNeeded(
            _("The mail about reply {number} is being sent at this moment.").format(
                number=row.reply_id
            ),
            remedy=_("Wait some minutes; `tueroeffner today` tells what became of it."),
        )
    if row.state is Delivery.SENT and wish.by is Way.MAIL and row.way is not Way.MAIL:
        raise UsageProblem(
            already(row, office),
            remedy=_("Nobody gets it twice: whoever does not confirm is reminded by itself."),
        )
    return row


def unclear(row: Referral) -> PersonNeeded:
    """Nobody knows whether a mail went out, so only a person can go on."""
    return PersonNeeded(
        _("Nobody knows whether the mail about reply {number} went out: {why}").format(
            number=row.reply_id, why=row.error or "–"
        ),
        remedy=_(
            "Ask {who}, or look into the sent mails; then `tueroeffner inbox forward {number}"
            " --sent yes`, or --sent no."
        ).format(who=step_word(row.step), number=row.reply_id),
    )


def already(row: Referral, office: Office) -> str:
    """How a reply was handed over, in a sentence."""
    at = (row.sent_at or row.made_at).astimezone(office.settings.campaign.zone)
    return _("Reply {number} was handed over {way} on {time}.").format(
        number=row.reply_id, way=way_word(row.way), time=moment(at)
    )


def _first(
    known: dict[Step, Recipient], tandem: Tandem, office: Office, notes: list[str]
) -> Recipient:
    """The volunteer; while they are away, or where nothing is known of them, who comes next."""
    away = is_away(tandem, office.today)
    if known[Step.FORWARD].is_known and not away:
        return known[Step.FORWARD]
    others = [known[step] for step in (Step.BACKUP, Step.PARTNER) if known[step].is_known]
    if away and others and tandem.away_until:
        notes.append(
            _("The volunteer is away until {day}: it goes to {who}.").format(
                day=day(tandem.away_until), who=step_word(others[0].step)
            )
        )
    elif away:
        notes.append(_("The volunteer is away, and nobody else is named."))
    elif others:
        notes.append(
            _("No way to the volunteer is known: it goes to {who}.").format(
                who=step_word(others[0].step)
            )
        )
    return others[0] if others else known[Step.FORWARD]


def _forgotten_since(session: Session, office: Office, reply: Reply) -> str:
    """A restored database does not know what was handed over after the backup."""
    for since, until in freeze.gaps(session, office.campaign_id):
        if reply.collected_at <= since:
            zone = office.settings.campaign.zone
            return _(
                "The database was restored: what was handed over between {since} and {until} is"
                " not in it. Look into the sent mails first."
            ).format(since=moment(since.astimezone(zone)), until=moment(until.astimezone(zone)))
    return ""


def _refuse_no_way(way: Way, to: Recipient, reply: Reply, office: Office, notes: list[str]) -> None:
    """Refuse what would reach nobody, and say why just they were to be told."""
    if way is Way.CALL and not to.phone:
        raise UsageProblem(
            " ".join(
                [*notes, _("No phone number is noted of {who}.").format(who=step_word(to.step))]
            ),
            subject=hand.subject(reply),
            remedy=_("Add --by sheet for a page to print."),
        )
    if way is not Way.MAIL:
        return
    if office.mails is None:
        what = _("No mail server is set up.")
    elif not to.mail:
        what = _("No mail address is noted of {who}.").format(who=step_word(to.step))
    else:
        return
    raise UsageProblem(
        " ".join([*notes, what]),
        subject=hand.subject(reply),
        remedy=_(
            "Add --by sheet for a page to print, or --by call for whom to call and what to say."
        ),
    )


def language_for(to: Recipient, tandem: Tandem, office: Office) -> str:
    """The volunteer's, or that of whoever they named; organisations have the campaign's."""
    if to.step is Step.PARTNER:
        return office.settings.campaign.language or FALLBACK
    return tandem.volunteer_lang


def paper_for(
    session: Session,
    office: Office,
    reply: Reply,
    tandem: Tandem,
    to: Recipient,
    code: str,
    *,
    way: Way,
    handed_at: datetime | None = None,
) -> Paper:
    """What one recipient is told; a mail has the offerer's contact only where that is allowed."""
    settings, words = office.settings, words_in(language_for(to, tandem, office))
    with_contact = way is not Way.MAIL or settings.mail.phone_in_mail
    return Paper(
        words=words,
        offer=offer_of(
            session,
            office.key,
            reply,
            tandem,
            with_contact=with_contact,
            details=found(session, reply, tandem, words),
            advice=advice(session, reply, words.language),
        ),
        to=to,
        code=code,
        campaign=settings.campaign.name,
        contact=settings.campaign.contact,
        zone=settings.campaign.zone,
        handed=words.time(handed_at.astimezone(settings.campaign.zone)) if handed_at else "",
        country=tandem.country,
    )


def hand_over(office: Office, wish: Wish, seen: Handing) -> Handed:
    """Do what was looked at; refused when something else would come of it by now."""
    with office.store.session(patient=True) as session:
        locked(session, office.campaign_id)
        overtaken(session, office, lambda _reply: None)
        handing = look(session, office, wish, seen.paper.code)
        if (handing.step, handing.way, handing.again) != (seen.step, seen.way, seen.again):
            raise PersonNeeded(
                _("Reply {number} has been seen to by somebody else meanwhile.").format(
                    number=wish.reply_id
                ),
                remedy=_("Run the same command again to see how it stands."),
            )
        reply = session.get_one(Reply, handing.reply_id)
        row = _row(session, office, reply, handing)
        if handing.is_letter:
            intend(session, office, row)
            letter = letter_of(handing.paper, office.settings.mail.sender)
        else:
            _on_paper(session, office, reply, row, handing)
    trouble = send(office, row, letter) if handing.is_letter else None
    with office.store.reading() as session:
        fresh = session.get_one(Referral, row.id)
        status = session.get_one(Reply, fresh.reply_id).status
        return Handed(fresh, status, handing.paper, trouble)


def _row(session: Session, office: Office, reply: Reply, handing: Handing) -> Referral:
    row = session.exec(
        select(Referral).where(Referral.reply_id == reply.id, Referral.step == handing.step)
    ).one_or_none()
    if row is None:
        row = new_row(session, office, reply, handing.tandem_id, handing.step, handing.paper.code)
    row.code = handing.paper.code
    if reply.tandem_id is None:
        reply.tandem_id = handing.tandem_id
    return row


def new_row(
    session: Session, office: Office, reply: Reply, tandem_id: int, step: Step, code: str
) -> Referral:
    """The row of a step that is taken now; a second one for the same step is refused by the
    database."""
    row = Referral(
        campaign_id=office.campaign_id,
        reply_id=reply.id,
        tandem_id=tandem_id,
        step=step,
        way=Way.CALL,
        state=Delivery.SENDING,
        code=code,
        by=office.actor,
        made_at=office.now,
    )
    session.add(row)
    session.flush()
    return row


def _on_paper(
    session: Session, office: Office, reply: Reply, row: Referral, handing: Handing
) -> None:
    """A sheet or a call's page is about to be made: the look at the contact is noted first."""
    log_look(session, reply, office.now, office.actor)
    if handing.again:
        journal.record(
            session, row.campaign_id, office.now, office.actor, "copied", hand.subject(reply),
            step=row.step.value, way=handing.way.value,
        )  # fmt: skip
        return
    row.way, row.attempts = handing.way, row.attempts + 1
    arrived(session, office, reply, row)


def settle(office: Office, reply_id: int, *, sent: bool) -> Referral:
    """A person says whether a mail of which nobody knew went out.

    If not, it may go out again, unless somebody else was told meanwhile.
    """
    with office.store.session(patient=True) as session:
        locked(session, office.campaign_id)
        overtaken(session, office, lambda _reply: None)
        reply = hand.reply_of(session, office.campaign_id, reply_id)
        steps = referrals_of(session, reply.id)
        rows = [each for each in steps if each.state is Delivery.UNKNOWN]
        if not rows:
            raise UsageProblem(
                _("No mail about reply {number} is unclear.").format(number=reply_id),
                remedy=_("Leave out --sent."),
            )
        row = rows[-1]
        journal.record(
            session, row.campaign_id, office.now, office.actor, "settled", hand.subject(reply),
            step=row.step.value, sent=sent,
        )  # fmt: skip
        if sent:
            row.sent_at = row.made_at
            arrived(session, office, reply, row)
        else:
            row.state, row.not_before = Delivery.FAILED, office.now if row is steps[-1] else None
        return row
