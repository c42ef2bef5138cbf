"""The campaign in tables: who asks, around which town, what is posted when, and what came of it.

Times are UTC and always aware. Whatever identifies a person is sealed (see ``keys``); what is
public anyway (a post's text) is plain. States are text with a check, so that both databases
refuse a value that the program does not know.
"""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    Index,
    LargeBinary,
    MetaData,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from orchestrator.vocabulary import (
    AdvertState,
    AnswerKind,
    AnswerWay,
    Condition,
    Delivery,
    Label,
    MayWork,
    MediaKind,
    OfferState,
    Outcome,
    PostState,
    Scope,
    Show,
    Step,
    TandemState,
    Way,
)

# The version of the consent texts that were in use before versions were kept.
FIRST_TEXT = "1"
# Named constraints are what lets a later migration change them on SQLite.
SQLModel.metadata.naming_convention = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
).naming_convention


class UtcTime(TypeDecorator[datetime]):
    """An aware time, kept as UTC; SQLite forgets the zone, so it is put back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time: it would shift silently."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without zone cannot be stored: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware UTC time from either database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[StrEnum]):
    """A column that holds one word of an enumeration."""

    impl = String(24)
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        """Store the plain word."""
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        """Give back the enumeration's member."""
        return None if value is None else self.words(value)


def _one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    allowed = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IN ({allowed})", name=f"{column}_known")


def _word(words: type[StrEnum], **options: Any) -> Any:
    return Field(sa_type=Words(words), **options)


def _time(**options: Any) -> Any:
    return Field(sa_type=UtcTime, **options)


def _maybe(sa_type: Any = None, **options: Any) -> Any:
    return Field(
        default=None, nullable=True, **({"sa_type": sa_type} if sa_type else {}), **options
    )


def _key() -> Any:
    """Primary key given by the database."""
    return Field(default=None, primary_key=True)


def _to(table: str, **options: Any) -> Any:
    """Foreign key to ``table``, indexed."""
    return Field(foreign_key=f"{table}.id", index=True, **options)


class Campaign(SQLModel, table=True):
    """One campaign; its settings live in the configuration, its rows hang here.

    ``frozen_since``: the database is a copy of that moment (a backup, say). What went out since
    is not in it, so nothing is sent until that is settled. ``home``: the database file or server
    in which this row stands; another one may be a copy.
    """

    id: int = _key()
    slug: str = Field(unique=True)
    name: str
    key_fingerprint: str
    created_at: datetime = _time()
    last_pass_at: datetime | None = _maybe(UtcTime)
    frozen_since: datetime | None = _maybe(UtcTime)
    home: str | None = _maybe()


class Partner(SQLModel, table=True):
    """An organisation that brings tandems."""

    __table_args__ = (UniqueConstraint("campaign_id", "name"),)
    id: int = _key()
    campaign_id: int = _to("campaign")
    name: str


class Account(SQLModel, table=True):
    """A page or profile on a network, under which posts appear.

    ``not_before``: the network asked to be left alone until then; ``read_not_before``: as far as
    reading goes. ``heard_until``: the network's own mark of the newest mention that we hold;
    ``messages_until``: the same for private messages. ``followed_at``: when it was last asked what
    became of all replies that we hold.
    ``unavailable``: metrics that it does not give, and why. ``refusal``: why it refuses us, until
    it is over. ``condition``: what kind of refusal that is, and since when; see ``conditions`` for
    the kinds at which nothing is asked any more. ``read_usd``: what all but sending cost so far,
    in US dollars (see ``Charge``).
    """

    __table_args__ = (UniqueConstraint("campaign_id", "network", "remote_id"),)
    id: int = _key()
    campaign_id: int = _to("campaign")
    network: str
    remote_id: str
    name: str = ""
    followers: int | None = _maybe()
    checked_at: datetime | None = _maybe(UtcTime)
    not_before: datetime | None = _maybe(UtcTime)
    read_not_before: datetime | None = _maybe(UtcTime)
    heard_until: str | None = _maybe()
    messages_until: str | None = _maybe()
    followed_at: datetime | None = _maybe(UtcTime)
    unavailable: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    refusal: str | None = _maybe()
    condition: Condition | None = _word(Condition, default=None, nullable=True)
    condition_since: datetime | None = _maybe(UtcTime)
    read_usd: float = 0.0


