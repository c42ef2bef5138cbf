"""Paid adverts about which somebody should know: waiting, disapproved, odd, or beyond the cap."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from orchestrator.adverts.rows import adverts_of, digest_of
from orchestrator.adverts.rules import view, wish_of
from orchestrator.config import Settings
from orchestrator.ports import Review
from orchestrator.vocabulary import AdvertState

_ALIVE = (AdvertState.PAUSED, AdvertState.RUNNING)


@dataclass(frozen=True)
class ToSee:
    """The tandems whose advert waits for an approval, those of which a review wanted none, those
    whose advert the network takes only with issues, those of whose advert it says a word that
    nobody knows, and those whose advert only ad_total keeps off, until somebody has chosen.
    """

    waiting: list[str]
    disapproved: list[str]
    issues: list[str]
    unknown: list[str]
    capped: list[str]


def adverts(session: Session, campaign_id: int, settings: Settings, now: datetime) -> ToSee:
    """Only while the advert's time lasts."""
    rows = [each for each in adverts_of(session, campaign_id) if each[0].ends_at > now]
    waiting = [
        tandem.slug
        for row, post, tandem in rows
        if row.state is AdvertState.PAUSED and row.approved_digest != digest_of(row, post)
    ]
    disapproved = [t.slug for row, _post, t in rows if row.state is AdvertState.DISAPPROVED]
    said = [
        ((row.review or {}).get("state"), tandem.slug)
        for row, _post, tandem in rows
        if row.state in _ALIVE
    ]
    issues, unknown = (
        [slug for review, slug in said if review == wanted]
        for wanted in (Review.ISSUES, Review.UNKNOWN)
    )
    seen = view(session, campaign_id, settings, now)
    wishes = [(wish_of(seen, *each), each[2].slug) for each in rows if each[0].state in _ALIVE]
    capped = [slug for wish, slug in wishes if wish.capped and not wish.passing]
    return ToSee(waiting, disapproved, issues, unknown, capped)
