"""Copies of a post on its network: what was sent more than once may stand there more than once."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from orchestrator.attempts import attempts_of, unclear
from orchestrator.freeze import lost_since
from orchestrator.model import Post
from orchestrator.ports import Receipt
from orchestrator.shift import Shift

# Clocks differ; a post of ours may seem older than our own note of sending it.
MARGIN = timedelta(hours=1)


def went_out_since(session: Session, shift: Shift, post_id: int) -> datetime:
    """The first moment at which it may have gone out: by a try that we know, or one we lost."""
    first = attempts_of(session, post_id)[0].sent_at
    return min(first, lost_since(session, shift.campaign_id) or first)


def not_of_others(session: Session, post: Post, receipts: list[Receipt]) -> list[Receipt]:
    """Without what another post of ours is known to be: the same words may stand in two slots."""
    ids = [receipt.remote_id for receipt in receipts]
    known = select(Post.remote_id).where(
        Post.network == post.network, Post.id != post.id, col(Post.remote_id).in_(ids)
    )
    others = set(session.exec(known).all())
    return [receipt for receipt in receipts if receipt.remote_id not in others]


def perhaps_doubled(session: Session, post_id: int) -> bool:
    """Whether more than one try at it may have reached the network."""
    tries = attempts_of(session, post_id)
    return len(tries) > 1 or any(map(unclear, tries))
