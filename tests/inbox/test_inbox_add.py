"""Noting down a call or a mail: quick on a terminal, scriptable, never counted twice."""

import os
import pty
import random
import select
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from orchestrator import people
from orchestrator.commands import inbox_add
from orchestrator.commands.asking import lines
from orchestrator.inbox.paging import Wish, replies
from orchestrator.inbox.typed import Known, fitting
from orchestrator.model import Reply, Tandem
from orchestrator.replies import Sender, digests_in, opened
from orchestrator.vocabulary import Label
from tests.conftest import on_sqlite
from tests.inbox.conftest import NOON, Keyboard, Manager, Rows

OFFER = "Wir suchen ab sofort eine Spülhilfe"


def stored(rows: Rows) -> list[Reply]:
    with rows.store.reading() as session:
        return replies(session, rows.id, Wish(everything=True))


def contact(manager: Manager, text: str) -> str:
    path = manager.folder / "contact.txt"
    path.write_text(text, "utf-8")
    return str(path)


def test_five_questions_on_a_terminal(rows: Rows, manager: Manager) -> None:
    """Way, tandem by a part of its town, name, contact, words; then it is told what next."""
    tandem = rows.tandem()
    rows.tandem("tandem-07", public_name="Samir", town="Görlitz")
    said = manager.type(
        "inbox", "add",
        keys="1\nfreib\nFrau Sommer\n0761 555 0123\n"
        "Wir suchen ab sofort eine Spülhilfe\n\nsie soll anrufen\n.\n",
    )  # fmt: skip
    assert said.exit == 0, said
    (reply,) = stored(rows)
    assert (reply.channel, reply.tandem_id, reply.network) == ("phone", tandem, None)
    assert reply.text == "Wir suchen ab sofort eine Spülhilfe\n\nsie soll anrufen"
    assert reply.received_at == reply.collected_at == NOON
    assert (reply.author, reply.queue) == ("", True)
    assert reply.contact_digests == digests_in(rows.key, "+49 761 5550123")
    with rows.store.reading() as session:
        assert opened(session, rows.key, reply) == {
            "name": "Frau Sommer", "contact": "0761 555 0123",
        }  # fmt: skip
    assert f"Stored as reply {reply.id}" in said.out
    assert f"inbox take {reply.id}" in said.out
    (event,) = rows.events(reply.id)
    assert (event.what, event.detail) == ("note", {"channel": "phone", "duplicate_of": None})


@on_sqlite
def test_a_bad_answer_is_asked_again(rows: Rows, manager: Manager) -> None:
    """A wrong way, an unknown tandem, a number that is none, no words: each costs one line."""
    tandem = rows.tandem()
    rows.tandem("tandem-07", public_name="Samir", town="Freiburg")
    said = manager.type(
        "inbox", "add", "--at", "25:99",
        keys="11:30\npigeon\nmail\nnirgends\nfreiburg\n9\nfreiburg\n1\n\n\n.\nMelden Sie sich\n.\n",
    )  # fmt: skip
    assert said.exit == 0, said
    for sentence in ("“25:99” is not a time", "“pigeon” is no way", "no tandem “nirgends”",
                     "none of these numbers", "What they said is missing"):  # fmt: skip
        assert sentence in said.err
    (reply,) = stored(rows)
    assert (reply.channel, reply.tandem_id) == ("mail", tandem)
    assert reply.received_at == NOON - timedelta(minutes=30)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ami", [1]),  # how Amira begins, not the middle of Samir
        ("mir", [1, 2]),
        ("GOERL", [2]),
        ("görlitz", [2]),
        ("tandem-07", [2]),  # whole, though tandem-070 begins alike
        ("tandem 07", [2, 3]),
        ("bad hom", [3]),
        ("-", []),
        ("nirgends", []),
    ],
)
def test_a_tandem_is_found_by_what_one_remembers(typed: str, found: list[int]) -> None:
    """By slug, name or town, in any spelling; the beginning of a word before its middle."""
    tandems = [
        Known(1, "amira-und-jonas", "Amira", "Freiburg"),
        Known(2, "tandem-07", "Samir", "Görlitz"),
        Known(3, "tandem-070", "Lina", "Bad Homburg vor der Höhe"),
    ]
    assert [each.id for each in fitting(typed, tandems)] == found


