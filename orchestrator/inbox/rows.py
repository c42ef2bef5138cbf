"""Replies as lists and scripts see them, and which of them a person should read now."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from orchestrator.inbox.words import RANK, flat, shown
from orchestrator.model import Reply, Tandem
from orchestrator.posts import local
from orchestrator.vocabulary import Label

NEW = "new"


@dataclass(frozen=True)
class Wish:
    """Which replies somebody wants to see; ``everything`` also those that are folded away."""

    label: Label | None = None
    network: str | None = None
    tandem: str | None = None
    waiting: bool = False
    everything: bool = False

    def asks(self, row: dict[str, Any]) -> bool:
        """Whether a row is of the network and tandem that is asked for."""
        return self.network in (None, row["network"]) and self.tandem in (None, row["tandem"])

    def takes(self, row: dict[str, Any]) -> bool:
        """Whether a row is shown; those of :meth:`asks` that are not are counted."""
        if self.label and row["label"] != self.label:
            return False
        if self.waiting:
            return unread(row) and row["taken_by"] is None
        return self.everything or unread(row, chosen=self.label is not None)


def is_open(row: dict[str, Any]) -> bool:
    """Whether nobody has finished it, its author has not deleted it, and it is no repetition."""
    return row["status"] == NEW and row["deleted_at"] is None and row["duplicate_of"] is None


def unread(row: dict[str, Any], *, chosen: bool = False) -> bool:
    """Whether a person should read it; ``chosen``: somebody asks for just this label."""
    return is_open(row) and (chosen or row["queue"])


def folded(rows: Iterable[dict[str, Any]]) -> Counter[str]:
    """Why the rows that a list leaves out are left out: a label, or a word for their end."""
    return Counter(_why_folded(row) for row in rows)


def _why_folded(row: dict[str, Any]) -> str:
    if row["duplicate_of"] is not None:
        return "duplicate"
    if row["deleted_at"] is not None:
        return "deleted"
    if row["status"] != NEW:
        return "finished"
    return "taken" if row["taken_by"] and row["queue"] else str(row["label"])


def reply_rows(session: Session, campaign_id: int, zone: str) -> list[dict[str, Any]]:
    """The contract's rows: offers first, then tips and questions, each oldest first."""
    replies = session.exec(select(Reply).where(Reply.campaign_id == campaign_id)).all()
    slugs = slugs_of(session, campaign_id)
    again = repetitions(replies)
    ordered = sorted(replies, key=lambda each: (RANK.index(each.label), each.received_at, each.id))
    return [row_of(each, slugs, again, zone) for each in ordered]


def slugs_of(session: Session, campaign_id: int) -> dict[int | None, str]:
    """The tandems' slugs by number."""
    return dict(
        session.exec(select(Tandem.id, Tandem.slug).where(Tandem.campaign_id == campaign_id)).all()
    )


def repetitions(replies: Sequence[Reply]) -> dict[int, list[int]]:
    """Which replies say again what another one said first."""
    found: dict[int, list[int]] = {}
    for each in sorted(replies, key=lambda reply: reply.id):
        if each.duplicate_of is not None:
            found.setdefault(each.duplicate_of, []).append(each.id)
    return found


def row_of(
    reply: Reply, slugs: dict[int | None, str], again: dict[int, list[int]], zone: str
) -> dict[str, Any]:
    """One reply as the contract shows it; text and author masked."""
    return {
        "id": reply.id,
        "network": reply.network,
        "channel": reply.channel,
        "post": reply.post_id,
        "tandem": slugs.get(reply.tandem_id),
        "author": flat(reply.author),
        "text": shown(reply.text),
        "picture": reply.picture,
        "received_at": local(reply.received_at, zone),
        "edited_at": local(reply.edited_at, zone),
        "deleted_at": local(reply.deleted_at, zone),
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
            Reply.status == NEW,
            col(Reply.duplicate_of).is_(None),
            col(Reply.deleted_at).is_(None),
        )
        .order_by(col(Reply.received_at), col(Reply.id))
    ).all()
