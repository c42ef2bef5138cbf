"""The mail server by which letters go out: aiosmtpd, with a login, and with faults on demand."""

import asyncio
import logging
import re
import ssl
from collections.abc import Awaitable, Callable
from typing import Any, AnyStr

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from orchestrator.sandbox.faults import FaultBoard
from orchestrator.sandbox.mail_faults import Cut, meet
from orchestrator.sandbox.mail_office import PostOffice
from orchestrator.sandbox.mail_people import SERVER

NETWORK = "mail"
LARGEST = 10 * 1024 * 1024
IDLE_SECONDS = 60.0
_PATH = re.compile(r"(?i)(?:from|to):<[^<>\s]*>(?: .*)?")
Note = Callable[[str, str], None]

# It would write whole letters into the log as soon as somebody debugs.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)


class Handler:
    """What happens with what the client says."""

    def __init__(self, office: PostOffice) -> None:
        self.office = office

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        """Whether these are user and password."""
        known = isinstance(data, LoginPassword) and self.office.lets_in(
            data.login.decode("utf-8", "replace"), data.password.decode("utf-8", "replace")
        )
        return AuthResult(success=known, handled=False)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or say why not."""
        refusal = self.office.refusal(envelope.mail_from or "", address)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802
        self, server: "Desk", session: Session, envelope: Envelope
    ) -> str:
        """Take the letter over."""
        return await server.take_over(envelope)


class Desk(SMTP):
    """One line."""

    def __init__(
        self,
        office: PostOffice,
        faults: FaultBoard,
        note: Note,
        loop: asyncio.AbstractEventLoop,
        tls: ssl.SSLContext | None,
    ) -> None:
        handler = Handler(office)
        super().__init__(
            handler, loop=loop, hostname=SERVER, ident="ESMTP sandbox", timeout=IDLE_SECONDS,
            data_size_limit=LARGEST, authenticator=handler.authenticate, auth_require_tls=False,
            tls_context=tls,
        )  # fmt: skip
        self._office = office
        self._faults = faults
        self._note = note
        self._greeted = False
        self._mute = False

    def hang_up(self) -> None:
        """End the line, whatever it is waiting for."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()

    async def check_auth_needed(self, caller_method: str) -> bool:
        """Nobody sends without a login."""
        if self.session is not None and self.session.authenticated:
            return False
        await self.push("530 5.7.0 Authentication required")
        return True

    async def push(self, status: AnyStr) -> None:
        """Answer; the first answer is the greeting."""
        if not self._greeted:
            self._greeted = True
            await self._with_faults("CONNECT", "", lambda: SMTP.push(self, status))
        elif not self._mute:
            await super().push(status)

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802
        """Greet."""
        await self._with_faults("EHLO", "", lambda: SMTP.smtp_EHLO(self, hostname))

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802
        """Log in."""
        await self._with_faults("AUTH", "", lambda: SMTP.smtp_AUTH(self, arg))

    async def smtp_MAIL(self, arg: str) -> None:  # noqa: N802
        """Name the sender."""
        await self._with_faults("MAIL", arg or "", lambda: self._strictly(SMTP.smtp_MAIL, arg))

    async def smtp_RCPT(self, arg: str) -> None:  # noqa: N802
        """Name a recipient."""
        await self._with_faults("RCPT", arg or "", lambda: self._strictly(SMTP.smtp_RCPT, arg))

    async def _strictly(self, serve: Callable[[SMTP, str], Awaitable[None]], arg: str) -> None:
        """The library also takes paths that the standard does not know (RFC 5321, 3.3)."""
        if _PATH.fullmatch(arg or ""):
            await serve(self, arg)
        else:
            await self.push("501 5.5.4 Syntax: an address in angle brackets, right after the colon")

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        """Begin the letter."""
        await self._with_faults("DATA", "", lambda: SMTP.smtp_DATA(self, arg))

    async def take_over(self, envelope: Envelope) -> str:
        """Take the letter over after its final dot, or whatever a fault makes of it."""

        async def perform() -> None:
            content = envelope.content
            raw = content if isinstance(content, bytes) else str(content or "").encode()
            self._office.take(envelope.mail_from or "", list(envelope.rcpt_tos), raw)

        async def say(status: str) -> None:
            answers.append(status)

        answers: list[str] = []
        self._note(NETWORK, "DOT")
        fault = self._faults.take(NETWORK, "DOT", ",".join(envelope.rcpt_tos))
        if fault is None or fault.kind == "slow":
            if fault:
                await asyncio.sleep(fault.waits)
            await perform()
            return "250 2.0.0 Ok: queued"
        try:
            await meet(fault, perform, say, self._line())
        except Cut:
            self._mute = True
        return answers[0] if answers else ""

    async def _with_faults(
        self, verb: str, path: str, serve: Callable[[], Awaitable[None]]
    ) -> None:
        self._note(NETWORK, verb)
        fault = self._faults.take(NETWORK, verb, path)
        if fault is None:
            await serve()
            return

        async def perform() -> None:
            self._mute = fault.kind != "slow"
            await serve()
            self._mute = False

        if fault.kind == "slow":
            await asyncio.sleep(fault.waits)
            await serve()
            return
        try:
            await meet(fault, perform, super().push, self._line())
        except Cut:
            self._mute = True
        if verb == "CONNECT" and not self._mute and self.transport is not None:
            self._writer.close()

    def _line(self) -> asyncio.BaseTransport:
        transport = self.transport
        assert transport is not None
        return transport