@pytest.mark.parametrize("typed", ["6", "person", "pers", "in person", "In Person"])
@on_sqlite
def test_a_way_has_many_spellings(typed: str, rows: Rows, manager: Manager) -> None:
    """Its number, its word, how it begins, or as it is shown."""
    manager.ask("inbox", "add", "--channel", typed, "--text", OFFER)
    assert stored(rows)[0].channel == "person"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--text", OFFER], "--channel with one of: phone, mail"),
        (["--channel", "phone"], "--text"),
        (["--channel", "phone", "--text", "  "], "What they said is missing"),
        (["--channel", "pigeon", "--text", OFFER], "“pigeon” is no way"),
        (["--channel", "p", "--text", OFFER], "“p” is no way"),
        (["--channel", "phone", "--text", OFFER, "--tandem", "amira-und-jona"], "Did you mean"),
        (["--channel", "phone", "--text", OFFER, "--at", "sometime"], "is not a time"),
        (["--channel", "phone", "--text", OFFER, "--at", "0001-01-01T00:00+23:59"], "not a time"),
        (["--channel", "phone", "--text", OFFER, "--at", "13:00"], "lies in the future"),
        (["--channel", "phone", "--text", OFFER, "--at", "2006-11-24 09:00"], "a year ago"),
        (["--channel", "phone", "--text", OFFER, "--label", "offer"], "There is no label"),
        (["--channel", "phone", "--text", OFFER, "--name", "x" * 400], "longer than 300"),
        (["--channel", "phone", "--text", OFFER, "--same-as", "99"], "There is no reply 99"),
        (["--channel", "phone", "--text", OFFER, "--same-as", "1", "--new"], "contradict"),
        (["--channel", "phone", "--text", "-", "--contact-file", "-"], "standard input"),
        (["--channel", "phone", "--text", OFFER, "--contact-file", "nowhere.txt"], "nowhere.txt"),
    ],
)
@on_sqlite
def test_a_script_is_refused_with_what_to_do(
    arguments: list[str], sentence: str, rows: Rows, manager: Manager
) -> None:
    """Exit 2, one sentence, nothing stored."""
    rows.tandem()
    refused = manager.type("inbox", "add", *arguments)
    assert refused.exit == 2
    assert sentence in refused.err
    assert stored(rows) == []


@pytest.mark.parametrize("secret", ["0761 555 0123", "+49 171 5550123", "a.b@laden.example"])
def test_no_contact_comes_from_the_command_line(secret: str, rows: Rows, manager: Manager) -> None:
    """Other users of the machine could read it there; the sentence does not repeat it."""
    for option in ("--text", "--name"):
        arguments = {"--text": OFFER, "--name": "Frau Sommer"} | {option: f"Ruft an: {secret}"}
        flat = [each for pair in arguments.items() for each in pair]
        refused = manager.type("inbox", "add", "--channel", "phone", *flat)
        assert refused.exit == 2
        assert secret not in refused.err + refused.out
        assert stored(rows) == []
    assert manager.type("inbox", "add", "--contact", secret).exit == 2


def test_words_and_contact_come_from_files_and_streams(rows: Rows, manager: Manager) -> None:
    """What may hold a number is read from standard input or a file, and masked where it shows."""
    one = manager.ask(
        "inbox", "add", "--channel", "mail", "--text", "-", pipe="Ruft an: 0761 555 0123\n"
    )
    two = manager.ask(
        "inbox", "add", "--channel", "group", "--text", OFFER, "--contact-file", "-",
        pipe="laden@naeherei.example\n",
    )  # fmt: skip
    path = contact(manager, "0761 555 0177")
    three = manager.ask(
        "inbox", "add", "--channel", "press", "--text", "Bitte um Rückruf", "--contact-file", path
    )
    assert rows.read(one["id"]).text == "Ruft an: •••"
    assert rows.read(two["id"]).contact_digests == digests_in(rows.key, "laden@naeherei.example")
    assert rows.read(three["id"]).contact_digests == digests_in(rows.key, "0761 555 0177")


