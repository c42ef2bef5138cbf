"""The people who get our letters: some answer soon, some late, some never, some are away.

What becomes of a letter depends on the seed, its recipient and how many they got before, never on
the code in it. Nobody here reads the code: they press “Reply”, as people do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage, Message
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from random import Random

SERVER = "mail.sandbox.example"
# In every hundred letters: who answers soon, who late, who is away, whose address is wrong.
SOON, LATE, AWAY, WRONG = 64, 76, 84, 86
SOONEST, LATEST = timedelta(minutes=20), timedelta(hours=20)
WORDS = {
    "de": (
        "Danke, ist angekommen, ich spreche mit ihr.", "Angekommen! Ich rufe heute noch an.",
        "Super, vielen Dank, wir melden uns dort.", "ok, erhalten",
    ),
    "en": ("Got it, thank you.", "Received, I will call them today.", "Thanks, we talk tonight."),
    "ar": ("وصلت الرسالة، شكراً لكم.", "شكراً، سأتصل بهم اليوم.", "تمام، استلمت"),
}  # fmt: skip
ABSENT = {
    "de": ("Automatische Antwort: ", "Ich bin bis Montag nicht im Büro."),
    "en": ("Automatic reply: ", "I am out of the office until Monday."),
    "ar": ("رد تلقائي: ", "أنا في إجازة حتى يوم الإثنين."),
}


@dataclass(frozen=True)
class Reaction:
    """Something that arrives in our mailbox."""

    at: datetime
    raw: bytes


def reactions(seed: int, letter: Message, to: str, before: int, now: datetime) -> list[Reaction]:
    """What comes of a letter; ``before``: letters that the recipient had already."""
    luck = Random(f"{seed} mail {to.lower()} {before}")
    fate = luck.randrange(100)
    if fate < SOON:
        return [answer(letter, to, now + _soon(luck), luck)]
    if fate < LATE:
        return [answer(letter, to, now + timedelta(hours=luck.uniform(26, 60)), luck)]
    if fate < AWAY:
        later = now + timedelta(days=luck.uniform(2, 4))
        return [away(letter, to, now + timedelta(seconds=40)), answer(letter, to, later, luck)]
    if fate < WRONG:
        return [bounce(letter, to, now + timedelta(minutes=3))]
    return []


def _soon(luck: Random) -> timedelta:
    """Mostly within some hours."""
    stretched: float = (LATEST / SOONEST) ** luck.random()
    return SOONEST * stretched


def answer(letter: Message, to: str, at: datetime, luck: Random) -> Reaction:
    """A person pressed “Reply”, in one of the programs that people have."""
    program = luck.choice((_gmail, _outlook, _phone, _webmail))
    words = luck.choice(WORDS[_language(letter)])
    prefix, text = program(letter, words)
    mail = _back(letter, to, at, prefix)
    mail.set_content(text)
    return Reaction(at, mail.as_bytes())


def _gmail(letter: Message, words: str) -> tuple[str, str]:
    quoted = "".join(f"> {line}\n" for line in _text(letter))
    return "Re: ", f"{words}\n\nAm {letter['Date']} schrieb {letter['From']}:\n\n{quoted}"


def _outlook(letter: Message, words: str) -> tuple[str, str]:
    head = f"Von: {letter['From']}\nGesendet: {letter['Date']}\nBetreff: {letter['Subject']}\n"
    return "AW: ", f"{words}\n\n________________________________\n{head}\n{_whole(letter)}"


def _phone(letter: Message, words: str) -> tuple[str, str]:
    quoted = "".join(f"> {line}\n" for line in _text(letter)[:3])
    return "Re: ", f"{words}\n\nVon meinem iPhone gesendet\n\n{quoted}"


def _webmail(letter: Message, words: str) -> tuple[str, str]:
    return "Aw: ", f"{words}\n"


def away(letter: Message, to: str, at: datetime) -> Reaction:
    """Nobody read it: a machine says that they are away."""
    prefix, text = ABSENT[_language(letter)]
    mail = _back(letter, to, at, prefix)
    mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(text)
    return Reaction(at, mail.as_bytes())


def bounce(letter: Message, to: str, at: datetime) -> Reaction:
    """The server of the recipient knows nobody of this name (RFC 3464)."""
    said = f"550 5.1.1 <{to}>: Recipient address rejected: User unknown"
    head = "".join(f"{name}: {letter[name]}\r\n" for name in ("From", "To", "Message-ID", "Date"))
    parts = [
        ("text/plain; charset=utf-8", f"This is the mail system at {SERVER}.\r\n\r\n{said}\r\n"),
        (
            "message/delivery-status",
            f"Reporting-MTA: dns; {SERVER}\r\n\r\nFinal-Recipient: rfc822; {to}\r\n"
            f"Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; {said}\r\n",
        ),
        ("text/rfc822-headers", head),
    ]
    body = "".join(f"--=_report\r\nContent-Type: {kind}\r\n\r\n{text}\r\n" for kind, text in parts)
    raw = (
        f"Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@{SERVER}>\r\n"
        f"To: {letter['From']}\r\nDate: {format_datetime(at)}\r\nAuto-Submitted: auto-replied\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\nContent-Type:"
        ' multipart/report; report-type=delivery-status; boundary="=_report"\r\n\r\n'
        f"{body}--=_report--\r\n"
    )
    return Reaction(at, raw.encode("utf-8", "replace"))


def _back(letter: Message, to: str, at: datetime, prefix: str) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = to
    mail["To"] = parseaddr(str(letter["From"]))[1]
    mail["Subject"] = f"{prefix}{letter['Subject']}"
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{at.timestamp():.0f}.{Random(to + prefix).randrange(10**9)}@{SERVER}>"
    if letter["Message-ID"]:
        mail["In-Reply-To"] = mail["References"] = str(letter["Message-ID"])
    return mail


def _language(letter: Message) -> str:
    said = str(letter["Content-Language"] or "de")
    return said if said in WORDS else "de"


def _whole(letter: Message) -> str:
    for part in letter.walk():
        if part.get_content_type() == "text/plain":
            content = part.get_payload(decode=True)
            text = content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
            return text.replace("\r\n", "\n")
    return ""


def _text(letter: Message) -> list[str]:
    return list(_lines(_whole(letter)))


def _lines(text: str) -> Iterator[str]:
    yield from text.rstrip("\n").split("\n")
