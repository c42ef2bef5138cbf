"""Money at a network: what was spent, and the cap, asked when planning and before every send."""

from sqlmodel import Session, col, func, or_, select

from orchestrator.model import Account, Attempt, Post
from orchestrator.vocabulary import Outcome, PostState

# Prices are added up as floating numbers; a millionth of a cent is no overrun.
_DUST = 1e-8


def exceeds(cap: float | None, spent: float, price: float) -> bool:
    """Whether one more post at ``price`` would go over the cap (all in US dollars)."""
    return cap is not None and spent + price > cap + _DUST


def spent_at(session: Session, campaign_id: int, network: str) -> float:
    """What a campaign cost so far, in US dollars: sends (an unclear one too) and reads.

    Each try counts at the price that it had, since a post may be planned anew at another one.
    """
    charged = or_(
        col(Attempt.outcome).is_(None), col(Attempt.outcome).in_([Outcome.DONE, Outcome.UNKNOWN])
    )
    # From the tries to their posts: there are few of them beside what is planned.
    ours = select(Post.id).where(
        Post.id == Attempt.post_id, Post.campaign_id == campaign_id, Post.network == network
    )
    sends = session.exec(
        select(func.coalesce(func.sum(Attempt.price_usd), 0.0)).where(charged, ours.exists())
    ).one()
    return float(sends) + read_at(session, campaign_id, network)


def read_at(session: Session, campaign_id: int, network: str) -> float:
    """What reading figures and replies cost so far, in US dollars."""
    reads = session.exec(
        select(func.coalesce(func.sum(Account.read_usd), 0.0)).where(
            Account.campaign_id == campaign_id, Account.network == network
        )
    ).one()
    return float(reads)


def left_for_reading(
    session: Session, campaign_id: int, network: str, cap: float | None
) -> float | None:
    """What the cap leaves for reading, in US dollars: what waits to be sent comes first."""
    if cap is None:
        return None
    waiting = session.exec(
        select(func.coalesce(func.sum(Post.price_usd), 0.0)).where(
            Post.campaign_id == campaign_id,
            Post.network == network,
            Post.state == PostState.PLANNED,
        )
    ).one()
    return max(cap - spent_at(session, campaign_id, network) - float(waiting) - _DUST, 0.0)