class Capability(SQLModel, table=True):
    """What an account was found to be able to do, or what a person said of it, and when.

    ``source``: ``asked`` (a person said so), ``pilot`` or ``doctor`` (a call showed it).
    """

    __table_args__ = (UniqueConstraint("account_id", "name"),)
    id: int = _key()
    account_id: int = _to("account")
    name: str
    value: dict[str, Any] = Field(sa_type=JSON)
    source: str
    known_at: datetime = _time()


class Pilot(SQLModel, table=True):
    """A trial of the gate on a page: a limited and an open post, compared after a day.

    ``posts``: ``{"kind": "gated"|"open", "text", "remote_id"|null, "deleted": bool}``, written
    before each is sent. ``result``: what was found, once both are read and deleted.
    """

    id: int = _key()
    account_id: int = _to("account")
    started_at: datetime = _time()
    due_at: datetime = _time()
    posts: list[dict[str, Any]] = Field(sa_type=JSON)
    result: dict[str, Any] | None = _maybe(JSON(none_as_null=True))
    ended_at: datetime | None = _maybe(UtcTime)


class Charge(SQLModel, table=True):
    """What a network charged for one kind of thing on one day (UTC), in US dollars."""

    __table_args__ = (UniqueConstraint("account_id", "day", "what"),)
    id: int = _key()
    account_id: int = _to("account")
    day: date
    what: str
    count: int = 0
    usd: float = 0.0


class Person(SQLModel, table=True):
    """A human being. ``sealed`` holds names and contacts, readable only with the person's key."""

    id: int = _key()
    campaign_id: int = _to("campaign")
    sealed: bytes | None = _maybe(LargeBinary)


class PersonKey(SQLModel, table=True):
    """A person's own key, wrapped by the campaign's; without this row the person is erased.

    It stands apart since no backup holds it: a backup's keys lie beside it, in one file that an
    erasure rewrites.
    """

    __tablename__ = "person_key"
    person_id: int = Field(foreign_key="person.id", primary_key=True)
    wrapped: bytes = Field(sa_type=LargeBinary)


class Evidence(SQLModel, table=True):
    """A file that proves something of a person, such as a signed form; sealed by their key.

    ``size``: of the file, in bytes.
    """

    id: int = _key()
    person_id: int = _to("person")
    added_at: datetime = _time()
    size: int
    sealed: bytes = Field(sa_type=LargeBinary)


class Tandem(SQLModel, table=True):
    """A refugee and a volunteer, and the snapped town around which they ask.

    ``place_id`` is the gazetteer's; ``lat``/``lon`` are degrees of that town's centre, never of a
    home; ``floor_km`` is the smallest radius that still holds the home after snapping.
    ``place_digest`` recognises the typed place. ``screened_at``: when ``tandem screen`` found
    ``show``; then null in ``show`` means that nothing may be public. ``posts_down``: a closed
    tandem's published posts have to go. ``away_from``, ``away_until``: the days, both included, on
    which the volunteer cannot be reached. ``erased_at``: what told who they were is gone for good.
    """

    __table_args__ = (
        UniqueConstraint("campaign_id", "slug"),
        _one_of("show", Show),
        _one_of("may_work", MayWork),
        _one_of("state", TandemState),
    )
    id: int = _key()
    campaign_id: int = _to("campaign")
    slug: str
    partner_id: int | None = _to("partner", default=None, nullable=True)
    refugee_id: int = _to("person")
    volunteer_id: int = _to("person")
    public_name: str
    show: Show | None = _word(Show, default=None, nullable=True)
    adult: bool = False
    may_work: MayWork = _word(MayWork, default=MayWork.UNKNOWN)
    volunteer_lang: str = "de"
    trade: str = ""
    place_id: int
    town: str
    region: str
    country: str
    lat: float
    lon: float
    town_people: int
    place_digest: str
    floor_km: int = 0
    radius_km: int | None = _maybe()
    link: str = ""
    media: str = ""
    reach_mode: str = ""
    made_with_ai: bool = False
    state: TandemState = _word(TandemState, default=TandemState.ACTIVE)
    imported_at: datetime = _time()
    changed_at: datetime = _time()
    screened_at: datetime | None = _maybe(UtcTime)
    away_from: date | None = _maybe()
    away_until: date | None = _maybe()
    ended_at: datetime | None = _maybe(UtcTime)
    closed_because: str | None = _maybe()
    posts_down: bool = False
    erased_at: datetime | None = _maybe(UtcTime)


