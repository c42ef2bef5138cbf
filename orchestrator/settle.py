"""Settling: a send without an answer is looked for on our own page, never sent again blindly."""

from datetime import timedelta

from sqlmodel import Session, col, select

from orchestrator import journal, late
from orchestrator.approve import cancel
from orchestrator.attempts import QUIET, attempts_of, last_attempt, unclear
from orchestrator.bill import book
from orchestrator.copies import (
    MARGIN,
    READS,
    count_as_lost,
    not_of_others,
    search,
    went_out_since,
)
from orchestrator.handover import called_back_unseen
from orchestrator.i18n import _
from orchestrator.late import doubled
from orchestrator.model import Account, Attempt, Post
from orchestrator.money import spent_at
from orchestrator.outcome import adopt, let_go, unapproved
from orchestrator.ports import Network, Place, Receipt
from orchestrator.shift import Shift, Tally, about
from orchestrator.visits import Visits
from orchestrator.vocabulary import Outcome, PostState

# So often may a post be lost that is provably nowhere; then a person looks.
TRIES = 3
_SELDOM = timedelta(hours=6)


def settle(shift: Shift, tally: Tally) -> None:
    """Look once for every ``unknown`` post whose quiet period is over, then for what was lost."""
    visits = Visits(shift, tally)
    for waiting, look in ((_unknown, _settle_one), (late.due, late.look)):
        with shift.store.reading() as session:
            posts = waiting(session, shift)
        for post_id, name, account in posts:
            if name not in shift.networks or not visits.welcome(name):
                continue
            if account != shift.settings.networks[name].account:
                tally.alarm(about(post_id, _elsewhere(post_id)))
            elif _can_pay(shift, tally, name, post_id):
                with visits.to(name, post_id):
                    look(shift, tally, shift.networks[name], post_id)
                book(shift)


def _elsewhere(post_id: int) -> str:
    return _(
        "it belongs to another page or account than configured; if it is gone from there:"
        " tueroeffner post settle {number} --gone"
    ).format(number=post_id)


def _can_pay(shift: Shift, tally: Tally, network: str, post_id: int) -> bool:
    """Whether the cap lets us look: what is not seen stays unclear, and nothing is sent again."""
    cap = shift.settings.networks[network].spending_cap
    with shift.store.reading() as session:
        if cap is None or spent_at(session, shift.campaign_id, network) < cap:
            return True
    why = _("the cap on spending is reached, so it cannot be looked for; raise [{network}] cap")
    tally.alarm(about(post_id, why.format(network=network)))
    return False


def _unknown(session: Session, shift: Shift) -> list[tuple[int, str, str]]:
    """Number, network and account of every unclear post that it is time to look for."""
    rows = session.exec(
        select(Post, Account.remote_id)
        .join(Account, col(Account.id) == Post.account_id)
        .where(Post.campaign_id == shift.campaign_id, Post.state == PostState.UNKNOWN)
        .order_by(col(Post.id))
    ).all()
    return [
        (post.id, post.network, account)
        for post, account in rows
        if is_ripe(last_attempt(session, post.id), shift)
    ]


def is_ripe(attempt: Attempt, shift: Shift) -> bool:
    """Whether it is time for a look; one for which a person is asked is looked for seldom."""
    pause = _SELDOM if attempt.reads >= READS else QUIET
    return shift.now - (attempt.read_at or attempt.sent_at) >= pause


def _settle_one(shift: Shift, tally: Tally, network: Network, post_id: int) -> None:
    with shift.store.reading() as session:
        text = session.get_one(Post, post_id).text
        since = went_out_since(session, shift, post_id) - MARGIN
    # A read that fails proves nothing: "cannot see" is never "is not there".
    receipts = search(network, text, since)
    shift.reached("looked")
    with shift.store.session(patient=True) as session:
        post = session.get_one(Post, post_id, with_for_update=True)
        # Another worker may have read at the same moment: that would be one read, not two.
        if post.state is PostState.UNKNOWN and is_ripe(last_attempt(session, post_id), shift):
            decide_by(session, shift, tally, post, receipts)
    shift.reached("decided")


