"""What the campaign asks of a network, and the five ways in which a write there can fail.

A network fulfils the small protocols it is able to; nobody outside ``networks/`` sees a vendor's
word. Times are aware UTC; all calls are bounded in time; no call retries a write by itself.
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol, runtime_checkable

from orchestrator.vocabulary import Condition, MediaKind


@dataclass(frozen=True)
class Limits:
    """What a network accepts. Lengths are in the unit that the network itself counts.

    ``hiding``: live posts can be taken out of sight there (``Hiding``). ``link_in_text``: a link
    stands in the text and counts there, rather than beside it.
    """

    text: int
    targeting: bool
    hiding: bool
    link_in_text: bool


@dataclass(frozen=True)
class City:
    """A town as a network may know it; ``region`` is the federal state or canton.

    ``lat`` and ``lon``: its centre, in degrees; they stay here, a network is never told.
    ``namesake``: another town of the region has this name, so that the name alone says nothing;
    ``common``: another one has its bare name, as Neustadt of Neustadt an der Aisch.
    """

    name: str
    region: str
    country: str
    lat: float | None = None
    lon: float | None = None
    namesake: bool = False
    common: bool = False


@dataclass(frozen=True)
class Region:
    """A whole federal state or canton as a network may know it."""

    name: str
    country: str


@dataclass(frozen=True)
class MediaLimits:
    """Which pictures and films a network takes, and how large; the safe figures, not the largest.

    Sizes in bytes, times in seconds, sides in pixels as shown. ``least_side``, ``largest_side`` and
    ``shapes`` (width by height) are those of films; no network names any for pictures.
    ``film_alt``: it takes words for films, not only for pictures. ``keeps``: for so long it has,
    unseen, what was uploaded and no post shows; none where that can be taken away.
    """

    photos: int
    photo_bytes: int
    photo_types: frozenset[str]
    video_bytes: int
    shortest: float
    longest: float
    least_side: int
    largest_side: int
    shapes: tuple[float, float] = (0.0, math.inf)
    film_alt: bool = True
    keeps: timedelta | None = None

    def tells(self, kind: MediaKind) -> bool:
        """Whether whoever cannot see it is told what it shows."""
        return self.film_alt or kind != MediaKind.VIDEO


@dataclass(frozen=True)
class Attachment:
    """A prepared file that goes with a post; ``alt`` says in words what it shows."""

    path: Path
    kind: MediaKind
    mime: str
    size: int
    alt: str = ""


@dataclass(frozen=True)
class Uploaded:
    """How far a file is at a network. ``mark``: by which the upload goes on after a cut.

    ``sent``: bytes that the network has. ``ready``: it can be posted as ``remote_id``, until
    ``expires_at``. ``wait``: the network still looks at it, and is asked in vain for so many
    seconds (real time). ``remark``: what of it the network did not take although it is ready.
    """

    mark: str = ""
    sent: int = 0
    remote_id: str = ""
    ready: bool = False
    expires_at: datetime | None = None
    wait: float = field(default=0.0, compare=False)
    remark: str = field(default="", compare=False)


@dataclass(frozen=True)
class Attached:
    """A file that the network has already, under its number there."""

    remote_id: str
    kind: MediaKind
    alt: str = ""


@dataclass(frozen=True)
class Draft:
    """A post, ready to be sent: the exact text, the link, and who may see or get it.

    ``mode`` is ``soft`` (preferred audience), ``hard`` (nobody else sees it) or empty. ``at``: the
    network shall publish it by itself at that time. ``draft_id``: the network keeps this very post
    unseen already, and shall show it now. ``media``: what goes with it, uploaded before.
    ``place_id``: the network's own number of a town that labels it.
    """

    text: str
    link: str = ""
    mode: str = ""
    targeting: dict[str, Any] | None = None
    at: datetime | None = None
    draft_id: str = ""
    media: tuple[Attached, ...] = ()
    made_with_ai: bool = False
    place_id: str = ""


class Place(StrEnum):
    """Where at a network a post stands: seen, to be seen at its time, or seen by nobody."""

    LIVE = "live"
    HELD = "held"
    DRAFT = "draft"


@dataclass(frozen=True)
class Receipt:
    """Proof that a post is at the network. ``due_at``: when the network will publish a held one."""

    remote_id: str
    permalink: str
    text: str = ""
    created_at: datetime | None = None
    place: Place = Place.LIVE
    due_at: datetime | None = None


@dataclass(frozen=True)
class Remark:
    """Something that a network's answer says of our access; with a ``remedy`` if it is not well.

    ``ends``: it is about something that ends then. ``known``: false where it does not tell.
    ``hinders``: what is configured cannot be done until somebody acts.
    """

    what: str
    remedy: str = ""
    ends: datetime | None = None
    known: bool = True
    hinders: bool = False


@dataclass(frozen=True)
class Standing:
    """What a network says of our account: the answer to a doctor's question.

    ``likes``: how many like the page, where reach depends on it.
    """

    remote_id: str
    name: str
    followers: int | None = None
    likes: int | None = None
    expires_at: datetime | None = None
    missing: Sequence[str] = field(default_factory=tuple)
    data_until: datetime | None = None
    needed_for: Mapping[str, str] = field(default_factory=dict)
    remarks: Sequence[Remark] = field(default_factory=tuple)


@dataclass(frozen=True)
class Pressure:
    """How much of what a network allows us is used, from 0 to 1.

    ``rest``: for how long reading had better wait from now on, so that sending never has to.
    """

    used: float = 0.0
    rest: timedelta = timedelta()


@dataclass(frozen=True)
class Metrics:
    """The network's own names of its figures.

    ``reach`` is the one that the report shows first; ``people``: it counts people, not displays.
    ``replies`` counts what people answered; ``counters`` are all others that are collected.
    ``least_likes``: below so many likes of the page nobody is told how many people it reaches.
    ``private``: what only the owner of a post is told, and only until the post is ``private_for``
    old; whatever was read last stands after that.
    """

    reach: str
    people: bool
    replies: str
    counters: tuple[str, ...]
    least_likes: int = 0
    private: tuple[str, ...] = ()
    private_for: timedelta | None = None


@dataclass(frozen=True)
class Charged:
    """So many of a kind, and what they cost, in US dollars."""

    count: int = 0
    usd: float = 0.0

    def __add__(self, more: "Charged") -> "Charged":
        return Charged(self.count + more.count, self.usd + more.usd)

    def __sub__(self, known: "Charged") -> "Charged":
        return Charged(self.count - known.count, self.usd - known.usd)


Charges = Mapping[tuple[date, str], Charged]


class Unavailable(StrEnum):
    """Why a network does not give a figure. Not available is never 0."""

    FEW_LIKES = "few_likes"
    VANISHED = "vanished"
    NOT_PERMITTED = "not_permitted"
    NOT_YET = "not_yet"


@dataclass(frozen=True)
class Readings:
    """The figures of own posts: post → metric → value, under the network's own names.

    ``unavailable``: metrics that were asked for and not given, for no post at all. ``gone``: posts
    that the network says it no longer has. A post that stands in neither could not be read.
    ``ended``: the trouble that ended the reading before its end. ``findings``: as in Hearing.
    """

    figures: Mapping[str, Mapping[str, int]]
    unavailable: Mapping[str, Unavailable] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()
    ended: "Trouble | None" = None
    findings: Sequence[str] = ()


@dataclass(frozen=True)
class Listening:
    """A live post of ours, and the replies to it that we hold (those not deleted).

    ``counted``: how many replies the network says there are; None when it did not say.
    """

    remote_id: str
    published_at: datetime
    held: frozenset[str] = frozenset()
    counted: int | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """One reply as it stands at the network now.

    ``post`` is the own post that it belongs to, None for one that only names us; ``parent`` the
    reply that it answers, if any. ``author_id`` is the network's and may be empty. ``text`` is
    empty for a picture or a sticker. ``conversation``: the network's number of the private one
    that a message is part of; of a message, ``post`` is one of ours that it points to.
    """

    remote_id: str
    post: str | None
    channel: str
    author_id: str
    author: str
    text: str
    at: datetime
    permalink: str = ""
    parent: str | None = None
    edited_at: datetime | None = None
    picture: bool = False
    conversation: str | None = None


@dataclass(frozen=True)
class Hearing:
    """What was heard: each reply once; ``gone``: held replies that the network no longer has.

    ``until`` is the network's mark from which the next hearing goes on. ``findings`` are
    sentences about what could not be read; nothing is ``gone`` because a read failed. ``ended``:
    the trouble that ended the hearing before its end.
    """

    heard: Sequence[Heard]
    gone: frozenset[str] = frozenset()
    until: str | None = None
    findings: Sequence[str] = ()
    ended: "Trouble | None" = None


@dataclass(frozen=True)
class Estimate:
    """How many people a network says that an audience holds, by its own count.

    Null where it does not say: because it is still counting (not ``ready``), or for good.
    """

    lower: int | None
    upper: int | None
    ready: bool = True


@dataclass(frozen=True)
class AdvertWish:
    """A paid advert for a live post, as it shall be made: switched off.

    ``name`` and ``campaign``: by which it, and what all adverts hang on, are found at the network
    again; neither holds a person's name. ``budget``: in hundredths of the account's currency, for
    all of its time until ``ends_at``. ``countries``: those in which adverts of a ``category``
    (``employment`` or ``none``) are shown.
    """

    name: str
    campaign: str
    post: str
    targeting: Mapping[str, Any]
    category: str
    countries: tuple[str, ...]
    budget: int
    ends_at: datetime


@dataclass(frozen=True)
class AdvertAccount:
    """An account that pays for adverts; ``problem``: why it cannot by now, in a sentence."""

    currency: str
    name: str
    problem: str = ""


class Review(StrEnum):
    """What a network's own examination of an advert came to.

    ``ISSUES``: something keeps it from being shown; ``UNKNOWN``: a word of which nobody knows here
    what it means.
    """

    PENDING = "pending"
    APPROVED = "approved"
    DISAPPROVED = "disapproved"
    ISSUES = "issues"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class AdvertKept:
    """What an advert pays for, as the network holds it; None or empty: it did not say.

    ``targeting``: to be compared by ``same_targeting``. ``says``: who is named as having it and as
    paying for it. ``countries``: for which its category is declared.
    """

    budget: int | None
    ends_at: datetime | None
    targeting: Mapping[str, Any] | None
    says: tuple[str, str] = ("", "")
    countries: tuple[str, ...] = ()


@dataclass(frozen=True)
class AdvertSeen:
    """An advert as it stands at the network, and its figures for all of its time.

    ``on``: everything of it is switched on. ``off``: nothing of it can run, since its own parts
    are switched off. ``said``: why the review came to that, in the network's words. ``spent``: in
    hundredths of the account's currency; None, and names missing in ``figures``: it did not say.
    """

    on: bool
    off: bool
    review: Review
    kept: AdvertKept
    said: tuple[str, ...] = ()
    spent: int | None = None
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Answerable:
    """A reply of somebody, as a network knows it, that we answer.

    ``is_message``: it was written to us alone, in ``conversation``. ``parent``: the reply that it
    answers, if any. ``summons``: whether it surely speaks to us; else the network is asked first,
    where it lets us answer only who does.
    """

    remote_id: str
    is_message: bool = False
    conversation: str | None = None
    parent: str | None = None
    summons: bool = True


@dataclass(frozen=True)
class Said:
    """Something that we said to somebody, as it stands at the network."""

    remote_id: str
    text: str
    at: datetime | None = None


@dataclass(frozen=True)
class AnswerRules:
    """How a network lets us answer. Lengths are in its own unit.

    ``comment_for``: for so long after a public reply one private answer to it is possible, and no
    second one; None: none is. ``message_for``: for so long after somebody's last message to us;
    None: without an end.
    """

    public: int
    private: int
    comment_for: timedelta | None = None
    message_for: timedelta | None = None


NOTHING_HELD: Mapping[str, frozenset[str]] = MappingProxyType({})


class Trouble(Exception):
    """A write or read at a network did not end as asked. ``why`` is one sentence, redacted.

    ``reason``: of a refused or unconfirmed write, only what the network said, or that it did not.
    """

    def __init__(self, why: str, *, reason: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.reason = reason


class Rejected(Trouble):
    """The network refused for good. ``duplicate``: because it already has the same text."""

    def __init__(self, why: str, *, duplicate: bool = False, reason: str = "") -> None:
        super().__init__(why, reason=reason)
        self.duplicate = duplicate


class NotPermitted(Rejected):
    """Only this kind of call is refused, for want of a permission: posts go on."""


class Unattached(Rejected):
    """The post was refused only because the network has its pictures or film no more."""


class PartlyTold(Trouble):
    """Of much that was asked at once, some failed. ``told``: the other answers, by their place."""

    def __init__(self, why: str, *, told: Mapping[int, str | None]) -> None:
        super().__init__(why)
        self.told = told


class RateLimited(Trouble):
    """The network asks to wait for ``seconds`` (real time)."""

    def __init__(self, why: str, *, seconds: float) -> None:
        super().__init__(why)
        self.seconds = seconds


class NotAuthorised(Trouble):
    """The account as a whole is refused: everything on it has to wait. ``condition``: what kind."""

    def __init__(self, why: str, *, condition: Condition = Condition.TOKEN) -> None:
        super().__init__(why)
        self.condition = condition


class Unreadable(Trouble):
    """The network refuses to be read, and nothing that it says tells what would end that."""


class NotSent(Trouble):
    """Provably nothing left this machine; sending again is safe."""


class OutcomeUnknown(Trouble):
    """The answer never came or makes no sense: the post may or may not be live.

    ``repeatable``: the order (to delete, hide or move) does no harm when it is given again.
    """

    def __init__(self, why: str, *, reason: str = "", repeatable: bool = False) -> None:
        super().__init__(why, reason=reason)
        self.repeatable = repeatable


class Network(Protocol):
    """A place where posts appear."""

    name: str
    limits: Limits
    calls: int  # HTTP requests made so far
    spent: float  # what all but sending cost so far, in US dollars
    charges: Charges  # the same, by day (UTC) and kind
    allowance: float | None  # what reading may still cost from now on; None: no limit

    def publish(self, draft: Draft) -> Receipt:
        """Send one post, once: return only when the network confirmed, else raise a Trouble.

        Called at most once per committed intent; never retries by itself. Only a ``Holding``
        network is given ``at`` or a ``draft_id``.
        """

    def own(self, since: datetime) -> list[Receipt]:
        """All own posts that are live, with their ``plain`` texts; a Trouble rather than a part.

        Looks at what was posted at ``since`` or later (to the second).
        """

    def plain(self, text: str) -> str:
        """A text without what the network changes in it: posts with equal ones say the same."""

    def find(self, text: str, since: datetime) -> list[Receipt]:
        """Own posts that say exactly this text, live since then or kept unseen; or a Trouble."""

    def look(self, remote_id: str) -> Receipt | None:
        """An own post as it stands now; None: the network answers, and says it has no such post."""

    def takedown(self, remote_id: str) -> bool:
        """Delete an own post, seen or unseen; False: the network says that it has no such post."""

    def standing(self) -> Standing:
        """Ask the network who we are to it, with a real call."""

    def length(self, text: str) -> int:
        """Length of ``text`` as this network counts it, to compare with ``limits.text``."""

    def price(self, text: str, alts: int = 0, on: date | None = None) -> float:
        """What sending ``text`` costs, in US dollars; without ``on`` at today's prices.

        ``alts``: so many pictures or films go with it whose words for the blind are sent as well.
        """


@runtime_checkable
class Holding(Protocol):
    """A network that keeps posts unseen, and publishes them by itself at their time.

    ``soonest`` and ``latest``: how far ahead of now that time may lie.
    """

    soonest: timedelta
    latest: timedelta

    def prepare(self, draft: Draft) -> Receipt:
        """Create the post unseen, once, as a draft; promises and troubles are those of publish."""

    def unseen(self) -> list[Receipt]:
        """All own posts that are not live, held and drafts, with their ``plain`` texts."""

    def move(self, remote_id: str, at: datetime) -> None:
        """Let the network publish a held post at another time; Rejected when it is live."""


@runtime_checkable
class Uploading(Protocol):
    """A network that takes pictures and films, before the post that shows them."""

    media: MediaLimits

    def upload(
        self, file: Attachment, so_far: Uploaded, keep: Callable[[Uploaded], None]
    ) -> Uploaded:
        """Go on with an upload from ``so_far``, for at most some minutes; how far it is then.

        ``keep`` is told after each part, and by it the upload goes on after a crash. Nothing that
        was uploaded is seen by anybody. Rejected when the network does not take the file.
        """

    def discard(self, uploaded: Uploaded) -> bool:
        """Take away what was uploaded and no post shows, and tell whether that was done; twice is
        once. What a network cannot take away ends there by itself, and this does nothing.
        """


@runtime_checkable
class Limiting(Protocol):
    """A network that tells how much of what it allows us is used."""

    @property
    def pressure(self) -> Pressure:
        """By what its answers told last; no call is made for it."""


@runtime_checkable
class Editing(Protocol):
    """A network on which the words of a post can be changed."""

    def edit(self, remote_id: str, draft: Draft) -> None:
        """Give an own post, live or held, the words of a draft; twice is once.

        All else of the draft is as it was. Troubles are those of publish.
        """


@runtime_checkable
class Playing(Protocol):
    """A network that works on a film after it was posted."""

    def plays(self, remote_id: str) -> bool | None:
        """Whether the film of an own post can be seen; None while it is worked on.

        Rejected with the network's words when it never will be.
        """


@runtime_checkable
class Showing(Protocol):
    """A network that tells what a post shows beside its words."""

    def shows(self, remote_id: str) -> int | None:
        """How many pictures and films an own post shows; None where the network does not say."""


@runtime_checkable
class Promoting(Protocol):
    """A network that tells which posts may be advertised."""

    def is_eligible(self, remote_id: str) -> bool | None:
        """Whether an own post may be advertised; None where the network does not say."""


@runtime_checkable
class Hiding(Protocol):
    """A network that can keep a live post out of sight, without deleting it."""

    def hide(self, remote_id: str, hidden: bool) -> None:
        """Take an own live post out of sight, or show it again; doing it twice is doing it once.

        Troubles are those of publish.
        """

    def is_hidden(self, remote_id: str) -> bool | None:
        """Whether an own post is out of sight; None: the network says it has no such post."""


@runtime_checkable
class Moderating(Protocol):
    """A network that can keep other people's replies to us out of sight, without deleting them."""

    def hide_reply(self, remote_id: str, hidden: bool) -> bool | None:
        """Take a reply out of sight, or show it again, and tell how it is seen now.

        None: the network says it has no such reply. Doing it twice is doing it once. Its author
        sees it all the same. Troubles are those of publish; Rejected also where nobody lets us hide
        just this one.
        """


