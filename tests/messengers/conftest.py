"""A sandbox that plays mail server and mailbox, without a past for each test."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from random import Random
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from orchestrator.messengers import mail, mailbox
from orchestrator.messengers.codes import message_id, new_code
from orchestrator.messengers.port import Delivery, Letter, Mark
from orchestrator.sandbox.server import Sandbox
from orchestrator.settings import Mail

START = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
DAY = date(2026, 11, 30)
CODE = new_code(Random(3).choice)
# For a busy machine; short enough to wait for; for what ends alike whenever it ends (seconds).
PATIENT, HASTY, QUICK = 20.0, 0.7, 0.2


def letter(number: int = 3, to: str = "volunteer@example.org", **changed: Any) -> Letter:
    """A letter with a code of its own."""
    code = new_code(Random(number).choice)
    words: dict[str, Any] = {
        "to": to, "subject": f"Ein Angebot ({code})", "language": "de", "code": code,
        "text": f"Guten Tag,\n\nes gibt ein Angebot.\nCode: {code}\n",
        "message_id": message_id(code, "offers@sandbox.example"),
    }  # fmt: skip
    return Letter(**words | changed)


def options_of(sandbox: Sandbox, **changed: Any) -> Mail:
    prefix = "TUEROEFFNER_MAIL__"
    env = sandbox.env().items()
    given = {name.removeprefix(prefix).lower(): v for name, v in env if name.startswith(prefix)}
    return Mail(**given | changed)


@dataclass
class Post:
    """The sandbox's mail, and our messengers to it."""

    sandbox: Sandbox

    def options(self, **changed: Any) -> Mail:
        return options_of(self.sandbox, **changed)

    def mail(self, timeout: float = PATIENT, **changed: Any) -> mail.Mail:
        clock = self.sandbox.clock
        options = self.options(**changed)
        return mail.connect(options, name="Woche der Türen", clock=clock, timeout=timeout)

    def box(self, timeout: float = PATIENT, **changed: Any) -> mailbox.ImapMailbox:
        return mailbox.open_mailbox(self.options(**changed), timeout=timeout)

    def read(self, mark: Mark | None = None) -> Delivery:
        return self.box().read(mark, DAY)

    def fault(self, kind: str, method: str, network: str = "mail", **more: Any) -> None:
        from orchestrator.sandbox.faults import describe

        wish = {"kind": kind, "network": network, "method": method, "seconds": 5, **more}
        self.sandbox.faults.add(describe(wish))

    def turn(self, **knobs: Any) -> None:
        self.sandbox.configure({"mail": knobs})

    def later(self, **span: float) -> None:
        self.sandbox.clock.advance(timedelta(**span))

    @property
    def taken(self) -> int:
        return len(self.sandbox.letters())


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox(start=START, speed=0) as sandbox:
        yield sandbox


@pytest.fixture
def post(running: Sandbox) -> Post:
    running.reset()
    return Post(running)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key, and the certificate that 127.0.0.1 signed for itself."""
    return certificate_for("127.0.0.1", tmp_path_factory.mktemp("tls") / "server.pem")


def certificate_for(address: str, file: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([]), datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(secret + signed.public_bytes(pem))
    return file


def server_context(file: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
