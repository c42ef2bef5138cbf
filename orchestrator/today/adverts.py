"""Paid adverts about which somebody should know: made and not approved, or disapproved."""

from datetime import datetime

from sqlmodel import Session

from orchestrator.adverts.rows import adverts_of, digest_of
from orchestrator.vocabulary import AdvertState


def adverts(session: Session, campaign_id: int, now: datetime) -> tuple[list[str], list[str]]:
    """The tandems whose advert waits for an approval, and those of which a review wanted none.

    Only while the advert's time lasts.
    """
    rows = [each for each in adverts_of(session, campaign_id) if each[0].ends_at > now]
    waiting = [
        tandem.slug
        for row, post, tandem in rows
        if row.state is AdvertState.PAUSED and row.approved_digest != digest_of(row, post)
    ]
    disapproved = [t.slug for row, _post, t in rows if row.state is AdvertState.DISAPPROVED]
    return waiting, disapproved
