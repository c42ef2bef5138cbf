"""``inbox evidence``: a reply that is kept for a complaint, for longer than the rules allow."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.inbox_hand import Told
from orchestrator.formats import moment
from orchestrator.i18n import _

if TYPE_CHECKING:
    from orchestrator.model import Reply


@command
def evidence(
    desk: Desk,
    reply_id: Annotated[int, typer.Argument(metavar="ID", help="The reply's number.")],
    end: Annotated[bool, typer.Option("--end", help="The complaint is over.")] = False,
) -> None:
    """Keep a reply for a complaint, so that it is not let go of; --end ends that."""
    told = kept(desk, reply_id, end=end)
    desk.emit(told.state)
    desk.say(told.sentence)
    if told.state["evidence_since"]:
        for line in _what_is_kept(told.state):
            desk.say(f"  {line}")
    if told.next:
        desk.say(told.next)


def kept(desk: Desk, reply_id: int, *, end: bool = False) -> Told:
    """Keep it for a complaint from now on, or ``end`` that; refused when its words are gone."""
    from orchestrator.inbox import keeping
    from orchestrator.inbox.hand import reply_of
    from orchestrator.posts import local

    change = keeping.end if end else keeping.begin
    with desk.store.session() as session:
        reply = reply_of(session, desk.campaign(session).id, reply_id)
        changed = change(session, reply, desk.now, desk.actor)
        since = local(reply.evidence_since, desk.settings.campaign.timezone)
        kept_too = _proof(reply, desk.settings.campaign.timezone)
    state = {"id": reply_id, "evidence_since": since, "changed": changed, **kept_too}
    return Told(state, _sentence(reply_id, since, changed), _next(reply_id, since))


def _proof(reply: "Reply", zone: str) -> dict[str, Any]:
    """What a complaint needs: the words, who and where, when."""
    from orchestrator.inbox.words import flat, shown
    from orchestrator.posts import local

    return {
        "text": shown(reply.text),
        "author": flat(reply.author),
        "permalink": reply.permalink,
        "received_at": local(reply.received_at, zone),
        "hidden_at": local(reply.hidden_at, zone),
        "deleted_at": local(reply.deleted_at, zone),
    }


def _what_is_kept(state: dict[str, Any]) -> Iterator[str]:
    yield f"{moment(state['received_at'])}  {state['author']}  {state['permalink']}".rstrip()
    yield from state["text"].splitlines()
    if state["deleted_at"]:
        yield _("Deleted by its author {time}; kept here.").format(time=moment(state["deleted_at"]))


def _sentence(reply_id: int, since: datetime | None, changed: bool) -> str:
    if since is not None and changed:
        sentence = _("Reply {number} is kept for a complaint from now on.")
    elif since is not None:
        sentence = _("Reply {number} is kept for a complaint since {time}.")
    elif changed:
        sentence = _("Reply {number} is no longer kept for a complaint: its ordinary time counts.")
    else:
        sentence = _("Reply {number} was not kept for a complaint.")
    return sentence.format(number=reply_id, time=moment(since) if since else "")


def _next(reply_id: int, since: datetime | None) -> str:
    if since is None:
        return ""
    return _("When that is over: `tueroeffner inbox evidence {number} --end`").format(
        number=reply_id
    )
