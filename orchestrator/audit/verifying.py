"""The whole proof: the chain in itself, then against what is remembered outside the database."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from orchestrator.audit.anchors import Anchor, anchors, compare
from orchestrator.audit.chain import Break, walk
from orchestrator.backup.places import Place
from orchestrator.elsewhere.log import Link, remember
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


def verify(
    session: Session, campaign_id: int, places: list[Place], *, practised: bool = False
) -> Verdict:
    """Prove a campaign's log; one that holds is remembered by this machine.

    ``practised``: the campaign's networks are the sandbox.
    """
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        return Verdict(None, None)
    found = list(anchors(session, campaign, places, practised))
    session.rollback()  # what others have noted meanwhile must be seen, else it seems to be lost
    walked = walk(session, campaign_id)
    if walked.broken:
        return Verdict(walked.head, walked.broken)
    compared = compare(session, campaign, places, found)
    if compared.broken is None:
        remember(session, campaign_id, practised=practised)
    return Verdict(walked.head, compared.broken, compared.anchors, compared.restored_at)
