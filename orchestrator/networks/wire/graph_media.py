"""Pictures and films at a page: which it takes, how a photo is brought there, how both are posted.

Unverified live: all figures of ``MEDIA`` (Meta's pages name larger ones, or none); that an unseen
photo may go into a post that is held; that a film's post is the page's number and the film's; that
showing or moving that post shows or moves the film, and that deleting it deletes the film.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from orchestrator.i18n import _
from orchestrator.networks.wire.answer import as_object, mark
from orchestrator.networks.wire.graph_posts import audience_of, creation, is_number, unseen
from orchestrator.networks.wire.graph_troubles import NETWORK, judge
from orchestrator.networks.wire.said import repeatable, unclear_answer
from orchestrator.ports import (
    Attachment,
    Draft,
    MediaLimits,
    Place,
    Rejected,
    Trouble,
    Unattached,
    Uploaded,
)
from orchestrator.vocabulary import MediaKind

if TYPE_CHECKING:
    from orchestrator.networks.wire.graph import Graph

MEDIA = MediaLimits(
    photos=4,
    photo_bytes=3_500_000,
    photo_types=frozenset({"image/jpeg", "image/png"}),
    video_bytes=512_000_000,
    shortest=1.0,
    longest=1200.0,
    least_side=200,
    largest_side=2048,
    film_alt=False,
)
# Unseen photos that no post took are kept for a day.
GOOD_FOR = timedelta(hours=20)
# A file's own name may hold a person's.
_NAMES = {"image/jpeg": "photo.jpg", "image/png": "photo.png"}
_NOT_THERE = ("does not exist", "attached_media", "media_fbid", "fbuploader_video_file_chunk")
Form = tuple[str, dict[str, Any]]
Now = Callable[[], datetime | None]


def bring(graph: "Graph", page_id: str, file: Attachment, now: Now) -> Uploaded:
    """Upload a photo that nobody sees, in one call; ``alt`` goes with it."""
    if file.mime not in MEDIA.photo_types or file.size > MEDIA.photo_bytes:
        raise Rejected(_("Facebook takes JPEG and PNG pictures of up to 3.5 MB; this is none."))
    alt = {"alt_text_custom": file.alt} if file.alt else {}
    params = {"published": False, "temporary": True, **alt}
    files = {"source": (_NAMES[file.mime], file.path.read_bytes(), file.mime)}
    with repeatable(NETWORK):
        answer = judge(
            graph.ask(lambda api: api.call("POST", (page_id, "photos"), params, files=files)),
            write=True,
        )
    remote_id = mark(answer.get("id")) if isinstance(answer, dict) else ""
    if not remote_id:
        raise unclear_answer(NETWORK, 200, write=False)
    started = now()
    ends = started + GOOD_FOR if started else None
    return Uploaded(sent=file.size, remote_id=remote_id, ready=True, expires_at=ends)


def form(draft: Draft, place: Place) -> Form:
    """Where a post is created, and with which parameters."""
    films = [each for each in draft.media if each.kind is MediaKind.VIDEO]
    if films and len(draft.media) > 1:
        raise Rejected(_("Facebook takes one film or several pictures in a post; it was not sent."))
    if len(draft.media) > MEDIA.photos:
        raise Rejected(
            _("Facebook gets at most {count} pictures in a post; it was not sent.").format(
                count=MEDIA.photos
            )
        )
    return _with_film(draft, place) if films else ("feed", _with_photos(draft, place))


def _with_photos(draft: Draft, place: Place) -> dict[str, Any]:
    """That it was made with AI cannot be told of words and pictures; only a film's post says so."""
    if not draft.media:
        return creation(draft, place)
    photos = [{"media_fbid": each.remote_id} for each in draft.media]
    wordy = replace(draft, text=message(draft), link="")
    return creation(wordy, place) | {"attached_media": photos}


def _with_film(draft: Draft, place: Place) -> Form:
    made = {"is_ai_generated": True} if draft.made_with_ai else {}
    return "videos", {
        "description": message(draft),
        "fbuploader_video_file_chunk": draft.media[0].remote_id,
        **audience_of(draft),
        **unseen(draft.at, place),
        **made,
    }


def is_of_media(said: str) -> bool:
    """Whether a refused post was refused for its pictures or film. Unverified live: the words."""
    return any(each in said.lower() for each in _NOT_THERE)


def unattached(said: str) -> Unattached:
    """They are not there any more; nothing was posted."""
    why = _("Facebook has the post's pictures or film no more: {said}.")
    return Unattached(why.format(said=said), reason=said)


def message(draft: Draft) -> str:
    """The words of a post. Beside pictures there is no room for a link, so it ends the words.

    Unverified live: what the platform makes of a link beside pictures; it is never sent so.
    """
    if not draft.media or not draft.link or draft.link in draft.text:
        return draft.text
    return f"{draft.text}\n\n{draft.link}"


def pictures(attachments: Mapping[str, Any]) -> int | None:
    """How many pictures and films the attachments of a post are; None: an album does not say.

    Unverified live: the shape of an album, and that other attachments are of another type.
    """
    count, attached = 0, attachments.get("data")
    if not isinstance(attached, list):
        raise unclear_answer(NETWORK, 200, write=False)
    for each in map(as_object, attached):
        parts = as_object(each.get("subattachments")).get("data")
        if isinstance(parts, list):
            count += len(parts)
        elif each.get("media_type") == "album":
            return None
        else:
            count += each.get("media_type") in ("photo", "video")
    return count


def posted_as(graph: "Graph", page_id: str, answer: Mapping[str, Any]) -> str:
    """The number of the post around a film that was just posted; empty when nothing proves it.

    The answer tells the film's number. That the post's own cannot be read (yet) is no doubt.
    """
    film = mark(answer.get("id"))
    if not is_number(film):
        return ""
    try:
        told = graph.get(film, fields="post_id")
    except Trouble:
        told = {}
    post = mark(told.get("post_id")).removeprefix(f"{page_id}_")
    return f"{page_id}_{post if is_number(post) else film}"
