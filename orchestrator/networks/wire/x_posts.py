"""Posts in X's answers: whether they are some, whether they are gone, and the proof of one."""

from orchestrator.networks.wire.answer import moment
from orchestrator.networks.wire.x_troubles import problem_type
from orchestrator.ports import Receipt


def is_id(value: object) -> bool:
    """Whether this can be a post's number."""
    return str(value).isascii() and str(value).isdigit()


def are_posts(posts: object) -> bool:
    """Whether this is a list of posts, each with its number and text."""
    return isinstance(posts, list) and all(
        isinstance(post, dict) and is_id(post.get("id")) and isinstance(post.get("text"), str)
        for post in posts
    )


def all_gone(errors: object) -> bool:
    """Whether the partial errors of an answer say that the post is not there."""
    if not isinstance(errors, list) or not errors:
        return False
    return all(
        isinstance(each, dict) and problem_type(each) == "resource-not-found" for each in errors
    )


def receipt(remote_id: str, text: str, created_at: object = None) -> Receipt:
    """Proof of a post; its address works without the account's name."""
    address = f"https://x.com/i/status/{remote_id}"
    return Receipt(remote_id, address, text, moment(created_at))