class Medium(SQLModel, table=True):
    """A picture or a film of a tandem: as it was given, and as it is sent.

    ``digest`` and ``ready``: SHA-256 of the original and of what is sent (null while it is not
    prepared); each names a file in the campaign's folder ``media``, the original only until then.
    ``facts``: what was found in the original (``width``, ``height`` as shown, ``seconds``,
    ``codec``, ``audio``, ``rotation``, ``size`` in bytes); ``ready_facts``: the same of what is
    sent. ``poster``: a still of a film.
    ``problem``: why it cannot be sent anywhere.
    """

    __table_args__ = (UniqueConstraint("tandem_id", "position"), _one_of("kind", MediaKind))
    id: int = _key()
    tandem_id: int = _to("tandem")
    position: int
    name: str
    alt: str = ""
    kind: MediaKind = _word(MediaKind)
    digest: str
    facts: dict[str, Any] = Field(sa_type=JSON)
    ready: str | None = _maybe()
    ready_facts: dict[str, Any] | None = _maybe(JSON(none_as_null=True))
    poster: str | None = _maybe()
    problem: str | None = _maybe()


class Appeal(SQLModel, table=True):
    """What a tandem says, in one language."""

    __table_args__ = (UniqueConstraint("tandem_id", "language"),)
    id: int = _key()
    tandem_id: int = _to("tandem")
    language: str
    text: str


class Consent(SQLModel, table=True):
    """A person's agreement to one purpose; ``ends_on`` is the last day on which it holds.

    ``language`` and ``version`` name the text that they agreed to. ``method``: how they said so;
    ``evidence_id``: the file that proves it.
    """

    __table_args__ = (UniqueConstraint("person_id", "purpose"),)
    id: int = _key()
    tandem_id: int = _to("tandem")
    person_id: int = _to("person")
    purpose: str
    given_on: date
    ends_on: date | None = _maybe()
    withdrawn_at: datetime | None = _maybe(UtcTime)
    language: str = "de"
    version: str = FIRST_TEXT
    method: str = "file"
    evidence_id: int | None = _to("evidence", default=None, nullable=True)


class Audience(SQLModel, table=True):
    """The people around one tandem as one network can address them.

    ``cities`` are ``{"name", "key"}``; a city whose key is null was not found at the network. Where
    it is told a whole state instead, that is the only one of them, with ``"type": "region"``, and
    ``people`` live there.
    ``estimate``: what the network itself says of the people in a radius audience, ``{"lower",
    "upper", "radius_km", "as_of"}``; kept beside ``people``, which is ours.
    """

    __table_args__ = (UniqueConstraint("tandem_id", "network"),)
    id: int = _key()
    tandem_id: int = _to("tandem")
    network: str
    radius_km: int
    people: int
    mode: str
    cities: list[dict[str, str | None]] = Field(sa_type=JSON)
    targeting: dict[str, Any] | None = _maybe(JSON(none_as_null=True))
    estimate: dict[str, Any] | None = _maybe(JSON(none_as_null=True))
    built_at: datetime = _time()

    @property
    def states(self) -> list[dict[str, str | None]]:
        """The whole states by which the network is told."""
        return [each for each in self.cities if each.get("type") == "region"]

    @property
    def towns(self) -> list[dict[str, str | None]]:
        """The towns by which it is."""
        return [each for each in self.cities if each.get("type") != "region"]


class KnownPlace(SQLModel, table=True):
    """What a typed place means where the gazetteer does not say: settled, or asked online.

    ``digest`` recognises what was typed; ``source`` is ``settled`` or the service's domain.
    ``sealed`` holds the place under the campaign's key: it may be smaller than what may be told.
    """

    __tablename__ = "known_place"
    __table_args__ = (UniqueConstraint("campaign_id", "digest", "source"),)
    id: int = _key()
    campaign_id: int = _to("campaign")
    digest: str
    source: str
    sealed: bytes = Field(sa_type=LargeBinary)
    known_at: datetime = _time()


