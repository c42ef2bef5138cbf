"""Settling: a send without an answer is looked for on our own page, never sent again blindly."""

from datetime import timedelta

from sqlmodel import Session, col, select

from orchestrator import journal
from orchestrator.approve import cancel
from orchestrator.attempts import QUIET, attempts_of, last_attempt, unclear
from orchestrator.bill import book
from orchestrator.copies import (
    MARGIN,
    READS,
    SHOWN_AT_LAST,
    close_look,
    late_looks,
    not_of_others,
    search,
    went_out_since,
)
from orchestrator.handover import called_back_unseen
from orchestrator.i18n import _
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
    """Look once for every ``unknown`` post whose quiet period is over."""
    with shift.store.reading() as session:
        waiting = _unknown(session, shift)
    visits = Visits(shift, tally)
    for post_id, name, account in waiting:
        if name not in shift.networks or not visits.welcome(name):
            continue
        if account != shift.settings.networks[name].account:
            tally.alarm(about(post_id, _("it belongs to another page or account than configured")))
        elif _can_pay(shift, tally, name, post_id):
            with visits.to(name, post_id):
                _settle_one(shift, tally, shift.networks[name], post_id)
            book(shift)
    _look_for_doubles(shift, tally, visits)


def _look_for_doubles(shift: Shift, tally: Tally, visits: Visits) -> None:
    """Look once more for what was sent again: the first copy may show very late after all."""
    with shift.store.reading() as session:
        resent = session.exec(
            late_looks().where(
                Post.campaign_id == shift.campaign_id,
                col(Post.published_at) <= shift.now - SHOWN_AT_LAST,
            )
        ).all()
    for attempt, post in resent:
        if post.network in shift.networks and visits.welcome(post.network):
            with visits.to(post.network, post.id):
                _count_copies(shift, tally, attempt.id, post)
            book(shift)


def _count_copies(shift: Shift, tally: Tally, attempt_id: int, post: Post) -> None:
    with shift.store.reading() as session:
        since = went_out_since(session, shift, post.id) - MARGIN
    receipts = search(shift.networks[post.network], post.text, since)
    with shift.store.session(patient=True) as session:
        attempt = session.get_one(Attempt, attempt_id, with_for_update=True)
        row = session.get_one(Post, post.id, with_for_update=True)
        copies = not_of_others(session, row, receipts)
        if attempt.reads == READS:
            close_look(attempt)
            if row.state is PostState.WITHDRAWN:
                _stands_again(session, shift, tally, row, copies)
            elif len(copies) > 1:
                row.error = _doubled(copies)
                tally.alarm(about(row.id, row.error))


def _stands_again(
    session: Session, shift: Shift, tally: Tally, row: Post, copies: list[Receipt]
) -> None:
    """Taken down, and another copy of it shows only now: it is as live as any published post."""
    others = [each for each in copies if each.remote_id != row.remote_id]
    if others:
        adopt(row, others[0], shift, row.digest)
        row.error = _("it was taken down, and another copy of it is live: {link}").format(
            link=others[0].permalink
        )
        tally.alarm(about(row.id, row.error))
        journal.record(
            session, shift.campaign_id, shift.now, shift.actor, "stands again", f"post {row.id}"
        )


def _doubled(copies: list[Receipt]) -> str:
    links = ", ".join(receipt.permalink for receipt in copies)
    return _("it is on the network more than once; delete one: {links}").format(links=links)


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
        post.error = _doubled(receipts)
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
    taken_out = post.handed_for is not None and not called_back_unseen(session, post)
    if taken_out or shift.settings.campaign.settle == "ask":
        # What the platform held and has no longer may have been taken out by somebody.
        post.error = _("not to be seen; look yourself, then: tueroeffner post settle {number}")
        post.error = post.error.format(number=post.id)
        tally.alarm(about(post.id, post.error))
        return
    attempts[-1].outcome = Outcome.NOT_SENT
    let_go(post)
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
