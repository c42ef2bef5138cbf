"""What must never be shown: one function for logs, errors, JSON and every other way out.

Tokens are found by the values that the configuration registered and by the shapes the platforms
use; phone numbers and mail addresses by their form. Untrusted text also loses control characters,
so that a name cannot move the cursor or reverse the reading direction of a terminal.
"""

import json
import re
from collections.abc import Collection, Mapping
from urllib.parse import quote

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
# Nothing that belongs together is looked for across a line's end.
_BLANK = r"[^\S\n\r\v\f\x1c-\x1e\x85\u2028\u2029]"
_SPACE = rf"(?:{_BLANK}|%20)"  # as addresses on the web write it
# Also as people write it against machines that read along: "a.b (at) c.de", "a.b ät c (punkt) de".
_AT = (
    rf"(?:[@＠﹫]|%40|{_SPACE}?[\[({{<]{_SPACE}?(?:at|ät|a\u0308t|@){_SPACE}?[\])}}>]{_SPACE}?"
    rf"|{_SPACE}(?:ät|a\u0308t|@){_SPACE})"
)
_DOT = rf"(?:[.．]|{_SPACE}?[\[({{<](?:dot|punkt|\.)[\])}}>]{_SPACE}?)"
_SPELLED = rf"{_BLANK}at{_BLANK}([\w-]{{1,63}}{_BLANK}(?:dot|punkt){_BLANK}[\w-]{{2,63}})"
_MAIL = re.compile(
    rf"(?i)([\w.+-]{{1,64}})(?:{_AT}([\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}})+)|{_SPELLED})"
)
_DASH = "\\-\u00ad\u2010-\u2015\u2212\ufe58\ufe63\uff0d"
_GAP = rf"(?:{_SPACE}|[./()·{_DASH}])"
_NUMBER = rf"(?:\+|%2[Bb]|00|0)\(?(?:{_SPACE}|[{_DASH}])?[1-9](?:{_GAP}{{0,3}}[0-9]){{6}}"
# Where a number may begin: not inside a word, an id or a path, but after "Tel.:" and "0761 1234/".
_BEGIN = (
    r"(?:(?<![\w.:/-])|(?<=[^\W\d_][.:])|(?<=[^\W\d_][.:][./:-])"
    rf"|(?<=[\d)]/)|(?<={_BLANK}[./:-])|(?<=%20))"
)
_NO_DATE = (
    rf"(?![0-3]?[0-9]\.{_SPACE}?[01]?[0-9]\.(?:(?![0-9])|[0-9]{{4}}(?![0-9])|2[0-9](?![0-9./-])))"
    r"(?![0-3]?[0-9](?P<by>[/-])[01]?[0-9](?P=by)(?:19|20)[0-9]{2}(?![0-9]))"
)
_NO_TIMES = (
    rf"(?![0-2]?[0-9]\.[0-5][0-9]{_SPACE}?(?:Uhr{_SPACE}?)?[–-]{_SPACE}?[0-2]?[0-9]\.[0-5][0-9]"
    r"(?!\.?[0-9]))"
)
# A number that one can dial: international or with the German leading zero, at least seven
# digits, and neither a date nor opening hours. It ends where after a gap a whole other one begins.
_PHONE = re.compile(
    rf"{_BEGIN}{_NO_DATE}{_NO_TIMES}{_NUMBER}"
    rf"(?:(?!{_GAP}{{0,2}}(?:{_SPACE}|[/(–]){_NUMBER}){_GAP}{{0,3}}[0-9]){{0,8}}(?![0-9])"
)
# The digits of an address on the web are nobody's number, unless it is that of a chat.
_CHAT = r"(?i:(?:https?://)?(?:wa\.me|(?:api|chat)\.whatsapp\.com)/[^\s,;()<>\"']+)"
_LINK_OR_PHONE = re.compile(
    rf"(?P<chat>{_CHAT})|(?i:https?://|www\.)[^\s,;()<>\"'%]+|(?P<phone>{_PHONE.pattern})"
)
# Without these there is none: looking for it takes longer than all else, and most texts have none.
_MAY_HOLD_MAIL = re.compile(r"[@＠﹫%\[({<]|\s(?:at|ät|a\u0308t)\s", re.IGNORECASE)
_MAY_HOLD_PHONE = re.compile(r"(?:\d\D*+){7}|wa\.me|whatsapp", re.IGNORECASE)
_FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")
# Whole commands to a terminal, so that nothing of them is left to read.
_ESCAPE = re.compile(
    "\x1b\\[[0-?]{0,20}[ -/]{0,5}[@-~]|\x1b\\][^\x07\x1b]{0,200}(?:\x07|\x1b\\\\)?"
)
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
)
# The same within a JSON text, whose own line breaks are none of somebody's words.
_UNESCAPED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
# What nobody sees, and what would hide a number or an address from every mask.
_UNSEEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\U000e0000-\U000e01ef"
)
_HIDDEN = re.compile(f"[{_UNSEEN}\u20e3]")
_IN_A_NUMBER = re.compile(rf"(?<=[\d\s+./(){_DASH}])[{_UNSEEN}\u20e3]+(?=[\d\s./(){_DASH}]|$)")
_IN_AN_ADDRESS = re.compile(r"(?<!\S)\S{0,200}(?:[@＠﹫]|%40)\S{0,300}")


