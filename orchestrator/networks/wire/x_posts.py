"""Posts in X's answers: whether they are some, whether they are gone, and the proof of one."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from orchestrator.i18n import _
from orchestrator.networks.wire.answer import moment
from orchestrator.networks.wire.said import quoted
from orchestrator.networks.wire.x_troubles import problem_type
from orchestrator.ports import Draft, Receipt, Rejected, Unattached

LONGEST_ID = 19


def is_id(value: object) -> bool:
    """Whether this can be a post's number."""
    return str(value).isascii() and str(value).isdigit() and len(str(value)) <= LONGEST_ID


def is_post(post: object) -> bool:
    """Whether this is a post, with its number and text."""
    return isinstance(post, dict) and is_id(post.get("id")) and isinstance(post.get("text"), str)


def partial_errors(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The errors that an answer has beside, or instead of, its posts."""
    errors = answer.get("errors")
    return [each for each in errors if isinstance(each, dict)] if isinstance(errors, list) else []


def refused(errors: Iterable[Mapping[str, Any]], kinds: Collection[str]) -> set[str]:
    """The posts that were asked for by number and refused for one of these reasons."""
    return {
        str(each.get("resource_id") or each.get("value"))
        for each in errors
        if problem_type(each) in kinds and each.get("parameter") in ("id", "ids")
    }


def all_gone(errors: object) -> bool:
    """Whether the partial errors of an answer say that the post is not there."""
    if not isinstance(errors, list) or not errors:
        return False
    return all(
        isinstance(each, dict) and problem_type(each) == "resource-not-found" for each in errors
    )


def numbered(ids: Sequence[str]) -> list[str]:
    """Those that can be numbers of posts, each once; Rejected when none of them can."""
    found = [each for each in dict.fromkeys(ids) if is_id(each)]
    if ids and not found:
        raise no_number(ids[0])
    return found


def unattached(said: str) -> Unattached:
    """A post was refused because X has what goes with it no more."""
    why = _("X has the post's pictures or film no more: {said}.")
    return Unattached(why.format(said=said), reason=said)


def no_number(remote_id: str) -> Rejected:
    """The trouble of a post that cannot be on X."""
    return Rejected(
        _("{remote_id} is no number of a post on X.").format(remote_id=quoted(remote_id))
    )


def creation(draft: Draft) -> dict[str, Any]:
    """A post as X's description has it; a label is only sent where there is one."""
    post: dict[str, Any] = {"text": draft.text}
    if draft.media:
        post["media"] = {"media_ids": [each.remote_id for each in draft.media]}
    if draft.place_id:
        post["geo"] = {"place_id": draft.place_id}
    return post | ({"made_with_ai": True} if draft.made_with_ai else {})


def receipt(remote_id: str, text: str, created_at: object = None) -> Receipt:
    """Proof of a post; its address works without the account's name."""
    address = f"https://x.com/i/status/{remote_id}"
    return Receipt(remote_id, address, text, moment(created_at))