@runtime_checkable
class Targeting(Protocol):
    """A network that can address the people of chosen towns, or of whole states."""

    def city_keys(self, cities: Sequence[City]) -> list[str | None]:
        """The network's key for each city, in order; None where it knows none, or several.

        A ``namesake`` has one only where the network tells that its town lies there. Raises
        PartlyTold where only some could be looked up.
        """

    def region_keys(self, regions: Sequence[Region]) -> list[str | None]:
        """The network's key for each state, in order; None where it knows none, or several."""

    def fit(self, keys: Sequence[str], *, regions: bool = False) -> dict[str, Any]:
        """The targeting of an organic post for the people in these cities, or in these regions.

        Never in both: they would be added up, and a state beside its towns undoes them.
        """

    def stored(self, remote_id: str, mode: str) -> dict[str, Any] | None:
        """The targeting that the network holds for a post; None when it holds none.

        To be compared by ``same_targeting``.
        """


@runtime_checkable
class RadiusAudience(Protocol):
    """A network that counts the people of an advert's audience before anything is paid.

    The audience itself is that of its options' ``advert``. ``counts``: whether it has what it
    needs to be asked.
    """

    @property
    def counts(self) -> bool:
        """Whether an account for adverts, and its token, are configured."""

    def estimate(self, targeting: Mapping[str, Any]) -> Estimate:
        """The network's own estimate; Rejected for an audience that is not what it seems to be."""


