"""The end of the freeze after a restore: every post that may be live is looked for first.

A backup says ``planned`` for whatever went out after it. Those posts become ``unknown``, and
``settle`` looks for them on our own page as for any send without an answer: adopted when found,
planned again after three spread complete reads without a hit. Nothing is sent before that ends.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from orchestrator import journal
from orchestrator.attempts import attempts_of
from orchestrator.frame import frame_of
from orchestrator.i18n import _
from orchestrator.model import Attempt, Campaign, Event, Post
from orchestrator.settle import settle
from orchestrator.shift import Shift, Tally
from orchestrator.vocabulary import Outcome, PostState
from schedules.calendar import sendable_time

# States in which the backup cannot know whether the post went out afterwards.
_MAY_BE_LIVE = (PostState.PLANNED, PostState.CLAIMED, PostState.SENDING, PostState.UNKNOWN)
_DOUBTED = "doubted"


@dataclass(frozen=True)
class Freeze:
    """How the freeze stands: since when, and unclear posts by network; over when ``since`` is None.

    ``off``: networks with unclear posts that are not on, so that nobody can look there.
    """

    since: datetime | None
    unclear: dict[str, int]
    off: list[str]

    @property
    def left(self) -> int:
        """How many posts are still looked for."""
        return sum(self.unclear.values())


def doubt(session: Session, campaign: Campaign, now: datetime, actor: str) -> int:
    """Make every post unclear that may be live; once for each restore. Returns how many.

    Approved or not, and however long it is due: the approval, too, may be younger than the backup,
    and a post that waited then may have gone out since.
    """
    assert campaign.frozen_since is not None
    posts = _in_doubt(session, campaign.id, now)
    for post in posts:
        _doubt_one(session, post, min(campaign.frozen_since, now))
    journal.record(
        session, campaign.id, now, actor, _DOUBTED, _mark(campaign.frozen_since), posts=len(posts)
    )
    return len(posts)


def _mark(since: datetime) -> str:
    return since.isoformat()


def _in_doubt(session: Session, campaign_id: int, now: datetime) -> list[Post]:
    return list(
        session.exec(
            select(Post)
            .where(
                Post.campaign_id == campaign_id,
                col(Post.state).in_(_MAY_BE_LIVE),
                Post.due_at <= now,
            )
            .order_by(col(Post.id))
            .with_for_update()
        ).all()
    )


def _doubt_one(session: Session, post: Post, since: datetime) -> None:
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
                sent_at=since,
                outcome=Outcome.UNKNOWN,
                detail=_("perhaps sent after the backup that was restored"),
            )
        )
    post.state = PostState.UNKNOWN
    post.claimed_by = post.lease_until = None
    post.error = _("the backup does not know whether it went out; it is looked for")


def freeze_of(shift: Shift) -> Freeze:
    """How the freeze stands, and what a release would look for; reads only."""
    with shift.store.reading() as session:
        campaign = session.get(Campaign, shift.campaign_id)
        if campaign is None or campaign.frozen_since is None:
            return Freeze(None, {}, [])
        posts = _unclear(session, campaign.id)
        if _doubted_at(session, campaign) is None:
            posts = _in_doubt(session, campaign.id, shift.now)
        return _standing(shift, campaign.frozen_since, posts)


def release(shift: Shift, tally: Tally) -> Freeze:
    """Look once for every unclear post, and end the freeze when none is left."""
    with shift.store.session(patient=True) as session:
        campaign = session.get_one(Campaign, shift.campaign_id, with_for_update=True)
        if campaign.frozen_since is None:
            return Freeze(None, {}, [])
        if _doubted_at(session, campaign) is None:
            doubt(session, campaign, shift.now, shift.actor)
    settle(shift, tally)
    with shift.store.session(patient=True) as session:
        campaign = session.get_one(Campaign, shift.campaign_id, with_for_update=True)
        since, posts = campaign.frozen_since, _unclear(session, campaign.id)
        if since is None or posts:
            return _standing(shift, since, posts)
        _let_expire(session, shift, _doubted_at(session, campaign) or shift.now)
        campaign.frozen_since = None
        journal.record(session, campaign.id, shift.now, shift.actor, "released", _mark(since))
        return Freeze(None, {}, [])


def _unclear(session: Session, campaign_id: int) -> list[Post]:
    return list(
        session.exec(
            select(Post).where(Post.campaign_id == campaign_id, Post.state == PostState.UNKNOWN)
        ).all()
    )


def _standing(shift: Shift, since: datetime | None, posts: list[Post]) -> Freeze:
    unclear = Counter(post.network for post in posts)
    return Freeze(since, dict(unclear), [name for name in unclear if name not in shift.networks])


def _doubted_at(session: Session, campaign: Campaign) -> datetime | None:
    """When the posts of this freeze were made unclear, if that has been done."""
    assert campaign.frozen_since is not None
    return session.exec(
        select(Event.at)
        .where(
            Event.campaign_id == campaign.id,
            Event.what == _DOUBTED,
            Event.subject == _mark(campaign.frozen_since),
        )
        .order_by(col(Event.id).desc())
    ).first()


def _let_expire(session: Session, shift: Shift, began: datetime) -> None:
    """A post that was too late before anybody looked for it does not go out now after all.

    ``settle`` keeps the posts that it plans again from expiring, since the waiting was ours.
    """
    campaign = shift.settings.campaign
    frame = frame_of(campaign)
    waiting = select(Post).where(
        Post.campaign_id == shift.campaign_id,
        Post.state == PostState.PLANNED,
        col(Post.held_at) >= began,
    )
    for post in session.exec(waiting.with_for_update()).all():
        late = sendable_time(post.due_at, began, frame.windows, frame.quiet, frame.zone)
        if late > campaign.max_late:
            post.held_at = None
