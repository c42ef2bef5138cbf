"""Posts as lists, the calendar and scripts show them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from orchestrator.attempts import attempts_of
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.model import Attempt, Post, Tandem
from orchestrator.vocabulary import PostState, TandemState

_LARGEST = 2**31 - 1


def post_rows(
    session: Session, campaign_id: int, day: date | None = None, zone: ZoneInfo | None = None
) -> list[dict[str, object]]:
    """The contract's rows, by time; ``day`` is a local day of ``zone``.

    ``held``: the network keeps the post unseen, as ``remote_id``; ``handed_for``: it publishes it
    by itself at that time. ``hidden``: it is published, and kept out of sight.
    """
    of_campaign = select(Tandem).where(Tandem.campaign_id == campaign_id)
    tandems = {each.id: each for each in session.exec(of_campaign).all()}
    attempts = dict(
        session.exec(select(Attempt.post_id, func.count()).group_by(col(Attempt.post_id))).all()
    )
    return [
        _row(post, tandems[post.tandem_id], attempts.get(post.id, 0))
        for post in _posts(session, campaign_id)
        if day is None or post.due_at.astimezone(zone or ZoneInfo(post.zone)).date() == day
    ]


def found(session: Session, campaign_id: int, post_id: int, *, lock: bool = False) -> Post:
    """The campaign's post of this number; refused when there is none."""
    # No database can be asked for a larger number.
    post = session.get(Post, post_id, with_for_update=lock) if 0 < post_id <= _LARGEST else None
    if post is None or post.campaign_id != campaign_id:
        raise UsageProblem(
            _("There is no post {number}.").format(number=post_id),
            remedy=_("`tueroeffner post list` shows them all."),
        )
    return post


def _posts(session: Session, campaign_id: int) -> Sequence[Post]:
    return session.exec(
        select(Post).where(Post.campaign_id == campaign_id).order_by(col(Post.due_at), col(Post.id))
    ).all()


def is_silent(post: Post, tandem: Tandem) -> bool:
    """Whether its words are shown no more: who said them has withdrawn, and it is down.

    As long as it may be live somebody may have to find it by its words.
    """
    may_be_live = post.state in (PostState.PUBLISHED, PostState.UNKNOWN, PostState.SENDING)
    return tandem.state is TandemState.WITHDRAWN and not may_be_live


def _row(post: Post, tandem: Tandem, attempts: int) -> dict[str, object]:
    silent = is_silent(post, tandem)
    return {
        "id": post.id,
        "tandem": tandem.slug,
        "network": post.network,
        "state": post.state.value,
        "approved": post.approved_digest == post.digest,
        "due_at": local(post.due_at, post.zone),
        "published_at": local(post.published_at, post.zone),
        "text": "" if silent else post.text,
        "link": "" if silent else post.link,
        "language": post.language,
        "media": [] if silent else [_shown(each) for each in post.media],
        "made_with_ai": post.made_with_ai,
        "place": "" if silent else post.place,
        "mode": post.mode,
        "targeting_kept": post.targeting_kept,
        "remote_id": post.remote_id,
        "permalink": None if silent else post.permalink,
        "held": post.handed_digest is not None,
        "handed_for": local(post.handed_for, post.zone),
        "hidden": post.state is PostState.PUBLISHED and post.hidden_at is not None,
        "attempts": attempts,
        "error": post.error,
    }


def _shown(file: Mapping[str, Any]) -> dict[str, Any]:
    return {"kind": file["kind"], "alt": file["alt"], "remark": file.get("remark")}


def tries(session: Session, post_id: int, zone: str) -> list[dict[str, Any]]:
    """What was tried with a post, oldest first."""
    return [
        {
            "number": each.number,
            "sent_at": local(each.sent_at, zone),
            "outcome": each.outcome.value if each.outcome else None,
            "detail": each.detail,
        }
        for each in attempts_of(session, post_id)
    ]


def local(at: datetime | None, zone: str) -> datetime | None:
    """A time on the campaign's wall."""
    return None if at is None else at.astimezone(ZoneInfo(zone))


def withdrawn(session: Session, campaign_id: int) -> set[str]:
    """The slugs of the tandems that have withdrawn."""
    gone = select(Tandem.slug).where(
        Tandem.campaign_id == campaign_id, Tandem.state == TandemState.WITHDRAWN
    )
    return set(session.exec(gone).all())


def calendar(session: Session, campaign_id: int, name: str, now: datetime) -> bytes:
    """What is planned, held or live as an iCalendar file, one short event a post."""
    from datetime import timedelta

    from icalendar import Calendar, Event

    book = Calendar()
    book.add("prodid", "-//Tueroeffner//EN")
    book.add("version", "2.0")
    book.add("x-wr-calname", name)
    left = withdrawn(session, campaign_id)
    for row in post_rows(session, campaign_id):
        shown = row["state"] in (PostState.PLANNED, PostState.SCHEDULED, PostState.PUBLISHED)
        if not shown or row["tandem"] in left:
            continue
        event = Event()
        event.add("uid", f"post-{row['id']}-{campaign_id}@tueroeffner")
        event.add("dtstamp", now)
        event.add("dtstart", row["due_at"])
        event.add("duration", timedelta(minutes=5))
        # Calendars are shared and live in clouds: a slug may say more than the post does.
        event.add("summary", f"Post {row['id']} · {row['network']}")
        event.add("description", row["text"])
        book.add_component(event)
    book.add_missing_timezones()
    return bytes(book.to_ical())


def state_word(state: str) -> str:
    """A post's state as a person reads it."""
    return {
        "planned": _("planned"),
        "claimed": _("being sent"),
        "sending": _("being sent"),
        "scheduled": _("held by the platform"),
        "published": _("published"),
        "unknown": _("unclear, being checked"),
        "rejected": _("refused by the platform"),
        "expired": _("too late, not sent"),
        "cancelled": _("cancelled"),
        "withdrawn": _("withdrawn"),
    }[state]
