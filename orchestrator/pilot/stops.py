"""Whether a pilot has to end at once: somebody stopped the campaign, or its network."""

from datetime import datetime

from sqlmodel import Session

from orchestrator.pause import pauses
from orchestrator.pilot.posts import open_pilots
from orchestrator.shift import Shift
from orchestrator.vocabulary import Scope


def stopped_pilots(shift: Shift) -> list[int]:
    """The pilots that are on although they are stopped."""
    with shift.store.reading() as session:
        return [
            pilot.id
            for pilot, account in open_pilots(session, shift.campaign_id)
            if is_stopped(session, shift.campaign_id, account.network)
        ]


def is_stopped(session: Session, campaign_id: int, network: str) -> bool:
    """Whether nothing may be tried out there."""
    return stopped_since(session, campaign_id, network) is not None


def stopped_since(session: Session, campaign_id: int, network: str) -> datetime | None:
    """When it was last stopped; a pilot belongs to no tandem, so only wider stops are about it."""
    stops = [
        each.since
        for each in pauses(session, campaign_id)
        if each.scope is Scope.ALL or (each.scope is Scope.NETWORK and each.name == network)
    ]
    return max(stops, default=None)
