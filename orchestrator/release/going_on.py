"""The end of the freeze for networks on which nothing is unclear: what may go out, and what not."""

from datetime import datetime

from sqlmodel import Session, col, or_, select

from orchestrator import freeze, journal
from orchestrator.approve import cancel
from orchestrator.frame import frame_of
from orchestrator.i18n import _
from orchestrator.model import Attempt, Campaign, Post
from orchestrator.release.standing import frozen_networks, unclear_posts
from orchestrator.shift import Shift, Tally
from orchestrator.vocabulary import Outcome, PostState
from schedules.calendar import sendable_time


def let_go_on(
    session: Session, shift: Shift, tally: Tally, campaign: Campaign, names: set[str]
) -> None:
    """End the freeze of these networks, as far as all of their posts are clear."""
    began = freeze.doubted(session, campaign)
    unclear = {post.network for post in unclear_posts(session, campaign.id, held=False)}
    for name in sorted(names & frozen_networks(session, shift, campaign) - unclear):
        doubted_at = began.at if began else shift.now
        if freeze.accepted(session, campaign, name) is not None:
            held = freeze.accepted_held(session, campaign, name)
            _call_off(session, shift, tally, name, doubted_at, held=held)
        _let_expire(session, shift, name, doubted_at)
        freeze.note_thaw(session, campaign, shift.now, shift.actor, name)
    session.flush()
    if not frozen_networks(session, shift, campaign):
        subject = freeze.mark(campaign.frozen_since) if campaign.frozen_since else ""
        journal.record(session, campaign.id, shift.now, shift.actor, "released", subject)
        campaign.frozen_since = None


def _call_off(
    session: Session, shift: Shift, tally: Tally, network: str, doubted_at: datetime, *, held: bool
) -> None:
    """Not found, beside posts that nobody knows: sending them might be saying it twice.

    What is yet to come can only be one of those that are ``held``, unless the network had it.
    """
    looked_for = select(Attempt.post_id).where(col(Attempt.read_at) >= doubted_at)
    was_there = select(Attempt.post_id).where(Attempt.outcome == Outcome.DONE)
    missed = select(Post).where(
        Post.campaign_id == shift.campaign_id,
        Post.network == network,
        Post.state == PostState.PLANNED,
        col(Post.id).in_(looked_for),
    )
    if not held:
        missed = missed.where(or_(col(Post.due_at) <= doubted_at, col(Post.id).in_(was_there)))
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