class Advertising(Protocol):
    """An ad account. What is made is switched off, and costs nothing until it is switched on.

    ``steps``: in this order an advert is made, each under the numbers of those before it
    (``made``, by step); the first one is shared by all adverts of a campaign.
    """

    steps: tuple[str, ...]

    def account(self) -> AdvertAccount:
        """Ask what pays."""

    def make(self, step: str, wish: AdvertWish, made: Mapping[str, str]) -> str:
        """Make one step, once, switched off; its number. Promises and troubles as of publish."""

    def rehearse(self, step: str, wish: AdvertWish, made: Mapping[str, str]) -> None:
        """Let the network check a step without making it; Rejected when it would refuse."""

    def find(self, step: str, wish: AdvertWish, made: Mapping[str, str]) -> str | None:
        """The number of a step that was made already, by its name; None: there is none."""

    def switch(self, made: Mapping[str, str], *, on: bool) -> None:
        """Let an advert run, or stop it; doing it twice is doing it once."""

    def seen(self, adverts: Sequence[Mapping[str, str]]) -> "list[AdvertSeen | Trouble]":
        """How each stands, in order; a Trouble for one that could not be read."""

    def strays(self, campaign: str, known: Collection[str]) -> dict[str, str]:
        """What may run below the shared step and is none of these: its number, and its name."""


