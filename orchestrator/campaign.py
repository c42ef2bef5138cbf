"""The campaign's own row: made once, bound to its key file from then on."""

from datetime import datetime

from sqlmodel import Session, select

from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.keys import CampaignKey
from orchestrator.model import Campaign
from orchestrator.settings import Campaign as CampaignSettings


def enrol(
    session: Session, settings: CampaignSettings, key: CampaignKey, now: datetime
) -> Campaign:
    """Find the campaign's row or make it; a key file of another campaign is refused at once.

    The row is locked for the transaction: whatever changes many posts at a time (plan, import,
    approve, pause) is done by one process after the other. Always this row first, then posts: no
    two processes can wait for each other.
    """
    row = session.exec(
        select(Campaign).where(Campaign.slug == settings.slug).with_for_update(key_share=True)
    ).one_or_none()
    if row is None:
        row = Campaign(
            slug=settings.slug,
            name=settings.name,
            key_fingerprint=key.fingerprint,
            created_at=now,
        )
        session.add(row)
        session.flush()
    elif row.key_fingerprint != key.fingerprint:
        raise foreign_key(settings.slug)
    if row.name != settings.name:
        row.name = settings.name
    return row


def foreign_key(slug: str) -> UsageProblem:
    """The sentence for a key file that opens nothing here."""
    return UsageProblem(
        _("The key file does not belong to the campaign “{slug}” in this database.").format(
            slug=slug
        ),
        remedy=_("Put back the key file that was used when the tandems were imported."),
    )


def known(session: Session, slug: str) -> int:
    """The number of the campaign's row, or 0 while it has none; locks nothing."""
    return session.exec(select(Campaign.id).where(Campaign.slug == slug)).one_or_none() or 0
