"""Stopping: of everything, of a network or of a tandem; in force before the next send.

A stop may also hide what is live already: ``hiding`` sees to that at the networks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, false, not_, or_, text, true
from sqlmodel import Session, col, delete, func, select, update

from orchestrator import journal
from orchestrator.lateness import is_too_late
from orchestrator.model import Pause, Post, Tandem
from orchestrator.vocabulary import PostState, Scope
from schedules.terms import Frame


@dataclass(frozen=True)
class Missed:
    """What came due while it was stopped: ``late`` still goes out, a few at a time; ``too_late``
    was too late before the stop began, and is given up by the next pass.
    """

    late: list[int] = field(default_factory=list)
    too_late: list[int] = field(default_factory=list)


def pauses(session: Session, campaign_id: int) -> list[Pause]:
    """All stops in force, the widest first."""
    rows = session.exec(select(Pause).where(Pause.campaign_id == campaign_id)).all()
    return sorted(rows, key=lambda row: (list(Scope).index(row.scope), row.name))


def stops(rows: Iterable[Pause], post: Post, slug: str) -> bool:
    """Whether one of the stops holds this post."""
    held = {(Scope.ALL, ""), (Scope.NETWORK, post.network), (Scope.TANDEM, slug)}
    return any((row.scope, row.name) in held for row in rows)


def in_flight(session: Session, campaign_id: int) -> int:
    """How many posts are being sent at this moment: a stop comes too late for those."""
    return session.exec(
        select(func.count())
        .select_from(Post)
        .where(Post.campaign_id == campaign_id, Post.state == PostState.SENDING)
    ).one()


def covered(rows: Iterable[Pause]) -> ColumnElement[bool]:
    """The same as ``stops``, for the database to tell."""
    return or_(false(), *map(_holds, rows))


def _holds(row: Pause) -> ColumnElement[bool]:
    if row.scope is Scope.ALL:
        return true()
    if row.scope is Scope.NETWORK:
        return col(Post.network) == row.name
    named = select(Tandem.id).where(Tandem.campaign_id == row.campaign_id, Tandem.slug == row.name)
    return col(Post.tandem_id).in_(named)


def overtake(session: Session) -> None:
    """Let a stop wait for the intents that are being committed now, and for none after them.

    Ask for it before the campaign's row. A server lets whoever shares a row pass the one that
    waits to write it, so that many workers could keep a stop waiting; for a table all queue up.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE campaign IN EXCLUSIVE MODE"))


def pause(
    session: Session,
    campaign_id: int,
    wanted: Iterable[tuple[Scope, str]],
    now: datetime,
    actor: str,
    *,
    hide: bool = False,
) -> int:
    """Put stops in force; return how many are new. Pausing twice is one pause.

    ``hide`` is added to a stop that is in force already, and taken from none.
    """
    held = {(row.scope, row.name): row for row in pauses(session, campaign_id)}
    new = [each for each in wanted if each not in held or (hide and not held[each].hide)]
    for scope, name in new:
        row = held.get((scope, name)) or Pause(
            campaign_id=campaign_id, scope=scope, name=name, since=now, actor=actor
        )
        row.hide = hide
        session.add(row)
        detail = {"hide": True} if hide else {}
        subject = _subject(session, campaign_id, scope, name)
        journal.record(session, campaign_id, now, actor, "pause", subject, **detail)
        if hide:
            _prove_anew(session, campaign_id, row)
    return len([each for each in new if each not in held])


def _prove_anew(session: Session, campaign_id: int, row: Pause) -> None:
    """Forget that posts are hidden: a pass may be about to show them, for the stop before this."""
    session.exec(
        update(Post)
        .where(col(Post.campaign_id) == campaign_id, covered([row]))
        .values(hidden_at=None)
        .execution_options(synchronize_session=False)
    )


def resume(
    session: Session,
    campaign_id: int,
    wanted: Iterable[tuple[Scope, str]],
    now: datetime,
    actor: str,
) -> list[Pause]:
    """Lift stops; return those that were in force. ``(Scope.ALL, "")`` lifts only that one."""
    held = {(row.scope, row.name): row for row in pauses(session, campaign_id)}
    lifted = [held[each] for each in wanted if each in held]
    for row in lifted:
        session.exec(delete(Pause).where(col(Pause.id) == row.id))
        subject = _subject(session, campaign_id, row.scope, row.name)
        journal.record(session, campaign_id, now, actor, "resume", subject)
    _show_anew(session, campaign_id, [row for row in lifted if row.hide], now)
    return lifted


def _show_anew(session: Session, campaign_id: int, lifted: list[Pause], now: datetime) -> None:
    """Take each post that was to be hidden for hidden: a pass may have died on the way to prove it.

    It is shown, and read back, once more than needed; otherwise it could stay hidden for good.
    """
    veiled = covered(row for row in pauses(session, campaign_id) if row.hide)
    session.exec(
        update(Post)
        .where(
            col(Post.campaign_id) == campaign_id,
            col(Post.state) == PostState.PUBLISHED,
            col(Post.hidden_at).is_(None),
            covered(lifted),
            not_(veiled),
        )
        .values(hidden_at=now)
        .execution_options(synchronize_session=False)
    )


def missed(
    session: Session,
    campaign_id: int,
    lifted: Sequence[Pause],
    now: datetime,
    frame: Frame,
    max_late: timedelta,
) -> Missed:
    """Let no post expire because of these stops, and none go out in a flood after them.

    From now on the posts count as late ones that were made to wait (see ``lateness``).
    """
    found, still = Missed(), pauses(session, campaign_id)
    for post, slug in _came_due(session, campaign_id, lifted, now):
        since = min(row.since for row in lifted if stops([row], post, slug))
        began = min(post.due_at, since)
        if post.held_at is None and is_too_late(began, since, frame, max_late):
            found.too_late.append(post.id)
            continue
        post.held_at = post.held_at or now
        if not stops(still, post, slug):
            found.late.append(post.id)
    return found


def _came_due(
    session: Session, campaign_id: int, lifted: Sequence[Pause], now: datetime
) -> Sequence[tuple[Post, str]]:
    return session.exec(
        select(Post, Tandem.slug)
        .join(Tandem, col(Post.tandem_id) == Tandem.id)
        .where(
            Post.campaign_id == campaign_id,
            Post.state == PostState.PLANNED,
            Post.due_at <= now,
            Post.approved_digest == Post.digest,
            covered(lifted),
        )
        .order_by(col(Post.due_at), col(Post.id))
        .with_for_update(of=Post)
    ).all()


def _subject(session: Session, campaign_id: int, scope: Scope, name: str) -> str:
    if scope is not Scope.TANDEM:
        return name or scope.value
    wanted = select(Tandem).where(Tandem.campaign_id == campaign_id, Tandem.slug == name)
    tandem = session.exec(wanted).one_or_none()
    return journal.tandem_subject(tandem) if tandem else scope.value
