"""The rows that every figure is made of, without anything that a figure does not need."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from orchestrator.ports import Metrics
from orchestrator.vocabulary import Label, PostState, TandemState

# In place of the slugs of all who withdrew: one part for them together. No slug looks like it.
WITHDRAWN = "_withdrawn"


@dataclass(frozen=True, slots=True)
class TandemRow:
    """A tandem as the public may know it; ``shown`` is false when it must not be named at all.

    ``town`` is empty where only the region may be said; then there is no point either.
    ``town_people`` live in the town, ``people`` within the radius. Whoever withdrew has the slug
    ``WITHDRAWN``.
    """

    id: int
    slug: str
    name: str
    town: str
    region: str
    country: str
    partner: str
    shown: bool
    hidden: bool
    state: TandemState
    point: tuple[float, float] | None
    radius_km: int | None
    town_people: int = 0
    people: int = 0

    @property
    def has_withdrawn(self) -> bool:
        """Whether only a number may be left of it."""
        return self.state is TandemState.WITHDRAWN


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post, its newest reach (None: no figure was given) and what sending it cost.

    ``private``: what only its owner is told, by the network's own names, and when it was read; what
    was not given is not among it.
    """

    id: int
    tandem_id: int
    network: str
    number: int
    state: PostState
    at: datetime
    day: date
    due_at: datetime
    published_at: datetime | None
    targeting_kept: bool | None
    gone_at: datetime | None
    permalink: str
    cost_usd: float
    reach: int | None
    taken_at: datetime | None
    private: Mapping[str, tuple[int, datetime]] = field(default_factory=dict)

    @property
    def is_out(self) -> bool:
        """Whether it was live at any time."""
        return self.published_at is not None or self.state is PostState.PUBLISHED


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """A reply without its words and without who said it.

    ``answered_after``: minutes until our first answer; None: there is none. ``warned``: a check
    that still holds found a warning.
    """

    id: int
    tandem_id: int | None
    post_id: int | None
    network: str
    channel: str
    label: Label
    status: str
    at: datetime
    day: date
    deleted: bool
    duplicate_of: int | None
    looked_at: bool = False
    hidden: bool = False
    answered_after: float | None = None
    warned: bool = False


@dataclass(frozen=True, slots=True)
class AccountRow:
    """What a network gives for an account, what it keeps back and why, and what reading cost."""

    network: str
    unavailable: Mapping[str, str]
    read_usd: float


@dataclass(frozen=True)
class Rows:
    """Everything that was read; ``zone`` is the one in which days are counted."""

    zone: ZoneInfo
    tandems: tuple[TandemRow, ...] = ()
    posts: tuple[PostRow, ...] = ()
    replies: tuple[ReplyRow, ...] = ()
    accounts: tuple[AccountRow, ...] = ()
    metrics: Mapping[str, Metrics] = field(default_factory=dict)

    @property
    def networks(self) -> list[str]:
        """The networks on which the campaign is."""
        found = {each.network for each in self.accounts} | {each.network for each in self.posts}
        return sorted(found)
