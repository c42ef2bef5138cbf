"""Stopping: of everything, of a network or of a tandem; in force before the next send."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, delete, func, select

from orchestrator import journal
from orchestrator.model import Pause, Post, Tandem
from orchestrator.vocabulary import PostState, Scope


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


def pause(
    session: Session,
    campaign_id: int,
    wanted: Iterable[tuple[Scope, str]],
    now: datetime,
    actor: str,
) -> int:
    """Put stops in force; return how many are new. Pausing twice is one pause."""
    held = {(row.scope, row.name) for row in pauses(session, campaign_id)}
    new = [each for each in wanted if each not in held]
    for scope, name in new:
        session.add(Pause(campaign_id=campaign_id, scope=scope, name=name, since=now, actor=actor))
        subject = _subject(session, campaign_id, scope, name)
        journal.record(session, campaign_id, now, actor, "pause", subject)
    return len(new)


def resume(
    session: Session,
    campaign_id: int,
    wanted: Iterable[tuple[Scope, str]],
    now: datetime,
    actor: str,
) -> int:
    """Lift stops; return how many were in force. ``(Scope.ALL, "")`` lifts only that one."""
    lifted = 0
    for scope, name in wanted:
        result = session.exec(
            delete(Pause).where(
                col(Pause.campaign_id) == campaign_id,
                col(Pause.scope) == scope,
                col(Pause.name) == name,
            )
        )
        if result.rowcount:
            lifted += 1
            subject = _subject(session, campaign_id, scope, name)
            journal.record(session, campaign_id, now, actor, "resume", subject)
    return lifted


def _subject(session: Session, campaign_id: int, scope: Scope, name: str) -> str:
    if scope is not Scope.TANDEM:
        return name or scope.value
    wanted = select(Tandem).where(Tandem.campaign_id == campaign_id, Tandem.slug == name)
    tandem = session.exec(wanted).one_or_none()
    return journal.tandem_subject(tandem) if tandem else scope.value
