"""Networks and messengers that do what a test tells them: same promises as the real ones."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from orchestrator.messengers.port import Delivery, Incoming, Letter, Mark, Sent
from orchestrator.ports import (
    Attachment,
    Charged,
    Charges,
    City,
    Draft,
    Heard,
    Hearing,
    Hiding,
    Limits,
    Listening,
    MediaLimits,
    Metrics,
    OutcomeUnknown,
    Place,
    Readings,
    Receipt,
    Region,
    Rejected,
    Standing,
    Trouble,
    Unavailable,
    Uploaded,
)
from orchestrator.vocabulary import Way

METRICS = Metrics("viewers", people=True, replies="comments", counters=("views",))
MEDIA = MediaLimits(
    photos=4,
    photo_bytes=5_000_000,
    photo_types=frozenset({"image/jpeg", "image/png"}),
    video_bytes=500_000_000,
    shortest=0.5,
    longest=140.0,
    least_side=32,
    largest_side=4096,
    shapes=(1 / 3, 3.0),
)


@dataclass
class FakeNetwork:
    """Publishes into a list; ``script`` holds what the next calls of ``publish`` do.

    An entry is a Trouble to raise, a pair (True, Trouble) when the post nevertheless goes live,
    or a function that is called first. An empty script means success.
    ``reading`` is raised by whatever looks for own posts.
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
    tells_where: bool = False
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
    asked_privately: set[str] = field(default_factory=set)
    strays: frozenset[str] = frozenset()
    listened: list[tuple[list[Listening], str | None]] = field(default_factory=list)
    looked_since: list[datetime] = field(default_factory=list)
    kept: dict[str, Draft] = field(default_factory=dict)
    shown_at: dict[str, datetime] = field(default_factory=dict)
    looked: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)

    @property
    def limits(self) -> Limits:
        return Limits(
            text=280 if self.name == "x" else 63206,
            targeting=self.targets,
            hiding=isinstance(self, Hiding),
            link_in_text=False,
        )

    def publish(self, draft: Draft) -> Receipt:
        return self._send(draft, unseen=draft.at is not None)

    def _send(self, draft: Draft, *, unseen: bool) -> Receipt:
        self.calls += 1
        step = self.script.pop(0) if self.script else None
        if callable(step):
            step = step(draft)
        accepted, trouble = step if isinstance(step, tuple) else (step is None, step)
        receipt = self._accept(draft, unseen) if accepted else None
        if trouble is not None:
            raise trouble
        assert receipt
        return receipt

    def _accept(self, draft: Draft, unseen: bool) -> Receipt:
        self.drafts.append(draft)
        if draft.draft_id:
            self._show(draft.draft_id)
            return self._receipt(draft.draft_id)
        number = len(self.live) + len(self.kept) + len(self.taken) + 1
        remote_id = f"{self.name}-{number}"
        if unseen:
            self.kept[remote_id] = draft
        else:
            self.live.append((remote_id, draft.text, draft.targeting))
        return self._receipt(remote_id)

    def _show(self, remote_id: str) -> None:
        if draft := self.kept.pop(remote_id, None):
            self.live.append((remote_id, draft.text, draft.targeting))
        if remote_id not in self._ids():
            raise Rejected(f"there is no post {remote_id}")

    def _ids(self) -> list[str]:
        return [*(remote_id for remote_id, _text, _targeting in self.live), *self.kept]

    def _receipt(self, remote_id: str) -> Receipt:
        address = f"https://social.example/{remote_id}"
        if draft := self.kept.get(remote_id):
            place = Place.HELD if draft.at else Place.DRAFT
            text = self.plain(draft.text)
            return Receipt(remote_id, address, text, place=place, due_at=draft.at)
        text = next(text for own, text, _targeting in self.live if own == remote_id)
        return Receipt(remote_id, address, self.plain(text), self.shown_at.get(remote_id))

    def _asked(self) -> None:
        self.calls += 1
        if self.reading:
            raise self.reading

    def own(self, since: datetime) -> list[Receipt]:
        self.looked_since.append(since)
        self._asked()
        shown = [self._receipt(remote_id) for remote_id, _text, _targeting in self.live]
        return [post for post in shown if post.created_at is None or post.created_at >= since]

    def plain(self, text: str) -> str:
        return text.strip()

    def find(self, text: str, since: datetime) -> list[Receipt]:
        everywhere = [*self.own(since), *map(self._receipt, self.kept)]
        return [post for post in everywhere if post.text == self.plain(text)]

    def look(self, remote_id: str) -> Receipt | None:
        self.looked.append(remote_id)
        self._asked()
        return self._receipt(remote_id) if remote_id in self._ids() else None

    def takedown(self, remote_id: str) -> bool:
        self.taken.append(remote_id)
        before = len(self.live) + len(self.kept)
        self.live = [each for each in self.live if each[0] != remote_id]
        self.kept.pop(remote_id, None)
        return len(self.live) + len(self.kept) < before

    @property
    def charges(self) -> Charges:
        return {(date(2026, 11, 23), "read"): Charged(1, self.spent)} if self.spent else {}

    def standing(self) -> Standing:
        return Standing("1", "Aktionsbüro")

    def length(self, text: str) -> int:
        return len(text)

    def price(self, text: str, alts: int = 0, on: date | None = None) -> float:
        return self.cost

    def city_keys(self, cities: Sequence[City]) -> list[str | None]:
        self.calls += 1
        self.asked += [city.name for city in cities]
        return [self._key(city) for city in cities]

    def _key(self, city: City) -> str | None:
        if city.name in self.unknown_towns or (city.namesake and not self.tells_where):
            return None
        return f"k-{city.name}" + (f"-{city.lat:.1f}" if city.namesake else "")

    def region_keys(self, regions: Sequence[Region]) -> list[str | None]:
        self.calls += 1
        self.asked += [f"all of {each.name}" for each in regions]
        return [None if each.name in self.unknown_towns else f"r-{each.name}" for each in regions]

    def fit(self, keys: Sequence[str], *, regions: bool = False) -> dict[str, Any]:
        return {"geo_locations": {"regions" if regions else "cities": [{"key": k} for k in keys]}}

    def stored(self, remote_id: str, mode: str) -> dict[str, Any] | None:
        self.calls += 1
        if self.reading:
            raise self.reading
        if not self.keeps_targeting:
            return None
        if draft := self.kept.get(remote_id):
            return draft.targeting
        return next(targeting for own, _text, targeting in self.live if own == remote_id)

    def reach(self, posts: Sequence[str], private: Collection[str] = ()) -> Readings:
        self.calls += 1
        self.asked_privately = set(private)
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
        self.strays = strays
        if self.deaf:
            raise self.deaf
        held = {reply for post in posts for reply in post.held} | strays
        gone = frozenset(self.deleted & held)
        return Hearing(list(self.heard), gone, self.until, ended=self.ended)


