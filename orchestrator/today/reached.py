"""Whether anybody sees our posts: the platform accepts them all from an app in development mode.

Such posts look well to everybody who works on the app, and to the token that reads them back; only
their reach tells. Not available is not 0: what nobody can know is said to be so, and is no alarm.
Nor is it one where anybody ever saw anything of ours there, whatever became of it: then few look.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from orchestrator import networks
from orchestrator.capabilities import account_of
from orchestrator.config import Settings
from orchestrator.eligible import is_gated
from orchestrator.i18n import _, ngettext
from orchestrator.inbox.words import source_word
from orchestrator.model import Account, Capability, Post, Snapshot
from orchestrator.pilot.live import answer, said
from orchestrator.pilot.posts import was_seen
from orchestrator.ports import Unavailable
from orchestrator.shift import Shift, Tally
from orchestrator.vocabulary import PostState

AFTER = timedelta(hours=6)
# A limited post is shown to one or two people at best; that nobody saw it is no ground.
LIMITED = "limited"


@dataclass(frozen=True)
class Sight:
    """The posts of a network that are live for more than six hours, and what is known of them.

    ``seen``: None where it cannot be known, for the reason ``why``. ``unread``: how many of them
    have no figure of their time after that. ``said``: what was said of the app's mode.
    """

    network: str
    posts: tuple[int, ...]
    seen: bool | None
    why: str | None = None
    unread: int = 0
    said: Capability | None = None

    @property
    def is_alarming(self) -> bool:
        """Whether it is known that nobody has seen any of them."""
        return self.seen is False

    def sentence(self) -> str:
        """What is known."""
        return _nobody(self) if self.is_alarming else _unknown(self)


def judged(figures: Sequence[int | None]) -> bool | None:
    """Whether anybody saw any of the posts; None while that is not known of all. Pure."""
    if any(figures):
        return True
    return None if None in figures or not figures else False


def sights(session: Session, campaign_id: int, settings: Settings, now: datetime) -> list[Sight]:
    """Every network whose apps have a mode in which nobody sees what they post."""
    return [
        found
        for name, options in settings.networks.items()
        if options.ready and options.has_live_mode
        if (found := _sight(session, campaign_id, name, options.account, now))
    ]


def _sight(
    session: Session, campaign_id: int, network: str, remote_id: str, now: datetime
) -> Sight | None:
    account = account_of(session, campaign_id, network, remote_id)
    posts = _shown(session, account.id, now) if account else []
    if account is None or not posts:
        return None
    if anybody_saw(session, account):
        return Sight(network, _ids(posts), True)
    metric = _metric(network)
    figures = [_counted(session, each, metric) for each in posts]
    seen, why = judged(figures), account.unavailable.get(metric)
    if seen is False and all(map(is_gated, posts)):
        seen, why = None, LIMITED
    told = answer(session, campaign_id, network, remote_id)
    return Sight(network, _ids(posts), seen, why, figures.count(None), told)


def _ids(posts: Sequence[Post]) -> tuple[int, ...]:
    return tuple(each.id for each in posts)


def _shown(session: Session, account_id: int, now: datetime) -> Sequence[Post]:
    """Live for long enough, neither hidden nor gone."""
    return session.exec(
        select(Post)
        .where(
            Post.account_id == account_id,
            Post.state == PostState.PUBLISHED,
            col(Post.published_at) <= now - AFTER,
            col(Post.hidden_at).is_(None),
            col(Post.gone_at).is_(None),
        )
        .order_by(col(Post.id))
    ).all()


def anybody_saw(session: Session, account: Account) -> bool:
    """Whether anybody ever saw a post of this account, or a pilot's: also one that is gone."""
    found = (
        select(Snapshot.post_id)
        .join(Post, col(Post.id) == Snapshot.post_id)
        .where(
            Post.account_id == account.id,
            Snapshot.metric == _metric(account.network),
            Snapshot.value > 0,
        )
    )
    return session.exec(found.limit(1)).first() is not None or was_seen(session, account.id)


def _metric(network: str) -> str:
    return networks.adapter(network).METRICS.reach


def _counted(session: Session, post: Post, metric: str) -> int | None:
    """The largest figure of those read late enough; an earlier zero says nothing."""
    assert post.published_at is not None
    return session.exec(
        select(func.max(Snapshot.value)).where(
            Snapshot.post_id == post.id,
            Snapshot.metric == metric,
            Snapshot.taken_at >= post.published_at + AFTER,
        )
    ).one()


def tell(shift: Shift, tally: Tally) -> None:
    """The alarm in what a pass says, and so in the scheduler's log."""
    with shift.store.reading() as session:
        found = sights(session, shift.campaign_id, shift.settings, shift.now)
    for each in found:
        if each.is_alarming:
            tally.alarm(f"{each.sentence()} {said(each.said)}")


def _nobody(sight: Sight) -> str:
    return ngettext(
        "Nobody has seen the {count} post on {network} for six hours and more: the app is probably"
        " in development mode, where only its own people see what it posts.",
        "Nobody has seen any of the {count} posts on {network} for six hours and more: the app is"
        " probably in development mode, where only its own people see what it posts.",
        len(sight.posts),
    ).format(count=len(sight.posts), network=source_word(sight.network, ""))


def _unknown(sight: Sight) -> str:
    words = {
        Unavailable.FEW_LIKES: _(
            "Whether anybody sees your posts on {network} cannot be known: the page has fewer than"
            " {least} likes."
        ),
        Unavailable.NOT_PERMITTED: _(
            "Whether anybody sees your posts on {network} cannot be known: the token may not read"
            " their reach."
        ),
        Unavailable.VANISHED: _(
            "Whether anybody sees your posts on {network} cannot be known: the platform no longer"
            " tells their reach."
        ),
        LIMITED: _(
            "Whether anybody sees your posts on {network} cannot be known: each is limited to its"
            " region, where few people see it, if any."
        ),
    }.get(
        sight.why or "",
        ngettext(
            "Whether anybody sees your posts on {network} is not known yet: the reach of {unread}"
            " of {count} posts has not been read since they were out for six hours.",
            "Whether anybody sees your posts on {network} is not known yet: the reach of {unread}"
            " of {count} posts has not been read since they were out for six hours.",
            sight.unread,
        ),
    )
    least = networks.adapter(sight.network).METRICS.least_likes
    values = {"unread": sight.unread, "count": len(sight.posts), "least": least}
    return words.format(network=source_word(sight.network, ""), **values)
