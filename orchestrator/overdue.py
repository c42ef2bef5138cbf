"""Which approved posts should have gone out and did not; what is held back on purpose is not late.

With a scheduler, a post is overdue after some minutes. Without one, an earlier daily job should
have sent it, or none has come for longer than a day.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from orchestrator import heartbeat
from orchestrator.freeze import is_frozen, newest_try
from orchestrator.model import Account, Attempt, Campaign, Event, Post, Tandem
from orchestrator.pause import pauses, stops
from orchestrator.vocabulary import PostState
from schedules.calendar import Window, is_quiet, sendable_time

# A scheduler sends within seconds; long queues and one repetition may take some minutes.
_PROMPT = timedelta(minutes=5)
# The longest pause between two daily jobs that counts as one rhythm (see ``lateness``).
RHYTHM = timedelta(hours=26)
# These let posts go on that were held back.
_LET_GO = ("resume", "thawed")


@dataclass(frozen=True)
class Service:
    """Who sends. ``scheduler_since``: since when one runs, or should: it was ``lost``.

    ``last_choice``: when posts were last chosen to be sent; ``last_pass``: when any pass ended.
    """

    scheduler_since: datetime | None = None
    lost: bool = False
    last_choice: datetime | None = None
    last_pass: datetime | None = None

    def is_missing(self, now: datetime) -> bool:
        """Whether nobody sends at all: no scheduler, and no daily job for more than a day."""
        if self.scheduler_since:
            return False
        return self.last_pass is None or now - self.last_pass > RHYTHM


@dataclass(frozen=True)
class Night:
    """The campaign's quiet hours in its zone."""

    quiet: Window | None
    zone: ZoneInfo


def service_of(session: Session, campaign_id: int, now: datetime, machine: datetime) -> Service:
    """Who sends for this campaign; signs of life are real, so a set time knows of none."""
    campaign = session.get(Campaign, campaign_id)
    choice = campaign.last_pass_at if campaign else None
    if abs(now - machine) > timedelta(minutes=1):
        # A pass at night chooses nothing, but may hand over.
        passes = [at for at in (choice, _newest_try_at(session, campaign_id)) if at]
        return Service(last_choice=choice, last_pass=max(passes, default=None))
    lost = heartbeat.broken_off(session, campaign_id, machine)
    schedulers = [lost] if lost else heartbeat.running(session, campaign_id, machine)
    passes = [at for at in (choice, heartbeat.newest_pass(session, campaign_id)) if at]
    return Service(
        scheduler_since=min((each.started_at for each in schedulers), default=None),
        lost=lost is not None,
        last_choice=choice,
        last_pass=max(passes, default=None),
    )


def _newest_try_at(session: Session, campaign_id: int) -> datetime | None:
    newest = newest_try(campaign_id).scalar_subquery()
    return session.exec(select(Attempt.sent_at).where(Attempt.id == newest)).first()


def is_overdue(free_since: datetime, now: datetime, service: Service, night: Night) -> bool:
    """Tell it of a post that nothing holds back since ``free_since``."""
    if service.scheduler_since:
        since = max(free_since, service.scheduler_since)
        return since < now and sendable_time(since, now, (), night.quiet, night.zone) > _PROMPT
    if service.last_choice and free_since <= service.last_choice:
        return True
    return now - (service.last_pass or free_since) > RHYTHM


def overdue(
    session: Session,
    campaign_id: int,
    now: datetime,
    on: Collection[str],
    service: Service,
    night: Night,
) -> list[Post]:
    """Posts that should be out by now, oldest first; ``on`` are the networks that can be used."""
    if is_quiet(now, night.quiet, night.zone):
        return []
    accounts = session.exec(select(Account).where(Account.campaign_id == campaign_id)).all()
    not_before = {each.id: each.not_before for each in accounts}
    let_go = _let_go_at(session, campaign_id)

    def free_since(post: Post) -> datetime:
        held = (post.approved_at, post.held_at, not_before.get(post.account_id), let_go)
        return max([post.due_at, *(at for at in held if at)])

    return [
        post
        for post in free(session, campaign_id, now, on)
        if (since := free_since(post)) <= now and is_overdue(since, now, service, night)
    ]


def free(
    session: Session, campaign_id: int, until: datetime, on: Collection[str]
) -> Sequence[Post]:
    """Approved posts that are due until then, on these networks, and not stopped by a person."""
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        return []
    frozen, stopped = is_frozen(session, campaign), pauses(session, campaign_id)
    rows = session.exec(
        select(Post, Tandem.slug)
        .join(Tandem, col(Post.tandem_id) == Tandem.id)
        .where(
            Post.campaign_id == campaign_id,
            Post.state == PostState.PLANNED,
            Post.due_at <= until,
            Post.approved_digest == Post.digest,
            col(Post.network).in_(on),
        )
        .order_by(col(Post.due_at), col(Post.id))
    ).all()
    return [
        post for post, slug in rows if not frozen(post.network) and not stops(stopped, post, slug)
    ]


def _let_go_at(session: Session, campaign_id: int) -> datetime | None:
    return session.exec(
        select(Event.at)
        .where(Event.campaign_id == campaign_id, col(Event.what).in_(_LET_GO))
        .order_by(col(Event.id).desc())
        .limit(1)
    ).first()
