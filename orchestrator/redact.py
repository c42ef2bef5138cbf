"""What must never be shown: one function for logs, errors, JSON and every other way out.

Tokens are found by the values that the configuration registered and by the shapes the platforms
use; phone numbers and mail addresses by their form. Untrusted text also loses control characters,
so that a name cannot move the cursor or reverse the reading direction of a terminal.
"""

import re
from collections.abc import Mapping

MASK = "•••"
_secrets: set[str] = set()

_NAMED_SECRET = re.compile(
    r"(?i)((?:access_token|input_token|appsecret_proof|client_secret|app_secret|page_token"
    r"|consumer_key|consumer_secret|oauth_token|oauth_signature|oauth_consumer_key"
    r"|password)[\"']?\s*[=:]\s*[\"']?)[^\s&\"',;}<>]+"
)
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=%-]{8,}")
_META_TOKEN = re.compile(r"\bEAA[A-Za-z0-9]{16,}")
_URL_PASSWORD = re.compile(r"(?<=://)([^/\s:@]*):[^/\s@]+@")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
# A number that one can dial: international or with the German leading zero, at least seven
# digits, and not a date such as 01.11.2026.
_PHONE = re.compile(
    r"(?<![\w.:/-])(?!\d{1,2}\.\d{1,2}\.\d{4}(?!\d))(?:\+|00|0)\(?[\s-]?[1-9](?:[\s./()–-]{0,3}\d){6,14}"
    r"(?!\d)"
)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def remember(secret: str) -> None:
    """Register a secret's value, so that it is masked wherever it turns up."""
    if len(secret) >= 6:
        _secrets.add(secret)


def redact(text: str) -> str:
    """Return ``text`` without tokens, phone numbers and mail addresses."""
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, MASK)
    text = _NAMED_SECRET.sub(rf"\1{MASK}", text)
    text = _BEARER.sub(rf"\1 {MASK}", text)
    text = _META_TOKEN.sub(MASK, text)
    text = _URL_PASSWORD.sub(rf"\1:{MASK}@", text)
    text = _MAIL.sub(MASK, text)
    return _PHONE.sub(MASK, text)


def contacts_in(text: str) -> list[str]:
    """Every mail address and phone number that :func:`redact` masks, in one spelling each."""
    mails = [found.group().casefold() for found in _MAIL.finditer(text)]
    phones = [_dialled(found.group()) for found in _PHONE.finditer(_MAIL.sub(MASK, text))]
    return [*mails, *phones]


def _dialled(number: str) -> str:
    """A phone number as one would dial it from abroad; without a country it is a German one."""
    digits = re.sub(r"\D", "", number.replace("(0)", ""))
    if number.lstrip("(").startswith("+"):
        return digits
    return digits[2:] if digits.startswith("00") else f"49{digits[1:]}"


def tame(text: str) -> str:
    """Return untrusted ``text`` without control characters; line breaks and tabs stay."""
    return _CONTROL.sub("", text)


def redact_document(document: object, key: str = "") -> object:
    """Redact every string of a JSON document except public wording (the key ``text``)."""
    if isinstance(document, str):
        return document if key == "text" else redact(document)
    if isinstance(document, Mapping):
        return {name: redact_document(value, str(name)) for name, value in document.items()}
    if isinstance(document, list | tuple):
        return [redact_document(value, key) for value in document]
    return document
