"""Pictures and films on X: brought in parts, looked at, and good for a day."""

import hashlib
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from orchestrator.sandbox.x_problems import forbidden, invalid_request
from orchestrator.sandbox.x_schema import Complaint
from orchestrator.sandbox.x_store import Account

# For an account that pays nothing, in megabytes of a million bytes; the later page of the platform
# allows films of 8 GB.
LARGEST: Mapping[str, int] = MappingProxyType(
    {"tweet_image": 5_000_000, "tweet_gif": 15_000_000, "tweet_video": 512_000_000}
)
LARGEST_PART = 5 * 1024 * 1024
BEGINNINGS: Mapping[str, bytes] = MappingProxyType(
    {
        "image/jpeg": b"\xff\xd8\xff",
        "image/png": b"\x89PNG\r\n\x1a\n",
        "image/gif": b"GIF8",
        "image/webp": b"RIFF",
    }
)
FILMS = "video/mp4", "video/quicktime"
KEYS: Mapping[str, str] = MappingProxyType(
    {"tweet_image": "3", "tweet_gif": "16", "tweet_video": "13"}
)
MOST_PHOTOS = 4
INVALID = "Your media IDs are invalid."


@dataclass(eq=False)
class Medium:
    """One upload; `problem`: why it could not be processed. Nobody but its owner can post it."""

    id: str
    owner: Account
    category: str
    mime: str
    total: int
    expires_at: datetime
    parts: dict[int, bytes] = field(default_factory=dict, repr=False)
    finished_at: datetime | None = None
    ready_at: datetime | None = None
    problem: str = ""
    alt: str = ""

    @property
    def key(self) -> str:
        """The platform's key of it; its number tells the kind."""
        return f"{KEYS[self.category]}_{self.id}"

    @property
    def kind(self) -> str:
        """What `includes.media` calls it."""
        return {"tweet_image": "photo", "tweet_gif": "animated_gif"}.get(self.category, "video")

    @property
    def content(self) -> bytes:
        """All parts in their order."""
        return b"".join(self.parts[number] for number in sorted(self.parts))

    def is_ready(self, now: datetime) -> bool:
        """Whether a post may show it."""
        looked_at = self.ready_at is not None and self.ready_at <= now
        return looked_at and not self.problem and now < self.expires_at

    def record(self) -> dict[str, object]:
        """It as the ledger shows it."""
        content = self.content
        digest = hashlib.sha256(content).hexdigest()
        size = len(content)
        return {"id": self.id, "kind": self.kind, "digest": digest, "size": size, "alt": self.alt}


@dataclass
class Shelf:
    """All uploads, and how long the platform takes over them.

    `processing`: seconds that it looks at a film; `fails`: what it says of those it does not take;
    `keeps`: seconds that an upload is good for; `longest`: seconds of a film that may be posted.
    """

    processing: int = 0
    fails: str = ""
    keeps: int = 86_400
    longest: int = 140
    _media: dict[str, Medium] = field(default_factory=dict)

    def begin(
        self, owner: Account, wishes: Mapping[str, object], number: str, now: datetime
    ) -> Medium:
        """Open an upload; raises ProblemError."""
        category, mime = str(wishes.get("media_category", "")), str(wishes.get("media_type", ""))
        total = wishes.get("total_bytes")
        if category not in LARGEST or not mime or not isinstance(total, int) or not total:
            raise invalid_request(
                [Complaint("media_category, media_type or total_bytes is wrong.")]
            )
        if total > LARGEST[category]:
            raise invalid_request([Complaint(f"File size exceeds {LARGEST[category]} bytes.")])
        medium = Medium(number, owner, category, mime, total, now + timedelta(seconds=self.keeps))
        self._media[number] = medium
        return medium

    def of(self, owner: Account, number: str, now: datetime) -> Medium:
        """An upload of this account that is still good; raises ProblemError."""
        medium = self._media.get(number)
        if medium is None or medium.owner is not owner or now >= medium.expires_at:
            raise invalid_request([Complaint(INVALID, "media_id", (number,))])
        return medium

    def append(self, medium: Medium, index: int, part: bytes) -> None:
        """Take one part; that a part may be sent twice is unverified."""
        if medium.finished_at is not None or not part or len(part) > LARGEST_PART:
            raise invalid_request([Complaint("The segment cannot be appended.")])
        medium.parts[index] = part

    def finish(self, medium: Medium, now: datetime) -> None:
        """Put the parts together, and look at what they make; raises ProblemError."""
        whole = sorted(medium.parts) == list(range(len(medium.parts)))
        if medium.finished_at is not None:
            raise invalid_request([Complaint("The upload is finished already.")])
        if not whole or sum(map(len, medium.parts.values())) != medium.total:
            raise invalid_request(
                [Complaint("Segments do not add up to provided total file size.")]
            )
        is_film = medium.category == "tweet_video"
        if not is_film and not _is(medium.content, medium.mime):
            raise invalid_request([Complaint("media type unrecognized.")])
        medium.finished_at = now
        medium.ready_at = now + timedelta(seconds=self.processing if is_film else 0)
        medium.expires_at = now + timedelta(seconds=self.keeps)
        if is_film:
            wrong = not _is(medium.content, medium.mime)
            medium.problem = self.fails or ("Unsupported video format" if wrong else "")

    def shown(self, owner: Account, ids: Sequence[str], now: datetime) -> list[Medium]:
        """What a post wants to show; raises ProblemError."""
        known = [self._media.get(number) for number in dict.fromkeys(ids)]
        media = [each for each in known if each and each.owner is owner and each.is_ready(now)]
        if len(media) != len(ids):
            raise invalid_request([Complaint(INVALID, "media.media_ids", tuple(ids))])
        photos = sum(each.category == "tweet_image" for each in media)
        if len(media) != photos and len(media) > 1:
            raise invalid_request([Complaint("Photos and videos cannot be mixed.")])
        if any(_seconds(each.content) > self.longest for each in media if each.kind == "video"):
            minutes = max(1, self.longest // 60)
            # The words of the platform's page; its limit depends on what the account pays.
            raise forbidden(
                f"This user is not allowed to post a video longer than {minutes} minutes."
            )
        return media


def _is(content: bytes, mime: str) -> bool:
    if mime in FILMS:
        return content[4:8] == b"ftyp"
    return content.startswith(BEGINNINGS.get(mime, b"\x00never"))


def _seconds(film: bytes) -> float:
    """How long a film lasts, by its own header."""
    at = film.find(b"mvhd")
    if at < 0:
        return 0.0
    version = film[at + 4]
    form, start = (">IQ", at + 24) if version else (">II", at + 16)
    scale, length = struct.unpack_from(form, film, start)
    return length / scale if scale else 0.0
