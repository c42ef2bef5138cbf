"""How a freeze stands: which networks wait, and for what."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from orchestrator import freeze
from orchestrator.model import Campaign, Post
from orchestrator.release.found import Found
from orchestrator.shift import Shift
from orchestrator.vocabulary import PostState


@dataclass(frozen=True)
class Freeze:
    """How the freeze stands: since when, and unclear posts by network; over when ``since`` is None.

    ``frozen``: the networks whose posts wait; ``off``: those of them that are not on, so that
    nobody can look there. ``unexplained``: addresses of posts there, by network. ``found``: what
    this release found, by network. ``ended``: tandems that had left or showed less since, and do so
    again. ``worked_until``: not frozen at all, but the clock is earlier
    than this, when the campaign already worked.
    """

    since: datetime | None
    unclear: dict[str, int]
    off: list[str]
    frozen: list[str] = field(default_factory=list)
    unexplained: dict[str, list[str]] = field(default_factory=dict)
    found: dict[str, Found] = field(default_factory=dict)
    worked_until: datetime | None = None
    ended: int = 0

    @property
    def left(self) -> int:
        """How many posts are still looked for."""
        return sum(self.unclear.values())


OVER = Freeze(None, {}, [])


def standing(shift: Shift, since: datetime | None, frozen: set[str], unclear: list[Post]) -> Freeze:
    """The freeze of these networks."""
    if since is None:
        return OVER
    by_network = Counter(post.network for post in unclear if post.network in frozen)
    return Freeze(since, dict(by_network), sorted(frozen - set(shift.networks)), sorted(frozen))


def frozen_networks(session: Session, shift: Shift, campaign: Campaign) -> set[str]:
    """The networks whose posts wait: those that are on, and those that have posts."""
    if campaign.frozen_since is None:
        return set()
    return all_networks(session, shift) - freeze.thawed(session, campaign)


def all_networks(session: Session, shift: Shift) -> set[str]:
    """The networks that are on, and those that have posts."""
    planned = select(Post.network).where(Post.campaign_id == shift.campaign_id).distinct()
    return {*shift.networks, *session.exec(planned).all()}


def unclear_posts(session: Session, campaign_id: int, *, held: bool) -> list[Post]:
    """The posts that are looked for; with ``held`` also those that a network is said to hold."""
    wanted = [PostState.UNKNOWN, *([PostState.SCHEDULED] if held else [])]
    return list(
        session.exec(
            select(Post).where(Post.campaign_id == campaign_id, col(Post.state).in_(wanted))
        ).all()
    )
