"""Copies of a post on its network: what was sent more than once may stand there more than once."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from orchestrator.attempts import attempts_of, unclear
from orchestrator.freeze import lost_since
from orchestrator.model import Attempt, Post
from orchestrator.ports import Network, Receipt
from orchestrator.shift import Shift
from orchestrator.vocabulary import Outcome

# Clocks differ; a post of ours may seem older than our own note of sending it.
MARGIN = timedelta(hours=1)
# Complete reads without a hit, spread over time, before a post counts as never sent.
READS = 3
# A very slow platform shows by then what it took; and by then at the very last.
SHOWS_LATE, SHOWS_AT_LAST = timedelta(hours=3), timedelta(hours=24)
# So many copies of one post are taken down at a time.
MOST_COPIES = 4
# ``reads`` of a try that is not looked for again: behind the looks at once and the two late ones.
_OVER = READS + 2


def search(network: Network, text: str, since: datetime) -> list[Receipt]:
    """What the network shows of these words; without words any picture there would be ours."""
    return network.find(text, since) if text.strip() else []


def is_lost(attempt: Attempt) -> bool:
    """Whether this try counts as never sent only because nobody has found it."""
    return attempt.outcome is Outcome.NOT_SENT and attempt.reads > 0


def count_as_lost(attempt: Attempt, now: datetime) -> None:
    """It is nowhere to be seen: a second try may follow, and it is looked for again later."""
    attempt.outcome, attempt.ended_at = Outcome.NOT_SENT, now
    attempt.reads, attempt.read_at = READS, attempt.read_at or now


def late_looks() -> "Select[Attempt, Post]":
    """The query for lost tries that are yet to be looked for again (``late``), whatever became of
    their posts.
    """
    return (
        select(Attempt, Post)
        .join(Post, col(Post.id) == Attempt.post_id)
        .where(
            Attempt.outcome == Outcome.NOT_SENT,
            col(Attempt.reads) >= READS,
            col(Attempt.reads) < _OVER,
        )
        .order_by(col(Post.id), col(Attempt.number))
    )


def is_looked_for(attempt: Attempt) -> bool:
    """Whether a late look for it is still to come."""
    return attempt.outcome is Outcome.NOT_SENT and READS <= attempt.reads < _OVER


def late_look_at(attempt: Attempt) -> datetime:
    """From when on the first pass takes the next late look."""
    return _given_up_at(attempt) + (SHOWS_LATE if attempt.reads == READS else SHOWS_AT_LAST)


def last_look_at(attempt: Attempt) -> datetime:
    """From when on a look is the last one."""
    return _given_up_at(attempt) + SHOWS_AT_LAST


def count_late_look(attempt: Attempt, now: datetime) -> None:
    """It was looked for again."""
    attempt.reads = _OVER if now >= last_look_at(attempt) else READS + 1


def close_look(attempt: Attempt) -> None:
    """Its late looks are over, or nothing is left by which it could be known."""
    if attempt.reads >= READS:
        attempt.reads = _OVER


def _given_up_at(attempt: Attempt) -> datetime:
    return attempt.ended_at or attempt.sent_at


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
