"""The end of the freeze after a restore: every post that may be live is looked for first.

A backup says ``planned`` for whatever went out after it. Those posts become ``unknown``, and
``settle`` looks for them on our own page as for any send without an answer: adopted when found,
planned again after three spread complete reads without a hit. And all that our pages show since
the backup is listed: what no row explains may be a post in other words, so its network waits until
somebody has looked. Each network goes on by itself as soon as nothing of it is unclear.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from orchestrator import freeze, journal
from orchestrator.approve import cancel
from orchestrator.doubt import doubt, in_doubt
from orchestrator.frame import frame_of
from orchestrator.i18n import _
from orchestrator.model import Attempt, Campaign, Post
from orchestrator.settle import settle
from orchestrator.shift import Shift, Tally
from orchestrator.unexplained import Live, explain, list_live, tell
from orchestrator.vocabulary import PostState
from schedules.calendar import sendable_time


@dataclass(frozen=True)
class Freeze:
    """How the freeze stands: since when, and unclear posts by network; over when ``since`` is None.

    ``frozen``: the networks whose posts wait; ``off``: those of them that are not on, so that
    nobody can look there. ``unexplained``: addresses of live posts, by network.
    """

    since: datetime | None
    unclear: dict[str, int]
    off: list[str]
    frozen: list[str] = field(default_factory=list)
    unexplained: dict[str, list[str]] = field(default_factory=dict)

    @property
    def left(self) -> int:
        """How many posts are still looked for."""
        return sum(self.unclear.values())


OVER = Freeze(None, {}, [])


def freeze_of(shift: Shift) -> Freeze:
    """How the freeze stands, and what a release would look for; reads only, and locks nothing."""
    with shift.store.reading() as session:
        campaign = session.get(Campaign, shift.campaign_id)
        if campaign is None or campaign.frozen_since is None:
            return OVER
        posts = _unclear(session, campaign.id)
        if freeze.doubted(session, campaign) is None:
            posts = in_doubt(session, campaign.id, shift.now)
        return _standing(session, shift, campaign, posts)


def release(shift: Shift, tally: Tally, *, accept: bool = False) -> Freeze:
    """Look once for every unclear post; every network goes on of which none is left.

    ``accept``: somebody has looked at the live posts that no row explains. What is not found of
    their networks is called off then, since it may be one of them in other words.
    """
    with shift.store.session(patient=True) as session:
        campaign = session.get_one(Campaign, shift.campaign_id, with_for_update=True)
        if campaign.frozen_since is None:
            return OVER
        if freeze.doubted(session, campaign) is None:
            doubt(session, campaign, shift.now, shift.actor)
        since, names = campaign.frozen_since, _frozen(session, shift, campaign)
    settle(shift, tally)
    # Listed after settling: what it found is known by its number now.
    live = list_live(shift, tally, names, since)
    with shift.store.session(patient=True) as session:
        campaign = session.get_one(Campaign, shift.campaign_id, with_for_update=True)
        if campaign.frozen_since is None:
            return OVER
        waiting = _compare(session, shift, tally, campaign, live, accept=accept)
        _let_go_on(session, shift, tally, campaign, set(live) - set(waiting))
        return _standing(session, shift, campaign, _unclear(session, campaign.id), waiting)


def _compare(
    session: Session, shift: Shift, tally: Tally, campaign: Campaign, live: Live, *, accept: bool
) -> dict[str, list[str]]:
    """Adopt what a row explains; the addresses of what none does, unless somebody accepts it."""
    left = {}
    for name in set(live) & _frozen(session, shift, campaign):
        posts = explain(session, shift, tally, campaign, name, live)
        if posts and accept:
            numbers = [post.remote_id for post in posts]
            freeze.note_accepted(session, campaign, shift.now, shift.actor, name, numbers)
        elif posts:
            tell(tally, name, posts)
            left[name] = [post.permalink for post in posts]
    session.flush()
    return left


def _let_go_on(
    session: Session, shift: Shift, tally: Tally, campaign: Campaign, names: set[str]
) -> None:
    """End the freeze of these networks, as far as all of their posts are clear."""
    began = freeze.doubted(session, campaign)
    unclear = {post.network for post in _unclear(session, campaign.id)}
    for name in sorted(names & _frozen(session, shift, campaign) - unclear):
        doubted_at = began.at if began else shift.now
        if freeze.accepted(session, campaign, name) is not None:
            _call_off(session, shift, tally, name, doubted_at)
        _let_expire(session, shift, name, doubted_at)
        freeze.note_thaw(session, campaign, shift.now, shift.actor, name)
    session.flush()
    if not _frozen(session, shift, campaign):
        subject = freeze.mark(campaign.frozen_since) if campaign.frozen_since else ""
        journal.record(session, campaign.id, shift.now, shift.actor, "released", subject)
        campaign.frozen_since = None


def _frozen(session: Session, shift: Shift, campaign: Campaign) -> set[str]:
    """The networks whose posts wait: those that are on, and those that have posts."""
    if campaign.frozen_since is None:
        return set()
    planned = select(Post.network).where(Post.campaign_id == campaign.id).distinct()
    return {*shift.networks, *session.exec(planned).all()} - freeze.thawed(session, campaign)


def _unclear(session: Session, campaign_id: int) -> list[Post]:
    return list(
        session.exec(
            select(Post).where(Post.campaign_id == campaign_id, Post.state == PostState.UNKNOWN)
        ).all()
    )


def _standing(
    session: Session,
    shift: Shift,
    campaign: Campaign,
    posts: list[Post],
    unexplained: dict[str, list[str]] | None = None,
) -> Freeze:
    if campaign.frozen_since is None:
        return OVER
    frozen = _frozen(session, shift, campaign)
    unclear = Counter(post.network for post in posts if post.network in frozen)
    off = sorted(frozen - set(shift.networks))
    return Freeze(campaign.frozen_since, dict(unclear), off, sorted(frozen), unexplained or {})


def _call_off(
    session: Session, shift: Shift, tally: Tally, network: str, doubted_at: datetime
) -> None:
    """Not found, beside live posts that nobody knows: sending them might be saying it twice."""
    looked_for = select(Attempt.post_id).where(col(Attempt.read_at) >= doubted_at)
    missed = select(Post).where(
        Post.campaign_id == shift.campaign_id,
        Post.network == network,
        Post.state == PostState.PLANNED,
        col(Post.id).in_(looked_for),
    )
    for post in session.exec(missed.with_for_update()).all():
        cancel(
            post,
            _("went out in other words after the backup, or not at all; plan again"),
        )
        tally.cancelled += 1
        journal.record(
            session, shift.campaign_id, shift.now, shift.actor, "cancelled", f"post {post.id}"
        )


def _let_expire(session: Session, shift: Shift, network: str, began: datetime) -> None:
    """A post that was too late before anybody looked for it does not go out now after all.

    ``settle`` keeps the posts that it plans again from expiring, since the waiting was ours.
    """
    campaign = shift.settings.campaign
    frame = frame_of(campaign)
    waiting = select(Post).where(
        Post.campaign_id == shift.campaign_id,
        Post.network == network,
        Post.state == PostState.PLANNED,
        col(Post.held_at) >= began,
    )
    for post in session.exec(waiting.with_for_update()).all():
        late = sendable_time(post.due_at, began, frame.windows, frame.quiet, frame.zone)
        if late > campaign.max_late:
            post.held_at = None
