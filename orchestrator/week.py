"""A campaign week on a clock that is moved by hand: every post at its minute, and what comes back.

The demo and the rehearsal live through it with the very passes of the daily job.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from orchestrator import networks
from orchestrator.approve import approve, awaiting
from orchestrator.campaign import enrol, known
from orchestrator.config import Settings
from orchestrator.keys import CampaignKey
from orchestrator.model import Post, Reply, Snapshot, Tandem
from orchestrator.plan import plan
from orchestrator.planned import PlanReport
from orchestrator.ports import Network
from orchestrator.run import publish_pass, run_pass
from orchestrator.shift import Shift, Tally, World
from orchestrator.store import Store
from orchestrator.vocabulary import Label, PostState
from orchestrator.worker import my_name
from schedules.calendar import parse_wall
from schedules.clock import Clock, SystemClock

# Local hours at which a whole pass looks around, where the campaign names no passes of its own.
_LOOKS = ("06:00", "09:00", "12:00", "15:00", "18:00", "21:00")


@dataclass(frozen=True)
class Stage:
    """A campaign that is played: its configuration, its database, its key, and by whom."""

    settings: Settings
    store: Store
    key: CampaignKey
    actor: str


@dataclass(frozen=True)
class Step:
    """One pass, and when it was."""

    at: datetime
    tally: Tally


@dataclass(frozen=True)
class Offer:
    """A job offer as it may be shown: words without contacts, the tandem by its public name."""

    at: datetime
    network: str
    town: str
    tandem: str
    text: str


@dataclass(frozen=True)
class Standing:
    """How the campaign stands: figures by network and label."""

    published: Mapping[str, int]
    reach: Mapping[str, int | None]
    replies: Mapping[str, int]
    labels: Mapping[Label, int]


def plan_and_approve(stage: Stage, opened: Mapping[str, Network], now: datetime) -> PlanReport:
    """Plan every post and approve it, as a campaign manager would after looking."""
    report = plan(stage.store, stage.settings, stage.key, opened, now, stage.actor)
    with stage.store.session() as session:
        campaign = enrol(session, stage.settings.campaign, stage.key, now)
        posts = [(post.id, post.digest) for post in awaiting(session, campaign.id, None)]
        approve(session, posts, now, stage.actor)
    return report


def shift_on(stage: Stage, opened: Mapping[str, Network], clock: Clock) -> Shift:
    """The shift that works through the week, on a clock that is moved by hand."""
    with stage.store.reading() as session:
        campaign_id = known(session, stage.settings.campaign.slug)
    return Shift(
        store=stage.store,
        settings=stage.settings,
        key=stage.key,
        campaign_id=campaign_id,
        networks=dict(opened),
        clock=clock,
        machine=SystemClock(),
        worker=my_name(),
        actor=stage.actor,
        world=World(played=True),
    )


def steps(shift: Shift, advance: Callable[[timedelta], None], until: datetime) -> Iterator[Step]:
    """Live until ``until``, pass by pass; whoever stops asking stops the week."""
    while shift.now < until and not shift.stopped():
        look = _next_look(shift, until)
        post = None if shift.settings.campaign.passes else _next_post(shift, look)
        advance((post or look) - shift.now)
        yield Step(shift.now, publish_pass(shift) if post else run_pass(shift))


def _next_look(shift: Shift, until: datetime) -> datetime:
    campaign = shift.settings.campaign
    today = shift.now.astimezone(campaign.zone)
    looks = [
        datetime.combine(today.date() + timedelta(days=ahead), parse_wall(wall), campaign.zone)
        for ahead in (0, 1)
        for wall in campaign.passes or _LOOKS
    ]
    return min([each for each in looks if each > today] + [until])


def _next_post(shift: Shift, before: datetime) -> datetime | None:
    """When the next approved post is due, from here or from the platform that holds it."""
    with shift.store.reading() as session:
        due = session.exec(
            select(func.min(Post.due_at)).where(
                Post.campaign_id == shift.campaign_id,
                col(Post.state).in_([PostState.PLANNED, PostState.SCHEDULED]),
                Post.approved_digest == Post.digest,
                Post.due_at > shift.now,
            )
        ).one()
    return due if due is not None and due < before else None


def standing(session: Session, campaign_id: int) -> Standing:
    """Count what is out there and what came back; deleted replies are gone, doubles count once."""
    live = (Reply.campaign_id == campaign_id, col(Reply.deleted_at).is_(None))
    labels = session.exec(
        select(Reply.label, func.count())
        .where(*live, col(Reply.duplicate_of).is_(None))
        .group_by(Reply.label)
    ).all()
    replies = session.exec(
        select(Reply.network, func.count()).where(*live).group_by(Reply.network)
    ).all()
    published = session.exec(
        select(Post.network, func.count())
        .where(Post.campaign_id == campaign_id, Post.state == PostState.PUBLISHED)
        .group_by(Post.network)
    ).all()
    return Standing(
        published=dict(published),
        reach=_reach(session, campaign_id),
        replies={str(network): count for network, count in replies},
        labels={Label(label): count for label, count in labels},
    )


def _reach(session: Session, campaign_id: int) -> dict[str, int | None]:
    """By network: the sum of each post's newest figure of reach, None where there is none."""
    return {
        name: _sum_of_newest(session, campaign_id, name, networks.adapter(name).METRICS.reach)
        for name in networks.names()
    }


def _sum_of_newest(session: Session, campaign_id: int, network: str, metric: str) -> int | None:
    newest = (
        select(func.max(Snapshot.taken_at))
        .where(Snapshot.post_id == Post.id, Snapshot.metric == metric)
        .correlate(Post)
        .scalar_subquery()
    )
    total = session.exec(
        select(func.sum(Snapshot.value))
        .join(Post, col(Snapshot.post_id) == Post.id)
        .where(
            Post.campaign_id == campaign_id,
            Post.network == network,
            Snapshot.metric == metric,
            Snapshot.taken_at == newest,
        )
    ).one()
    return None if total is None else int(total)


def offers(session: Session, campaign_id: int) -> Iterator[tuple[str, Offer]]:
    """What is sorted as a job offer, newest first, each with the network's number of it."""
    rows = session.exec(
        select(Reply, Tandem)
        .join(Tandem, col(Reply.tandem_id) == Tandem.id)
        .where(
            Reply.campaign_id == campaign_id,
            Reply.label == Label.JOB_OFFER,
            col(Reply.deleted_at).is_(None),
        )
        .order_by(col(Reply.received_at).desc(), col(Reply.id).desc())
    ).all()
    for reply, tandem in rows:
        town = tandem.region if tandem.show == "region" else tandem.town
        name = tandem.public_name or tandem.slug
        yield (
            f"{reply.network}:{reply.remote_id}",
            Offer(reply.received_at, reply.network or "", town, name, reply.text),
        )
