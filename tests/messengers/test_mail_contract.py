"""Mail against a strict server over the wire: what is said of a letter is what became of it."""

import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import pytest

from orchestrator.ports import (
    NotAuthorised,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Trouble,
)
from orchestrator.vocabulary import Condition
from tests.messengers.conftest import HASTY, QUICK, Post, letter, options_of

SECRETS = ("sandbox-mailbox-password", "volunteer@example.org", "offers@sandbox.example")


@contextmanager
def expected(kind: type[Trouble]) -> Iterator[Any]:
    """Exactly this trouble, in a sentence without a secret, and nothing behind it."""
    with pytest.raises(Trouble) as caught:
        yield caught
    trouble = caught.value
    assert type(trouble) is kind, trouble.why
    assert trouble.why.endswith(".")
    told = f"{trouble.why} {vars(trouble)} {trouble.__cause__!r}"
    assert not [secret for secret in SECRETS if secret in told]


def test_a_letter_is_taken_over_as_it_was_written(post: Post) -> None:
    sent = post.mail().send(letter(to="volunteer@example.org"))
    [taken] = post.sandbox.letters()
    assert sent.remark
    assert taken["to"] == ["volunteer@example.org"]
    assert taken["message_id"] == letter().message_id
    assert letter().code in str(taken["subject"])


def test_lines_that_begin_with_a_dot_arrive(post: Post) -> None:
    post.mail().send(letter(text=".\n..\n.doch\n\n.\n"))
    [taken] = post.sandbox.letters()
    assert "\r\n\r\n.\r\n..\r\n.doch\r\n\r\n.\r\n" in str(taken["raw"])


