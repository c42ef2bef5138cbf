"""The sandbox's mail: strict to the letter, and people who answer as one seed wants it."""

import imaplib
import re
import smtplib
import socket
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, message_from_string, policy
from itertools import count

import pytest

from orchestrator.sandbox.clock import SandboxClock
from orchestrator.sandbox.mail_office import PASSWORD, USER, PostOffice
from orchestrator.sandbox.mail_people import reactions
from orchestrator.sandbox.server import Sandbox

START = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
LETTER = (
    "From: Woche <offers@sandbox.example>\r\nTo: uwe@example.org\r\nSubject: Angebot (K7RM)\r\n"
    "Message-ID: <1@sandbox.example>\r\nContent-Language: {language}\r\n\r\nCode: K7RM\r\n"
)


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox(start=START, speed=0) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    running.reset()
    return running


@pytest.fixture
def smtp(sandbox: Sandbox) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP("127.0.0.1", sandbox.mail.smtp_port, "client.example", 10) as line:
        yield line


class Imap:
    """Lines as they go over the wire."""

    def __init__(self, port: int) -> None:
        self._line = socket.create_connection(("127.0.0.1", port), 10)
        self._read = self._line.makefile("rb")
        self._tags = count(1)
        self.greeting = self._read.readline()

    def say(self, command: str) -> list[str]:
        tag = f"a{next(self._tags)}"
        self._line.sendall(f"{tag} {command}\r\n".encode())
        lines: list[str] = []
        while not lines or not lines[-1].startswith(f"{tag} "):
            line = self._read.readline().decode()
            assert line, lines
            lines.append(line.rstrip("\r\n"))
        return [*lines[:-1], lines[-1].removeprefix(f"{tag} ")]

    def close(self) -> None:
        self._read.close()
        self._line.close()


@pytest.fixture
def imap(sandbox: Sandbox) -> Iterator[Imap]:
    line = Imap(sandbox.mail.imap_port)
    yield line
    line.close()


def test_both_servers_are_on_this_machine_only(sandbox: Sandbox) -> None:
    for bound in sandbox.mail._sockets:
        assert bound.getsockname()[0] == "127.0.0.1"


def test_the_settings_are_printed_with_the_networks(sandbox: Sandbox) -> None:
    env = sandbox.env()
    assert env["TUEROEFFNER_MAIL__PORT"] == str(sandbox.mail.smtp_port)
    assert env["TUEROEFFNER_MAIL__IMAP_PORT"] == str(sandbox.mail.imap_port)
    assert {"HOST", "SECURITY", "USER", "PASSWORD", "SENDER", "IMAP_PASSWORD", "MAILBOX"} <= {
        name.removeprefix("TUEROEFFNER_MAIL__") for name in env
    }


def test_the_ports_follow_the_sandboxs_own_where_they_are_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with socket.create_server(("127.0.0.1", port + 2)):
        sandbox = Sandbox(port, START, 0)
        try:
            assert sandbox.mail.smtp_port == port + 1
            assert sandbox.mail.imap_port not in (port + 1, port + 2)
        finally:
            sandbox.stop()


def test_the_order_of_a_letter_is_kept_to(smtp: smtplib.SMTP) -> None:
    assert smtp.docmd("MAIL FROM:<a@example.org>")[0] == 503  # no greeting yet
    smtp.ehlo()
    assert smtp.docmd("MAIL FROM:<a@example.org>")[0] == 530
    smtp.login(USER, PASSWORD)
    assert smtp.docmd("RCPT TO:<a@example.org>")[0] == 503
    assert smtp.docmd("DATA")[0] == 503
    for path in ("a@example.org", " <a@example.org>", "<a@example.org", "<a b@example.org>"):
        assert smtp.docmd(f"MAIL FROM:{path}")[0] == 501
    assert smtp.docmd("FLY")[0] == 500


@pytest.mark.parametrize("login", [(USER, "wrong"), ("wrong", PASSWORD), ("", "")])
def test_nobody_else_gets_in(smtp: smtplib.SMTP, imap: Imap, login: tuple[str, str]) -> None:
    with pytest.raises(smtplib.SMTPAuthenticationError) as refused:
        smtp.login(*login)
    assert refused.value.smtp_code == 535
    user, password = login
    assert imap.say(f'LOGIN "{user}" "{password}"')[-1].startswith("NO [AUTHENTICATIONFAILED]")


