"""X's lists of posts, page by page, to their end."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from orchestrator.networks.wire.answer import Answer, as_object
from orchestrator.networks.wire.said import unclear, unclear_answer
from orchestrator.networks.wire.x_posts import is_post, partial_errors
from orchestrator.networks.wire.x_troubles import NETWORK, Json, problem_type, said

MOST_PAGES = 100
# Errors beside posts that are about something else: who was answered, who is named.
HARMLESS = ("resource-not-found", "not-authorized-for-resource", "not-authorized-for-field")


@dataclass(frozen=True)
class Page:
    """The posts of one answer, as X tells them. ``whole``: X left none of them out."""

    posts: list[dict[str, Any]]
    includes: dict[str, Any]
    errors: list[dict[str, Any]]
    whole: bool


def pages(ask: Callable[..., tuple[Json, Answer]], token: str) -> Iterator[Page]:
    """All pages of a list, newest first; a Trouble when it does not come to its end.

    ``token`` is how the list names the parameter for its next page.
    """
    following: dict[str, object] = {}
    asked: set[str] = set()
    while len(asked) < MOST_PAGES:
        answer, raw = ask(**following)
        meta = answer.get("meta")
        if not isinstance(meta, dict):
            raise unclear(NETWORK, said(answer, raw), write=False)
        yield page(answer, raw)
        after = str(meta.get("next_token") or "")
        if not after:
            return
        if after in asked:
            break  # the list leads back into itself
        asked.add(after)
        following = {token: after}
    raise unclear_answer(NETWORK, 200, write=False)


def page(answer: Json, raw: Answer) -> Page:
    """Read one answer; a Trouble when it is no list of posts."""
    listed = answer.get("data", [])
    if not isinstance(listed, list):
        raise unclear(NETWORK, said(answer, raw), write=False)
    posts = [post for post in listed if is_post(post)]
    errors = partial_errors(answer)
    count = as_object(answer.get("meta")).get("result_count")
    promised = count if isinstance(count, int) else 0
    whole = len(posts) == len(listed) >= promised and all(
        problem_type(error) in HARMLESS for error in errors
    )
    return Page(posts, as_object(answer.get("includes")), errors, whole)
