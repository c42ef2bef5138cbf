"""Where offers are handed over: what a hand-over works with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import Session, col, select

from orchestrator import freeze
from orchestrator.config import Settings
from orchestrator.forwarding.steps import Taken
from orchestrator.keys import CampaignKey
from orchestrator.messengers.port import Messenger
from orchestrator.model import Campaign, Referral
from orchestrator.store import Store
from schedules.clock import Clock


@dataclass(frozen=True)
class Office:
    """Everything a hand-over needs. ``clock`` is the campaign's; ``mails`` None: no mail server.

    ``reached`` is told at every named point of a letter's way, so that a test can let the program
    die there.
    """

    store: Store
    settings: Settings
    key: CampaignKey
    campaign_id: int
    clock: Clock
    actor: str
    mails: Messenger | None = None
    reached: Callable[[str], None] = field(default=lambda _point: None)

    @property
    def now(self) -> datetime:
        """The campaign's time, UTC."""
        return self.clock.now()

    @property
    def today(self) -> date:
        """The campaign's day."""
        return self.now.astimezone(self.settings.campaign.zone).date()


def messenger_of(settings: Settings, clock: Clock) -> Messenger | None:
    """Who brings letters; None where no mail server is set up. Nothing is opened yet."""
    if not settings.mail.ready:
        return None
    from orchestrator.messengers.mail import connect

    return connect(settings.mail, name=settings.campaign.name, clock=clock)


def was_perhaps_done(session: Session, office: Office, due_at: datetime) -> bool:
    """Whether something that was due then may have been done, and a restore has forgotten it."""
    gaps = freeze.gaps(session, office.campaign_id)
    return any(since <= due_at <= until for since, until in gaps)


def locked(session: Session, campaign_id: int) -> Campaign:
    """The campaign's row, held: whoever hands over does so one after the other."""
    return session.get_one(Campaign, campaign_id, with_for_update={"key_share": True})


def referrals_of(session: Session, reply_id: int) -> list[Referral]:
    """The steps of a reply that were taken, in their order."""
    rows = session.exec(
        select(Referral).where(Referral.reply_id == reply_id).order_by(col(Referral.id))
    ).all()
    return list(rows)


def taken(row: Referral) -> Taken:
    """A step as the rules about steps see it."""
    return Taken(row.step, row.state, row.made_at, row.sent_at, row.received_at, row.not_before)
