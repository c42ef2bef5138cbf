"""A page's post: how it is created, what proves it, where it stands, when texts are the same."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from orchestrator.i18n import _
from orchestrator.networks.wire.answer import mark, moment
from orchestrator.networks.wire.graph_troubles import NETWORK
from orchestrator.networks.wire.said import unclear_answer
from orchestrator.ports import Draft, Place, Receipt, Rejected

# Preferred, or the only ones who see it.
FIELDS = {"soft": "feed_targeting", "hard": "targeting"}
# What has to be asked for to know where a post stands.
READ = "id,message,created_time,permalink_url,is_published,scheduled_publish_time"
_LAST = 4_102_444_800  # the year 2100
_LINK_AT_THE_END = re.compile(r"(?<=\S)\s*\n\nhttps?://\S+\Z")


def creation(draft: Draft, place: Place) -> dict[str, Any]:
    """The parameters of a new post; Rejected where a promise of the draft cannot be kept.

    Unverified live: that a post which is unseen at first keeps its audience when it is shown.
    """
    link = {"link": draft.link} if draft.link else {}
    return {"message": draft.text, **link, **audience_of(draft), **unseen(draft.at, place)}


def unseen(at: datetime | None, place: Place) -> dict[str, Any]:
    """The parameters that keep a new post from sight, until its time or for good."""
    if place is Place.LIVE:
        return {}
    if at is None:
        return {"published": False}
    return {
        "published": False,
        "scheduled_publish_time": unix(at),
        "unpublished_content_type": "SCHEDULED",
    }


def unix(at: datetime) -> int:
    """A time as the platform takes it, to the second."""
    return int(at.timestamp())


def audience_of(draft: Draft) -> dict[str, Any]:
    """The parameter for a draft's audience; Rejected where its promise cannot be kept."""
    if draft.mode == "hard" and not draft.targeting:
        raise Rejected(
            _("The post is for chosen towns only, but names none; it was not sent. Plan it again.")
        )
    if not draft.targeting:
        return {}
    if draft.mode not in FIELDS:
        raise Rejected(
            _("The post has an audience, but is neither soft nor hard; it was not sent.")
        )
    return {FIELDS[draft.mode]: draft.targeting}


def is_number(text: str) -> bool:
    """Whether this can be the platform's number of something."""
    return text.isascii() and text.isdigit()


def receipt(post: Mapping[str, Any], text: str, *, write: bool) -> Receipt:
    """Proof of a post; what is missing besides its id does not turn success into doubt."""
    remote_id = str(post.get("id") or "")
    if not remote_id:
        raise unclear_answer(NETWORK, 200, write=write)
    own = f"https://www.facebook.com/{remote_id.replace('_', '/posts/')}"
    return Receipt(
        remote_id=remote_id,
        permalink=mark(post.get("permalink_url")) or own,
        text=text,
        created_at=moment(post.get("created_time")),
    )


def as_told(post: Mapping[str, Any], *, live: bool | None = None) -> Receipt:
    """A post of ours as it reads back; ``live`` counts where it does not say whether it is.

    Unverified live: that ``created_time`` becomes the time at which an unseen post was shown.
    """
    published = post.get("is_published", live)
    if not isinstance(published, bool):
        raise unclear_answer(NETWORK, 200, write=False)
    found = receipt(post, comparable(str(post.get("message") or "")), write=False)
    if published:
        return found
    due = post.get("scheduled_publish_time")
    return replace(found, place=Place.HELD if due else Place.DRAFT, due_at=_instant(due))


def _instant(value: object) -> datetime | None:
    """A time that the platform tells as a number, or as it tells others."""
    if type(value) in (int, float) and 0 < value < _LAST:  # type: ignore[operator]  # a number
        return datetime.fromtimestamp(value, UTC)  # type: ignore[arg-type]  # a number
    return moment(value)


def comparable(text: str) -> str:
    """A text for comparing: the platform composes letters and trims.

    Without the link that ends the words of a post with pictures: it stands beside them elsewhere.
    """
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    return _LINK_AT_THE_END.sub("", plain)
