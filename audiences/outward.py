"""What may be asked of a place service on the internet, and which of its answers count.

Only the words of a town and its postcode leave the house.
"""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from audiences.fold import tidy
from audiences.osm import Found, word_key
from audiences.place import PlaceRefused, Refusal, Resolution
from audiences.refuse import has_road_with_number, refuse_unreadable, roads_in
from audiences.streets import names_a_shelter, names_a_street, names_somebody

ATTRIBUTION = "© OpenStreetMap contributors, ODbL"
DOMAINS = {"nominatim": "nominatim.openstreetmap.org", "photon": "photon.komoot.io"}
_MOST_WORDS = 8
# Postcodes of a district. Those of a street or a house (GB, NL, PT …) are as exact as an address.
_DIGITS = r"(?:\d{5,6}|\d{2}-\d{3}|\d{3} \d{2}"
# At the end four digits are a house's number as often as a postcode.
_CODE = re.compile(
    rf"^(?:[A-Z]{{1,2}}-)?({_DIGITS}|\d{{4}}))(?![\w-]| [A-Z]{{2}}\b)"
    rf"|(?<=[^\W\d] )(?:[A-Z]{{1,2}}-)?({_DIGITS}))$"
)
_WORDS = re.compile(r"[^\W_][\w '’.,()/–-]*")
_PARTS = re.compile(r"[,;()]|\s[-–]\s")


class Outage(StrEnum):
    """What may go wrong with a service."""

    SILENT = "silent"
    AWAY = "away"
    BUSY = "busy"
    REFUSED = "refused"
    BROKEN = "broken"


class GeocoderTrouble(RuntimeError):
    """The service gave no answer that counts; whether there is such a place is not known."""

    def __init__(self, why: Outage) -> None:
        super().__init__(f"the place service failed: {why}")
        self.why = why


@dataclass(frozen=True, slots=True)
class Question:
    """All that is asked, and all that leaves: a town's words and the countries."""

    text: str
    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """Who is asked: `nominatim` or `photon`, where, and under which name of ours.

    `is_here`: on this machine, where no proxy is in between.
    """

    name: str
    domain: str
    scheme: str
    agent: str
    is_here: bool = False


class Memory(Protocol):
    """Answers of before."""

    def recall(self, question: Question) -> Resolution | None:
        """Return the answer that was given, if it is fresh."""
        ...

    def remember(self, question: Question, answer: Resolution) -> None:
        """Keep an answer."""
        ...


Turn = Callable[[], AbstractContextManager[None]]


def sendable(query: str) -> str | None:
    """Return the words that may leave the house; None for what is no town's name.

    Raises PlaceRefused for addresses, shelters, coordinates, empty and overlong text. A person's
    bare name looks like a town's, and is not recognised.
    """
    text = " ".join(tidy(query[:1000]).split())
    refuse_unreadable(text, len(query))
    _code, name = _code_and_name(text)
    exact = has_road_with_number(text) or any(c.isdigit() for c in name)
    if exact or roads_in(name) or names_a_street(name):
        raise PlaceRefused(Refusal.STREET)
    if names_a_shelter(name, abroad=True):
        raise PlaceRefused(Refusal.SHELTER)
    if names_somebody(name, abroad=True):
        raise PlaceRefused(Refusal.PERSON)
    if not _WORDS.fullmatch(text) or len(text.split()) > _MOST_WORDS:
        return None
    return text


def is_meant(text: str, found: Found) -> bool:
    """Tell whether every word that was typed belongs to the place: its name, region, postcode."""
    code, text = _code_and_name(text)
    if code and word_key(code) != found.code:
        return False
    whole = word_key(text)
    if not whole:
        return found.by_code
    if whole in found.names:
        return True
    leads = (f"{name} " for name in found.names)
    if any(whole.startswith(lead) and whole[len(lead) :] in found.around for lead in leads):
        return True
    first, *rest = [key for part in _PARTS.split(text) if (key := word_key(part))]
    return first in found.names and all(part in found.around | found.names for part in rest)


def _code_and_name(text: str) -> tuple[str, str]:
    """Take a postcode off: at the very start, or at the very end behind a word."""
    code = _CODE.search(text)
    if code is None:
        return "", text
    return code[1] or code[2], f"{text[: code.start()]} {text[code.end() :]}".strip(" ,")
