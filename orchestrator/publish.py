"""Publishing: claim → intent committed → send → outcome. Nothing after the call re-enters it.

Each step is a transaction of its own, so that a crash between any two leaves a state from which
the next pass knows what is certain: a claim alone was never sent; an intent without an outcome is
``unknown`` and is settled by reading our own page, never by sending again blindly.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select, update

from orchestrator import journal
from orchestrator.approve import content_digest
from orchestrator.eligible import sentence, why_not
from orchestrator.frame import frame_of
from orchestrator.i18n import _
from orchestrator.lateness import Waiting, judge
from orchestrator.model import (
    Attempt,
    Campaign,
    Consent,
    Outcome,
    Post,
    PostState,
    Tandem,
)
from orchestrator.money import exceeds
from orchestrator.pause import pauses, stops
from orchestrator.ports import (
    Draft,
    Network,
    NotAuthorised,
    NotSent,
    RateLimited,
    Receipt,
    Rejected,
    Trouble,
)
from orchestrator.shift import Shift, Tally
from orchestrator.worker import is_dead
from schedules.calendar import is_quiet
from schedules.terms import Frame

# Longer than any call may last (connect 10 s + read 30 s), so that a living worker keeps its post.
LEASE = timedelta(minutes=5)
# After this many unanswered sends in a row the network is left alone until the next pass.
_UNKNOWN_IN_A_ROW = 2
_SPENT = (PostState.SENDING, PostState.SCHEDULED, PostState.PUBLISHED, PostState.UNKNOWN)


def publish(shift: Shift, tally: Tally) -> None:
    """Send what is due, oldest first; each network by itself, so that none stops another."""
    recover(shift)
    due = _verdict(shift, tally)
    for name, network in shift.networks.items():
        _publish_network(shift, tally, network, [each for each, on in due if on == name])
    with shift.store.session() as session:
        session.get_one(Campaign, shift.campaign_id).last_pass_at = shift.now
        tally.waiting = len(_due(session, shift))


def recover(shift: Shift) -> None:
    """Take over from workers that died: unsent claims are planned again, open sends unknown."""
    with shift.store.session() as session:
        held = session.exec(
            select(Post)
            .where(
                Post.campaign_id == shift.campaign_id,
                col(Post.state).in_([PostState.CLAIMED, PostState.SENDING]),
            )
            .order_by(col(Post.id))
            .with_for_update(skip_locked=True)
        ).all()
        for post in held:
            expired = post.lease_until is None or post.lease_until <= shift.machine.now()
            if expired or is_dead(post.claimed_by or ""):
                _take_over(session, post)


def _take_over(session: Session, post: Post) -> None:
    if post.state is PostState.CLAIMED:
        post.state = PostState.PLANNED
    else:
        post.state = PostState.UNKNOWN
        post.error = _("the program ended while this post was being sent")
    post.claimed_by = post.lease_until = None


def _due(session: Session, shift: Shift) -> Sequence[Post]:
    return session.exec(
        select(Post)
        .where(
            Post.campaign_id == shift.campaign_id,
            Post.state == PostState.PLANNED,
            Post.due_at <= shift.now,
            Post.approved_digest == Post.digest,
        )
        .order_by(col(Post.due_at), col(Post.id))
        .with_for_update(skip_locked=True)
    ).all()


def would_send(shift: Shift, tally: Tally) -> list[int]:
    """The posts that a pass would send now; writes nothing."""
    return [post_id for post_id, _network in _verdict(shift, tally, dry_run=True)]


def _verdict(shift: Shift, tally: Tally, *, dry_run: bool = False) -> list[tuple[int, str]]:
    """Which posts to send now; expired and held ones are marked in the same transaction."""
    campaign = shift.settings.campaign
    frame = frame_of(campaign)
    with shift.store.session(dry_run=dry_run) as session:
        last_pass = session.get_one(
            Campaign, shift.campaign_id, with_for_update={"key_share": True}
        ).last_pass_at
        hindrance = _hindrances(session, shift, frame)
        posts: dict[int, Post] = {}
        for post in _due(session, shift):
            if reason := hindrance(post):
                tally.wait(reason)
            else:
                posts[post.id] = post
        waiting = [Waiting(post.id, post.due_at, post.held_at) for post in posts.values()]
        verdict = judge(waiting, shift.now, last_pass, frame, campaign.max_late, campaign.burst)
        for post_id in verdict.hold:
            tally.wait(_("late posts go out a few at a time"))
            posts[post_id].held_at = posts[post_id].held_at or shift.now
        for post_id in verdict.expire:
            _expire(session, shift, posts[post_id])
        tally.expired += len(verdict.expire)
    return [(post_id, posts[post_id].network) for post_id in verdict.send]


def _hindrances(session: Session, shift: Shift, frame: Frame) -> Callable[[Post], str | None]:
    """A function that tells why a due post cannot be looked at now, or None."""
    stopped = pauses(session, shift.campaign_id)
    slugs = _slugs(session, shift.campaign_id)
    quiet = frame.quiet if is_quiet(shift.now, frame.quiet, frame.zone) else None

    def reason(post: Post) -> str | None:
        if stops(stopped, post, slugs[post.tandem_id]):
            return _("stopped by `tueroeffner pause`")
        if post.network not in shift.networks:
            return _("the network is off")
        if quiet is not None:
            return _("quiet hours until {time}").format(time=quiet.end.strftime("%H:%M"))
        if post.not_before is not None and post.not_before > shift.now:
            return _("the network asked to wait")
        return None

    return reason


def _slugs(session: Session, campaign_id: int) -> dict[int, str]:
    rows = session.exec(select(Tandem.id, Tandem.slug).where(Tandem.campaign_id == campaign_id))
    return dict(rows.all())


def _expire(session: Session, shift: Shift, post: Post) -> None:
    post.state = PostState.EXPIRED
    post.error = _("later than [campaign] max_late allows")
    journal.record(session, shift.campaign_id, shift.now, shift.actor, "expired", f"post {post.id}")


def _publish_network(shift: Shift, tally: Tally, network: Network, posts: list[int]) -> None:
    unknown_in_a_row = 0
    for post_id in posts:
        if shift.stopped() or network.name in tally.closed:
            return
        outcome = send(shift, tally, network, post_id)
        unknown_in_a_row = unknown_in_a_row + 1 if outcome is Outcome.UNKNOWN else 0
        if unknown_in_a_row == _UNKNOWN_IN_A_ROW:
            tally.closed[network.name] = _("it does not answer as it should")


def send(shift: Shift, tally: Tally, network: Network, post_id: int) -> Outcome | None:
    """Send one post by the three commits; None when a guard kept it from being sent."""
    fence = _claim(shift, post_id)
    if fence is None:
        return None
    draft = _intend(shift, tally, post_id, fence)
    if draft is None:
        return None
    try:
        receipt = network.publish(draft)
    except Trouble as trouble:
        return _troubled(shift, tally, network, post_id, fence, trouble)
    except BaseException:
        # Ctrl-C or a bug in the middle of the call: nobody knows whether the post is live.
        _conclude(shift, post_id, fence, Outcome.UNKNOWN, _("interrupted while sending"))
        raise
    _conclude(shift, post_id, fence, Outcome.DONE, "", receipt)
    tally.published += 1
    return Outcome.DONE


def _claim(shift: Shift, post_id: int) -> int | None:
    """Make the post ours; the new fencing token, or None when another worker was quicker."""
    with shift.store.session() as session:
        fence = session.get_one(Post, post_id).fence
        claimed = session.exec(
            update(Post)
            .where(
                col(Post.id) == post_id,
                col(Post.state) == PostState.PLANNED,
                col(Post.fence) == fence,
                col(Post.approved_digest) == col(Post.digest),
            )
            .values(
                state=PostState.CLAIMED,
                fence=fence + 1,
                claimed_by=shift.worker,
                lease_until=shift.machine.now() + LEASE,
            )
        )
        return fence + 1 if claimed.rowcount else None


def _intend(shift: Shift, tally: Tally, post_id: int, fence: int) -> Draft | None:
    """Write down that we are about to send, as the last moment at which anything may stop it."""
    with shift.store.session() as session:
        # A pause waits for this lock, and we see every pause that came before it.
        session.get_one(Campaign, shift.campaign_id, with_for_update={"read": True})
        post = session.exec(
            select(Post)
            .where(Post.id == post_id, Post.fence == fence, Post.state == PostState.CLAIMED)
            .with_for_update()
        ).one_or_none()
        if post is None:
            return None
        tandem = session.get_one(Tandem, post.tandem_id)
        if stops(pauses(session, shift.campaign_id), post, tandem.slug):
            _release(post)
            return None
        if reason := _refusal(session, shift, post, tandem):
            post.state, post.error = PostState.CANCELLED, reason
            post.claimed_by = post.lease_until = None
            tally.cancelled += 1
            tally.findings.append(f"post {post.id} ({tandem.slug}): {reason}")
            return None
        if _over_cap(session, shift, post):
            tally.closed[post.network] = _("the cap on spending is reached")
            _release(post)
            return None
        post.state = PostState.SENDING
        session.add(
            Attempt(
                post_id=post.id,
                number=_attempts(session, post.id) + 1,
                digest=post.digest,
                sent_at=shift.now,
            )
        )
        return Draft(post.text, post.link, post.mode, post.targeting)


def _release(post: Post) -> None:
    post.state = PostState.PLANNED
    post.claimed_by = post.lease_until = None


def _refusal(session: Session, shift: Shift, post: Post, tandem: Tandem) -> str | None:
    """Why this post must not go out after all: asked again, since a week may have passed."""
    if content_digest(post) != post.approved_digest:
        return _("its content is not what was approved")
    consents = session.exec(select(Consent).where(Consent.person_id == tandem.refugee_id)).all()
    today = shift.now.astimezone(shift.settings.campaign.zone).date()
    gated = shift.networks[post.network].limits.targeting
    reason = why_not(tandem, consents, post.network, today, gated=gated)
    return sentence(reason) if reason else None


def _over_cap(session: Session, shift: Shift, post: Post) -> bool:
    cap = shift.settings.networks[post.network].spending_cap
    if cap is None:
        return False
    spent = session.exec(
        select(func.coalesce(func.sum(Post.price_usd), 0.0)).where(
            Post.campaign_id == shift.campaign_id,
            Post.network == post.network,
            col(Post.state).in_(_SPENT),
        )
    ).one()
    return exceeds(cap, float(spent), post.price_usd)


def _attempts(session: Session, post_id: int) -> int:
    return session.exec(
        select(func.count()).select_from(Attempt).where(Attempt.post_id == post_id)
    ).one()


def _troubled(
    shift: Shift, tally: Tally, network: Network, post_id: int, fence: int, trouble: Trouble
) -> Outcome:
    """Write down how the send failed, and whether the network is left alone for this pass."""
    outcome = _outcome_of(trouble)
    if isinstance(trouble, Rejected) and trouble.duplicate and _tried_before(shift, post_id):
        # The network already has our text, after a try of our own: that is proof, not refusal.
        outcome = Outcome.UNKNOWN
    wait = (
        shift.now + timedelta(seconds=trouble.seconds) if isinstance(trouble, RateLimited) else None
    )
    _conclude(shift, post_id, fence, outcome, trouble.why, wait=wait)
    if outcome is Outcome.REJECTED:
        tally.rejected += 1
    elif outcome is Outcome.UNKNOWN:
        tally.unknown += 1
    else:
        tally.closed[network.name] = trouble.why
    if outcome is Outcome.NOT_AUTHORISED:
        tally.not_authorised.add(network.name)
    tally.findings.append(f"post {post_id}: {trouble.why}")
    return outcome


def _outcome_of(trouble: Trouble) -> Outcome:
    kinds = {
        Rejected: Outcome.REJECTED,
        RateLimited: Outcome.RATE_LIMITED,
        NotAuthorised: Outcome.NOT_AUTHORISED,
        NotSent: Outcome.NOT_SENT,
    }
    return kinds.get(type(trouble), Outcome.UNKNOWN)


def _tried_before(shift: Shift, post_id: int) -> bool:
    with shift.store.reading() as session:
        return _attempts(session, post_id) > 1


_NEXT_STATE = {
    Outcome.DONE: PostState.PUBLISHED,
    Outcome.REJECTED: PostState.REJECTED,
    Outcome.UNKNOWN: PostState.UNKNOWN,
    Outcome.RATE_LIMITED: PostState.PLANNED,
    Outcome.NOT_AUTHORISED: PostState.PLANNED,
    Outcome.NOT_SENT: PostState.PLANNED,
}


def _conclude(
    shift: Shift,
    post_id: int,
    fence: int,
    outcome: Outcome,
    why: str,
    receipt: Receipt | None = None,
    wait: datetime | None = None,
) -> None:
    """Commit the outcome, if the post is still ours; a receipt counts also after a take-over."""
    ours = [PostState.SENDING, PostState.UNKNOWN] if receipt else [PostState.SENDING]
    with shift.store.session() as session:
        post = session.exec(
            select(Post)
            .where(Post.id == post_id, Post.fence == fence, col(Post.state).in_(ours))
            .with_for_update()
        ).one_or_none()
        if post is None:
            return
        post.state = _NEXT_STATE[outcome]
        post.error = why or None
        post.claimed_by = post.lease_until = None
        post.not_before = wait
        if receipt:
            adopt(post, receipt, shift.now)
        attempt = last_attempt(session, post_id)
        attempt.outcome, attempt.detail, attempt.ended_at = outcome, why, shift.now
        journal.record(
            session,
            shift.campaign_id,
            shift.now,
            shift.actor,
            f"send {outcome.value}",
            f"post {post_id}",
            attempt=attempt.number,
        )


def adopt(post: Post, receipt: Receipt, now: datetime) -> None:
    """Take the network's proof that the post is live."""
    post.state = PostState.PUBLISHED
    post.remote_id = receipt.remote_id
    post.permalink = receipt.permalink
    post.published_at = receipt.created_at or now
    post.error = None


def last_attempt(session: Session, post_id: int) -> Attempt:
    """The newest try at a post that was sent."""
    attempt = session.exec(
        select(Attempt).where(Attempt.post_id == post_id).order_by(col(Attempt.number).desc())
    ).first()
    assert attempt is not None, "a post that was sent has an attempt"
    return attempt
