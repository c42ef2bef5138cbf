"""A database without the persons' keys: nobody is hidden by a name that nobody can read."""

import json
from pathlib import Path

import pytest
from sqlmodel import Session, select

from orchestrator import people
from orchestrator.consent import evidence
from orchestrator.errors import UsageProblem
from orchestrator.model import Event, Person, PersonKey
from orchestrator.plan import plan
from orchestrator.vocabulary import Show
from tests.campaign_rows import NOON
from tests.conftest import on_both
from tests.fakes import FakeNetwork
from tests.screening.conftest import Manager, Rows, person, tandem
from tests.screening.test_screened_files import File

SCREEN = ("tandem", "screen", "tandem-07")


def lose_keys(rows: Rows) -> None:
    """As after a restore without a keyring."""
    with rows.store.session() as session:
        for each in session.exec(select(PersonKey)).all():
            session.delete(each)


def name_of(rows: Rows, session: Session, number: int) -> dict[str, str]:
    return people.fields(session, rows.key, session.get_one(Person, number))


@pytest.mark.parametrize(("show", "alias"), [("alias", "Yusuf"), ("region", "Sami")])
def test_no_alias_without_the_real_name(
    rows: Rows, manager: Manager, show: str, alias: str
) -> None:
    """Exit 4, with the way out; ``none`` is kept at once, and so is what hides no name."""
    number = person(rows)
    lose_keys(rows)
    answer = manager.type(*SCREEN, "--show", show, "--alias", alias, "--yes", "--json")
    assert answer.exit == 4
    error = json.loads(answer.out)["error"]
    assert "cannot be read" in error["what"]
    assert "Import" in error["remedy"]
    assert "--show none" in error["remedy"]
    assert tandem(rows, number).screened_at is None
    assert manager.type(*SCREEN, "--show", "none", "--yes").exit == 0
    assert tandem(rows, number).screened_at == NOON


@pytest.fixture
def file(tmp_path: Path, rows: Rows) -> File:
    return File(tmp_path, rows)


@pytest.mark.parametrize(
    ("show", "alias"), [(Show.ALIAS, "Sami"), (Show.REGION, "Sami"), (Show.FULL, "")]
)
def test_nothing_is_planned_of_whom_nobody_can_name(
    file: File, rows: Rows, show: Show, alias: str
) -> None:
    """Nor are old words left to be approved; after an import everything is as before."""
    file.read(show=show, public_name=alias)
    networks = {"facebook": FakeNetwork("facebook")}

    def planned() -> tuple[int, list[str]]:
        report = plan(rows.store, rows.settings, rows.key, networks, NOON, "tester")
        return report.created + report.unchanged, [each.reason for each in report.skipped]

    before, none = planned()
    assert (before > 0, none) == (True, [])
    lose_keys(rows)
    count, (reason,) = planned()
    assert count == 0
    assert "cannot be read" in reason
    file.read(show=show, public_name=alias)
    planned()
    assert planned() == (before, [])


@on_both
def test_an_import_opens_whoever_was_shut(file: File, rows: Rows) -> None:
    """With another key, once; the repetition changes nothing, and proofs stay shut."""
    file.read()
    with rows.store.session() as session:
        refugee = session.get_one(Person, file.tandem.refugee_id)
        proof = evidence.put(
            session, rows.key, refugee, evidence.Proof("form.txt", b"signed"), NOON
        )
    lose_keys(rows)
    with rows.store.reading() as session:
        assert name_of(rows, session, file.tandem.refugee_id) == {}
        with pytest.raises(UsageProblem, match="key was lost"):
            evidence.take_out(session, rows.key, proof)
    assert (file.read().updated, file.read().unchanged) == (1, 1)
    with rows.store.reading() as session:
        assert name_of(rows, session, file.tandem.refugee_id) == {"name": "Amal"}
        volunteer = name_of(rows, session, file.tandem.volunteer_id)
        assert (volunteer["name"], volunteer["email"]) == ("Birgit Sommer", "birgit@example.org")
        with pytest.raises(UsageProblem, match="key was lost"):
            evidence.take_out(session, rows.key, proof)
        (event,) = session.exec(select(Event).where(Event.what == "tandem.updated")).all()
        assert "name" in event.detail["changed"]


@on_both
def test_whoever_was_erased_stays_so(file: File, rows: Rows) -> None:
    """Nothing sealed and no key: no word of theirs is kept again."""
    file.read()
    with rows.store.session() as session:
        refugee = session.get_one(Person, file.tandem.refugee_id)
        people.shred(session, refugee)
        session.flush()
        people.put(session, rows.key, refugee, {"name": "Amal"})
        assert people.is_erased(session, refugee)
        assert not people.is_shut(session, refugee)
    with rows.store.reading() as session:
        refugee = session.get_one(Person, file.tandem.refugee_id)
        assert (refugee.sealed, people.wrapped_key(session, refugee)) == (None, None)


def test_what_an_older_key_sealed_is_shut_and_not_broken(file: File, rows: Rows) -> None:
    """An older backup holds what the lost key sealed: it is imported anew like all the others."""
    file.read()
    number = file.tandem.refugee_id
    with rows.store.session() as session:
        session.get_one(PersonKey, number).wrapped = rows.key.new_person_key()
    with rows.store.reading() as session:
        assert name_of(rows, session, number) == {}
    file.read()
    with rows.store.reading() as session:
        assert name_of(rows, session, number) == {"name": "Amal"}
