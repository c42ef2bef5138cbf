"""What the keyrings tell an import, so that no old file brings back who left."""

from datetime import datetime

from sqlmodel import Session

from orchestrator.backup.ended import end_again
from orchestrator.backup.endings import name_of
from orchestrator.backup.ring import Rings, ring_of
from orchestrator.intake.remembered import Remembered
from orchestrator.model import Campaign


def remembered(campaign: Campaign, rings: Rings, now: datetime, actor: str) -> Remembered:
    """Plain answers from the campaign's ring; another campaign's does not matter."""
    ring = ring_of(rings, campaign)
    withdrawn = {name for name, each in ring.endings.items() if each.withdrawn}

    def bring_up_to_date(session: Session) -> int:
        row = session.get_one(Campaign, campaign.id)
        return end_again(session, row, rings, now, actor)

    return Remembered(
        ring.tandems.keys(), lambda slug: name_of(campaign, slug) in withdrawn, bring_up_to_date
    )
