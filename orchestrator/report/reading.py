"""Reading a campaign for its report, once.

A handful of statements, however large the campaign is; the newest figure of each post is found
by a seek in the primary key, never by walking through all that were collected.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy
from sqlalchemy import Row, literal
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, or_, select

from orchestrator import networks, official
from orchestrator.answering.times import minutes_to
from orchestrator.circle import Circle, circles_of
from orchestrator.intake.hidden import HIDDEN
from orchestrator.model import Account, Attempt, Partner, Post, Reply, Snapshot, Tandem
from orchestrator.ports import Metrics
from orchestrator.report.names import Names
from orchestrator.report.rows import (
    WITHDRAWN,
    AccountRow,
    PostRow,
    ReplyRow,
    Rows,
    TandemRow,
)
from orchestrator.settings import Audience as AudienceSettings
from orchestrator.vetting.standing import vetted_offers
from orchestrator.vocabulary import Outcome, Show, TandemState


def read(
    session: Session, campaign_id: int, zone: ZoneInfo, names: Names, wishes: AudienceSettings
) -> Rows:
    """Read a campaign; 0 is one that has no row yet."""
    metrics = {name: networks.adapter(name).METRICS for name in networks.names()}
    tandems = tuple(_tandems(session, campaign_id, names, wishes))
    withdrawn = {each.id for each in tandems if each.has_withdrawn}
    return Rows(
        zone,
        tandems,
        tuple(_posts(session, campaign_id, zone, metrics, withdrawn)),
        tuple(_replies(session, campaign_id, zone)),
        tuple(_accounts(session, campaign_id)),
        metrics,
    )


def _tandems(
    session: Session, campaign_id: int, names: Names, wishes: AudienceSettings
) -> list[TandemRow]:
    rows = session.exec(
        select(Tandem, Partner.name)
        .join(Partner, col(Tandem.partner_id) == col(Partner.id), isouter=True)
        .where(col(Tandem.campaign_id) == campaign_id)
        .order_by(col(Tandem.slug))
    ).all()
    named = [each for each, _partner in rows if each.state is not TandemState.WITHDRAWN]
    said, told = names.of(session, named), names.told_by_slug(session, named)
    # Drawn for everybody's eyes: an audience that was built tells how far a home was moved.
    local = [each for each in named if _is_local(each)]
    circles = circles_of(local, wishes, official.gazetteer(session), public=True)
    return [
        _tandem(
            tandem,
            f"tandem-{tandem.id}" if tandem.id in told else tandem.slug,
            partner or "",
            circles.get(tandem.id),
            said.get(tandem.id, ""),
        )
        for tandem, partner in rows
    ]


def _is_shown(tandem: Tandem) -> bool:
    withdrawn = tandem.state is TandemState.WITHDRAWN
    return tandem.show is not None and tandem.adult and not withdrawn


def _is_local(tandem: Tandem) -> bool:
    """Whether its town may be said."""
    return _is_shown(tandem) and tandem.show is not Show.REGION


def _tandem(tandem: Tandem, slug: str, partner: str, circle: Circle | None, name: str) -> TandemRow:
    """Whoever was never checked, or may be a minor, is counted and not shown.

    Whoever withdrew is only a number.
    """
    withdrawn = tandem.state is TandemState.WITHDRAWN
    shown = _is_shown(tandem)
    return TandemRow(
        id=tandem.id,
        slug=WITHDRAWN if withdrawn else slug,
        name=name if shown else "",
        town=tandem.town if circle else "",
        region=tandem.region if shown else "",
        country="" if withdrawn else tandem.country,
        partner=partner,
        shown=shown,
        hidden=tandem.show in HIDDEN,
        state=tandem.state,
        point=(tandem.lat, tandem.lon) if circle else None,
        radius_km=circle.radius_km if circle else None,
        town_people=circle.centre.population if circle else 0,
        people=circle.people if circle else 0,
    )


def _posts(
    session: Session,
    campaign_id: int,
    zone: ZoneInfo,
    metrics: Mapping[str, Metrics],
    withdrawn: Collection[int],
) -> list[PostRow]:
    charged = _charged(session, campaign_id)
    latest = _latest(session, campaign_id, metrics)
    columns: Any = (
        Post.id,
        Post.tandem_id,
        Post.network,
        Post.number,
        Post.state,
        Post.due_at,
        Post.published_at,
        Post.targeting_kept,
        Post.gone_at,
        Post.permalink,
    )
    statement: Any = sqlalchemy.select(*columns).where(col(Post.campaign_id) == campaign_id)
    rows = session.exec(statement.order_by(Post.due_at, Post.id)).all()
    posts = [
        _post(row, zone, charged.get(row.id, 0.0), latest.get(row.id, {}), metrics.get(row.network))
        for row in rows
    ]
    return [replace(each, permalink="") if each.tandem_id in withdrawn else each for each in posts]


def _post(
    row: Row[Any],
    zone: ZoneInfo,
    cost_usd: float,
    latest: Mapping[str, tuple[int, datetime]],
    metrics: Metrics | None,
) -> PostRow:
    at = row.published_at or row.due_at
    reach = latest.get(metrics.reach) if metrics else None
    return PostRow(
        id=row.id,
        tandem_id=row.tandem_id,
        network=row.network,
        number=row.number,
        state=row.state,
        at=at,
        day=at.astimezone(zone).date(),
        due_at=row.due_at,
        published_at=row.published_at,
        targeting_kept=row.targeting_kept,
        gone_at=row.gone_at,
        permalink=row.permalink or "",
        cost_usd=cost_usd,
        reach=reach[0] if reach else None,
        taken_at=reach[1] if reach else None,
        private={name: latest[name] for name in metrics.private if name in latest}
        if metrics
        else {},
    )


def _charged(session: Session, campaign_id: int) -> dict[int, float]:
    """What each post cost, in US dollars: an unclear send counts, as it does for the cap."""
    charged = or_(
        col(Attempt.outcome).is_(None), col(Attempt.outcome).in_([Outcome.DONE, Outcome.UNKNOWN])
    )
    rows = session.exec(
        select(Attempt.post_id, func.sum(Attempt.price_usd))
        .join(Post, col(Attempt.post_id) == Post.id)
        .where(Post.campaign_id == campaign_id, charged)
        .group_by(col(Attempt.post_id))
    ).all()
    return dict(rows)


def _latest(
    session: Session, campaign_id: int, metrics: Mapping[str, Metrics]
) -> dict[int, dict[str, tuple[int, datetime]]]:
    """The newest reach of every post, and what only its owner is told: by metric, with its time."""
    wanted = _wanted(metrics)
    if wanted is None:
        return {}
    other = aliased(Snapshot)
    newest = (
        select(func.max(other.taken_at))
        .where(col(other.post_id) == Post.id, col(other.metric) == wanted.c.metric)
        .correlate(Post, wanted)
        .scalar_subquery()
    )
    rows = session.exec(
        select(Post.id, Snapshot.metric, Snapshot.value, Snapshot.taken_at)
        .join(wanted, wanted.c.network == Post.network)
        .join(
            Snapshot,
            (col(Snapshot.post_id) == Post.id)
            & (col(Snapshot.metric) == wanted.c.metric)
            & (col(Snapshot.taken_at) == newest),
        )
        .where(Post.campaign_id == campaign_id)
    ).all()
    found: dict[int, dict[str, tuple[int, datetime]]] = {}
    for post_id, metric, value, taken_at in rows:
        found.setdefault(post_id, {})[metric] = value, taken_at
    return found


def _wanted(metrics: Mapping[str, Metrics]) -> Any:
    """Which figures of which network; a table, so that each is sought by itself."""
    names = [
        sqlalchemy.select(literal(network).label("network"), literal(metric).label("metric"))
        for network, each in metrics.items()
        for metric in (each.reach, *each.private)
    ]
    return sqlalchemy.union_all(*names).subquery() if names else None


def _replies(session: Session, campaign_id: int, zone: ZoneInfo) -> list[ReplyRow]:
    columns: Any = (
        Reply.id,
        func.coalesce(Reply.tandem_id, Post.tandem_id).label("tandem_id"),
        Reply.post_id,
        Reply.network,
        Reply.channel,
        Reply.label,
        Reply.status,
        Reply.received_at,
        Reply.deleted_at,
        Reply.duplicate_of,
        Reply.labelled_by,
        Reply.taken_by,
        Reply.hidden_at,
        Reply.answered_at,
    )
    statement: Any = (
        sqlalchemy.select(*columns)
        .join(Post, col(Reply.post_id) == col(Post.id), isouter=True)
        .where(col(Reply.campaign_id) == campaign_id)
        .order_by(col(Reply.received_at), col(Reply.id))
    )
    vetted = vetted_offers(session, campaign_id)
    warned = frozenset(number for number, each in vetted.items() if each.warnings)
    return [_reply(row, zone, warned) for row in session.exec(statement).all()]


def _reply(row: Row[Any], zone: ZoneInfo, warned: Collection[int]) -> ReplyRow:
    return ReplyRow(
        id=row.id,
        tandem_id=row.tandem_id,
        post_id=row.post_id,
        network=row.network or "",
        channel=row.channel,
        label=row.label,
        status=row.status,
        at=row.received_at,
        day=row.received_at.astimezone(zone).date(),
        deleted=row.deleted_at is not None,
        duplicate_of=row.duplicate_of,
        looked_at=bool(not row.network or row.labelled_by or row.taken_by or row.status != "new"),
        hidden=row.hidden_at is not None and row.deleted_at is None,
        answered_after=minutes_to(row.answered_at, row.received_at),
        warned=row.id in warned,
    )


def _accounts(session: Session, campaign_id: int) -> list[AccountRow]:
    rows = session.exec(
        select(Account.network, Account.unavailable, Account.read_usd)
        .where(Account.campaign_id == campaign_id)
        .order_by(col(Account.network), col(Account.id))
    ).all()
    return [AccountRow(network, dict(reasons or {}), usd) for network, reasons, usd in rows]
