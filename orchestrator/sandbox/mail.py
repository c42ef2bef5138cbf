"""Mail on loopback: a server that takes letters, and one that shows the mailbox.

Both ports are bound at once and served between `start()` and `stop()` by one thread. They take no
encryption unless they are given some (`encrypt`), and let nobody send or read without a login.
"""

import asyncio
import errno
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING
from weakref import WeakSet

from orchestrator.sandbox.clock import SandboxClock
from orchestrator.sandbox.faults import FaultBoard
from orchestrator.sandbox.mail_office import FOLDER, PASSWORD, USER, PostOffice

if TYPE_CHECKING:
    from orchestrator.sandbox.mail_smtp import Desk as SmtpDesk

LOOPBACK = "127.0.0.1"
_LONGEST_LINE = 64 * 1024


class MailServers:
    """The two servers of one post office. `note` is told network and command of each call.

    `beside`: the port after which theirs would be good to have; 0: any.
    """

    def __init__(
        self,
        clock: SandboxClock,
        faults: FaultBoard,
        note: Callable[[str, str], None],
        seed: int | None,
        beside: int = 0,
    ) -> None:
        self._clock, self._faults, self._note, self._seed = clock, faults, note, seed
        self.office = PostOffice(clock, seed)
        self._tls: ssl.SSLContext | None = None
        self._from_the_start = False
        self._sockets = [_bound(beside + 1 if beside else 0), _bound(beside + 2 if beside else 0)]
        self.smtp_port, self.imap_port = (each.getsockname()[1] for each in self._sockets)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._desks: WeakSet[SmtpDesk] = WeakSet()

    def encrypt(self, context: ssl.SSLContext, *, from_the_start: bool) -> None:
        """Offer encryption: from the start of each line, or by STARTTLS. Before `start()`."""
        self._tls, self._from_the_start = context, from_the_start

    def env(self) -> dict[str, str]:
        """The product's settings for this mail, as TUEROEFFNER_… variables."""
        given = {
            "HOST": LOOPBACK, "PORT": self.smtp_port, "SECURITY": "none", "USER": USER,
            "PASSWORD": PASSWORD, "SENDER": USER, "IMAP_HOST": LOOPBACK,
            "IMAP_PORT": self.imap_port, "IMAP_SECURITY": "none", "IMAP_USER": USER,
            "IMAP_PASSWORD": PASSWORD, "MAILBOX": FOLDER,
        }  # fmt: skip
        return {f"TUEROEFFNER_MAIL__{name}": str(value) for name, value in given.items()}

    def reset(self) -> None:
        """Forget all letters, answers and knobs; the seed stays."""
        self.office = PostOffice(self._clock, self._seed)

    def start(self) -> None:
        """Serve in a thread of its own."""
        ready = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(ready,), name="sandbox mail", daemon=True
        )
        self._thread.start()
        ready.wait(10)

    def stop(self) -> None:
        """Stop serving and end every line. May be repeated."""
        loop, thread = self._loop, self._thread
        if loop is not None and thread is not None:
            with suppress(RuntimeError):  # it has ended already
                loop.call_soon_threadsafe(loop.stop)
            thread.join()
        self._loop = self._thread = None
        for each in self._sockets:
            each.close()

    def _run(self, ready: threading.Event) -> None:
        loop = self._loop = asyncio.new_event_loop()
        try:
            loop.run_until_complete(self._listen(loop))
            ready.set()
            loop.run_forever()
        finally:
            ready.set()
            for desk in list(self._desks):
                desk.hang_up()
            _let_go(loop)

    async def _listen(self, loop: asyncio.AbstractEventLoop) -> None:
        # Here, so that whoever only names the sandbox does not load it.
        from orchestrator.sandbox.mail_imap import Desk as ImapDesk
        from orchestrator.sandbox.mail_smtp import Desk as SmtpDesk

        at_once = self._tls if self._from_the_start else None
        later = None if self._from_the_start else self._tls
        smtp, imap = self._sockets

        def desk() -> SmtpDesk:
            opened = SmtpDesk(self.office, self._faults, self._note, loop, later)
            self._desks.add(opened)
            return opened

        await loop.create_server(desk, sock=smtp, ssl=at_once)

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await ImapDesk(self.office, self._faults, self._note, later).serve(reader, writer)

        await asyncio.start_server(serve, sock=imap, ssl=at_once, limit=_LONGEST_LINE)


def _let_go(loop: asyncio.AbstractEventLoop) -> None:
    """End every line and whatever waits on it."""
    tasks = asyncio.all_tasks(loop)
    for each in tasks:
        each.cancel()
    with suppress(Exception):
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
    for _turn in range(3):  # in which what was closed lets go of its socket
        loop.run_until_complete(asyncio.sleep(0))
    loop.close()


def _bound(port: int) -> socket.socket:
    """A listening socket at this port, or at a free one where it is taken."""
    try:
        return socket.create_server((LOOPBACK, port))
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES) and port <= 65535:
            raise
    except OverflowError:
        pass
    return socket.create_server((LOOPBACK, 0))
