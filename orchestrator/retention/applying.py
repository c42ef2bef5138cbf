"""Letting go of what is due: in batches that are whole, so that a kill costs nothing.

The rows stay with label, time and channel: no figure of the report changes. What was said and who
said it goes, and with a person's key every copy of what it sealed, in backups too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, delete, select, update

from orchestrator import journal, people
from orchestrator.config import Settings
from orchestrator.model import Campaign, Consent, Evidence, Person, Reply
from orchestrator.placing.known import KEEPS, forget_all, forget_answers
from orchestrator.replies import forget
from orchestrator.retention.holding import due_replies, held_people
from orchestrator.retention.rules import Kind, Rule, rules
from orchestrator.store import Store

BATCH = 200


@dataclass(frozen=True)
class Applied:
    """How much of each kind was let go of, and the people whose keys were destroyed for it."""

    forgotten: dict[Kind, int]
    persons: list[int]


@dataclass(frozen=True)
class Turn:
    """One application: where, of what campaign, when, and by whom."""

    store: Store
    settings: Settings
    campaign_id: int
    now: datetime
    actor: str

    @property
    def today(self) -> date:
        """The campaign's day."""
        return self.now.astimezone(self.settings.campaign.zone).date()


def apply(turn: Turn, step: Callable[[], None] = lambda: None) -> Applied:
    """Let go of everything that is due; ``step`` is called after each row."""
    forgotten: dict[Kind, int] = {}
    persons: list[int] = []
    for rule in rules(turn.settings.campaign, turn.settings.retention):
        count = 0
        while rule.is_over(turn.today) and (batch := _batch(turn, rule)) is not None:
            count += batch.rows
            persons += batch.persons
            for _row in range(batch.rows):
                step()
        forgotten[rule.kind] = count
        if rule.kind is Kind.CONTACTS:
            _forget_places(turn, everything=rule.is_over(turn.today))
    return Applied(forgotten, persons)


def _forget_places(turn: Turn, *, everything: bool) -> None:
    """Towns that were asked online, once they are old; with the contacts also settled ones.

    No person's entry, so they do not count among what is due.
    """
    with turn.store.session(patient=True) as session:
        if everything:
            forget_all(session, turn.campaign_id)
        else:
            forget_answers(session, turn.campaign_id, turn.now - KEEPS)


@dataclass(frozen=True)
class _Batch:
    rows: int
    persons: list[int]


def _batch(turn: Turn, rule: Rule) -> _Batch | None:
    """Forget some and note how many, in one transaction; None: nothing is left."""
    with turn.store.session(patient=True) as session:
        # Like whatever changes many rows: one after the other (see ``campaign.enrol``).
        session.get_one(Campaign, turn.campaign_id, with_for_update={"key_share": True})
        persons = (
            _forget_people(session, turn)
            if rule.kind is Kind.CONTACTS
            else _forget_replies(session, turn, rule)
        )
        if not persons:
            return None
        journal.record(
            session, turn.campaign_id, turn.now, turn.actor, "retention", rule.kind.value,
            count=len(persons),
        )  # fmt: skip
        return _Batch(len(persons), [each for each in persons if each])


def _forget_replies(session: Session, turn: Turn, rule: Rule) -> Sequence[int | None]:
    """Whoever said them: a person for each row, or None where nothing was sealed."""
    due = due_replies(turn.campaign_id, rule, turn.today, turn.settings.campaign.zone)
    rows = session.exec(
        select(Reply).where(*due).order_by(col(Reply.id)).limit(BATCH).with_for_update()
    ).all()
    for each in rows:
        forget(session, each, turn.now)
    return [each.person_id for each in rows]


def _forget_people(session: Session, turn: Turn) -> Sequence[int | None]:
    """Names, contacts and evidence of the tandems' people; that they agreed stays as a fact."""
    found = held_people(turn.campaign_id)
    rows = session.exec(select(Person).where(*found).order_by(col(Person.id)).limit(BATCH)).all()
    numbers = [each.id for each in rows]
    session.exec(
        update(Consent).where(col(Consent.person_id).in_(numbers)).values(evidence_id=None)
    )
    session.exec(delete(Evidence).where(col(Evidence.person_id).in_(numbers)))
    for each in rows:
        people.shred(session, each)
    return numbers