class Turn(SQLModel, table=True):
    """When a service outside may next be asked, in real time, whichever process asks."""

    service: str = Field(primary_key=True)
    free_at: datetime = _time()


class Municipality(SQLModel, table=True):
    """A row of an official table that was imported: its people count instead of the gazetteer's.

    ``ags`` is the official key; ``place_id`` the gazetteer's place, null where none was found.
    """

    ags: str = Field(primary_key=True)
    name: str
    population: int
    lat: float
    lon: float
    place_id: int | None = _maybe(BigInteger)
    imported_at: datetime = _time()


class CityKey(SQLModel, table=True):
    """A network's key for a town, with the date; null: the network knows no such town."""

    __tablename__ = "city_key"
    __table_args__ = (UniqueConstraint("network", "country", "region", "name"),)
    id: int = _key()
    network: str
    country: str
    region: str
    name: str
    key: str | None = _maybe()
    checked_at: datetime = _time()


class Post(SQLModel, table=True):
    """One appeal at one time on one network. The row is the queue.

    ``fence`` grows with every claim: a worker that lost its lease cannot write any more.
    ``approved_digest`` must equal the digest of what would be sent, else it is not sent.
    ``collected_at``: when a pass last set out to read it; ``gone_at``: when the network first said
    that it no longer has it. ``handed_digest``: what the network keeps unseen of this post, under
    ``remote_id``; ``handed_for``: when it will publish that by itself, null for a mere draft.
    ``media``: what goes with the words, ``{"digest" (of what is sent), "kind", "mime", "alt"}``;
    beside it, and not approved, ``"remark"``: what of it the network did not take.
    ``film_plays``: whether the network can show its film, or shows all of its pictures; null while
    that is not known.
    ``rewording``: other words that it shall have at the network, until they are read there.
    ``place``: the network's own number of the town that labels it. ``show``: how much of the person
    it shows. ``hide_abuse``: clear abuse below it is hidden. ``hidden_at``: the network keeps it
    out of sight since then. ``removal_at``: when we last tried to take it down.
    """

    __table_args__ = (
        UniqueConstraint("campaign_id", "tandem_id", "network", "number"),
        _one_of("state", PostState),
        Index(
            "ix_post_due",
            "due_at",
            postgresql_where=text("state = 'planned'"),
            sqlite_where=text("state = 'planned'"),
        ),
        Index("ix_post_state", "campaign_id", "state"),
        Index(
            "ix_post_handed",
            "campaign_id",
            postgresql_where=text("handed_digest IS NOT NULL"),
            sqlite_where=text("handed_digest IS NOT NULL"),
        ),
    )
    id: int = _key()
    campaign_id: int = Field(foreign_key="campaign.id")  # first in ix_post_state
    tandem_id: int = _to("tandem")
    account_id: int = _to("account")
    network: str
    number: int
    language: str
    text: str
    link: str = ""
    media: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    made_with_ai: bool = False
    place: str = ""
    targeting: dict[str, Any] | None = _maybe(JSON(none_as_null=True))
    mode: str = ""
    digest: str
    price_usd: float = 0.0
    due_at: datetime = _time()
    due_wall: str
    zone: str
    state: PostState = _word(PostState, default=PostState.PLANNED)
    approved_digest: str | None = _maybe()
    approved_at: datetime | None = _maybe(UtcTime)
    held_at: datetime | None = _maybe(UtcTime)
    fence: int = 0
    claimed_by: str | None = _maybe()
    lease_until: datetime | None = _maybe(UtcTime)
    remote_id: str | None = _maybe()
    permalink: str | None = _maybe()
    published_at: datetime | None = _maybe(UtcTime)
    targeting_kept: bool | None = _maybe()
    film_plays: bool | None = _maybe()
    rewording: str | None = _maybe()
    collected_at: datetime | None = _maybe(UtcTime)
    gone_at: datetime | None = _maybe(UtcTime)
    handed_digest: str | None = _maybe()
    handed_for: datetime | None = _maybe(UtcTime)
    show: Show | None = _word(Show, default=None, nullable=True)
    hidden_at: datetime | None = _maybe(UtcTime)
    removal_at: datetime | None = _maybe(UtcTime)
    error: str | None = _maybe()
    hide_abuse: bool = False


