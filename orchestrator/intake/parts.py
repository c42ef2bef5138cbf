"""The parts that hang on a tandem: sealed names and contacts, appeals, consents."""

from sqlmodel import Session

from orchestrator.intake.columns import APPEAL
from orchestrator.intake.rows import TandemRow
from orchestrator.intake.shelf import Folder
from orchestrator.keys import CampaignKey
from orchestrator.model import Appeal, Consent, Person

_VOLUNTEER_COLUMNS = {
    "name": "volunteer",
    "email": "volunteer_email",
    "phone": "volunteer_phone",
    "backup_contact": "backup_contact",
}


def contact(row: TandemRow) -> dict[str, str]:
    """What the file says of the volunteer; columns that it has not say nothing."""
    return {
        name: row.volunteer[name]
        for name, column in _VOLUNTEER_COLUMNS.items()
        if column in row.given
    }


def reseal(key: CampaignKey, person: Person, fresh: dict[str, str]) -> list[str]:
    """Put fresh values over the sealed ones; return the names of those that differ."""
    if person.wrapped_key is None or person.sealed is None:
        return []
    stored = key.open(person.wrapped_key, person.sealed)
    changed = [name for name, value in fresh.items() if stored.get(name, "") != value]
    if changed:
        person.sealed = key.seal(person.wrapped_key, {**stored, **fresh})
    return changed


def set_appeals(session: Session, row: TandemRow, folder: Folder) -> bool:
    """Store the appeals of the file's languages; tell whether any differs."""
    languages = {each.removeprefix(APPEAL) for each in row.given if each.startswith(APPEAL)}
    changed = False
    for language in sorted(languages):
        text, stored = row.appeals.get(language), folder.appeals.get(language)
        if text == (stored.text if stored else None):
            continue
        changed = True
        if text is None:
            session.delete(stored)
        elif stored:
            stored.text = text
        else:
            session.add(Appeal(tandem_id=folder.tandem.id, language=language, text=text))
    return changed


def set_consents(session: Session, row: TandemRow, folder: Folder) -> bool:
    """Replace the purposes that were not withdrawn; what was withdrawn stays so.

    Tells whether anything differs.
    """
    if "consent" not in row.given:
        return False
    wanted = {
        purpose: (row.given_on, row.ends_on)
        for purpose in row.purposes
        if row.given_on
        and not (purpose in folder.consents and folder.consents[purpose].withdrawn_at)
    }
    holding = {p: each for p, each in folder.consents.items() if each.withdrawn_at is None}
    if wanted == {p: (each.given_on, each.ends_on) for p, each in holding.items()}:
        return False
    for purpose, consent in holding.items():
        if purpose not in wanted:
            session.delete(consent)
    for purpose, (given_on, ends_on) in wanted.items():
        consent = holding.get(purpose) or Consent(
            tandem_id=folder.tandem.id,
            person_id=folder.refugee.id,
            purpose=purpose,
            given_on=given_on,
        )
        consent.given_on, consent.ends_on = given_on, ends_on
        session.add(consent)
    return True
