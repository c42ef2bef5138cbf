"""Photos: uploaded unseen, with words for those who cannot see them, until a post takes them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from orchestrator.sandbox.graph_errors import GraphError, bad_parameter, not_played
from orchestrator.sandbox.graph_media_form import File
from orchestrator.sandbox.graph_table import Values, table

FIRST_PHOTO = 561_000_000_000_001
PHOTO_BYTES = 4 * 1024 * 1024
# For how long an unseen photo that no post took is kept.
KEPT = timedelta(hours=24)
MOST_PHOTOS = 10
BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"II*\x00", b"MM\x00*", b"RIFF")


@dataclass
class Photo:
    """One photo; `post` is the post that shows it. It goes with that post."""

    id: str
    page_id: str
    content: bytes = field(repr=False)
    alt: str
    created: datetime
    post: str | None = None
    deleted: bool = False

    def is_there(self, now: datetime) -> bool:
        """Whether it is still kept."""
        return not self.deleted and (self.post is not None or now < self.created + KEPT)

    def node(self) -> dict[str, object]:
        """The fields that read back; None has no value."""
        return {
            "id": self.id,
            "alt_text_custom": self.alt or None,
            "created_time": self.created.strftime("%Y-%m-%dT%H:%M:%S+0000"),
            "page_story_id": self.post,
        }

    def record(self) -> dict[str, object]:
        """The photo as the sandbox's ledger shows it."""
        digest = hashlib.sha256(self.content).hexdigest()
        size = len(self.content)
        return {"id": self.id, "kind": "photo", "digest": digest, "size": size, "alt": self.alt}


class Photos:
    """All photos, also the deleted ones."""

    def __init__(self) -> None:
        self._photos: dict[str, Photo] = {}

    def find(self, photo_id: str, now: datetime) -> Photo | None:
        """A photo that is there."""
        photo = self._photos.get(photo_id)
        return photo if photo and photo.is_there(now) else None

    def add(self, page_id: str, values: Values, files: Mapping[str, File], now: datetime) -> Photo:
        """Check and keep a new photo; raises GraphError."""
        if "url" in values or values.get("published", True) is not False:
            raise not_played()  # fetched by the platform, or a post of its own
        if "scheduled_publish_time" in values:
            raise bad_parameter("An unpublished photo cannot be scheduled; its post can.")
        number = str(FIRST_PHOTO + len(self._photos))
        content = _picture(files)
        photo = Photo(number, page_id, content, cast(str, values.get("alt_text_custom", "")), now)
        self._photos[number] = photo
        return photo

    def attached(self, page_id: str, given: object, now: datetime) -> Sequence[Photo]:
        """The photos that `attached_media` names; raises GraphError."""
        listed = cast(list[object], given)
        if len(listed) > MOST_PHOTOS:
            raise bad_parameter(f"attached_media takes at most {MOST_PHOTOS} photos.")
        return [self._free(page_id, each, now) for each in listed]

    def _free(self, page_id: str, entry: object, now: datetime) -> Photo:
        if not isinstance(entry, dict) or entry.keys() != {"media_fbid"}:
            raise bad_parameter("Each entry of attached_media must be an object with media_fbid.")
        name = str(entry["media_fbid"])
        photo = self.find(name, now)
        if photo is None or photo.page_id != page_id:
            raise bad_parameter("attached_media names an object that does not exist.")
        if photo.post is not None:
            raise bad_parameter(f"The photo {name} is in a post already.")
        return photo


def _picture(files: Mapping[str, File]) -> bytes:
    if set(files) != set(table()["files"]["photo"]):
        raise GraphError(324, "(#324) Missing or invalid image file")
    [file] = files.values()
    known = file.content.startswith(BEGINNINGS)
    if not known or len(file.content) > PHOTO_BYTES:
        says = "Photos should be less than 4 MB and saved as JPEG, PNG, GIF, TIFF or WebP."
        raise GraphError(100, "Invalid parameter", subcode=1366046, says=("Can't Read Files", says))
    return file.content