def test_a_contact_without_number_is_kept_and_said(rows: Rows, manager: Manager) -> None:
    """A shop that one visits is a contact too; it is just not recognised again."""
    path = contact(manager, "Laden am Markt, vormittags")
    said = manager.type(
        "inbox", "add", "--channel", "person", "--text", OFFER, "--contact-file", path
    )
    assert said.exit == 0
    assert "No phone number or mail address was found" in said.err
    with rows.store.reading() as session:
        (reply,) = stored(rows)
        assert opened(session, rows.key, reply)["contact"] == "Laden am Markt, vormittags"


def test_a_file_that_is_no_text_is_refused(rows: Rows, manager: Manager) -> None:
    """No traceback for a file in another encoding."""
    Path("contact.txt").write_bytes("Bäckerei".encode("cp1252"))
    refused = manager.type(
        "inbox", "add", "--channel", "mail", "--text", OFFER, "--contact-file", "contact.txt"
    )
    assert refused.exit == 2
    assert "UTF-8" in refused.err


def test_it_is_sorted_unless_somebody_has_a_label(rows: Rows, manager: Manager) -> None:
    """A person's label stays; what a machine finds unimportant is read all the same."""
    sorted_ = manager.ask("inbox", "add", "--channel", "phone", "--text", "Grüße aus dem Urlaub")
    assert (sorted_["labelled_by"], sorted_["queue"]) == (None, True)
    own = manager.ask(
        "inbox", "add", "--channel", "phone", "--text", "Grüße zwei", "--label", "encouragement"
    )
    assert (own["label"], own["labelled_by"], own["queue"]) == ("encouragement", "heike", False)


@pytest.mark.parametrize(
    ("typed", "iso"),
    [
        ("09:15", "2026-11-24T09:15:00+01:00"),
        ("2026-11-23 14:30", "2026-11-23T14:30:00+01:00"),
        ("23.11.2026 14:30", "2026-11-23T14:30:00+01:00"),
        ("23.11. 14:30", "2026-11-23T14:30:00+01:00"),
        ("23. 11. 14.30 Uhr", "2026-11-23T14:30:00+01:00"),
        ("23.11.26, 9 Uhr", "2026-11-23T09:00:00+01:00"),
        ("09.30", "2026-11-24T09:30:00+01:00"),
        ("09:30 Uhr", "2026-11-24T09:30:00+01:00"),
        ("gestern 14:30", "2026-11-23T14:30:00+01:00"),
        ("Yesterday at 9.15", "2026-11-23T09:15:00+01:00"),
        ("vorgestern um 9 Uhr", "2026-11-22T09:00:00+01:00"),
        ("30.12.2025 10:00", "2025-12-30T10:00:00+01:00"),
        ("2026-10-25 02:30", "2026-10-25T02:30:00+02:00"),
        ("2026-11-24T08:00:00Z", "2026-11-24T09:00:00+01:00"),
    ],
)
@on_sqlite
def test_when_it_came(typed: str, iso: str, manager: Manager) -> None:
    """In the campaign's zone unless an offset is given; the hour that comes twice is its first."""
    manager.ask("inbox", "add", "--channel", "phone", "--text", OFFER, "--at", typed)
    assert manager.ask("inbox")["replies"][0]["received_at"] == iso


@pytest.mark.parametrize(
    ("typed", "now", "iso"),
    [
        ("23.11.2026", NOON, "2026-11-23T12:00:00+01:00"),
        ("23.11.", NOON, "2026-11-23T12:00:00+01:00"),
        ("2026-11-23", NOON, "2026-11-23T12:00:00+01:00"),
        ("gestern", NOON, "2026-11-23T12:00:00+01:00"),
        ("today", NOON + timedelta(hours=3), "2026-11-24T12:00:00+01:00"),
        ("heute", NOON - timedelta(hours=3), "2026-11-24T09:00:00+01:00"),
        ("30.12.", NOON + timedelta(days=50), "2026-12-30T12:00:00+01:00"),
    ],
)
@on_sqlite
def test_a_day_alone_is_its_noon_and_that_is_said(
    typed: str, now: datetime, iso: str, manager: Manager
) -> None:
    """Today before noon it is now; in January, December is the one before."""
    manager.now = now
    said = manager.type("inbox", "add", "--channel", "phone", "--text", OFFER, "--at", typed)
    assert said.exit == 0, said
    assert "Only the day was given" in said.err
    assert manager.ask("inbox")["replies"][0]["received_at"] == iso


