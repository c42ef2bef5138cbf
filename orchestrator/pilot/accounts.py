"""The row of the page that is configured, made where there is none yet."""

from sqlmodel import Session

from orchestrator.capabilities import account_of
from orchestrator.model import Account, Campaign
from orchestrator.shift import Shift


def account_row(session: Session, shift: Shift, network: str) -> Account:
    """Find it or make it; the campaign's row first, so that no two programs make the same."""
    session.get_one(Campaign, shift.campaign_id, with_for_update={"key_share": True})
    remote_id = shift.settings.networks[network].account
    row = account_of(session, shift.campaign_id, network, remote_id)
    if row is None:
        row = Account(campaign_id=shift.campaign_id, network=network, remote_id=remote_id)
        session.add(row)
        session.flush()
    return row