def test_a_letter_is_in_the_list_of_letters(sandbox: Sandbox, smtp: smtplib.SMTP) -> None:
    smtp.login(USER, PASSWORD)
    smtp.sendmail(USER, ["uwe@example.org"], LETTER.format(language="de"))
    [letter] = sandbox.letters()
    assert letter["to"] == ["uwe@example.org"]
    assert letter["message_id"] == "<1@sandbox.example>"
    assert sandbox.ledger() == []
    sandbox.reset()
    assert sandbox.letters() == []


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("SELECT INBOX", "BAD"), ("UID SEARCH ALL", "BAD"), ("LOGIN one", "BAD"),
        ("FETCH 1 BODY[]", "BAD"), ("", "BAD"), ('LOGIN "a', "BAD"), ("CAPABILITY", "OK"),
        ("NOOP", "OK"), ("STARTTLS", "BAD"),
    ],
)  # fmt: skip
def test_before_the_login(imap: Imap, command: str, answer: str) -> None:
    assert imap.greeting.startswith(b"* OK")
    assert imap.say(command)[-1].startswith(answer)


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("UID SEARCH", "BAD"), ("UID SEARCH FROM uwe", "BAD"), ("UID SEARCH UID x", "BAD"),
        ("UID SEARCH SINCE 2026-11-30", "BAD"), ("UID SEARCH SINCE 31-Feb-2026", "BAD"),
        ("UID FETCH 1", "BAD"), ("UID FETCH 1 (BODY[TEXT])", "BAD"), ("UID FETCH 1 ()", "BAD"),
        (r"UID STORE 1 FLAGS (\Seen)", "BAD"), (r"UID STORE 1 +FLAGS (\Gone)", "BAD"),
        ("SEARCH ALL", "BAD"), ("LOGIN a b", "BAD"), ("EXAMINE Other", "NO"), ("NOOP", "OK"),
        ("UID SEARCH UID 1:* SINCE 01-Nov-2026", "OK"), ("LOGOUT", "OK"),
    ],
)  # fmt: skip
def test_what_is_taken_in_an_open_mailbox(imap: Imap, command: str, answer: str) -> None:
    imap.say(f"LOGIN {USER} {PASSWORD}")
    imap.say("SELECT INBOX")
    assert imap.say(command)[-1].startswith(answer)


def test_only_a_mailbox_that_is_open_for_writing_changes(sandbox: Sandbox, imap: Imap) -> None:
    uid = sandbox.mail.office.put(b"Subject: x\r\n\r\nwords")
    imap.say(f"LOGIN {USER} {PASSWORD}")
    assert "READ-ONLY" in imap.say("EXAMINE INBOX")[-1]
    imap.say(f"UID FETCH {uid} BODY[]")
    assert imap.say(rf"UID STORE {uid} +FLAGS (\Seen)")[-1].startswith("NO")
    assert not sandbox.mail.office.messages()[0].flags
    imap.say("SELECT INBOX")
    imap.say(f"UID FETCH {uid} BODY.PEEK[]")
    assert not sandbox.mail.office.messages()[0].flags
    imap.say(f"UID FETCH {uid} BODY[]")
    assert sandbox.mail.office.messages()[0].flags == {"\\Seen"}


def test_a_common_client_reads_it(sandbox: Sandbox) -> None:
    uids = [sandbox.mail.office.put(b"Subject: %d\r\n\r\nwords" % at) for at in range(3)]
    with imaplib.IMAP4("127.0.0.1", sandbox.mail.imap_port, timeout=10) as line:
        line.login(USER, PASSWORD)
        assert line.select("INBOX") == ("OK", [b"3"])
        assert line.uid("SEARCH", "UID", f"{uids[1]}:*")[1] == [b"2 3"]
        # The last one is in every such range (RFC 3501, 6.4.8).
        assert line.uid("SEARCH", "UID", "9:*")[1] == [b"3"]
        [head, _end] = line.uid("FETCH", "2", "(RFC822.SIZE BODY.PEEK[]<9.5>)")[1]
        assert head[0].startswith(b"2 (RFC822.SIZE 19 BODY[]<9> {5}")
        assert head[1] == b"1\r\n\r\n"
        line.uid("STORE", "2", "+FLAGS.SILENT", r"(\Seen)")
        assert line.uid("SEARCH", "UNSEEN")[1] == [b"1 3"]


