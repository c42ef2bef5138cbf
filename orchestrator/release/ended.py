"""What ended after an older database was made is over in it, too, before anything goes on."""

from orchestrator.backup import keyring
from orchestrator.backup.places import places_of
from orchestrator.model import Campaign
from orchestrator.shift import Shift


def end_again(shift: Shift) -> int:
    """Do what the keyrings of all places remember; how many tandems changed.

    In a frozen campaign only after the doubt: what may be live has to be looked for as well.
    """
    rings = keyring.found(places_of(shift.settings))
    with shift.store.session(patient=True) as session:
        campaign = session.get_one(Campaign, shift.campaign_id, with_for_update={"key_share": True})
        return keyring.end_again_in(session, campaign, rings, shift.now, shift.actor)
