"""``inbox reply``: an answer to somebody, shown in full and confirmed by a person."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.inbox_reply_settle import document, settle
from orchestrator.commands.inbox_reply_wish import Asked, wish_of
from orchestrator.commands.wiring import open_shift
from orchestrator.errors import Exit, UsageProblem
from orchestrator.i18n import _
from orchestrator.vocabulary import AnswerWay, Delivery

if TYPE_CHECKING:
    from orchestrator.answering.case import Case
    from orchestrator.answering.sending import Wish
    from orchestrator.model import Answer


@command
def reply(
    desk: Desk,
    reply_id: Annotated[int, typer.Argument(metavar="ID", help="The reply's number.")],
    kind: Annotated[
        str | None,
        typer.Option(help="acknowledgement, closing or answer; else what comes next."),
    ] = None,
    way: Annotated[
        str | None,
        typer.Option(help="public, private or noted (answered by other means); else as it came."),
    ] = None,
    text: Annotated[
        str | None, typer.Option(metavar="TEXT|-", help="Your own words; - is standard input.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option(help="Of a closing word: hired, filled or thanks.")
    ] = None,
    language: Annotated[
        str | None, typer.Option(metavar="CODE", help="Of the template; else the reply's own.")
    ] = None,
    was_sent: Annotated[
        bool, typer.Option("--was-sent", help="You have looked: the unclear answer is there.")
    ] = False,
    not_sent: Annotated[
        bool, typer.Option("--not-sent", help="You have looked: the unclear answer is nowhere.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it, send nothing.")] = False,
) -> Exit:
    """Answer somebody in public or alone, or note that you did; each time you confirm the words."""
    from orchestrator.answering.rules import open_answer

    desk.about = f"reply {reply_id}"
    case = _case(desk, reply_id)
    unclear = open_answer(case, desk.now)
    if unclear is not None:
        return settle(desk, case, unclear, was_sent=was_sent, not_sent=not_sent)
    if was_sent or not_sent:
        raise UsageProblem(
            _("No answer to reply {number} is unclear.").format(number=reply_id),
            remedy=_("`tueroeffner inbox show {number}` tells what was said.").format(
                number=reply_id
            ),
        )
    wish = wish_of(desk, case, Asked(kind, way, text, reason, language))
    return _noted(desk, case, wish) if wish.way is AnswerWay.NOTED else _sent(desk, case, wish)


def _case(desk: Desk, reply_id: int) -> "Case":
    from orchestrator.answering.case import case_of

    with desk.looking() as (session, campaign_id):
        return case_of(session, desk.key, campaign_id, reply_id)


def _noted(desk: Desk, case: "Case", wish: "Wish") -> Exit:
    """Somebody called, wrote or spoke to them: it is only written down."""
    from orchestrator.answering import rules
    from orchestrator.answering.case import case_of
    from orchestrator.answering.sending import note

    rules.refuse(case, wish.kind, wish.way, desk.now)
    if desk.dry_run:
        return _only_shown(desk, case, wish)
    desk.confirm(
        _("Note that reply {number} was answered by other means?").format(number=case.reply.id)
    )
    contact = desk.settings.campaign.contact
    with desk.store.session() as session:
        campaign_id = desk.campaign(session).id
        case = case_of(session, desk.key, campaign_id, case.reply.id)
        row = note(session, case, wish, contact, desk.now, desk.actor)
        session.flush()
    _emit(desk, case, wish, row)
    desk.say(_("Noted: reply {number} is answered.").format(number=case.reply.id))
    return Exit.DONE


def _sent(desk: Desk, case: "Case", wish: "Wish") -> Exit:
    from orchestrator.answering.sending import check, is_off, network_of, send
    from orchestrator.answering.settling import refuse_said

    if case.reply.network and case.reply.network not in desk.settings.on():
        raise is_off(case)
    shift = open_shift(desk)
    check(shift, case, wish)
    price = wish.price(network_of(shift, case))
    _show(desk, case, wish, price)
    if desk.dry_run:
        return _only_shown(desk, case, wish, price)
    refuse_said(shift, case, wish)
    _say_before(desk, case)
    _say_holder(desk, case)
    desk.confirm(_question(case, wish))
    with desk.waiting(_("Sending it …")):
        row = send(shift, case.reply.id, wish)
    _emit(desk, case, wish, row, price)
    desk.say(_("Sent: reply {number} is answered.").format(number=case.reply.id))
    return Exit.DONE


def _say_before(desk: Desk, case: "Case") -> None:
    """Nobody is to be told the same twice, in other words."""
    from orchestrator.answering.listing import rows_of
    from orchestrator.commands.inbox_page import answer_head

    with desk.looking() as (session, _campaign_id):
        said = rows_of(session, case.reply, desk.settings.campaign.timezone)
    for each in said:
        if each["state"] == Delivery.SENT:
            desk.warn(_("Answered before: {what}").format(what=answer_head(each)))


def _say_holder(desk: Desk, case: "Case") -> None:
    """Two people must not promise two things to one and the same."""
    if case.reply.taken_by not in (None, desk.actor):
        desk.warn(
            _("{who} has reply {number} in hand.").format(
                who=case.reply.taken_by, number=case.reply.id
            )
        )


def _show(desk: Desk, case: "Case", wish: "Wish", price: float) -> None:
    """The exact words, before anybody says yes."""
    from orchestrator.inbox.words import shown

    if wish.private:
        desk.say(_("To reply {number}, for its reader alone:").format(number=case.reply.id))
    else:
        desk.say(_("To reply {number}, for all to see:").format(number=case.reply.id))
    desk.say(_indented(shown(case.reply.text) or "–", "> "))
    desk.say("")
    desk.say(_indented(wish.text, "  "))
    desk.say("")
    if price:
        desk.say(_("It costs {price} US dollars.").format(price=f"{price:.3f}"))


def _indented(text: str, mark: str) -> str:
    return "\n".join(f"{mark}{line}".rstrip() for line in text.splitlines())


def _question(case: "Case", wish: "Wish") -> str:
    if wish.private:
        return _("Send these words to them alone?")
    return _("Say these words in public?")


def _only_shown(desk: Desk, case: "Case", wish: "Wish", price: float = 0.0) -> Exit:
    _emit(desk, case, wish, None, price)
    desk.say(_("This was a dry run: nothing was done."))
    return Exit.DONE


def _emit(desk: Desk, case: "Case", wish: "Wish", row: "Answer | None", price: float = 0.0) -> None:
    from orchestrator.answering.rules import masked

    told = document(case, row) if row else _planned(case, wish)
    text = masked(wish.text, desk.settings.campaign.contact)
    desk.emit({**told, "text": text, "price_usd": round(price, 4), "dry_run": desk.dry_run})


def _planned(case: "Case", wish: "Wish") -> dict[str, Any]:
    return {
        "id": case.reply.id,
        "answer": None,
        "kind": wish.kind,
        "way": wish.way,
        "language": wish.language,
        "state": None,
    }
