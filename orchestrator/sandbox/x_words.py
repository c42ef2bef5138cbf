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
    [(key, kind), *_others] = media_of(post)
    place = "photo" if kind == "photo" else "video"
    address = f"https://x.com/{post.author.username}/status/{post.id}/{place}/1"
    return linked(shown, links, post.id, address, key)


def media_of(post: Post) -> list[tuple[str, str]]:
    """Keys and kinds of what goes with it; 3 is what the platform's keys of photos begin with."""
    if post.media:
        return [(each.key, each.kind) for each in post.media]
    return [(f"3_{post.id}", "photo")] if post.picture else []


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
