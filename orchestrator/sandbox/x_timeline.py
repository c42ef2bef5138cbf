"""One page of an account's posts: window, exclusions, and the tokens to the neighbouring pages."""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from orchestrator.sandbox.x_fields import listed
from orchestrator.sandbox.x_problems import invalid_request
from orchestrator.sandbox.x_schema import Complaint
from orchestrator.sandbox.x_store import Post

PAGE = 10
TOKENS = "pagination_token", "next_token"
# What a page may be like at its worst: the next one repeats its end, its order is wrong, its last
# posts are missing, its count is too low.
TROUBLES = "repeat", "reorder", "truncate", "miscount"


@dataclass(frozen=True)
class Page:
    """The posts, newest first, and what is said about them."""

    posts: list[Post]
    meta: dict[str, object]


def page(posts: Iterable[Post], query: Mapping[str, list[str]], trouble: str = "") -> Page:
    """Cut one page out of `posts` (newest first); raises an invalid-request problem.

    `trouble` is one of TROUBLES, or empty.
    """
    found = [post for post in posts if _wanted(post, query)]
    size = int(query.get("max_results", [str(PAGE)])[0])
    towards, mark = _opened(query)
    if towards == "newer":
        newer = [post for post in found if int(post.id) > mark]
        chosen = newer[-size:]
    else:
        chosen = [post for post in found if not mark or int(post.id) < mark][:size]
    return _troubled(Page(chosen, _meta(chosen, found)), trouble)


def _troubled(cut: Page, trouble: str) -> Page:
    posts, meta = cut.posts, dict(cut.meta)
    if trouble == "repeat" and len(posts) > 2 and "next_token" in meta:
        meta["next_token"] = _token("older", posts[-3].id)
    elif trouble == "reorder":
        posts = posts[::-1]
    elif trouble == "truncate":
        posts = posts[:-2]
    elif trouble == "miscount":
        meta["result_count"] = max(0, len(posts) - 1)
    return Page(posts, meta)


def _wanted(post: Post, query: Mapping[str, list[str]]) -> bool:
    since, until = query.get("since_id"), query.get("until_id")
    start, end = query.get("start_time"), query.get("end_time")
    return not (
        (since and int(post.id) <= int(since[0]))
        or (until and int(post.id) >= int(until[0]))
        # Compared in whole seconds, as created_at is told.
        or (start and post.created_at.replace(microsecond=0) < datetime.fromisoformat(start[0]))
        or (end and post.created_at.replace(microsecond=0) >= datetime.fromisoformat(end[0]))
        or (post.parent and "replies" in listed(query, "exclude"))
    )


def _meta(chosen: list[Post], found: list[Post]) -> dict[str, object]:
    meta: dict[str, object] = {"result_count": len(chosen)}
    if chosen:
        newest, oldest = chosen[0], chosen[-1]
        meta |= {"newest_id": newest.id, "oldest_id": oldest.id}
        if oldest is not found[-1]:
            meta["next_token"] = _token("older", oldest.id)
        if newest is not found[0]:
            meta["previous_token"] = _token("newer", newest.id)
    return meta


def _token(towards: str, mark: str) -> str:
    return base64.urlsafe_b64encode(f"{towards}:{mark}".encode()).decode().rstrip("=")


def _opened(query: Mapping[str, list[str]]) -> tuple[str, int]:
    name = next((name for name in TOKENS if name in query), "")
    if not name:
        return "older", 0
    token = query[name][0]
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
    except (binascii.Error, ValueError):
        text = ""
    found = re.fullmatch(r"(older|newer):([0-9]{1,19})", text)
    if not found:
        message = f"The `{name}` query parameter value [{token}] is not valid"
        raise invalid_request([Complaint(message, name, (token,))])
    return found[1], int(found[2])
