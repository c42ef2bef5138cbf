"""Copies of a post on its network: what was sent more than once may stand there more than once."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from orchestrator.attempts import attempts_of, unclear
from orchestrator.freeze import lost_since
from orchestrator.model import Attempt, Post
from orchestrator.ports import Network, Receipt
from orchestrator.shift import Shift
from orchestrator.vocabulary import Outcome, PostState

# Clocks differ; a post of ours may seem older than our own note of sending it.
MARGIN = timedelta(hours=1)
# Complete reads without a hit, spread over time, before a post counts as never sent.
READS = 3
# After a second sending: by then the first one shows, if it went out.
SHOWN_AT_LAST = timedelta(hours=3)


def search(network: Network, text: str, since: datetime) -> list[Receipt]:
    """What the network shows of these words; without words any picture there would be ours."""
    return network.find(text, since) if text.strip() else []


def late_looks() -> "Select[Attempt, Post]":
    """The query for what was sent again and is yet to be looked for once more (``settle``)."""
    return (
        select(Attempt, Post)
        .join(Post, col(Post.id) == Attempt.post_id)
        .where(
            col(Post.state).in_((PostState.PUBLISHED, PostState.WITHDRAWN)),
            col(Post.published_at).is_not(None),
            Attempt.outcome == Outcome.NOT_SENT,
            Attempt.reads == READS,
        )
        .order_by(col(Attempt.id))
    )


def late_look_at(post: Post) -> datetime:
    """From when on the first pass takes that look."""
    assert post.published_at is not None, "what was never live has no second copy"
    return post.published_at + SHOWN_AT_LAST


def close_look(attempt: Attempt) -> None:
    """That late look is done, or nothing is left by which a copy could be known."""
    if attempt.reads == READS:
        attempt.reads += 1


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


def copies_of(shift: Shift, network: Network, post: Post) -> list[Receipt]:
    """Other copies of it, where a try whose answer was lost may have left some."""
    with shift.store.reading() as session:
        if not perhaps_doubled(session, post.id):
            return []
        since = went_out_since(session, shift, post.id) - MARGIN
    receipts = search(network, post.text, since)
    with shift.store.reading() as session:
        seen = not_of_others(session, post, receipts)
    return [each for each in seen if each.remote_id != post.remote_id]
