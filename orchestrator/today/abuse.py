"""What is out of sight since the evening, what is folded away, and what calls for somebody."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from orchestrator.abuse.telling import alerts, sentence
from orchestrator.config import Settings
from orchestrator.inbox.rows import slugs_of
from orchestrator.model import Alert, Reply
from orchestrator.posts import local
from orchestrator.vocabulary import WAITING, Label

_FOLDED = (Label.ABUSE, Label.SPAM)


def hidden_since(
    session: Session, campaign_id: int, since: datetime, zone: str
) -> list[dict[str, Any]]:
    """The replies that went out of sight since then, and still are: whoever reads it may undo it.

    No words of them: those are a command away.
    """
    slugs = slugs_of(session, campaign_id)
    rows = session.exec(
        select(Reply)
        .where(
            Reply.campaign_id == campaign_id,
            col(Reply.hidden_at) >= since,
            col(Reply.deleted_at).is_(None),
        )
        .order_by(col(Reply.hidden_at), col(Reply.id))
    ).all()
    return [
        {
            "id": each.id,
            "post": each.post_id,
            "tandem": slugs.get(each.tandem_id),
            "network": each.network,
            "hidden_by": each.hidden_by or None,
            "hidden_at": local(each.hidden_at, zone),
            "permalink": each.permalink,
        }
        for each in rows
    ]


def folded(session: Session, campaign_id: int) -> dict[str, int]:
    """How much abuse and spam nobody is asked to read, by label."""
    rows = session.exec(
        select(Reply.label, func.count())
        .where(
            Reply.campaign_id == campaign_id,
            col(Reply.label).in_(_FOLDED),
            col(Reply.queue).is_(False),
            col(Reply.status).in_(WAITING),
            col(Reply.duplicate_of).is_(None),
            col(Reply.deleted_at).is_(None),
        )
        .group_by(col(Reply.label))
    ).all()
    return {str(label): count for label, count in sorted(rows)}


def bursts(
    session: Session, campaign_id: int, settings: Settings, now: datetime
) -> Iterator[tuple[Alert, str]]:
    """The alerts that still stand, each in a sentence."""
    for each in alerts(session, campaign_id, now):
        hour = local(each.hour, settings.campaign.timezone)
        assert hour is not None
        yield each, sentence(each, hour)
