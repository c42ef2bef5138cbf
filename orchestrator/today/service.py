"""How the campaign is served: who sends, what is held up where, and what comes next."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, false
from sqlmodel import Session, col, func, select

from orchestrator import conditions, heartbeat
from orchestrator.config import Settings
from orchestrator.freeze import is_frozen
from orchestrator.model import Account, Campaign, Event, Heartbeat, Post, Tandem
from orchestrator.overdue import service_of
from orchestrator.pause import pauses
from orchestrator.posts import local
from orchestrator.stuck import stuck
from orchestrator.today.alarms import Moment, alarms, groundwork, late_posts
from orchestrator.today.morning import morning_of
from orchestrator.today.night import unclear
from orchestrator.today.unseen import hidden
from orchestrator.today.uploads import uploads
from orchestrator.vocabulary import PostState, Scope
from orchestrator.worker import process_of

_SHOWN = 5


def service_document(
    session: Session, campaign_id: int, settings: Settings, at: Moment
) -> dict[str, Any]:
    """What ``run --status`` tells; its keys are for scripts."""
    campaign, zone = session.get(Campaign, campaign_id), settings.campaign.timezone
    service = service_of(session, campaign_id, at.now, at.machine)
    found = [
        *groundwork(session, campaign_id, settings),
        *alarms(session, campaign_id, settings, at),
    ]
    return {
        "running": [
            _runner(row, zone) for row in heartbeat.running(session, campaign_id, at.machine)
        ],
        "last_pass": local(service.last_pass, zone),
        "overdue": late_posts(session, campaign_id, settings, at.now, service),
        "stuck": [
            {"post": each.post_id, "why": each.why, "since": local(each.since, zone)}
            for each in stuck(session, campaign_id, at.now, at.machine)
        ],
        "unknown": list(unclear(session, campaign_id)),
        "scheduled": _held(session, campaign_id, zone),
        "expired_today": _expired(
            session, campaign_id, morning_of(settings.campaign, at.now).start
        ),
        "paused": [
            {
                "scope": each.scope,
                "name": each.name,
                "since": local(each.since, zone),
                "hide": each.hide,
            }
            for each in pauses(session, campaign_id)
        ],
        "uploads": uploads(session, campaign_id, zone),
        "hidden": hidden(session, campaign_id),
        "refused": [
            {
                "network": each.network,
                "condition": each.condition,
                "since": local(each.condition_since, zone),
                "why": each.refusal,
            }
            for each in conditions.troubled(session, campaign_id)
        ],
        "frozen_since": local(campaign.frozen_since, zone) if campaign else None,
        "next": _next(session, campaign_id),
        "alarms": [each.document() for each in found],
        "needs_person": any(each.soon for each in found),
    }


def _runner(row: Heartbeat, zone: str) -> dict[str, Any]:
    pid, host = process_of(row.worker)
    return {
        "pid": pid,
        "host": host,
        "since": local(row.started_at, zone),
        "beat_at": local(row.beat_at, zone),
        "pass_at": local(row.pass_at, zone),
    }


def _held(session: Session, campaign_id: int, zone: str) -> dict[str, Any]:
    """What the platforms will publish by themselves, and when one was last seen to have done so."""
    number, first = session.exec(
        select(func.count(), func.min(Post.handed_for)).where(
            Post.campaign_id == campaign_id, Post.state == PostState.SCHEDULED
        )
    ).one()
    seen = session.exec(
        select(Event.at)
        .where(Event.campaign_id == campaign_id, Event.what == "went out")
        .order_by(col(Event.id).desc())
        .limit(1)
    ).first()
    return {"posts": number, "next_at": local(first, zone), "verified_at": local(seen, zone)}


def _expired(session: Session, campaign_id: int, since: datetime) -> int:
    return session.exec(
        select(func.count())
        .select_from(Event)
        .where(Event.campaign_id == campaign_id, Event.what == "expired", Event.at >= since)
    ).one()


def _next(session: Session, campaign_id: int) -> list[dict[str, Any]]:
    """The next posts that will go out, from here or from a platform; nothing that is stopped."""
    waits = (Post.state == PostState.PLANNED) & (Post.approved_digest == Post.digest)
    rows = session.exec(
        select(Post, Tandem.slug)
        .join(Tandem, col(Post.tandem_id) == Tandem.id)
        .where(Post.campaign_id == campaign_id, waits | (Post.state == PostState.SCHEDULED))
        .where(*_free(session, campaign_id))
        .order_by(col(Post.due_at), col(Post.id))
        .limit(_SHOWN)
    ).all()
    return [
        {
            "id": post.id,
            "due_at": local(post.due_at, post.zone),
            "tandem": slug,
            "network": post.network,
            "state": post.state,
        }
        for post, slug in rows
    ]


def _free(session: Session, campaign_id: int) -> list[ColumnElement[bool]]:
    """Neither paused nor frozen."""
    stopped = pauses(session, campaign_id)
    if any(each.scope is Scope.ALL for each in stopped):
        return [false()]
    networks = {each.name for each in stopped if each.scope is Scope.NETWORK}
    tandems = {each.name for each in stopped if each.scope is Scope.TANDEM}
    if campaign := session.get(Campaign, campaign_id):
        frozen = is_frozen(session, campaign)
        used = session.exec(select(Account.network).where(Account.campaign_id == campaign_id)).all()
        networks |= {network for network in used if frozen(network)}
    return [col(Post.network).not_in(networks), col(Tandem.slug).not_in(tandems)]
