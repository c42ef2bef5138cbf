"""Mail, by the campaign's own mail server (SMTP, RFC 5321 and 6409).

Until the final dot of a letter is written, the server cannot have taken it; after that only its
answer tells. So what breaks before is ``NotSent``, and what breaks later ``OutcomeUnknown``.
"""

import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from orchestrator.i18n import _
from orchestrator.messengers.lines import broken, checked, cut_after, quoted
from orchestrator.messengers.port import Letter, Sent
from orchestrator.messengers.refusals import Stage, no_login, refusal, unreached
from orchestrator.messengers.writing import in_ascii, mail_of
from orchestrator.ports import OutcomeUnknown
from orchestrator.vocabulary import Way
from schedules.clock import Clock, SystemClock

if TYPE_CHECKING:
    from orchestrator.settings import Mail as Options

TIMEOUT = 30.0
# Servers look for viruses between the final dot and their answer.
_PATIENCE = 4
_ALL = 8
# Nobody needs to know the name of this machine, and finding it out may take seconds.
_WE = "[127.0.0.1]"
_NO_LINE = (OSError, smtplib.SMTPServerDisconnected)


def connect(
    options: "Options", *, name: str = "", clock: Clock | None = None, timeout: float = TIMEOUT
) -> "Mail":
    """A messenger for ``[mail]``; ``name``: who writes, in words. Nothing is opened yet.

    ``timeout``: in seconds of real time, for each answer; eight times that is the limit for all.
    """
    return Mail(options, name, clock or SystemClock(), timeout)


class Mail:
    """Sends each letter over a connection of its own."""

    way = Way.MAIL

    def __init__(self, options: "Options", name: str, clock: Clock, timeout: float) -> None:
        self._options = options
        self._name = name
        self._clock = clock
        self._timeout = timeout
        self._host = options.host.strip("[]")

    def send(self, letter: Letter) -> Sent:
        """See ``Messenger``."""
        mail = mail_of(letter, self._options.sender, self._name, self._clock.now())
        to = in_ascii(letter.to)
        with self._line() as line:
            with self._before_the_dot(Stage.SENDER):
                self._ask(line, f"MAIL FROM:<{in_ascii(self._options.sender)}>", Stage.SENDER)
                self._ask(line, f"RCPT TO:<{to}>", Stage.LETTER)
                self._ask(line, "DATA", Stage.LETTER, 354)
                line.send(_dotted(mail))
            return self._hand_over(line)

    def check(self) -> str:
        """See ``Messenger``; logs in and out again."""
        with self._line():
            if self._options.user:
                return _("The mail server {host} answers and takes the login.").format(
                    host=self._host
                )
            return _("The mail server {host} answers; no login is set.").format(host=self._host)

    @contextmanager
    def _line(self) -> Iterator[smtplib.SMTP]:
        """A line that is encrypted as configured, and logged in."""
        line = smtplib.SMTP(local_hostname=_WE, timeout=self._timeout)
        with cut_after(self._timeout * _ALL, lambda: line.sock):
            try:
                with self._before_the_dot(Stage.GREETING):
                    self._open(line)
                with self._before_the_dot(Stage.LOGIN):
                    self._log_in(line)
                yield line
            finally:
                _hang_up(line)

    def _open(self, line: smtplib.SMTP) -> None:
        context = checked()
        line.sock = socket.create_connection((self._host, self._options.port), self._timeout)
        if self._options.security == "tls":
            line.sock = context.wrap_socket(line.sock, server_hostname=self._host)
        self._expect(line.getreply(), Stage.GREETING, 220)
        self._greet(line)
        if self._options.security == "starttls":
            if not line.has_extn("starttls"):
                raise unreached(self._host, _("it offers no encryption by STARTTLS"))
            self._ask(line, "STARTTLS", Stage.GREETING, 220)
            line.sock = context.wrap_socket(line.sock, server_hostname=self._host)
            line.file = None  # whatever was said in the open before does not count
            self._greet(line)

    def _greet(self, line: smtplib.SMTP) -> None:
        code, said = line.ehlo()
        if not 200 <= code < 300:
            code, said = line.helo()
        self._expect((code, said), Stage.GREETING, 250)

    def _log_in(self, line: smtplib.SMTP) -> None:
        password = self._options.password
        if not self._options.user:
            return
        try:
            line.login(self._options.user, password.get_secret_value() if password else "")
        except smtplib.SMTPNotSupportedError:
            raise no_login(self._host, _("it offers none on this connection")) from None
        except UnicodeError:
            raise no_login(self._host, _("user or password has unusual letters")) from None

    def _hand_over(self, line: smtplib.SMTP) -> Sent:
        """Write the final dot, and wait for what becomes of the letter."""
        try:
            if line.sock is not None:
                line.sock.settimeout(self._timeout * _PATIENCE)
            line.send(b".\r\n")
            code, said = line.getreply()
        except smtplib.SMTPResponseException:
            raise self._unclear(_("an answer that makes no sense")) from None
        except _NO_LINE as error:
            raise self._unclear(broken(_cause(error))) from None
        if 200 <= code < 300:
            return Sent(quoted(said))
        if 400 <= code < 600:
            raise refusal(self._host, code, said, Stage.LETTER)
        raise self._unclear(_("an answer that makes no sense"))

    def _unclear(self, reason: str) -> OutcomeUnknown:
        sentence = _(
            "{server} did not confirm the mail ({reason}), so nobody knows whether it went out."
            " It is not sent again by itself."
        )
        return OutcomeUnknown(sentence.format(server=self._host, reason=reason), reason=reason)

    @contextmanager
    def _before_the_dot(self, stage: Stage) -> Iterator[None]:
        """Whatever breaks in here, the letter was not taken."""
        try:
            yield
        except smtplib.SMTPResponseException as error:
            said = error.smtp_error
            raise refusal(self._host, error.smtp_code, said, stage) from None
        except _NO_LINE as error:
            raise unreached(self._host, broken(_cause(error))) from None
        except smtplib.SMTPException as error:
            raise no_login(self._host, quoted(str(error))) from None

    def _ask(self, line: smtplib.SMTP, command: str, stage: Stage, wanted: int = 250) -> None:
        self._expect(line.docmd(command), stage, wanted)

    def _expect(self, answer: tuple[int, bytes], stage: Stage, wanted: int) -> None:
        code, said = answer
        good = code == wanted or (wanted == 250 and 200 <= code < 300)
        if not good:
            raise refusal(self._host, code, said, stage)


def _dotted(mail: bytes) -> bytes:
    """The letter as it travels, all but its final dot (RFC 5321, 4.5.2)."""
    whole = mail if mail.endswith(b"\r\n") else mail + b"\r\n"
    doubled = whole.replace(b"\r\n.", b"\r\n..")
    return b"." + doubled if doubled.startswith(b".") else doubled


def _cause(error: Exception) -> Exception:
    """What the library hides behind an error of its own."""
    inner = error.__context__
    return inner if isinstance(inner, OSError) and not isinstance(error, TimeoutError) else error


def _hang_up(line: smtplib.SMTP) -> None:
    with suppress(smtplib.SMTPException, OSError):
        if line.sock is not None:
            line.sock.settimeout(2.0)
            line.quit()
    line.close()
