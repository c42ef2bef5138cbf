"""Doubt: an older database cannot know of some posts whether they went out; they are looked for.

So can those be that a network was given since to publish by itself, though their time is to come.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, or_, select

from orchestrator import freeze
from orchestrator.attempts import attempts_of
from orchestrator.i18n import _
from orchestrator.model import Attempt, Campaign, Post
from orchestrator.vocabulary import Outcome, PostState

# States in which the backup cannot know whether the post went out afterwards.
_MAY_BE_LIVE = (PostState.PLANNED, PostState.CLAIMED, PostState.SENDING, PostState.UNKNOWN)
_MAY_BE_HELD = (PostState.PLANNED, PostState.CLAIMED)
Horizon = Mapping[str, timedelta]


def doubt(session: Session, campaign: Campaign, now: datetime, actor: str, seen: int = 0) -> int:
    """Make every post unclear that may be live; once for each restore. Returns how many may be,
    with those that a network was to publish by itself: these keep their number, to be looked at.

    Approved or not, and however long it is due: the approval, too, may be younger than the backup,
    and a post that waited then may have gone out since. ``seen``: see ``freeze.note_doubt``.
    """
    assert campaign.frozen_since is not None
    posts = in_doubt(session, campaign.id, now, lock=True)
    for post in posts:
        doubt_one(session, post, min(campaign.frozen_since, now))
    session.flush()
    freeze.note_doubt(session, campaign, now, actor, len(posts), seen)
    handed = and_(col(Post.state) == PostState.SCHEDULED, col(Post.due_at) <= now)
    return len(posts) + len(_posts(session, campaign.id, handed, lock=False))


def doubt_ahead(
    session: Session, campaign: Campaign, now: datetime, actor: str, horizon: Horizon
) -> None:
    """Make every post unclear that a network may hold; once in each freeze, after ``doubt``."""
    assert campaign.frozen_since is not None
    if freeze.is_ahead_noted(session, campaign):
        return
    posts = maybe_held(session, campaign.id, now, horizon, lock=True)
    for post in posts:
        doubt_one(session, post, min(campaign.frozen_since, now))
    freeze.note_ahead(session, campaign, now, actor, len(posts))


def in_doubt(
    session: Session, campaign_id: int, now: datetime, *, lock: bool = False
) -> list[Post]:
    """The posts that may be live; locked for the transaction that makes them unclear."""
    due = and_(col(Post.state).in_(_MAY_BE_LIVE), col(Post.due_at) <= now)
    return _posts(session, campaign_id, due, lock=lock)


def maybe_held(
    session: Session, campaign_id: int, now: datetime, horizon: Horizon, *, lock: bool = False
) -> list[Post]:
    """The posts that a network may have been given since; ``horizon``: how far ahead, by network.

    Whatever was given to it then is due within that span from now.
    """
    near = or_(
        *(
            and_(col(Post.network) == network, col(Post.due_at) <= now + ahead)
            for network, ahead in sorted(horizon.items())
        ),
        col(Post.id).is_(None),
    )
    return _posts(session, campaign_id, and_(col(Post.state).in_(_MAY_BE_HELD), near), lock=lock)


def _posts(
    session: Session, campaign_id: int, which: ColumnElement[bool], *, lock: bool
) -> list[Post]:
    wanted = select(Post).where(Post.campaign_id == campaign_id, which).order_by(col(Post.id))
    return list(session.exec(wanted.with_for_update() if lock else wanted).all())


def doubt_one(session: Session, post: Post, since: datetime) -> None:
    """Let ``settle`` begin anew: looks from before the restore say nothing about after it."""
    attempts = attempts_of(session, post.id)
    if attempts and attempts[-1].outcome in (None, Outcome.UNKNOWN):
        attempts[-1].outcome, attempts[-1].reads, attempts[-1].read_at = Outcome.UNKNOWN, 0, None
    else:
        session.add(
            Attempt(
                post_id=post.id,
                number=len(attempts) + 1,
                digest=post.digest,
                price_usd=post.price_usd,
                sent_at=since,
                outcome=Outcome.UNKNOWN,
                detail=_("perhaps sent after this state of the database"),
            )
        )
    post.state = PostState.UNKNOWN
    post.claimed_by = post.lease_until = None
    post.error = _("the database does not know whether it went out; it is looked for")
