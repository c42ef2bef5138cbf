"""Calls about photos and films: uploading them, posting a film, and what reads back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from orchestrator.sandbox import graph_publishing
from orchestrator.sandbox.graph_call import Call
from orchestrator.sandbox.graph_cities import Atlas
from orchestrator.sandbox.graph_errors import no_such_object, not_played
from orchestrator.sandbox.graph_fields import project, read_fields
from orchestrator.sandbox.graph_knobs import Knobs
from orchestrator.sandbox.graph_media import Photo
from orchestrator.sandbox.graph_media_form import files_of
from orchestrator.sandbox.graph_posts import Post, Wall
from orchestrator.sandbox.graph_table import Values, parameters, read, table
from orchestrator.sandbox.graph_tokens import APP_ID, Page, Token, may_post, may_read
from orchestrator.sandbox.graph_videos import Film, Session, receive, standing

Body = dict[str, object]
# Parameters of a film's post, and what a post calls them.
SHARED = (
    "published",
    "scheduled_publish_time",
    "unpublished_content_type",
    "targeting",
    "feed_targeting",
)
ELSEWHERE = ("file_url", "source", "upload_phase", "video_file_chunk", "crossposted_video_id")


@dataclass(frozen=True)
class MediaDesk:
    """Answers one call at a given moment."""

    wall: Wall
    knobs: Knobs
    now: datetime
    atlas: Callable[[], Atlas]

    def upload(self, call: Call) -> Body:
        """A call to a session of an upload."""
        session = self.wall.films.session(call, self.now)
        if call.method == "GET":
            return standing(session)
        return receive(session, call, half=self._halves())

    def _halves(self) -> bool:
        self.wall.films.parts += 1
        return self.wall.films.parts <= self.knobs.half_parts

    def begin(self, call: Call) -> Body:
        """A call to the app's `/uploads`."""
        values = read(call.params, parameters("Application", call.method, "uploads"))
        return self.wall.films.begin(values, self.now, self.knobs)

    def photo(self, call: Call, page: Page, known: dict[str, str]) -> Body:
        """A new photo of a page."""
        files = files_of(call.request)
        photo = self.wall.photos.add(page.id, read(call.params, known), files, self.now)
        return project(photo.node(), read_fields(call.params.get("fields", "id"), "Photo"))

    def film(self, call: Call, page: Page, known: dict[str, str]) -> Body:
        """A new film of a page, and the post around it."""
        values = read(call.params, known)
        if any(name in values for name in ELSEWHERE):
            raise not_played()
        upload = self.wall.films.take(values.get("fbuploader_video_file_chunk"), self.now)
        lag = timedelta(seconds=self.knobs.lag_seconds)
        post = graph_publishing.add(
            self.wall, page, _as_post(values), self.now, lag, self.atlas, film=True
        )
        if self.knobs.drop_targeting:
            post.targeting = post.feed_targeting = None
        film = self._worked_on(upload, post, values)
        post.media, upload.used = (film,), True
        return {"id": film.id}

    def _worked_on(self, upload: Session, post: Post, values: Values) -> Film:
        ready = self.now + timedelta(seconds=self.knobs.film_seconds)
        apart = 10**12 if self.knobs.films_apart else 0
        film = Film(
            id=str(post.number + apart),
            post=post.id,
            content=bytes(upload.content),
            ready=ready,
            error=self.knobs.film_error,
            made_with_ai=values.get("is_ai_generated") is True,
        )
        self.wall.films.add(film)
        return film

    def thing(self, call: Call, name: str, token: Token) -> Body | None:
        """A photo or a film by its number; None where there is none."""
        photo, film = self.wall.photos.find(name, self.now), self.wall.films.find(name)
        if photo:
            return self._thing(call, "Photo", photo, photo.page_id, photo.node(), token)
        if film:
            page_id = film.post.partition("_")[0]
            return self._thing(call, "AdVideo", film, page_id, film.node(self.now), token)
        return None

    def _thing(
        self, call: Call, kind: str, thing: Photo | Film, page_id: str, node: Body, token: Token
    ) -> Body:
        known = parameters(kind, call.method)
        read(call.params, known)
        if call.method == "GET":
            may_read(token, page_id, self.knobs)
            return project(node, read_fields(call.params.get("fields", "id"), kind))
        may_post(token, page_id, self.knobs)
        thing.deleted = True
        if isinstance(thing, Film) and (post := self.wall.find(thing.post)):
            post.deleted = self.now
        return {"success": True}


def app_of(name: str, edge: str) -> bool:
    """Whether a path leads to the app's uploads; another app is none of the token's."""
    if edge == "uploads" and name != APP_ID:
        raise no_such_object("POST", name)
    return edge == "uploads"


def attachments(call: Call, post: Post, known: dict[str, str]) -> Body:
    """What a post shows beside its words."""
    read(call.params, known, table()["lists"])
    asks = read_fields(call.params.get("fields", "media_type,target,type"), "StoryAttachment")
    shown = [_attachment(each) for each in post.media]
    return {"data": [project(each, asks) for each in (_album(shown) if shown[1:] else shown)]}


def _album(shown: list[Body]) -> list[Body]:
    """Several photos are one attachment, which has them all below it."""
    return [{"media_type": "album", "type": "album", "subattachments": {"data": shown}}]


def _attachment(shown: Photo | Film) -> Body:
    film = isinstance(shown, Film)
    return {
        "media_type": "video" if film else "photo",
        "type": "video_inline" if film else "photo",
        "target": {"id": shown.id},
    }


def _as_post(values: Values) -> Values:
    """A film's parameters as those of a post; its times are numbers only."""
    shared = {name: values[name] for name in SHARED if name in values}
    if "scheduled_publish_time" in shared:
        when = cast(int, shared["scheduled_publish_time"])
        shared["scheduled_publish_time"] = graph_publishing.instant(when)
    if "description" in values:
        shared["message"] = values["description"]
    return shared
