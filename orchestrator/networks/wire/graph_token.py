"""What the platform says of a page's token."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from orchestrator.i18n import _
from orchestrator.networks.wire.answer import as_object
from orchestrator.networks.wire.said import quoted

TO_POST = ("pages_manage_posts", "pages_read_engagement")
# The year 2100; a later end is none.
_LAST = 4_102_444_800
TO_COLLECT = ("pages_read_user_content", "read_insights")
TO_MODERATE = ("pages_manage_engagement",)
TO_MESSAGE = ("pages_messaging",)


def purposes() -> dict[str, str]:
    """What each permission is for."""
    return {
        "pages_manage_posts": _("to post"),
        "pages_read_engagement": _("to see our own posts"),
        "pages_read_user_content": _("to read comments"),
        "read_insights": _("to read reach"),
        "pages_manage_engagement": _("to hide and answer comments"),
        "pages_messaging": _("to read and write messages"),
        "ads_read": _("to count the people of an advert"),
        "ads_management": _("to make adverts"),
    }


def missing(token: Mapping[str, Any], needed: Sequence[str], page_id: str = "") -> tuple[str, ...]:
    """The permissions among these that it lacks; none where the platform does not say.

    ``page_id``: a permission that was granted for other pages only is lacking too.
    """
    scopes = token.get("scopes")
    if not isinstance(scopes, list):
        return ()
    elsewhere = _elsewhere(token, page_id) if page_id else set()
    return tuple(need for need in needed if need not in scopes or need in elsewhere)


def _elsewhere(token: Mapping[str, Any], page_id: str) -> set[str]:
    """Permissions that were granted, but not for this page."""
    listed = token.get("granular_scopes")
    granted = [as_object(each) for each in listed] if isinstance(listed, list) else []
    return {
        str(each.get("scope"))
        for each in granted
        if (targets := each.get("target_ids")) and page_id not in map(str, targets)
    }


def expiry(token: Mapping[str, Any]) -> datetime | None:
    """When the token ends; 0 means never."""
    return _ends(token.get("expires_at"))


def data_until(token: Mapping[str, Any]) -> datetime | None:
    """When its right to read data ends, though it may go on posting."""
    return _ends(token.get("data_access_expires_at"))


def _ends(end: object) -> datetime | None:
    known = type(end) is int and 0 < end < _LAST
    return datetime.fromtimestamp(end, UTC) if known else None  # type: ignore[arg-type]  # a number


def shown(node: Mapping[str, Any]) -> str:
    """The name of a page or person."""
    return quoted(node.get("name") or node.get("id"))
