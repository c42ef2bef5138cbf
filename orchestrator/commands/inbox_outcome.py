"""``inbox receipt`` and ``inbox outcome``: it has arrived, and what came of it."""

from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.inbox_forward import office_at
from orchestrator.commands.wiring import day_of
from orchestrator.formats import day as shown
from orchestrator.i18n import _
from orchestrator.vocabulary import OfferState

if TYPE_CHECKING:
    from orchestrator.forwarding.outcome import Noted


@command
def receipt(
    desk: Desk,
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code from the mail or sheet.")],
) -> None:
    """Note that somebody has confirmed an offer with its code."""
    from orchestrator.forwarding.receipts import type_in
    from orchestrator.posts import local

    row, reply, is_new = type_in(office_at(desk), code)
    at = local(row.received_at, desk.settings.campaign.timezone)
    desk.emit(
        {
            "id": reply.id,
            "step": row.step.value,
            "status": reply.status,
            "received_at": at,
            "received_by": row.received_by,
            "changed": is_new,
        }
    )
    sentence = (
        _("Reply {number} has arrived: whoever looks after the tandem has it.")
        if is_new
        else _("Reply {number} was confirmed before.")
    )
    desk.say(sentence.format(number=reply.id))
    desk.say(
        _("How it goes on: `tueroeffner inbox outcome {number} contacted`").format(number=reply.id)
    )


@command
def outcome(
    desk: Desk,
    reply_id: Annotated[int, typer.Argument(metavar="ID", help="The reply's number.")],
    state: Annotated[
        str,
        typer.Argument(
            metavar="STATE",
            help="contacted, trial, offer, started, no_fit, … ; a wrong one shows them all.",
            autocompletion=lambda: [each.value for each in OfferState],
        ),
    ],
    on: Annotated[str | None, typer.Option(metavar="DAY", help="The day; else today.")] = None,
    correct: Annotated[
        bool, typer.Option("--correct", help="What was said before was wrong.")
    ] = False,
) -> None:
    """Note what came of an offer or a tip; `today` asks again who found work."""
    from orchestrator.forwarding.milestones import today
    from orchestrator.forwarding.names import state_of
    from orchestrator.forwarding.outcome import Word, note
    from orchestrator.inbox.hand import reply_of

    desk.about = f"reply {reply_id}"
    word = Word(state_of(state), day_of(on) if on is not None else None, correct)
    with desk.store.session() as session:
        reply = reply_of(session, desk.campaign(session).id, reply_id)
        day = today(desk.now, desk.settings.campaign.zone)
        noted = note(session, reply, word, desk.now, day, desk.actor)
        status = reply.status
    desk.emit(
        {
            "id": reply_id,
            "status": status,
            "before": noted.before.value,
            "day": noted.day,
            "changed": noted.changed,
            "ask": noted.ask.value if noted.ask else None,
            "ask_on": noted.ask_on,
        }
    )
    _tell(desk, reply_id, OfferState(status), noted)


def _tell(desk: Desk, reply_id: int, state: OfferState, noted: "Noted") -> None:
    from orchestrator.forwarding.names import state_word

    sentence = (
        _("Reply {number}: {state}, since {day}.")
        if noted.changed
        else _("Reply {number} stands there already: {state}.")
    )
    desk.say(sentence.format(number=reply_id, state=state_word(state), day=shown(noted.day)))
    if noted.tell:
        desk.warn(
            _("It was handed over already. Call them now, so that nobody goes there:"
              " `tueroeffner inbox show {number}` tells who was told.").format(number=reply_id)
        )  # fmt: skip
    if noted.ask_on:
        desk.say(
            _("On {day} `tueroeffner today` asks whether the work goes on.").format(
                day=shown(noted.ask_on)
            )
        )