def remember(secret: str) -> None:
    """Register a secret's value, so that it is masked wherever it turns up."""
    if len(secret) >= 6:
        _secrets.update((secret, quote(secret, safe=""), json.dumps(secret)[1:-1]))


def redact(text: str, *, over_lines: bool = False) -> str:
    """Return ``text`` without tokens, phone numbers and mail addresses.

    ``over_lines``: also without a number that a library has broken into several lines.
    """
    text = _laid_open(text)
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, MASK)
    text = _NAMED_SECRET.sub(rf"\1{MASK}", text)
    text = _BEARER.sub(rf"\1 {MASK}", text)
    text = _META_TOKEN.sub(MASK, text)
    text = _URL_PASSWORD.sub(rf"\1:{MASK}@", text)
    text = _without_mails(text)
    for start, end in reversed(_phones(text.replace("\n", " ") if over_lines else text)):
        text = text[:start] + MASK + text[end:]
    return text


def contacts_in(text: str) -> list[str]:
    """Every mail address and phone number that :func:`redact` masks, in one spelling each."""
    text = _laid_open(text)
    mails = [_address(found) for found in _MAIL.finditer(text)] if _may_hold_mail(text) else []
    left = _without_mails(text)
    return [*mails, *(_dialled(_plain_digits(left[start:end])) for start, end in _phones(left))]


def _may_hold_mail(text: str) -> bool:
    return _MAY_HOLD_MAIL.search(text) is not None


def _without_mails(text: str) -> str:
    return _MAIL.sub(MASK, text) if _may_hold_mail(text) else text


def _phones(text: str) -> list[tuple[int, int]]:
    """From where to where each phone number goes."""
    if not _MAY_HOLD_PHONE.search(text):
        return []
    found = _LINK_OR_PHONE.finditer(_plain_digits(text))
    return [each.span() for each in found if each["phone"] or each["chat"]]


def _laid_open(text: str) -> str:
    """The same text without what hides within a number or an address."""
    if not _HIDDEN.search(text):
        return text
    return _IN_AN_ADDRESS.sub(lambda found: _HIDDEN.sub("", found[0]), _IN_A_NUMBER.sub("", text))


def _plain_digits(text: str) -> str:
    """The same text, sign for sign, with the digits that a German phone has."""
    return _FOREIGN_DIGIT.sub(lambda found: str(int(found.group())), text).replace("＋", "+")


def _address(mail: re.Match[str]) -> str:
    host = re.sub(rf"{_BLANK}(?:dot|punkt){_BLANK}|{_DOT}", ".", mail[2] or mail[3], flags=re.I)
    return f"{mail[1]}@{host}".casefold()


def _dialled(number: str) -> str:
    """A phone number as one would dial it from abroad; without a country it is a German one."""
    number = re.sub("%2b", "+", number.replace("%20", " "), flags=re.IGNORECASE)
    digits = re.sub(r"\D", "", number.replace("(0)", ""))
    if not number.lstrip("(").startswith("+") and "wa.me/" not in number.lower():
        digits = digits[2:] if digits.startswith("00") else f"49{digits[1:]}"
    return re.sub("^490", "49", digits)  # "+49 0761": the zero is only dialled within the country


def tame(text: str) -> str:
    """Return untrusted ``text`` without control characters; line breaks and tabs stay."""
    return _CONTROL.sub("", _ESCAPE.sub("", text))


def hung(text: str) -> str:
    """Tamed text whose further lines are indented, so that no word begins an event of its own."""
    return text.replace("\n", "\n    ")


def escaped(document: str) -> str:
    """A JSON document in which nothing can move a terminal's cursor; its meaning is the same."""
    return _UNESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", document)


def redact_document(
    document: object, key: str = "", *, public: Collection[str] = ("text",)
) -> object:
    """Redact every string of a JSON document except under ``public`` keys, such as wording."""
    if isinstance(document, str):
        return document if key in public else redact(document)
    if isinstance(document, Mapping):
        return {
            name: redact_document(value, str(name), public=public)
            for name, value in document.items()
        }
    if isinstance(document, list | tuple):
        return [redact_document(value, key, public=public) for value in document]
    return document
