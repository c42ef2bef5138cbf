"""No answer holds a call for ever or fills the memory, whatever a server sends, and how slowly."""

import gzip
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from contract_terms import Connect, Expect
from raw_server import HEAD, RawServer, dripping, flooding

from orchestrator.networks.wire.bounded import LARGEST
from orchestrator.networks.wire.transport import Wire
from orchestrator.ports import Draft, OutcomeUnknown
from orchestrator.sandbox.graph_tokens import PAGES

MEGABYTE = b" " * 1024 * 1024
CHUNK = b"100000\r\n" + MEGABYTE + b"\r\n"
BOMB = gzip.compress(MEGABYTE * 64)

SLOW = {
    "status line": b"HTTP/1.1 " + b"2" * 10_000,
    "headers": HEAD + b"X-More: 1\r\n" * 10_000,
    "body": HEAD + b"Content-Length: 100000\r\n\r\n" + b" " * 100_000,
    "chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\n \r\n" * 10_000,
    "body without an end": HEAD + b"Connection: close\r\n\r\n" + b" " * 100_000,
    "redirect": b"HTTP/1.1 302 Found\r\nLocation: /a\r\n\r\n" + b" " * 100_000,
    "continue": b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000,
}


@pytest.mark.parametrize("whole", SLOW.values(), ids=SLOW.keys())
def test_a_dripping_answer_ends_in_time(connect: Connect, expect: Expect, whole: bytes) -> None:
    """Each byte is in time, all of them are not: the read time-out is for the whole answer."""
    with RawServer(dripping(whole, 0.02)) as server:
        network = connect(api_base=server.base, read_timeout=0.4)
        for call in (lambda: network.publish(Draft("Tropf")), network.standing):
            began = time.monotonic()
            with expect(OutcomeUnknown) as caught:
                call()
            assert 0.3 < time.monotonic() - began < 3
            assert "in time" in caught.value.why
    assert network.calls == 2


HUGE = {
    "announced": flooding(HEAD + b"Content-Length: 314572800\r\n\r\n", MEGABYTE, 300),
    "chunked": flooding(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", CHUNK, 300),
    "without an end": flooding(HEAD + b"Connection: close\r\n\r\n", MEGABYTE, 300),
    "redirect": flooding(
        b"HTTP/1.1 302 Found\r\nLocation: /a\r\nContent-Length: 314572800\r\n\r\n", MEGABYTE, 300
    ),
}


@pytest.mark.parametrize("talk", HUGE.values(), ids=HUGE.keys())
def test_an_endless_answer_is_cut(connect: Connect, expect: Expect, talk: object) -> None:
    with RawServer(talk) as server:
        network = connect(api_base=server.base)
        for call in (lambda: network.publish(Draft("Flut")), network.standing):
            with expect(OutcomeUnknown):
                call()
        # What was on its way lies in the buffers of the two sockets.
        assert server.sent < 2 * LARGEST + 32 * len(MEGABYTE)


def test_a_packed_answer_is_cut_at_its_real_size(connect: Connect, expect: Expect) -> None:
    head = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB)
    with RawServer(flooding(head, BOMB, 1)) as server, expect(OutcomeUnknown):
        connect(api_base=server.base).publish(Draft("Gepackt"))


def test_an_answer_just_below_the_bound_is_read(connect: Connect) -> None:
    told = b'{"id": "%s_12", "data": {"id": "12"}}' % PAGES[0].id.encode()
    body = told + b" " * (LARGEST - len(told))
    head = HEAD + b"Content-Length: %d\r\n\r\n" % len(body)
    with RawServer(flooding(head, body, 1)) as server:
        assert connect(api_base=server.base).publish(Draft("Lang")).remote_id.endswith("12")


@contextmanager
def reading_slowly(size: int, pauses: int) -> Iterator[str]:
    """A server that takes in the first of a body of this size only bit by bit."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    listener.bind(("127.0.0.1", 0))
    listener.listen()

    def serve() -> None:
        connection, _address = listener.accept()
        with connection, connection.makefile("rb") as call:
            while call.readline() != b"\r\n":
                pass
            for _pause in range(pauses):
                time.sleep(0.1)
                call.read(65_536)
            call.read(size - pauses * 65_536)
            connection.sendall(HEAD + b"Content-Length: 2\r\n\r\n{}")

    thread = Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    thread.join(5)
    listener.close()


def test_a_body_may_take_longer_than_connecting() -> None:
    """A picture over a slow line: as long as something moves it goes on."""
    size = 24 * 1024 * 1024
    with reading_slowly(size, pauses=16) as base:
        response = Wire(base, read_timeout=1.0).request("POST", f"{base}/photos", data=bytes(size))
    assert response.status_code == 200
