"""A page's post: whom it is for, what proves it, when two texts are the same."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from orchestrator.i18n import _
from orchestrator.networks.wire.answer import mark, moment
from orchestrator.networks.wire.graph_troubles import NETWORK
from orchestrator.networks.wire.said import unclear_answer
from orchestrator.ports import Draft, Receipt, Rejected

# Preferred, or the only ones who see it.
FIELDS = {"soft": "feed_targeting", "hard": "targeting"}


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


def comparable(text: str) -> str:
    """A text for comparing: the platform composes letters and trims."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
