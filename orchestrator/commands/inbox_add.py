"""``inbox add``: note down a call, a mail or a word in person; five questions on a terminal."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.inbox_questions import Given, answers
from orchestrator.commands.inbox_table import cut
from orchestrator.commands.streams import forget_typed
from orchestrator.errors import Exit, TueroeffnerError, UsageProblem
from orchestrator.formats import moment
from orchestrator.i18n import _

if TYPE_CHECKING:
    from orchestrator.inbox.notes import Entered, Likely, Note
    from orchestrator.model import Reply

_MOST_ASKED = 3


@command
def add(
    desk: Desk,
    channel: Annotated[
        str | None, typer.Option(help="phone, mail, whatsapp, group, press or person.")
    ] = None,
    tandem: Annotated[
        str | None, typer.Option(metavar="SLUG", help="For whom; without it, for anybody.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Who said it.")] = None,
    contact_file: Annotated[
        str | None,
        typer.Option(metavar="FILE|-", help="File with how to reach them; - is standard input."),
    ] = None,
    text: Annotated[
        str | None, typer.Option(metavar="TEXT|-", help="What they said; - is standard input.")
    ] = None,
    label: Annotated[
        str | None, typer.Option(help="Your own label, such as job_offer; else it is sorted.")
    ] = None,
    at: Annotated[str | None, typer.Option(metavar="TIME", help="When it came; else now.")] = None,
    same_as: Annotated[
        int | None, typer.Option(metavar="ID", help="The same offer as this reply.")
    ] = None,
    new: Annotated[bool, typer.Option("--new", help="Not the same as any other reply.")] = False,
) -> None:
    """Note down what came by phone, mail, WhatsApp, group, press or in person."""
    given = Given(channel, tandem, name, contact_file, text, label, at)
    _refuse_contradictions(given, same_as, new)
    try:
        note = answers(desk, given)
        if desk.may_ask and same_as is None and not new:
            same_as = _same(desk, note)
            new = same_as is None
    except (KeyboardInterrupt, typer.Abort) as error:
        desk.note("")  # the terminal's cursor still stands behind the question
        raise _nothing_stored() from error
    finally:
        if desk.may_ask:
            forget_typed()
    _say(desk, _store(desk, note, same_as, new), asked=same_as is not None or new)


def _refuse_contradictions(given: Given, same_as: int | None, new: bool) -> None:
    if same_as is not None and new:
        raise UsageProblem(
            _("--same-as and --new contradict each other."), remedy=_("Leave one of them out.")
        )
    if given.text == "-" and given.contact_file == "-":
        raise UsageProblem(
            _("Only one of --text and --contact-file can be the standard input."),
            remedy=_("Put the contact into a file and name it."),
        )


def _nothing_stored() -> TueroeffnerError:
    error = TueroeffnerError(
        _("Interrupted; nothing was stored."), remedy=_("Run `tueroeffner inbox add` again.")
    )
    error.exit = Exit.INTERRUPTED
    return error


def _same(desk: Desk, note: "Note") -> int | None:
    """Ask whether it is one of the nearest replies; the number of the one it is."""
    from orchestrator.inbox.notes import alike
    from orchestrator.replies import own_contacts

    with desk.looking() as (session, campaign_id):
        own = own_contacts(session, desk.key, campaign_id, desk.settings.campaign.contact)
        likely = alike(session, desk.key, campaign_id, note, own)
    for each in likely[:_MOST_ASKED]:
        desk.note(_resemblance(desk, each))
        question = _("Is it the same as reply {number}?").format(number=each.reply.id)
        if desk.agrees(question):
            return each.reply.id
    return None


def _resemblance(desk: Desk, likely: "Likely") -> str:
    from orchestrator.inbox.words import flat

    sentence = (
        _("Reply {number} has the same contact: {what}")
        if likely.certain
        else _("Reply {number} reads nearly the same: {what}")
    )
    reply = likely.reply
    came = sentence.format(number=reply.id, what=_came(desk, reply))
    # The words have lines of their own: nobody can tell by two of them whether it is the same.
    return f"{came}\n{cut(flat(reply.text), 3 * max(desk.errors.width - 4, 30))}"


def _came(desk: Desk, reply: "Reply") -> str:
    from orchestrator.inbox.words import source_word

    at = moment(reply.received_at.astimezone(desk.settings.campaign.zone))
    return f"{source_word(reply.network, reply.channel)}, {at}"


def _store(desk: Desk, note: "Note", same_as: int | None, new: bool) -> "Entered":
    from orchestrator.inbox.notes import enter
    from orchestrator.replies import own_contacts

    with desk.store.session() as session:
        campaign_id = desk.campaign(session).id
        own = own_contacts(session, desk.key, campaign_id, desk.settings.campaign.contact)
        return enter(
            session, desk.key, campaign_id, note, desk.now, desk.actor,
            same_as=same_as, new=new, own=own,
        )  # fmt: skip


def _say(desk: Desk, entered: "Entered", *, asked: bool) -> None:
    from orchestrator.inbox.words import label_word

    reply = entered.reply
    desk.emit(_document(entered))
    desk.say(
        _("Stored as reply {number}: {label}.").format(
            number=reply.id, label=label_word(reply.label)
        )
    )
    if reply.duplicate_of is not None:
        desk.say(
            _("It is the same as reply {number} and is not counted again.").format(
                number=reply.duplicate_of
            )
        )
        if not asked:
            desk.say(_("If it is another offer, note it down again with --new."))
    elif not asked:
        for each in entered.likely[:_MOST_ASKED]:
            desk.note(_resemblance(desk, each))
    number = reply.duplicate_of or reply.id
    desk.say(_("Next: `tueroeffner inbox take {number}`").format(number=number))


def _document(entered: "Entered") -> dict[str, Any]:
    reply = entered.reply
    return {
        "id": reply.id,
        "label": reply.label.value,
        "labelled_by": reply.labelled_by,
        "confidence": round(reply.confidence, 3),
        "why": reply.why,
        "queue": reply.queue,
        "duplicate_of": reply.duplicate_of,
        "similar": [each.reply.id for each in entered.likely],
    }
