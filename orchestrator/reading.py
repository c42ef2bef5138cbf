"""Asking one network what it counts for our posts, and what people answer; nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy
from sqlmodel import Session, select

from orchestrator.heard import held, held_messages
from orchestrator.model import Account, Post
from orchestrator.ports import (
    NOTHING_HELD,
    Hearing,
    Listening,
    Messages,
    Network,
    NotAuthorised,
    RateLimited,
    Reach,
    Readings,
    Replies,
    Trouble,
    Unreadable,
)
from orchestrator.shift import Shift
from orchestrator.visits import own_account

# Private messages are asked for in one call each time, of which X allows few.
_MESSAGES_EVERY = timedelta(minutes=10)
# The figures of so many posts are read at a time: what a network tells of a post is large, and
# only numbers are kept of it.
_LOT = 500


@dataclass(frozen=True)
class Live:
    """A post of ours at a network; ``before`` is when it was last read."""

    id: int
    remote_id: str
    published_at: datetime
    before: datetime | None


@dataclass(frozen=True)
class Claim:
    """What one pass reads at a network.

    ``follows``: it also asks what became of the replies that none of these posts leads to.
    """

    posts: Sequence[Live] = ()
    follows: bool = False


@dataclass
class Private:
    """What was written to us alone: heard since a mark, or why it was not."""

    since: str | None
    hearing: Hearing | None = None
    refusal: Unreadable | None = None
    missed: Trouble | None = None


@dataclass
class Found:
    """What one network told in one pass, and the trouble that ended it."""

    readings: Readings | None = None
    hearing: Hearing | None = None
    trouble: Trouble | None = None
    since: str | None = None
    private: Private | None = None

    def covers(self, post: Live) -> bool:
        """Whether all of a post was read; else it is due as it was."""
        if self.readings is None:
            return self.trouble is None
        told = post.remote_id in {*self.readings.figures, *self.readings.gone}
        return told and (self.trouble is None or isinstance(self.trouble, Unreadable))


def is_private(network: object, post: Live, now: datetime) -> bool:
    """Whether a post is young enough for what only its owner is told."""
    ends = closing(network)
    return ends is not None and now - post.published_at < ends


def closing(network: object) -> timedelta | None:
    """For how long after its sending the network tells more of a post."""
    return network.metrics.private_for if isinstance(network, Reach) else None


def read(shift: Shift, network: Network, claim: Claim) -> Found:
    """Ask the network; what it told before a trouble counts."""
    found, posts = Found(), claim.posts
    try:
        if isinstance(network, Reach) and posts:
            _count(shift, network, posts, found)
        if isinstance(network, Replies):
            found.hearing = _hear(shift, network.name, network, claim, found)
            found.trouble = _deafness(found) or found.trouble
        if isinstance(network, Messages) and not isinstance(found.trouble, NotAuthorised):
            found.private = _private(shift, network.name, network, claim)
    except Trouble as trouble:
        found.trouble = trouble
    return found


def _count(shift: Shift, network: Reach, posts: Sequence[Live], found: Found) -> None:
    """Read the figures; who refuses them may all the same tell what people answer."""
    try:
        found.readings = _reach(shift, network, posts)
        found.trouble = found.readings.ended
    except Unreadable as refusal:
        found.trouble = refusal


def _private(shift: Shift, name: str, network: Messages, claim: Claim) -> Private | None:
    """Read what people write to us alone; what hinders that costs nothing else.

    Only what concerns the account as a whole is raised.
    """
    asked = shift.world.messages.get(name)
    if asked is not None and timedelta() <= shift.now - asked < _MESSAGES_EVERY:
        return None
    shift.world.messages[name] = shift.now
    with shift.store.reading() as session:
        account = own_account(session, shift, name, lock=False)
        begin = _first_published(session, shift, account) if account else None
        follows = (session, shift.campaign_id, name, shift.now)
        kept = held_messages(*follows) if claim.follows else NOTHING_HELD
    if account is None or begin is None:
        return None
    private = Private(account.messages_until)
    try:
        private.hearing = network.messages(private.since, begin, kept)
    except NotAuthorised:
        raise
    except Unreadable as refusal:
        private.refusal = refusal
    except RateLimited:
        return None  # there are few of these calls: the next pass asks again
    except Trouble as trouble:
        private.missed = trouble
    return private


def _first_published(session: Session, shift: Shift, account: Account) -> datetime | None:
    """Since when the campaign speaks: what was written before is not about it."""
    rows = select(sqlalchemy.func.min(Post.published_at)).where(
        Post.campaign_id == shift.campaign_id, Post.account_id == account.id
    )
    return session.exec(rows).one()


def _deafness(found: Found) -> Trouble | None:
    """The trouble that ended the hearing; where figures are told, a refusal costs only replies."""
    ended = found.hearing.ended if found.hearing else None
    return None if found.readings and isinstance(ended, Unreadable) else ended


def _reach(shift: Shift, network: Reach, posts: Sequence[Live]) -> Readings:
    """The figures of all posts, some at a time; after a trouble no more are asked for."""
    parts: list[Readings] = []
    for some in [posts[at : at + _LOT] for at in range(0, len(posts), _LOT)]:
        private = [post.remote_id for post in some if is_private(network, post, shift.now)]
        try:
            parts.append(network.reach([post.remote_id for post in some], private))
        except Trouble as trouble:
            if not parts:
                raise
            parts.append(Readings({}, ended=trouble))
        if parts[-1].ended:
            break
    return _joined(parts)


def _joined(parts: Sequence[Readings]) -> Readings:
    """Several readings as one; what one of them gives is available."""
    figures = {post: told for part in parts for post, told in part.figures.items()}
    given = {metric for told in figures.values() for metric in told}
    missing = {metric: why for part in parts for metric, why in part.unavailable.items()}
    return Readings(
        figures,
        {metric: why for metric, why in missing.items() if metric not in given},
        frozenset[str]().union(*(part.gone for part in parts)),
        parts[-1].ended,
        tuple(dict.fromkeys(finding for part in parts for finding in part.findings)),
    )


def _hear(shift: Shift, name: str, network: Replies, claim: Claim, found: Found) -> Hearing | None:
    """Listen under the posts; now and then also ask what became of all other replies."""
    with shift.store.reading() as session:
        kept = held(session, shift.campaign_id, name)
        account = own_account(session, shift, name, lock=False)
        found.since = account.heard_until if account else None
    listening = _listening(network, claim.posts, kept, found.readings)
    strays: set[str] = set()
    if claim.follows:
        strays.update(*kept.values())
        strays.difference_update(*(post.held for post in listening))
    if not (claim.posts or strays):
        return None
    return network.replies(listening, found.since, frozenset(strays))


def _listening(
    network: object,
    posts: Sequence[Live],
    kept: Mapping[int | None, set[str]],
    readings: Readings | None,
) -> list[Listening]:
    """What to listen to: the posts with the replies that we hold."""
    told = readings or Readings({})
    metric = network.metrics.replies if isinstance(network, Reach) else ""
    return [
        Listening(
            post.remote_id,
            post.published_at,
            frozenset(kept.get(post.id, ())),
            told.figures.get(post.remote_id, {}).get(metric),
        )
        for post in posts
        if post.remote_id not in told.gone
    ]
