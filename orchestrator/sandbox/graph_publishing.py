"""The rules by which a page's post is created, changed and taken down."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast

from orchestrator.sandbox.graph_cities import Atlas
from orchestrator.sandbox.graph_errors import GraphError, bad_parameter, duplicate
from orchestrator.sandbox.graph_posts import Post, Wall
from orchestrator.sandbox.graph_table import Values, WrongType, moment
from orchestrator.sandbox.graph_targeting import organic
from orchestrator.sandbox.graph_tokens import Page

LONGEST = 63_206
SOONEST = timedelta(minutes=10)
LATEST = timedelta(days=30)
PREVIEW = ("name", "description", "picture", "thumbnail", "caption")


def add(
    wall: Wall,
    page: Page,
    values: Values,
    now: datetime,
    lag: timedelta,
    atlas: Callable[[], Atlas],
    *,
    film: bool = False,
) -> Post:
    """Check and keep a new post of the page, or one around a film; raises GraphError."""
    message, link = _text(values), _link(values)
    photos = wall.photos.attached(page.id, values.get("attached_media", []), now)
    if photos and link:
        raise bad_parameter("attached_media cannot be combined with a link.")
    if not message and not link and not photos and not film:
        raise bad_parameter("You must provide a message or a link.")
    scheduled = _schedule(values, now)
    post = Post(
        number=wall.next_number(),
        page_id=page.id,
        page_name=page.name,
        created=now,
        updated=now,
        published=values.get("published", True) is True,
        visible=now + lag,
        live=None if values.get("published") is False else now,
        message=message,
        link=link,
        scheduled=scheduled,
        place=_place(values),
        media=tuple(photos),
    )
    for name in ("targeting", "feed_targeting"):
        if name in values:
            setattr(post, name, organic(name, values[name], atlas()) or None)
    _refuse_what_has_no_use(values)
    if message and wall.has_text(page.id, message):
        raise duplicate()
    for photo in photos:
        photo.post = post.id
    wall.add(post)
    return post


def update(wall: Wall, post: Post, values: Values, now: datetime, lag: timedelta) -> None:
    """Check and apply changes to a post; raises GraphError."""
    moved = values.get("scheduled_publish_time")
    publish = values.get("is_published")
    if post.published and (moved is not None or publish is False):
        raise bad_parameter("A published post can neither be scheduled nor unpublished.")
    if publish and moved is not None:
        raise _published_and_scheduled()
    message = _text(values)
    if "message" in values and not message and not post.link and not post.media:
        raise bad_parameter("You must provide a message or a link.")
    if message and wall.has_text(post.page_id, message, but=post):
        raise duplicate()
    if moved is not None:
        post.scheduled, post.missed = in_window(instant(cast(int, moved)), now), False
    if "message" in values:
        post.message = message
    if publish and not post.published:
        post.publish(now, lag)
    post.hidden = cast(bool, values.get("is_hidden", post.hidden))
    post.updated = now


def _text(values: Values) -> str | None:
    message = cast(str, values.get("message", "")).strip()
    if len(message) > LONGEST:
        raise bad_parameter(f"Your message is longer than {LONGEST} characters.")
    return message or None


def _link(values: Values) -> str | None:
    link = cast(str | None, values.get("link"))
    if link and not re.fullmatch(r"https?://[^\s/?#]+\S*", link):
        raise bad_parameter("The link is not a valid URL.")
    if any(name in values for name in PREVIEW):
        raise bad_parameter(
            "Only owners of the URL have the ability to specify the picture, name, thumbnail or"
            " description params."
        )
    return link or None


def _schedule(values: Values, now: datetime) -> datetime | None:
    when = cast(datetime | None, values.get("scheduled_publish_time"))
    unpublished = values.get("published") is False
    content = values.get("unpublished_content_type")
    if when is not None and not unpublished:
        raise _published_and_scheduled()
    if content and not unpublished:
        raise bad_parameter("unpublished_content_type needs published=false.")
    if content == "SCHEDULED" and when is None:
        raise bad_parameter("The unpublished_content_type SCHEDULED needs a time.")
    return None if when is None else in_window(when, now)


def _published_and_scheduled() -> GraphError:
    return bad_parameter("You cannot specify a scheduled publish time on a published post.")


def instant(seconds: int) -> datetime:
    """A time that is told as a number; raises GraphError."""
    try:
        return moment(str(seconds))
    except WrongType as error:
        raise bad_parameter(f"Param scheduled_publish_time must be {error}") from error


def in_window(when: datetime, now: datetime) -> datetime:
    """A time the platform holds posts for: 10 minutes to 30 days ahead; else code 100."""
    if now + SOONEST <= when <= now + LATEST:
        return when
    why = "The specified scheduled publish time is invalid."
    raise bad_parameter(why, says=("Invalid Time", "Choose 10 minutes to 30 days from now."))


def _place(values: Values) -> str | None:
    place = values.get("place")
    if place is not None and not (isinstance(place, str) and place.isdigit()):
        raise bad_parameter("place must be the ID of a Page with a location.")
    if "tags" in values and place is None:
        raise bad_parameter("tags need a place.")
    return place


def _refuse_what_has_no_use(values: Values) -> None:
    if values.get("object_attachment"):
        raise bad_parameter("object_attachment names an object that does not exist.")
