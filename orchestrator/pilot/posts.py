"""A pilot's rows: its two posts as plain values, written back under the row's lock."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from orchestrator.model import Account, Pilot
from orchestrator.shift import Shift

LASTS = timedelta(hours=24)


@dataclass(frozen=True)
class Trial:
    """One post of a pilot. ``kind``: ``gated`` (to ``town`` only) or ``open``.

    ``sent_at``: committed before the socket opened. ``live``, ``kept`` (its audience) and
    ``eligible`` (for adverts) were read back; ``reach`` was counted. ``looked_at``: when the
    network was last asked about it. ``deleted``: nothing of it is there; ``refused``: why the
    network did not take it.
    """

    kind: str
    text: str
    language: str
    town: str = ""
    targeting: dict[str, Any] | None = None
    sent_at: datetime | None = None
    remote_id: str | None = None
    permalink: str = ""
    live: bool | None = None
    kept: bool | None = None
    eligible: bool | None = None
    reach: int | None = None
    looked_at: datetime | None = None
    deleted: bool = False
    refused: str = ""

    @property
    def mode(self) -> str:
        """How it is aimed."""
        return "hard" if self.targeting else ""

    @property
    def is_there(self) -> bool:
        """Sent, and not known to be gone."""
        return self.sent_at is not None and not self.deleted

    @property
    def is_unclear(self) -> bool:
        """Sent, and nobody knows whether it is there."""
        return self.is_there and self.remote_id is None

    def document(self) -> dict[str, Any]:
        """As it is stored, and as scripts read it."""
        times = {name: getattr(self, name) for name in ("sent_at", "looked_at")}
        return vars(self) | {name: at.isoformat() if at else None for name, at in times.items()}


def trial(row: dict[str, Any]) -> Trial:
    """Read one back."""
    times = {name: row.get(name) for name in ("sent_at", "looked_at")}
    told = {name: datetime.fromisoformat(at) if at else None for name, at in times.items()}
    return Trial(**{**row, **told})


def trials(pilot: Pilot) -> list[Trial]:
    """The posts of a pilot, the limited one first."""
    return [trial(each) for each in pilot.posts]


def open_pilots(session: Session, campaign_id: int) -> Sequence[tuple[Pilot, Account]]:
    """Pilots that are still on, with the page on which they are."""
    return session.exec(
        select(Pilot, Account)
        .join(Account, col(Account.id) == Pilot.account_id)
        .where(Account.campaign_id == campaign_id, col(Pilot.ended_at).is_(None))
        .order_by(col(Pilot.id))
    ).all()


def newest(session: Session, account_id: int) -> Pilot | None:
    """The last pilot on a page, on or ended."""
    return session.exec(
        select(Pilot).where(Pilot.account_id == account_id).order_by(col(Pilot.id).desc())
    ).first()


def was_seen(session: Session, account_id: int) -> bool:
    """Whether anybody saw a post of any pilot on a page."""
    rows = session.exec(select(Pilot).where(Pilot.account_id == account_id)).all()
    return any(each.reach for pilot in rows for each in trials(pilot))


def look_at(shift: Shift, pilot_id: int, seen: dict[str, Trial]) -> dict[str, Trial] | None:
    """Note that the network is asked now about what is there; None where they are not as seen."""
    with shift.store.session(patient=True) as session:
        pilot = session.get_one(Pilot, pilot_id, with_for_update=True)
        posts = {each.kind: each for each in trials(pilot)}
        if posts != seen or pilot.ended_at is not None:
            return None
        for kind, each in posts.items():
            posts[kind] = replace(each, looked_at=shift.now if each.is_there else each.looked_at)
        pilot.posts = [each.document() for each in posts.values()]
        return posts


def change(
    shift: Shift, pilot_id: int, kind: str, *, seen: Trial | None = None, **values: Any
) -> Trial:
    """Write down what became of one post; patient, since a receipt must not be lost.

    ``seen``: as it was when that was found out; nothing is written where somebody was quicker.
    """
    with shift.store.session(patient=True) as session:
        pilot = session.get_one(Pilot, pilot_id, with_for_update=True)
        posts = {each.kind: each for each in trials(pilot)}
        if seen is None or posts[kind] == seen:
            posts[kind] = replace(posts[kind], **values)
            pilot.posts = [each.document() for each in posts.values()]
        return posts[kind]
