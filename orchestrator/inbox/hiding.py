"""What a person wants of a reply that others see: out of sight, or back into it.

Only a wish in a row: ``moderation`` brings the network into line with it. The caller holds the
campaign's row.
"""

from datetime import datetime

from sqlmodel import Session

from orchestrator import journal
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.inbox.hand import deleted, forgotten, subject
from orchestrator.model import Reply
from orchestrator.vocabulary import SEEN


def refuse(reply: Reply) -> None:
    """Refuse what no network shows to anybody: notes, private messages, what is gone."""
    if reply.network is None or reply.remote_id is None:
        raise UsageProblem(
            _("Reply {number} stands on no network: nobody else sees it.").format(number=reply.id),
            remedy=_("Only comments and answers to our posts can be hidden."),
        )
    if reply.conversation is not None:
        raise UsageProblem(
            _("Reply {number} is a private message: nobody else sees it.").format(number=reply.id),
            remedy=_("Only comments and answers to our posts can be hidden."),
        )
    if reply.deleted_at is not None:
        raise deleted(reply)
    if reply.forgotten_at is not None:
        raise forgotten(reply)


def want_hidden(session: Session, reply: Reply, now: datetime, actor: str) -> bool:
    """Want it out of sight; False when a person wants so already."""
    refuse(reply)
    if reply.hidden_by == actor or (reply.hidden_by and reply.hidden_at):
        return False
    _record(session, reply, now, actor, "hide")
    reply.hidden_by = actor
    return True


def want_shown(session: Session, reply: Reply, now: datetime, actor: str) -> bool:
    """Want it seen, whatever the rule says; False when nobody wanted it hidden."""
    refuse(reply)
    if not reply.hidden_by and reply.hidden_at is None:
        return False
    _record(session, reply, now, actor, "unhide")
    reply.hidden_by = SEEN
    return True


def _record(session: Session, reply: Reply, now: datetime, actor: str, what: str) -> None:
    journal.record(session, reply.campaign_id, now, actor, what, subject(reply))