def test_nothing_is_said_in_the_log(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    post.mail().send(letter())
    logged = " ".join(record.getMessage() for record in caplog.records)
    assert not [secret for secret in SECRETS if secret in logged]


# Kind of fault, what is going on, more of the fault, the trouble, and how many letters were taken.
FAULTS: list[tuple[str, str, dict[str, Any], type[Trouble], int]] = [
    ("drop_before", "CONNECT", {}, NotSent, 0),
    ("reset_before", "CONNECT", {}, NotSent, 0),
    ("html", "CONNECT", {}, NotSent, 0),
    ("status", "CONNECT", {"status": 421, "body": "4.3.2 Too busy"}, RateLimited, 0),
    ("status", "CONNECT", {"status": 554, "body": "5.7.1 Listed"}, NotAuthorised, 0),
    ("drop_before", "EHLO", {}, NotSent, 0),
    ("drop_before", "AUTH", {}, NotSent, 0),
    # The library tries every way of logging in, one after the other.
    (
        "status",
        "AUTH",
        {"times": 2, "status": 454, "body": "4.7.0 Temporary failure"},
        RateLimited,
        0,
    ),
    ("status", "AUTH", {"times": 2, "status": 535, "body": "5.7.8 No"}, NotAuthorised, 0),
    ("status", "MAIL", {"status": 421}, RateLimited, 0),
    ("status", "MAIL", {"status": 550, "body": "5.7.1 Not your address"}, NotAuthorised, 0),
    ("status", "MAIL", {"status": 530, "body": "5.7.0 Log in first"}, NotAuthorised, 0),
    ("drop_after", "MAIL", {}, NotSent, 0),
    ("status", "RCPT", {"status": 550, "body": "5.1.1 User unknown"}, Rejected, 0),
    ("status", "RCPT", {"status": 553, "body": "5.1.3 Bad address"}, Rejected, 0),
    ("status", "RCPT", {"status": 554, "body": "5.7.1 Relay access denied"}, NotAuthorised, 0),
    ("status", "RCPT", {"status": 450, "body": "4.2.0 Try later"}, RateLimited, 0),
    ("status", "RCPT", {"status": 421}, RateLimited, 0),
    ("drop_after", "RCPT", {}, NotSent, 0),
    ("status", "DATA", {"status": 552, "body": "5.3.4 Too large"}, Rejected, 0),
    ("status", "DATA", {"status": 451}, RateLimited, 0),
    ("status", "DATA", {"status": 250}, NotSent, 0),
    ("drop_before", "DATA", {}, NotSent, 0),
    ("reset_before", "DATA", {}, NotSent, 0),
    ("status", "DOT", {"status": 554, "body": "5.7.1 Looks like spam"}, Rejected, 0),
    ("status", "DOT", {"status": 451, "body": "4.3.0 Disk full"}, RateLimited, 0),
    ("status", "DOT", {"status": 421}, RateLimited, 0),
    ("drop_before", "DOT", {}, OutcomeUnknown, 0),
    ("drop_after", "DOT", {}, OutcomeUnknown, 1),
    ("reset_before", "DOT", {}, OutcomeUnknown, 0),
    ("reset_after", "DOT", {}, OutcomeUnknown, 1),
    ("html", "DOT", {}, OutcomeUnknown, 0),
    ("error_after", "DOT", {"status": 300}, OutcomeUnknown, 1),
]


@pytest.mark.parametrize(("kind", "method", "more", "trouble", "taken"), FAULTS)
def test_every_fault_is_called_by_its_name(
    post: Post, kind: str, method: str, more: dict[str, Any], trouble: type[Trouble], taken: int
) -> None:
    post.fault(kind, method, **more)
    with expected(trouble):
        post.mail().send(letter())
    assert post.taken == taken
    assert not post.sandbox.faults.left()


@pytest.mark.parametrize(
    ("method", "trouble"),
    [
        ("CONNECT", NotSent), ("EHLO", NotSent), ("AUTH", NotSent), ("MAIL", NotSent),
        ("RCPT", NotSent), ("DATA", NotSent), ("DOT", OutcomeUnknown),
    ],
)  # fmt: skip
def test_a_server_that_hangs_is_left(post: Post, method: str, trouble: type[Trouble]) -> None:
    post.fault("hang", method, seconds=30)
    with expected(trouble):
        # What hangs earlier ends alike, however busy this machine is.
        post.mail(HASTY if method == "DOT" else QUICK).send(letter())
    assert post.taken == 0


def test_a_server_that_is_only_slow_is_waited_for(post: Post) -> None:
    post.fault("slow", "DOT", seconds=HASTY * 1.3)
    post.mail(HASTY).send(letter())
    assert post.taken == 1


def test_a_wrong_password_is_the_accounts_trouble(post: Post) -> None:
    with expected(NotAuthorised) as caught:
        post.mail(password="another-one").send(letter())
    assert caught.value.condition is Condition.TOKEN
    assert post.taken == 0


def test_without_a_login_the_server_takes_nothing(post: Post) -> None:
    with expected(NotAuthorised) as caught:
        post.mail(user="").send(letter())
    assert caught.value.condition is Condition.TOKEN


@pytest.mark.parametrize("user", ["ümläut", "a b\r\nRSET"])
def test_a_strange_user_is_refused_and_not_obeyed(post: Post, user: str) -> None:
    with expected(NotAuthorised):
        post.mail(user=user).send(letter())


def test_an_unknown_recipient_is_refused_for_good(post: Post) -> None:
    post.turn(refuse=["Volunteer@example.org"])
    with expected(Rejected) as caught:
        post.mail().send(letter())
    assert "550 5.1.1" in caught.value.reason
    post.mail().send(letter(to="other@example.org"))
    assert post.taken == 1


def test_a_greylist_is_waited_out(post: Post) -> None:
    post.turn(greylist=300)
    with expected(RateLimited) as caught:
        post.mail().send(letter())
    assert caught.value.seconds == 300
    post.later(minutes=1)
    with expected(RateLimited) as caught:
        post.mail().send(letter())
    assert caught.value.seconds == 240
    post.later(minutes=4)
    post.mail().send(letter())
    assert post.taken == 1


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("4.7.1 Greylisted for 5 minutes", 300.0), ("Please try again in 2 hours", 7200.0),
        ("4.3.2 try again later", 900.0), ("in 99999 hours", 21600.0), ("in 1 second", 60.0),
        ("Bitte in 3 Stunden erneut", 10800.0),
    ],
)  # fmt: skip
def test_how_long_a_server_wants_to_wait(post: Post, said: str, seconds: float) -> None:
    post.fault("status", "RCPT", status=450, body=said)
    with expected(RateLimited) as caught:
        post.mail().send(letter())
    assert caught.value.seconds == seconds


