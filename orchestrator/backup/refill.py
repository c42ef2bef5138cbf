"""The people of an older database: given their keys back, or erased again when they were since."""

import base64
from datetime import datetime

from sqlmodel import Session, col, select

from orchestrator import journal
from orchestrator.backup.keyring import as_text
from orchestrator.backup.ring import Ring, digest_of
from orchestrator.erasure.erasing import ERASED
from orchestrator.erasure.forgetting import forget, forget_sender
from orchestrator.model import Campaign, Person, PersonKey, Tandem


def fill(session: Session, campaign: Campaign, ring: Ring, inside: dict[int, bytes]) -> None:
    """Give the restored people their keys back.

    ``inside``: keys that an older version put into the backup itself.
    """
    given_up = ring.given_up
    wanted = select(Person.id).where(Person.campaign_id == campaign.id)
    for number in session.exec(wanted).all():
        wrapped = ring.keys.get(str(number)) or as_text(inside.get(number))
        if wrapped and digest_of(wrapped) not in given_up:
            session.add(PersonKey(person_id=number, wrapped=base64.b64decode(wrapped)))
    session.flush()


def erase_again(session: Session, campaign: Campaign, ring: Ring, now: datetime, actor: str) -> int:
    """Forget the tandems that were erased since; how many there were.

    A number may have been given anew after an older restore: such a tandem's people have keys.
    """
    _give_up_keys(session, campaign, ring)
    marks = {number: mark for mark, number in ring.tandems.items()}
    keys = {*session.exec(select(PersonKey.person_id)).all()}
    rows = select(Tandem).where(
        Tandem.campaign_id == campaign.id,
        col(Tandem.id).in_(marks),
        col(Tandem.erased_at).is_(None),
    )
    erased = [
        each for each in session.exec(rows).all() if not {each.refugee_id, each.volunteer_id} & keys
    ]
    for tandem in erased:
        forget(session, tandem, now, marks[tandem.id])
        subject = journal.tandem_subject(tandem)
        journal.record(session, campaign.id, now, actor, ERASED, subject, again=True)
    return len(erased)


def _give_up_keys(session: Session, campaign: Campaign, ring: Ring) -> None:
    """A database that was copied back still has the keys that were taken out since."""
    given_up = ring.given_up
    rows = select(PersonKey).join(Person, col(Person.id) == PersonKey.person_id)
    for key in session.exec(rows.where(Person.campaign_id == campaign.id)).all():
        if digest_of(as_text(key.wrapped)) in given_up:
            session.delete(key)
    session.flush()


def forget_senders(session: Session, campaign: Campaign, ring: Ring, now: datetime) -> int:
    """Let go of senders who were erased; how many other people stay shut, without a key."""
    shut = 0
    for person in _without_key(session, campaign.id):
        if str(person.id) in ring.gone:
            forget_sender(session, person, now)
        else:
            shut += 1
    return shut


def _without_key(session: Session, campaign_id: int) -> list[Person]:
    """The people of whom something is sealed that nobody can open."""
    return list(
        session.exec(
            select(Person)
            .join(PersonKey, col(PersonKey.person_id) == Person.id, isouter=True)
            .where(
                Person.campaign_id == campaign_id,
                col(Person.sealed).is_not(None),
                col(PersonKey.person_id).is_(None),
            )
        ).all()
    )
