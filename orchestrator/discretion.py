"""What must not stand in a public text of a person: phone, mail, street, coordinates.

The names of the findings are plain words for :mod:`orchestrator.compose` to put into a sentence.
"""

import re
import unicodedata
from enum import StrEnum


class Private(StrEnum):
    """A kind of contact or place that is nobody's business in public."""

    MAIL = "mail"
    PHONE = "phone"
    ADDRESS = "address"


_MAIL = re.compile(
    r"[\w.+-]{1,64}\s?(?:@|\(at\)|\[at\]|\{at\})\s?[\w-]+(?:\s?(?:\.|\(dot\)|\[dot\]|\(punkt\))\s?[\w-]+)+",
    re.IGNORECASE,
)
# Seven digits or more that one could dial, and no date such as 01.11.2026.
_DIALABLE = re.compile(
    r"(?<![\w.])(?!\d{1,2}\.\s?\d{1,2}\.\s?\d{4}(?!\d))"
    r"(?:\+|00|0)\(?[\s-]?\d(?:[\s./()–-]{0,3}\d){5,14}(?!\d)"
)
_STREET = re.compile(
    r"\b(?:[\w.-]{0,40}(?:straße|strasse|str\.|gasse|allee|chaussee|damm|ufer)"
    r"|[\w.-]{1,40}(?:weg|platz|ring)|straße\sde[rs]\s[\w. ]{2,30})\s\d{1,3}(?:\s?[a-z])?\b"
    r"(?!\s?(?:Jahr|Monat|Woche|Tag|Stund|Minut|Mensch|Leut|Kolleg|Person))"
    r"|\b\d{1,4}\s[A-Z]\w+\s(?:Street|Road|Avenue|Lane)\b|شارع\s[^\d\n.]{2,30}\s\d{1,3}\b",
    re.IGNORECASE,
)
_COORDINATES = re.compile(r"\b\d{1,2}\.\d{3,},\s?\d{1,3}\.\d{3,}\b")


def private_in(text: str) -> Private | None:
    """The first kind of private detail in ``text``, or None."""
    plain = _ascii_digits(text)
    if _MAIL.search(plain):
        return Private.MAIL
    if _COORDINATES.search(plain) or _STREET.search(plain):
        return Private.ADDRESS
    if _DIALABLE.search(plain) or _is_phone(plain):
        return Private.PHONE
    return None


def _ascii_digits(text: str) -> str:
    """Arabic-Indic and other digits as 0–9: a phone number is one in every script."""
    return "".join(
        str(unicodedata.digit(each)) if each.isdigit() and not each.isascii() else each
        for each in unicodedata.normalize("NFKC", text)
    )


def _is_phone(text: str) -> bool:
    if sum(each.isdigit() for each in text) < 7:
        return False
    import phonenumbers

    return any(
        phonenumbers.PhoneNumberMatcher(text, country).has_next() for country in ("DE", "AT", "CH")
    )
