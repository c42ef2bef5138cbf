"""Which published posts are seen otherwise than they should be, by their rows alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, and_, col, not_, or_, select

from orchestrator.ending import Ending, Until, must_go
from orchestrator.model import Pause, Post
from orchestrator.pause import covered, pauses, stops
from orchestrator.vocabulary import PostState


@dataclass(frozen=True)
class Wanted:
    """A published post that is not proved to be seen as it should be; ``hidden``: how it should.

    ``why`` it has to come down, where no stop wants it hidden.
    """

    post: Post
    hidden: bool
    why: Ending | None = None


def amiss(
    session: Session, campaign_id: int, until: Until, post_id: int | None = None
) -> list[Wanted]:
    """Every published post (or this one) that is to be hidden and is not proved to be, or the
    other way round.

    What has to come down is never to be shown. It is amiss for as long as it is there, whatever
    was proved of it: whoever was about to show it may be late, and die without a word.
    """
    rows = [row for row in pauses(session, campaign_id) if row.hide]
    only = None if post_id is None else [post_id]
    going = {each.post.id: each for each in must_go(session, campaign_id, until, posts=only)}
    found = [
        Wanted(post, hidden=post.hidden_at is None)
        for post in _unlike(session, campaign_id, rows, post_id)
        if post.hidden_at is None or post.id not in going
    ]
    return found + [
        Wanted(each.post, hidden=True, why=each.why)
        for each in going.values()
        if not stops(rows, each.post, each.tandem.slug)
    ]


def _unlike(
    session: Session, campaign_id: int, rows: list[Pause], post_id: int | None
) -> Sequence[Post]:
    """The published posts that are not proved to be as these stops alone want them."""
    veiled, shown = covered(rows), col(Post.hidden_at).is_(None)
    wanted = select(Post).where(
        Post.campaign_id == campaign_id,
        Post.state == PostState.PUBLISHED,
        or_(and_(veiled, shown), and_(not_(veiled), not_(shown))),
    )
    if post_id is not None:
        wanted = wanted.where(Post.id == post_id)
    # The newest is seen by most people, so it goes first.
    return session.exec(wanted.order_by(col(Post.published_at).desc(), col(Post.id))).all()