class Attempt(SQLModel, table=True):
    """One try to send a post; committed before the socket opens, so that no try is forgotten.

    ``price_usd``: what this try costs if the network took it, in US dollars.
    """

    __table_args__ = (UniqueConstraint("post_id", "number"), _one_of("outcome", Outcome))
    id: int = _key()
    post_id: int = _to("post")
    number: int
    digest: str
    sent_at: datetime = _time()
    ended_at: datetime | None = _maybe(UtcTime)
    outcome: Outcome | None = _word(Outcome, default=None, nullable=True)
    detail: str = ""
    price_usd: float = 0.0
    reads: int = 0
    read_at: datetime | None = _maybe(UtcTime)


class Upload(SQLModel, table=True):
    """How far a post's picture or film is at the network. It may be repeated; it is not a post.

    ``mark``: the network's own name of an upload that was begun; ``sent``: bytes that it has.
    ``remote_id``: by which the post will name it; ``ready``: the network has looked at it;
    ``expires_at``: then it has to be sent anew. ``problem``: what was said, a line for each of the
    last answers in a row that made no sense; since the newest one it rests (``updated_at``).
    """

    __table_args__ = (UniqueConstraint("post_id", "position"),)
    id: int = _key()
    post_id: int = _to("post")
    position: int
    digest: str
    mark: str | None = _maybe()
    sent: int = Field(default=0, sa_type=BigInteger)
    remote_id: str | None = _maybe()
    ready: bool = False
    expires_at: datetime | None = _maybe(UtcTime)
    problem: str | None = _maybe()
    updated_at: datetime = _time()


class Advert(SQLModel, table=True):
    """A paid advert for one published post: campaign, ad set, creative and ad at the network.

    ``remote``: the network's numbers, by step (``campaign``, ``adset``, ``creative``, ``ad``);
    ``step``: the one that is being made since ``made_at``, written before its call; ``on`` while it
    is being switched on. ``approved_at`` stays when an approval ends. ``budget_cents`` and
    ``spend_cents`` in ``currency``, for all of its time until ``ends_at``. ``digest``: of
    everything that a person approves. ``review``: what the network's review said. ``held_until``:
    it may have spent more than was told, until figures are read after this.
    """

    __table_args__ = (UniqueConstraint("post_id"), _one_of("state", AdvertState))
    id: int = _key()
    campaign_id: int = _to("campaign")
    tandem_id: int = _to("tandem")
    post_id: int = Field(foreign_key="post.id")
    network: str
    ad_account: str
    name: str
    state: AdvertState = _word(AdvertState, default=AdvertState.PLANNED)
    targeting: dict[str, Any] = Field(sa_type=JSON)
    category: str
    budget_cents: int
    currency: str
    ends_at: datetime = _time()
    digest: str
    approved_digest: str | None = _maybe()
    approved_at: datetime | None = _maybe(UtcTime)
    approved_by: str | None = _maybe()
    remote: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    step: str | None = _maybe()
    review: dict[str, Any] | None = _maybe(JSON(none_as_null=True))
    spend_cents: int = 0
    figures: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    read_at: datetime | None = _maybe(UtcTime)
    held_until: datetime | None = _maybe(UtcTime)
    made_at: datetime = _time()
    error: str | None = _maybe()


class Snapshot(SQLModel, table=True):
    """A figure of a post at a time, under the network's own name for it."""

    post_id: int = Field(foreign_key="post.id", primary_key=True)
    metric: str = Field(primary_key=True)
    taken_at: datetime = _time(primary_key=True)
    value: int = Field(sa_type=BigInteger)


