"""What a place is, and what asking for one can end in."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


@dataclass(frozen=True, slots=True)
class Place:
    """A town, village or district. Its point is a centre, never anybody's address.

    `part_of` is the id of the town that a district belongs to. `people` is what the place adds to
    a circle: a town's population without the share that lies in its districts, so that summing
    over places counts nobody twice. They live on a disk of ``disk_km`` around the point, as large
    as the place's own area; 0 is a mere point.
    """

    id: int
    name: str
    state: str
    country: str
    lat: float
    lon: float
    population: int
    people: int
    part_of: int | None
    disk_km: float = 0.0

    @property
    def is_town(self) -> bool:
        """Tell a municipality or village from a part of one."""
        return self.part_of is None


@dataclass(frozen=True, slots=True)
class Resolution:
    """An answer to "where is this?". `rivals` are the other places that may have been meant.

    `abroad` is the ISO code of a country that was named, or whose capital was, and in which the
    embedded data knows no such place: most of it lies outside what is covered.
    """

    status: Literal["resolved", "ambiguous", "unknown"]
    place: Place | None
    rivals: tuple[Place, ...] = ()
    abroad: str | None = None


class Refusal(StrEnum):
    """Why a text is refused before it is looked up."""

    STREET = "street"
    COORDINATES = "coordinates"
    MAILBOX = "mailbox"
    PERSON = "person"
    SHELTER = "shelter"
    CONTACT = "contact"
    EMPTY = "empty"
    TOO_LONG = "too_long"


class PlaceRefused(ValueError):
    """The text is more exact than a place may be, or is no place at all."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(f"refused as a place: {reason}")
        self.reason = reason


class GazetteerBroken(RuntimeError):
    """The embedded data is missing or damaged; the message says which file and what to do."""
