"""Events as lists and scripts see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from orchestrator.model import Event, Post, Reply, Tandem
from orchestrator.posts import local


@dataclass(frozen=True)
class Wish:
    """Which events somebody wants to see; ``limit``: so many of the newest."""

    tandem_id: int | None = None
    post_id: int | None = None
    since: datetime | None = None
    limit: int = 50


def events(session: Session, campaign_id: int, wish: Wish, zone: str) -> list[dict[str, Any]]:
    """The newest events that are wished for, oldest first."""
    wanted = select(Event).where(Event.campaign_id == campaign_id)
    if wish.since is not None:
        wanted = wanted.where(col(Event.at) >= wish.since)
    if wish.post_id is not None:
        wanted = wanted.where(Event.subject == f"post {wish.post_id}")
    if wish.tandem_id is not None:
        wanted = wanted.where(col(Event.subject).in_(_of_tandem(session, wish.tandem_id)))
    rows = session.exec(
        wanted.order_by(col(Event.seq).desc().nulls_last(), col(Event.id).desc()).limit(wish.limit)
    ).all()
    slugs = _slugs(session, campaign_id)
    return [_row(each, slugs, zone) for each in reversed(rows)]


def _of_tandem(session: Session, tandem_id: int) -> list[str]:
    """The tandem itself, its posts and what came back for it."""
    posts = session.exec(select(Post.id).where(Post.tandem_id == tandem_id)).all()
    replies = session.exec(select(Reply.id).where(Reply.tandem_id == tandem_id)).all()
    return [
        f"tandem {tandem_id}",
        *(f"post {number}" for number in posts),
        *(f"reply {number}" for number in replies),
    ]


def _slugs(session: Session, campaign_id: int) -> dict[str, str]:
    """Subject → the tandem's name in the campaign, for tandems and their posts."""
    tandems = session.exec(
        select(Tandem.id, Tandem.slug).where(Tandem.campaign_id == campaign_id)
    ).all()
    slugs = dict(tandems)
    posts = session.exec(
        select(Post.id, Post.tandem_id).where(Post.campaign_id == campaign_id)
    ).all()
    return {f"tandem {number}": slug for number, slug in slugs.items()} | {
        f"post {number}": slugs[tandem_id] for number, tandem_id in posts
    }


def _row(each: Event, slugs: dict[str, str], zone: str) -> dict[str, Any]:
    return {
        "seq": each.seq,
        "at": local(each.at, zone),
        "who": each.actor,
        "what": each.what,
        "subject": each.subject,
        "tandem": slugs.get(each.subject),
        "detail": each.detail,
    }
