"""The mailbox in which receipts arrive (IMAP4rev1, RFC 3501).

It is read by its own numbers, never by what is marked as read: people look into it as well.
"""

import imaplib
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from orchestrator.i18n import _
from orchestrator.messengers.lines import broken, checked, cut_after, quoted
from orchestrator.messengers.port import Delivery, Incoming, Mark
from orchestrator.messengers.reading import incoming
from orchestrator.messengers.refusals import no_login
from orchestrator.ports import NotSent, Unreadable

if TYPE_CHECKING:
    from orchestrator.settings import Mail as Options

TIMEOUT = 30.0
_ALL = 8
LOT = 200
# The words of an answer stand in front; what follows in a large message are its pictures.
MOST_BYTES = 256 * 1024
_MOST_READ = 4 * MOST_BYTES
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_UID = re.compile(rb"\bUID (\d{1,10})\b")


class _Line(imaplib.IMAP4):
    """A line that takes no more than a bounded answer, and is in ``lines`` as soon as it stands."""

    def __init__(self, lines: "list[imaplib.IMAP4]", *given: Any, **named: Any) -> None:
        self._lines = lines
        super().__init__(*given, **named)

    def open(self, host: str = "", port: Any = 143, timeout: float | None = None) -> None:
        """Open the line."""
        super().open(host, port, timeout)
        self._lines.append(self)

    def read(self, size: int) -> bytes:
        """Read part of an answer, as long as the server said."""
        if size > _MOST_READ:
            raise self.abort("the server's answer is too long")
        return super().read(size)


class _EncryptedLine(_Line, imaplib.IMAP4_SSL):
    """The same, encrypted from the start."""


def open_mailbox(
    options: "Options", *, timeout: float = TIMEOUT, most_bytes: int = MOST_BYTES
) -> "ImapMailbox":
    """The mailbox of ``[mail]``; nothing is opened yet. ``timeout``: as that of ``mail.connect``.

    ``most_bytes``: so much of a message is read.
    """
    return ImapMailbox(options, timeout, most_bytes)


