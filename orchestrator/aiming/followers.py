"""The followers of our pages, as the networks tell them: by them a circle's are estimated.

Only networks that address towns are asked. On any other a post goes to all followers, wherever
they live, and their number says nothing about a circle.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, select

from orchestrator.config import Settings
from orchestrator.model import Account, Campaign
from orchestrator.ports import Network, Trouble
from orchestrator.store import Store


def refresh(
    store: Store,
    settings: Settings,
    networks: Mapping[str, Network],
    now: datetime,
    *,
    dry_run: bool = False,
) -> dict[str, str]:
    """Ask every network that aims how many follow us, and keep it; who was not reached, and why.

    Asked before any transaction is opened, so that no lock is held while waiting.
    """
    unreachable, told = {}, {}
    for name, network in networks.items():
        if network.limits.targeting:
            try:
                told[name] = network.standing().followers
            except Trouble as trouble:
                unreachable[name] = trouble.why
    with store.session(dry_run=dry_run) as session:
        for name, followers in told.items():
            keep(session, settings, name, followers, now)
    return unreachable


def keep(
    session: Session, settings: Settings, network: str, followers: int | None, now: datetime
) -> None:
    """Write down how many follow us, in a campaign that has begun; unknown leaves what was."""
    # Always the campaign's row first: then no two programs make the same account.
    campaign = session.exec(
        select(Campaign)
        .where(Campaign.slug == settings.campaign.slug)
        .with_for_update(key_share=True)
    ).one_or_none()
    if followers is None or campaign is None:
        return
    row = account(session, settings, campaign.id, network) or Account(
        campaign_id=campaign.id, network=network, remote_id=settings.networks[network].account
    )
    row.followers, row.checked_at = followers, now
    session.add(row)


def account(session: Session, settings: Settings, campaign_id: int, network: str) -> Account | None:
    """The row of the page or profile that is configured."""
    return session.exec(
        select(Account).where(
            Account.campaign_id == campaign_id,
            Account.network == network,
            Account.remote_id == settings.networks[network].account,
        )
    ).one_or_none()
