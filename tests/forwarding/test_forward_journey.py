"""An offer's whole way by commands, against the sandbox's mail server and mailbox."""

import os
import stat
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from orchestrator.messengers.codes import typed_code
from orchestrator.model import Tandem
from orchestrator.sandbox.server import Sandbox
from orchestrator.vocabulary import Step
from tests.campaign_rows import NOON
from tests.conftest import on_both
from tests.forwarding.conftest import VOLUNTEER, House
from tests.inbox.conftest import Manager

PHONE, MAIL_ADDRESS = "5550100", "jonas@example.org"


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox(start=NOON, speed=0) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """A mail server without a past, and the variables by which it is found."""
    running.reset()
    running.configure({"mail": {"volunteers": "none"}})
    for name, value in running.env().items():
        monkeypatch.setenv(name, value)
    return running


@pytest.fixture
def office(manager: Manager, sandbox: Sandbox) -> "Office":
    return Office(manager, sandbox)


class Office:
    """A manager and the sandbox, whose clocks go together."""

    def __init__(self, manager: Manager, sandbox: Sandbox) -> None:
        self.manager, self.sandbox = manager, sandbox

    def wait(self, **span: float) -> None:
        self.sandbox.clock.advance(timedelta(**span))
        self.manager.now += timedelta(**span)

    def fault(self, method: str, **more: Any) -> None:
        from orchestrator.sandbox.faults import describe

        self.sandbox.faults.add(describe({"network": "mail", "method": method, **more}))

    @property
    def letters(self) -> list[dict[str, object]]:
        return self.sandbox.letters()

    def answer(self) -> None:
        """The volunteer presses “Reply” and says nothing but thanks."""
        letter = self.letters[-1]
        self.sandbox.configure({"mail": {"put": [
            f"From: jonas@example.org\r\nTo: {letter['from']}\r\nSubject: Re: {letter['subject']}"
            f"\r\nIn-Reply-To: {letter['message_id']}\r\n\r\nDanke!\r\n"
        ]}})  # fmt: skip

    def run(self) -> Any:
        answer = self.manager.type("run", "--once", "--yes", "--json")
        return answer.document


@on_both
def test_from_an_offer_to_work(house: House, office: Office) -> None:
    """Mailed, confirmed by an answer, followed until it has become work, and asked about again."""
    manager, reply = office.manager, house.offer(house.tandem())
    told = manager.type("inbox", "forward", str(reply), "--yes")
    assert told.exit == 0, told
    assert "Sent." in told.out
    [letter] = office.letters
    assert letter["to"] == [MAIL_ADDRESS]
    assert typed_code(str(letter["subject"])[-10:-1])
    again = manager.type("inbox", "forward", str(reply), "--yes")
    assert (again.exit, len(office.letters)) == (0, 1)
    assert "was handed over by e-mail" in again.out
    office.answer()
    office.wait(hours=2)
    done = office.run()
    assert (done["receipts"], done["forwarded"]) == (1, 0)
    assert house.rows.read(reply).status == "received"
    assert manager.ask("inbox", "outcome", str(reply), "trial")["status"] == "trial"
    began = manager.ask("inbox", "outcome", str(reply), "started", "--on", "2026-11-24")
    assert (began["ask"], began["ask_on"]) == ("kept_4w", "2026-12-22")
    office.wait(days=28)
    [question] = manager.ask("today")["follow_up"]
    assert (question["id"], question["ask"], question["due"]) == (reply, "kept_4w", True)
    assert f"inbox outcome {reply} kept_4w" in manager.type("today").out
    totals = manager.ask("report", "--format", "json")["totals"]
    assert (totals["handed_over"], totals["outcomes"]["started"]) == (1, 1)