class ImapMailbox:
    """Opens the mailbox anew for each call."""

    def __init__(self, options: "Options", timeout: float, most_bytes: int) -> None:
        self._options = options
        self._timeout = timeout
        self._most_bytes = most_bytes
        self._host = options.imap_host.strip("[]")

    def read(self, mark: Mark | None, since: date) -> Delivery:
        """See ``Mailbox``."""
        with self._opened() as (line, validity):
            last = mark.uid if mark and mark.validity == validity else 0
            # A day earlier: the mailbox has days of its own time zone.
            uids = self._search(line, last, since - timedelta(days=1))
            lot = uids[:LOT]
            found = [each for uid in lot if (each := self._message(line, uid))]
        return Delivery(found, Mark(validity, max([last, *lot])), more=len(uids) > len(lot))

    def check(self) -> str:
        """See ``Mailbox``."""
        with self._opened():
            return _("The mailbox {name} on {host} can be read.").format(
                name=self._options.mailbox, host=self._host
            )

    @contextmanager
    def _opened(self) -> Iterator[tuple[imaplib.IMAP4, int]]:
        """The mailbox, and the number by which it counts its messages."""
        lines: list[imaplib.IMAP4] = []
        with cut_after(self._timeout * _ALL, lambda: lines[0].sock if lines else None):
            try:
                line = self._connected(lines)
                self._log_in(line)
                yield line, self._select(line)
            except imaplib.IMAP4.abort as error:
                raise self._unread(_said(error)) from None
            except imaplib.IMAP4.error as error:
                if not lines or lines[0].state == "LOGOUT":
                    raise self._unread(_said(error)) from None  # it does not even greet
                raise self._refused(_said(error)) from None
            except OSError as error:
                raise self._unread(broken(error)) from None
            finally:
                for line in lines:
                    _hang_up(line)

    def _connected(self, lines: list[imaplib.IMAP4]) -> imaplib.IMAP4:
        host, port, security = self._host, self._options.imap_port, self._options.imap_security
        if security == "tls":
            context = checked()
            return _EncryptedLine(lines, host, port, ssl_context=context, timeout=self._timeout)
        line = _Line(lines, host, port, timeout=self._timeout)
        if security == "starttls":
            if "STARTTLS" not in line.capabilities:
                raise self._unread(_("it offers no encryption by STARTTLS"))
            line.starttls(checked())
        return line

    def _log_in(self, line: imaplib.IMAP4) -> None:
        password = self._options.imap_password
        secret = password.get_secret_value() if password else ""
        try:
            line.login(_string(self._options.imap_user), secret)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise no_login(self._host, _said(error)) from None
        except UnicodeError:
            raise no_login(self._host, _("user or password has unusual letters")) from None

    def _select(self, line: imaplib.IMAP4) -> int:
        kind, said = line.select(_string(_utf7(self._options.mailbox)), readonly=True)
        if kind != "OK":
            raise Unreadable(
                _("There is no mailbox “{name}” on {host}: {said}.").format(
                    name=self._options.mailbox, host=self._host, said=quoted(_first(said))
                )
            )
        validity = _first(line.response("UIDVALIDITY")[1])
        return int(validity) if validity.isdigit() else 0

    def _search(self, line: imaplib.IMAP4, last: int, since: date) -> list[int]:
        day = f"{since.day:02}-{_MONTHS[since.month - 1]}-{since.year}"
        said = self._told(line.uid("SEARCH", f"UID {last + 1}:*", "SINCE", day))
        numbers = [int(word) for part in said for word in (part or b"").split() if word.isdigit()]
        # The last message is always within "n:*", also where its number is lower.
        return sorted({number for number in numbers if number > last})

    def _message(self, line: imaplib.IMAP4, uid: int) -> Incoming | None:
        wanted = f"(UID INTERNALDATE BODY.PEEK[]<0.{self._most_bytes}>)"
        for part in self._told(line.uid("FETCH", str(uid), wanted)):
            if isinstance(part, tuple) and (found := _UID.search(part[0])) and int(found[1]) == uid:
                return incoming(uid, part[1], _received(part[0]))
        return None  # somebody deleted it a moment ago

    def _told(self, answer: tuple[str, list[Any]]) -> list[Any]:
        kind, said = answer
        if kind != "OK":
            raise self._refused(quoted(_first(said)))
        return said

    def _refused(self, said: str) -> Unreadable:
        return Unreadable(
            _("{server} refuses to show the mailbox: {said}.").format(server=self._host, said=said)
        )

    def _unread(self, reason: str) -> NotSent:
        return NotSent(
            _("The mailbox on {server} cannot be read now ({reason}). It is tried again.").format(
                server=self._host, reason=reason
            )
        )


def _said(error: Exception) -> str:
    """What the library quotes of the server, sometimes as bytes."""
    first = error.args[0] if error.args else ""
    return quoted(first if isinstance(first, bytes) else str(first))


def _received(head: bytes) -> datetime | None:
    try:
        written = imaplib.Internaldate2tuple(head)
        return datetime(*written[:6]).astimezone(UTC) if written else None
    except (ValueError, OverflowError):
        return None


def _string(text: str) -> str:
    """A word as IMAP wants it within quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _utf7(name: str) -> str:
    """A mailbox's name as IMAP writes it (RFC 3501, 5.1.3)."""
    parts = re.split(r"([^\x20-\x7e]+)", name)
    return "".join(
        part.replace("&", "&-") if at % 2 == 0 else _shifted(part) for at, part in enumerate(parts)
    )


def _shifted(text: str) -> str:
    from base64 import b64encode

    letters = b64encode(text.encode("utf-16-be")).decode("ascii").rstrip("=")
    return f"&{letters.replace('/', ',')}-"


def _first(said: Any) -> str:
    part = said[0] if said else b""
    return part.decode("utf-8", "replace") if isinstance(part, bytes) else str(part or "")


def _hang_up(line: imaplib.IMAP4) -> None:
    with suppress(imaplib.IMAP4.error, OSError, AttributeError):
        line.sock.settimeout(2.0)
        line.logout()
    with suppress(OSError, AttributeError):
        line.shutdown()
