"""The copy in which a rehearsal plays: the same rows, told that they live in the sandbox."""

from datetime import datetime

from sqlmodel import Session, col, delete, update

from orchestrator.config import Settings
from orchestrator.model import Account, Audience, Campaign, CityKey, Pause, Post
from orchestrator.settings import Campaign as CampaignSettings
from orchestrator.vocabulary import PostState

# A word that nobody overlooks, the same in every language.
MARK = "REHEARSAL"
_OUT_THERE = (
    PostState.PUBLISHED,
    PostState.SCHEDULED,
    PostState.UNKNOWN,
    PostState.CLAIMED,
    PostState.SENDING,
)


def marked(campaign: CampaignSettings) -> CampaignSettings:
    """The same campaign under a name that nobody mistakes for the real one."""
    return campaign.model_copy(update={"name": f"{MARK} · {campaign.name}"})


def move_in(
    session: Session, campaign_id: int, real: Settings, played: Settings, now: datetime
) -> None:
    """Tell the copy that its accounts are the sandbox's, and forget what only the real ones know.

    What is out there already is not in the sandbox, so nobody looks for it. Approvals are given
    anew after planning, since the towns have other keys there.
    """
    for name, options in played.networks.items():
        session.exec(
            update(Account)
            .where(
                col(Account.campaign_id) == campaign_id,
                col(Account.network) == name,
                col(Account.remote_id) == real.networks[name].account,
            )
            .values(remote_id=options.account, not_before=None, read_not_before=None)
        )
    session.exec(delete(CityKey))
    session.exec(delete(Audience))
    session.exec(delete(Pause).where(col(Pause.campaign_id) == campaign_id))
    ours = col(Post.campaign_id) == campaign_id
    session.exec(
        update(Post)
        .where(ours, col(Post.state).in_(_OUT_THERE))
        .values(state=PostState.PUBLISHED, gone_at=now, targeting_kept=True)
    )
    session.exec(
        update(Post).where(ours, col(Post.state) == PostState.PLANNED).values(approved_digest=None)
    )
    session.get_one(Campaign, campaign_id).frozen_since = None