class Reply(SQLModel, table=True):
    """What somebody answered, on whatever channel.

    ``text`` has no phone number and no mail address: the words as they came, the sender's name
    and contact are sealed in ``person_id``, where there are any. ``contact_digests`` recognise a
    contact, ``author_digest`` an author, without telling either. ``duplicate_of``: the same offer
    came before on another channel; it is not counted again. ``labelled_by``: the person who
    corrected the label, which no machine changes after that. ``evidence_since``: kept for a
    complaint, so that no retention touches it. ``forgotten_at``: when its words and whoever said
    them were let go of because their time was over; they never come back. ``status``: an
    ``OfferState``. ``answered_at``: our first answer. ``hidden_by``: who wants it out of sight at
    the network, a person or ``rule``; empty: a person wants it seen. ``hidden_at``: when it was
    read back as hidden there.
    ``conversation``: the network's number of the private one that it is part of.
    """

    __table_args__ = (
        UniqueConstraint("campaign_id", "network", "remote_id"),
        _one_of("label", Label),
        Index("ix_reply_label", "campaign_id", "label", "received_at"),
        Index("ix_reply_author", "campaign_id", "author_digest"),
        Index(
            "ix_reply_conversation",
            "campaign_id",
            "conversation",
            postgresql_where=text("conversation IS NOT NULL"),
            sqlite_where=text("conversation IS NOT NULL"),
        ),
        Index(
            "ix_reply_hidden",
            "campaign_id",
            postgresql_where=text("hidden_by IS NOT NULL OR hidden_at IS NOT NULL"),
            sqlite_where=text("hidden_by IS NOT NULL OR hidden_at IS NOT NULL"),
        ),
    )
    id: int = _key()
    campaign_id: int = _to("campaign")
    post_id: int | None = _to("post", default=None, nullable=True)
    tandem_id: int | None = _to("tandem", default=None, nullable=True)
    person_id: int | None = _to("person", default=None, nullable=True)
    duplicate_of: int | None = _to("reply", default=None, nullable=True)
    network: str | None = _maybe()
    channel: str
    remote_id: str | None = _maybe()
    parent_remote_id: str | None = _maybe()
    permalink: str = ""
    author: str = ""
    author_digest: str | None = _maybe()
    contact_digests: list[str] = Field(default_factory=list, sa_type=JSON)
    text: str
    picture: bool = False
    received_at: datetime = _time()
    collected_at: datetime = _time()
    edited_at: datetime | None = _maybe(UtcTime)
    deleted_at: datetime | None = _maybe(UtcTime)
    label: Label = _word(Label, default=Label.OTHER)
    confidence: float = 0.0
    why: list[str] = Field(default_factory=list, sa_type=JSON)
    queue: bool = True
    labelled_by: str | None = _maybe()
    status: str = "new"
    taken_by: str | None = _maybe()
    taken_at: datetime | None = _maybe(UtcTime)
    evidence_since: datetime | None = _maybe(UtcTime)
    forgotten_at: datetime | None = _maybe(UtcTime)
    answered_at: datetime | None = _maybe(UtcTime)
    hidden_by: str | None = _maybe()
    hidden_at: datetime | None = _maybe(UtcTime)
    conversation: str | None = _maybe()


class Correction(SQLModel, table=True):
    """What a person said a reply is, so that nearly the same words are sorted alike at once.

    ``shape`` recognises nearly the same text and gives no word of it away (see ``learning``).
    """

    __table_args__ = (
        UniqueConstraint("reply_id"),
        _one_of("was", Label),
        _one_of("label", Label),
    )
    id: int = _key()
    campaign_id: int = _to("campaign")
    reply_id: int = Field(foreign_key="reply.id")
    was: Label = _word(Label)
    label: Label = _word(Label)
    by: str
    at: datetime = _time()
    shape: bytes = Field(sa_type=LargeBinary)


class Check(SQLModel, table=True):
    """What somebody found out about an offer before it is handed over.

    ``answers``: what was asked, without names or contacts (those are sealed with the reply);
    ``warnings``: the rules that fired. With a warning ``second_by`` has to agree. ``wanted``:
    whether the person of the tandem wants it; None: not asked yet.
    """

    __tablename__ = "offer_check"
    __table_args__ = (UniqueConstraint("reply_id"),)
    id: int = _key()
    campaign_id: int = _to("campaign")
    reply_id: int = Field(foreign_key="reply.id")
    by: str
    at: datetime = _time()
    answers: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    warnings: list[str] = Field(default_factory=list, sa_type=JSON)
    second_by: str | None = _maybe()
    second_at: datetime | None = _maybe(UtcTime)
    wanted: bool | None = _maybe()
    wanted_at: datetime | None = _maybe(UtcTime)


