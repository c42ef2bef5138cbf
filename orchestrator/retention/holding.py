"""What is held of each kind, and how much of it is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, or_, select

from orchestrator.config import Settings
from orchestrator.model import Person, PersonKey, Reply, Tandem
from orchestrator.retention.rules import LABELS, Kind, Rule, rules


@dataclass(frozen=True)
class Held:
    """One kind as it stands: rows that are held, that are due, and that a complaint keeps.

    ``ends``: the last day of those whose time is over next; None while there are none.
    """

    rule: Rule
    held: int
    due: int
    ends: date | None
    evidence: int = 0


def holding(session: Session, campaign_id: int, settings: Settings, today: date) -> list[Held]:
    """Every kind, in the order of the settings."""
    zone = settings.campaign.zone
    return [
        _people(session, campaign_id, rule, today)
        if rule.kind is Kind.CONTACTS
        else _replies(session, campaign_id, rule, today, zone)
        for rule in rules(settings.campaign, settings.retention)
    ]


def next_day(standing: Sequence[Held]) -> date | None:
    """The next day at whose end something that is held now becomes due; None: nothing will."""
    return min((each.ends for each in standing if each.ends), default=None)


def _replies(session: Session, campaign_id: int, rule: Rule, today: date, zone: ZoneInfo) -> Held:
    def asked(figure: Any, *conditions: Any) -> Any:
        return session.exec(select(figure).select_from(Reply).where(*conditions)).one()

    here, count, over = held_replies(campaign_id, rule), func.count(), rule.is_over(today)
    kept = [*here, col(Reply.evidence_since).is_(None)]
    if over:
        kept.append(col(Reply.received_at) >= rule.came_before(today, zone))
    oldest = asked(func.min(col(Reply.received_at)), *kept)
    return Held(
        rule,
        held=asked(count, *here),
        due=asked(count, *due_replies(campaign_id, rule, today, zone)) if over else 0,
        ends=rule.last_day_of(oldest.astimezone(zone).date()) if oldest else None,
        evidence=asked(count, *here, col(Reply.evidence_since).is_not(None)),
    )


def held_replies(campaign_id: int, rule: Rule) -> list[Any]:
    """Conditions: replies of this kind that nobody has forgotten yet."""
    return [
        Reply.campaign_id == campaign_id,
        col(Reply.label).in_(LABELS[rule.kind]),
        col(Reply.forgotten_at).is_(None),
    ]


def due_replies(campaign_id: int, rule: Rule, today: date, zone: ZoneInfo) -> list[Any]:
    """Conditions: those of them whose time is over; only once the rule itself is."""
    return [
        *held_replies(campaign_id, rule),
        col(Reply.evidence_since).is_(None),
        col(Reply.received_at) < rule.came_before(today, zone),
    ]


def _people(session: Session, campaign_id: int, rule: Rule, today: date) -> Held:
    wanted = select(func.count()).select_from(Person).where(*held_people(campaign_id))
    held = session.exec(wanted).one()
    if rule.is_over(today):
        return Held(rule, held=held, due=held, ends=None)
    return Held(rule, held=held, due=0, ends=rule.until if held else None)


def held_people(campaign_id: int) -> list[Any]:
    """Conditions: people of tandems whose names and contacts can still be read."""
    tandems = select(Tandem.id).where(
        or_(col(Tandem.refugee_id) == Person.id, col(Tandem.volunteer_id) == Person.id)
    )
    keyed = select(PersonKey.person_id).where(col(PersonKey.person_id) == Person.id)
    return [Person.campaign_id == campaign_id, tandems.exists(), keyed.exists()]
