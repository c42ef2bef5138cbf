"""What must not stand in a public text of a person: phone, mail, account, street,
postcode with its town, coordinates.

The names of the findings are plain words for :mod:`orchestrator.compose` to put into a sentence.
"""

import re
import unicodedata
from enum import StrEnum
from urllib.parse import unquote, urlsplit


class Private(StrEnum):
    """A kind of contact or place that is nobody's business in public."""

    MAIL = "mail"
    PHONE = "phone"
    ADDRESS = "address"


_MAIL = re.compile(
    r"[\w.+-]{1,64}\s?(?:@|\((?:at|ät)\)|\[(?:at|ät)\]|\{at\})"
    r"\s?[\w-]{1,64}(?:\s?(?:\.|\(dot\)|\[dot\]|\(punkt\))\s?[\w-]{1,64})+"
    r"|\b[\w.+-]{1,64}\s(?:at|ät)\s[\w-]{1,64}\s(?:dot|punkt)\s\w{2,}"
    # Accounts lead to a person as surely as a mail address does.
    r"|(?<![\w.])@\w{3,}"
    r"|\b(?:t|m|telegram)\.me/|\b(?:instagram|facebook|fb|tiktok|linkedin|snapchat|vk)\.com/",
    re.IGNORECASE,
)
_CHAT_NUMBER = re.compile(r"\bwa\.me/|\b(?:api\.)?whatsapp\.com/", re.IGNORECASE)
_DIALABLE = re.compile(r"\d(?:[ \t\u00a0./()–-]{0,3}\d){6,}")
_NO_PHONE = re.compile(
    r"(?<!\d)(?:\d{1,2}\.\s?\d{1,2}\.\s?(?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}"
    r"|(?:19|20)\d{2}\s?[–/-]\s?(?:19|20)\d{2}"
    r"|[1-9]\d{0,2}(?:\.\d{3}){1,4}"
    r"|\d{1,2}\.\d{2}\s?[–-]\s?\d{1,2}\.\d{2})(?![./]?\d)"
)
_NO_STREET = (
    r"(?:Bundes|Landes|Land|Kreis|Staats|Arbeits|Ausbildungs|Praktikums|Studien|Kita|Stell|Park"
    r"|Sitz|Schul|Rad|Fuß|Fahrt|Heim|Hin|Rück|Tabellen)(?:straße|strasse|str\.|weg|platz)\b"
)
# A number before a noun or a unit counts something: "Arbeitsweg 45 Minuten", "Im Team 3 Leute".
_HOUSE = r"\s\d{1,3}(?:\s?[a-z])?\b(?!\s?(?-i:[A-ZÄÖÜ])\w|\s?(?:km|m|h|x|mal|%|€)(?!\w)|[.,:]\d)"
_NO_LANE = (
    r"(?:\w*tag|\w*abend|morgen|mittwoch|januar|februar|märz|april|mai|juni|juli|august"
    r"|\w+ember|oktober|anfang|ende|alter|jahr|monat|woche|schnitt|durchschnitt|semester|klasse"
    r"|stufe|gruppe|schicht|kurs|team|lager|halle|modul|niveau|paragraf|kapitel|platz)\b"
)
_STREET = re.compile(
    rf"\b(?!{_NO_STREET})(?:[\w.-]{{0,40}}(?:straße|strasse|str\.|gasse|allee|chaussee|damm|ufer)"
    rf"|[\w.-]{{1,40}}(?:weg|platz|ring)|straße\sde[rs]\s[\w. ]{{2,30}}){_HOUSE}"
    r"|\b(?:am|an\sde[rmn]|im|in\sde[rn]|auf\sde[rmn]|zum|zur|beim|hinter\sde[rmn]|unter\sde[rn])"
    rf"\s(?!{_NO_LANE})(?-i:[A-ZÄÖÜ])[\w-]{{1,40}}{_HOUSE}"
    r"|\b\d{1,4}\s[A-Z]\w{1,40}\s(?:Street|Road|Avenue|Lane)\b|شارع\s[^\d\n.]{2,30}\s\d{1,3}\b"
    rf"|\b(?:rue|avenue|chemin|boulevard|quai|viale|piazza)\s(?:[\w'’-]{{1,30}}\s){{0,3}}"
    rf"[\w'’-]{{1,30}}{_HOUSE}"
    r"|\b\d{1,4},?\s(?:rue|avenue|chemin|boulevard|quai)\s",
    re.IGNORECASE,
)
_COORDINATES = re.compile(
    r"\b\d{1,2}\.\d{3,}\s?[,;/ ]\s?\d{1,3}\.\d{3,}\b"
    # With two decimals only where our countries lie: other pairs are prices or times.
    r"|\b(?:4[4-9]|5[0-7])\.\d{2,}°?\s?N?\s?[,;/ ]\s?(?:[4-9]|1\d)\.\d{2,}\b(?!\s?(?:€|Euro))"
)
_POSTCODE = re.compile(
    r"(?<![\d.,])\d{5}\s(?!(?:Euro|EUR|Mensch|Leute|Person|Einwohner|Kilometer|Stunde|Mal|Tag"
    r"|Kund|Gäst|Gaest|Besuch|Stück|Teil|Watt|Volt|Meter|Liter|Zeichen|Wört|Schritt))"
    r"[A-ZÄÖÜ][a-zäöüß]{2,}"
)


def private_in(text: str) -> Private | None:
    """The first kind of private detail in ``text``, or None; takes time linear in its length."""
    plain = _ascii_digits(text)
    if _CHAT_NUMBER.search(plain):
        return Private.PHONE
    if _MAIL.search(plain):
        return Private.MAIL
    if _COORDINATES.search(plain) or _STREET.search(plain) or _POSTCODE.search(plain):
        return Private.ADDRESS
    return Private.PHONE if _DIALABLE.search(_NO_PHONE.sub("…", plain)) else None


# Accounts there show names, faces, friends and places.
_HOSTS = """
bsky.app facebook.com fb.com fb.me instagr.am instagram.com linkedin.com linktr.ee lnkd.in m.me
messenger.com ok.ru pinterest.com pinterest.de reddit.com snapchat.com soundcloud.com t.me
telegram.me telegram.org threads.com threads.net tiktok.com twitch.tv twitter.com vk.com wa.me
whatsapp.com x.com xing.com youtu.be youtube.com
"""
_PROFILES = tuple(f".{each}" for each in _HOSTS.split())


def is_profile(link: str) -> bool:
    """Whether a web address leads to somebody's account on a social network."""
    try:
        parts = urlsplit(unicodedata.normalize("NFKC", unquote(link)).casefold())
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return True
    # Mastodon, TikTok, YouTube, Medium: "/@name", on whatever server.
    return "/@" in parts.path or f".{host}".endswith(_PROFILES)


def private_in_link(link: str) -> Private | None:
    """What a web address gives away by itself: a chat number, a mail address, coordinates."""
    plain = _ascii_digits(unquote(link))
    if _CHAT_NUMBER.search(plain):
        return Private.PHONE
    if re.search(r"[\w.+-]@[\w-]+\.\w", plain):
        return Private.MAIL
    return Private.ADDRESS if _COORDINATES.search(plain) else None


def _ascii_digits(text: str) -> str:
    """Arabic-Indic and other digits as 0–9: a phone number is one in every script."""
    return "".join(
        str(unicodedata.digit(each)) if each.isdigit() and not each.isascii() else each
        for each in unicodedata.normalize("NFKC", text)
    )