# The same offer again


def test_the_same_contact_is_linked_and_not_counted_again(rows: Rows, manager: Manager) -> None:
    """An employer who wrote online and then rings is one offer, on two channels, kept twice."""
    tandem = rows.tandem()
    online = rows.reply(f"{OFFER}, Tel. 0761/555 01 23", tandem_id=tandem)
    said = manager.type(
        "inbox", "add", "--channel", "phone", "--text", OFFER, "--tandem", "amira-und-jonas",
        "--contact-file", "-", pipe="+49 761 5550123",
    )  # fmt: skip
    assert f"the same as reply {online}" in said.out
    assert "--new" in said.out
    assert f"inbox take {online}" in said.out
    assert len(stored(rows)) == 2
    document = {each["id"]: each for each in manager.ask("inbox")["replies"]}
    note = next(each for each in document.values() if each["duplicate_of"])
    assert (note["duplicate_of"], document[online]["duplicates"]) == (online, [note["id"]])
    (line,) = [line for line in manager.type("inbox").out.splitlines() if "job offer" in line]
    assert f"also {note['id']}" in line
    assert manager.ask("today")["overnight"]["offers"] == 1
    assert len(manager.ask("today")["offers_waiting"]) == 1


def test_new_overrides_and_same_as_decides(rows: Rows, manager: Manager) -> None:
    """Both flags, and a link to a repetition goes to the first one."""
    first = rows.reply(sender=Sender(contact="0761 555 0123"))
    path = contact(manager, "0761 555 0123")
    base = ["inbox", "add", "--channel", "phone", "--text", OFFER]
    new = manager.ask(*base, "--contact-file", path, "--new")
    assert new["duplicate_of"] is None
    assert first in new["similar"]
    linked = manager.ask(*base, "--same-as", str(first))
    assert linked["duplicate_of"] == first
    assert manager.ask(*base, "--same-as", str(linked["id"]))["duplicate_of"] == first


def test_nothing_is_lost_by_linking(rows: Rows, manager: Manager) -> None:
    """Another tandem, an offer after a question, a sender who comes back after the end: new."""
    one, two = rows.tandem(), rows.tandem("tandem-07")
    sender = Sender(contact="0761 555 0123")
    rows.reply("Was kann sie denn?", Label.QUESTION, tandem_id=one, sender=sender)
    rows.reply(tandem_id=two, sender=sender)
    rows.reply(tandem_id=one, sender=sender, status="filled")
    entered = manager.ask(
        "inbox", "add", "--channel", "phone", "--text", OFFER, "--label", "job_offer",
        "--tandem", "amira-und-jonas", "--contact-file", contact(manager, "0761 555 0123"),
    )  # fmt: skip
    assert entered["duplicate_of"] is None
    assert len(entered["similar"]) == 3


def test_nearly_the_same_words_are_only_said_without_a_terminal(
    rows: Rows, manager: Manager
) -> None:
    """Words alone do not prove it; a person is told the number."""
    tandem = rows.tandem()
    online = rows.reply("Wir suchen ab sofort eine Spülhilfe, meldet euch!", tandem_id=tandem)
    base = [
        "inbox",
        "add",
        "--channel",
        "phone",
        "--text",
        "Spülhilfe ab sofort gesucht: Wir suchen",
    ]
    told = manager.type(*base, "--tandem", "amira-und-jonas")
    assert f"Reply {online} reads nearly the same" in told.err
    assert "not counted again" not in told.out
    assert manager.ask(*base)["similar"] == [], "for nobody in particular is not the same tandem"


