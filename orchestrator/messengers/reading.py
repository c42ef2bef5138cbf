"""A message from the mailbox: what it has to do with our letters, and whether a person wrote it.

Nothing of what it says is kept. A code counts wherever it stands, since a simple reply holds it in
the subject or in the quoted letter; but only what a person wrote is a receipt. A machine that is
taken for a person would lose an offer, a person who is taken for a machine costs a reminder: so in
doubt it was a machine.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from html import unescape

from orchestrator.messengers.codes import code_of, codes_in, letters_named
from orchestrator.messengers.machines import is_by_machine, report_on
from orchestrator.messengers.port import Incoming, Kind
from orchestrator.messengers.writing import CODE_HEADER

# What the standard library's parser may stumble over in a broken or hostile message.
_STUMBLES = (
    ValueError, TypeError, AttributeError, LookupError, AssertionError, RecursionError, MemoryError,
    MessageError,
)  # fmt: skip
_PARTS = 100
_TAG = re.compile(r"<[^<>]{0,2000}>")
_THREAD = ("In-Reply-To", "References", "X-Failed-Message-Id", "Original-Message-ID")


def incoming(uid: int, raw: bytes, received_at: datetime | None = None) -> Incoming | None:
    """What a message tells about our letters; None when it tells nothing. Never raises."""
    try:
        return _judged(uid, message_from_bytes(raw), received_at)
    except _STUMBLES:
        pass
    try:
        head = BytesHeaderParser().parsebytes(raw)
        head.set_payload(raw.decode("ascii", "replace"))
        return _judged(uid, head, received_at)
    except _STUMBLES:
        return None


def _judged(uid: int, message: Message, received_at: datetime | None) -> Incoming | None:
    if message[CODE_HEADER] is not None or letters_named(str(message["Message-ID"] or "")):
        return None  # one of our own letters, copied to ourselves
    texts = list(_texts(message))
    about = tuple(dict.fromkeys(name for text in texts for name in letters_named(text)))
    named = [code for code in map(code_of, about) if code]
    codes = tuple(dict.fromkeys([*(code for text in texts for code in codes_in(text)), *named]))
    if not codes:
        return None
    report = report_on(message, header_text(message, "Subject"), texts)
    if report is not None:
        kind = Kind.BOUNCE if report.final else Kind.AUTOMATIC
        return Incoming(uid, kind, codes, about, received_at, report.why if report.final else "")
    by_machine = is_by_machine(message, header_text(message, "Subject"))
    kind = Kind.AUTOMATIC if by_machine else Kind.ANSWER
    return Incoming(uid, kind, codes, about, received_at)


def header_text(message: Message, name: str) -> str:
    """A header in words, whatever its encoding says."""
    written = message.get(name)
    if written is None:
        return ""
    try:
        parts = decode_header(written)
    except _STUMBLES:
        return str(written)
    return "".join(
        _decoded(part, charset) if isinstance(part, bytes) else part for part, charset in parts
    )


def _texts(message: Message) -> Iterator[str]:
    """Everything in which a code or a Message-ID may stand, with the messages inside it."""
    for part, _number in zip(message.walk(), range(_PARTS), strict=False):
        yield header_text(part, "Subject")
        yield from (str(part[name]) for name in (*_THREAD, "Message-ID") if part[name])
        if part.get_content_maintype() == "text":
            yield from _words(part)
        elif isinstance(part.get_payload(), str):
            yield from _unparsed(part)


def _unparsed(part: Message) -> Iterator[str]:
    """What should have been messages or parts, and could not be taken apart."""
    if part.get_content_maintype() in ("message", "multipart"):
        yield str(part.get_payload())


def _words(part: Message) -> Iterator[str]:
    content = part.get_payload(decode=True)
    text = _decoded(content if isinstance(content, bytes) else b"", part.get_content_charset())
    if part.get_content_subtype() == "html":
        # A code may stand between tags, and be cut by one.
        yield unescape(_TAG.sub("", text))
        yield unescape(_TAG.sub(" ", text))
    else:
        yield text


def _decoded(content: bytes, charset: str | None) -> str:
    for name in (charset, "utf-8"):
        try:
            if name:
                return content.decode(name)
        except (LookupError, ValueError):  # no such charset, or not in it
            continue
    return content.decode("cp1252", "replace")
