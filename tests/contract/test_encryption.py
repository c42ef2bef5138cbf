"""An encrypted connection that breaks: before the request nothing was sent, later nobody knows."""

import os
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from socket import create_server, socket
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from orchestrator.networks.wire.transport import Wire, attempt
from orchestrator.ports import NotSent, OutcomeUnknown, Trouble

CLEAR = b"HTTP/1.1 504 Gateway Time-out\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a key and the certificate that 127.0.0.1 signed for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([]), datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    file.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + signed.public_bytes(pem)
    )
    return file


class Server:
    """Reads one encrypted post, then speaks in clear, as a box between us and a network may."""

    def __init__(self, certificate: Path) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate)
        self._listener = create_server(("127.0.0.1", 0))
        self.base = f"https://127.0.0.1:{self._listener.getsockname()[1]}"
        self.read = b""
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        raw, _address = self._listener.accept()
        below = socket(fileno=os.dup(raw.fileno()))
        try:
            with below, self._context.wrap_socket(raw, server_side=True) as connection:
                while b"message=Hallo" not in self.read:
                    self.read += connection.recv(65536)
                below.sendall(CLEAR)
                below.recv(1)  # until the client has had enough
        except OSError:
            return

    def close(self) -> None:
        self._thread.join(5)
        self._listener.close()


@pytest.fixture
def server(certificate: Path) -> Iterator[Server]:
    running = Server(certificate)
    yield running
    running.close()


def post(server: Server, trusted: Path | bool) -> object:
    wire = Wire(server.base, 5.0)
    wire.verify = str(trusted) if isinstance(trusted, Path) else trusted

    def send() -> None:
        wire.request("POST", f"{server.base}/10/feed", data={"message": "Hallo"})

    return attempt("Facebook", wire, send, (), write=True)


def test_what_breaks_after_the_request_may_have_been_taken(
    server: Server, certificate: Path
) -> None:
    """The error is that of a failed handshake, word for word; the server has the post."""
    answer = post(server, certificate)
    assert b"message=Hallo" in server.read
    assert type(answer) is OutcomeUnknown


def test_what_breaks_in_the_handshake_was_not_sent(server: Server) -> None:
    """A certificate that nobody vouches for."""
    answer = post(server, trusted=True)
    assert isinstance(answer, Trouble)
    assert (type(answer), server.read) == (NotSent, b"")
