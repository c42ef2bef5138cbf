"""What is over is let go of, what is not stays, and no figure of the report changes."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from orchestrator import people
from orchestrator.backup import keyring
from orchestrator.backup.places import Place
from orchestrator.model import Event, Person, PersonKey, Tandem
from orchestrator.replies import Sender
from orchestrator.vocabulary import Label
from tests.inbox.conftest import Manager, Rows

# The campaign ends on 29 November 2026.
AFTER_30 = datetime(2026, 12, 30, 9, 0, tzinfo=UTC)
AFTER_ALL = datetime(2027, 7, 10, 9, 0, tzinfo=UTC)


def due(manager: Manager) -> dict[str, int]:
    return {each["kind"]: each["due"] for each in manager.ask("retention", "show")["kinds"]}


def test_only_what_is_over_goes_and_totals_stay(rows: Rows, manager: Manager) -> None:
    """Thirty days on: comments and abuse go, offers, tips and evidence stay; figures are equal."""
    question = rows.reply("Ruft mich an: 0151 23456789", Label.QUESTION, author="Uwe")
    offer = rows.reply("Wir suchen eine Näherin")
    tip = rows.reply("Fragt mal beim Theater", Label.TIP)
    kept, abuse = rows.reply("Haut ab!", Label.ABUSE), rows.reply("Verschwindet!", Label.ABUSE)
    late = rows.reply(
        "Noch aktuell?", Label.QUESTION, received_at=datetime(2026, 12, 20, tzinfo=UTC)
    )
    manager.ask("inbox", "evidence", str(kept))
    manager.now = AFTER_30
    before = manager.ask("report", "--format", "json")["totals"]
    assert due(manager) == {"comments": 1, "tips": 0, "offers": 0, "abuse": 1, "contacts": 0}
    manager.ask("retention", "apply", "--dry-run")
    assert rows.read(question).forgotten_at is None
    done = manager.ask("retention", "apply", "--yes")["forgotten"]
    assert done == {"comments": 1, "tips": 0, "offers": 0, "abuse": 1, "contacts": 0}
    assert manager.ask("report", "--format", "json")["totals"] == before
    gone = rows.read(question)
    assert (gone.text, gone.author, gone.contact_digests, gone.permalink) == ("", "", [], "")
    with rows.store.reading() as session:
        assert people.is_erased(session, session.get_one(Person, gone.person_id))
        [counts] = {
            str(each.detail)
            for each in session.exec(select(Event)).all()
            if each.what == "retention"
        }
    assert counts == "{'count': 1}"
    assert rows.read(abuse).text == ""
    assert all(rows.read(each).text for each in (offer, tip, kept, late))
    assert sum(manager.ask("retention", "apply", "--yes")["forgotten"].values()) == 0


def test_names_and_contacts_of_tandems_end_last(rows: Rows, manager: Manager) -> None:
    """After seven months nobody's key is left, neither a tandem's nor a sender's."""
    tandem = rows.tandem()
    rows.reply("Ich hätte etwas", sender=Sender("Frau Alt", "alt@example.org"))
    with rows.store.session() as session:
        row = session.get_one(Tandem, tandem)
        for number in (row.refugee_id, row.volunteer_id):
            session.add(PersonKey(person_id=number, wrapped=rows.key.new_person_key()))
    manager.now = AFTER_ALL
    assert manager.ask("retention", "apply", "--yes")["forgotten"]["contacts"] == 2
    with rows.store.reading() as session:
        assert session.exec(select(PersonKey)).all() == []


DEATHS = {
    "before a batch is whole": "orchestrator.retention.applying.journal.record",
    "before old bytes are overwritten": "orchestrator.erasure.erasing.sweep",
    "before the keys beside the backups": "orchestrator.backup.keyring.forget",
}


@pytest.mark.parametrize("death", DEATHS.values(), ids=DEATHS)
def test_a_death_on_the_way_is_made_good_by_repeating(
    rows: Rows, manager: Manager, monkeypatch: pytest.MonkeyPatch, death: str
) -> None:
    """What was said, who said it, and the key in the backup's place: all of it goes after all."""
    reply = rows.reply("Ruft mich an: 0151 23456789", Label.QUESTION, author="Uwe")
    manager.ask("backup", "create")
    manager.now = AFTER_30
    with monkeypatch.context() as patched:
        patched.setattr(death, _die)
        assert manager.type("retention", "apply", "--yes").exit == 130
    manager.ask("retention", "apply", "--yes")
    assert not rows.read(reply).text
    with rows.store.reading() as session:
        [person] = session.exec(select(Person).where(Person.id == rows.read(reply).person_id))
        assert people.is_erased(session, person)
    [ring] = keyring.found([Place(manager.folder / "backups")]).values()
    assert str(person.id) not in ring.keys
    assert str(person.id) in ring.gone


def _die(*_given: object, **_named: object) -> None:
    raise KeyboardInterrupt


def test_large_amounts_go_in_batches(
    rows: Rows, manager: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is whole: what went before an interruption stays gone, and is counted once."""
    from orchestrator.retention import applying

    monkeypatch.setattr(applying, "BATCH", 2)
    for number in range(5):
        rows.reply(f"Alles Gute {number}", Label.ENCOURAGEMENT)
    turn = applying.Turn(rows.store, rows.settings, rows.id, AFTER_30, "heike")
    with pytest.raises(KeyboardInterrupt):
        applying.apply(turn, _die)
    manager.now = AFTER_30
    assert manager.ask("retention", "apply", "--yes")["forgotten"]["comments"] == 3


def test_without_a_yes_nothing_goes(rows: Rows, manager: Manager) -> None:
    """In a job the flag has to be there."""
    reply = rows.reply("Alles Gute", Label.ENCOURAGEMENT)
    manager.now = AFTER_30
    assert "1 entry is kept for longer" in manager.type("doctor").out
    answer = manager.type("retention", "apply")
    assert answer.exit == 2
    assert "--yes" in answer.err
    assert rows.read(reply).text


def test_evidence_can_be_ended(rows: Rows, manager: Manager) -> None:
    """It begins once, ends once, and is seen in between."""
    reply = rows.reply("Haut ab!", Label.ABUSE)
    assert manager.ask("inbox", "evidence", str(reply))["changed"]
    assert not manager.ask("inbox", "evidence", str(reply))["changed"]
    assert "complaint" in manager.type("inbox", "show", str(reply)).out
    assert manager.ask("inbox", "evidence", str(reply), "--end")["evidence_since"] is None
    assert [each.what for each in rows.events(reply)] == ["evidence", "evidence ended"]
