"""How the offers stand: what waits too long, what a person has to do, and whom to ask again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlmodel import Session, col, select

from orchestrator.eligible import why_left
from orchestrator.forwarding.office import taken
from orchestrator.forwarding.path import ask_on, asked_next
from orchestrator.forwarding.steps import PATIENCE, due_after
from orchestrator.model import Milestone, Referral, Reply, Tandem
from orchestrator.vocabulary import WAITING, Delivery, Label, OfferState, Step, Way

# An offer that nobody has handed over by then is an alarm.
LONGEST = timedelta(hours=24)
# Questions of the next days are shown ahead.
AHEAD = timedelta(days=7)


def waits_too_long(session: Session, campaign_id: int, now: datetime) -> list[int]:
    """Job offers that came more than a day ago, and that nobody has handed over; oldest first."""
    rows = session.exec(
        select(Reply.id)
        .where(
            Reply.campaign_id == campaign_id,
            Reply.label == Label.JOB_OFFER,
            Reply.received_at < now - LONGEST,
            col(Reply.queue),
            col(Reply.status).in_(WAITING),
            col(Reply.duplicate_of).is_(None),
            col(Reply.deleted_at).is_(None),
            col(Reply.forgotten_at).is_(None),
        )
        .order_by(col(Reply.received_at), col(Reply.id))
    ).all()
    return list(rows)


@dataclass(frozen=True)
class ToDo:
    """A step of a hand-over for which a person is needed.

    ``kind``: ``call`` (somebody has to be called), ``unclear`` (nobody knows whether a mail went
    out), ``unsent`` (it was refused, or came back), ``retried`` (it did not go out so far, and a
    pass tries it again) or ``unconfirmed`` (everybody was told, nobody answered).
    """

    kind: str
    reply_id: int
    tandem: str
    step: Step
    since: datetime


def to_do(session: Session, campaign_id: int, now: datetime) -> list[ToDo]:
    """What a person has to see to, oldest first; nothing of what somebody has confirmed."""
    rows = session.exec(
        select(Referral, Tandem)
        .join(Reply, col(Reply.id) == Referral.reply_id)
        .join(Tandem, col(Tandem.id) == Referral.tandem_id)
        .where(
            Referral.campaign_id == campaign_id,
            col(Reply.status).in_([*WAITING, OfferState.FORWARDED]),
            col(Reply.deleted_at).is_(None),
            col(Reply.forgotten_at).is_(None),
        )
        .order_by(col(Referral.reply_id), col(Referral.id))
    ).all()
    found: list[ToDo] = []
    for _reply_id, group in groupby(rows, key=lambda each: each[0].reply_id):
        steps = list(group)
        tandem = steps[0][1]
        if not why_left(tandem) and not any(row.received_at for row, _tandem in steps):
            found += _of_one([row for row, _tandem in steps], tandem.slug, now)
    return sorted(found, key=lambda each: (each.since, each.reply_id))


def _of_one(rows: Sequence[Referral], slug: str, now: datetime) -> list[ToDo]:
    last = rows[-1]
    kind = _kind(last, now)
    return (
        [ToDo(kind, last.reply_id, slug, last.step, last.sent_at or last.made_at)] if kind else []
    )


def _kind(row: Referral, now: datetime) -> str:
    if row.way is Way.CALL and row.state is Delivery.SENDING:
        return "call"
    if row.state is Delivery.UNKNOWN:
        return "unclear"
    if row.state is Delivery.FAILED:
        return "retried" if taken(row).is_waiting else "unsent"
    # The step after it is taken within minutes, where there is anybody left.
    told_all = row.state is Delivery.SENT and due_after(taken(row)) + PATIENCE / 24 < now
    return "unconfirmed" if told_all else ""


@dataclass(frozen=True)
class FollowUp:
    """Somebody at work who is to be asked whether it goes on."""

    reply_id: int
    tandem: str | None
    began: date
    ask: OfferState
    on: date


def follow_ups(session: Session, campaign_id: int, today: date) -> list[FollowUp]:
    """Whom to ask today or within a week, the earliest first."""
    rows = session.exec(
        select(Reply, Milestone, Tandem.slug)
        .join(Milestone, col(Milestone.reply_id) == Reply.id)
        .join(Tandem, col(Tandem.id) == Milestone.tandem_id, isouter=True)
        .where(
            Reply.campaign_id == campaign_id,
            col(Reply.status).in_([OfferState.STARTED, OfferState.KEPT_4W]),
            Milestone.state == OfferState.STARTED,
        )
        .order_by(col(Reply.id), col(Milestone.at), col(Milestone.id))
    ).all()
    latest = {reply.id: (reply, began.day, slug) for reply, began, slug in rows}
    found = []
    for reply, began, slug in latest.values():
        ask = asked_next(OfferState(reply.status))
        if ask and (on := ask_on(began, ask)) <= today + AHEAD:
            found.append(FollowUp(reply.id, slug, began, ask, on))
    return sorted(found, key=lambda each: (each.on, each.reply_id))
