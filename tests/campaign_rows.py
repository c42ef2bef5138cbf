"""Rows that the tests of several packages put into a campaign."""

from datetime import UTC, datetime

from sqlmodel import Session

from orchestrator.model import Person, Tandem
from orchestrator.vocabulary import Show

NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


def add_tandem(session: Session, campaign_id: int, slug: str, **changes: object) -> Tandem:
    """A tandem from Freiburg that may be shown, and its two people."""
    people = [Person(campaign_id=campaign_id), Person(campaign_id=campaign_id)]
    session.add_all(people)
    session.flush()
    values = {
        "campaign_id": campaign_id,
        "slug": slug,
        "refugee_id": people[0].id,
        "volunteer_id": people[1].id,
        "public_name": "Amira",
        "show": Show.FULL,
        "adult": True,
        "place_id": 2925177,
        "town": "Freiburg",
        "region": "Baden-Württemberg",
        "country": "DE",
        "lat": 47.99,
        "lon": 7.85,
        "town_people": 230_000,
        "place_digest": "0",
        "imported_at": NOON,
        "changed_at": NOON,
    } | changes
    tandem = Tandem(**values)
    session.add(tandem)
    session.flush()
    return tandem