def test_whoever_does_not_answer_is_reminded_and_another_is_told(
    house: House, office: Office
) -> None:
    contacts = VOLUNTEER | {"backup_contact": "weber@example.org"}
    reply = house.offer(house.tandem(contacts=contacts))
    office.manager.ask("inbox", "forward", str(reply), "--yes")
    for _day in range(4):
        office.wait(days=1)
        office.run()
    assert [each["to"] for each in office.letters] == [
        [MAIL_ADDRESS], [MAIL_ADDRESS], ["weber@example.org"],
    ]  # fmt: skip
    assert "has confirmed it" in office.manager.type("today").out


def test_reminders_need_no_network(
    house: House, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is posted, and offers go their way all the same."""
    reply = house.offer(house.tandem())
    office.manager.ask("inbox", "forward", str(reply), "--yes")
    for name in os.environ:
        if name.startswith(("TUEROEFFNER_FACEBOOK", "TUEROEFFNER_X")):
            monkeypatch.delenv(name)
    office.wait(days=1)
    told = office.manager.type("run", "--once", "--yes", "--json")
    assert (told.exit, told.document["forwarded"]) == (0, 1)
    assert "No network is on" in told.err
    assert len(office.letters) == 2


def test_no_contact_in_an_answer_for_scripts(
    house: House, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where mails may hold it."""
    monkeypatch.setenv("TUEROEFFNER_MAIL__PHONE_IN_MAIL", "true")
    reply = house.offer(house.tandem())
    told = office.manager.type("inbox", "forward", str(reply), "--yes", "--json")
    assert PHONE not in told.out + told.err
    assert PHONE in str(office.letters[0])


def test_a_busy_server_gets_it_later_once(house: House, office: Office) -> None:
    reply = house.offer(house.tandem())
    office.fault("DATA", kind="status", status=421, body="4.3.2 Too busy")
    told = office.manager.type("inbox", "forward", str(reply), "--yes", "--json")
    assert (told.exit, told.document["state"], office.letters) == (3, "failed", [])
    assert "1 mail about an offer did not go out so far" in office.manager.type("today").out
    office.wait(hours=1)
    assert office.run()["forwarded"] == 1
    assert office.run()["forwarded"] == 0
    assert len(office.letters) == 1
    assert house.rows.read(reply).status == "forwarded"


@pytest.mark.parametrize("arrived", [True, False])
def test_a_lost_answer_is_for_a_person(house: House, office: Office, arrived: bool) -> None:
    """Nothing goes out again until somebody says whether it arrived."""
    reply = house.offer(house.tandem())
    kind = "reset_after" if arrived else "reset_before"
    office.fault("DOT", kind=kind)
    told = office.manager.type("inbox", "forward", str(reply), "--yes", "--json")
    assert (told.exit, told.document["state"]) == (4, "unknown")
    assert len(office.letters) == int(arrived)
    for _pass in range(3):
        office.wait(hours=3)
        office.run()
    assert len(office.letters) == int(arrived)
    status = office.manager.type("run", "--status", "--json")
    assert status.exit == 4
    assert "mail_unclear" in [each["name"] for each in status.document["alarms"]]
    said = "yes" if arrived else "no"
    office.manager.ask("inbox", "forward", str(reply), "--sent", said)
    office.run()
    assert len(office.letters) == 1
    assert house.rows.read(reply).status == "forwarded"


def test_an_address_that_does_not_exist(house: House, office: Office) -> None:
    """Refused at once, or sent back later: whoever is next is told, and the manager as well."""
    refused, bounced = (
        house.offer(house.tandem()),
        house.offer(
            house.tandem(
                "zweites",
                contacts={"email": "weg@example.org", "backup_contact": "weber@example.org"},
            )
        ),
    )
    office.sandbox.configure({"mail": {"refuse": [MAIL_ADDRESS], "bounce": ["weg@example.org"]}})
    told = office.manager.type("inbox", "forward", str(refused), "--yes")
    assert told.exit == 4
    assert "--by sheet" in told.err
    office.manager.ask("inbox", "forward", str(bounced), "--yes")
    office.wait(hours=2)
    office.run()
    assert [each["to"] for each in office.letters][-1] == ["weber@example.org"]


@pytest.mark.parametrize("language", ["de", "ar"])
def test_a_sheet_to_print(house: House, office: Office, language: str) -> None:
    """One page for one reader, with the contact, for its owner only; none in the answer."""
    reply = house.offer(house.tandem(volunteer_lang=language))
    told = office.manager.type("inbox", "forward", str(reply), "--by", "sheet", "--yes", "--json")
    assert told.exit == 0, told
    page = office.manager.folder / f"reply-{reply}-sheet.html"
    assert told.document["file"] == page.name
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    text = page.read_text("utf-8")
    direction = "rtl" if language == "ar" else "ltr"
    assert f'lang="{language}" dir="{direction}"' in text
    assert "size: A4" in text
    assert "http" not in text.replace("http-equiv", "")
    for word in (PHONE, "Frau Krause", told.document["code"]):
        assert word in text
    assert PHONE not in told.out + told.err
    assert "contact" in [each.what for each in house.rows.events(reply)]
    other = office.manager.type("inbox", "forward", str(reply), "--by", "sheet", "--yes")
    assert (other.exit, page.read_text("utf-8")) == (2, text)
    receipt = office.manager.ask("inbox", "receipt", told.document["code"].lower())
    assert (receipt["id"], receipt["status"], receipt["changed"]) == (reply, "received", True)


def test_another_copy_is_said_to_be_one(house: House, office: Office) -> None:
    """And stands in the history; another tandem does not get the first one's page."""
    reply = house.offer(house.tandem())
    house.tandem("zweites")
    forward = ("inbox", "forward", str(reply), "--yes", "--by")
    office.manager.ask(*forward, "sheet")
    copy = office.manager.type(*forward, "call", "--out", "copy.html")
    assert (copy.exit, "was handed over on a sheet" in copy.err) == (0, True)
    assert "once more" in copy.out
    history = office.manager.type("inbox", "show", str(reply)).out
    assert "made another copy of it, by a call" in history
    assert "since Nov 24, 2026" in history
    other = office.manager.type(*forward, "call", "--tandem", "zweites", "--out", "other.html")
    assert (other.exit, "was handed over for amira-und-jonas" in other.err) == (2, True)
    assert not (office.manager.folder / "other.html").exists()


def test_a_call(house: House, office: Office) -> None:
    """Whom to call and what to say, in the listener's language and in the caller's own."""
    reply = house.offer(house.tandem(volunteer_lang="ar"))
    office.manager.ask("inbox", "forward", str(reply), "--by", "call", "--yes")
    page = (office.manager.folder / f"reply-{reply}-call.html").read_text("utf-8")
    assert 'href="tel:+4915205550111"' in page
    assert 'href="tel:+497615550100"' in page
    assert 'lang="ar" dir="rtl"' in page
    assert "Hello Jonas Weber" in page
    office.manager.ask(
        "inbox", "forward", str(reply), "--by", "call", "--yes", "--out", "anruf.txt"
    )
    plain = (office.manager.folder / "anruf.txt").read_text("utf-8")
    assert "tel:+4915205550111" in plain
    assert "<" not in plain


def test_hostile_words_do_nothing_on_a_page(house: House, office: Office) -> None:
    """Markup stays words, a turned-round sentence stays in its place, escapes are gone."""
    words = "<script>alert(1)</script> \x1b[31mrot \u202eumgedreht {{ 7*7 }} 0761 5550100"
    reply = house.offer(house.tandem(), text=words, author="<img src=x onerror=alert(2)>")
    office.manager.ask("inbox", "forward", str(reply), "--by", "sheet", "--yes")
    page = (office.manager.folder / f"reply-{reply}-sheet.html").read_text("utf-8")
    assert "<script" not in page
    assert "<img" not in page
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "{{ 7*7 }}" in page


def test_a_dry_run_does_nothing(house: House, office: Office) -> None:
    reply = house.offer(house.tandem())
    for way in ("mail", "sheet", "call"):
        told = office.manager.ask("inbox", "forward", str(reply), "--by", way, "--dry-run")
        assert told["dry_run"] is True
    assert (office.letters, house.steps(reply), house.rows.events(reply)) == ([], [], [])
    assert not list(office.manager.folder.glob("reply-*"))


def test_it_asks_first(house: House, office: Office) -> None:
    reply = house.offer(house.tandem())
    refused = office.manager.type("inbox", "forward", str(reply))
    assert (refused.exit, office.letters) == (2, [])
    assert "--yes" in refused.err
    shown = office.manager.type("inbox", "forward", str(reply), keys="n\n")
    assert "Guten Tag Jonas Weber" in shown.out
    assert (PHONE in shown.out, office.letters, house.steps(reply)) == (False, [], [])


def test_a_volunteer_who_is_away(house: House, office: Office) -> None:
    contacts = VOLUNTEER | {"backup_contact": "weber@example.org"}
    tandem = house.tandem(contacts=contacts)
    away = ("tandem", "away", "amira-und-jonas")
    set_ = office.manager.ask(*away, "24.11.2026", "2026-12-01")
    assert (set_["away_from"], set_["changed"]) == ("2026-11-24", True)
    done = office.manager.ask("inbox", "forward", str(house.offer(tandem)), "--yes")
    assert done["step"] == Step.BACKUP
    assert office.manager.type(*away, "2026-12-01", "2026-11-24").exit == 2
    assert office.manager.type(*away).exit == 2
    office.manager.ask(*away, "--clear")
    with house.rows.store.reading() as session:
        row = session.get_one(Tandem, tandem)
    assert (row.away_from, row.away_until) == (None, None)
    assert date(2026, 12, 1) > NOON.date()


@pytest.mark.parametrize(
    "line",
    [
        ("inbox", "forward", "99", "--yes"),
        ("inbox", "forward", "1", "--by", "pigeon"),
        ("inbox", "forward", "1", "--sent", "perhaps"),
        ("inbox", "forward", "1", "--out", "x.html", "--yes"),
        ("inbox", "forward", "1", "--by", "sheet", "--out", "nowhere/x.html", "--yes"),
        ("inbox", "receipt", "K7RM-2FQ3"),
        ("inbox", "outcome", "1", "wonderful"),
        ("inbox", "outcome", "1", "started"),
        ("inbox", "outcome", "1", "trial", "--on", "tomorrow"),
    ],
)
def test_what_makes_no_sense_is_a_sentence(
    house: House, office: Office, line: tuple[str, ...]
) -> None:
    house.offer(house.tandem())
    answer = office.manager.type(*line)
    assert (answer.exit, answer.out) == (2, "")
    assert "→" in answer.err


def test_the_alarm_is_everywhere(house: House, office: Office) -> None:
    """Today, the doctor, the status and the report say that an offer waits for too long."""
    reply = house.offer(house.tandem(), is_checked=False, received_at=NOON - timedelta(hours=25))
    words = "came more than 24 hours ago"
    assert words in office.manager.type("today").out
    doctor = office.manager.type("doctor", "--json")
    found = [each for each in doctor.document["checks"] if each["name"] == "offers"]
    assert (doctor.exit, found[0]["level"]) == (4, "fail")
    assert f"inbox check {reply}" in found[0]["remedy"]
    status = office.manager.type("run", "--status", "--json")
    assert (status.exit, status.document["alarms"][0]["name"]) == (4, "offers_wait")
    report = office.manager.ask("report", "--format", "json")
    assert report["totals"]["waiting_too_long"] == 1


def test_a_refusal_names_the_reply_in_the_reader_s_language(house: House, office: Office) -> None:
    reply = house.offer(house.tandem())
    later = ["inbox", "outcome", str(reply), "started", "--on", "2099-01-01"]
    told = office.manager.type(*later, "--lang", "de")
    assert (told.exit, told.err.startswith(f"Antwort {reply}: ")) == (2, True)
    document = office.manager.type(*later, "--json").document
    assert document["error"]["subject"] == f"reply {reply}"  # a script reads no language
