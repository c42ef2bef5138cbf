"""A network that does what a test tells it: same promises as the real ones, no HTTP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from orchestrator.ports import (
    City,
    Draft,
    Heard,
    Hearing,
    Limits,
    Listening,
    Metrics,
    Readings,
    Receipt,
    Standing,
    Trouble,
    Unavailable,
)

METRICS = Metrics("viewers", people=True, replies="comments", counters=("views",))


@dataclass
class FakeNetwork:
    """Publishes into a list; ``script`` holds what the next calls of ``publish`` do.

    An entry is a Trouble to raise, a pair (True, Trouble) when the post nevertheless goes live,
    or a function that is called first. An empty script means success.
    """

    name: str = "facebook"
    targets: bool = True
    cost: float = 0.0
    live: list[tuple[str, str, dict[str, Any] | None]] = field(default_factory=list)
    script: list[Any] = field(default_factory=list)
    reading: Trouble | None = None
    keeps_targeting: bool = True
    calls: int = 0
    spent: float = 0.0
    allowance: float | None = None
    drafts: list[Draft] = field(default_factory=list)
    unknown_towns: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    metrics: Metrics = METRICS
    figures: dict[str, Mapping[str, int]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    unavailable: dict[str, Unavailable] = field(default_factory=dict)
    unreadable: Trouble | None = None
    heard: list[Heard] = field(default_factory=list)
    deleted: set[str] = field(default_factory=set)
    deaf: Trouble | None = None
    ended: Trouble | None = None
    interrupts: bool = False
    silent: set[str] = field(default_factory=set)
    until: str | None = None
    read_cost: float = 0.0
    listened: list[tuple[list[Listening], str | None]] = field(default_factory=list)
    looked_since: list[datetime] = field(default_factory=list)

    @property
    def limits(self) -> Limits:
        return Limits(
            text=280 if self.name == "x" else 63206, targeting=self.targets, link_in_text=False
        )

    def publish(self, draft: Draft) -> Receipt:
        self.calls += 1
        step = self.script.pop(0) if self.script else None
        if callable(step):
            step = step(draft)
        accepted, trouble = step if isinstance(step, tuple) else (step is None, step)
        if accepted:
            self.drafts.append(draft)
            self.live.append((f"{self.name}-{len(self.live) + 1}", draft.text, draft.targeting))
        if trouble is not None:
            raise trouble
        return Receipt(self.live[-1][0], f"https://social.example/{self.live[-1][0]}", draft.text)

    def own(self, since: datetime) -> list[Receipt]:
        self.calls += 1
        self.looked_since.append(since)
        if self.reading:
            raise self.reading
        return [
            Receipt(remote_id, f"https://social.example/{remote_id}", self.plain(text))
            for remote_id, text, _targeting in self.live
        ]

    def plain(self, text: str) -> str:
        return text.strip()

    def find(self, text: str, since: datetime) -> list[Receipt]:
        return [post for post in self.own(since) if post.text == self.plain(text)]

    def takedown(self, remote_id: str) -> None:
        self.live = [each for each in self.live if each[0] != remote_id]

    def standing(self) -> Standing:
        return Standing("1", "Aktionsbüro")

    def length(self, text: str) -> int:
        return len(text)

    def price(self, text: str) -> float:
        return self.cost

    def city_keys(self, cities: Sequence[City]) -> list[str | None]:
        self.calls += 1
        self.asked += [city.name for city in cities]
        return [None if city.name in self.unknown_towns else f"k-{city.name}" for city in cities]

    def fit(self, keys: Sequence[str]) -> dict[str, Any]:
        return {"geo_locations": {"cities": [{"key": key} for key in keys]}}

    def stored(self, remote_id: str, mode: str) -> dict[str, Any] | None:
        self.calls += 1
        if self.reading:
            raise self.reading
        if not self.keeps_targeting:
            return None
        return next(targeting for own, _text, targeting in self.live if own == remote_id)

    def reach(self, posts: Sequence[str]) -> Readings:
        self.calls += 1
        if self.unreadable:
            raise self.unreadable
        if self.interrupts:
            raise KeyboardInterrupt
        self.spent += self.read_cost * len(posts)
        there = [post for post in posts if post not in self.gone | self.silent]
        figures = {post: self.figures.get(post, {}) for post in there}
        return Readings(figures, self.unavailable, frozenset(self.gone & set(posts)))

    def replies(
        self,
        posts: Sequence[Listening],
        since: str | None,
        strays: frozenset[str] = frozenset(),
    ) -> Hearing:
        self.calls += 1
        self.listened.append((list(posts), since))
        if self.deaf:
            raise self.deaf
        held = {reply for post in posts for reply in post.held} | strays
        gone = frozenset(self.deleted & held)
        return Hearing(list(self.heard), gone, self.until, ended=self.ended)
