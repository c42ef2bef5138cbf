"""Paid adverts about which somebody should know: waiting, disapproved, or odd."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from orchestrator.adverts.rows import adverts_of, digest_of
from orchestrator.ports import Review
from orchestrator.vocabulary import AdvertState

_ALIVE = (AdvertState.PAUSED, AdvertState.RUNNING)
_ODD = (Review.ISSUES, Review.UNKNOWN)


@dataclass(frozen=True)
class ToSee:
    """The tandems whose advert waits for an approval, those of which a review wanted none, and
    those whose advert the network takes only with issues, or with a word that nobody knows.
    """

    waiting: list[str]
    disapproved: list[str]
    odd: list[str]


def adverts(session: Session, campaign_id: int, now: datetime) -> ToSee:
    """Only while the advert's time lasts."""
    rows = [each for each in adverts_of(session, campaign_id) if each[0].ends_at > now]
    waiting = [
        tandem.slug
        for row, post, tandem in rows
        if row.state is AdvertState.PAUSED and row.approved_digest != digest_of(row, post)
    ]
    disapproved = [t.slug for row, _post, t in rows if row.state is AdvertState.DISAPPROVED]
    odd = [
        tandem.slug
        for row, _post, tandem in rows
        if row.state in _ALIVE and (row.review or {}).get("state") in _ODD
    ]
    return ToSee(waiting, disapproved, odd)
