"""A person's choice for one post: clear abuse below it goes out of sight by itself."""

from datetime import datetime

from sqlmodel import Session

from orchestrator import journal
from orchestrator.model import Post


def choose(
    session: Session, campaign_id: int, post_id: int, on: bool, now: datetime, actor: str
) -> bool:
    """Switch it for a post; False when it is so already."""
    post = session.get_one(Post, post_id, with_for_update=True)
    if post.hide_abuse is on:
        return False
    post.hide_abuse = on
    what = "hide abuse" if on else "leave abuse"
    journal.record(session, campaign_id, now, actor, what, f"post {post_id}")
    return True
