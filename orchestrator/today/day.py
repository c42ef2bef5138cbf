"""What goes out today, and which offers wait for a call."""

from collections import Counter
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from orchestrator.inbox.rows import ended_of, is_alternative, open_replies, slugs_of
from orchestrator.model import Post, Reply, Tandem
from orchestrator.today.morning import Morning
from orchestrator.vetting.standing import UNCHECKED, vetted_offers
from orchestrator.vocabulary import WAITING, Label, PostState

_UNDER_WAY = (PostState.CLAIMED, PostState.SENDING, PostState.SCHEDULED)


def going_out(
    session: Session, campaign_id: int, morning: Morning, zone: ZoneInfo
) -> dict[str, Any]:
    """The posts of today: what is out, what comes, and what nobody has approved yet."""
    posts = session.exec(select(Post).where(Post.campaign_id == campaign_id)).all()
    out = [each for each in posts if _went_out(each, morning)]
    coming = [each for each in posts if _will_go(each) and each.due_at < morning.end]
    later = [each.due_at for each in posts if _will_go(each)]
    return {
        "by_network": dict(sorted(Counter(each.network for each in [*out, *coming]).items())),
        "published": len(out),
        "to_go": len(coming),
        "next_at": min(later).astimezone(zone) if later else None,
        "awaiting_approval": sum(_unapproved(each) for each in posts),
        "posts": len(posts),
        "tandems": _tandems(session, campaign_id),
    }


def _went_out(post: Post, morning: Morning) -> bool:
    return post.published_at is not None and morning.start <= post.published_at < morning.end


def _will_go(post: Post) -> bool:
    approved = post.state is PostState.PLANNED and post.approved_digest == post.digest
    return approved or post.state in _UNDER_WAY


def _unapproved(post: Post) -> bool:
    return post.state is PostState.PLANNED and post.approved_digest != post.digest


def _tandems(session: Session, campaign_id: int) -> int:
    return session.exec(
        select(func.count()).select_from(Tandem).where(Tandem.campaign_id == campaign_id)
    ).one()


def offers(session: Session, campaign_id: int, now: datetime) -> list[dict[str, Any]]:
    """Offers that nobody has finished, oldest first, with their age and who has them."""
    slugs, ended = slugs_of(session, campaign_id), ended_of(session, campaign_id)
    vetted = vetted_offers(session, campaign_id)
    return [
        {
            "id": each.id,
            "tandem": slugs.get(each.tandem_id),
            "alternative": is_alternative(each, ended),
            "age_hours": max(int((now - each.received_at).total_seconds() // 3600), 0),
            "taken_by": each.taken_by,
            "answered": each.answered_at is not None,
            "check": str(vetted.get(each.id, UNCHECKED).state),
            "warned": bool(vetted.get(each.id, UNCHECKED).warnings),
            "network": each.network,
            "channel": each.channel,
        }
        for each in open_replies(session, campaign_id, Label.JOB_OFFER)
    ]


def also_to_read(session: Session, campaign_id: int) -> dict[str, int]:
    """How many other replies a person should read, by label."""
    rows = session.exec(
        select(Reply.label, func.count())
        .where(
            Reply.campaign_id == campaign_id,
            Reply.label != Label.JOB_OFFER,
            col(Reply.status).in_(WAITING),
            col(Reply.queue),
            col(Reply.taken_by).is_(None),
            col(Reply.duplicate_of).is_(None),
            col(Reply.deleted_at).is_(None),
        )
        .group_by(col(Reply.label))
    ).all()
    return {str(label): count for label, count in sorted(rows)}
