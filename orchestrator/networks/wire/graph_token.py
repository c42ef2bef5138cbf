"""What the platform says of a page's token."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from orchestrator.networks.wire.said import quoted

TO_POST = ("pages_manage_posts", "pages_read_engagement")
# The year 2100; a later end is none.
_LAST = 4_102_444_800
TO_COLLECT = ("pages_read_user_content", "read_insights")


def missing(token: Mapping[str, Any], needed: Sequence[str]) -> tuple[str, ...]:
    """The permissions among these that it lacks; none where the platform does not say."""
    scopes = token.get("scopes")
    return tuple(need for need in needed if need not in scopes) if isinstance(scopes, list) else ()


def expiry(token: Mapping[str, Any]) -> datetime | None:
    """When the token or its right to read data ends, whichever is first; 0 means never."""
    ends = [token.get("expires_at"), token.get("data_access_expires_at")]
    known = [end for end in ends if type(end) is int and 0 < end < _LAST]
    return datetime.fromtimestamp(min(known), UTC) if known else None


def shown(node: Mapping[str, Any]) -> str:
    """The name of a page or person."""
    return quoted(node.get("name") or node.get("id"))
