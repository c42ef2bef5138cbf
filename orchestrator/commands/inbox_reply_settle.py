"""``inbox reply`` where nobody knows what became of an earlier answer: look, or tell."""

from typing import TYPE_CHECKING, Any

from orchestrator.commands.desk import Desk
from orchestrator.commands.wiring import open_shift
from orchestrator.errors import Exit, PersonNeeded, UsageProblem
from orchestrator.i18n import _
from orchestrator.vocabulary import Delivery

if TYPE_CHECKING:
    from orchestrator.answering.case import Case
    from orchestrator.model import Answer
    from orchestrator.shift import Shift


def settle(desk: Desk, case: "Case", answer: "Answer", *, was_sent: bool, not_sent: bool) -> Exit:
    """Before anything else is said: what became of the answer that nobody confirmed?"""
    from orchestrator.answering.settling import say

    if was_sent and not_sent:
        raise UsageProblem(
            _("{one} and {other} contradict each other.").format(
                one="--was-sent", other="--not-sent"
            ),
            remedy=_("Choose one of them."),
        )
    number = case.reply.id
    desk.note(
        _("Nobody knows yet whether an answer to reply {number} was sent.").format(number=number)
    )
    if desk.dry_run:
        desk.say(_("It would be looked for first."))
        return Exit.PERSON_NEEDED
    shift = open_shift(desk, offline=was_sent or not_sent)
    if was_sent or not_sent:
        desk.confirm(_("Settle it so?"))
        answer = say(shift, case, answer, was_sent=was_sent)
    else:
        answer = _looked(desk, shift, case, answer)
    desk.emit(document(case, answer))
    if answer.state is Delivery.SENT:
        desk.say(_("It is there: reply {number} is answered.").format(number=number))
        return Exit.DONE
    desk.say(
        _("It was not sent. Answer anew: `tueroeffner inbox reply {number}`").format(number=number)
    )
    return Exit.DONE


def _looked(desk: Desk, shift: "Shift", case: "Case", answer: "Answer") -> "Answer":
    from orchestrator.answering.settling import look

    with desk.waiting(_("Looking for it …")):
        found = look(shift, case, answer)
    if found.state is Delivery.SENT:
        return found
    raise PersonNeeded(
        _("An answer to reply {number} is unclear, and is not to be seen there now.").format(
            number=case.reply.id
        ),
        remedy=_(
            "Look yourself: tueroeffner inbox reply {number} --was-sent, or --not-sent. Nothing is"
            " sent before that."
        ).format(number=case.reply.id),
    )


def document(case: "Case", row: "Answer") -> dict[str, Any]:
    """What a script is told of an answer."""
    return {
        "id": case.reply.id,
        "answer": row.id,
        "kind": row.kind,
        "way": row.way,
        "language": row.language,
        "state": row.state,
    }
