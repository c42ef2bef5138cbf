"""One reply: everything around it, and its contact only for those who ask for it."""

from datetime import timedelta

from orchestrator import people
from orchestrator.model import Person, Reply
from orchestrator.replies import Sender
from orchestrator.vocabulary import Label, PostState
from tests.inbox.conftest import NOON, Manager, Rows

TEXT = "Wir suchen eine Näherin.\nRuft an: 0761 555 0123\nGruß vom Laden"


def test_everything_around_a_reply(rows: Rows, manager: Manager) -> None:
    """Words, tandem, post, thread, label in words, who has it and what was done."""
    tandem = rows.tandem()
    post = rows.post(
        tandem, state=PostState.PUBLISHED, text="Wer kennt eine Schneiderei?",
        permalink="https://social.example/7",
    )  # fmt: skip
    here = {"post_id": post, "tandem_id": tandem}
    first = rows.reply("Was kann sie denn?", Label.QUESTION, author="Tom", **here)
    reply = rows.reply(TEXT, parent_remote_id="r1", **here)
    rows.reply("Danke!", Label.OTHER, author="Lena", parent_remote_id="r2", **here)
    rows.reply("Nichts damit zu tun", Label.OTHER, author="Mia", **here)
    manager.ask("inbox", "label", str(reply), "tip")
    manager.ask("inbox", "take", str(reply))

    said = manager.type("inbox", "show", str(reply)).out
    for part in (
        "tip", "Facebook", "Tue 24 Nov 10:00", "by heike", "amira-und-jonas",
        "https://social.example/7", "Wer kennt eine Schneiderei?", f"↑ {first}  Tom: Was kann",
        "Lena: Danke!", "heike, since Tue 24 Nov 12:00", "took it in hand",
        "changed the label from job offer to tip", "Wir suchen eine Näherin.\n  Ruft an: •••",
    ):  # fmt: skip
        assert part in said, part
    assert "Mia" not in said
    assert "0123" not in said


def test_the_contact_is_for_those_who_ask_and_that_is_logged(rows: Rows, manager: Manager) -> None:
    """Without the option no number and no event; with it both, in words and as JSON."""
    reply = rows.reply(TEXT)
    plain = manager.type("inbox", "show", str(reply))
    assert "0123" not in plain.out
    assert f"inbox show {reply} --contact" in plain.out
    assert rows.events(reply) == []
    document = manager.ask("inbox", "show", str(reply))["reply"]
    assert "contact" not in document
    assert "0123" not in str(document)

    opened = manager.type("inbox", "show", str(reply), "--contact")
    assert "Ruft an: 0761 555 0123" in opened.out
    document = manager.ask("inbox", "show", str(reply), "--contact")["reply"]
    assert document["original"] == TEXT
    events = rows.events(reply)
    assert [(each.actor, each.what) for each in events] == [("heike", "contact")] * 2
    assert "0123" not in str([each.detail for each in events])
    assert "looked at the contact" in manager.type("inbox", "show", str(reply)).out


def test_a_note_shows_the_name_and_hides_the_contact(rows: Rows, manager: Manager) -> None:
    """The name that somebody typed in stands in `show` alone, the contact behind the option."""
    sender = Sender("Frau Sommer", "sommer@waescherei.example")
    reply = rows.reply(
        "Wäscherei sucht Hilfe", network=None, channel="phone", author="", sender=sender
    )
    assert "Sommer" not in manager.type("inbox").out + manager.type("inbox", "--json").out
    plain = manager.type("inbox", "show", str(reply)).out
    assert "Frau Sommer" in plain
    assert "sommer@" not in plain
    assert "sommer@waescherei.example" in manager.type("inbox", "show", str(reply), "--contact").out
    opened = manager.ask("inbox", "show", str(reply), "--contact")["reply"]
    assert opened["contact"] == "sommer@waescherei.example"


def test_nothing_was_sealed(rows: Rows, manager: Manager) -> None:
    """A reply without any contact says so, and there is nothing to log."""
    reply = rows.reply("Kommt einfach vorbei")
    assert "none noted" in manager.type("inbox", "show", str(reply), "--contact").out
    assert rows.events(reply) == []


def test_what_was_erased_is_said(rows: Rows, manager: Manager) -> None:
    """The reply stays readable; its contact is gone for good, and that is a clear sentence."""
    reply = rows.reply(TEXT)
    with rows.store.session() as session:
        person = session.get_one(Person, session.get_one(Reply, reply).person_id)
        people.shred(session, person)
    assert "Contact: erased" in manager.type("inbox", "show", str(reply)).out
    refused = manager.type("inbox", "show", str(reply), "--contact")
    assert refused.exit == 2
    assert "has been erased" in refused.err
    assert rows.events(reply) == []


def test_without_the_key_file_the_rest_can_be_read(rows: Rows, manager: Manager) -> None:
    """A lost key costs the contact, not the inbox."""
    reply = rows.reply(TEXT)
    key = manager.folder / "keys" / "campaign.key"
    key.rename(key.with_suffix(".away"))
    plain = manager.type("inbox", "show", str(reply))
    assert plain.exit == 0
    assert "the key file that opens it is not here" in plain.out
    assert "Wir suchen eine Näherin." in plain.out
    assert manager.type("inbox", "list").exit == 0
    assert manager.type("inbox", "show", str(reply), "--contact").exit == 2


def test_deleted_pictures_and_edits_have_words(rows: Rows, manager: Manager) -> None:
    """Where there is no text it is said why."""
    gone = rows.reply("", deleted_at=NOON)
    picture = rows.reply("", Label.OTHER, picture=True, edited_at=NOON + timedelta(minutes=5))
    assert "(deleted by its author)" in manager.type("inbox", "show", str(gone)).out
    said = manager.type("inbox", "show", str(picture)).out
    assert "(a picture)" in said
    assert "Edited: Tue 24 Nov 12:05" in said