@dataclass
class TalkingNetwork(FakeNetwork):
    """One to which people also write privately; ``mute`` is raised instead."""

    written: list[Heard] = field(default_factory=list)
    unsent: set[str] = field(default_factory=set)
    mute: Trouble | None = None
    written_until: str | None = None
    asked_for: list[tuple[str | None, datetime, Mapping[str, frozenset[str]]]] = field(
        default_factory=list
    )

    def messages(
        self, since: str | None, begin: datetime, held: Mapping[str, frozenset[str]]
    ) -> Hearing:
        self.calls += 1
        self.asked_for.append((since, begin, held))
        if self.mute:
            raise self.mute
        gone = frozenset(self.unsent & frozenset().union(*held.values()))
        return Hearing(list(self.written), gone, self.written_until)


@dataclass
class HoldingNetwork(FakeNetwork):
    """One that also keeps posts unseen; ``turn`` lets its time come."""

    soonest: timedelta = timedelta(minutes=15)
    latest: timedelta = timedelta(days=30)

    def prepare(self, draft: Draft) -> Receipt:
        return self._send(replace(draft, at=None), unseen=True)

    def unseen(self) -> list[Receipt]:
        self._asked()
        return [self._receipt(remote_id) for remote_id in self.kept]

    def move(self, remote_id: str, at: datetime) -> None:
        self.calls += 1
        if remote_id not in self.kept:
            raise Rejected(f"{remote_id} is live, or there is no such post")
        self.kept[remote_id] = replace(self.kept[remote_id], at=at)

    def turn(self, now: datetime) -> None:
        """Publish what it holds until now, each at its own time."""
        for remote_id, draft in list(self.kept.items()):
            if draft.at and draft.at <= now:
                self._show(remote_id)
                self.shown_at[remote_id] = draft.at


