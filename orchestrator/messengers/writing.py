"""A letter as a mail: the bytes that any mail program reads, in any direction of writing."""

from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from orchestrator.i18n import _
from orchestrator.messengers.port import Letter
from orchestrator.ports import Rejected
from orchestrator.redact import tame

CODE_HEADER = "X-Tueroeffner-Code"
RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
# Not every server on the way takes eight bits.
_POLICY = SMTP.clone(cte_type="7bit")
_PAGE = (
    '<!DOCTYPE html>\n<html lang="{language}" dir="{direction}">\n'
    '<head><meta charset="utf-8"></head>\n'
    '<body dir="{direction}">\n{body}\n</body>\n</html>\n'
)


def mail_of(letter: Letter, sender: str, name: str, now: datetime) -> bytes:
    """The mail, with line ends and all; Rejected when the address is none.

    ``name``: whom it comes from, in words. It is marked as sent by a machine, so that polite
    programs do not answer it by themselves.
    """
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = Address(_line(name), addr_spec=in_ascii(sender))
    mail["To"] = Address(addr_spec=in_ascii(letter.to))
    mail["Subject"] = _line(letter.subject)
    mail["Date"] = format_datetime(now)
    mail["Auto-Submitted"] = "auto-generated"
    mail[CODE_HEADER] = letter.code
    mail.set_content(letter.text)
    if letter.html or letter.language in RIGHT_TO_LEFT:
        mail.add_alternative(_page(letter), subtype="html")
    mail["Content-Language"] = letter.language  # what tells of the content goes with the old one
    # By hand: the library would encode an identifier that is longer than a line.
    return b"Message-ID: " + letter.message_id.encode("ascii") + b"\r\n" + mail.as_bytes()


def in_ascii(address: str) -> str:
    """An address as every server takes it; Rejected when there is no such spelling."""
    local, at, domain = address.rpartition("@")
    try:
        spelt = f"{local}{at}{domain.encode('idna').decode('ascii')}"
        Address(addr_spec=spelt)
    except (ValueError, IndexError, MessageError):  # the library has many words for it
        spelt = ""
    plain = spelt.isascii() and spelt.isprintable() and not set(spelt) & set(" <>")
    if not (local and domain and spelt and plain):
        raise Rejected(
            _("The mail address is not one to which mails can be sent; correct it."),
            reason=_("not a mail address"),
        )
    return spelt


def _line(text: str) -> str:
    return " ".join(tame(text).split())


def _page(letter: Letter) -> str:
    """The same as a page: text without marks has no direction in most mail programs."""
    direction = "rtl" if letter.language in RIGHT_TO_LEFT else "ltr"
    body = letter.html or _paragraphs(letter.text)
    return _PAGE.format(language=escape(letter.language), direction=direction, body=body)


def _paragraphs(text: str) -> str:
    parts = (part.strip("\n") for part in text.replace("\r\n", "\n").split("\n\n"))
    lines = (escape(part).replace("\n", "<br>\n") for part in parts if part)
    return "\n".join(f'<p dir="auto">{each}</p>' for each in lines)
