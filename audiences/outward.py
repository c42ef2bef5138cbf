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
from audiences.refuse import has_house_number, has_road_with_number, refuse_unreadable, roads_in

ATTRIBUTION = "© OpenStreetMap contributors, ODbL"
DOMAINS = {"nominatim": "nominatim.openstreetmap.org", "photon": "photon.komoot.io"}
_MOST_WORDS = 8
# Postcodes of a district. Those of a street or a house (GB, NL, PT …) are as exact as an address.
_CODE = re.compile(
    r"(?<![\w-])(?:[A-Z]{1,2}-)?(\d{4,6}|\d{2}-\d{3}|\d{3} \d{2})(?![\w-]| [A-Z]{2}\b)"
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

    Raises PlaceRefused for addresses, coordinates, empty and overlong text.
    """
    text = " ".join(tidy(query[:1000]).split())
    refuse_unreadable(text, len(query))
    code = _CODE.search(text)
    without = text.replace(code[0], " ", 1) if code else text
    exact = has_road_with_number(text) or has_house_number(text, postcode=code[0] if code else None)
    if exact or roads_in(text) or any(c.isdigit() for c in without):
        raise PlaceRefused(Refusal.STREET)
    if not _WORDS.fullmatch(text) or len(text.split()) > _MOST_WORDS:
        return None
    return text


def is_meant(text: str, found: Found) -> bool:
    """Tell whether every word that was typed belongs to the place: its name, region, postcode."""
    code = _CODE.search(text)
    if code is not None:
        if word_key(code[1]) != found.code:
            return False
        text = text.replace(code[0], " ", 1)
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
