"""Moving one post to another time, for a person; what a network holds is moved there afterwards.

The words stay the same, and so does the approval. Locks are taken in the order campaign, post.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from orchestrator import journal
from orchestrator.config import Settings
from orchestrator.ending import Terms, refused_on
from orchestrator.errors import UsageProblem
from orchestrator.formats import day as written
from orchestrator.frame import frame_of
from orchestrator.i18n import _
from orchestrator.model import Campaign, Post, Tandem
from orchestrator.posts import found, local, post_rows
from orchestrator.store import Store
from orchestrator.vocabulary import PostState
from schedules.calendar import is_quiet, localise, sendable_spans, slot_at
from schedules.errors import UnreadableTimeError
from schedules.typed import Typed, parse_typed

_MINUTE, _MIDNIGHT = timedelta(minutes=1), time()
_MOVABLE = (PostState.PLANNED, PostState.SCHEDULED, PostState.EXPIRED)
# What is still to come out, or may have: two posts of a page in one minute look like a machine's.
_OUTSTANDING = (
    PostState.PLANNED,
    PostState.CLAIMED,
    PostState.SENDING,
    PostState.SCHEDULED,
    PostState.UNKNOWN,
)


@dataclass(frozen=True)
class Moved:
    """What became of it: the post's row, its old time, and what the person should know.

    ``held``: a network keeps the post and has to be told of the new time.
    """

    row: dict[str, Any]
    was: datetime
    held: bool
    remarks: list[str]


def wanted(store: Store, settings: Settings, campaign_id: int, post_id: int, text: str) -> Typed:
    """The time that ``text`` means for this post (see ``schedules.typed``)."""
    with store.reading() as session:
        post = found(session, campaign_id, post_id)
    try:
        return parse_typed(text, post.due_at, settings.campaign.zone)
    except UnreadableTimeError as error:
        raise UsageProblem(
            _("“{text}” is not a time.").format(text=text),
            remedy=_("Write it like 17:30, 2026-11-24 17:30, 24.11.2026 17:30, +2h or -30m."),
        ) from error


def move(
    store: Store,
    settings: Settings,
    campaign_id: int,
    post_id: int,
    at: datetime,
    now: datetime,
    actor: str,
    *,
    dry_run: bool,
) -> Moved:
    """Give the post another time, in our own table; refused when it must not or cannot move."""
    with store.session(dry_run=dry_run) as session:
        session.get(Campaign, campaign_id, with_for_update={"key_share": True})
        post = found(session, campaign_id, post_id, lock=True)
        _refuse_unmovable(post, now)
        _refuse_time(session, settings, post, at, now)
        was, held = post.due_at, post.state is PostState.SCHEDULED
        remarks = _remarks(session, settings, post, at)
        _reschedule(post, at, settings.campaign.timezone)
        zone = settings.campaign.timezone
        times = {"was": was.isoformat(), "to": at.isoformat()}
        journal.record(session, campaign_id, now, actor, "moved", f"post {post_id}", **times)
        session.flush()
        row = next(row for row in post_rows(session, campaign_id) if row["id"] == post_id)
        return Moved(row, local(was, zone) or was, held, remarks)


def arrived(store: Store, post_id: int) -> bool:
    """Whether a post that a network held has its new time: there, or given back to us."""
    with store.reading() as session:
        post = session.get_one(Post, post_id)
    if post.state is PostState.SCHEDULED:
        return post.handed_for == post.due_at
    return post.state is PostState.PLANNED and post.handed_digest is None


def _reschedule(post: Post, at: datetime, zone: str) -> None:
    slot = slot_at(at, zone)
    post.due_at, post.zone = slot.at_utc, slot.zone
    post.due_wall = f"{slot.day.isoformat()}T{slot.wall:%H:%M}"
    post.held_at = None
    if post.state is PostState.EXPIRED:
        post.state, post.error = PostState.PLANNED, None


def _refuse_unmovable(post: Post, now: datetime) -> None:
    """Only what has not gone out, and may still go out, has a time that can be changed."""
    if post.state not in _MOVABLE:
        what, remedy = _why_unmovable(post)
    elif post.state is PostState.SCHEDULED and (post.handed_for or now) <= now:
        what = _("its time has come: the network is publishing it")
        remedy = _("`tueroeffner run --once` looks whether it is live.")
    elif post.state is PostState.EXPIRED and post.approved_digest is None:
        what = _("its words are not those of its tandem any more")
        remedy = _("`tueroeffner plan` makes other posts of the same appeal.")
    elif post.state is PostState.EXPIRED and post.handed_digest is not None:
        what = _("the network has not given it back yet")
        remedy = _("Run `tueroeffner run --once`, then move it.")
    else:
        return
    raise UsageProblem(
        _("Post {number} cannot be moved: {reason}.").format(number=post.id, reason=what),
        remedy=remedy,
    )


def _why_unmovable(post: Post) -> tuple[str, str]:
    show = _("`tueroeffner post show {number}` tells more.").format(number=post.id)
    plan = _("`tueroeffner plan` writes it anew, at a new time; then approve it.")
    sending = _("it is being sent at this moment"), show
    return {
        PostState.CLAIMED: sending,
        PostState.SENDING: sending,
        PostState.PUBLISHED: (_("it is live already"), show),
        PostState.WITHDRAWN: (_("it was taken down"), show),
        PostState.UNKNOWN: (
            _("nobody knows yet whether it is live"),
            _("Find out with `tueroeffner post settle {number}`.").format(number=post.id),
        ),
        PostState.REJECTED: (
            _("the network refused it"),
            _("`tueroeffner post retry {number}` plans it once more.").format(number=post.id),
        ),
        PostState.CANCELLED: (_("it was cancelled"), plan),
    }[post.state]


def _refuse_time(
    session: Session, settings: Settings, post: Post, at: datetime, now: datetime
) -> None:
    frame, zone = frame_of(settings.campaign), settings.campaign.zone
    day = at.astimezone(zone).date()
    if at <= now:
        raise _bad_time(_("that time is over"), _("Choose a time to come."))
    if frame.quiet and is_quiet(at, frame.quiet, zone):
        quiet = settings.campaign.quiet_hours
        raise _bad_time(
            _("that is in the quiet hours, {hours}").format(hours=quiet),
            _("Choose another time, or change [campaign] quiet_hours."),
        )
    if not _is_pass(settings, at, day) and (other := _in_that_minute(session, post, at)):
        raise _bad_time(
            _("post {number} goes out on {network} in that very minute").format(
                number=other, network=post.network
            ),
            _("Choose a time some minutes earlier or later, or move the other one first."),
        )
    _refuse_unwanted(session, post, day, settings.terms)


def _refuse_unwanted(session: Session, post: Post, day: date, terms: Terms) -> None:
    tandem = session.get_one(Tandem, post.tandem_id)
    if reason := refused_on(session, post, tandem, day, terms):
        raise _bad_time(
            _("on {day} nothing of “{slug}” may go out there: {reason}").format(
                day=written(day), slug=tandem.slug, reason=reason
            ),
            _("`tueroeffner tandem show {slug}` shows until when.").format(slug=tandem.slug),
        )


def _bad_time(reason: str, remedy: str) -> UsageProblem:
    what = _("The post stays where it is: {reason}.").format(reason=reason)
    return UsageProblem(what, remedy=remedy)


def _is_pass(settings: Settings, at: datetime, day: date) -> bool:
    """Whether it is a time of the daily job: there several posts wait for the same pass."""
    frame, zone = frame_of(settings.campaign), settings.campaign.zone
    return at in {localise(day, wall, zone) for wall in frame.passes}


def _in_that_minute(session: Session, post: Post, at: datetime) -> int | None:
    return session.exec(
        _others(post)
        .where(Post.network == post.network, Post.due_at > at - _MINUTE, Post.due_at < at + _MINUTE)
        .order_by(col(Post.id))
    ).first()


def _others(post: Post) -> SelectOfScalar[int]:
    """The numbers of the campaign's other posts that are still to come out."""
    return select(Post.id).where(
        Post.campaign_id == post.campaign_id,
        Post.id != post.id,
        col(Post.state).in_(_OUTSTANDING),
    )


