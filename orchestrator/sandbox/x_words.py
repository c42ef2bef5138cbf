"""How a post's words come back: escaped, with short links, a long one cut, a picture as a link."""

from orchestrator.sandbox.x_problems import Body
from orchestrator.sandbox.x_store import Post
from orchestrator.sandbox.x_text import (
    Link,
    given_back,
    hashtags,
    is_long,
    linked,
    named,
    shortened,
)


def as_returned(post: Post) -> tuple[str, list[Link]]:
    """A post's `text`, and the links in it."""
    returned = shortened if is_long(post.text) else given_back
    shown, links = returned(post.text, post.id)
    if not post.picture:
        return shown, links
    address = f"https://x.com/{post.author.username}/status/{post.id}/photo/1"
    return linked(shown, links, post.id, address, media_key(post))


def media_key(post: Post) -> str:
    """The key of its one picture; 3 is what the platform's keys of photos begin with."""
    return f"3_{post.id}"


def entities(shown: str, links: list[Link]) -> Body:
    """What is found in a text as it is returned."""
    made: Body = {
        "urls": [link.as_entity() for link in links],
        "hashtags": hashtags(shown),
        "mentions": named(shown),
    }
    return {name: found for name, found in made.items() if found}


def note(post: Post) -> Body | None:
    """The whole of a post that is longer than its `text`."""
    if not is_long(post.text):
        return None
    shown, links = given_back(post.text, post.id)
    return {"text": shown, "entities": entities(shown, links)}


def display_range(post: Post) -> list[int]:
    """What of its `text` is shown: without the names before a reply and the picture's link."""
    shown, links = as_returned(post)
    start = min(len(post.named), len(shown))
    end = len(shown[: links[-1].start].rstrip()) if post.picture else len(shown)
    return [start, end if end > start else len(shown)]
