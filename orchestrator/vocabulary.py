"""The campaign's words for states, labels and outcomes: the same in tables, JSON and commands.

They stand apart from the tables so that a command can name them without loading a database.
"""

from enum import StrEnum


class Show(StrEnum):
    """Result of the safety check: how much of the person may be seen."""

    FULL = "full"
    NO_FACE = "no-face"
    ALIAS = "alias"
    REGION = "region"


class MayWork(StrEnum):
    """Whether the law lets the person work; public texts never say more than that they may."""

    YES = "yes"
    PERMIT = "permit"
    NO = "no"
    UNKNOWN = "unknown"


class TandemState(StrEnum):
    """Life of a tandem in the campaign."""

    ACTIVE = "active"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class PostState(StrEnum):
    """Life of a post; see docs/architecture.md for the arrows."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    SENDING = "sending"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    UNKNOWN = "unknown"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    """How a write at a network ended."""

    DONE = "done"
    REJECTED = "rejected"
    RATE_LIMITED = "rate_limited"
    NOT_AUTHORISED = "not_authorised"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


class Label(StrEnum):
    """What a reply is; the annotation guideline has the tie rules."""

    JOB_OFFER = "job_offer"
    TIP = "tip"
    QUESTION = "question"
    ENCOURAGEMENT = "encouragement"
    ABUSE = "abuse"
    SPAM = "spam"
    OTHER = "other"


# What somebody should answer; all else needs nobody's time.
READ = frozenset({Label.JOB_OFFER, Label.TIP, Label.QUESTION})

# Offers first: what somebody should read at once stands on top.
RANK = (
    Label.JOB_OFFER,
    Label.TIP,
    Label.QUESTION,
    Label.OTHER,
    Label.ENCOURAGEMENT,
    Label.ABUSE,
    Label.SPAM,
)


class OfferState(StrEnum):
    """How far an offer or a tip has come; the second half are its ends.

    A reply of any other label stays ``new``.
    """

    NEW = "new"
    CHECKED = "checked"
    FORWARDED = "forwarded"
    RECEIVED = "received"
    CONTACTED = "contacted"
    TRIAL = "trial"
    OFFER = "offer"
    PERMIT_PENDING = "permit_pending"
    STARTED = "started"
    KEPT_4W = "kept_4w"
    KEPT_6M = "kept_6m"
    NO_FIT = "no_fit"
    FILLED = "filled"
    DECLINED = "declined"
    PERMIT_REFUSED = "permit_refused"
    UNSAFE = "unsafe"
    WITHDRAWN = "withdrawn"


# The states of a reply that nobody has handed over yet; all others are further on, or an end.
WAITING = frozenset({OfferState.NEW, OfferState.CHECKED})


class Step(StrEnum):
    """The ways in which an offer is brought to its tandem, each at most once, in this order."""

    FORWARD = "forward"
    REMINDER = "reminder"
    BACKUP = "backup"
    PARTNER = "partner"


class Way(StrEnum):
    """How an offer reaches whoever looks after the tandem."""

    MAIL = "mail"
    SHEET = "sheet"
    CALL = "call"


class Delivery(StrEnum):
    """How far a message of ours has come. ``UNKNOWN``: nobody can tell whether it was sent."""

    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"


class AnswerKind(StrEnum):
    """What an answer is for: first word, last word, or anything between."""

    ACKNOWLEDGEMENT = "acknowledgement"
    CLOSING = "closing"
    ANSWER = "answer"


class AnswerWay(StrEnum):
    """Where an answer stands: for all to see, for its reader alone, or given by other means."""

    PUBLIC = "public"
    PRIVATE = "private"
    NOTED = "noted"


# Who wants a reply out of sight, where no person does; and that a person wants it seen, whatever
# the rule says.
RULE, SEEN = "rule", ""


class Scope(StrEnum):
    """What a pause stops."""

    ALL = "all"
    NETWORK = "network"
    TANDEM = "tandem"


# The consent without which no picture or film goes out: any may show the person.
FACE = "face"


class MediaKind(StrEnum):
    """What a tandem gave beside its words."""

    PHOTO = "photo"
    VIDEO = "video"


class Condition(StrEnum):
    """Why a network refuses an account as a whole, so that a person has to act there."""

    TOKEN = "token"
    PERMISSION = "permission"
    CREDITS = "credits"
    SUSPENDED = "suspended"
    BLOCKED = "blocked"
    OUTDATED = "outdated"


class AdvertState(StrEnum):
    """Life of a paid advert for one post; each is made paused, and runs once a person said so."""

    PLANNED = "planned"
    MAKING = "making"
    PAUSED = "paused"
    RUNNING = "running"
    DISAPPROVED = "disapproved"
    ENDED = "ended"
    STOPPED = "stopped"
    REFUSED = "refused"


class Block(StrEnum):
    """Rules that can stop a post or an advert, by the names under which people decide about them.

    ``private_text``, ``hard_gate`` and ``ad_library`` protect a person: no decision lifts them.
    """

    PRIVATE_TEXT = "private_text"
    HARD_GATE = "hard_gate"
    FEW_PEOPLE = "few_people"
    GATE_EFFECT = "gate_effect"
    SOCIAL_ISSUE_ADS = "social_issue_ads"
    EMPLOYMENT_CATEGORY = "employment_category"
    EMPLOYMENT_TARGETING = "employment_targeting"
    DSA_NAMES = "dsa_names"
    AD_COUNTRY = "ad_country"
    AD_LIBRARY = "ad_library"

    @property
    def is_final(self) -> bool:
        """Whether no decision lifts it."""
        return self in (Block.PRIVATE_TEXT, Block.HARD_GATE, Block.AD_LIBRARY)