def _remarks(session: Session, settings: Settings, post: Post, at: datetime) -> list[str]:
    """What is unusual about the new time; it is done nevertheless."""
    campaign, day = settings.campaign, at.astimezone(settings.campaign.zone).date()
    remarks = []
    if not _in_usual_hours(settings, at, day):
        remarks.append(_unusual_hours(settings))
    if day < campaign.start:
        remarks.append(_("That is before the campaign begins."))
    if day > campaign.end:
        remarks.append(_("That is after the campaign's end."))
    remarks += [
        _("Post {number} of the same tandem goes out on that day too.").format(number=other)
        for other in _same_day(session, post, day, campaign.zone)
    ]
    return remarks


def _in_usual_hours(settings: Settings, at: datetime, day: date) -> bool:
    frame, zone = frame_of(settings.campaign), settings.campaign.zone
    if frame.passes:
        return _is_pass(settings, at, day)
    return any(sendable_spans(at, at + _MINUTE, frame.windows, None, zone))


def _unusual_hours(settings: Settings) -> str:
    if settings.campaign.passes:
        return _("The daily job runs at {times}: it goes out with the next one after that.").format(
            times=", ".join(settings.campaign.passes)
        )
    return _("That is outside of the campaign's hours, {times}.").format(
        times=", ".join(settings.campaign.windows)
    )


def _same_day(session: Session, post: Post, day: date, zone: ZoneInfo) -> list[int]:
    midnights = [localise(each, _MIDNIGHT, zone) for each in (day, day + timedelta(days=1))]
    query = _others(post).where(
        Post.tandem_id == post.tandem_id, Post.due_at >= midnights[0], Post.due_at < midnights[1]
    )
    return list(session.exec(query.order_by(col(Post.id))).all())
