"""The newest that a database knows of sending: what it must have seen happen, and when."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from orchestrator import freeze
from orchestrator.model import Attempt, Campaign, Event


@dataclass(frozen=True)
class Knows:
    """``attempt``: number of the newest try, 0 for none. ``happened``: newest send or pass.

    ``newest``: that, or the newest thing at all that was noted. ``born``: when the campaign began.
    ``frozen``: on every network.
    """

    attempt: int
    tried_at: datetime | None
    passed_at: datetime | None
    newest: datetime
    born: datetime
    home: str | None
    frozen: bool

    @property
    def happened(self) -> datetime | None:
        """When this campaign last sent or passed, as far as the database knows."""
        return max(filter(None, (self.tried_at, self.passed_at)), default=None)


def knows(session: Session, campaign_id: int) -> Knows | None:
    """Read it in one go; None before the first import."""
    newest = freeze.newest_try(campaign_id).scalar_subquery()
    found = session.exec(
        select(Campaign, Attempt)
        .outerjoin(Attempt, col(Attempt.id) == newest)
        .where(Campaign.id == campaign_id)
    ).one_or_none()
    if found is None:
        return None
    campaign, attempt = found
    tried_at = attempt.sent_at if attempt else None
    happened = max(filter(None, (tried_at, campaign.last_pass_at)), default=None)
    return Knows(
        attempt=attempt.id if attempt else 0,
        tried_at=tried_at,
        passed_at=campaign.last_pass_at,
        newest=happened or _newest_event(session, campaign),
        born=campaign.created_at,
        home=campaign.home,
        frozen=campaign.frozen_since is not None and not freeze.thawed(session, campaign),
    )


def _newest_event(session: Session, campaign: Campaign) -> datetime:
    wanted = select(func.max(Event.at)).where(Event.campaign_id == campaign.id)
    return session.exec(wanted).one() or campaign.created_at
