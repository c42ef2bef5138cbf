"""Publishing: claim → intent committed → send → outcome. Nothing after the call re-enters it.

Each step is a transaction of its own, so that a crash between any two leaves a state from which
the next pass knows what is certain: a claim alone was never sent; an intent without an outcome is
``unknown`` and is settled by reading our own page, never by sending again blindly.

Locks are always taken in this order: campaign, account, post.
"""

from datetime import timedelta

from sqlmodel import Session, col, select, update

from orchestrator import journal
from orchestrator.approve import cancel, content_digest
from orchestrator.attempts import attempts_of, last_attempt, unclear
from orchestrator.due import choose, due_posts, must_wait, recover
from orchestrator.eligible import sentence, why_not
from orchestrator.freeze import is_frozen, lost_since
from orchestrator.i18n import _
from orchestrator.model import Account, Attempt, Campaign, Consent, Post, Tandem
from orchestrator.money import exceeds, spent_at
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
from orchestrator.vocabulary import Outcome, PostState

# Longer than any call may last, so that a living worker keeps its post.
LEASE = timedelta(minutes=5)
# After this many unanswered sends in a row the network is left alone until the next pass.
_UNKNOWN_IN_A_ROW = 2
# A refused token is not tried again at once by a scheduler that passes twice a minute.
_BENCH = timedelta(minutes=15)
_SECOND = timedelta(seconds=1)


def publish(shift: Shift, tally: Tally) -> None:
    """Send what is due, oldest first; each network by itself, so that none stops another."""
    recover(shift)
    due = choose(shift, tally)
    for name, network in shift.networks.items():
        _publish_network(shift, tally, network, [each for each, on in due if on == name])
    with shift.store.session() as session:
        tally.waiting = len(due_posts(session, shift))


def _publish_network(shift: Shift, tally: Tally, network: Network, posts: list[int]) -> None:
    if posts and shift.benched.get(network.name, shift.machine.now()) > shift.machine.now():
        tally.closed[network.name] = _("its token was refused a short time ago")
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
    if not _conclude(shift, post_id, fence, Outcome.DONE, "", receipt):
        late = _(
            "post {number} went out although another worker had taken it over; look for a double"
            " of {link}"
        )
        tally.alarm(late.format(number=post_id, link=receipt.permalink))
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
        campaign = session.get_one(Campaign, shift.campaign_id, with_for_update={"read": True})
        account = _account(session, post_id)
        post = session.exec(
            select(Post)
            .where(Post.id == post_id, Post.fence == fence, Post.state == PostState.CLAIMED)
            .with_for_update()
        ).one_or_none()
        if post is None:
            return None
        tandem = session.get_one(Tandem, post.tandem_id)
        paused = stops(pauses(session, shift.campaign_id), post, tandem.slug)
        frozen = is_frozen(session, campaign)(post.network)
        if frozen or paused or must_wait(account, shift):
            _release(post)
            return None
        if reason := _refusal(session, shift, post, tandem, account):
            cancel(post, reason)
            tally.cancelled += 1
            tally.alarm(f"post {post.id} ({tandem.slug}): {reason}")
            _note(session, shift, "cancelled", post.id)
            return None
        cap = shift.settings.networks[post.network].spending_cap
        if exceeds(cap, spent_at(session, shift.campaign_id, post.network), post.price_usd):
            tally.closed[post.network] = _("the cap on spending is reached")
            _release(post)
            return None
        post.state = PostState.SENDING
        number = len(attempts_of(session, post.id)) + 1
        session.add(Attempt(post_id=post.id, number=number, digest=post.digest, sent_at=shift.now))
        return Draft(post.text, post.link, post.mode, post.targeting)


def _account(session: Session, post_id: int) -> Account:
    """The post's account, locked: money is counted by one worker after the other."""
    account_id = session.exec(select(Post.account_id).where(Post.id == post_id)).one()
    return session.get_one(Account, account_id, with_for_update={"key_share": True})


def _release(post: Post) -> None:
    post.state = PostState.PLANNED
    post.claimed_by = post.lease_until = None


def _refusal(
    session: Session, shift: Shift, post: Post, tandem: Tandem, account: Account
) -> str | None:
    """Why this post must not go out after all: asked again, since a week may have passed."""
    if content_digest(post) != post.approved_digest:
        return _("its content is not what was approved")
    if account.remote_id != shift.settings.networks[post.network].account:
        return _("it was planned for another page or account; `tueroeffner plan` writes it anew")
    consents = session.exec(select(Consent).where(Consent.person_id == tandem.refugee_id)).all()
    today = shift.now.astimezone(shift.settings.campaign.zone).date()
    gated = post.mode == "hard" and bool(post.targeting)
    reason = why_not(tandem, consents, post.network, today, gated=gated)
    return sentence(reason) if reason else None


