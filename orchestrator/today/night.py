"""What happened since the evening before: posts, new figures, replies, what a pilot showed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, and_, col, func, select

from orchestrator import networks
from orchestrator.model import Account, Attempt, Event, Pilot, Post, Reply, Snapshot
from orchestrator.vocabulary import Label, Outcome, PostState


def overnight(
    session: Session, campaign_id: int, since: datetime, zone: ZoneInfo
) -> dict[str, Any]:
    """Everything that is new since ``since``; repetitions of a reply are not counted again."""
    replies = _replies(session, campaign_id, since)
    return {
        "since": since.astimezone(zone),
        "published": _published(session, campaign_id, since),
        "rejected": sum(
            len(rejected(session, campaign_id, outcome, since))
            for outcome in (Outcome.REJECTED, Outcome.NOT_SENT)
        ),
        "unknown": len(unclear(session, campaign_id)),
        "expired": _expired(session, campaign_id, since),
        "reach": _reach(session, campaign_id, since),
        "replies": replies,
        "offers": replies.get(Label.JOB_OFFER, 0),
        "pilots": _pilots(session, campaign_id, since),
    }


def _published(session: Session, campaign_id: int, since: datetime) -> int:
    return session.exec(
        select(func.count())
        .select_from(Post)
        .where(Post.campaign_id == campaign_id, col(Post.published_at) >= since)
    ).one()


def rejected(
    session: Session, campaign_id: int, outcome: Outcome, since: datetime | None = None
) -> Sequence[int]:
    """Posts that came to an end without going out, by how their last try ended.

    ``REJECTED``: a platform refused them; ``NOT_SENT``: they were lost again and again, and
    nobody tries any more.
    """
    numbers = select(func.max(Attempt.number)).where(Attempt.post_id == Post.id)
    last = numbers.correlate(Post).scalar_subquery()
    ended = func.coalesce(col(Attempt.read_at), col(Attempt.ended_at))
    query = (
        select(Post.id)
        .join(Attempt, (col(Attempt.post_id) == Post.id) & (col(Attempt.number) == last))
        .where(
            Post.campaign_id == campaign_id,
            Post.state == PostState.REJECTED,
            Attempt.outcome == outcome,
        )
        .order_by(col(Post.id))
    )
    return session.exec(query if since is None else query.where(ended >= since)).all()


def unclear(session: Session, campaign_id: int) -> Sequence[int]:
    """Posts of which nobody knows yet whether they went out."""
    return session.exec(
        select(Post.id)
        .where(Post.campaign_id == campaign_id, Post.state == PostState.UNKNOWN)
        .order_by(col(Post.id))
    ).all()


def seen_by_others(session: Session, campaign_id: int) -> Sequence[Post]:
    """Posts that are live or held although their network did not keep their audience.

    The worst first: those that nobody else was to see.
    """
    return session.exec(
        select(Post)
        .where(
            Post.campaign_id == campaign_id,
            col(Post.state).in_([PostState.PUBLISHED, PostState.SCHEDULED]),
            col(Post.targeting_kept).is_(False),
            col(Post.gone_at).is_(None),
        )
        .order_by(col(Post.mode), col(Post.id))
    ).all()


def _expired(session: Session, campaign_id: int, since: datetime) -> int:
    return session.exec(
        select(func.count())
        .select_from(Event)
        .where(Event.campaign_id == campaign_id, Event.what == "expired", Event.at >= since)
    ).one()


def _pilots(session: Session, campaign_id: int, since: datetime) -> list[dict[str, Any]]:
    """What the pilots showed that ended."""
    rows = session.exec(
        select(Account.network, Pilot.result)
        .join(Pilot, col(Pilot.account_id) == Account.id)
        .where(Account.campaign_id == campaign_id, col(Pilot.ended_at) >= since)
        .order_by(col(Pilot.id))
    ).all()
    return [{"network": network, **result} for network, result in rows if result]


def _replies(session: Session, campaign_id: int, since: datetime) -> dict[str, int]:
    rows = session.exec(
        select(Reply.label, func.count())
        .where(
            Reply.campaign_id == campaign_id,
            Reply.collected_at >= since,
            col(Reply.duplicate_of).is_(None),
            col(Reply.deleted_at).is_(None),
        )
        .group_by(col(Reply.label))
    ).all()
    return {str(label): count for label, count in sorted(rows)}


def _reach(session: Session, campaign_id: int, since: datetime) -> list[dict[str, Any]]:
    """What was read since, less what had been read before; nothing where nothing was read."""
    read = select(Post.network).where(
        Post.campaign_id == campaign_id, col(Post.collected_at) >= since
    )
    figures = []
    for network in sorted(set(session.exec(read).all()) & set(networks.names())):
        metrics = networks.adapter(network).METRICS
        value = _gained(session, campaign_id, network, metrics.reach, since)
        if value is not None:
            figures.append(
                {
                    "network": network,
                    "metric": metrics.reach,
                    "value": value,
                    "people": metrics.people,
                }
            )
    return figures


def _gained(
    session: Session, campaign_id: int, network: str, metric: str, since: datetime
) -> int | None:
    now = _last(session, campaign_id, network, metric, Snapshot.taken_at >= since)
    before = _last(session, campaign_id, network, metric, Snapshot.taken_at < since)
    if not now:
        return None
    return sum(value - before.get(post_id, 0) for post_id, value in now.items())


def _last(
    session: Session, campaign_id: int, network: str, metric: str, when: Any
) -> dict[int, int]:
    """The newest figure of every post among those for which ``when`` holds."""
    newest = (
        select(Snapshot.post_id, func.max(Snapshot.taken_at).label("at"))
        .join(Post, col(Post.id) == Snapshot.post_id)
        .where(
            Post.campaign_id == campaign_id,
            Post.network == network,
            Snapshot.metric == metric,
            when,
        )
        .group_by(col(Snapshot.post_id))
        .subquery()
    )
    rows = session.exec(
        select(Snapshot.post_id, Snapshot.value)
        .join(
            newest,
            and_(newest.c.post_id == Snapshot.post_id, newest.c.at == col(Snapshot.taken_at)),
        )
        .where(Snapshot.metric == metric)
    ).all()
    return dict(rows)
