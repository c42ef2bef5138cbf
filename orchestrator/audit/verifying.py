"""The whole proof: the chain in itself, then against what is remembered outside the database."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from orchestrator.audit.anchors import Anchor, compare, remember
from orchestrator.audit.chain import Break, Link, walk
from orchestrator.backup.places import Place
from orchestrator.model import Campaign


@dataclass(frozen=True)
class Verdict:
    """How far the log holds, with what it was compared, and the first place that does not hold."""

    head: Link | None
    broken: Break | None
    anchors: list[Anchor] = field(default_factory=list)
    restored_at: datetime | None = None

    @property
    def events(self) -> int:
        """How many events follow from one another."""
        return self.head.seq if self.head else 0


def verify(session: Session, campaign_id: int, places: list[Place]) -> Verdict:
    """Prove a campaign's log; one that holds is remembered by this machine."""
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        return Verdict(None, None)
    walked = walk(session, campaign_id)
    if walked.broken:
        return Verdict(walked.head, walked.broken)
    compared = compare(session, campaign, places)
    if compared.broken is None:
        remember(session, campaign_id)
    return Verdict(walked.head, compared.broken, compared.anchors, compared.restored_at)
