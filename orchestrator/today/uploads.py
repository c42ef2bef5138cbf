"""Pictures and films that are on their way to a network, for posts that wait."""

from typing import Any

from sqlmodel import Session, col, select

from orchestrator.model import Medium, Post, Tandem, Upload
from orchestrator.posts import local
from orchestrator.vocabulary import PostState


def uploads(session: Session, campaign_id: int, zone: str) -> list[dict[str, Any]]:
    """Those that were begun and are not there yet, by post; sizes in bytes."""
    rows = session.exec(
        select(Upload, Post, Tandem.slug)
        .join(Post, col(Upload.post_id) == Post.id)
        .join(Tandem, col(Post.tandem_id) == Tandem.id)
        .where(
            Post.campaign_id == campaign_id,
            Post.state == PostState.PLANNED,
            col(Upload.ready).is_(False),
            Upload.digest != "",
        )
        .order_by(col(Post.due_at), col(Upload.post_id), col(Upload.position))
    ).all()
    return [
        {
            "post": post.id,
            "tandem": slug,
            "network": post.network,
            "position": upload.position + 1,
            "sent": upload.sent,
            "size": _size(session, post, upload),
            "updated_at": local(upload.updated_at, zone),
        }
        for upload, post, slug in rows
    ]


def _size(session: Session, post: Post, upload: Upload) -> int | None:
    files = post.media[upload.position : upload.position + 1]
    medium = (
        files
        and session.exec(select(Medium).where(Medium.ready == files[0]["digest"]).limit(1)).first()
    )
    return int((medium.ready_facts or {}).get("size", 0)) or None if medium else None