class Referral(SQLModel, table=True):
    """An offer on its way to whoever looks after its tandem: each step once, never twice.

    ``code``: what they send back as a receipt. ``message_id``: of the mail, written before it is
    sent. ``state`` tells how far it came, ``received_at`` when somebody said they have it.
    ``attempts``: tries that provably sent nothing, and the one that did.
    """

    __table_args__ = (
        UniqueConstraint("reply_id", "step"),
        UniqueConstraint("campaign_id", "code"),
        _one_of("step", Step),
        _one_of("way", Way),
        _one_of("state", Delivery),
    )
    id: int = _key()
    campaign_id: int = _to("campaign")
    reply_id: int = _to("reply")
    tandem_id: int = _to("tandem")
    step: Step = _word(Step)
    way: Way = _word(Way)
    state: Delivery = _word(Delivery)
    code: str
    message_id: str | None = _maybe()
    by: str
    made_at: datetime = _time()
    sent_at: datetime | None = _maybe(UtcTime)
    received_at: datetime | None = _maybe(UtcTime)
    received_by: str | None = _maybe()
    attempts: int = 0
    not_before: datetime | None = _maybe(UtcTime)
    error: str | None = _maybe()


class Milestone(SQLModel, table=True):
    """How far an offer had come on a day, as somebody said; the newest one is its state."""

    __table_args__ = (_one_of("state", OfferState),)
    id: int = _key()
    campaign_id: int = _to("campaign")
    reply_id: int = _to("reply")
    tandem_id: int | None = _to("tandem", default=None, nullable=True)
    state: OfferState = _word(OfferState)
    day: date
    at: datetime = _time()
    by: str


class Answer(SQLModel, table=True):
    """What we said to whoever replied; its words are committed before they are sent.

    ``remote_id``: the network's number of it. Words without contacts; they go with the reply's.
    """

    __table_args__ = (
        _one_of("kind", AnswerKind),
        _one_of("way", AnswerWay),
        _one_of("state", Delivery),
    )
    id: int = _key()
    campaign_id: int = _to("campaign")
    reply_id: int = _to("reply")
    kind: AnswerKind = _word(AnswerKind)
    way: AnswerWay = _word(AnswerWay)
    language: str
    text: str
    state: Delivery = _word(Delivery)
    remote_id: str | None = _maybe()
    by: str
    at: datetime = _time()
    sent_at: datetime | None = _maybe(UtcTime)
    error: str | None = _maybe()


class Alert(SQLModel, table=True):
    """Somebody on call was told, or has to be, that a post draws abuse; once per post and hour."""

    __table_args__ = (UniqueConstraint("post_id", "hour"), _one_of("state", Delivery))
    id: int = _key()
    campaign_id: int = _to("campaign")
    post_id: int = _to("post")
    hour: datetime = _time()
    count: int
    state: Delivery = _word(Delivery)
    at: datetime = _time()
    error: str | None = _maybe()


class Event(SQLModel, table=True):
    """The audit log: who did what to whom, append-only, without personal data.

    ``chain`` is the digest of the event and of the one before it, in the order of ``seq``, which
    both come with the commit; the database refuses to change an event after that, or to delete it.
    """

    __table_args__ = (Index("ix_event_seq", "campaign_id", "seq", unique=True),)
    id: int = _key()
    campaign_id: int = _to("campaign")
    at: datetime = _time()
    actor: str
    what: str
    subject: str = ""
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    seq: int | None = _maybe()
    chain: str | None = _maybe()


class Pause(SQLModel, table=True):
    """A stop that is in force: of everything, of a network (its name) or of a tandem (its slug).

    ``hide``: published posts are kept out of sight meanwhile, where the network can do that.
    """

    __table_args__ = (UniqueConstraint("campaign_id", "scope", "name"), _one_of("scope", Scope))
    id: int = _key()
    campaign_id: int = _to("campaign")
    scope: Scope = _word(Scope)
    name: str = ""
    since: datetime = _time()
    actor: str
    hide: bool = False


class Heartbeat(SQLModel, table=True):
    """A program that sends for this campaign: a scheduler, or a daily job. Times are real ones.

    ``worker`` is its process (see ``worker``); ``pass_at``: the end of its last pass;
    ``ended_at``: it stopped as it should.
    """

    __table_args__ = (UniqueConstraint("campaign_id", "worker"),)
    id: int = _key()
    campaign_id: int = _to("campaign")
    worker: str
    once: bool = False
    started_at: datetime = _time()
    beat_at: datetime = _time()
    pass_at: datetime | None = _maybe(UtcTime)
    ended_at: datetime | None = _maybe(UtcTime)
