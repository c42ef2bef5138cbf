"""The parts that hang on a tandem: sealed names and contacts, appeals."""

from sqlmodel import Session

from orchestrator import people
from orchestrator.intake.columns import APPEAL
from orchestrator.intake.rows import TandemRow
from orchestrator.intake.shelf import Folder
from orchestrator.keys import CampaignKey
from orchestrator.model import Appeal, Person

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


def reseal(session: Session, key: CampaignKey, person: Person, fresh: dict[str, str]) -> list[str]:
    """Put fresh values over the sealed ones; return the names of those that differ.

    Whoever's key was lost is given another one, so that they can be read again.
    """
    stored = people.fields(session, key, person)
    changed = [name for name, value in fresh.items() if stored.get(name, "") != value]
    if changed or (fresh and people.is_shut(session, person)):
        people.put(session, key, person, {**stored, **fresh})
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