@runtime_checkable
class Advertises(Protocol):
    """A network whose posts can be shown to more people for money."""

    @property
    def advertising(self) -> Advertising | None:
        """The ad account; None where none is configured."""


@runtime_checkable
class Reach(Protocol):
    """A network that tells how many saw a post."""

    metrics: Metrics

    def reach(self, posts: Sequence[str], private: Collection[str] = ()) -> Readings:
        """The newest figures of these own posts, in few calls.

        ``private``: those of them whose private figures are to be had as well. A metric or a post
        that is refused costs only itself; a Trouble when nothing can be read.
        """


@runtime_checkable
class Replies(Protocol):
    """A network on which people answer."""

    def replies(
        self,
        posts: Sequence[Listening],
        since: str | None,
        strays: frozenset[str] = frozenset(),
    ) -> Hearing:
        """What is said under these posts, and about us since the mark of the last hearing.

        ``strays``: held replies that lead to none of these posts. Replies to replies count too. A
        list that did not come to its end deletes nothing.
        """


@runtime_checkable
class Answering(Protocol):
    """A network on which we answer people, each time because a person of ours said so."""

    answers: AnswerRules

    def answer(self, to: Answerable, text: str, *, private: bool) -> str:
        """Say this once, for all to see or to them alone; the network's number of it.

        Called at most once per committed intent; never retries by itself. Troubles are those of
        publish; where only answering is not permitted, Rejected says so, and posts go on.
        """

    def answered(self, to: Answerable, since: datetime, *, private: bool) -> list[Said]:
        """All that we said to them there since then; a Trouble rather than a part of it."""

    def answer_length(self, text: str, *, private: bool) -> int:
        """Length as the network counts it, to compare with ``answers``."""

    def answer_price(self, text: str, *, private: bool, on: date | None = None) -> float:
        """What saying it costs, in US dollars; without ``on`` at today's prices."""


@runtime_checkable
class Messages(Protocol):
    """A network on which people write to us alone."""

    def messages(
        self,
        since: str | None,
        begin: datetime,
        held: Mapping[str, frozenset[str]] = NOTHING_HELD,
    ) -> Hearing:
        """What others wrote to us since the mark of the last hearing; without one, since ``begin``.

        ``held``: by conversation, the messages of which it is asked again what became of them. Our
        own are none. A network that does not tell what was taken back has none ``gone``. Raises
        Unreadable where it keeps messages from us and tells all else.
        """


def same_targeting(asked: Mapping[str, Any] | None, stored: Mapping[str, Any] | None) -> bool:
    """Whether a network holds the audience that was asked for.

    The order of places does not count, nor what a network adds to a key (names, regions); every
    other difference does, also a place or an age that nobody asked for.
    """
    return _shape(asked or {}) == _shape(stored or {})


def _shape(value: Any) -> object:
    """A value that is equal for audiences that are the same."""
    if isinstance(value, Mapping):
        if "key" in value:
            return str(value["key"])
        shapes = {name: _shape(part) for name, part in value.items()}
        return frozenset((name, shape) for name, shape in shapes.items() if shape != frozenset())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return frozenset(_shape(item) for item in value)
    return value
