"""A post's pictures and films at its network, as the rows have them: what is there, what is not.

An upload is no post: nobody sees it, and whatever is unclear about it is done again.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, delete, select

from orchestrator.i18n import _
from orchestrator.lateness import NEVER
from orchestrator.model import Post, Upload
from orchestrator.ports import Attached, Uploaded
from orchestrator.vocabulary import MediaKind

# What was uploaded must still be good when the post that shows it has arrived.
_MARGIN = timedelta(minutes=10)
# For so long an upload rests after an answer without sense, and after each further one in a row:
# every try may leave a picture that nobody sees, and nobody takes away.
_RESTS = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60))
# From so many in a row on a person had better look.
OFTEN = len(_RESTS)
_KEPT = 10
_REMARK = "remark"


def digest_of(post: Post, file: Mapping[str, Any]) -> str:
    """By what an upload knows its file: what is sent, with which words, to which account."""
    content = json.dumps([post.account_id, *approved([file])], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def approved(files: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The files of a post as a person approved them, without what the network said of them."""
    return [{key: value for key, value in each.items() if key != _REMARK} for each in files]


def note_remark(post: Post, position: int, said: str) -> None:
    """Keep with a file what of it the network did not take; empty: nothing."""
    (file,) = approved(post.media[position : position + 1])
    told = {_REMARK: said} if said else {}
    post.media = [*post.media[:position], file | told, *post.media[position + 1 :]]


def uploads_of(session: Session, post: Post) -> list[Upload | None]:
    """Of each of the post's files how far it is; None: nothing of it was sent yet."""
    if not post.media:
        return []
    rows = session.exec(select(Upload).where(Upload.post_id == post.id)).all()
    known = {(row.position, row.digest): row for row in rows}
    return [known.get((place, digest_of(post, file))) for place, file in enumerate(post.media)]


def is_there(upload: Upload | None, now: datetime) -> bool:
    """Whether the network can show it, now and in the next minutes."""
    if upload is None or not upload.ready:
        return False
    return upload.expires_at is None or upload.expires_at > now + _MARGIN


def are_there(session: Session, post: Post, now: datetime) -> bool:
    """Whether the network has all that goes with the words.

    What it keeps unseen already needs nothing more.
    """
    if not post.media or post.handed_digest is not None:
        return True
    return all(is_there(upload, now) for upload in uploads_of(session, post))


def rests(upload: Upload | None, now: datetime) -> bool:
    """Whether it is too early to go on after an answer that made no sense."""
    if upload is None or not (tries := unclear(upload)):
        return False
    pause = _RESTS[min(tries, len(_RESTS)) - 1]
    return timedelta() <= now - upload.updated_at < pause


def unclear(upload: Upload) -> int:
    """How many answers in a row made no sense."""
    return len((upload.problem or "").splitlines())


def tried_at(session: Session, post: Post) -> datetime:
    """When its files were last worked on."""
    found = (row.updated_at for row in uploads_of(session, post) if row)
    return max(found, default=NEVER)


def so_far(upload: Upload) -> Uploaded:
    """How far it is, as its network is told."""
    return Uploaded(
        upload.mark or "", upload.sent, upload.remote_id or "", upload.ready, upload.expires_at
    )


def note_unclear(upload: Upload, why: str, now: datetime) -> None:
    """One more of them."""
    told = [*(upload.problem or "").splitlines(), " ".join(why.split()) or "?"]
    upload.problem, upload.updated_at = "\n".join(told[-_KEPT:]), now


def attached(session: Session, post: Post) -> tuple[Attached, ...]:
    """The files under their numbers at the network, in their order."""
    return tuple(
        Attached(upload.remote_id, MediaKind(file["kind"]), file["alt"])
        for file, upload in zip(post.media, uploads_of(session, post), strict=True)
        if upload is not None and upload.remote_id
    )


def forget(session: Session, post: Post) -> None:
    """They were used up, or the network does not know them any more."""
    if post.media:
        session.exec(delete(Upload).where(col(Upload.post_id) == post.id))


def begin_anew(session: Session, post: Post) -> None:
    """Use none of them: the next try brings its own. Until then they are known as left behind."""
    for row in session.exec(select(Upload).where(Upload.post_id == post.id)).all():
        row.digest = ""


def on_its_way() -> str:
    """Why a post waits."""
    return _("its pictures or films are brought to the network first")


def missing() -> str:
    """Why a post cannot go out."""
    return _(
        "its picture or film is missing or was changed: give it again, then `tueroeffner plan`"
    )