@pytest.mark.parametrize(
    "to",
    [
        "", "nobody", "@example.org", "a@", "a b@example.org", "a@b\r\nDATA", "a@example.org>",
        "jürgen@example.org", "a@-.example..org", "a@exa mple.org", "<a@example.org>",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_before_anybody_is_asked(post: Post, to: str) -> None:
    with pytest.raises(Rejected) as caught:
        post.mail().send(letter(to=to))
    assert caught.value.reason
    assert not post.sandbox.calls.entries()


def test_a_domain_with_an_umlaut_is_written_as_servers_want_it(post: Post) -> None:
    post.mail().send(letter(to="uwe@tür.example.org"))
    assert post.sandbox.letters()[0]["to"] == ["uwe@xn--tr-xka.example.org"]


def test_nobody_listens(post: Post) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with expected(NotSent):
        post.mail(port=port).send(letter())


def test_a_name_that_nobody_knows(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with expected(NotSent) as caught:
        post.mail(host="mail.example.org", security="tls").send(letter())
    assert "not known" in caught.value.why


def test_a_check_logs_in_and_sends_nothing(post: Post) -> None:
    assert "takes the login" in post.mail().check()
    commands = [call["method"] for call in post.sandbox.calls.entries()]
    assert commands == ["CONNECT", "EHLO", "AUTH"]
    with expected(NotAuthorised):
        post.mail(password="another-one").check()


Speak = Callable[[socket.socket, Event], None]


@contextmanager
def server_that(speaks: Speak) -> Iterator[int]:
    """A server of bare bytes; its port."""
    done = Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            try:
                line, _ = listening.accept()
                with line:
                    speaks(line, done)
            except OSError:
                return

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        done.set()
        thread.join(5)


def drips(line: socket.socket, done: Event) -> None:
    """Greets for ever, a little at a time, so that no single wait is too long."""
    while not done.wait(0.05):
        line.sendall(b"220-welcome\r\n")


def babbles(line: socket.socket, done: Event) -> None:
    """One line without an end."""
    while not done.is_set():
        line.sendall(b"220" + b"x" * 65536)


@pytest.mark.parametrize("speaks", [drips, babbles])
def test_a_server_that_never_comes_to_an_end_is_left(post: Post, speaks: Speak) -> None:
    with server_that(speaks) as port, pytest.raises(Trouble) as caught:
        post.mail(QUICK, port=port).send(letter())
    assert not isinstance(caught.value, OutcomeUnknown)


def test_what_is_said_too_long_after_the_dot_leaves_it_unknown(post: Post) -> None:
    """The library gives such a line the number 500, which would be a refusal."""

    def speaks(line: socket.socket, done: Event) -> None:
        line.sendall(b"220 x\r\n")
        talk = line.makefile("rb")
        for answer in (b"250 x\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"):
            talk.readline()
            line.sendall(answer)
        while talk.readline() != b".\r\n":
            pass
        line.sendall(b"250 " + b"y" * 20_000 + b"\r\n")
        done.wait(5)

    with server_that(speaks) as port, expected(OutcomeUnknown):
        post.mail(port=port, user="").send(letter())


def test_the_options_are_those_that_the_sandbox_prints(post: Post) -> None:
    options = options_of(post.sandbox)
    assert options.ready
    assert options.reads
