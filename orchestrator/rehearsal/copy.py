"""The copy in which a rehearsal plays: the same rows, told that they live in the sandbox."""

from sqlmodel import Session, col, delete, select, update

from orchestrator.config import Settings
from orchestrator.model import (
    Account,
    Answer,
    Audience,
    Campaign,
    Check,
    CityKey,
    Correction,
    Milestone,
    Pause,
    Post,
    Referral,
    Reply,
    Snapshot,
    Upload,
)
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


def move_in(session: Session, campaign_id: int, real: Settings, played: Settings) -> None:
    """Tell the copy that its accounts are the sandbox's, and forget what only the real ones know.

    What is out there already, and what came back, is not in the sandbox, so only what is played
    is counted. Approvals are given anew after planning, since the towns have other keys there.
    """
    for name, options in played.networks.items():
        _move_account(session, campaign_id, name, real.networks[name].account, options.account)
    session.exec(delete(CityKey))
    session.exec(delete(Audience))
    session.exec(delete(Pause).where(col(Pause.campaign_id) == campaign_id))
    ours = col(Post.campaign_id) == campaign_id
    session.exec(delete(Snapshot))
    session.exec(delete(Upload))
    session.exec(update(Reply).values(duplicate_of=None))
    for about in (Correction, Check, Referral, Milestone, Answer):
        session.exec(delete(about))
    session.exec(delete(Reply))
    session.exec(
        update(Post).where(ours, col(Post.state).in_(_OUT_THERE)).values(state=PostState.WITHDRAWN)
    )
    session.exec(
        update(Post).where(ours, col(Post.state) == PostState.PLANNED).values(approved_digest=None)
    )
    # What the real network keeps unseen is not the sandbox's to give back.
    session.exec(
        update(Post)
        .where(ours, col(Post.handed_digest).is_not(None))
        .values(remote_id=None, permalink=None, handed_digest=None, handed_for=None)
    )
    session.get_one(Campaign, campaign_id).frozen_since = None


def _move_account(session: Session, campaign_id: int, network: str, real: str, played: str) -> None:
    """Give the real account the sandbox's number; one from an earlier practice makes room."""
    ours = (Account.campaign_id == campaign_id, Account.network == network)
    rows = {row.remote_id: row for row in session.exec(select(Account).where(*ours)).all()}
    if real not in rows or real == played:
        return
    if practised := rows.get(played):
        session.exec(
            update(Post)
            .where(col(Post.account_id) == practised.id)
            .values(account_id=rows[real].id)
        )
        session.delete(practised)
        session.flush()
    rows[real].remote_id = played
    rows[real].not_before = rows[real].read_not_before = None
