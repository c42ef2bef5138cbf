"""Whether the keys beside a backup open the people in it."""

import base64

from sqlmodel import Session, col, select

from orchestrator.backup import keyring, snapshot
from orchestrator.backup.keyring import Ring
from orchestrator.backup.listing import Copy
from orchestrator.backup.verify import Finding
from orchestrator.i18n import _, ngettext
from orchestrator.keys import CampaignKey
from orchestrator.model import Campaign, Person


def keys_open(copy: Copy, key: CampaignKey | None) -> Finding:
    """Every person of the backup has a key in its place, or was erased.

    ``key``: the campaign's, to try whether it opens them; None: its file is not here.
    """
    if copy.manifest and copy.manifest.schema < keyring.KEYS_APART:
        return Finding("keys", True, _("it is of an older version, with the keys inside"))
    try:
        rings = keyring.read(copy.place)
    except keyring.Unsound as trouble:
        return Finding("keys", False, str(trouble))
    with (
        snapshot.opened(copy.place.folder(copy.id) / snapshot.NAME) as connection,
        Session(connection) as session,
    ):
        for campaign in session.exec(select(Campaign)).all():
            ring = rings.get(keyring.of(campaign).name)
            if wrong := _wrong(ring, _sealed(session, campaign.id), key):
                return Finding("keys", False, wrong)
    return Finding("keys", True, _("the keys beside it open the people in it"))


def _sealed(session: Session, campaign_id: int) -> set[str]:
    wanted = select(Person.id).where(
        Person.campaign_id == campaign_id, col(Person.sealed).is_not(None)
    )
    return {str(number) for number in session.exec(wanted).all()}


def _wrong(ring: Ring | None, persons: set[str], key: CampaignKey | None) -> str:
    if ring is None:
        return _("the keys that open the contacts are missing") if persons else ""
    if lacking := persons - ring.keys.keys() - ring.gone.keys():
        return ngettext(
            "the key of {count} person is missing",
            "the keys of {count} people are missing",
            len(lacking),
        ).format(count=len(lacking))
    if key is None or key.fingerprint != ring.fingerprint:
        return ""
    shut = [each for each in ring.keys.values() if not key.opens(base64.b64decode(each))]
    return _("the key file does not open every person's key") if shut else ""