def _troubled(
    shift: Shift, tally: Tally, network: Network, post_id: int, fence: int, trouble: Trouble
) -> Outcome:
    """Write down how the send failed, and whether the network is left alone for this pass."""
    outcome = _outcome_of(trouble)
    if isinstance(trouble, Rejected) and trouble.duplicate and _may_be_ours(shift, post_id):
        # The network already has our text, after a try of our own: that is proof, not refusal.
        outcome = Outcome.UNKNOWN
    seconds = trouble.seconds if isinstance(trouble, RateLimited) else 0.0
    _conclude(shift, post_id, fence, outcome, trouble.why, wait=seconds * _SECOND)
    finding = f"post {post_id}: {trouble.why}"
    if outcome is Outcome.REJECTED:
        tally.rejected += 1
        tally.alarm(finding)
    elif outcome is Outcome.UNKNOWN:
        tally.unknown += 1
        tally.findings.append(finding)
    else:
        tally.closed[network.name] = trouble.why
    if outcome is Outcome.NOT_AUTHORISED:
        shift.benched[network.name] = shift.machine.now() + _BENCH
        tally.alarm(finding)
    return outcome


def _outcome_of(trouble: Trouble) -> Outcome:
    kinds = {
        Rejected: Outcome.REJECTED,
        RateLimited: Outcome.RATE_LIMITED,
        NotAuthorised: Outcome.NOT_AUTHORISED,
        NotSent: Outcome.NOT_SENT,
    }
    return kinds.get(type(trouble), Outcome.UNKNOWN)


def _may_be_ours(shift: Shift, post_id: int) -> bool:
    """Whether an earlier try may have reached the network, perhaps one that a restore lost."""
    with shift.store.reading() as session:
        if any(unclear(each) for each in attempts_of(session, post_id)[:-1]):
            return True
        return lost_since(session, shift.campaign_id) is not None


_NEXT_STATE = {
    Outcome.DONE: PostState.PUBLISHED,
    Outcome.REJECTED: PostState.REJECTED,
    Outcome.UNKNOWN: PostState.UNKNOWN,
    Outcome.RATE_LIMITED: PostState.PLANNED,
    Outcome.NOT_AUTHORISED: PostState.PLANNED,
    Outcome.NOT_SENT: PostState.PLANNED,
}
# A receipt is proof: it counts also after the post was taken over, unless it was sent anew.
_RECEIPT_COUNTS = (
    PostState.SENDING,
    PostState.UNKNOWN,
    PostState.PLANNED,
    PostState.CANCELLED,
    PostState.EXPIRED,
    PostState.REJECTED,
)


def _conclude(
    shift: Shift,
    post_id: int,
    fence: int,
    outcome: Outcome,
    why: str,
    receipt: Receipt | None = None,
    wait: timedelta = timedelta(),
) -> bool:
    """Commit the outcome, if the post is still ours; whether it was.

    Patient: a busy database must not lose a receipt.
    """
    ours = _RECEIPT_COUNTS if receipt else (PostState.SENDING,)
    with shift.store.session(patient=True) as session:
        if wait:
            _account(session, post_id).not_before = shift.now + wait
        post = session.exec(
            select(Post)
            .where(Post.id == post_id, Post.fence == fence, col(Post.state).in_(ours))
            .with_for_update()
        ).one_or_none()
        if post is None:
            return False
        post.state = _NEXT_STATE[outcome]
        post.error = why or None
        post.claimed_by = post.lease_until = None
        if post.state is PostState.PLANNED and post.approved_digest is None:
            cancel(post, _("its approval was taken back"))
        if receipt:
            adopt(post, receipt, shift)
        attempt = last_attempt(session, post_id)
        attempt.outcome, attempt.detail, attempt.ended_at = outcome, why, shift.now
        _note(session, shift, f"send {outcome.value}", post_id, attempt=attempt.number)
        return True


def adopt(post: Post, receipt: Receipt, shift: Shift) -> None:
    """Take the network's proof that the post is live."""
    post.state = PostState.PUBLISHED
    post.remote_id = receipt.remote_id
    post.permalink = receipt.permalink
    post.published_at = receipt.created_at or shift.now
    post.error = None


def _note(session: Session, shift: Shift, what: str, post_id: int, **detail: object) -> None:
    journal.record(
        session, shift.campaign_id, shift.now, shift.actor, what, f"post {post_id}", **detail
    )