@pytest.mark.parametrize(("yes", "linked"), [("y", True), ("n", False), ("", False)])
@on_sqlite
def test_on_a_terminal_it_asks(yes: str, linked: bool, rows: Rows, manager: Manager) -> None:
    """The one that it may be is shown, masked; only a yes links."""
    online = rows.reply("Ruft an: 0761 555 0123", tandem_id=rows.tandem())
    said = manager.type(
        "inbox", "add", keys=f"phone\n\n\n0761 555 0123\nHabe angerufen\n.\n{yes}\n"
    )
    assert said.exit == 0
    assert f"Reply {online} has the same contact: Facebook, Tue 24 Nov 10:00\n    Ruft" in said.err
    assert f"Is it the same as reply {online}?" in said.err
    assert "0123" not in said.err + said.out
    note = next(each for each in stored(rows) if each.id != online)
    assert note.duplicate_of == (online if linked else None)


@pytest.mark.parametrize("answered", range(7))
@on_sqlite
def test_ctrl_c_at_any_question_stores_nothing_and_says_so(
    answered: int, rows: Rows, manager: Manager
) -> None:
    """Exit 130; what was there before stays."""
    online = rows.reply("Ruft an: 0761 555 0123")
    lines = ["phone", "", "Frau Sommer", "0761 555 0123", "Habe angerufen", ".", "y"]
    keys = "\n".join([*lines[:answered], f"{Keyboard.BREAK}\n"])
    ended = manager.type("inbox", "add", keys=keys)
    assert ended.exit == 130
    assert "nothing was stored" in ended.err
    assert [each.id for each in stored(rows)] == [online]


def test_the_end_of_input_stores_nothing(rows: Rows, manager: Manager) -> None:
    """Ctrl-D is a way out as well."""
    assert manager.type("inbox", "add", keys="phone\n").exit == 130
    assert stored(rows) == []


def test_counting_is_by_first_telling(rows: Rows, manager: Manager) -> None:
    """However often and in whatever order offers are told, each is counted once."""
    dice = random.Random(5)
    tellings = [n for n in range(4) for _again in range(3)]
    dice.shuffle(tellings)
    for n in tellings:
        manager.ask(
            "inbox", "add", "--channel", dice.choice(["phone", "mail", "person"]),
            "--label", "job_offer", "--text", f"Angebot {n}", "--contact-file", "-",
            pipe=f"0761 555 010{n}",
        )  # fmt: skip
    assert len(stored(rows)) == 12
    document = manager.ask("today")
    assert (len(document["offers_waiting"]), document["overnight"]["offers"]) == (4, 4)


HOSTILE = [
    "\x00\x1b[31mWir suchen\x07",
    "Wir suchen \ud83d",
    "x" * 20_000,
    "👩‍👩‍👧" * 500,
    "؟" * 40,
]


@pytest.mark.parametrize("text", HOSTILE)
@on_sqlite
def test_hostile_words_are_stored_whole_and_shown_tame(
    text: str, rows: Rows, manager: Manager
) -> None:
    """Half a character, a NUL, escapes and length break nothing on either database."""
    raw = text.encode("utf-8", "replace")
    said = manager.type("inbox", "add", "--channel", "mail", "--text", "-", pipe=raw)
    assert said.exit == 0, said
    shown = manager.type("inbox", "show", "1").out
    assert "\x1b" not in shown
    assert len(stored(rows)[0].text) >= len(text) - 1
    assert (
        manager.type("inbox", "add", "--channel", "mail", "--text", text + "x" * 20_000).exit == 2
    )


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A real terminal as standard input; what is written to its number is typed."""
    keys, screen = pty.openpty()
    with os.fdopen(screen, encoding="utf-8") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        yield keys
    os.close(keys)


def left_for_the_shell() -> bool:
    return bool(select.select([sys.stdin], [], [], 0.1)[0])


@pytest.mark.parametrize("end", [".\n", "\x04"])
def test_a_pasted_mail_is_taken_whole(end: str, terminal: int) -> None:
    """Its empty lines belong to it; a full stop on a line of its own ends it, or Ctrl-D."""
    os.write(terminal, f"Guten Tag,\n\nwir suchen jemanden.\n\nGruß\n{end}".encode())
    assert lines("What?") == "Guten Tag,\n\nwir suchen jemanden.\n\nGruß"


def test_nothing_of_a_paste_reaches_the_shell(terminal: int) -> None:
    """What stands behind the end is dropped with the end."""
    os.write(terminal, b"Guten Tag\n.\ntouch here\ntouch there\n")
    assert lines("What?") == "Guten Tag"
    assert not left_for_the_shell()


@pytest.mark.parametrize("typed", ["phone\n\n\n\nHallo\n.\n", f"phone\n{Keyboard.BREAK}\n"])
@on_sqlite
def test_the_terminal_is_emptied_on_every_way_out(
    typed: str, rows: Rows, manager: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the last question as after Ctrl-C."""
    emptied: list[int] = []
    monkeypatch.setattr(inbox_add, "forget_typed", lambda: emptied.append(1))
    manager.type("inbox", "add", keys=typed)
    assert emptied == [1]
    manager.type("inbox", "add", "--channel", "phone", "--text", OFFER)
    assert emptied == [1], "a script has no terminal to empty"


