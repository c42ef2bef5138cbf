"""A campaign with screened and unscreened people, and somebody who types ``tandem screen``."""

from typing import Any

import pytest

from orchestrator import people
from orchestrator.model import Appeal, Consent, Event, Person, PersonKey, Tandem
from tests.campaign_rows import NOON
from tests.inbox.conftest import Manager, Rows, manager, rows

__all__ = ["Manager", "Rows", "manager", "rows"]

TEXT = "Ich nähe seit zehn Jahren Jacken und Kleider. Wer kennt eine Werkstatt?"


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """SQLite, unless a test asks for both."""
    url: str = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    return url


def person(rows: Rows, slug: str = "tandem-07", name: str = "Yusuf", **changes: Any) -> int:
    """A tandem that nobody has checked yet; the real name is sealed, the town is Freiburg."""
    text = changes.pop("text", TEXT)
    number = rows.tandem(slug, **{"show": None, "public_name": ""} | changes)
    with rows.store.session() as session:
        refugee = session.get_one(Person, session.get_one(Tandem, number).refugee_id)
        if session.get(PersonKey, refugee.id) is None:
            session.add(PersonKey(person_id=refugee.id, wrapped=rows.key.new_person_key()))
            session.flush()
        people.put(session, rows.key, refugee, {"name": name})
        session.add(Appeal(tandem_id=number, language="de", text=text))
    return number


def consents(rows: Rows, number: int, network: str = "facebook") -> None:
    """The person agreed to be seen there."""
    with rows.store.session() as session:
        refugee = session.get_one(Tandem, number).refugee_id
        session.add(
            Consent(tandem_id=number, person_id=refugee, purpose=network, given_on=NOON.date())
        )


def tandem(rows: Rows, number: int) -> Tandem:
    """It as it stands."""
    with rows.store.reading() as session:
        return session.get_one(Tandem, number)


def events(rows: Rows) -> list[Event]:
    """The audit log."""
    from sqlmodel import col, select

    with rows.store.reading() as session:
        return list(session.exec(select(Event).order_by(col(Event.id))).all())
