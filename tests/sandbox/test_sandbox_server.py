"""The server core: keep-alive, single writes, bounded bodies, loopback only, clean stop."""

import http.client
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest
from raw_http import Graph, Wire

from orchestrator.sandbox.listener import Handler
from orchestrator.sandbox.server import PortInUse, Sandbox


def talk(port: int, sent: bytes) -> bytes:
    """Send bytes as they are; read until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(sent)
        received = b""
        while part := connection.recv(65536):
            received += part
        return received


def test_port_in_use_is_told_with_the_port(sandbox: Sandbox) -> None:
    with pytest.raises(PortInUse) as caught:
        Sandbox(sandbox.port)
    assert caught.value.port == sandbox.port
    assert str(sandbox.port) in str(caught.value)


def test_listens_on_loopback_only(sandbox: Sandbox) -> None:
    assert sandbox.base_url == f"http://127.0.0.1:{sandbox.port}"
    with (
        pytest.raises(ConnectionError),
        socket.create_connection(("127.0.0.2", sandbox.port), timeout=1),
    ):
        pass


def test_connections_are_kept_alive(sandbox: Sandbox) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.port)
    ports = set()
    for method, path in [("GET", "/v26.0/me"), ("POST", "/v26.0/1/feed"), ("GET", "/nowhere")] * 3:
        connection.request(method, path, "a=1" if method == "POST" else None)
        connection.getresponse().read()
        assert connection.sock is not None
        ports.add(connection.sock.getsockname()[1])
    connection.close()
    assert len(ports) == 1


def test_each_answer_is_one_write_without_delay() -> None:
    """Two writes, or a missing TCP_NODELAY, would hold the SDKs at some 23 calls a second."""
    writes: list[bytes] = []
    options: list[int] = []

    class Watched(Handler):
        def setup(self) -> None:
            super().setup()
            options.append(self.connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            write = self.wfile.write
            self.wfile.write = lambda sent: writes.append(bytes(sent)) or write(sent)

    class WatchedSandbox(Sandbox):
        handler = Watched

    with WatchedSandbox() as sandbox:
        wire = Wire(sandbox.port)
        for path in ("/v26.0/me", "/nowhere", "/_sandbox/state"):
            body = wire.call("GET", path).body
            assert writes[-1].endswith(b"\r\n\r\n" + body)
        wire.close()
        talk(sandbox.port, b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert len(writes) == 4
    assert all(options)


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("POST /v26.0/me HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
        ("POST /v26.0/me HTTP/1.1\r\nContent-Length: 10485761\r\n\r\n", 413),
        ("POST /v26.0/me HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        ("POST /v26.0/me HTTP/1.1\r\nContent-Length: a\r\n\r\n", 400),
        ("BREW /v26.0/me HTTP/1.1\r\nHost: x\r\n\r\n", 501),
        ("GET\r\n\r\n", 400),
        ("GET /v26.0/me HTTP/1.1\r\nHost: [\r\n\r\n", 400),
        ("GET /a b c HTTP/1.1\r\n\r\n", 400),
    ],
)
def test_what_cannot_be_read_is_refused_and_closed(
    sandbox: Sandbox, head: str, status: int
) -> None:
    """`talk` returns only because the server closes."""
    answer = talk(sandbox.port, head.encode())
    assert f" {status} " in answer.decode().splitlines()[0] + " "


def test_half_a_call_is_not_performed(graph: Graph, sandbox: Sandbox) -> None:
    """A client that dies while sending has posted nothing."""
    head = f"POST /v26.0/{graph.page}/feed?access_token={graph.token} HTTP/1.1\r\n"
    kind = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 19\r\n\r\n"
    with socket.create_connection(("127.0.0.1", sandbox.port), timeout=5) as connection:
        connection.sendall((head + kind + "message=half").encode())
        connection.shutdown(socket.SHUT_WR)
        assert b" 400 " in connection.recv(65536)
    assert sandbox.ledger() == []


def test_head_is_get_without_a_body(graph: Graph) -> None:
    path = f"/v26.0/me?access_token={graph.token}"
    got, head = graph.wire.call("GET", path), graph.wire.call("HEAD", path)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(got.body))
    assert graph.wire.call("GET", path).body == got.body


def test_paths_of_no_network_are_404(wire: Wire) -> None:
    assert wire.call("GET", "/nowhere").status == 404


def test_the_date_header_is_real_time(wire: Wire) -> None:
    """Clients compare it with their own clock; only the networks' data is virtual."""
    wire.admin("POST", "advance", {"seconds": 86400 * 300})
    date = parsedate_to_datetime(wire.call("GET", "/nowhere").headers["date"])
    assert abs((date - datetime.now(UTC)).total_seconds()) < 10


def test_urls_are_as_the_client_addressed_them(graph: Graph) -> None:
    for text in "ab":
        graph.publish(text)
    path = f"/v26.0/{graph.page}/feed?limit=1&access_token={graph.token}"
    reply = graph.wire.call("GET", path, Host="localhost:4711")
    assert reply.json["paging"]["next"].startswith("http://localhost:4711/v26.0/")


def test_many_clients_are_served_one_at_a_time(sandbox: Sandbox, graph: Graph) -> None:
    """No id is given twice, no post is lost."""

    def post_some(worker: int) -> list[str]:
        own = Graph(Wire(sandbox.port), sandbox.env())
        ids = [own.publish(f"post {number} of {worker}") for number in range(10)]
        own.wire.close()
        return ids

    with ThreadPoolExecutor(8) as pool:
        ids = [one for some in pool.map(post_some, range(8)) for one in some]
    assert len(set(ids)) == 80
    assert {entry["id"] for entry in sandbox.ledger()} == set(ids)


def test_nothing_is_logged(wire: Wire, capfd: pytest.CaptureFixture[str]) -> None:
    wire.call("GET", "/nowhere?access_token=secret")
    talk(wire.port, b"nonsense\r\n\r\n")
    assert capfd.readouterr() == ("", "")


def test_stop_ends_idle_connections_and_may_be_repeated() -> None:
    sandbox = Sandbox().start()
    with socket.create_connection(("127.0.0.1", sandbox.port)) as connection:
        connection.sendall(b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"404" in connection.recv(65536)
        started = time.monotonic()
        sandbox.stop()
        sandbox.stop()
        assert connection.recv(1) == b""
        assert time.monotonic() - started < 3
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", sandbox.port))


def test_a_sandbox_that_never_started_can_be_stopped() -> None:
    sandbox = Sandbox()
    sandbox.stop()
    Sandbox(sandbox.port).stop()


def test_serve_forever_blocks_until_stopped() -> None:
    sandbox = Sandbox()
    thread = threading.Thread(target=sandbox.serve_forever)
    thread.start()
    wire = Wire(sandbox.port)
    assert wire.call("GET", "/_sandbox/state").status == 200
    wire.close()
    sandbox.stop()
    thread.join(5)
    assert not thread.is_alive()
