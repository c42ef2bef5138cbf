"""What is due: which posts a pass may send now, which wait and why, and which are too late."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from orchestrator import conditions, journal, uploads
from orchestrator.approve import cancel
from orchestrator.frame import frame_of
from orchestrator.freeze import is_frozen
from orchestrator.i18n import _
from orchestrator.lateness import NEVER, Waiting, is_too_late, judge
from orchestrator.model import Account, Attempt, Campaign, Post, Tandem
from orchestrator.pause import pauses, stops
from orchestrator.ports import Holding
from orchestrator.shift import Shift, Tally
from orchestrator.vocabulary import Outcome, PostState
from orchestrator.worker import is_dead
from schedules.calendar import Window, is_quiet
from schedules.terms import Frame

# Not the bare column: its index would lead through every planned post instead of the due ones.
_OF_CAMPAIGN = col(Post.campaign_id) + 0
# As it stands in the index of the due posts; a parameter would not be recognised.
_PLANNED = text("post.state = 'planned'")


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
                _take_over(post)


def _take_over(post: Post) -> None:
    if post.state is PostState.SENDING:
        post.state = PostState.UNKNOWN
        post.error = _("the program ended while this post was being sent")
    elif post.approved_digest is None:
        cancel(post, _("its approval was taken back"))
    else:
        post.state = PostState.PLANNED
    post.claimed_by = post.lease_until = None


def due_posts(session: Session, shift: Shift) -> Sequence[Post]:
    """Approved posts whose time has come, oldest first; those that another worker holds not."""
    return session.exec(
        select(Post)
        .where(
            shift.campaign_id == _OF_CAMPAIGN,
            _PLANNED,
            Post.due_at <= shift.now,
            Post.approved_digest == Post.digest,
        )
        .order_by(col(Post.due_at), col(Post.id))
        .with_for_update(skip_locked=True)
    ).all()


def would_send(shift: Shift, tally: Tally) -> list[int]:
    """The posts that a pass would send now; writes nothing."""
    return [post_id for post_id, _network in choose(shift, tally, dry_run=True)]


def choose(
    shift: Shift,
    tally: Tally,
    blocked: Mapping[str, str] = MappingProxyType({}),
    *,
    dry_run: bool = False,
) -> list[tuple[int, str]]:
    """Posts to send now, with their network; expired and held ones are marked on the way.

    Also notes when this pass looked: the next one takes what came due since as on time.
    ``blocked``: why nothing may be sent on some networks; a clock or a database that is not of this
    world lets no post expire, and counts as no pass.
    """
    campaign = shift.settings.campaign
    frame = frame_of(campaign)
    with shift.store.session(dry_run=dry_run) as session:
        row = session.get(Campaign, shift.campaign_id, with_for_update={"key_share": True})
        if row is None:
            return []  # a dry run before the first import
        quiet = frame.quiet if is_quiet(shift.now, frame.quiet, frame.zone) else None
        hindrance = hindrances(session, shift, is_frozen(session, row), quiet, blocked)
        posts: dict[int, Post] = {}
        refusing = conditions.since(session, shift.campaign_id)
        for post in due_posts(session, shift):
            _keep_for_later(post, refusing, shift, frame)
            if reason := hindrance(post):
                tally.wait(reason)
            else:
                posts[post.id] = post
        waiting = [_waiting(session, shift, post) for post in posts.values()]
        lacking = {each.post_id for each in waiting if each.lacks}
        burst = campaign.burst - _late_just_now(session, shift)
        verdict = judge(waiting, shift.now, row.last_pass_at, frame, campaign.max_late, burst)
        for post_id in verdict.hold:
            tally.held += 1
            tally.wait(_("late posts go out a few at a time"))
            posts[post_id].held_at = posts[post_id].held_at or shift.now
        for post_id in verdict.expire:
            _expire(session, shift, posts[post_id])
        tally.expired += len(verdict.expire)
        for post_id in lacking & {*verdict.send}:
            _put_aside(shift, tally, posts[post_id])
        if quiet is None and not blocked:
            # A pass at night sends nothing: it is no step of the rhythm in which posts go out.
            # Never back: a clock that went back must stay noticeable.
            row.last_pass_at = max(row.last_pass_at or shift.now, shift.now)
    return [(each, posts[each].network) for each in verdict.send if each not in lacking]


def _waiting(session: Session, shift: Shift, post: Post) -> Waiting:
    lacks = not uploads.are_there(session, post, shift.now)
    tried_at = uploads.tried_at(session, post) if lacks else NEVER
    return Waiting(post.id, post.due_at, post.held_at, lacks, tried_at)


def _put_aside(shift: Shift, tally: Tally, post: Post) -> None:
    """It waits for its pictures and films, and never expires for it."""
    post.held_at = post.held_at or shift.now
    tally.aside[post.id] = post.network
    tally.wait(uploads.on_its_way())


def _keep_for_later(
    post: Post, refusing: Mapping[int, datetime], shift: Shift, frame: Frame
) -> None:
    """No post expires because its network refused us; afterwards they go out a few at a time."""
    since = refusing.get(post.account_id)
    late = shift.settings.campaign.max_late
    if since is not None and not is_too_late(post.due_at, since, frame, late):
        post.held_at = post.held_at or shift.now


def _late_just_now(session: Session, shift: Shift) -> int:
    """How many posts that had to wait went out within the pace of this shift."""
    if not shift.pace:
        return 0
    sent = select(func.count(col(Post.id).distinct())).join(
        Attempt, col(Attempt.post_id) == Post.id
    )
    return session.exec(
        sent.where(
            Post.campaign_id == shift.campaign_id,
            col(Post.held_at).is_not(None),
            Attempt.sent_at > shift.now - shift.pace,
        )
    ).one()


def to_hand_over(shift: Shift) -> list[tuple[int, str]]:
    """Approved posts that a network is to hold from now on, with their network; the next first.

    What a network refused to hold is not offered again: it goes out at its time.
    """
    with shift.store.reading() as session:
        row = session.get(Campaign, shift.campaign_id)
        if row is None:
            return []
        hindrance = hindrances(session, shift, is_frozen(session, row), None)
        refused = select(Attempt.post_id).where(Attempt.outcome == Outcome.REJECTED)
        return [
            (post.id, name)
            for name, network in shift.networks.items()
            if isinstance(network, Holding)
            for post in _within(session, shift, name, network, refused)
            if hindrance(post) is None and uploads.are_there(session, post, shift.now)
        ]


def _within(
    session: Session, shift: Shift, name: str, network: Holding, refused: Any
) -> Sequence[Post]:
    ahead = min(shift.settings.networks[name].hand_over, network.latest)
    return session.exec(
        select(Post)
        .where(
            shift.campaign_id == _OF_CAMPAIGN,
            Post.network == name,
            _PLANNED,
            Post.due_at >= shift.now + network.soonest,
            Post.due_at <= shift.now + ahead,
            Post.approved_digest == Post.digest,
            col(Post.handed_digest).is_(None),
            col(Post.id).not_in(refused),
        )
        .order_by(col(Post.due_at), col(Post.id))
    ).all()


def hindrances(
    session: Session,
    shift: Shift,
    frozen: Callable[[str], bool],
    quiet: Window | None,
    blocked: Mapping[str, str] = MappingProxyType({}),
) -> Callable[[Post], str | None]:
    """A function that tells why a due post cannot be looked at now, or None."""
    stopped = pauses(session, shift.campaign_id)
    tandems = session.exec(
        select(Tandem.id, Tandem.slug).where(Tandem.campaign_id == shift.campaign_id)
    )
    slugs = dict(tandems.all())
    accounts = {
        each.id: each
        for each in session.exec(
            select(Account).where(Account.campaign_id == shift.campaign_id)
        ).all()
    }

    def reason(post: Post) -> str | None:
        if frozen(post.network):
            return _("the database is older than the world; go on with `tueroeffner run --release`")
        if post.network in blocked:
            return _("something else has to be put in order first")
        if stops(stopped, post, slugs[post.tandem_id]):
            return _("stopped by `tueroeffner pause`")
        if post.network not in shift.networks:
            return _("the network is off")
        if quiet is not None:
            return _("quiet hours until {time}").format(time=quiet.end.strftime("%H:%M"))
        if conditions.rests(accounts[post.account_id]):
            return _("the account has to be put in order first; see `tueroeffner doctor`")
        if must_wait(accounts[post.account_id], shift):
            return _("the network asked to wait")
        return None

    return reason


def must_wait(account: Account, shift: Shift) -> bool:
    """Whether the network asked not to be called yet, or refuses us until a person acted."""
    if conditions.rests(account):
        return True
    return account.not_before is not None and account.not_before > shift.now


def _expire(session: Session, shift: Shift, post: Post) -> None:
    post.state = PostState.EXPIRED
    post.error = _("later than [campaign] max_late allows")
    journal.record(session, shift.campaign_id, shift.now, shift.actor, "expired", f"post {post.id}")
