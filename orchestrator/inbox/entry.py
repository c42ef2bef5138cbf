"""One reply with everything around it: thread, post, history, and what was sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from orchestrator import journal, people
from orchestrator.answering import listing
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.inbox.hand import subject
from orchestrator.inbox.paging import repetitions
from orchestrator.inbox.rows import ended_of, row_of, slugs_of
from orchestrator.inbox.words import flat, shown
from orchestrator.keys import CampaignKey
from orchestrator.model import Event, Person, Post, Reply, Tandem
from orchestrator.posts import is_silent, local
from orchestrator.replies import opened
from orchestrator.triage import explained
from orchestrator.vetting import entry as vetting_entry


@dataclass(frozen=True)
class Sealed:
    """What was sealed with a reply. ``state``: none, sealed (the key is not here), erased, open."""

    state: str
    fields: dict[str, str]


def sealed_with(session: Session, key: CampaignKey | None, reply: Reply) -> Sealed:
    """Open what was sealed, as far as that is possible."""
    person = session.get(Person, reply.person_id) if reply.person_id else None
    if person is None:
        return Sealed("none", {})
    if people.is_erased(session, person):
        return Sealed("erased", {})
    if people.is_shut(session, person):
        return Sealed("sealed", {})
    try:
        return Sealed("open", opened(session, key, reply)) if key else Sealed("sealed", {})
    except UsageProblem:  # another campaign's key: the rest of the reply can be read all the same
        return Sealed("sealed", {})


def entry_of(session: Session, reply: Reply, zone: str) -> dict[str, Any]:
    """The contract's row of one reply, with its thread, its post and its history."""
    post = session.get(Post, reply.post_id) if reply.post_id else None
    again = repetitions(session, reply.campaign_id, reply.id)
    ended = ended_of(session, reply.campaign_id)
    row = row_of(reply, slugs_of(session, reply.campaign_id), again, zone, ended)
    silent = post is not None and is_silent(post, session.get_one(Tandem, post.tandem_id))
    return {
        **row,
        "why_text": reasons(reply),
        "post_text": post.text if post and not silent else None,
        "post_permalink": post.permalink if post and not silent else None,
        "thread": [_said(each, reply, zone) for each in _thread(session, reply)],
        "check": vetting_entry.entry_of(session, reply, zone),
        "answers": listing.rows_of(session, reply, zone),
        "history": _history(session, reply, zone),
    }


def reasons(reply: Reply) -> list[str]:
    """Why the reply has its label, in words."""
    if reply.labelled_by:
        return [_("{who} said so").format(who=reply.labelled_by)]
    return [explained(code) for code in reply.why]


def _thread(session: Session, reply: Reply) -> Sequence[Reply]:
    """What it answers, and what answers it, oldest first."""
    if reply.remote_id is None:
        return []
    relation = col(Reply.parent_remote_id) == reply.remote_id
    if reply.parent_remote_id is not None:
        relation |= col(Reply.remote_id) == reply.parent_remote_id
    return session.exec(
        select(Reply)
        .where(Reply.campaign_id == reply.campaign_id, Reply.network == reply.network, relation)
        .order_by(col(Reply.received_at), col(Reply.id))
    ).all()


def _said(reply: Reply, of: Reply, zone: str) -> dict[str, Any]:
    return {
        "id": reply.id,
        "author": flat(reply.author),
        "text": shown(reply.text),
        "received_at": local(reply.received_at, zone),
        "label": reply.label.value,
        "queue": reply.queue,
        "parent": reply.remote_id == of.parent_remote_id,
    }


def _history(session: Session, reply: Reply, zone: str) -> list[dict[str, Any]]:
    events = session.exec(
        select(Event)
        .where(Event.campaign_id == reply.campaign_id, Event.subject == subject(reply))
        .order_by(col(Event.at), col(Event.id))
    ).all()
    return [
        {"at": local(each.at, zone), "who": each.actor, "what": each.what, "detail": each.detail}
        for each in events
    ]


def log_look(session: Session, reply: Reply, now: datetime, actor: str) -> None:
    """Note that somebody asked for the contact."""
    journal.record(session, reply.campaign_id, now, actor, "contact", subject(reply))
