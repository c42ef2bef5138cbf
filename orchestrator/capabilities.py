"""What an account was found to be able to do, and what was put on a page only to find that out.

A pilot's posts are ours, but no tandem's: whoever compares a page with the rows has to know them.
"""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from orchestrator.model import Account, Capability, Pilot

# Whether the app is in its Live mode, as a person said.
LIVE_MODE = "live_mode"
# Whether a limited post keeps its audience, and whether that makes a difference.
GATE_STORED, GATE_EFFECT = "gate_stored", "gate_effect"
# Whether the platform tells how many saw a post, and how many like the page.
INSIGHTS, LIKES = "insights", "likes"
# Whether the network lets us read what people write to us alone.
MESSAGES = "messages"


def note(
    session: Session,
    account_id: int,
    name: str,
    value: dict[str, Any],
    source: str,
    now: datetime,
) -> None:
    """Write down what is known from now on."""
    row = session.exec(
        select(Capability).where(Capability.account_id == account_id, Capability.name == name)
    ).one_or_none() or Capability(
        account_id=account_id, name=name, value=value, source=source, known_at=now
    )
    row.value, row.source, row.known_at = value, source, now
    session.add(row)


def known(session: Session, account_id: int) -> dict[str, Capability]:
    """All that is known of an account, by name."""
    rows = session.exec(
        select(Capability).where(Capability.account_id == account_id).order_by(col(Capability.name))
    ).all()
    return {row.name: row for row in rows}


def account_of(
    session: Session, campaign_id: int, network: str, remote_id: str, *, lock: bool = False
) -> Account | None:
    """The row of a page or profile, under its number there; None before the first plan."""
    wanted = select(Account).where(
        Account.campaign_id == campaign_id,
        Account.network == network,
        Account.remote_id == remote_id,
    )
    return session.exec(wanted.with_for_update(key_share=True) if lock else wanted).one_or_none()


def trial_posts(session: Session, network: str) -> list[dict[str, Any]]:
    """The posts of every pilot on a network, also of another campaign on the same page."""
    rows = session.exec(
        select(Pilot)
        .join(Account, col(Account.id) == Pilot.account_id)
        .where(Account.network == network)
        .order_by(col(Pilot.id))
    ).all()
    return [post for pilot in rows for post in pilot.posts]
