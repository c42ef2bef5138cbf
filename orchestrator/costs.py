"""What a campaign costs at the networks: what was charged, what is planned, what the cap leaves.

Our own count, beside the network's: a try whose answer was lost counts as charged, and what X reads
out to a program that was started anew on the same day counts again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from orchestrator.model import Account, Attempt, Charge, Post
from orchestrator.money import Line, expected, grouped, is_charged, kind_of, spent_at
from orchestrator.ports import Network
from orchestrator.vocabulary import Outcome, PostState

# Charged before this program kept lines of it.
EARLIER = "earlier"
_UNCLEAR = "_unclear"
_DUST = 1e-6
_WAITING = (PostState.PLANNED, PostState.CLAIMED)


@dataclass(frozen=True)
class Costs:
    """All of one network, in US dollars; ``cap`` is None where posting is free of charge."""

    charged: list[Line]
    planned: list[Line]
    spent: float
    cap: float | None

    @property
    def to_come(self) -> float:
        """What the planned posts will cost."""
        return sum(each.usd for each in self.planned)

    @property
    def left(self) -> float | None:
        """What the cap leaves once they went out."""
        return None if self.cap is None else self.cap - self.spent - self.to_come

    def document(self) -> dict[str, object]:
        """As scripts read it."""
        return {
            "charged": [each.document() for each in self.charged],
            "charged_usd": round(self.spent, 4),
            "planned": [each.document() for each in self.planned],
            "planned_usd": round(self.to_come, 4),
            "cap": self.cap,
            "left": None if self.left is None else round(self.left, 4),
        }


def costs(
    session: Session,
    campaign_id: int,
    networks: Mapping[str, Network],
    caps: Mapping[str, float | None],
) -> dict[str, Costs]:
    """By network; those that cost nothing are not there."""
    found = {
        name: Costs(
            charged=[*_sends(session, campaign_id, network), *_rest(session, campaign_id, name)],
            planned=expected(_waiting(session, campaign_id, name), network),
            spent=spent_at(session, campaign_id, name),
            cap=caps[name],
        )
        for name, network in networks.items()
    }
    return {name: each for name, each in found.items() if each.cap is not None or each.charged}


def _waiting(session: Session, campaign_id: int, network: str) -> list[Post]:
    wanted = select(Post).where(
        Post.campaign_id == campaign_id, Post.network == network, col(Post.state).in_(_WAITING)
    )
    return list(session.exec(wanted).all())


def _sends(session: Session, campaign_id: int, network: Network) -> list[Line]:
    """The tries that were charged, or may have been: those without an answer apart."""
    tries = session.exec(
        select(Attempt.price_usd, Attempt.sent_at, Attempt.outcome)
        .join(Post, col(Post.id) == Attempt.post_id)
        .where(Post.campaign_id == campaign_id, Post.network == network.name, is_charged())
    ).all()
    return grouped(
        (
            kind_of(network, price, at.date()) + ("" if outcome is Outcome.DONE else _UNCLEAR),
            price,
            at.date(),
        )
        for price, at, outcome in tries
    )


def _rest(session: Session, campaign_id: int, network: str) -> Iterator[Line]:
    """What was charged beside the sending, by day and kind."""
    accounts = session.exec(
        select(Account).where(Account.campaign_id == campaign_id, Account.network == network)
    ).all()
    rows = session.exec(
        select(Charge)
        .where(col(Charge.account_id).in_([each.id for each in accounts]))
        .order_by(col(Charge.day), col(Charge.what))
    ).all()
    for row in rows:
        yield Line(row.what, row.usd / (row.count or 1), row.count, row.usd, row.day, row.day)
    unknown = sum(each.read_usd for each in accounts) - sum(row.usd for row in rows)
    if unknown > _DUST:
        day = min((row.day for row in rows), default=date.min)
        yield Line(EARLIER, unknown, 1, unknown, day, day)
