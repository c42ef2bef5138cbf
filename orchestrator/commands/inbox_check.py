"""``inbox check``: one screen about an offer before it is handed over."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrator.commands import check_page
from orchestrator.commands.check_questions import Given, answers, yes_or_no
from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.streams import forget_typed
from orchestrator.errors import PersonNeeded, TueroeffnerError, UsageProblem
from orchestrator.i18n import _

if TYPE_CHECKING:
    from orchestrator.model import Reply
    from orchestrator.replies import Sender
    from orchestrator.vetting.answers import Answers


@dataclass(frozen=True)
class Case:
    """An offer as somebody looks at it: its words, and what was answered before."""

    text: str
    country: str
    before: "Answers"
    is_checked: bool
    holder: str | None


@command
def check(
    desk: Desk,
    reply_id: Annotated[int, typer.Argument(metavar="ID", help="The reply's number.")],
    employer: Annotated[str | None, typer.Option(help="The employer's name.")] = None,
    contact_file: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|-", help="File with the employer's contact; - is standard input."
        ),
    ] = None,
    reachable: Annotated[
        str | None, typer.Option(metavar="yes|no", help="Somebody reached the employer.")
    ] = None,
    pay: Annotated[str | None, typer.Option(help="Such as 14,50/h or 2100 a month.")] = None,
    hours: Annotated[str | None, typer.Option(help="A week, such as 20; or 8 a day.")] = None,
    trial_days: Annotated[
        str | None, typer.Option(metavar="N", help="Working days of trial without pay.")
    ] = None,
    cash: Annotated[
        str | None, typer.Option(metavar="yes|no", help="Paid in cash or without registration.")
    ] = None,
    housing: Annotated[
        str | None, typer.Option(metavar="yes|no", help="A place to live depends on the job.")
    ] = None,
    live_in: Annotated[
        str | None, typer.Option(metavar="yes|no", help="One lives where one works.")
    ] = None,
    documents: Annotated[
        str | None, typer.Option(metavar="yes|no", help="They ask for passport or identity card.")
    ] = None,
    money: Annotated[str | None, typer.Option(metavar="yes|no", help="They ask for money.")] = None,
    meeting: Annotated[
        str | None, typer.Option(metavar="PLACE", help="workplace, public or home.")
    ] = None,
    wanted: Annotated[
        str | None, typer.Option(metavar="yes|no", help="The person wants the offer, or not.")
    ] = None,
    second: Annotated[
        bool, typer.Option("--second", help="Agree, as a second person, to a warned offer.")
    ] = False,
) -> None:
    """Check an offer: who, how to reach, pay, hours, warnings by rule, and what the person says."""
    desk.about = f"reply {reply_id}"
    given = Given(
        employer, contact_file, reachable, pay, hours, trial_days,
        cash, housing, live_in, documents, money, meeting,
    )  # fmt: skip
    if second:
        _agree(desk, reply_id, bool(given) or wanted is not None)
    elif wanted is not None and not given:
        _wish(desk, reply_id, yes_or_no(wanted))
    else:
        _check(desk, reply_id, given, yes_or_no(wanted or ""))
    _show(desk, reply_id, brief=second)


def _check(desk: Desk, reply_id: int, given: Given, wanted: bool | None) -> None:
    case = _look(desk, reply_id)
    if not given and not desk.may_ask:
        if case.is_checked:
            return  # only to be shown
        raise UsageProblem(
            _("Nothing is said about the offer of reply {number}.").format(number=reply_id),
            remedy=_("Run it on a terminal, or add --employer, --reachable, --pay and the others."),
        )
    try:
        check_page.say_words(desk, case.text, case.country)
        said, employer = answers(desk, given, case.before)
        if desk.may_ask and wanted is None:
            wanted = check_page.ask_wanted(desk)
    except (KeyboardInterrupt, typer.Abort) as error:
        desk.note("")
        raise _nothing_kept() from error
    finally:
        if desk.may_ask:
            forget_typed()
    _keep(desk, reply_id, case, said, employer, wanted)


def _nothing_kept() -> TueroeffnerError:
    from orchestrator.errors import Exit

    error = TueroeffnerError(
        _("Interrupted; no answer was kept."), remedy=_("The same command asks all of it again.")
    )
    error.exit = Exit.INTERRUPTED
    return error


def _look(desk: Desk, reply_id: int) -> Case:
    """Find out before anything is asked whether it may be checked at all."""
    from orchestrator.vetting.checking import known
    from orchestrator.vetting.standing import country_of, state_of

    with desk.looking() as (session, campaign_id):
        reply = _fit(session, campaign_id, reply_id)
        if reply.taken_by not in (None, desk.actor):
            raise PersonNeeded(
                _("{who} has reply {number} in hand.").format(who=reply.taken_by, number=reply_id),
                remedy=_("Ask them; `tueroeffner inbox release {number}` gives it back.").format(
                    number=reply_id
                ),
            )
        vetted = state_of(session, reply)
        return Case(
            reply.text,
            country_of(session, reply),
            known(session, reply),
            vetted.check is not None and not vetted.edited,
            reply.taken_by,
        )


def _fit(session: Any, campaign_id: int, reply_id: int) -> "Reply":
    """The reply, if its words are still there and it is an offer to be checked."""
    from orchestrator.inbox.hand import deleted, forgotten, reply_of
    from orchestrator.vetting.checking import refuse

    reply = reply_of(session, campaign_id, reply_id)
    if reply.deleted_at is not None:
        raise deleted(reply)
    if reply.forgotten_at is not None:
        raise forgotten(reply)
    refuse(reply)
    return reply


def _keep(
    desk: Desk, reply_id: int, case: Case, said: "Answers", employer: "Sender", wanted: bool | None
) -> None:
    """Whoever checks it has it in hand from now on; all of it is kept, or nothing."""
    from orchestrator.inbox.hand import take
    from orchestrator.replies import own_contacts
    from orchestrator.vetting import checking
    from orchestrator.vetting.judging import judge

    now, campaign = desk.now, desk.settings.campaign
    today = now.astimezone(campaign.zone).date()
    with desk.store.session() as session:
        campaign_id = desk.campaign(session).id
        reply = _fit(session, campaign_id, reply_id)
        if reply.text != case.text:
            raise PersonNeeded(
                _("Reply {number} has just been edited by its author.").format(number=reply_id),
                remedy=_("Run the same command again: it shows the new words."),
            )
        own = own_contacts(session, desk.key, campaign_id, campaign.contact)
        take(session, reply, now, desk.actor, campaign.timezone, own)
        other = checking.seal_employer(session, desk.key, reply, employer)
        judged = judge(reply.text, said, case.country, today)
        checking.keep(session, reply, said, judged, now, today, desk.actor, other_employer=other)
        if wanted is not None:
            checking.wish(session, reply, wanted, now, today, desk.actor)


def _wish(desk: Desk, reply_id: int, wanted: bool | None) -> None:
    from orchestrator.vetting.checking import wish

    if wanted is None:
        raise UsageProblem(
            _("Whether the person wants it is missing."), remedy=_("Add --wanted yes or no.")
        )
    today = desk.now.astimezone(desk.settings.campaign.zone).date()
    with desk.store.session() as session:
        reply = _fit(session, desk.campaign(session).id, reply_id)
        wish(session, reply, wanted, desk.now, today, desk.actor)


def _agree(desk: Desk, reply_id: int, says_more: bool) -> None:
    from orchestrator.vetting.checking import agree, may_agree
    from orchestrator.vetting.standing import edit_mark

    if says_more:
        raise UsageProblem(
            _("--second agrees to what was found, and changes nothing of it."),
            remedy=_("Leave the other options out; or check the offer anew without --second."),
        )
    with desk.looking() as (session, campaign_id):
        reply = _fit(session, campaign_id, reply_id)
        seen = may_agree(session, reply, desk.actor)
        since, words = seen.at, edit_mark(reply)
        if seen.second_by is None:
            check_page.say_check(desk, session, reply)
    if seen.second_by is not None:
        return
    desk.confirm(_("May it go out, together with this advice?"))
    with desk.store.session() as session:
        reply = _fit(session, desk.campaign(session).id, reply_id)
        if (may_agree(session, reply, desk.actor).at, edit_mark(reply)) != (since, words):
            raise PersonNeeded(
                _("The check of reply {number} has just been changed.").format(number=reply_id),
                remedy=_("Run the same command again: it shows what is known now."),
            )
        agree(session, reply, desk.now, desk.actor)


def _show(desk: Desk, reply_id: int, *, brief: bool) -> None:
    """The screen as it is now; ``brief``: it was shown right before."""
    from orchestrator.inbox.hand import reply_of

    with desk.looking() as (session, campaign_id):
        reply = reply_of(session, campaign_id, reply_id)
        desk.emit(check_page.document(session, reply, desk.settings.campaign.timezone))
        if brief:
            desk.say(check_page.title(session, reply, desk.settings.campaign.timezone))
        else:
            check_page.say_check(desk, session, reply)
        for line in check_page.next_steps(session, reply, desk.actor):
            desk.say(line)
