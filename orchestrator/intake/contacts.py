"""Ways to reach somebody, and web addresses: usable, in one spelling.

No reason here repeats what stood in the cell: reasons are printed, logged and passed on.
"""

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from orchestrator.i18n import _
from orchestrator.intake.fields import Unfit, text_of
from orchestrator.intake.table import Cell
from orchestrator.redact import tame

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_HOME_REGIONS = ("DE", "AT", "CH")


def mail(text: str) -> str:
    """A usable mail address, normalised; the domain is not asked."""
    from email_validator import EmailNotValidError, validate_email

    if not text:
        return ""
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise Unfit(
            _("This is not a usable mail address."),
            _("Write one address with an @ and a domain, nothing else."),
        ) from error


def phone(text: str, region: str) -> str:
    """A usable phone number as E.164; without +, it is read as one of ``region``.

    A number that only another country has is refused: a guess could ring at a stranger's.
    """
    import phonenumbers

    if not text:
        return ""
    number = _usable(text, region)
    if number is None:
        raise Unfit(_("This is not a usable phone number."), _phone_hint(text, region))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _usable(text: str, region: str) -> "PhoneNumber | None":
    import phonenumbers

    try:
        # The library would dial letters by the keys of a phone: “0800 KOMM” is no number here.
        number = None if re.search(r"[^\W\d_]", text) else phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if number is None or number.extension or not phonenumbers.is_valid_number(number):
        return None
    return number


def _phone_hint(text: str, region: str) -> str:
    import phonenumbers

    if not re.fullmatch(r"\(?0\)?[1-9][\d /()–.-]{3,}", text):
        return _("Write one number with its area code; format the cell as text.")
    meant = next((each for each in _HOME_REGIONS if _usable(text, each)), region)
    return _(
        "Write it with its country code, such as +{code} …, and format the cell as text."
    ).format(code=phonenumbers.country_code_for_region(meant))


def link(cell: Cell) -> str:
    """A web address that is safe to publish."""
    text = text_of(cell)
    if not text:
        return ""
    raw = str(cell).strip()
    if raw != tame(raw) or len(text) > 2000 or not _is_web_address(text):
        raise Unfit(
            _("This is not a usable web address."),
            _("Write it whole, such as https://www.beispiel.de/seite, without user or password."),
        )
    return text


def _is_web_address(text: str) -> bool:
    if re.search(r"[\s\\<>\"]", text):
        return False
    try:
        parts = urlsplit(text)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        return False
    web = parts.scheme in ("http", "https") and bool(parts.hostname)
    return web and port_fits and "@" not in parts.netloc