@on_sqlite
def test_the_end_of_a_text_is_told_in_the_question(rows: Rows, manager: Manager) -> None:
    """Nobody has to guess how to get out."""
    said = manager.type("inbox", "add", keys="phone\n\n\n\nHallo\n.\n")
    assert "a line with only a full stop ends it" in said.err


def test_an_offer_can_not_be_the_same_as_a_deleted_one(rows: Rows, manager: Manager) -> None:
    """It would vanish with it; also when the named one only repeats it."""
    gone = rows.reply("", deleted_at=NOON, status="forwarded")
    again = rows.reply(duplicate_of=gone)
    for number in (gone, again):
        refused = manager.type(
            "inbox", "add", "--channel", "phone", "--text", OFFER, "--same-as", str(number)
        )
        assert refused.exit == 2
        assert f"Reply {gone} was deleted by its author" in refused.err
    assert len(stored(rows)) == 2


def test_an_offer_is_not_hidden_under_a_question(rows: Rows, manager: Manager) -> None:
    """Somebody says it is the same: then the offer is the original."""
    question = rows.reply("Was kann sie denn?", Label.QUESTION)
    linked = manager.ask(
        "inbox", "add", "--channel", "phone", "--text", OFFER, "--label", "job_offer",
        "--same-as", str(question),
    )  # fmt: skip
    assert linked["duplicate_of"] is None
    assert rows.read(question).duplicate_of == linked["id"]


OURS = "030 555 0100"  # as [campaign] contact has it


def test_whoever_quotes_our_number_is_no_namesake(rows: Rows, manager: Manager) -> None:
    """The action centre's number and a volunteer's stand in many replies of strangers."""
    volunteer = "0761 555 0188"
    with rows.store.session() as session:
        tandem = session.get_one(Tandem, rows.tandem())
        known = {"name": "Jonas", "phone": volunteer}
        tandem.volunteer_id = people.add(session, rows.key, tandem.campaign_id, known).id
    for number in (OURS, volunteer):
        online = rows.reply(f"Soll man unter {number} anrufen? Wir suchen wen")
        note = manager.ask(
            "inbox", "add", "--channel", "mail", "--text", "-", "--label", "job_offer",
            pipe=f"Habe {number} gewählt, niemand da. Brauche Hilfe in der Küche",
        )  # fmt: skip
        assert note["duplicate_of"] is None
        assert online not in note["similar"]
        manager.name = "heike"
        manager.ask("inbox", "take", str(online))
        manager.name = "yusuf"
        assert manager.type("inbox", "take", str(note["id"])).exit == 0


def test_two_numbers_are_two_contacts(rows: Rows, manager: Manager) -> None:
    """What ends the text and what begins the contact never melt into one number."""
    online = rows.reply("Ruft an: 0761 555 0123")
    noted = manager.ask(
        "inbox", "add", "--channel", "phone", "--text", "Zimmer 12", "--label", "job_offer",
        "--contact-file", "-", pipe="0171 2345678 / 0761 5550123",
    )  # fmt: skip
    assert noted["duplicate_of"] == online
    assert len(rows.read(noted["id"]).contact_digests) == 2
