"""What is sealed of a person: put in, taken out, and made unreadable for good."""

from collections.abc import Sequence

from sqlmodel import Session, select

from orchestrator.errors import UsageProblem
from orchestrator.keys import CampaignKey
from orchestrator.model import Person, PersonKey


def add(session: Session, key: CampaignKey, campaign_id: int, fields: dict[str, str]) -> Person:
    """A new person with a key of their own."""
    person = Person(campaign_id=campaign_id)
    session.add(person)
    session.flush()
    session.add(PersonKey(person_id=person.id, wrapped=key.new_person_key()))
    session.flush()
    put(session, key, person, fields)
    return person


def add_all(
    session: Session, key: CampaignKey, campaign_id: int, sealed: Sequence[dict[str, str]]
) -> list[Person]:
    """New persons with these fields, each with a key of their own, in few statements."""
    persons = [Person(campaign_id=campaign_id) for _fields in sealed]
    session.add_all(persons)
    session.flush()
    for person, fields in zip(persons, sealed, strict=True):
        wrapped = key.new_person_key()
        session.add(PersonKey(person_id=person.id, wrapped=wrapped))
        person.sealed = key.seal(wrapped, fields)
    return persons


def fields(session: Session, key: CampaignKey, person: Person | None) -> dict[str, str]:
    """What is sealed; empty when nothing is, or when its key is gone: by an erasure, or lost."""
    wrapped = wrapped_key(session, person)
    if person is None or wrapped is None or person.sealed is None:
        return {}
    try:
        return key.open(wrapped, person.sealed)
    except UsageProblem:
        if not key.opens(wrapped):
            raise
        return {}  # Out of a backup from before the key was lost and replaced.


def put(session: Session, key: CampaignKey, person: Person, fields: dict[str, str]) -> None:
    """Seal these fields in place of what was sealed; whoever was erased stays erased.

    Where the key was lost, with a new one: nobody can open any more what is replaced.
    """
    wrapped = wrapped_key(session, person)
    if wrapped is None and is_shut(session, person):
        wrapped = key.new_person_key()
        session.add(PersonKey(person_id=person.id, wrapped=wrapped))
        session.flush()
    if wrapped is not None:
        person.sealed = key.seal(wrapped, fields) if fields else None


def wrapped_key(session: Session, person: Person | None) -> bytes | None:
    """The person's key as it is stored; None: erased, or lost."""
    row = session.get(PersonKey, person.id) if person else None
    return row.wrapped if row else None


def is_erased(session: Session, person: Person) -> bool:
    """Whether nothing of what was sealed can ever be read again."""
    return wrapped_key(session, person) is None and person.sealed is None


def is_shut(session: Session, person: Person) -> bool:
    """Whether something is sealed, but its key was lost: restored without a keyring."""
    return wrapped_key(session, person) is None and person.sealed is not None


def shred(session: Session, person: Person) -> None:
    """Destroy the person's key: every copy of what it sealed is unreadable from now on."""
    person.sealed = None
    key = session.exec(select(PersonKey).where(PersonKey.person_id == person.id)).one_or_none()
    if key is not None:
        session.delete(key)
