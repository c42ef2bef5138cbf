"""What goes with a tandem's posts: prepared files that the network takes and the person allows."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from orchestrator.eligible import Versions, may_show_face
from orchestrator.media.verdict import verdict
from orchestrator.model import Consent, Medium, Tandem
from orchestrator.ports import MediaLimits


def attached(
    session: Session,
    tandem: Tandem,
    limits: MediaLimits,
    consents: Sequence[Consent],
    on: date,
    versions: Versions,
) -> list[dict[str, Any]]:
    """The files for ``Post.media`` on the day ``on``, in order; none without leave to show a face.

    ``consents``: those of the person who is shown.
    """
    if not may_show_face(tandem, consents, on, versions):
        return []
    taken = [each for each in media_of(session, tandem.id) if _is_taken(each, limits)]
    return [
        {
            "digest": each.ready,
            "kind": each.kind.value,
            "mime": (each.ready_facts or {})["mime"],
            "alt": each.alt,
        }
        for each in taken[: limits.photos or 1]
    ]


def media_of(session: Session, tandem_id: int) -> Sequence[Medium]:
    """A tandem's pictures or film, in the order in which they are shown."""
    rows = select(Medium).where(Medium.tandem_id == tandem_id).order_by(col(Medium.position))
    return session.exec(rows).all()


def _is_taken(medium: Medium, limits: MediaLimits) -> bool:
    facts = medium.ready_facts
    return bool(medium.ready and facts) and verdict(facts or {}, medium.kind, limits) is None
