"""The followers of our pages, as the networks tell them: by them a circle's are estimated.

Only networks that address towns are asked. On any other a post goes to all followers, wherever
they live, and their number says nothing about a circle.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, select

from orchestrator.capabilities import LIKES, account_of, note
from orchestrator.config import Settings
from orchestrator.model import Account, Campaign
from orchestrator.ports import Network, Standing, Trouble
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
                told[name] = network.standing()
            except Trouble as trouble:
                unreachable[name] = trouble.why
    with store.session(dry_run=dry_run) as session:
        for name, standing in told.items():
            keep(session, settings, name, standing, now)
    return unreachable


def keep(
    session: Session, settings: Settings, network: str, standing: Standing, now: datetime
) -> None:
    """Write down how many follow and like us, in a campaign that has begun.

    What is not told leaves what was known.
    """
    # Always the campaign's row first: then no two programs make the same account.
    campaign = session.exec(
        select(Campaign)
        .where(Campaign.slug == settings.campaign.slug)
        .with_for_update(key_share=True)
    ).one_or_none()
    if campaign is None or (standing.followers is None and standing.likes is None):
        return
    remote_id = settings.networks[network].account
    row = account_of(session, campaign.id, network, remote_id) or Account(
        campaign_id=campaign.id, network=network, remote_id=remote_id
    )
    if standing.followers is not None:
        row.followers, row.checked_at = standing.followers, now
    session.add(row)
    session.flush()
    if standing.likes is not None:
        note(session, row.id, LIKES, {"likes": standing.likes}, "doctor", now)