@dataclass
class HidingNetwork(FakeNetwork):
    """One that also takes posts out of sight; ``hiding`` holds what the next such calls do.

    An entry is a Trouble to raise, or a pair (True, Trouble) when it is done nevertheless; ``dark``
    is raised by whatever asks what can be seen, and ``deaf_ears`` takes orders and does nothing.
    """

    hidden: set[str] = field(default_factory=set)
    hiding: list[Any] = field(default_factory=list)
    orders: list[tuple[str, bool]] = field(default_factory=list)
    dark: Trouble | None = None
    deaf_ears: bool = False

    def hide(self, remote_id: str, hidden: bool) -> None:
        self.calls += 1
        self.orders.append((remote_id, hidden))
        step = self.hiding.pop(0) if self.hiding else None
        if callable(step):
            step = step(remote_id)
        done, trouble = step if isinstance(step, tuple) else (step is None, step)
        if remote_id not in self._ids():
            raise OutcomeUnknown(f"there is no post {remote_id}")
        if done and not self.deaf_ears:
            (self.hidden.add if hidden else self.hidden.discard)(remote_id)
        if trouble is not None:
            raise trouble

    def is_hidden(self, remote_id: str) -> bool | None:
        self.calls += 1
        if self.dark:
            raise self.dark
        return remote_id in self.hidden if remote_id in self._ids() else None


@dataclass
class UploadingNetwork(HoldingNetwork):
    """One that also takes pictures and films, ``part`` bytes at a time, good until ``expires``.

    ``uploading`` holds what the next calls of ``upload`` do: a Trouble to raise after one part, or
    a function that is called after each part. ``files``: what arrived whole, with its words. One
    post shows each: afterwards it is ``used``, and no other takes it.
    """

    media: MediaLimits = MEDIA
    part: int = 4
    expires: datetime | None = None
    uploading: list[Any] = field(default_factory=list)
    arrived: dict[str, bytes] = field(default_factory=dict)
    files: list[tuple[str, bytes, str]] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    discarding: list[Trouble] = field(default_factory=list)
    discarded: list[str] = field(default_factory=list)

    def discard(self, uploaded: Uploaded) -> bool:
        self.calls += 1
        self.discarded.append(uploaded.remote_id)
        if self.discarding:
            raise self.discarding.pop(0)
        return True

    def _accept(self, draft: Draft, unseen: bool) -> Receipt:
        names = {each.remote_id for each in draft.media if not draft.draft_id}
        if names & self.used:
            raise Rejected("a picture is in a post already")
        self.used |= names
        return super()._accept(draft, unseen)

    def upload(
        self, file: Attachment, so_far: Uploaded, keep: Callable[[Uploaded], None]
    ) -> Uploaded:
        self.calls += 1
        step = self.uploading.pop(0) if self.uploading else None
        content = file.path.read_bytes()
        mark = so_far.mark or f"{self.name}-upload-{len(self.arrived) + 1}"
        got = self.arrived.setdefault(mark, b"")
        assert len(got) == so_far.sent, "an upload goes on where it was"
        while len(got) < len(content):
            got = self.arrived[mark] = content[: len(got) + self.part]
            keep(Uploaded(mark, len(got)))
            if isinstance(step, Trouble):
                raise step
            if step is not None:
                step(len(got))
        number = f"{self.name}-file-{len(self.files) + 1}"
        self.files.append((number, content, file.alt))
        return Uploaded(mark, len(got), number, ready=True, expires_at=self.expires)


@dataclass
class FakeMessenger:
    """Brings letters into a list; ``script`` works as that of ``FakeNetwork``."""

    way: Way = Way.MAIL
    script: list[Any] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    calls: int = 0
    dark: Trouble | None = None

    def send(self, letter: Letter) -> Sent:
        self.calls += 1
        step = self.script.pop(0) if self.script else None
        if callable(step):
            step = step(letter)
        accepted, trouble = step if isinstance(step, tuple) else (step is None, step)
        if accepted:
            self.letters.append(letter)
        if trouble is not None:
            raise trouble
        return Sent()

    def check(self) -> str:
        if self.dark:
            raise self.dark
        return "ready"


@dataclass
class FakeMailbox:
    """Holds messages in the order of their ``uid``, and gives ``lot`` of them at once."""

    messages: list[Incoming] = field(default_factory=list)
    validity: int = 1
    lot: int = 100
    dark: Trouble | None = None

    def read(self, mark: Mark | None, since: date) -> Delivery:
        if self.dark:
            raise self.dark
        last = mark.uid if mark and mark.validity == self.validity else 0
        new = [each for each in self.messages if each.uid > last]
        given = new[: self.lot]
        until = given[-1].uid if given else last
        return Delivery(given, Mark(self.validity, until), more=len(new) > len(given))

    def check(self) -> str:
        if self.dark:
            raise self.dark
        return "ready"
