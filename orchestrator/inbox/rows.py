"""Replies as lists and scripts see them, and which of them a person should read now."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlmodel import Session, col, select

from orchestrator.inbox.words import flat, shown
from orchestrator.model import Reply, Tandem
from orchestrator.posts import local
from orchestrator.vocabulary import WAITING, Label, TandemState


def slugs_of(session: Session, campaign_id: int) -> dict[int | None, str]:
    """The tandems' slugs by number."""
    return dict(
        session.exec(select(Tandem.id, Tandem.slug).where(Tandem.campaign_id == campaign_id)).all()
    )


def ended_of(session: Session, campaign_id: int) -> dict[int | None, TandemState]:
    """The tandems that need no offers any more, each with how its part ended."""
    rows = select(Tandem.id, Tandem.state).where(
        Tandem.campaign_id == campaign_id, Tandem.state != TandemState.ACTIVE
    )
    return {number: TandemState(state) for number, state in session.exec(rows).all()}


def is_alternative(reply: Reply, ended: Collection[int | None]) -> bool:
    """Whether this offer or tip should go to another tandem, or to an advice service."""
    useful = reply.label in (Label.JOB_OFFER, Label.TIP) and reply.status in WAITING
    return useful and reply.tandem_id in ended


def row_of(
    reply: Reply,
    slugs: dict[int | None, str],
    again: dict[int, list[int]],
    zone: str,
    ended: Mapping[int | None, TandemState] = MappingProxyType({}),
) -> dict[str, Any]:
    """One reply as the contract shows it; text and author masked.

    ``ended``: see :func:`ended_of`.
    """
    state = ended.get(reply.tandem_id)
    return {
        "id": reply.id,
        "network": reply.network,
        "channel": reply.channel,
        "post": reply.post_id,
        "tandem": slugs.get(reply.tandem_id),
        "tandem_state": state.value if state else None,
        "alternative": is_alternative(reply, ended),
        "author": flat(reply.author),
        "text": shown(reply.text),
        "picture": reply.picture,
        "received_at": local(reply.received_at, zone),
        "edited_at": local(reply.edited_at, zone),
        "deleted_at": local(reply.deleted_at, zone),
        "evidence_since": local(reply.evidence_since, zone),
        "forgotten_at": local(reply.forgotten_at, zone),
        "hidden_by": reply.hidden_by or None,
        "hidden_at": local(reply.hidden_at, zone),
        "label": reply.label.value,
        "labelled_by": reply.labelled_by,
        "confidence": round(reply.confidence, 3),
        "why": reply.why,
        "queue": reply.queue,
        "status": reply.status,
        "taken_by": reply.taken_by,
        "taken_at": local(reply.taken_at, zone),
        "duplicate_of": reply.duplicate_of,
        "duplicates": again.get(reply.id, []),
        "permalink": reply.permalink,
    }


def open_replies(session: Session, campaign_id: int, label: Label) -> Sequence[Reply]:
    """Replies with this label that nobody has finished, oldest first; repetitions not."""
    return session.exec(
        select(Reply)
        .where(
            Reply.campaign_id == campaign_id,
            Reply.label == label,
            col(Reply.status).in_(WAITING),
            col(Reply.duplicate_of).is_(None),
            col(Reply.deleted_at).is_(None),
            col(Reply.forgotten_at).is_(None),
        )
        .order_by(col(Reply.received_at), col(Reply.id))
    ).all()
