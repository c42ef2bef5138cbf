"""Collecting: what the networks count for our posts, and what people answer.

Each network by itself: claim the posts that are due for reading → read figures → read replies →
write both down. What could not be read is due again as it was; a reply is kept once, whatever page
or list it comes from.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy
from sqlalchemy import bindparam
from sqlmodel import Session, col, select, update

from orchestrator import capabilities, conditions, snapshots
from orchestrator.bill import note
from orchestrator.heard import Ledger, held, held_messages
from orchestrator.i18n import _
from orchestrator.model import Account, Campaign, Post
from orchestrator.money import left_for_reading
from orchestrator.polling import is_due
from orchestrator.ports import (
    Heard,
    Hearing,
    Network,
    NotAuthorised,
    RateLimited,
    Reach,
    Readings,
    Trouble,
    Unreadable,
)
from orchestrator.reading import Claim, Found, Live, Private, closing, is_private, read
from orchestrator.shift import Shift, Tally, about
from orchestrator.visits import keep_pace, own_account, tell_resting
from orchestrator.vocabulary import PostState

log = logging.getLogger(__name__)
# After a read that failed, so that a scheduler does not knock twice a minute.
_REST = timedelta(minutes=5)
_REST_AFTER_REFUSAL = timedelta(minutes=15)
# The cap is reached for good, or until somebody raises it: said once a day.
_REST_AT_CAP = timedelta(days=1)
# A post counts as gone when the network says so again after this time: a single "not found" may
# be a platform's hiccup.
_SURE_AFTER = timedelta(hours=1)
# What its author deleted is let go of within a day, also where nothing else is read any more.
_FOLLOWED_AGAIN = timedelta(hours=20)
_NEVER = datetime.min.replace(tzinfo=UTC)
# So many replies are written at a time: another worker must not wait long for its turn.
_LOT = 200


def collect(shift: Shift, tally: Tally, *, everything: bool = False, by_hand: bool = False) -> None:
    """Read what is due at each network; ``everything``: every post that is live.

    ``by_hand``: somebody waits for the answer, so a network that is left alone is named.
    """
    tell_resting(shift, tally)
    for name, network in shift.networks.items():
        if shift.stopped():
            return
        if name not in tally.closed:
            _collect_network(shift, tally, network, everything, by_hand)
        elif name in shift.benched:
            # Sending met the refusal first; whoever looks in the morning must see it.
            with shift.store.session(patient=True) as session:
                account = own_account(session, shift, name)
                if account and account.condition is None:
                    account.refusal = tally.closed[name]


def would_read(shift: Shift, *, everything: bool = False) -> dict[str, int]:
    """How many posts of each network a pass would read now; asks no network."""
    with shift.store.reading() as session:
        return {name: len(_due(session, shift, name, everything)) for name in shift.networks}


def _collect_network(
    shift: Shift, tally: Tally, network: Network, everything: bool, by_hand: bool
) -> None:
    claim = _claim(shift, tally, network, everything, by_hand)
    if not (claim.posts or claim.follows):
        return
    posts = claim.posts
    try:
        _write(shift, tally, network, claim, read(shift, network, claim))
        keep_pace(shift, network)
    except Exception as error:
        # One network's surprise must not keep the others from being read, nor the backup.
        log.warning("reading %s failed", network.name, exc_info=True)
        _give_back(shift, posts)
        tally.closed[network.name] = _("reading failed: {error}").format(error=type(error).__name__)
    except BaseException:
        _give_back(shift, posts)
        raise


def _write(shift: Shift, tally: Tally, network: Network, claim: Claim, found: Found) -> None:
    name, posts = network.name, claim.posts
    missing = [post for post in posts if not found.covers(post)]
    with shift.store.session(patient=True) as session:
        account = own_account(session, shift, name)
        assert account is not None, "posts were claimed under it"
        note(session, shift, account)
        if isinstance(found.trouble, NotAuthorised):
            conditions.note_reading(session, account, found.trouble, shift.now)
        elif isinstance(found.trouble, Unreadable):
            conditions.note_unreadable(session, account, found.trouble, shift.now)
        elif found.readings or found.hearing:
            conditions.was_read(session, account)
        if found.readings and posts:
            _keep_figures(session, shift, tally, posts, found.readings)
            _note_missing(shift, network, account, posts, found.readings)
        if claim.follows and not found.trouble:
            account.followed_at = shift.now
        if missing or found.trouble:
            account.read_not_before = shift.now + _rest_after(found.trouble)
    if found.hearing:
        asked = {post.remote_id for post in posts}
        _keep_replies(shift, tally, name, found.hearing, found.since, asked)
    if found.private:
        _keep_messages(shift, tally, name, found.private)
    _give_back(shift, missing)
    _tell(tally, name, found)


def _tell(tally: Tally, name: str, found: Found) -> None:
    """Say what ended the reading, and what was found out on the way."""
    if found.trouble:
        tally.closed[name] = found.trouble.why
        if isinstance(found.trouble, NotAuthorised | Unreadable):
            tally.alarm(f"{name}: {found.trouble.why}")
    told = [*(found.readings.findings if found.readings else ())]
    if found.hearing:
        told += found.hearing.findings
        # Nothing of what people answer comes in, though figures may.
        tally.needs_person |= isinstance(found.hearing.ended, Unreadable)
    tally.findings += dict.fromkeys(told)


def _claim(shift: Shift, tally: Tally, network: Network, everything: bool, by_hand: bool) -> Claim:
    """The posts to read now; noted at once, so that no other worker reads them too."""
    name, cap = network.name, shift.settings.networks[network.name].spending_cap
    with shift.store.session() as session:
        account = own_account(session, shift, name)
        if account is None or conditions.rests(account):
            return Claim()
        if (account.read_not_before or shift.now) > shift.now:
            if by_hand:
                tally.closed[name] = _("it is left alone for a while")
            return Claim()
        follows = shift.now - (account.followed_at or _NEVER) >= _FOLLOWED_AGAIN
        due = _due(session, shift, name, everything)
        if not (due or (follows and _holds(session, shift, name))):
            return Claim()
        network.allowance = left_for_reading(session, shift.campaign_id, name, cap)
        if network.allowance is not None and network.allowance <= 0:
            account.read_not_before = shift.now + _REST_AT_CAP
            tally.alarm(
                _(
                    "{network} was not read: what is left of [{network}] cap is kept for the posts"
                    " that are planned."
                ).format(network=name)
            )
            return Claim()
        _mark(session, {post.id: shift.now for post in due})
        return Claim(due, follows)


def _holds(session: Session, shift: Shift, network: str) -> bool:
    """Whether there is anything of which it must be asked what became of it."""
    here = (session, shift.campaign_id, network)
    return bool(held(*here) or held_messages(*here, shift.now))


def _locked(session: Session, post_ids: Sequence[int]) -> Sequence[Post]:
    """These posts, for us alone, in the order in which everybody locks them."""
    return session.exec(
        select(Post).where(col(Post.id).in_(post_ids)).order_by(col(Post.id)).with_for_update()
    ).all()


def _mark(session: Session, read_at: Mapping[int, datetime | None]) -> None:
    """Note when these posts were read last, in the order in which everybody locks them."""
    if not read_at:
        return
    session.connection().execute(
        sqlalchemy.update(Post)
        .where(col(Post.id) == bindparam("post"))
        .values(collected_at=bindparam("at")),
        [{"post": post, "at": read_at[post]} for post in sorted(read_at)],
    )


def _due(session: Session, shift: Shift, network: str, everything: bool) -> list[Live]:
    ends = closing(shift.networks[network])
    return [
        post
        for post in _live(session, shift, network)
        if everything or is_due(post.published_at, post.before, shift.now, ends)
    ]


def _live(session: Session, shift: Shift, network: str) -> list[Live]:
    """All posts of the configured account that are out there."""
    columns: Any = (Post.id, Post.remote_id, Post.published_at, Post.due_at, Post.collected_at)
    statement: Any = sqlalchemy.select(*columns)
    rows = session.exec(
        statement.join(Account, col(Account.id) == Post.account_id)
        .where(
            Post.campaign_id == shift.campaign_id,
            Post.network == network,
            Post.state == PostState.PUBLISHED,
            col(Post.remote_id).is_not(None),
            Account.remote_id == shift.settings.networks[network].account,
        )
        .order_by(col(Post.id))
    ).all()
    return [Live(row[0], str(row[1]), row[2] or row[3], row[4]) for row in rows]


def _keep_figures(
    session: Session,
    shift: Shift,
    tally: Tally,
    posts: Sequence[Live],
    readings: Readings,
) -> None:
    ids = {post.remote_id: post.id for post in posts}
    figures = {ids[remote]: values for remote, values in readings.figures.items() if remote in ids}
    tally.snapshots += snapshots.keep(session, figures, shift.now)
    for post in _locked(session, [ids[remote] for remote in readings.gone & ids.keys()]):
        _note_absence(shift, tally, post)
    session.exec(
        update(Post)
        .where(col(Post.id).in_(figures), col(Post.gone_at).is_not(None))
        .values(gone_at=None, error=None)
    )


def _note_missing(
    shift: Shift, network: Network, account: Account, posts: Sequence[Live], readings: Readings
) -> None:
    """Note what is not given, and why; of what was not asked for, the last word stays."""
    private = network.metrics.private if isinstance(network, Reach) else ()
    asked = any(is_private(network, post, shift.now) for post in posts)
    before = {name: why for name, why in account.unavailable.items() if name in private}
    now = {name: str(why) for name, why in readings.unavailable.items()}
    account.unavailable = now if asked else before | now


def _note_absence(shift: Shift, tally: Tally, post: Post) -> None:
    """Believe that a post is gone when the network says so a second time; say it once."""
    if post.gone_at is None:
        post.gone_at = shift.now
    elif post.error is None and shift.now - post.gone_at >= _SURE_AFTER:
        post.error = _("the network no longer has this post; its last figures are kept")
        tally.findings.append(about(post.id, post.error))


def _keep_replies(
    shift: Shift,
    tally: Tally,
    network: str,
    hearing: Hearing,
    since: str | None,
    asked: Collection[str],
) -> None:
    """Write replies down, some at a time; the mark moves on when all are there.

    ``asked``: the posts that were read. What was said to one that has been forgotten meanwhile is
    not written down: somebody was erased.
    """
    _write_down(shift, tally, network, hearing.heard, asked)
    with shift.store.session(patient=True) as session:
        account = _turn(session, shift, network)
        _ledger(session, shift, network).end(hearing.gone)
        # Another worker may have heard on from there.
        if account and hearing.until and account.heard_until == since:
            account.heard_until = hearing.until


def _write_down(
    shift: Shift, tally: Tally, network: str, heard: Sequence[Heard], asked: Collection[str] = ()
) -> None:
    for some in [heard[at : at + _LOT] for at in range(0, len(heard), _LOT)]:
        with shift.store.session(patient=True) as session:
            _turn(session, shift, network)
            forgotten = {*asked} - _still_ours(session, shift, asked)
            kept = [each for each in some if each.post not in forgotten]
            tally.replies += _ledger(session, shift, network).keep(kept)


def _keep_messages(shift: Shift, tally: Tally, network: str, private: Private) -> None:
    """Write down what was written to us alone; that a network keeps it from us is said once."""
    hearing = private.hearing
    if private.missed:
        tally.findings.append(
            _("The private messages could not be read: {why}").format(why=private.missed.why)
        )
        return
    if hearing:
        tally.findings += dict.fromkeys(hearing.findings)
        _write_down(shift, tally, network, hearing.heard)
    with shift.store.session(patient=True) as session:
        account = _turn(session, shift, network)
        if account is None:
            return
        if hearing:
            _ledger(session, shift, network).end(hearing.gone)
            if hearing.until and account.messages_until == private.since:
                account.messages_until = hearing.until
        if _is_news(session, shift, account, refused=private.refusal is not None):
            tally.findings += [private.refusal.why] if private.refusal else []


def _is_news(session: Session, shift: Shift, account: Account, *, refused: bool) -> bool:
    """Whether it was otherwise so far that a network lets us read messages, or refuses them."""
    known = capabilities.known(session, account.id).get(capabilities.MESSAGES)
    told = not refused
    if known is not None and known.value.get("told") is told:
        return False
    capabilities.note(
        session, account.id, capabilities.MESSAGES, {"told": told}, "collect", shift.now
    )
    return True


def _still_ours(session: Session, shift: Shift, remote_ids: Collection[str]) -> set[str | None]:
    ours = select(Post.remote_id).where(
        Post.campaign_id == shift.campaign_id, col(Post.remote_id).in_(remote_ids)
    )
    return {*session.exec(ours)}


def _turn(session: Session, shift: Shift, network: str) -> Account | None:
    """Write replies when nobody else changes any: a correction must not miss what comes meanwhile,
    nor somebody take in hand what its author deletes. First the campaign's row, as everybody does.
    """
    session.get_one(Campaign, shift.campaign_id, with_for_update={"key_share": True})
    return own_account(session, shift, network)


def _ledger(session: Session, shift: Shift, network: str) -> Ledger:
    ours = shift.settings.campaign.contact
    return Ledger(session, shift.key, shift.campaign_id, network, shift.now, ours)


def _rest_after(trouble: Trouble | None) -> timedelta:
    if isinstance(trouble, RateLimited):
        return timedelta(seconds=trouble.seconds)
    if isinstance(trouble, Unreadable):
        return conditions.UNREAD_FOR
    return _REST_AFTER_REFUSAL if isinstance(trouble, NotAuthorised) else _REST


def _give_back(shift: Shift, posts: Sequence[Live]) -> None:
    """What was not read is due as it was."""
    if not posts:
        return
    with shift.store.session(patient=True) as session:
        _mark(session, {post.id: post.before for post in posts})
