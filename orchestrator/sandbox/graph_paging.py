"""Lists in pages: limit, cursors, since and until."""

import base64
import binascii
from datetime import datetime
from typing import cast

from orchestrator.sandbox.graph_call import Call
from orchestrator.sandbox.graph_errors import GraphError, bad_parameter
from orchestrator.sandbox.graph_posts import Post
from orchestrator.sandbox.graph_table import Values

DEFAULT_LIMIT = 25
MOST = 100


def limit(values: Values, default: int = DEFAULT_LIMIT) -> int:
    """How many entries a page of the list has; more than 100 is refused."""
    wanted = cast(int, values.get("limit", default))
    if wanted > MOST:
        raise bad_parameter(f"The 'limit' parameter should not exceed {MOST}")
    return wanted


def cut(posts: list[Post], values: Values, call: Call) -> tuple[list[Post], dict[str, object]]:
    """One page out of posts that are sorted newest first, and its `paging`."""
    size = limit(values)
    inside = [post for post in posts if _between(post.created, values)]
    after, before = (_mark(values, name) for name in ("after", "before"))
    older = [post for post in inside if after is None or post.rank < after]
    if before is not None:
        newer = [post for post in inside if post.rank > before]
        shown = newer[-size:] if size else []
        return shown, _paging(shown, call, bool(newer), len(newer) > size)
    shown = older[:size]
    return shown, _paging(shown, call, len(older) > size, len(older) < len(inside))


def _between(when: datetime, values: Values) -> bool:
    since = cast(datetime | None, values.get("since"))
    until = cast(datetime | None, values.get("until"))
    return (since is None or when >= since) and (until is None or when <= until)


def _paging(shown: list[Post], call: Call, more: bool, less: bool) -> dict[str, object]:
    if not shown:
        return {}
    first, last = _cursor(shown[0]), _cursor(shown[-1])
    links = {"next": call.link(after=last)} if more else {}
    links |= {"previous": call.link(before=first)} if less else {}
    return {"paging": {"cursors": {"before": first, "after": last}, **links}}


def _cursor(post: Post) -> str:
    seconds, number = post.rank
    return base64.urlsafe_b64encode(f"{seconds}:{number}".encode()).decode().rstrip("=")


def _mark(values: Values, name: str) -> tuple[int, int] | None:
    cursor = cast(str | None, values.get(name))
    if not cursor:
        return None
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        seconds, number = map(int, plain.split(":"))
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise _bad_cursor(name) from error
    return seconds, number


def _bad_cursor(name: str) -> GraphError:
    return bad_parameter(f"Invalid cursors values for pagination: {name}")
