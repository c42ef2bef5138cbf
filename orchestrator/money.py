"""Money at a network: what was spent, and the cap, asked when planning and before every send."""

from sqlmodel import Session, col, func, or_, select

from orchestrator.model import Attempt, Outcome, Post

# Prices are added up as floating numbers; a millionth of a cent is no overrun.
_DUST = 1e-8


def exceeds(cap: float | None, spent: float, price: float) -> bool:
    """Whether one more post at ``price`` would go over the cap (all in US dollars)."""
    return cap is not None and spent + price > cap + _DUST


def spent_at(session: Session, campaign_id: int, network: str) -> float:
    """What the sends of a campaign cost, in US dollars; an unclear one counts as charged."""
    charged = or_(
        col(Attempt.outcome).is_(None), col(Attempt.outcome).in_([Outcome.DONE, Outcome.UNKNOWN])
    )
    total = session.exec(
        select(func.coalesce(func.sum(Post.price_usd), 0.0))
        .join(Attempt, col(Attempt.post_id) == Post.id)
        .where(Post.campaign_id == campaign_id, Post.network == network, charged)
    ).one()
    return float(total)
