"""Collecting: what the networks count for our posts, and what people answer.

Each network by itself: claim the posts that are due for reading → read figures → read replies →
write both down in one transaction. A read that fails changes nothing; a reply is kept once,
whatever page or list it comes from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from orchestrator import snapshots
from orchestrator.heard import Ledger
from orchestrator.i18n import _
from orchestrator.model import Account, Post, Reply
from orchestrator.money import may_read
from orchestrator.polling import is_due
from orchestrator.ports import (
    Hearing,
    Listening,
    Network,
    NotAuthorised,
    RateLimited,
    Reach,
    Readings,
    Replies,
    Trouble,
)
from orchestrator.shift import Shift, Tally
from orchestrator.vocabulary import PostState

# After a read that failed, so that a scheduler does not knock twice a minute.
_REST = timedelta(minutes=5)
_BENCH = timedelta(minutes=15)
# As long as a post's own replies are followed (see polling).
_STRAYS_KEPT = timedelta(days=90)


@dataclass(frozen=True)
class Live:
    """A post of ours at a network; ``before`` is when it was last read."""

    id: int
    remote_id: str
    published_at: datetime
    before: datetime | None


@dataclass
class Found:
    """What one network told in one pass, and the trouble that ended it."""

    readings: Readings | None = None
    hearing: Hearing | None = None
    trouble: Trouble | None = None
    cost_usd: float = field(default=0.0)


def collect(shift: Shift, tally: Tally, *, everything: bool = False) -> None:
    """Read what is due at each network; ``everything``: every post that is live."""
    for name, network in shift.networks.items():
        if shift.stopped():
            return
        resting = shift.benched.get(name, shift.machine.now()) > shift.machine.now()
        if name not in tally.closed and not resting:
            _collect_network(shift, tally, network, everything)


def would_read(shift: Shift, *, everything: bool = False) -> dict[str, int]:
    """How many posts of each network a pass would read now; asks no network."""
    with shift.store.reading() as session:
        return {name: len(_due(session, shift, name, everything)) for name in shift.networks}


def _collect_network(shift: Shift, tally: Tally, network: Network, everything: bool) -> None:
    posts = _claim(shift, tally, network.name, everything)
    if not posts:
        return
    found = _read(shift, network, posts)
    with shift.store.session(patient=True) as session:
        account = _account(session, shift, network.name)
        assert account is not None, "posts were claimed under it"
        account.read_usd += found.cost_usd
        if found.readings:
            _keep_figures(session, shift, tally, account, posts, found.readings)
        if found.hearing:
            _keep_replies(session, shift, tally, account, found.hearing)
        if found.trouble:
            account.read_not_before = shift.now + _rest_after(found.trouble)
            if found.readings is None:
                _give_back(session, posts)
    if found.trouble:
        _tell(shift, tally, network.name, found.trouble)


def _claim(shift: Shift, tally: Tally, network: str, everything: bool) -> list[Live]:
    """The posts to read now; noted at once, so that no other worker reads them too."""
    with shift.store.session() as session:
        account = _account(session, shift, network)
        if account is None or (account.read_not_before or shift.now) > shift.now:
            return []
        due = [post.id for post in _due(session, shift, network, everything)]
        posts = session.exec(
            select(Post).where(col(Post.id).in_(due)).order_by(col(Post.id)).with_for_update()
        ).all()
        if not posts:
            return []
        cap = shift.settings.networks[network].spending_cap
        if not may_read(session, shift.campaign_id, network, cap):
            tally.findings.append(
                _(
                    "{network} was not read: what is left of the cap on spending is kept for the"
                    " posts that are planned."
                ).format(network=network)
            )
            return []
        claimed = [
            Live(post.id, str(post.remote_id), _since(post), post.collected_at) for post in posts
        ]
        for post in posts:
            post.collected_at = shift.now
        return claimed


def _due(session: Session, shift: Shift, network: str, everything: bool) -> list[Post]:
    return [
        post
        for post in _live(session, shift, network)
        if everything or is_due(_since(post), post.collected_at, shift.now)
    ]


def _since(post: Post) -> datetime:
    return post.published_at or post.due_at


def _live(session: Session, shift: Shift, network: str) -> Sequence[Post]:
    """All posts of the configured account that are out there."""
    return session.exec(
        select(Post)
        .join(Account, col(Account.id) == Post.account_id)
        .where(
            Post.campaign_id == shift.campaign_id,
            Post.network == network,
            Post.state == PostState.PUBLISHED,
            col(Post.remote_id).is_not(None),
            col(Post.gone_at).is_(None),
            Account.remote_id == shift.settings.networks[network].account,
        )
        .order_by(col(Post.id))
    ).all()


def _account(session: Session, shift: Shift, network: str) -> Account | None:
    """The account, locked: a network is claimed, and written down, by one after the other."""
    return session.exec(
        select(Account)
        .where(
            Account.campaign_id == shift.campaign_id,
            Account.network == network,
            Account.remote_id == shift.settings.networks[network].account,
        )
        .with_for_update(key_share=True)
    ).one_or_none()


def _read(shift: Shift, network: Network, posts: Sequence[Live]) -> Found:
    """Ask the network; what it told before a trouble counts."""
    found, before = Found(), network.spent
    try:
        if isinstance(network, Reach):
            found.readings = network.reach([post.remote_id for post in posts])
        if isinstance(network, Replies):
            listening = _listening(shift, network, posts, found.readings)
            since, strays = _elsewhere(shift, network.name)
            found.hearing = network.replies(listening, since, strays)
    except Trouble as trouble:
        found.trouble = trouble
    found.cost_usd = network.spent - before
    return found


def _listening(
    shift: Shift, network: Network, posts: Sequence[Live], readings: Readings | None
) -> list[Listening]:
    """What to listen to: the posts with the replies that we hold."""
    told = readings or Readings({})
    metric = network.metrics.replies if isinstance(network, Reach) else ""
    with shift.store.reading() as session:
        held = _held(session, [post.id for post in posts])
    return [
        Listening(
            post.remote_id,
            post.published_at,
            frozenset(held.get(post.id, ())),
            told.figures.get(post.remote_id, {}).get(metric),
        )
        for post in posts
        if post.remote_id not in told.gone
    ]


def _elsewhere(shift: Shift, network: str) -> tuple[str | None, frozenset[str]]:
    """Where the last hearing left off, and the replies that name us without a post of ours."""
    with shift.store.reading() as session:
        since = session.exec(
            select(Account.heard_until).where(
                Account.campaign_id == shift.campaign_id,
                Account.network == network,
                Account.remote_id == shift.settings.networks[network].account,
            )
        ).one()
        strays = session.exec(
            select(Reply.remote_id).where(
                Reply.campaign_id == shift.campaign_id,
                Reply.network == network,
                col(Reply.post_id).is_(None),
                col(Reply.deleted_at).is_(None),
                Reply.received_at > shift.now - _STRAYS_KEPT,
            )
        ).all()
    return since, frozenset(str(each) for each in strays)


def _held(session: Session, post_ids: Sequence[int]) -> Mapping[int, list[str]]:
    """The replies to these posts that we hold, by post."""
    held: dict[int, list[str]] = {}
    rows = session.exec(
        select(Reply.post_id, Reply.remote_id).where(
            col(Reply.post_id).in_(post_ids),
            col(Reply.remote_id).is_not(None),
            col(Reply.deleted_at).is_(None),
        )
    ).all()
    for post_id, remote_id in rows:
        held.setdefault(int(post_id or 0), []).append(str(remote_id))
    return held


def _keep_figures(
    session: Session,
    shift: Shift,
    tally: Tally,
    account: Account,
    posts: Sequence[Live],
    readings: Readings,
) -> None:
    ids = {post.remote_id: post.id for post in posts}
    figures = {ids[remote]: values for remote, values in readings.figures.items() if remote in ids}
    tally.snapshots += snapshots.keep(session, figures, shift.now)
    account.unavailable = {metric: str(why) for metric, why in readings.unavailable.items()}
    for post_id in sorted(ids[remote_id] for remote_id in readings.gone & ids.keys()):
        post = session.get_one(Post, post_id, with_for_update=True)
        post.gone_at = shift.now
        post.error = _("the network no longer has this post; its last figures are kept")
        tally.findings.append(f"post {post.id}: {post.error}")


def _keep_replies(
    session: Session,
    shift: Shift,
    tally: Tally,
    account: Account,
    hearing: Hearing,
) -> None:
    ours = shift.settings.campaign.contact
    ledger = Ledger(session, shift.key, shift.campaign_id, account.network, shift.now, ours)
    tally.replies += ledger.keep(hearing.heard)
    ledger.end(hearing.gone)
    account.heard_until = hearing.until or account.heard_until
    tally.findings += hearing.findings


def _rest_after(trouble: Trouble) -> timedelta:
    if isinstance(trouble, RateLimited):
        return timedelta(seconds=trouble.seconds)
    return _REST


def _give_back(session: Session, posts: Sequence[Live]) -> None:
    """Nothing was read: the posts are due as they were."""
    for post in posts:
        session.get_one(Post, post.id, with_for_update=True).collected_at = post.before


def _tell(shift: Shift, tally: Tally, network: str, trouble: Trouble) -> None:
    tally.closed[network] = trouble.why
    if isinstance(trouble, NotAuthorised):
        shift.benched[network] = shift.machine.now() + _BENCH
        tally.alarm(f"{network}: {trouble.why}")