def test_knobs_and_faults_are_turned_over_http(sandbox: Sandbox) -> None:
    for wish in (
        {"fly": 1},
        {"login": "maybe"},
        {"greylist": -1},
        {"refuse": "x"},
        {"validity": 0},
    ):
        with pytest.raises(ValueError, match="mail"):
            sandbox.configure({"mail": wish})
    sandbox.configure({"mail": {"greylist": 60, "put": ["Subject: x\r\n\r\ny"]}})
    assert len(sandbox.mail.office.messages()) == 1


def test_calls_are_counted_beside_those_of_the_networks(
    sandbox: Sandbox, smtp: smtplib.SMTP
) -> None:
    smtp.login(USER, PASSWORD)
    assert {"CONNECT ", "EHLO ", "AUTH "} <= sandbox.calls.counts()["mail"].keys()


def fates(seed: int, people: int = 400) -> Counter[str]:
    letter = message_from_string(LETTER.format(language="de"), policy=policy.default)
    told: Counter[str] = Counter()
    for each in range(people):
        found = reactions(seed, letter, f"v{each}@example.org", 0, START)
        texts = [reaction.raw.decode() for reaction in found]
        told["silent"] += not texts
        told["bounced"] += any("MAILER-DAEMON" in text for text in texts)
        told["away"] += any("auto-replied" in text and "DAEMON" not in text for text in texts)
        told["soon"] += any(
            reaction.at - START < timedelta(days=1) and "Auto-Submitted" not in text
            for reaction, text in zip(found, texts, strict=True)
        )
    return told


def test_most_people_answer_within_a_day_and_some_never() -> None:
    told = fates(1)
    assert 220 < told["soon"] < 290
    assert 30 < told["silent"] < 85
    assert told["bounced"]
    assert told["away"]


def test_one_seed_one_world() -> None:
    assert fates(1, 60) == fates(1, 60)
    assert fates(1, 60) != fates(2, 60)


def test_the_code_of_a_letter_changes_nobodys_mind() -> None:
    one = message_from_string(LETTER.format(language="de"), policy=policy.default)
    other = message_from_string(LETTER.replace("K7RM", "ZZZZ").format(language="de"))
    for each in range(50):
        to = f"v{each}@example.org"
        first, second = (reactions(1, letter, to, 0, START) for letter in (one, other))
        assert [reaction.at for reaction in first] == [reaction.at for reaction in second]


@pytest.mark.parametrize(
    ("language", "words"), [("de", "[a-zäöü]"), ("ar", "[ء-ي]"), ("xx", "[a-z]")]
)
def test_people_answer_in_the_language_of_the_letter(language: str, words: str) -> None:
    office = PostOffice(clock := SandboxClock(START, 0), 1)
    office.configure({"volunteers": "all"})
    office.take(USER, ["uwe@example.org"], LETTER.format(language=language).encode())
    assert office.messages() == []
    clock.advance(timedelta(hours=1))
    [answer] = office.messages()
    mail = message_from_bytes(answer.raw, policy=policy.default)
    assert re.search(words, mail.get_content())
    assert mail["In-Reply-To"] == "<1@sandbox.example>"
    assert "Angebot (K7RM)" in mail["Subject"]
    assert mail["To"] == USER


def test_without_a_public_nobody_answers() -> None:
    office = PostOffice(clock := SandboxClock(START, 0), None)
    office.take(USER, ["uwe@example.org"], LETTER.format(language="de").encode())
    clock.advance(timedelta(days=9))
    assert office.messages() == []


def test_stopping_ends_every_line() -> None:
    sandbox = Sandbox(start=START, speed=0).start()
    lines = [
        socket.create_connection(("127.0.0.1", port), 10)
        for port in (sandbox.mail.smtp_port, sandbox.mail.imap_port)
    ]
    for line in lines:
        assert line.recv(100)
    sandbox.stop()
    for line in lines:
        assert line.recv(100) == b""
        line.close()
    sandbox.stop()
