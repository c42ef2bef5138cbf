"""Encrypted lines: only to whom the certificate names, and nothing in the open before."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from orchestrator.messengers import mail, mailbox
from orchestrator.ports import NotSent
from orchestrator.sandbox.clock import SandboxClock
from orchestrator.sandbox.faults import FaultBoard
from orchestrator.sandbox.mail import MailServers
from orchestrator.settings import Mail
from tests.messengers.conftest import certificate_for, letter, server_context
from tests.messengers.shapes import RECEIPTS

WAYS = ["tls", "starttls"]
Trust = Callable[[Path], None]


@pytest.fixture
def trust(monkeypatch: pytest.MonkeyPatch) -> Trust:
    return lambda file: monkeypatch.setenv("SSL_CERT_FILE", str(file))


@contextmanager
def servers(file: Path | None, way: str) -> Iterator[tuple[MailServers, Mail]]:
    running = MailServers(SandboxClock(), FaultBoard(), lambda *_: None, None)
    if file is not None:
        running.encrypt(server_context(file), from_the_start=way == "tls")
    running.start()
    given = running.env().items()
    options = {name.removeprefix("TUEROEFFNER_MAIL__").lower(): value for name, value in given}
    try:
        yield running, Mail(**options | {"security": way, "imap_security": way})
    finally:
        running.stop()


@pytest.mark.parametrize("way", WAYS)
def test_a_known_certificate_is_enough(certificate: Path, trust: Trust, way: str) -> None:
    trust(certificate)
    with servers(certificate, way) as (running, options):
        mail.connect(options).send(letter())
        assert len(running.office.letters()) == 1
        running.office.put(next(iter(RECEIPTS.values())))
        assert len(mailbox.open_mailbox(options).read(None, date(2000, 1, 1)).messages) == 1


@pytest.mark.parametrize("way", WAYS)
def test_a_certificate_that_nobody_vouches_for_ends_it(certificate: Path, way: str) -> None:
    with servers(certificate, way) as (running, options):
        for call in (mail.connect(options).check, mailbox.open_mailbox(options).check):
            with pytest.raises(NotSent) as caught:
                call()
            assert "certificate" in caught.value.why
        assert not running.office.letters()


@pytest.mark.parametrize("way", WAYS)
def test_a_certificate_of_another_server_ends_it(tmp_path: Path, trust: Trust, way: str) -> None:
    other = certificate_for("127.0.0.2", tmp_path / "other.pem")
    trust(other)
    with servers(other, way) as (_running, options):
        for call in (mail.connect(options).check, mailbox.open_mailbox(options).check):
            with pytest.raises(NotSent) as caught:
                call()
            assert "certificate" in caught.value.why


def test_a_server_without_encryption_is_told_nothing() -> None:
    """Somebody on the way may have taken the offer out."""
    with servers(None, "starttls") as (_running, options):
        for call in (mail.connect(options).check, mailbox.open_mailbox(options).check):
            with pytest.raises(NotSent) as caught:
                call()
            assert "STARTTLS" in caught.value.why


def test_an_encrypted_line_to_a_server_that_speaks_in_the_open() -> None:
    with servers(None, "tls") as (_running, options):
        for call in (
            mail.connect(options, timeout=1.0).check,
            mailbox.open_mailbox(options, timeout=1.0).check,
        ):
            with pytest.raises(NotSent):
                call()
