"""Replies as lists and scripts see them, and which of them a person should read now."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlmodel import Session, col, select

from orchestrator.inbox.words import flat, shown
from orchestrator.model import Reply, Tandem
from orchestrator.posts import local
from orchestrator.replies import is_original
from orchestrator.vocabulary import RANK, WAITING, Label, TandemState


@dataclass(frozen=True)
class Wish:
    """Which replies somebody wants to see; ``everything`` also those that are folded away."""

    label: Label | None = None
    network: str | None = None
    tandem_id: int | None = None
    waiting: bool = False
    everything: bool = False

    def asks(self, reply: Reply) -> bool:
        """Whether a reply is of the network and tandem that is asked for."""
        return self.network in (None, reply.network) and self.tandem_id in (None, reply.tandem_id)

    def takes(self, reply: Reply) -> bool:
        """Whether a reply is shown; those of :meth:`asks` that are not are counted."""
        if self.label and reply.label is not self.label:
            return False
        if self.waiting:
            return is_original(reply) and reply.queue and reply.taken_by is None
        return self.everything or (is_original(reply) and (reply.queue or self.label is not None))


def folded(replies: Iterable[Reply]) -> Counter[str]:
    """Why the replies that a list leaves out are left out: a label, or a word for their end."""
    return Counter(_why_folded(each) for each in replies)


def _why_folded(reply: Reply) -> str:
    if reply.duplicate_of is not None:
        return "duplicate"
    if reply.deleted_at is not None:
        return "deleted"
    if reply.forgotten_at is not None:
        return "forgotten"
    if reply.status not in WAITING:
        return "finished"
    return "taken" if reply.taken_by and reply.queue else reply.label.value


def replies_of(session: Session, campaign_id: int) -> list[Reply]:
    """All replies: offers first, then tips and questions, each oldest first."""
    replies = session.exec(select(Reply).where(Reply.campaign_id == campaign_id)).all()
    return sorted(replies, key=lambda each: (RANK.index(each.label), each.received_at, each.id))


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


def repetitions(replies: Sequence[Reply]) -> dict[int, list[int]]:
    """Which replies say again what another one said first."""
    found: dict[int, list[int]] = {}
    for each in sorted(replies, key=lambda reply: reply.id):
        if each.duplicate_of is not None:
            found.setdefault(each.duplicate_of, []).append(each.id)
    return found


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