def decide_by(
    session: Session, shift: Shift, tally: Tally, post: Post, receipts: list[Receipt]
) -> None:
    """Count one look at an unclear post, and draw the conclusion from what it found."""
    attempts = attempts_of(session, post.id)
    attempt = attempts[-1]
    attempt.reads, attempt.read_at = attempt.reads + 1, shift.now
    receipts = not_of_others(session, post, receipts)
    if receipts:
        found(session, shift, tally, post, attempt, receipts)
    elif attempt.reads >= READS:
        _give_up_or_plan(session, shift, tally, post, attempts)
    journal.record(
        session,
        shift.campaign_id,
        shift.now,
        shift.actor,
        f"settle {post.state.value}",
        f"post {post.id}",
        reads=attempt.reads,
        found=len(receipts),
    )


def found(
    session: Session,
    shift: Shift,
    tally: Tally,
    post: Post,
    attempt: Attempt,
    receipts: list[Receipt],
) -> None:
    """Adopt the oldest of the posts that say this post's words, live ones first; tell oddities."""
    live = [receipt for receipt in receipts if receipt.place is Place.LIVE]
    oldest = min(live or receipts, key=lambda each: (each.created_at or shift.now, each.remote_id))
    adopt(post, oldest, shift, attempt.digest)
    attempt.outcome = Outcome.DONE
    if oldest.place is Place.LIVE:
        tally.published += 1
    elif oldest.place is Place.HELD:
        tally.scheduled += 1
    else:
        _show_draft(session, shift, tally, post, attempt)
    if len(receipts) > 1:
        post.error = doubled(receipts)
        tally.alarm(about(post.id, post.error))
    elif live and post.approved_digest is None:
        post.error = unapproved()
        tally.alarm(about(post.id, post.error))


def _show_draft(session: Session, shift: Shift, tally: Tally, post: Post, attempt: Attempt) -> None:
    """Nobody has seen it yet: it is shown by an ordinary send, which every stop can still stop."""
    tries = sum(map(unclear, attempts_of(session, post.id)))
    attempt.outcome = Outcome.NOT_SENT
    if post.approved_digest is None:
        cancel(post, _("its approval was taken back"))
    elif tries <= TRIES:
        post.held_at = post.held_at or shift.now
    else:
        _give_up(
            tally,
            post,
            _(
                "it could be made as a draft and not be published; the draft is taken back. See"
                " what the network says, then: tueroeffner post retry {number}"
            ).format(number=post.id),
        )


def _give_up_or_plan(
    session: Session, shift: Shift, tally: Tally, post: Post, attempts: list[Attempt]
) -> None:
    """The post is provably nowhere: send the same bytes again, unless a person is to decide."""
    lost = sum(map(unclear, attempts))
    taken_out = post.handed_for is not None and not called_back_unseen(session, post, shift.now)
    if taken_out or shift.settings.campaign.settle == "ask":
        # What the platform held and has no longer may have been taken out by somebody.
        post.error = _("not to be seen; look yourself, then: tueroeffner post settle {number}")
        post.error = post.error.format(number=post.id)
        tally.alarm(about(post.id, post.error))
        return
    count_as_lost(attempts[-1], shift.now)
    let_go(session, post)
    if post.approved_digest is None:
        cancel(post, _("its approval was taken back"))
    elif lost < TRIES:
        post.state, post.error = PostState.PLANNED, None
        # The waiting was ours: it must not make the post too late.
        post.held_at = post.held_at or shift.now
    else:
        why = _(
            "sent {tries} times without an answer and not to be seen; look on the page, also"
            " among its drafts"
        )
        _give_up(tally, post, why.format(tries=lost))


def _give_up(tally: Tally, post: Post, why: str) -> None:
    post.state, post.error = PostState.REJECTED, why
    tally.rejected += 1
    tally.alarm(about(post.id, why))
