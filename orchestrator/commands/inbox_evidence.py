"""``inbox evidence``: a reply that is kept for a complaint, for longer than the rules allow."""

from typing import Annotated

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.formats import moment
from orchestrator.i18n import _


@command
def evidence(
    desk: Desk,
    reply_id: Annotated[int, typer.Argument(metavar="ID", help="The reply's number.")],
    end: Annotated[bool, typer.Option("--end", help="The complaint is over.")] = False,
) -> None:
    """Keep a reply for a complaint, so that it is not let go of; --end ends that."""
    from orchestrator.inbox import keeping
    from orchestrator.inbox.hand import reply_of
    from orchestrator.posts import local

    with desk.store.session() as session:
        reply = reply_of(session, desk.campaign(session).id, reply_id)
        if end:
            changed = keeping.end(session, reply, desk.now, desk.actor)
        else:
            changed = keeping.begin(session, reply, desk.now, desk.actor)
        since = local(reply.evidence_since, desk.settings.campaign.timezone)
    desk.emit({"id": reply_id, "evidence_since": since, "changed": changed})
    if since is not None:
        sentence = (
            _("Reply {number} is kept for a complaint from now on.")
            if changed
            else _("Reply {number} is kept for a complaint since {time}.")
        )
        desk.say(sentence.format(number=reply_id, time=moment(since)))
        desk.say(
            _("When that is over: `tueroeffner inbox evidence {number} --end`").format(
                number=reply_id
            )
        )
    elif changed:
        desk.say(
            _("Reply {number} is no longer kept for a complaint: its ordinary time counts.").format(
                number=reply_id
            )
        )
    else:
        desk.say(_("Reply {number} was not kept for a complaint.").format(number=reply_id))
