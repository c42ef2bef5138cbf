"""People who have to be asked again: they agreed, but no longer to what is asked today."""

from datetime import date

from sqlmodel import Session, col, select

from orchestrator.config import Settings
from orchestrator.eligible import Reason, consent_missing
from orchestrator.ending import consents_of
from orchestrator.model import Tandem
from orchestrator.vocabulary import TandemState

# Whoever said no, or nothing yet, is not asked again and again.
_AGAIN = (Reason.CONSENT_ENDED, Reason.CONSENT_OTHER_TEXT)


def to_ask_anew(session: Session, campaign_id: int, settings: Settings, on: date) -> list[str]:
    """Slugs of the tandems whose consent to a network has ended or was to another text.

    When the campaign is over nothing new goes out, so nobody needs to be asked.
    """
    if on > settings.campaign.end:
        return []
    consents, versions = consents_of(session, campaign_id), settings.consent_versions
    tandems = select(Tandem).where(
        Tandem.campaign_id == campaign_id, Tandem.state == TandemState.ACTIVE
    )
    return [
        tandem.slug
        for tandem in session.exec(tandems.order_by(col(Tandem.slug)))
        if any(
            consent_missing(consents.get(tandem.refugee_id, ()), network, on, versions) in _AGAIN
            for network in settings.on()
        )
    ]
